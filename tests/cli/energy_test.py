# SPDX-License-Identifier: Apache-2.0
"""snn energy: doctor, measure, model and the tables."""

import json
import pathlib
import re
import shlex
import sys
import threading
import time
import unittest

from snn_command import CommandTest, tiny

SOURCE = pathlib.Path(__file__).parents[2]
SPIKING = SOURCE / "examples/data/gsc_spiking.json"
DENSE = SOURCE / "examples/data/gsc_dense.json"


class Tables(CommandTest):
    def test_hardware_is_listed_and_shown_with_sources(self):
        listed = json.loads(self.snn("energy", "hardware", "list", "--json").stdout)
        names = [entry["name"] for entry in listed]
        text = self.snn("energy", "hardware", "list").stdout
        for name in ("horowitz-45nm", "loihi", "truenorth", "spinnaker2", "h100-sxm", "loihi2"):
            self.assertIn(name, names)
            self.assertRegex(text, rf"(?m)^{name} ")
        shown = json.loads(self.snn("energy", "hardware", "show", "loihi", "--json").stdout)
        self.assertEqual(shown["constants"][0]["value"], 23.6)
        self.assertIn("Davies", self.snn("energy", "hardware", "show", "loihi").stdout)
        self.assertIn("loihi2", self.snn("energy", "hardware", "show", "loihi3", expect=2).stderr)

    def test_carbon_has_a_year_and_a_source(self):
        rows = json.loads(self.snn("energy", "carbon", "show", "FRA", "--json").stdout)
        self.assertEqual([(r["year"], r["g_per_kwh"]) for r in rows],
                         [(2024, 40.48), (2025, 41.44)])
        self.assertIn("CC BY 4.0", rows[0]["source"])
        self.assertEqual(rows[0]["retrieved"], "2026-04-29")
        self.assertIn("WORLD", self.snn("energy", "carbon", "list").stdout)
        self.assertIn("FRA", self.snn("energy", "carbon", "show", "XXX", expect=2).stderr)

    def test_every_example_of_the_help_is_a_command(self):
        text = self.snn("energy", "--help").stdout
        examples = re.findall(r"^  (snn energy .*)$", text.split("Examples:")[1], re.M)
        self.assertGreaterEqual(len(examples), 6)
        for example in examples:
            words = shlex.split(example)[1:]
            if "measure" in words or "model" in words:
                continue  # of files and programs that are not there
            self.snn(*words)


class Model(CommandTest):
    def modelled(self, *words):
        done = self.snn("energy", "model", "--counts", SPIKING, *words, "--json")
        return json.loads(done.stdout)

    def test_the_published_pair_of_networks(self):
        # 3,289,834 ACs x 0.9 pJ and 1,728,071 MACs x 4.6 pJ: 2.96 and 7.95 uJ; 29.0 M dense MACs
        # against 1.88 M.
        found = {entry["model"]: entry for entry in self.modelled(
            "--against", DENSE, "--hardware", "horowitz-45nm,h100-sxm")["modelled"]}
        compute = found["45nm-compute-fp32"]
        self.assertAlmostEqual(compute["joules_per_inference"] * 1e6, 2.96, places=2)
        self.assertAlmostEqual(compute["against"]["joules_per_inference"] * 1e6, 7.95, places=2)
        self.assertAlmostEqual(found["h100-sxm-floor-bf16"]["energy_ratio"], 15.44, places=2)
        for entry in found.values():
            for term in entry["terms"]:
                self.assertAlmostEqual(term["operations"] * term["picojoules"] * 1e-12,
                                       term["joules"], delta=1e-12 * term["joules"])
            self.assertAlmostEqual(sum(term["joules"] for term in entry["terms"]),
                                   entry["joules_per_inference"], delta=1e-15)

    def test_a_chip_of_ones_own(self):
        (self.folder / "chip.json").write_text(json.dumps({
            "name": "mine", "kind": "chip", "definition": "core only", "constants": [
                {"name": "synaptic_operation", "value": 2, "unit": "pJ", "source": "measured"}]}))
        entry = self.modelled("--hardware", "chip.json")["modelled"][0]
        self.assertAlmostEqual(entry["joules_per_inference"], 3289834.32 * 2e-12, delta=1e-15)
        self.assertEqual(entry["constants"][0]["evidence"], "user")

    def test_what_is_not_published_gives_no_number(self):
        done = self.snn("energy", "model", "--counts", SPIKING, "--hardware", "loihi2", expect=1)
        self.assertEqual(done.stdout, "")
        self.assertIn("unavailable", done.stderr)

    def test_the_document_quotes_what_the_command_prints(self):
        text = self.snn("energy", "model", "--counts", SPIKING, "--against", DENSE, "--hardware",
                        "horowitz-45nm,davidson-furber-22nm,yan-22nm,loihi,h100-sxm").stdout
        example = (SOURCE / "docs/energy.md").read_text().split("## A worked example")[1]
        rows = re.findall(r"^\| [^|]+ \| ([\d.]+ uJ) \| ([\d.]+ uJ) \|", example, re.M)
        self.assertEqual(len(rows), 5)
        for spiking, dense in rows:
            self.assertRegex(text, rf"(?m) {re.escape(spiking)} +{re.escape(dense)} ")

    def test_counts_of_a_trained_network(self):
        self.snn("train", *tiny(), "--save", "net.h5", "--counts", "trained.json")
        self.snn("eval", "net.h5", "--quiet", "--out", "e.json", "--counts", "counts.json")
        for name in ("trained.json", "counts.json"):
            done = self.snn("energy", "model", "--counts", name, "--json")
            modelled = json.loads(done.stdout)["modelled"][0]
            counts = self.json_of("e.json")["counts"]
            self.assertAlmostEqual(
                modelled["joules_per_inference"] * 1e12,
                4.6 * counts["macs_effective"] + 0.9 * counts["acs_effective"], places=3)

    def test_mistakes(self):
        self.assertIn("missing.json", self.snn("energy", "model", "--counts", "missing.json",
                                               expect=1).stderr)
        (self.folder / "bad.json").write_text('{"format": "snn counts", "schema": 1, "layers": 3}')
        self.assertIn("layers", self.snn("energy", "model", "--counts", "bad.json",
                                         expect=2).stderr)
        self.assertIn("--counts", self.snn("energy", "model", expect=2).stderr)


