#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the Python package as its users get it - source archive, wheel of that archive, installed
# into a fresh virtual environment - and tests it there. Arguments: a file for the sums of what
# passed, failed and was skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=tests/setup.sh
. tests/setup.sh
counts_file=${1:-/dev/null}
passed=0 failed=0 skipped=0
failures=()
venv=$PWD/build/venv

check() {  # name, command...: one check that passes or fails as a whole
  local name=$1
  shift
  if "$@"; then
    echo "ok: $name"
    passed=$((passed + 1))
  else
    echo "FAILED: $name"
    failures+=("$name")
    failed=$((failed + 1))
  fi
}

# The archive holds what a build needs, and the wheel is made from the archive alone. It is unpacked
# below this folder and compiled with the compiler and the flags of the release suite, so that ccache has most objects.
build_package() {
  # One architecture is enough to test; a user's build has the defaults.
  export CMAKE_ARGS="${CMAKE_ARGS:-} -DCMAKE_CUDA_ARCHITECTURES=90"
  rm -rf build/dist build/sdist
  mkdir -p build/sdist
  {
    "$venv/bin/python" -m build --sdist --outdir build/dist . &&
      tar -xzf build/dist/snn-*.tar.gz --strip-components=1 -C build/sdist &&
      CC=${CC:-cc} CXX=${CXX:-c++} "$venv/bin/python" -m pip wheel --no-deps --wheel-dir build/dist \
        ${SNN_WERROR:+-C cmake.define.SNN_WERROR="$SNN_WERROR"} ./build/sdist
  } >build/wheel.log 2>&1 || {
    tail -40 build/wheel.log
    mapfile -t -O "${#failures[@]}" failures < <(tail -15 build/wheel.log)
    return 1
  }
}

run_pytest() {
  local junit=$PWD/build/pytest.xml head
  rm -f "$junit"
  # The folder of C++ sources is called snn too: from elsewhere nothing can be mistaken for it.
  (cd build && SNN="$venv/bin/snn" MPLBACKEND=Agg "$venv/bin/python" -m pytest -q -c ../pyproject.toml \
    --rootdir .. --junit-xml="$junit" ../tests/python ../tests/browser) || true
  head=$(grep -o -m1 '<testsuite [^>]*>' "$junit" 2>/dev/null | head -1) || true
  local total=0 bad=0 away=0 errors=0
  [[ $head =~ \ tests=\"([0-9]+)\" ]] && total=${BASH_REMATCH[1]}
  [[ $head =~ \ failures=\"([0-9]+)\" ]] && bad=${BASH_REMATCH[1]}
  [[ $head =~ \ errors=\"([0-9]+)\" ]] && errors=${BASH_REMATCH[1]}
  [[ $head =~ \ skipped=\"([0-9]+)\" ]] && away=${BASH_REMATCH[1]}
  if [ "$total" -eq 0 ]; then
    echo "pytest: no test ran"
    failures+=("pytest: no test ran")
    failed=$((failed + 1))
    return
  fi
  bad=$((bad + errors))
  if [ "$bad" -gt 0 ]; then
    mapfile -t -O "${#failures[@]}" failures < <(
      grep -oE '<testcase [^>]*><(failure|error)' "$junit" |
        sed -E 's/.* classname="([^"]*)" name="([^"]*)".*/\1: \2/'
    )
  fi
  passed=$((passed + total - bad - away)) failed=$((failed + bad)) skipped=$((skipped + away))
}

finish() {
  echo "python: $passed passed, $failed failed, $skipped skipped"
  {
    echo "$passed $failed $skipped"
    [ "${#failures[@]}" -eq 0 ] || printf '%s\n' "${failures[@]}"
  } >"$counts_file"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

need_packages "${build_packages[@]}" "${python_packages[@]}"
use_ccache
want_packages chromium chromium-driver doxygen
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --upgrade pip build
check "source archive and wheel" build_package
[ "$failed" -eq 0 ] || { finish; exit; }
"$venv/bin/python" -m pip install --quiet --force-reinstall --no-deps build/dist/snn-*.whl
"$venv/bin/python" -m pip install --quiet "$(echo build/dist/snn-*.whl)[test,docs]"
check "ruff" "$venv/bin/ruff" check python tests/python tests/browser examples
check "mypy --strict" "$venv/bin/python" tests/python/typing_check.py
run_pytest
check "documentation site" env PYTHON="$venv/bin/python" bash docs/build.sh
finish
