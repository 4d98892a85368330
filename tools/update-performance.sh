#!/usr/bin/env bash
# Regenerates docs/Performance.md and its plots: builds, runs the whole suite beside every peer that tools/setup-peers.sh installed, explains
# the cases furthest from their bound, and draws. About forty minutes on two otherwise idle cores.
#
#   tools/update-performance.sh [--adbench=DIR] [--seconds=S]      (cotan-bench --help says what they mean)
set -euo pipefail
for option in "$@"; do
  case $option in
    --adbench=* | --seconds=*) ;;
    *) echo "error: expected --adbench=DIR or --seconds=S, got '$option'; for a part of the suite call cotan-bench itself" >&2; exit 1 ;;
  esac
done
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=build-peers/venv/bin/python
[ -x "$python" ] || { echo "error: $python is not there; run tools/setup-peers.sh first" >&2; exit 1; }
source tools/setup.sh
install_packages
configure default
build default cotan-bench libcotan

json=build/performance.json
# The programs that the suite compiled are explained from there.
COTAN_CACHE_DIR=$(mktemp -d)
export COTAN_CACHE_DIR
trap 'rm -rf "$COTAN_CACHE_DIR"' EXIT
say "the suite (figures go to $json)"
rm -f "$json" # a run that does not begin must not leave an older one's figures to be drawn
status=0
build/bin/cotan-bench --peers=all --threads=1,2 --json="$json" "$@" || status=$?
[ $status -ge 128 ] && exit $status
[ -f "$json" ] || exit $status
say "docs/Performance.md"
"$python" tools/cotan-bench/report.py "$json" docs "$@"
exit $status # a wrong result is on the page, and an error here too
