#!/usr/bin/env python3
"""Writes Performance.md and its plots from the JSON of a run of cotan-bench.

usage: report.py RUN.json DOCS [--no-explain] [options of that run]

Run it from the top of the tree, with the Python of build-peers/venv (it needs matplotlib). `cotan-bench explain` is asked about the cases
furthest from their bound; the compile time of programs that include the headers is measured here, as only it needs a C++ compiler.
"""

import collections
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

COLOURS = {
    "cotan": "#c1272d", "cotan.jit": "#e58f65", "hand": "#222222", "jax": "#2166ac", "torch": "#e08214", "torch.compile": "#8c510a",
    "libtorch": "#fdb863", "drjit": "#1b7837", "openblas": "#7b3294", "onednn": "#008080", "eigen": "#999999", "adolc": "#5aae61",
}


def seconds(value):
    if value is None:
        return "-"
    for unit, scale in (("s", 1), ("ms", 1e3), ("us", 1e6), ("ns", 1e9)):
        scaled = value * scale
        if scaled >= 0.9995 or unit == "ns":
            return f"{scaled:.3g} {unit}"


def number(value, pattern="{:.2f}"):
    return "-" if value is None else pattern.format(value)


def megabytes(value):
    return "-" if value is None else f"{value / 1e6:.3g} MB"


def percent_of_bound(row):
    return None if not row["bound_s"] or not row["median_s"] else 100 * row["bound_s"] / row["median_s"]


def cases_of(results):
    """Rows by (id, case, pass, dtype, threads), in the run's order."""
    cases = collections.OrderedDict()
    for row in results:
        cases.setdefault((row["id"], row["case"], row["pass"], row["dtype"], row["threads"]), []).append(row)
    return cases


def is_cotan(row):
    return row["impl"].startswith("cotan")


def best(rows):
    timed = [row for row in rows if row["median_s"]]
    return min(timed, key=lambda row: row["median_s"]) if timed else None


