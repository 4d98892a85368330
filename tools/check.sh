#!/usr/bin/env bash
# Builds everything and runs every test. The last line is `N passed, N failed`; the exit status is 0 only if none failed.
#
#   ./tools/check.sh          into build/
#   ./tools/check.sh --asan   with AddressSanitizer (leaks included) and UndefinedBehaviorSanitizer, into build-asan/
#   ./tools/check.sh --guard  into build/, every call of compiled code with its buffers against guard pages
set -euo pipefail
source "$(dirname "$0")/setup.sh"

preset=default directory=build lit_options=()
case "${1:-}" in
  "") ;;
  --asan) preset=asan directory=build-asan ;;
  --guard) export COTAN_GUARD=1; lit_options=(--param guard=1) ;;
  *) echo "usage: $0 [--asan | --guard]" >&2; exit 2 ;;
esac

install_packages
configure "$preset"
build "$preset" all cotan-unit-tests

results=$directory/test-results
rm -rf "$results"
mkdir -p "$results/gtest"

# LLVM's libraries are not instrumented: vectors that cross into them would look like container overflows. A violation or a leak ends
# the program, so that no test can pass with one.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_container_overflow=0:detect_leaks=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}

say "lit tests"
lit=/usr/lib/llvm-22/bin/lit
[ -x "$lit" ] || lit=$(command -v lit || command -v lit-22)
"$lit" -s -v "${lit_options[@]}" --xunit-xml-output "$results/lit.xml" "$directory/test" || true

say "unit and system tests"
GTEST_OUTPUT=xml:$PWD/$results/gtest/ ctest --test-dir "$directory" --output-on-failure --output-junit "$PWD/$results/ctest.xml" \
  --exclude-regex '^lit$' || true

say "results"
python3 tools/count-tests.py "$results"
