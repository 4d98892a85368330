#!/bin/sh
# Writes the reference pages of the dialect, its interfaces and passes from their TableGen descriptions.
#   generate-dialect-docs.sh MLIR_TBLGEN MLIR_INCLUDE_DIR OUTPUT_DIR
# `ninja cotan-doc` runs it over docs/Dialect; a lit test compares those pages with what it writes.
set -eu
tblgen=$1
mlir_include=$2
output=$3
include=$(cd "$(dirname "$0")/.." && pwd)/include

generate() { # PAGE GENERATOR TD [OPTION...]
  page=$1 generator=$2 td=$3
  shift 3
  "$tblgen" "$generator" "$@" -I "$include" -I "$mlir_include" "$include/cotan-compiler/$td" -o "$output/$page"
}

generate Cotan.md -gen-dialect-doc Dialect/Cotan/IR/CotanOps.td -dialect=cotan
generate DifferentiableInterfaces.md -gen-op-interface-docs Dialect/Cotan/IR/Differentiable.td
generate AutodiffPasses.md -gen-pass-doc Autodiff/Passes.td
generate CotanPasses.md -gen-pass-doc Dialect/Cotan/Transforms/Passes.td
