# What quickstart.sh and check.sh share: packages, configuration, build. Sourced from the top of the tree; says what it does.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n== %s\n' "$*"; }

# Packages are installed only where dpkg does not know them, so that a second run needs neither network nor root.
packages=(clang-22 lld-22 llvm-22-dev llvm-22-tools libmlir-22-dev mlir-22-tools
  cmake ninja-build ccache g++ binutils python3 libgtest-dev libmpfr-dev libllvm14)

install_packages() {
  local missing=() package
  for package in "${packages[@]}"; do
    if ! dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed'; then
      missing+=("$package")
    fi
  done
  if [ ${#missing[@]} -eq 0 ]; then
    say "packages: all there"
    return
  fi
  say "packages: installing ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "error: not root and no sudo; install: ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# configure PRESET [cmake arguments...]
configure() {
  say "configure: preset $1"
  cmake --preset "$@"
}

# build PRESET TARGET...
build() {
  local preset=$1
  shift
  say "build: $*"
  cmake --build --preset "$preset" --target "$@"
}