class Measurement(CommandTest):
    def plug_in(self, watts=50.0):
        """A wall plug that writes its joules every 10 ms until the test ends."""
        stop = threading.Event()

        def write():
            start = time.monotonic()
            with open(self.folder / "plug.txt", "w", encoding="ascii") as file:
                while not stop.wait(0.01):
                    now = time.monotonic() - start
                    file.write(f"{now:.4f} {watts * now:.5f}\n")
                    file.flush()

        thread = threading.Thread(target=write)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(stop.set)
        time.sleep(0.1)
        return ("--meter", "external", "--meter-file", "plug.txt")

    def test_doctor_names_every_kind_with_its_reason(self):
        meters = json.loads(self.snn("energy", "doctor", "--json").stdout)["meters"]
        self.assertTrue({"rapl", "perf", "nvml", "amd", "jetson", "external"} <=
                        {meter["kind"] for meter in meters})
        text = self.snn("energy", "doctor").stdout
        for meter in meters:
            self.assertIn(meter["name"], text)
            if meter["readable"]:
                self.assertGreater(meter["interval_ms"], 0)
            else:
                self.assertIsNone(meter["interval_ms"])
                self.assertTrue(meter["reason"])

    def test_one_run_of_a_command(self):
        plug = self.plug_in()
        done = self.snn("energy", "measure", *plug, "--once", "--json", "--",
                        sys.executable, "-c", "import time; time.sleep(4); print('mine')")
        found = json.loads(done.stdout)
        measured = found["measured"]
        # The plug gives 50 W whatever runs.
        self.assertAlmostEqual(measured["joules"] / measured["window_s"], 50,
                               delta=2 + measured["quantisation_j"])
        self.assertIn("mine", done.stderr)  # output of the command, apart from the figures
        self.assertAlmostEqual(measured["co2e_g"], measured["joules"] / 3.6e6 *
                               found["grid"]["g_per_kwh"], delta=1e-9)

    def test_trials_have_an_interval_and_a_baseline(self):
        plug = self.plug_in()
        done = self.snn("energy", "measure", *plug, "--trials", 5, "--measure-seconds", 0.6,
                        "--cool-down-seconds", 0, "--quiet", "--json", "--", "sleep", "0.1",
                        expect=None)
        found = json.loads(done.stdout)
        self.assertEqual(len(found["measurement"]["trials"]), 5)
        if "unavailable" in found:  # a busy machine: trials that differ are refused, with a reason
            self.assertTrue(found["unavailable"]["reason"])
            return
        total = found["measured"]["total_joules"]
        low, high = total["interval_95"]
        self.assertTrue(low <= total["mean"] <= high)
        power = found["measured"]["power_w"]["mean"]
        self.assertAlmostEqual(power, 50, delta=3)
        # Nothing was above idle.
        dynamic = found["measured"]["dynamic_joules"]["interval_95"]
        self.assertLess(dynamic[0], 0.1 * total["mean"])

    def test_no_meter_is_a_reason_and_no_number(self):
        done = self.snn("energy", "measure", "--meter", "none", "--json", "--", "true", expect=1)
        found = json.loads(done.stdout)
        self.assertEqual(list(found), ["unavailable"])
        self.assertTrue(found["unavailable"]["reason"])

    def test_numbers_are_in_range_and_none_is_nan(self):
        for flag in ("--measure-seconds", "--cool-down-seconds", "--pue"):
            for value in ("nan", "-1", "x", "1e9"):
                done = self.snn("energy", "measure", "--meter", "none", flag, value, "--", "true",
                                expect=2)
                self.assertIn(flag, done.stderr)
                self.assertIn(value, done.stderr)

    def test_a_command_that_fails_is_no_measurement(self):
        plug = self.plug_in()
        done = self.snn("energy", "measure", *plug, "--once", "--", "false", expect=1)
        self.assertEqual(done.stdout, "")
        self.assertIn("exit code 1", done.stderr)
        done = self.snn("energy", "measure", *plug, "--once", "--", "./not-there", expect=1)
        self.assertIn("not-there", done.stderr)


if __name__ == "__main__":
    unittest.main()