def table(heading, rows):
    lines = ["| " + " | ".join(heading) + " |", "|" + "---|" * len(heading)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


# The parts of the page


def machine(report):
    host, limits = report["host"], report["limits"]
    valid = {True: "as known for this processor", False: "**more than 10 % off what is known for this processor: the run is invalid**", None: "no figure is known for this processor"}
    rows = []
    for name, title in (("fma_f32_gflops", "FMA peak f32"), ("fma_f64_gflops", "FMA peak f64")):
        for threads, value in limits[name].items():
            rows.append([f"{title}, {threads} thread{'s' if threads != '1' else ''}", f"{value:.0f} GFLOP/s"])
    triad = sorted(((int(key.split(":")[0]), int(key.split(":")[1]), value) for key, value in limits["triad_gbs"].items()))
    for threads in sorted({t for t, _, _ in triad}):
        ranges = [(0, 32e3, "up to 32 kB"), (32e3, 1e6, "up to 1 MB"), (1e6, 30e6, "up to 30 MB"), (30e6, 1e18, "beyond")]
        for low, high, title in ranges:
            values = [value for t, size, value in triad if t == threads and low < size <= high]
            if values:
                rows.append([f"triad over {title}, {threads} thread{'s' if threads != 1 else ''}", f"{statistics.median(values):.0f} GB/s"])
    data = "ADBench's own files" if host["adbench"] else "made in the form of ADBench's files"
    text = f"Processor: {host['processor']}, {host['vector_bits']}-bit vectors. FMA peak: {valid[host['valid']]}. Inputs of gmm, adlstm and ba: {data}.\n\n"
    peers = ", ".join(f"{name} {version}" for name, version in sorted(host["peers"].items()))
    return text + table(["limit", "measured"], rows) + f"\nPeers: {peers or 'none'}.\n\nThe run took {host['seconds'] / 60:.0f} minutes.\n"


def time_of(row):
    return seconds(row["median_s"]) + (" ~" if row.get("disturbed") else "")


def ratio_with_error(row):
    if not row or not row["ratio"]:
        return "-"
    return f"{row['ratio']:.2f}x" + (f" ± {100 * row['ratio_error']:.0f} %" if row["ratio_error"] is not None else "")


def best_peer(results):
    return best([row for row in results if not is_cotan(row) and row["impl"] != "hand"])


def over_primals(cases, key):
    """On one thread, where primals are timed: Cotan's time over its primal's, and the best peer's over its own."""
    id_, case, pass_, dtype, threads = key
    if threads != 1:
        return []
    primals = {row["impl"]: row["median_s"] for row in cases.get((id_, case, "primal", dtype, threads), [])} if pass_ != "primal" else {}
    peer = best_peer(cases[key])
    ours = next(row for row in cases[key] if row["impl"] == "cotan")
    return [f"{row['median_s'] / primals[row['impl']]:.1f}" if row and primals.get(row["impl"]) else "-" for row in (ours, peer)]


def summary(cases, threads):
    rows = []
    for (id_, case, pass_, dtype, count), results in cases.items():
        if count != threads or id_ == "gemm" or pass_ == "primal" and id_ not in ("call", "newton"):
            continue
        ours = next((row for row in results if row["impl"] == "cotan"), None)
        if ours is None:
            continue
        if ours["status"] != "ok":
            peer = best_peer(results)
            rows.append([f"`{id_}`", f"{case} {pass_} {dtype}", f"**{ours['status']}**: {ours['note']}", "", f"{peer['impl']} {seconds(peer['median_s'])}" if peer else "-", "", "", ""] + ["-", "-"] * (threads == 1))
            continue
        peer = best_peer(results)
        rows.append([f"`{id_}`", f"{case} {pass_} {dtype}", time_of(ours), number(percent_of_bound(ours), "{:.0f} %"),
                     f"{peer['impl']} {time_of(peer)}" if peer else "-", ratio_with_error(peer),
                     number(ours["max_rel_err"], "{:.0e}"), str(ours["kernels"])] + over_primals(cases, (id_, case, pass_, dtype, count)))
    return table(["id", "case", "Cotan", "of the bound", "best peer", "its time / Cotan's", "error", "launches"] +
                 ["Cotan / its primal", "best peer / its primal"] * (threads == 1), rows)


def verdicts(cases):
    """How often each peer is slower and faster than Cotan beyond the noise of the case, and by how much on the whole."""
    ratios = {}
    for (id_, case, pass_, dtype, threads), results in cases.items():
        for row in results:
            if not is_cotan(row) and row["impl"] != "hand" and row["ratio"]:
                ratios.setdefault((row["impl"], threads), []).append((math.log(row["ratio"]), max(math.log(1.05), 4 * (row["ratio_error"] or 0))))
    rows = []
    for name in sorted({name for name, _ in ratios}):
        row = [name]
        for threads in (1, 2):
            logarithms = ratios.get((name, threads), [])
            slower = sum(value > noise for value, noise in logarithms)
            faster = sum(value < -noise for value, noise in logarithms)
            mean = math.exp(statistics.fmean(value for value, _ in logarithms)) if logarithms else None
            row += [f"{slower} / {len(logarithms) - slower - faster} / {faster}", number(mean, "{:.2f}x")]
        rows.append(row)
    return table(["peer", "Cotan faster / alike / slower, 1 thread", "geometric mean", "2 threads", "geometric mean"], rows)


def products(cases, dtype):
    """Percent of the bound, and the best peer's time over Cotan's, by size and form."""
    forms = ["AB", "A'B", "AB'", "AB+gelu", "A'B+gelu", "AB'+gelu", "AB grad"]
    cells = collections.OrderedDict()
    for (id_, case, pass_, type_, threads), results in cases.items():
        ours = next((row for row in results if row["impl"] == "cotan"), None)
        if id_ != "gemm" or type_ != dtype or threads != 1 or not ours or not ours["median_s"]:
            continue
        form = case.split(" ")[0] + (" grad" if pass_ == "grad" else "")
        peer = best_peer(results)
        beside = f", {peer['ratio']:.2f}x {peer['impl']}" if peer else ""
        cells.setdefault(size_of(case), {})[form] = f"{percent_of_bound(ours):.0f} %{' ~' if ours.get('disturbed') else ''}{beside}"
    return table(["n", *forms], [[str(n)] + [row.get(form, "-") for form in forms] for n, row in cells.items()])


def figures(cases):
    text = ""
    for id_ in dict.fromkeys(key[0] for key in cases):
        text += f"\n### {id_}\n\n"
        rows, absent = [], {}
        for (i, case, pass_, dtype, threads), results in cases.items():
            if i != id_:
                continue
            for row in results:
                if row["status"] == "absent":
                    absent[row["impl"]] = row["note"]
                    continue
                start = [case, pass_, dtype, str(threads), row["impl"]]
                if row["status"] != "ok":
                    rows.append(start + [f"{row['status']}: {row['note'][:120]}", "", "", "", "", ""])
                    continue
                spread = 50 * (row["q3_s"] - row["q1_s"]) / row["median_s"] if row["median_s"] else None
                rows.append(start + [time_of(row), number(spread, "{:.0f} %"), seconds(row["min_s"]), number(row["ratio"]),
                                     number(percent_of_bound(row), "{:.0f} %"), number(row["max_rel_err"], "{:.1e}")])
        text += table(["case", "pass", "type", "threads", "implementation", "median", "±", "minimum", "ratio", "of the bound", "error"], rows)
        if absent:
            present = {row[4] for row in rows}
            text += "\nAbsent: " + "; ".join(f"{name}{' in some cases' if name in present else ''} ({note[:120]})" for name, note in sorted(absent.items())) + ".\n"
    return text


def first_calls(cases):
    rows = []
    for (id_, case, pass_, dtype, threads), results in cases.items():
        if threads != 1:
            continue
        ours = next((row for row in results if row["impl"] == "cotan" and row["status"] == "ok"), None)
        if not ours or id_ == "gemm" and case.split("n=")[1] not in ("64", "2048"):
            continue
        others = [f"{row['impl']} {seconds(row['first_s'])}" for row in results if row["impl"] in ("jax", "torch.compile", "drjit") and row["first_s"]]
        rows.append([f"`{id_}`", f"{case} {pass_} {dtype}", seconds(ours["first_s"]), seconds(ours["disk_s"]), seconds(ours["again_s"]),
                     seconds(ours["process_s"]), megabytes(ours["planned_bytes"]), megabytes(ours["rss_bytes"]), ", ".join(others) or "-"])
    return table(["id", "case", "cold", "from disk", "again", "process to result", "planned", "peak resident", "peers' first call"], rows)


def header_times():
    """Seconds to compile a program that only includes a header, in turns, medians of three."""
    candidates = {"cotan/torch.h": ["-Iinclude"]}
    torch = subprocess.run(["build-peers/venv/bin/python", "-c", "import torch, os; print(os.path.dirname(torch.__file__))"], capture_output=True, text=True)
    if torch.returncode == 0:
        folder = torch.stdout.split()[-1]
        candidates["torch/torch.h"] = [f"-I{folder}/include", f"-I{folder}/include/torch/csrc/api/include"]
    times = {name: [] for name in candidates}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(3):
            for name, flags in candidates.items():
                source = pathlib.Path(folder, "main.cpp")
                source.write_text(f"#include <{name}>\nint main() {{ return torch::ones({{2}}).dim() - 1; }}\n")
                start = time.perf_counter()
                done = subprocess.run(["g++", "-std=c++20", "-c", *flags, str(source), "-o", os.path.join(folder, "main.o")], capture_output=True, text=True)
                times[name].append(time.perf_counter() - start if done.returncode == 0 else math.nan)
    return table(["header", "g++ -c"], [[f"`<{name}>`", seconds(statistics.median(values))] for name, values in times.items()])


def furthest(cases, count=5):
    """The case of each workload that is furthest from its bound, of the workloads that are furthest."""
    rows = [row for key, results in cases.items() if key[4] == 1 and key[2] != "primal" for row in results
            if row["impl"] == "cotan" and row["median_s"] and row["bound_s"] and row["median_s"] > 2e-5]
    worst = {}
    for row in sorted(rows, key=percent_of_bound):
        worst.setdefault(row["id"], row)
    return list(worst.values())[:count]


def explanations(cases, options):
    text = ""
    for row in furthest(cases):
        print(f"explaining {row['id']} {row['case']} {row['pass']}", flush=True)
        done = subprocess.run(["build/bin/cotan-bench", "explain", row["id"], f"--case={row['case']}", f"--pass={row['pass']}", *options], capture_output=True, text=True)
        text += f"\n{row['id']} {row['case']} {row['pass']}: {percent_of_bound(row):.0f} % of the bound\n\n```\n{(done.stdout or done.stderr).strip()}\n```\n"
    return text


def left_out(cases):
    rows = [[f"`{row['id']}`", f"{row['case']} {row['pass']}", row["note"]] for results in cases.values() for row in results if row["status"] == "missing"]
    return table(["id", "case", "what Cotan lacks"], rows) if rows else "Nothing.\n"


# The plots


def draw(figure, axes, path, title, x, y):
    axes.set_title(title)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(True, which="major", alpha=0.3)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=8, loc="best")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def size_of(case):
    return int(case.split("n=")[1])


