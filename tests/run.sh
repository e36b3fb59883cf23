#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the tests; installs and builds what is missing first. The last line is "N passed, N failed",
# and the exit code is 0 only if something passed and nothing failed.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=tests/setup.sh
. tests/setup.sh

usage() {
  cat <<'USAGE'
tests/run.sh [--quick] [--only SUITE[,SUITE...]] [-h]

Suites, all of them by default:
  release  optimised build, every test, and a program built against the installed library
  asan     AddressSanitizer and UndefinedBehaviorSanitizer (without tests labelled `long`)
  tsan     ThreadSanitizer (without tests labelled `long`, and of code without threads)
  python   the Python package: source archive, wheel, its tests in a fresh environment; ruff, mypy
  lint     clang-format, clang-tidy, shellcheck, licence lines, includes between layers
  --quick  the same as --only release

Environment: SNN_WERROR=ON makes warnings errors in the release build (they always are in tsan);
SNN_TIDY_SECONDS bounds clang-tidy (600).
USAGE
}

suites=(release python asan tsan lint)
while [ $# -gt 0 ]; do
  case $1 in
    --quick) suites=(release) ;;
    --only)
      [ $# -ge 2 ] || { usage >&2; exit 2; }
      IFS=, read -ra suites <<<"$2"
      shift
      ;;
    -h | --help) usage; exit 0 ;;
    *) echo "unknown option: $1" >&2; usage >&2; exit 2 ;;
  esac
  shift
done
for suite in "${suites[@]}"; do
  case $suite in
    release | python | asan | tsan | lint) ;;
    *) echo "no suite is called $suite; there are: release, python, asan, tsan, lint" >&2; exit 2 ;;
  esac
done

passed=0 failed=0 skipped=0
failures=()  # said again at the end, where they are found
count() {  # passed failed skipped
  passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

# run_ctest <preset>: runs its tests, prints what did not pass, adds to the sums.
run_ctest() {
  local preset=$1 junit=$PWD/build/$1/junit.xml prefix=()
  rm -f "$junit"
  # The sanitizers' shadow memory collides with the widest address randomisation of recent kernels.
  [ "$preset" = release ] || ! setarch "$(uname -m)" -R true 2>/dev/null ||
    prefix=(setarch "$(uname -m)" -R)
  set +e
  "${prefix[@]}" ctest --preset "$preset" --parallel "$(nproc)" --no-label-summary \
    --output-junit "$junit" |
    grep -vE '^ *Start +[0-9]+: |^ *[0-9]+/[0-9]+ Test +#[0-9]+: .* Passed '
  local status=${PIPESTATUS[0]}
  set -e
  local head total=0 bad=0 away=0
  head=$(grep -m1 -A8 '<testsuite ' "$junit" 2>/dev/null | tr '\n\t' '  ') || true
  head=${head%%>*}
  if [[ $head =~ \ tests=\"([0-9]+)\" ]]; then total=${BASH_REMATCH[1]}; fi
  if [[ $head =~ \ failures=\"([0-9]+)\" ]]; then bad=${BASH_REMATCH[1]}; fi
  if [[ $head =~ \ skipped=\"([0-9]+)\" ]]; then away=${BASH_REMATCH[1]}; fi
  if [[ $head =~ \ disabled=\"([0-9]+)\" ]]; then away=$((away + BASH_REMATCH[1])); fi
  if [ "$total" -eq 0 ]; then
    echo "$preset: no test ran"
    failures+=("$preset: no test ran")
    count 0 1 0
    return
  fi
  if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
    bad=1  # e.g. a test program that is not there counts as "not run"
    if [ "$away" -gt 0 ]; then away=$((away - 1)); else total=$((total + 1)); fi
  fi
  if [ "$bad" -gt 0 ]; then
    local name
    while read -r name; do failures+=("$preset: $name"); done < <(
      sed -nE 's/.*<testcase name="([^"]*)".* status="fail".*/\1/p' "$junit"
    )
  fi
  echo "$preset: $((total - bad - away)) passed, $bad failed, $away skipped"
  count $((total - bad - away)) "$bad" "$away"
}

run_suite() {
  local preset=$1
  shift
  say "Building build/$preset"
  if build_preset "$preset" "$@"; then
    say "Testing build/$preset"
    run_ctest "$preset"
  else
    echo "$preset: the build failed"
    failures+=("$preset: the build")
    count 0 1 0
  fi
}

# run_counted <suite> <script...>: one that writes "passed failed skipped" to the file it is given,
# and below it what failed, a line each.
run_counted() {
  local suite=$1 sums p f s line
  shift
  sums=$(mktemp)
  "$@" "$sums" || true
  {
    read -r p f s || { p=0 f=1 s=0; failures+=("$suite: ended early"); }
    while read -r line; do failures+=("$suite: $line"); done
  } <"$sums"
  rm -f "$sums"
  count "$p" "$f" "$s"
}

need_packages "${build_packages[@]}" "${test_packages[@]}"
need_clang_runtime
want_packages "${lint_packages[@]}" "${speed_packages[@]}"
mkdir -p build
use_ccache

started=$SECONDS
for suite in "${suites[@]}"; do
  begun=$SECONDS
  case $suite in
    release) run_suite release -DSNN_TESTS=ON -DCMAKE_CUDA_ARCHITECTURES=90 ${SNN_WERROR:+-DSNN_WERROR="$SNN_WERROR"} ;;
    asan) run_suite asan -DSNN_EXAMPLES=OFF ;;
    tsan) run_suite tsan -DSNN_EXAMPLES=OFF -DSNN_WERROR=ON ;;
    python)
      say "Python package"
      run_counted python bash tests/python.sh
      ;;
    lint)
      say "Lint"
      run_counted lint bash tests/lint/run.sh
      ;;
  esac
  echo "($suite took $((SECONDS - begun)) s)"
done

if [ "${#failures[@]}" -gt 0 ]; then
  say "What failed"
  printf '%s\n' "${failures[@]}"
fi
say "All suites, in $((SECONDS - started)) s; $skipped skipped"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
