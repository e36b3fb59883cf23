#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sourced by tests/run.sh and benchmarks/run.sh: brings in the packages a build needs (Debian 12,
# Ubuntu 24.04) and configures and builds a preset. Calls apt only if something is missing.

# shellcheck disable=SC2034  # the scripts that source this file use them
build_packages=(g++ cmake ninja-build git libopenblas-openmp-dev libhdf5-dev zlib1g-dev
  libeigen3-dev nlohmann-json3-dev libcli11-dev)
# shellcheck disable=SC2034
test_packages=(libgtest-dev python3 clang llvm libomp-dev)
# shellcheck disable=SC2034
python_packages=(python3 python3-dev python3-venv)
# Their verdict depends on their version, so exactly this one judges (or none does).
# shellcheck disable=SC2034
lint_packages=(clang-format-14 clang-tidy shellcheck)

# Not needed: with it the wheel is made of the objects of the release build (use_ccache).
# shellcheck disable=SC2034
speed_packages=(ccache)

say() { printf '\n== %s\n' "$*"; }

# Prints those of the given packages that are not installed.
missing_packages() {
  local installed
  installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
    sed -n 's/ installed$//p' || true)
  printf '%s\n' "$@" | grep -vxF "$installed" || true
}

# Runs apt-get as root; fails if there is no way to be root without a password.
apt_get() {
  local as_root=(env DEBIAN_FRONTEND=noninteractive)
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || return 1
    as_root=(sudo -n "${as_root[@]}")
  fi
  "${as_root[@]}" apt-get -q "$@"
}

install_packages() {
  apt_get install -y --no-install-recommends "$@" ||
    { apt_get update && apt_get install -y --no-install-recommends "$@"; }
}

# Installs what is missing of the given packages, or says how and ends the script.
need_packages() {
  command -v dpkg-query >/dev/null || {
    echo "This is not Debian or Ubuntu. Going on; if something is missing, it is one of: $*"
    return 0
  }
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ "${#missing[@]}" -gt 0 ] || return 0
  say "Installing ${missing[*]}"
  if [ "$(id -u)" -ne 0 ] && ! sudo -n true 2>/dev/null; then
    echo "Root is needed to install packages. Run this once, then try again:"
    echo "  sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends ${missing[*]}'"
    exit 1
  fi
  install_packages "${missing[@]}" || {
    echo "apt-get could not install: ${missing[*]}"
    exit 1
  }
}

# Installs those of the given packages that this distribution has; what needs the others is skipped.
want_packages() {
  command -v dpkg-query >/dev/null || return 0
  local package
  while read -r package; do
    apt-cache show "$package" >/dev/null 2>&1 || continue
    install_packages "$package" >/dev/null || echo "Could not install $package; going on without."
  done < <(missing_packages "$@")
}

# The sanitizers' runtime of the clang that is installed, whose package carries its version.
need_clang_runtime() {
  local major
  major=$(clang -dumpversion | cut -d. -f1)
  need_packages "libclang-rt-$major-dev"
}

# Lets every build of this folder take objects that another has made, wherever its sources lie; CMake
# uses ccache where it is. Without a cache of the user's it is in build/ccache, and on a miss
# the compiler runs once, not a preprocessor before it.
use_ccache() {
  if [ -z "${CCACHE_DIR:-}" ] && [ ! -d "${XDG_CACHE_HOME:-$HOME/.cache}/ccache" ] &&
    [ ! -d "$HOME/.ccache" ]; then
    export CCACHE_DIR=$PWD/build/ccache CCACHE_DEPEND=1
  fi
  export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
}

# build_preset <preset> [cmake options]: configures if needed and builds into build/<preset>.
build_preset() {
  local preset=$1
  shift
  if [ -z "${CMAKE_GENERATOR:-}" ] && command -v ninja >/dev/null; then
    export CMAKE_GENERATOR=Ninja
  fi
  cmake --preset "$preset" "$@" >"build/$preset.configure.log" 2>&1 || {
    cat "build/$preset.configure.log"
    return 1
  }
  cmake --build --preset "$preset" --parallel "$(nproc)"
}
