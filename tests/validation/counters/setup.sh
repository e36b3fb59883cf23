#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes a virtual environment with the counting tools (requirements.txt) in build/counters/venv, once,
# and prints the path of its Python. COUNTERS_VENV names another folder, COUNTERS_PYTHON another
# Python (3.11 or newer).
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
venv="${COUNTERS_VENV:-$here/../../../build/counters/venv}"
python="${COUNTERS_PYTHON:-python3}"
stamp="$venv/requirements.installed"

if ! cmp -s "$here/requirements.txt" "$stamp"; then
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "$python is older than 3.11; name a newer one with COUNTERS_PYTHON" >&2
    exit 1
  }
  echo "Installing the counting tools into $venv (several GB: PyPI's torch brings its GPU libraries)" >&2
  "$python" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --no-cache-dir --progress-bar off \
    --disable-pip-version-check -r "$here/requirements.txt" >&2
  cp "$here/requirements.txt" "$stamp"
fi
printf '%s\n' "$(cd "$venv" && pwd)/bin/python"
