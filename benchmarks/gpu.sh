#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# All that a machine with an NVIDIA GPU can say of snn: the tests on the device, the emulation's tests
# beside them, compute-sanitizer, benchmarks, and energy. A step that fails or takes too long is
# reported, and the next one runs. Writes OUT/<device>-<date>.json, a table (.md) and the logs.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<'USAGE'
benchmarks/gpu.sh [--from DIR] [--device N] [--quick] [--only STEP,...] [--out DIR]
                  [--step-seconds S] [--total-seconds S] [-h]

  --from DIR         folder of the programs; otherwise programs.tar.gz beside the script, or a build
                     of build/release
  --device N         number of the CUDA device (0)
  --quick            less of everything, within 8 minutes
  --only STEP,...    of info, tests, emulation, sanitizer, layer, peers, simulation, energy
  --out DIR          where results go (results beside the script; with --from: in DIR)
  --step-seconds S   no step takes longer (600; with --quick 120)
  --total-seconds S  what has not begun by then is left out (no limit; with --quick 450)

The step peers runs SpikingJelly and Norse on the layer that the step layer has, with the Python of
PEERS_PYTHON (python3) where it has them: benchmarks/peers/setup.sh makes one.

Exit code 1 if a step failed. What a build or a machine lacks is skipped, and said.
USAGE
}

from='' device=0 quick=no only=info,tests,emulation,sanitizer,layer,peers,simulation,energy out=''
step_seconds='' total_seconds=''
while [ $# -gt 0 ]; do
  case $1 in
    --from | --device | --only | --out | --step-seconds | --total-seconds)
      [ $# -ge 2 ] || { usage >&2; exit 2; }
      name=${1#--}
      declare "${name//-/_}=$2"
      shift
      ;;
    --quick) quick=yes ;;
    -h | --help) usage; exit 0 ;;
    *) echo "unknown option: $1" >&2; usage >&2; exit 2 ;;
  esac
  shift
done
for number in "$device" "${step_seconds:=$([ $quick = yes ] && echo 120 || echo 600)}" \
  "${total_seconds:=$([ $quick = yes ] && echo 450 || echo 1000000)}"; do
  [[ $number =~ ^[0-9]+$ ]] || { echo "not a number: $number" >&2; usage >&2; exit 2; }
done
for part in ${only//,/ }; do
  case $part in
    info | tests | emulation | sanitizer | layer | peers | simulation | energy) ;;
    *) echo "no step is called $part" >&2; usage >&2; exit 2 ;;
  esac
done

# ---- the programs ------------------------------------------------------------------------------
programs=(snn_cli bench_gpu_layer snn_backend_tests snn_cuda_training_tests snn_simt_tests
  snn_emulated_backend_tests snn_device_training_tests)
if [ -z "$from" ] && [ -f "$here/programs.tar.gz" ]; then  # the portable folder
  [ "$here/programs/snn" -nt "$here/programs.tar.gz" ] || tar xzmf "$here/programs.tar.gz" -C "$here" || exit 1
  from=$here/programs
  out=${out:-$here/results}
elif [ -z "$from" ]; then
  cd "$here/.." || exit 1
  # shellcheck source=tests/setup.sh
  . tests/setup.sh
  need_packages "${build_packages[@]}" libgtest-dev
  say "Building build/release"
  mkdir -p build
  [ -n "${CMAKE_GENERATOR:-}" ] || ! command -v ninja >/dev/null || export CMAKE_GENERATOR=Ninja
  if ! cmake --preset release -DSNN_TESTS=ON -DSNN_BENCHMARKS=ON -DSNN_CUDA=ON >build/gpu.log 2>&1 ||
    ! cmake --build --preset release --parallel "$(nproc)" --target "${programs[@]}"; then
    tail -n 20 build/gpu.log
    echo "the build failed"
    exit 1
  fi
  from=$PWD/build/release/bin
  out=${out:-$here/results}
fi
from=$(cd "$from" && pwd) || exit 1
[ -x "$from/snn" ] || { echo "$from has no program snn" >&2; exit 2; }

# ---- steps -------------------------------------------------------------------------------------
card=$(nvidia-smi --query-gpu=name --format=csv,noheader -i "$device" 2>/dev/null | head -n 1)
name=$(tr -cs 'a-zA-Z0-9' '-' <<<"${card:-no-gpu}" | tr '[:upper:]' '[:lower:]' | sed 's/^-*//; s/-*$//')
out=${out:-$from/results}
mkdir -p "$out" || exit 1
out=$(cd "$out" && pwd)
stem=$name-$(date -u +%Y-%m-%d)
logs=$out/$stem-logs
rm -rf "$logs"
mkdir -p "$logs"
: >"$logs/steps.tsv"
begun=$SECONDS
failed=0

