#!/usr/bin/env bash
# From a clean clone to a trained classifier: installs what is missing, builds into build/, runs the seed programs and the digits
# example, and shows what the compiler made of one training step.
set -euo pipefail
source "$(dirname "$0")/setup.sh"

install_packages
configure default
build default all

bin=build/bin
for program in "$bin"/seed_*; do
  say "seed program: $(basename "$program")"
  "$program"
done

say "digits: training a classifier (docs/examples/digits); every stage of every compile goes to build/digits-stages"
stages=build/digits-stages
rm -rf "$stages"
COTAN_DUMP_TO=$stages "$bin/digits" | tee build/digits.txt

# The training step is the compile with the most matrix products: forward, adjoint and update of the optimiser in one.
step=$(dirname "$(grep -c dot_general "$stages"/*/*cotan-form-kernels.mlir | sort -t : -k 2 -n | tail -n 1 | cut -d : -f 1)")
show() {
  say "$1: $2 ($(wc -l <"$2") lines, here the first $3)"
  sed -n "1,$3p" "$2" | cut -c 1-180
}
show "the step with its adjoint" "$(ls "$step"/*cotan-simplify-graph.mlir | head -n 1)" 110
show "its kernels" "$(ls "$step"/*cotan-form-kernels.mlir)" 60
say "the step's time"
tail -n 1 build/digits.txt
say "done. Next: README.md, build/bin/cotan --help, docs/Tools.md"
