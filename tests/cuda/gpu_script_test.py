#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""benchmarks/gpu.sh with stand-ins for the programs, as on a machine with a GPU and without one."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "benchmarks" / "gpu.sh"
SNN = """#!/bin/sh
case "$1 $2" in
  "info "*) printf 'snn 0\\ndevices: cpu{devices}\\ncuda: toolkit 13.0\\nmeters:\\n' ;;
  *" --help") printf '  --device TEXT\\n' ;;
  "simulate microcircuit") printf '{{"network": "microcircuit", "real_time_factor": 0.5,
    "energy": {{"measured": {{"joules_per_synaptic_event": 2e-9}}}}}}\\n' ;;
  "simulate brunel-low") printf '{{"network": "brunel-low",
    "energy": {{"unavailable": {{"reason": "none"}}}}}}\\n' ;;
  "simulate cuba") echo 'no such thing' >&2; exit 3 ;;
  "simulate coba") echo 'not JSON' ;;
  "simulate "*) echo '{{}}' ;;
  "bench "*) while [ "$1" != --out ]; do shift; done; echo '{{"winner": "spiking"}}' >"$2" ;;
esac
"""
LAYER = """#!/bin/sh
cat <<'JSON'
{"scans": [], "layer": [{"precision": "fp32", "inputs": 8, "neurons": 8, "batch": 2, "ticks": 4,
  "forward_backward_ms": 2.0, "products_flop_per_s": 1e12, "ratio": 1.1}]}
JSON
"""
PEERS = """#!/bin/sh
[ "$1" != -c ] || exit {missing}
cat <<'JSON'
{{"layer": {{"fp32": {{"one_library": {{"forward_backward_ms": 9.0, "peak_bytes": 1000}},
                     "another": {{"unavailable": "no kernel"}}}}}}}}
JSON
"""
TESTS = """#!/bin/sh
echo '[==========] {cases} tests from 1 test suite ran. (3 ms total)'
sleep {seconds}
exit {code}
"""


class GpuScript(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.program("nvidia-smi", "#!/bin/sh\necho 'NVIDIA Test 9'\n")
        self.program("compute-sanitizer", '#!/bin/sh\nshift 4\nexec "$@"\n')
        self.program("bench_gpu_layer", LAYER)
        self.program("peers_python", PEERS.format(missing=0))
        self.snn(", cuda:0")
        for name in ("backend", "emulated_backend", "cuda_training", "device_training", "simt"):
            self.cases(name)

    def program(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def snn(self, devices):
        self.program("snn", SNN.format(devices=devices))

    def cases(self, name, count=7, seconds=0, code=0):
        self.program(f"snn_{name}_tests", TESTS.format(cases=count, seconds=seconds, code=code))

    def run_script(self, *arguments, expect=0):
        """The results, by step."""
        environment = os.environ | {"PATH": f"{self.folder}:{os.environ['PATH']}",
                                    "PEERS_PYTHON": str(self.folder / "peers_python")}
        done = subprocess.run(["bash", SCRIPT, "--from", self.folder, *arguments], text=True,
                              capture_output=True, check=False, env=environment)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        self.output = done.stdout
        found = list((self.folder / "results").glob("*.json"))
        if not found:
            return {}
        self.assertTrue(found[0].name.startswith("nvidia-test-9-"), found)
        result = json.loads(found[0].read_text(encoding="utf-8"))
        self.figures = result["figures"]
        return {step["step"]: step for step in result["steps"]}

    def test_all_steps_of_a_machine_with_a_gpu(self):
        steps = self.run_script(expect=1)
        states = {name: step["state"] for name, step in steps.items()}
        self.assertEqual(states.pop("simulate-cuba"), "failed")
        self.assertIn("no such thing (exit code 3)", steps["simulate-cuba"]["said"])
        self.assertEqual(states.pop("simulate-coba"), "failed")  # no JSON
        self.assertEqual(set(states.values()), {"passed"}, steps)
        self.assertEqual(len(states), 20, steps)
        self.assertEqual(steps["sanitizer-memcheck"]["said"], "7 cases")
        self.assertEqual(self.figures["simulate-microcircuit"]["real_time_factor"], 0.5)
        self.assertEqual(self.figures["energy"], {"winner": "spiking"})
        self.assertIn("| microcircuit | - | - | 0.5 | - | 2 nJ measured | - |", self.output)
        self.assertIn("| brunel-low | - | - | - | - | unavailable | - |", self.output)
        self.assertIn("| one_library | fp32 | 9 ms | 4.5 times ours | 1e+03 |  |", self.output)
        self.assertIn("| another | fp32 | - | - | - | no kernel |", self.output)

    def test_peers_that_are_not_installed_are_skipped(self):
        self.program("peers_python", PEERS.format(missing=1))
        steps = self.run_script("--only", "peers")
        self.assertEqual(steps["peers"]["state"], "skipped")

    def test_a_machine_without_a_gpu_runs_the_emulation(self):
        self.snn("")
        steps = self.run_script()
        ran = {name for name, step in steps.items() if step["state"] == "passed"}
        self.assertEqual(ran, {"info", "nvidia-smi", "emulation", "emulation-simulation",
                               "emulation-training"})
        self.assertIn("no CUDA device", steps["layer"]["said"])

    def test_failing_tests_are_no_end(self):
        self.cases("backend", code=1)
        self.cases("cuda_training", count=0)
        steps = self.run_script("--only", "tests,layer", expect=1)
        self.assertEqual(steps["tests-simulation"]["state"], "failed")
        self.assertEqual(steps["tests-training"]["state"], "skipped")
        self.assertIn("no case", steps["tests-training"]["said"])
        self.assertEqual(steps["layer"]["state"], "passed")

    def test_a_step_has_its_time(self):
        self.cases("simt", seconds=20)
        steps = self.run_script("--only", "emulation", "--step-seconds", "5", expect=1)
        self.assertEqual(steps["emulation"]["state"], "too long")
        self.assertLess(steps["emulation"]["seconds"], 15)
        self.assertEqual(steps["emulation-simulation"]["state"], "passed")

    def test_all_together_have_theirs(self):
        steps = self.run_script("--only", "emulation,layer", "--total-seconds", "0")
        self.assertEqual({step["state"] for step in steps.values()}, {"skipped"})
        self.assertIn("no time is left", steps["layer"]["said"])

    def test_mistakes(self):
        self.run_script("--frobnicate", expect=2)
        self.run_script("--only", "everything", expect=2)
        self.run_script("--step-seconds", "soon", expect=2)


if __name__ == "__main__":
    unittest.main()
