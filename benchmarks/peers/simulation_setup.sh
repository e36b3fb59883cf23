#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes a virtual environment with NEST and Brian2 (simulation_requirements.txt) in build/peers-sim, once,
# and prints the path of its Python. Brian2 compiles its networks: it needs g++ and make when it runs.
# SIMULATION_PEERS_VENV names another folder, PEERS_PYTHON another Python (3.11 or newer).
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
venv="${SIMULATION_PEERS_VENV:-$here/../../build/peers-sim}"
python="${PEERS_PYTHON:-python3}"
wanted="$here/simulation_requirements.txt"
stamp="$venv/requirements.installed"

say() { printf '%s\n' "$*" >&2; }

if ! cmp -s "$wanted" "$stamp"; then
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    say "$python is older than 3.11; name a newer one with PEERS_PYTHON"
    exit 1
  }
  "$python" -c 'import venv, ensurepip' 2>/dev/null || {
    say "the Python package venv is missing; as root: apt-get install python3-venv"
    exit 1
  }
  say "Installing NEST and Brian2 into $venv (about 0.4 GB)"
  rm -f "$stamp"
  "$python" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --progress-bar off --disable-pip-version-check -r "$wanted" >&2
  cp "$wanted" "$stamp"
fi
printf '%s\n' "$(cd "$venv" && pwd)/bin/python"