# report <step> <state> <seconds> <what it says>
report() {
  printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" >>"$logs/steps.tsv"
  printf '%-9s %5s s  %s%s\n' "$2" "$3" "$1" "${4:+: $4}"
  case $2 in failed | 'too long') failed=$((failed + 1)) ;; esac
}
skip() { report "$1" skipped 0 "$2"; }

# limited <step> <seconds> <command...>: its output in the log, its standard output in .out. Sets
# `status` and `took`; returns 1 if it was skipped for lack of time.
limited() {
  local step=$1 limit=$2 left=$((total_seconds - SECONDS + begun)) at=$SECONDS
  shift 2
  [ "$limit" -le "$step_seconds" ] || limit=$step_seconds
  [ "$limit" -le "$left" ] || limit=$left
  if [ "$limit" -lt 5 ]; then
    skip "$step" "no time is left of $total_seconds s"
    return 1
  fi
  printf '+ %s\n' "$*" >"$logs/$step.log"
  timeout --kill-after=10 "$limit" "$@" >"$logs/$step.out" 2>>"$logs/$step.log"
  status=$?
  took=$((SECONDS - at))
}

# outcome <step> <what it says when it passed>: of what `limited` ran.
outcome() {
  case $status in
    0) report "$1" passed "$took" "$2" ;;
    124 | 137) report "$1" 'too long' "$took" "it was ended" ;;
    *) report "$1" failed "$took" "$(cat "$logs/$1.log" "$logs/$1.out" | grep -v '^ *$' | tail -n 1 |
      cut -c1-200) (exit code $status)" ;;
  esac
}

# figures <step> <seconds> <command...>: one that prints JSON, or writes it to $logs/<step>.json.
figures() {
  local step=$1
  limited "$@" || return 0
  if [ "$status" -eq 0 ] && [ ! -s "$logs/$step.json" ]; then
    sed -n '/^{/,$p' "$logs/$step.out" >"$logs/$step.json"
  fi
  outcome "$step" ''
}

# tests <step> <seconds> <program> <filter> [prefix command...]: cases of GoogleTest.
tests() {
  local step=$1 limit=$2 program=$from/$3 filter=$4
  shift 4
  if [ ! -x "$program" ]; then
    skip "$step" "this build has no ${program##*/}"
    return
  fi
  limited "$step" "$limit" "$@" "$program" "--gtest_filter=$filter" --gtest_brief=1 || return 0
  local ran
  ran=$(sed -nE 's/^\[==========\] ([0-9]+) tests? from .* ran.*/\1/p' "$logs/$step.out" | tail -n 1)
  if [ "$status" -eq 0 ] && [ "${ran:-0}" -eq 0 ]; then
    report "$step" skipped "$took" "no case of ${program##*/} is for this machine"
  else
    outcome "$step" "${ran:-0} cases"
  fi
}

sizes=(16384 16384 500 16)  # of a layer: inputs, neurons, ticks, batch
[ $quick = no ] || sizes=(8192 8192 200 16)
wanted() { [[ ,$only, == *,$1,* ]]; }
takes() { "$from/snn" "$1" --help 2>/dev/null | grep -q -- "$2"; }  # whether a command has an option

export CUDA_VISIBLE_DEVICES=$device  # the tests take cuda:0
say_head() { printf '\n== %s\n' "$*"; }

say_head "$(date -u '+%Y-%m-%d %H:%M') UTC, ${card:-no GPU}; programs of $from"
if wanted info; then
  limited info 60 "$from/snn" info && outcome info "$(grep -m1 'cuda:0' <(tail -n +2 "$logs/info.out") | sed 's/^ *//')"
  sed -n '/^devices:/,/^meters:/p' "$logs/info.out" 2>/dev/null | sed '$d'
  if command -v nvidia-smi >/dev/null; then
    limited nvidia-smi 30 nvidia-smi -q -i "$device" -d MEMORY,CLOCK,POWER,ECC && outcome nvidia-smi "$card"
  else
    skip nvidia-smi "it is not installed"
  fi
fi
gpu=$("$from/snn" info 2>/dev/null | sed -n 's/^devices: .*cuda:0.*/yes/p')
why="no CUDA device can be used (snn info says why)"

if wanted tests; then
  say_head "Tests on the device: the same bits as the CPU"
  if [ -n "$gpu" ]; then
    filter='*cuda*:Devices.*'
    [ $quick = no ] || filter="$filter-*Large*"
    tests tests-simulation 300 snn_backend_tests "$filter"
    tests tests-training 200 snn_cuda_training_tests '*'
  else
    skip tests-simulation "$why"
    skip tests-training "$why"
  fi
