# SPDX-License-Identifier: Apache-2.0
"""The results file: documented key by key, honest about energy, the same for the same seed."""

import pathlib
import re
import unittest

from snn_command import TINY, CommandTest, tiny

DOCUMENT = pathlib.Path(__file__).parents[2] / "docs" / "results.md"
MODELS = ("spiking", "dense", "quantised")
TYPES = {"string": str, "number": (int, float), "integer": int, "boolean": bool}


def documented(heading):
    """{key path: type} of the tables below a heading of docs/results.md."""
    section = DOCUMENT.read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", section, re.M)
    return {key: kind.strip() for key, kind in rows}


def leaves(value, path=""):
    """Every (key path, value) of a JSON document that is no object; arrays add [] to the path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path + "[]")
    else:
        yield path, value


def general(path):
    """A path with what varies replaced as the document writes it."""
    path = re.sub(rf"^({'|'.join(MODELS)})\b", "<model>", path)
    return re.sub(r"^verdict\.break_even\.\w+\.", "verdict.break_even.<pair>.", path)


def without_times(results):
    for model in MODELS:
        training = results[model]["training"]
        del training["seconds"], training["seconds_per_epoch"]
    del results["command"]
    return results


class Results(CommandTest):
    def bench(self, **options):
        done = self.snn("bench", *tiny(**options), "--out", "r.json")
        return done, self.json_of("r.json")

    def check_keys(self, found, known):
        seen = set()
        for path, value in leaves(found):
            key = general(path)
            self.assertIn(key, known, "not documented")
            kind = known[key].removesuffix(", optional")
            if not (kind.endswith(" or null") and value is None):
                kind = kind.removesuffix(" or null")
                self.assertIsInstance(value, TYPES[kind], path)
                self.assertEqual(isinstance(value, bool), kind == "boolean", path)
            seen.add(key)
        required = {key for key, kind in known.items() if "optional" not in kind}
        self.assertEqual(required - seen, set(), "documented, but absent")

    def test_every_key_is_documented_and_every_documented_key_is_there(self):
        _, found = self.bench(augment="1,1")
        self.check_keys(found, documented("`snn bench`"))
        self.assertEqual(found["schema"], 1)
        self.assertIn("snn bench", found["command"])
        self.assertEqual(list(found)[:7],
                         ["schema", "version", "commit", "command", "machine", "data", "options"])
        self.assertRegex(DOCUMENT.read_text(), rf"version {found['schema']}\b")

    def test_reports_of_the_other_commands_are_documented(self):
        known = documented("`snn train`, `snn eval`, `snn simulate`")
        self.snn("train", *TINY, "--save", "net.h5", "--out", "train.json")
        self.snn("eval", "net.h5", "--out", "eval.json")
        self.snn("simulate", "net.h5", "--out", "simulate.json")
        for name in ("train.json", "eval.json", "simulate.json"):
            self.check_keys(self.json_of(name), known)

    def test_options_hold_every_flag_that_changes_numbers(self):
        _, found = self.bench(lambda_synops=0.5, tau_out=7)
        flags = set(re.findall(r"^  (?:-\w,)?--([a-z-]+)", self.snn("bench", "--help").stdout, re.M))
        told = {key.replace("_", "-") for key in found["options"]}
        self.assertEqual(flags - told, {"help", "out", "quiet", "config"})
        self.assertEqual(told - flags, set())
        self.assertEqual(found["options"]["lambda_synops"], 0.5)
        self.assertEqual(found["options"]["tau_out"], 7)
        self.assertEqual(found["options"]["hidden"], [8])

    def test_energy_is_measured_or_unavailable_and_never_zero(self):
        done, found = self.bench(measure_seconds=0.05)
        readable = re.search(r"RAPL.*: readable", self.snn("info").stdout) is not None
        for model in MODELS:
            training = found[model]["training"]
            for energy in (found[model]["energy"], training["energy"]):
                self.assertEqual("measured" in energy, "unavailable" not in energy)
                if "measured" in energy:
                    self.assertTrue(readable)
                    self.assertGreater(energy["measured"]["joules"], 0)
                else:
                    self.assertTrue(energy["unavailable"]["reason"])
            self.assertEqual("measured" in training["energy"], training["co2e_g"] is not None)
            for modelled in found[model]["energy"]["modelled"]:
                self.assertGreater(modelled["joules_per_inference"], 0)
                self.assertAlmostEqual(sum(term["joules"] for term in modelled["terms"]),
                                       modelled["joules_per_inference"], delta=1e-18)
                self.assertTrue(all(c["source"] for c in modelled["constants"]))
        if not readable:
            self.assertIn("unavailable", done.stdout)
            self.assertNotIn("measured\": {", (self.folder / "r.json").read_text())

    def test_counts_of_a_network_that_can_be_counted_by_hand(self):
        # 64 inputs, 8 hidden neurons, 10 classes, 4 ticks; ReLU twin: one pass.
        _, found = self.bench()
        weights = 64 * 8 + 8 * 10
        self.assertEqual(found["spiking"]["counts"]["macs_dense"], 4 * weights)
        self.assertEqual(found["spiking"]["counts"]["neuron_updates"], 4 * 18)
        self.assertEqual(found["spiking"]["counts"]["ticks"], 4)
        for twin in ("dense", "quantised"):
            self.assertEqual(found[twin]["counts"]["macs_dense"], weights)
            self.assertEqual(found[twin]["counts"]["neuron_updates"], 18)
            self.assertEqual(found[twin]["counts"]["acs_effective"], 0)
        self.assertEqual(found["quantised"]["bits"], 3)  # ceil(log2(4 + 1))
        spiking = found["spiking"]["counts"]
        self.assertAlmostEqual(spiking["acs_effective"], 10 * spiking["spikes"], places=9)
        for key in ("macs_dense", "macs_effective", "acs_effective", "synaptic_events", "spikes",
                    "neuron_updates"):
            self.assertAlmostEqual(sum(layer[key] for layer in spiking["layers"]), spiking[key])
        self.assertEqual((found["data"]["train"], found["data"]["test"]), (100, 360))

    def test_one_seed_gives_one_result_on_any_number_of_threads(self):
        first = without_times(self.bench()[1])
        self.assertEqual(first, without_times(self.bench()[1]))
        two = without_times(self.bench(threads=2)[1])
        self.assertEqual(two["options"].pop("threads"), 2)
        first["options"].pop("threads")
        self.assertEqual(first, two)
        self.assertNotEqual(first["spiking"], without_times(self.bench(seed=2)[1])["spiking"])

    def test_several_seeds_are_averaged(self):
        alone = [self.bench(seed=s)[1]["spiking"]["accuracy"] for s in (4, 5)]
        _, both = self.bench(seed=4, seeds=2)
        self.assertEqual(both["spiking"]["accuracies"], alone)
        self.assertAlmostEqual(both["spiking"]["accuracy"], sum(alone) / 2)
        self.assertAlmostEqual(both["spiking"]["accuracy_sd"], abs(alone[0] - alone[1]) / 2**0.5)


if __name__ == "__main__":
    unittest.main()
