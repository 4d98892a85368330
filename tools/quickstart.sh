#!/usr/bin/env bash
# From a clean clone to a trained classifier: installs what is missing, builds into build/, runs the seed programs and the digits
# example, and shows what the compiler made of one training step.
set -euo pipefail
source "$(dirname "$0")/setup.sh"

install_packages
configure default
build default all

bin=build/bin
for program in "$bin"/seed-*; do
  [ -x "$program" ] || continue
  say "seed program: $(basename "$program")"
  "$program"
done

say "digits: training a classifier"
stages=$(mktemp -d)
trap 'rm -rf "$stages"' EXIT
# The stages are written by a short run of their own, so that the training run is timed without that.
"$bin/digits"
COTAN_DUMP_TO=$stages "$bin/digits" --epochs=1 >/dev/null

# The training step is the compile with the most kernels: forward, backward and update in one.
step=$(wc -c "$stages"/*/*cotan-form-kernels.mlir | grep -v ' total$' | sort -n | tail -n 1 | awk '{print $2}')
step=$(dirname "$step")
show() {
  say "$1 ($(wc -l <"$2") lines; the first $3)"
  head -n "$3" "$2"
}
show "the step with its adjoint written out" "$(ls "$step"/*simplify-graph.mlir | head -n 1)" 60
show "its kernels" "$(ls "$step"/*cotan-form-kernels.mlir)" 80
say "time a step"
"$bin/digits" --epochs=2 | grep -i 'step' || true
say "done. Next: README.md, ./build/bin/cotan --help, docs/Tools.md"