fi

if wanted emulation; then
  say_head "The emulation: the same cases, against the CPU too"
  tests emulation 100 snn_simt_tests '*'
  filter='*cuda*-*Reference*:*WaysOfRunning*:*Large*'
  [ $quick = no ] || filter='*AgainstTheCpu*cuda_0_Lif_*:*AgainstTheCpu*cuda_0_LifCurrExp*-*Large*'
  tests emulation-simulation 200 snn_emulated_backend_tests "$filter"
  tests emulation-training 100 snn_device_training_tests '*'
fi

if wanted simulation; then
  say_head "Benchmarks: networks"
  runs=('microcircuit --drive dc' 'microcircuit' 'cuba' 'brunel-low')
  seconds=30  # enough of it for the meter
  [ $quick = yes ] || runs+=('microcircuit --scale 0.1' 'coba' 'brunel-busy' 'stdp-balanced')
  [ $quick = yes ] || seconds=100
  for run in "${runs[@]}"; do
    step=simulate-$(tr -cs 'a-z0-9.' '-' <<<"$run" | sed 's/-*$//')
    if [ -z "$gpu" ]; then
      skip "$step" "$why"
    elif ! takes simulate --device; then
      skip "$step" "snn simulate has no --device in this build"
    else
      # shellcheck disable=SC2086  # $run is several words
      figures "$step" 150 "$from/snn" simulate $run --device cuda:0 --seconds "$seconds" --json
    fi
  done
fi

if wanted layer; then
  say_head "Benchmarks: a layer of training, and its share of the device's bandwidth"
  if [ ! -x "$from/bench_gpu_layer" ]; then
    skip layer "this build has no bench_gpu_layer"
  elif [ -z "$gpu" ]; then
    skip layer "$why"
  else
    figures layer 200 "$from/bench_gpu_layer" "${sizes[@]}"
  fi
fi

if wanted peers; then
  say_head "The same layer by SpikingJelly and Norse"
  peers=${PEERS_PYTHON:-python3} script=$here/peers/gpu_layer.py
  [ -f "$script" ] || script=$here/gpu_layer.py  # of the portable folder
  if [ -z "$gpu" ]; then
    skip peers "$why"
  elif [ ! -f "$script" ]; then
    skip peers "gpu_layer.py is not beside the script"
  elif ! found=$("$peers" -c 'import torch; torch.zeros(1, device="cuda")' 2>&1); then
    skip peers "$peers: $(tail -n 1 <<<"$found" | cut -c1-150)"
  else
    figures peers 400 "$peers" "$script" --neurons "${sizes[1]}" --ticks "${sizes[2]}" --batch "${sizes[3]}"
  fi
fi

if wanted energy; then
  say_head "Energy: dense against spiking"
  if [ -z "$gpu" ]; then
    skip energy "$why"
  elif ! takes bench ' --device'; then
    skip energy "snn bench has no --device in this build"
  else
    epochs=20
    [ $quick = no ] || epochs=3
    figures energy 500 "$from/snn" bench --device cuda:0 --epochs "$epochs" --trials 5 \
      --measure-seconds 2 --out "$logs/energy.json"
  fi
fi

if wanted sanitizer; then
  say_head "compute-sanitizer"
  checker=$(command -v compute-sanitizer || ls "${CUDA_HOME:-/usr/local/cuda}/bin/compute-sanitizer" 2>/dev/null)
  for tool in memcheck racecheck synccheck initcheck; do
    if [ -z "$checker" ]; then
      skip "sanitizer-$tool" "compute-sanitizer is not installed; it comes with the CUDA toolkit"
    elif [ -z "$gpu" ]; then
      skip "sanitizer-$tool" "$why"
    else
      tests "sanitizer-$tool" 120 snn_backend_tests '*AgainstTheCpu*cuda_0_Lif_plain:*AgainstTheCpu*cuda_0_LifCurrExp*plain-*Large*' \
        "$checker" --tool "$tool" --error-exitcode 9
    fi
  done
fi

# ---- results -----------------------------------------------------------------------------------
say_head "Results"
if command -v python3 >/dev/null && [ -f "$here/gpu_report.py" ]; then
  python3 "$here/gpu_report.py" "$logs" --name "$stem" --out "$out" || failed=$((failed + 1))
else
  echo "python3 is not installed: the figures are in $logs/*.json"
fi
echo "logs: $logs; $failed steps failed, in $((SECONDS - begun)) s"
[ "$failed" -eq 0 ]
