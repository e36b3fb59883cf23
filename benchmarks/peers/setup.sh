#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes a virtual environment with the peer libraries (requirements.txt) in build/peers, once, and
# prints the path of its Python. PEERS_VENV names another folder, PEERS_PYTHON another Python (3.11 or newer).
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
venv="${PEERS_VENV:-$here/../../build/peers}"
python="${PEERS_PYTHON:-python3}"
stamp="$venv/requirements.installed"

say() { printf '%s\n' "$*" >&2; }

if ! cmp -s "$here/requirements.txt" "$stamp"; then
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    say "$python is older than 3.11; name a newer one with PEERS_PYTHON"
    exit 1
  }
  "$python" -c 'import venv, ensurepip' 2>/dev/null || {
    say "the Python package venv is missing; as root: apt-get install python3-venv"
    exit 1
  }
  say "Installing the peer libraries into $venv (several GB: PyPI's torch brings its GPU libraries)"
  rm -f "$stamp"
  "$python" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --no-cache-dir --progress-bar off \
    --disable-pip-version-check -r "$here/requirements.txt" >&2
  cp "$here/requirements.txt" "$stamp"
fi
printf '%s\n' "$(cd "$venv" && pwd)/bin/python"