def series(cases, id_, pass_, dtype, prefix=""):
    """Implementation to a list of (n, row)."""
    lines = collections.OrderedDict()
    for (i, case, p, d, threads), results in cases.items():
        if (i, p, d, threads) == (id_, pass_, dtype, 1) and case.startswith(prefix + "n="):
            for row in results:
                if row["median_s"]:
                    lines.setdefault(row["impl"], []).append((size_of(case), row))
    return lines


def plot_elementwise(cases, folder):
    figure, axes = plt.subplots(figsize=(7, 4.5))
    lines = series(cases, "ew", "grad", "f32")
    for name, points in lines.items():
        axes.plot([n for n, _ in points], [row["median_s"] * 1e9 / n for n, row in points], "o-", label=name, color=COLOURS.get(name), lw=2.2 if name == "cotan" else 1.2)
    if "cotan" in lines:
        axes.plot([n for n, _ in lines["cotan"]], [row["bound_s"] * 1e9 / n for n, row in lines["cotan"]], "k--", label="bound", lw=1)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    draw(figure, axes, folder / "ew.svg", "ew, forward and backward, one thread", "elements", "ns an element")


def plot_gemm(cases, folder, limits, dtype):
    figure, axes = plt.subplots(figsize=(7, 4.5))
    for name, points in series(cases, "gemm", "primal", dtype, "AB ").items():
        axes.plot([n for n, _ in points], [2e-9 * n**3 / row["median_s"] for n, row in points], "o-", label=name, color=COLOURS.get(name), lw=2.2 if name == "cotan" else 1.2)
    axes.axhline(limits[f"fma_{dtype}_gflops"]["1"], color="k", ls="--", lw=1, label="FMA peak")
    axes.set_xscale("log", base=2)
    axes.set_ylim(bottom=0)
    draw(figure, axes, folder / f"gemm-{dtype}.svg", f"Matrix product {dtype}, one thread", "n", "GFLOP/s")


