#!/usr/bin/env bash
# Installs what cotan-bench compares Cotan with, on Debian 12, into build-peers/: a Python environment with JAX, torch and Dr.Jit, the libraries
# of the C++ peers, and those peers themselves. Then writes build-peers/peers.txt, a line `NAME COMMAND...` for each peer that starts, `NAME absent
# REASON` for each other; the commands are run from the top of the tree. A second run takes seconds.
#
#   tools/setup-peers.sh
#
# What cannot be installed is named at the end; the script ends with 0 all the same if any peer starts.

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

peers=test/benchmark/peers
build=build-peers
python=$build/venv/bin/python
failures=()

say() { printf '\n== %s\n' "$*"; }
failed() { failures+=("$*"); printf 'not installed: %s\n' "$*" >&2; }

# One package that cannot be had must not keep the others away, so each is asked for by itself when all at once fails.
packages=(python3 python3-venv python3-dev g++ cmake ninja-build libtcmalloc-minimal4
  libopenblas-dev libdnnl-dev libeigen3-dev libadolc-dev
  llvm-22-dev) # whose shared library Dr.Jit compiles with

has_package() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'; }

install_packages() {
  local missing=() package
  for package in "${packages[@]}"; do
    has_package "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && { say "packages: all there"; return; }
  say "packages: installing ${missing[*]}"
  local as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  local install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends)
  "${as_root[@]}" apt-get update -q
  "${install[@]}" "${missing[@]}" && return
  for package in "${missing[@]}"; do
    "${install[@]}" "$package" || failed "package $package"
  done
}

pip_install() { "$python" -m pip install --quiet --disable-pip-version-check "$@"; }

# Whether the requirement NAME==VERSION is met.
is_installed() {
  "$python" -c 'import sys, importlib.metadata as m; name, version = sys.argv[1].split("=="); sys.exit(m.version(name) != version)' "$1" 2>/dev/null
}

install_python_libraries() {
  if [ ! -x "$python" ]; then
    say "python: making $build/venv"
    python3 -m venv "$build/venv" || { failed "the virtual environment"; return; }
  fi
  local requirement
  for requirement in $(grep -E '^[a-z]+==' "$peers/requirements.txt" | grep -v '^torch=='); do
    is_installed "$requirement" && { echo "python: $requirement is there"; continue; }
    say "python: installing $requirement"
    pip_install "$requirement" || failed "$requirement"
  done
}

torch_works() { "$python" -c 'import torch; torch.ones(2).sum()' 2>/dev/null; }

# torch's wheel asks for about 3 GB of GPU libraries that a CPU never uses, but does not load without the files being there. Where a CUDA 13
# toolkit has most of them, only the four it lacks are drawn, at the versions which torch's own metadata names.
install_torch() {
  local requirement
  requirement=$(grep '^torch==' "$peers/requirements.txt")
  is_installed "$requirement" && torch_works && { echo "python: $requirement is there"; return; }
  if ldconfig -p | grep -q 'libcublas\.so\.13'; then
    say "python: installing $requirement beside the CUDA 13 toolkit of this machine, without GPU libraries of its own"
    pip_install --no-deps "$requirement" && install_what_torch_asks_for && torch_works && return
    say "python: torch does not load that way"
  fi
  say "python: installing $requirement with its GPU libraries, several GB"
  pip_install "$requirement" || { failed "$requirement"; return; }
  torch_works || failed "$requirement, which does not load"
}

install_what_torch_asks_for() {
  local names asked
  names='filelock|typing-extensions|setuptools|sympy|networkx|jinja2|fsspec'
  asked=$("$python" -c 'import importlib.metadata as m; print("\n".join(r.split(";")[0].strip() for r in m.requires("torch")))') || return 1
  mapfile -t needed < <(grep -E "^($names)([<>=~ ]|\$)" <<<"$asked")
  mapfile -t libraries < <(grep -E '^nvidia-(cusparselt|nccl|nvshmem)-cu13==' <<<"$asked")
  pip_install "${needed[@]}" && pip_install --no-deps nvidia-cufile "${libraries[@]}"
}

build_cpp_peers() {
  [ -f "$peers/CMakeLists.txt" ] || { say "C++ peers: none in $peers"; return; }
  say "C++ peers: building into $build/cpp"
  cmake -S "$peers" -B "$build/cpp" -G Ninja -DCMAKE_BUILD_TYPE=Release &&
    cmake --build "$build/cpp" -- -k 0 || failed "some of the C++ peers"
}

absent() {
  failed "peer $1: $2"
  echo "$1 absent $2" >>"$build/peers.txt"
}

# try NAME COMMAND...: enters the peer into peers.txt, as absent when it does not greet.
try() {
  local name=$1 reason
  shift
  if printf 'quit\n' | timeout 300 "$@" 2>"$build/try.log" | grep -q "^peer $name "; then
    echo "$name $*" >>"$build/peers.txt"
    echo "$name"
    return
  fi
  reason=$(tail -n 1 "$build/try.log" | tr -s '[:space:]' ' ')
  absent "$name" "it does not start: ${reason:-it says nothing}"
}

try_python() {
  [ -x "$python" ] || { absent "$1" "there is no virtual environment to run it in"; return; }
  try "$@"
}

# The allocator is what torch's tuning guide advises, and huge pages its own switch: without them torch and JAX spend most of the large cases in
# page faults. With the allocator alone Dr.Jit is a seventh quicker on large arrays; glibc's own huge pages were no quicker for JAX and Dr.Jit.
# Dr.Jit looks for LLVM under one name only.
write_peers() {
  say "peers that start:"
  : >"$build/peers.txt"
  local allocator=() file llvm name
  for file in /usr/lib/*/libtcmalloc_minimal.so.4; do
    [ -e "$file" ] && allocator=("LD_PRELOAD=$file")
  done
  try_python jax env "${allocator[@]}" "$python" "$peers/jax_peer.py"
  try_python torch env "${allocator[@]}" THP_MEM_ALLOC_ENABLE=1 "$python" "$peers/torch_eager_peer.py"
  try_python torch.compile env "${allocator[@]}" THP_MEM_ALLOC_ENABLE=1 "$python" "$peers/torch_compile_peer.py"
  llvm=$(ls /usr/lib/llvm-*/lib/libLLVM.so 2>/dev/null | sort -t- -k2 -n | tail -n 1)
  try_python drjit env "${allocator[@]}" ${llvm:+"DRJIT_LIBLLVM_PATH=$llvm"} "$python" "$peers/drjit_peer.py"
  for name in adolc eigen libtorch onednn openblas; do
    if [ -x "$build/cpp/${name}_peer" ]; then
      try "$name" "$build/cpp/${name}_peer"
    else
      absent "$name" "not built: its library is missing or its compilation failed"
    fi
  done
}

mkdir -p "$build"
install_packages
if install_python_libraries && [ -x "$python" ]; then
  install_torch
fi
build_cpp_peers
write_peers
if [ ${#failures[@]} -gt 0 ]; then
  say "could not be installed:"
  printf '  %s\n' "${failures[@]}"
fi
grep -qv '^[^ ]* absent ' "$build/peers.txt"
