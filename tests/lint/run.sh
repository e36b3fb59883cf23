#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Checks that need no test program. Writes "passed failed skipped" to the file given as argument.
set -euo pipefail
cd "$(dirname "$0")/../.."
counts=${1:-/dev/null}
passed=0 failed=0 skipped=0
failures=()

pass() { passed=$((passed + 1)); echo "ok: $1"; }
fail() { failed=$((failed + 1)); failures+=("$1"); echo "FAILED: $1"; }
skip() { skipped=$((skipped + 1)); echo "skipped: $1"; }
check() {  # name, command...
  local name=$1
  shift
  if "$@"; then pass "$name"; else fail "$name"; fi
}

# Files of the repository, and new ones that git does not ignore.
git rev-parse HEAD >/dev/null || { echo "lint needs a git checkout"; exit 1; }
listed() {
  git ls-files --cached --others --exclude-standard -- "$@" |
    while read -r file; do [ ! -e "$file" ] || echo "$file"; done
}

licence_lines() {
  local file bad=0
  while read -r file; do
    head -n 2 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || {
      echo "  $file: no SPDX line"
      bad=1
    }
  done < <(listed '*.cpp' '*.hpp' '*.cu' '*.cuh' '*.sh' '*.py' '*.in' '*.cmake' '*CMakeLists.txt' \
    '*.supp' '*.toml' '*.yml' '.clang-*' '.gitignore' '.ci/run')
  return $bad
}

file_lengths() {
  listed '*.cpp' '*.hpp' '*.cu' '*.cuh' '*.py' | xargs -r wc -l |
    awk '$2 != "total" && $1 > 400 {print "  " $2 ": " $1 " lines, at most 400"; bad = 1} END {exit bad}'
}

machine_paths() {
  ! listed | grep -v '^LICENSE$' | xargs -r grep -nIE "(^|[^[:alnum:]._])/(home|root|work)/" | sed 's/^/  /' |
    grep .
}

formatted() {
  local unformatted
  unformatted=$(listed '*.cpp' '*.hpp' '*.cu' '*.cuh' |
    xargs -r "$1" --dry-run --Werror 2>&1 | sed -nE 's/^([^: ]+):[0-9]+:[0-9]+: .*/  \1/p' | sort -u)
  [ -z "$unformatted" ] || { echo "$unformatted"; return 1; }
}

check "licence lines" licence_lines
check "file lengths" file_lengths
check "paths of one machine" machine_paths
check "includes between layers" python3 tests/lint/layers.py --check

# Another version formats differently.
format=$(command -v clang-format-14 || true)
[ -n "$format" ] || format=$(command -v clang-format || true)
if [[ -n $format && $("$format" --version) =~ version\ 14\. ]]; then
  check "clang-format" formatted "$format"
else
  skip "clang-format: version 14 is not installed"
fi

if command -v shellcheck >/dev/null; then
  check "shellcheck" shellcheck -x tests/*.sh tests/*/*.sh benchmarks/*.sh .ci/run
else
  skip "shellcheck: not installed"
fi

# The one of the distribution's clang, which understands its C++ library.
if command -v clang-tidy >/dev/null && [[ $(clang-tidy --version) =~ version\ 14\. ]]; then
  check "clang-tidy" bash tests/lint/tidy.sh
else
  skip "clang-tidy: version 14 is not installed"
fi

echo "lint: $passed passed, $failed failed, $skipped skipped"
{
  echo "$passed $failed $skipped"
  [ "${#failures[@]}" -eq 0 ] || printf '%s\n' "${failures[@]}"
} >"$counts"
[ "$failed" -eq 0 ]