def annotate_apart(axes, points, size=6):
    """A name beside each point (x, y, name): on the first of some places around it where it covers no point and no other name."""
    pixel = axes.figure.dpi / 72
    taken = [(x - 4, y - 4, x + 4, y + 4) for x, y in axes.transData.transform([point[:2] for point in points])]
    offsets = [(side * (8 + 10 * far), up) for far in range(5) for side in (1, -1) for up in (0, 9, -9, 18, -18)]
    for x, y, text in sorted(points, key=lambda point: -point[1]):
        at_x, at_y = axes.transData.transform((x, y))
        for right, up in offsets:
            width, middle = 0.62 * size * len(text) * pixel, at_y + up * pixel
            start = at_x + right * pixel - (width if right < 0 else 0)
            box = (start, middle - 0.6 * size * pixel, start + width, middle + 0.6 * size * pixel)
            inside = axes.bbox.x0 < box[0] and box[2] < axes.bbox.x1
            if inside and not any(box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3] for other in taken):
                break
        taken.append(box)
        axes.annotate(text, (x, y), fontsize=size, xytext=(right, up), textcoords="offset points", ha="right" if right < 0 else "left", va="center",
                      arrowprops={"arrowstyle": "-", "lw": 0.3, "color": "#888888"})


def plot_roofline(cases, folder, limits):
    figure, axes = plt.subplots(figsize=(8, 6))
    labels = []
    peak = limits["fma_f32_gflops"]["1"]
    bandwidths = [value for key, value in limits["triad_gbs"].items() if key.startswith("1:") and int(key.split(":")[1]) > 30e6]
    bandwidth = statistics.median(bandwidths) if bandwidths else None
    xs = [2.0**k for k in range(-4, 12)]
    if bandwidth:
        axes.plot(xs, [min(peak, x * bandwidth) for x in xs], "k-", lw=1, label=f"f32: {peak:.0f} GFLOP/s, {bandwidth:.0f} GB/s from memory")
    for (id_, case, pass_, dtype, threads), results in cases.items():
        ours = next((row for row in results if row["impl"] == "cotan"), None)
        if threads != 1 or (pass_ == "primal") != (id_ == "gemm") or not ours or not ours["median_s"] or not ours["flops"] or not ours["bytes"]:
            continue
        if id_ == "gemm" and case not in ("AB n=1024", "AB n=64"):
            continue
        x, y = ours["flops"] / ours["bytes"], ours["flops"] / ours["median_s"] * 1e-9
        axes.plot([x], [y], "o", color=COLOURS["cotan"], mfc=COLOURS["cotan"] if dtype == "f32" else "white", ms=5)
        labels.append((x, y, f"{id_} {case}" + (" f64" if id_ == "gemm" and dtype == "f64" else "")))
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    annotate_apart(axes, labels)
    draw(figure, axes, folder / "roofline.svg", "Cotan, one thread: flops and bytes of the formula over time (hollow: f64)", "FLOP a compulsory byte", "GFLOP/s")


