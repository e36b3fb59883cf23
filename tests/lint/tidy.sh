#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs clang-tidy over the library's sources, the most recently changed first, for at most
# SNN_TIDY_SECONDS (600): what was not reached is named, and fails nothing.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/setup.sh
. tests/setup.sh
seconds=${SNN_TIDY_SECONDS:-600}

# The compile commands of clang's build, and the one generated header.
mkdir -p build
cmake --preset tsan >build/tsan.configure.log 2>&1 || { cat build/tsan.configure.log; exit 1; }
cmake --build --preset tsan --target snn_commit >/dev/null

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
export results

mapfile -t sources < <({
  git log --name-only --format= -- 'snn/*.cpp'
  git ls-files --cached --others --exclude-standard 'snn/*.cpp'
} | awk '!seen[$0]++' | while read -r file; do [ ! -e "$file" ] || echo "$file"; done)
[ "${#sources[@]}" -gt 0 ] || { echo "  no sources"; exit 1; }

tidy_one() {
  local left=$(($1 - $(date +%s))) name=${2//\//_}
  [ "$left" -gt 0 ] || { echo "$2" >"$results/$name.left"; return 0; }
  local status=0
  timeout "$left" clang-tidy --quiet -p build/tsan "$2" >"$results/$name.out" 2>/dev/null || status=$?
  case $status in
    0) ;;
    124) echo "$2" >"$results/$name.left" ;;
    *) mv "$results/$name.out" "$results/$name.bad" ;;
  esac
}
export -f tidy_one
until=$(($(date +%s) + seconds))
printf '%s\n' "${sources[@]}" | xargs -P "$(nproc)" -I{} bash -c "tidy_one $until {}"

shopt -s nullglob
unreached=("$results"/*.left) bad=("$results"/*.bad)
echo "  ${#sources[@]} sources, ${#unreached[@]} not reached in $seconds s"
[ "${#unreached[@]}" -eq 0 ] || cat "${unreached[@]}"
[ "${#bad[@]}" -eq 0 ] || { cat "${bad[@]}"; exit 1; }
