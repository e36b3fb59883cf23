# SPDX-License-Identifier: Apache-2.0
"""What decides the opponents and the grams of CO2e of a report: flags, config file, environment."""

import json
import os
import unittest
from unittest import mock

from report_figures import problems
from snn_command import TINY, CommandTest, tiny

REGION = "SNN_CARBON_REGION"


class EnergyOptions(CommandTest):
    def bench(self, *words, region=None, **options):
        environment = {name: value for name, value in os.environ.items() if name != REGION}
        if region is not None:
            environment[REGION] = region
        with mock.patch.dict(os.environ, environment, clear=True):
            self.snn("bench", *tiny(**({"meter": "none"} | options)), *words, "--out", "r.json")
        return self.json_of("r.json")

    def refused(self, words, *told, code=2, region=""):
        """The command ends with this code, says what was wrong, and writes no results."""
        with mock.patch.dict(os.environ, {REGION: region}):
            done = self.snn("bench", *TINY, "--meter", "none", "--out", "no.json", *words, expect=code)
        for word in told:
            self.assertIn(word, done.stderr)
        self.assertFalse((self.folder / "no.json").exists())

    def write_counts(self, file="mine.json", **changes):
        layers = [{"name": "input->hidden1", "inputs": 64, "outputs": 8, "macs": 100, "bias": True},
                  {"name": "hidden1->output", "inputs": 8, "outputs": 10, "acs": 12.25,
                   "neuron": "none"}]
        counts = {"format": "snn counts", "schema": 1, "name": "mine", "accuracy": 0.75, "ticks": 2,
                  "layers": layers} | changes
        counts = {key: value for key, value in counts.items() if value is not None}
        (self.folder / file).write_text(json.dumps(counts))

    # ---- the grid

    def grid(self, **options):
        grid = self.bench(**options)["grid"]
        return grid["code"], grid["chosen_by"]

    def config(self, text):
        (self.folder / "run.toml").write_text(text)
        return "run.toml"

    def test_flag_before_config_file_before_environment_before_world(self):
        self.assertEqual(self.grid(), ("WORLD", "default"))
        self.assertEqual(self.grid(region=""), ("WORLD", "default"))
        self.assertEqual(self.grid(region="FRA"), ("FRA", REGION))
        config = self.config('country = "DEU"\npue = 1.25\n')
        self.assertEqual(self.grid(region="FRA", config=config), ("DEU", "option"))
        self.assertEqual(self.grid(region="FRA", config=config, country="USA"), ("USA", "option"))
        found = self.bench(config=config, pue=1.5)
        self.assertEqual((found["grid"]["pue"], found["options"]["pue"]), (1.5, 1.5))
        self.assertEqual(self.bench(config=config)["grid"]["pue"], 1.25)

    def test_a_number_is_an_intensity_of_the_users_own(self):
        for found in (self.bench(country=30.5)["grid"], self.bench(region="30.5")["grid"]):
            self.assertEqual((found["code"], found["g_per_kwh"], found["year"]), ("own", 30.5, 0))
            self.assertEqual(found["source"], "given by the user")
        self.assertEqual(self.bench(country=0)["dense"]["training"]["energy"]["modelled"]["co2e_g"], 0)

    def test_grams_are_proportional_to_intensity_and_pue(self):
        def grams(report):
            return [report[m]["training"]["energy"]["modelled"]["co2e_g"]
                    for m in ("spiking", "dense", "quantised")]
        world, more = self.bench(), self.bench(country=2 * 458.29, pue=1.5)
        for one, other in zip(grams(world), grams(more)):
            self.assertAlmostEqual(other / one, 3, places=9)
        self.assertEqual(problems(more), [])

    def test_bad_intensities_are_refused(self):
        self.refused(["--country", "XYZ"], "country = XYZ", "WORLD", "FRA")
        self.refused(["--country", "fra"], "country = fra", "FRA")
        self.refused(["--country", "12g"], "country = 12g")
        for number in ("-5", "nan", "inf"):
            self.refused([f"--country={number}"], "g_per_kwh", "finite number >= 0")
        self.refused([], "country = Narnia", "WORLD", region="Narnia")
        self.refused([], "g_per_kwh", region="-1")
        self.refused(["--config", self.config('country = "XYZ"\n')], "country = XYZ")
        for pue in ("0.99", "10.1", "x", "nan"):
            self.refused(["--pue", pue], "--pue", pue)

    def test_a_bad_region_does_not_matter_where_the_option_is_given(self):
        self.assertEqual(self.grid(region="Narnia", country="FRA"), ("FRA", "option"))

    # ---- opponents

    def test_counts_from_a_file_are_an_opponent(self):
        self.write_counts()
        self.write_counts("second.json", name="", accuracy=None)
        report = self.bench(opponent="mine.json,second.json")
        self.assertEqual(problems(report), [])
        mine, other = report["users"]
        self.assertEqual((mine["label"], mine["accuracy"], mine["ticks"]), ("mine", 0.75, 2))
        self.assertEqual((other["label"], other["accuracy"]), ("second.json", None))
        self.assertNotIn("training", mine)
        self.assertNotIn("measured", mine["energy"])
        # 100 MACs and 12.25 accumulates, by hand.
        self.assertAlmostEqual(mine["counts"]["macs_effective"], 100)
        self.assertAlmostEqual(mine["energy"]["modelled"][0]["joules_per_inference"],
                               (100 * 4.6 + 12.25 * 0.9) * 1e-12, delta=1e-22)
        self.assertTrue(any('opponent "mine"' in line for line in report["verdict"]["text"]))

    def test_counts_of_a_report_can_be_given_back(self):
        raw = self.bench()["dense"]["counts"]["raw"]
        (self.folder / "dense.json").write_text(json.dumps(raw))
        report = self.bench(opponent="dense.json")
        self.assertEqual(report["users"][0]["counts"]["raw"], raw)
        self.assertEqual(report["users"][0]["energy"]["modelled"][0],
                         report["dense"]["energy"]["modelled"][0])

    def test_the_smallest_network_of_equal_accuracy(self):
        report = self.bench(opponent="equal-accuracy")
        self.assertEqual(problems(report), [])
        found = report["equal_accuracy"]
        self.assertEqual(found["target"], report["spiking"]["accuracy"])
        self.assertGreaterEqual(found["accuracy"], found["target"])
        self.assertIn({"hidden": found["hidden"], "accuracy": found["accuracy"]}, found["tried"])
        sizes = [p["size"] for p in found["counts"]["raw"]["populations"]]
        self.assertEqual(sizes, [64, *found["hidden"], 10])
        self.assertNotIn("equal_accuracy", self.bench())

    def test_bad_opponents_are_refused(self):
        self.refused(["--opponent", "none.json"], "none.json", "cannot be read", code=1)
        (self.folder / "text.json").write_text("no JSON")
        self.refused(["--opponent", "text.json"], "text.json", "JSON", code=1)
        for changes, told in (({"format": "other"}, "format"), ({"schema": 9}, "schema"),
                              ({"accuracy": 1.5}, "accuracy"), ({"ticks": 0}, "ticks"),
                              ({"layers": []}, "layers"), ({"extra": 1}, "extra")):
            self.write_counts(**changes)
            self.refused(["--opponent", "mine.json"], "mine.json", told)

    def test_bad_targets_meters_and_trials_are_refused(self):
        self.refused(["--target-accuracy", "1.5"], "--target-accuracy", "1.5")
        self.refused(["--trials", "4"], "--trials", "4")
        self.refused(["--meter", "sundial"], "--meter", "sundial")

    def test_a_target_decides_what_trainings_are_compared_at(self):
        never = self.bench(target_accuracy=1)
        self.assertIsNone(never["spiking"]["training"]["to_target"])
        early = self.bench(target_accuracy=0.01)["dense"]["training"]["to_target"]
        self.assertEqual((early["epochs"], early["validation_accuracy"]), (1, 0.01))

    def test_an_external_meter_that_is_not_there_is_unavailable(self):
        report = self.bench(meter="external", meter_file="no_plug")
        self.assertIn("no_plug", report["measurement"]["unavailable"]["reason"])
        self.assertNotIn("measured", report["dense"]["energy"])
        self.assertEqual(problems(report), [])


if __name__ == "__main__":
    unittest.main()