def plot_compile(cases, folder):
    figure, axes = plt.subplots(figsize=(7, 4.5))
    lines = {}
    for (id_, case, _, _, threads), results in cases.items():
        if id_ == "compile" and case.startswith("chain=") and threads == 1:
            for row in results:
                if row["first_s"] and row["impl"] in ("cotan", "jax", "torch.compile", "drjit"):
                    lines.setdefault(row["impl"], []).append((int(case[6:]), row["first_s"]))
                if row["disk_s"]:
                    lines.setdefault("cotan, from disk", []).append((int(case[6:]), row["disk_s"]))
    for name, points in lines.items():
        axes.plot([n for n, _ in points], [1e3 * value for _, value in points], marker="o", label=name, color=COLOURS[name.split(",")[0]],
                  linestyle=":" if "disk" in name else "-")
    axes.set_xscale("log")
    axes.set_yscale("log")
    draw(figure, axes, folder / "compile.svg", "First call of a chain of elementwise ops", "ops", "ms")


PAGE = """# Performance

Written by `tools/update-performance.sh`; [Benchmarks.md](Benchmarks.md) says what is measured and how. Do not edit.

Measured {date} UTC. Bound: the largest of what memory bandwidth, the FMA peak, a hand-written loop (`hand`) where there is one, and the fastest primal
allow, measured in the same run; elementary functions are not counted as flops. Ratio: an implementation's time over Cotan's in the same round, with its
standard error; above 1 Cotan is faster. Error: against the oracle, relative to a result's largest element. Launches: of compiled loops in one call. `~`: a neighbour on the machine left
fewer than five rounds undisturbed. What the ids stand for is in the [table of workloads](Benchmarks.md#workloads).

## Machine and limits

{machine}
## Beside each peer

In how many of the cases that both have Cotan is faster, alike within 5 % or four standard errors, and slower; and the geometric mean of the peer's time over
Cotan's. The cases are all in "All figures", of which the matrix products are the most; small ones weigh as much as large ones.

{verdicts}
## Forward and backward, one thread

{summary}
![ew](performance/ew.svg)
![roofline](performance/roofline.svg)

`newton`, `ode steps=input` and `call` are recorded anew at each call, the first two as the C++ API has no loop form; the others are one `cotan::jit` function.

## Forward and backward, two threads

Cotan runs a kernel on one thread whatever it is given; the peers and the bound have both. No hand-written loop and no primal is in the bounds here, so that
the percentages cannot be compared with the table above.

{summary_of_two}
## Matrix products, one thread

Percent of the bound, the time of the best peer over Cotan's, and which peer that is. By number of rows and columns, n.

f32:

{products_f32}
f64:

{products_f64}
![gemm f32](performance/gemm-f32.svg)
![gemm f64](performance/gemm-f64.svg)

## First calls and memory

Cold: an empty disk cache, the compiler started. Again: the same program made anew in the same process. Process to result: from the start of a process to its first result,
kernels from disk, without the time that its inputs took to make. Planned: buffers between kernels. Peak resident: of the cold process, from when its inputs
were there. Each is measured once; of the matrix products two sizes are listed.

{first_calls}
![compile time](performance/compile.svg)

A program that includes the header:

{headers}
## Furthest from the bound

What `cotan-bench explain` says of the cases with a backward pass that are furthest from their bound: one of a workload, five workloads, of those that take
longer than 20 us. Its calls follow each other without the peers' turns between them, so that its times are up to a third shorter than the tables'. `lost`: a
kernel's time less its bound; in brackets its domain; `functions`: elementary functions. Times in kernels and of a call are medians of separate runs.
{explanations}
## Missing

{missing}
## All figures

`±`: half the distance of the quartiles, relative to the median.
{figures}"""


