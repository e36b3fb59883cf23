#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the documentation site; a warning is an error. Argument: the folder for the pages, by
# default build/docs/html. $PYTHON: a Python that has the package snn with its extra `docs`, by
# default that of build/venv. SNN_DOCS_EXECUTE=1 runs the notebooks (minutes).
set -euo pipefail
invoked_from=$PWD
cd "$(dirname "$0")/.."
output=${1:-build/docs/html}
if [ $# -gt 0 ] && [[ $1 != /* ]]; then output=$invoked_from/$1; fi
python=${PYTHON:-$PWD/build/venv/bin/python}

missing() {
  echo "docs/build.sh: $1" >&2
  exit 1
}
command -v "$python" >/dev/null || missing "no Python at $python: set PYTHON to one that has snn[docs]"
command -v doxygen >/dev/null || missing "doxygen is missing: sudo apt-get install --no-install-recommends doxygen"
for module in sphinx myst_nb breathe furo matplotlib sklearn snn._core; do
  # From the folder docs: the folder of C++ sources is called snn too.
  (cd docs && "$python" -c "import $module") 2>/dev/null ||
    missing "$python cannot import $module: $python -m pip install '.[docs]'"
done

# Everything anew: what is kept from the last build would keep its warnings to itself.
rm -rf build/docs/doxygen build/docs/doctrees
[ $# -gt 0 ] || rm -rf build/docs/html
mkdir -p build/docs/doxygen
doxygen docs/Doxyfile 2>build/docs/doxygen.log || { cat build/docs/doxygen.log >&2; exit 1; }
if [ -s build/docs/doxygen.log ]; then
  cat build/docs/doxygen.log >&2
  missing "doxygen warns"
fi
"$python" -m sphinx -E -W --keep-going -q -b html -c docs -d build/docs/doctrees . "$output"
echo "built $(find "$output" -name '*.html' | wc -l) pages: $output/index.html"
