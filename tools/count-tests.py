#!/usr/bin/env python3
"""Sums up the results that check.sh leaves in a directory: lit.xml (lit's xunit output), ctest.xml (ctest's JUnit output) and gtest/*.xml.

Prints what failed and what was skipped, then `N passed, N failed`. Exits with 1 if anything failed, if nothing ran, or if a file is missing.
"""

import os
import sys
import xml.etree.ElementTree as ElementTree

passed, failed, skipped = [], [], []


def add_cases(path, suite):
    """Adds each <testcase> of a JUnit file; returns whether one failed."""
    bad = False
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        name = f"{suite}: {case.get('classname', '')}.{case.get('name', '')}"
        if case.find("failure") is not None or case.find("error") is not None or case.get("status") == "fail":
            failed.append(name)
            bad = True
        elif case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
            skipped.append(name)
        else:
            passed.append(name)
    return bad


def main(directory):
    for file in ("lit.xml", "ctest.xml"):
        if not os.path.exists(os.path.join(directory, file)):
            failed.append(f"{file}: not written, the run broke off")
    if os.path.exists(lit := os.path.join(directory, "lit.xml")):
        add_cases(lit, "lit")
    if os.path.exists(ctest := os.path.join(directory, "ctest.xml")):
        for test in ElementTree.parse(ctest).getroot().iter("testcase"):
            name, good = test.get("name"), test.get("status") == "run"
            cases = os.path.join(directory, "gtest", f"{name}.xml")
            if os.path.exists(cases):
                # A binary may fail beside its cases: by a crash after them, or a sanitizer's exit status.
                if not add_cases(cases, name) and not good:
                    failed.append(f"{name}: failed outside its test cases")
            elif test.get("status") in ("notrun", "disabled"):
                skipped.append(name)
            else:
                (passed if good else failed).append(name)
    for name in skipped:
        print(f"skipped: {name}")
    for name in failed:
        print(f"FAILED: {name}")
    if not passed and not failed:
        failed.append("no test ran")
        print("FAILED: no test ran")
    print(f"{len(passed)} passed, {len(failed)} failed")
    return 1 if failed else 0


sys.exit(main(sys.argv[1]))