def main():
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    if len(arguments) != 2:
        sys.exit(__doc__)
    report = json.loads(pathlib.Path(arguments[0]).read_text())
    host = report["host"]
    if host["quick"] or host.get("filtered") or not host.get("complete", True):
        sys.exit("error: the page wants a whole run, to its end and without --quick, --case and --pass")
    docs = pathlib.Path(arguments[1])
    folder = docs / "performance"
    folder.mkdir(parents=True, exist_ok=True)
    plt.rcParams["svg.hashsalt"] = "cotan"  # the same picture from the same figures
    cases = cases_of(report["results"])
    plot_elementwise(cases, folder)
    for dtype in ("f32", "f64"):
        plot_gemm(cases, folder, report["limits"], dtype)
    plot_roofline(cases, folder, report["limits"])
    plot_compile(cases, folder)
    (docs / "Performance.md").write_text(PAGE.format(
        date=report["host"]["date"], machine=machine(report), verdicts=verdicts(cases), summary=summary(cases, 1), summary_of_two=summary(cases, 2), products_f32=products(cases, "f32"), products_f64=products(cases, "f64"), first_calls=first_calls(cases), headers=header_times(),
        explanations="" if "--no-explain" in sys.argv else explanations(cases, [option for option in sys.argv if option.startswith("--adbench=")]), missing=left_out(cases), figures=figures(cases)))


if __name__ == "__main__":
    main()
