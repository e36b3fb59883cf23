# SPDX-License-Identifier: Apache-2.0
"""The results file: documented key by key, honest about energy, the same for the same seed."""

import copy
import json
import pathlib
import re
import struct
import unittest

from snn_command import TINY, CommandTest, tiny

DOCUMENT = pathlib.Path(__file__).parents[2] / "docs" / "results.md"
MEASURED = pathlib.Path(__file__).parent / "measured_report.json"  # see report_test.py
MODELS = ("spiking", "dense", "quantised")
TYPES = {"string": str, "number": (int, float), "integer": int, "boolean": bool}
# Parts that hold either `unavailable` or all the rest.
EITHER = ("measurement", "measured ratio", "ratio")
# Documented, but in no file here. Ratios need a machine so quiet that all contestants are stable.
NEVER_SEEN = {("ratio", key) for key in ("unavailable", "ratio", "interval_95[]")} | {
    ("measured ratio", key) for key in ("total", "dynamic", "time", "energy_delay")}


class Row:
    """What the document says of a key: `kind` is one of TYPES, or the name of a part."""

    def __init__(self, text):
        self.optional = text.endswith(", optional")
        text = text.removesuffix(", optional")
        self.nullable = text.endswith(" or null")
        text = text.removesuffix(" or null")
        link = re.fullmatch(r"\[([^]]+)\]\(#([^)]+)\)", text)
        if link:  # it has to lead to the part it names
            assert link[1].lower().replace(" ", "-") == link[2], text
        self.kind = link[1] if link else text
        assert link or text in TYPES, text


def documented():
    """{heading: tree of its table} of docs/results.md; a tree has Rows as leaves."""
    parts = {}
    for section in re.split(r"^##+ ", DOCUMENT.read_text(), flags=re.M)[1:]:
        rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", section, re.M)
        if not rows:
            continue
        tree = parts.setdefault(section.split("\n")[0], {})
        for path, kind in rows:
            node = tree
            *above, last = path.split(".")
            for token in above:
                node = node.setdefault(token, {})
            assert last not in node, path
            node[last] = Row(kind.strip())
    return parts


PARTS = documented()


def rows_below(node, path=""):
    """Every (key path, Row) of a tree."""
    if isinstance(node, Row):
        yield path, node
        return
    for token, child in node.items():
        yield from rows_below(child, f"{path}.{token}" if path else token)


def optional(node):
    return all(row.optional for _, row in rows_below(node))


class KeyChecker:
    """Holds files against the document, both ways, object by object."""

    def __init__(self, test):
        self.test = test
        self.seen = set()  # (part, key path) that some file had

    def check_part(self, value, part, where):
        tree = PARTS[part]
        if part == "search" and "label" in value:  # a network was found: all of a model
            tree = PARTS["model"] | tree
        if part in EITHER:
            others = {token.removesuffix("[]") for token in tree} - {"unavailable"}
            self.test.assertIn(set(value), ({"unavailable"}, others), where)
        self.check_object(value, tree, part, "", where)

    def check_object(self, value, tree, part, path, where):
        self.test.assertIsInstance(value, dict, where)
        known = {token.removesuffix("[]"): (token, node) for token, node in tree.items()}
        self.test.assertEqual(set(value) - set(known), set(), f"not documented, in {where}")
        for key, (token, node) in known.items():
            if key not in value:
                self.test.assertTrue(optional(node), f"documented, but absent: {key} of {where}")
                continue
            below = f"{path}.{token}" if path else token
            self.check_value(value[key], token, node, part, below, f"{where}.{key}")

    def check_value(self, value, token, node, part, path, where):
        nullable = isinstance(node, Row) and node.nullable
        if value is None and nullable:
            self.seen.add((part, path))
        elif token.endswith("[]"):
            self.test.assertIsInstance(value, list, where)
            self.test.assertTrue(value or optional(node) or nullable, f"empty: {where}")
            for inner in value:
                self.check_value(inner, "", node, part, path, where + "[]")
        elif isinstance(node, dict):
            self.check_object(value, node, part, path, where)
        else:
            self.seen.add((part, path))
            if node.kind in TYPES:
                self.test.assertIsInstance(value, TYPES[node.kind], where)
                self.test.assertEqual(isinstance(value, bool), node.kind == "boolean", where)
            else:
                self.check_part(value, node.kind, where)


def without_times(results):
    for model in MODELS:
        training = results[model]["training"]
        del training["seconds"], training["seconds_per_epoch"], training["per_epoch"]["seconds"]
        del training["to_target"]["seconds"]
    del results["command"]
    return results


class Results(CommandTest):
    def bench(self, **options):
        # No meter: where a sensor can be read, a measurement takes minutes.
        done = self.snn("bench", *tiny(**({"meter": "none"} | options)), "--out", "r.json")
        return done, self.json_of("r.json")

    def write_opponent(self):
        """Counts by hand, in the short form."""
        layers = [{"name": "input->hidden1", "inputs": 64, "outputs": 8, "macs": 100.5, "acs": 20,
                   "neuron": "lif", "spikes": 3.5, "bias": True},
                  {"name": "b", "inputs": 8, "outputs": 10, "acs": 12, "neuron": "none"}]
        (self.folder / "mine.json").write_text(json.dumps(
            {"format": "snn counts", "schema": 1, "name": "mine", "ticks": 2, "layers": layers}))

    def test_every_key_is_documented_and_every_documented_key_is_there(self):
        checker = KeyChecker(self)
        _, found = self.bench(augment="1,1")
        checker.check_part(found, "`snn bench`", "bench")
        self.assertEqual(found["schema"], 2)
        self.assertIn("snn bench", found["command"])
        self.assertEqual(list(found)[:7],
                         ["schema", "version", "commit", "command", "machine", "data", "options"])
        self.assertRegex(DOCUMENT.read_text(), rf"version {found['schema']}\b")
        self.write_opponent()
        _, found = self.bench(opponent="mine.json,equal-accuracy", target_accuracy=1)
        checker.check_part(found, "`snn bench`", "opponents")
        checker.check_part(json.loads(MEASURED.read_text()), "`snn bench`", "measured")
        self.snn("train", *TINY, "--save", "net.h5", "--out", "train.json")
        self.snn("eval", "net.h5", "--execution-rate-hz", 100, "--out", "eval.json")
        self.snn("simulate", "net.h5", "--out", "simulate.json")
        for name in ("train", "eval", "simulate"):
            found = self.json_of(name + ".json")
            checker.check_part(found, "`snn train`, `snn eval`, `snn simulate`", name)
            self.assertEqual("accuracy" in found, name != "simulate")
            self.assertEqual("spread" in found["counts"], name != "simulate")
        rows = {(part, path) for part, tree in PARTS.items() for path, _ in rows_below(tree)}
        self.assertEqual(rows - checker.seen - NEVER_SEEN, set(), "documented, but in no file")

    def test_a_key_that_is_missing_or_not_documented_or_of_another_type_is_found(self):
        _, found = self.bench()
        changes = (lambda r: r["grid"].pop("year"), lambda r: r["grid"].update(extra=1),
                   lambda r: r["grid"].update(year="2025"),
                   lambda r: r["spiking"]["counts"]["raw"]["projections"][1].pop("graded"),
                   lambda r: r["dense"]["energy"]["modelled"][3]["terms"][2].update(joules=None),
                   lambda r: r["measurement"].update(seed=1))
        for change in changes:
            changed = copy.deepcopy(found)
            change(changed)
            with self.assertRaises(AssertionError):
                KeyChecker(self).check_part(changed, "`snn bench`", "bench")

    def test_options_hold_every_flag_that_changes_numbers(self):
        _, found = self.bench(lambda_synops=0.5, tau_out=7)
        flags = set(re.findall(r"^  (?:-\w,)?--([a-z-]+)", self.snn("bench", "--help").stdout, re.M))
        told = {key.replace("_", "-") for key in found["options"]}
        self.assertEqual(flags - told, {"help", "out", "report", "quiet", "config"})
        self.assertEqual(told - flags, set())
        self.assertEqual(found["options"]["lambda_synops"], 0.5)
        self.assertEqual(found["options"]["tau_out"], 7)
        self.assertEqual(found["options"]["hidden"], [8])

    def check_energy(self, energy, readable):
        """Either measured, and above 0, or a reason why not. Grams only of joules that are there."""
        self.assertNotEqual("measured" in energy, "unavailable" in energy)
        if "measured" in energy:
            self.assertTrue(readable)
            self.assertGreater(energy["measured"]["joules"], 0)
        else:
            self.assertTrue(energy["unavailable"]["reason"])

    def test_energy_is_measured_or_unavailable_and_never_zero(self):
        done, found = self.bench()
        for model in MODELS:
            training = found[model]["training"]
            for energy in (found[model]["energy"], training["energy"],
                           training["to_target"]["energy"]):
                self.check_energy(energy, False)
            self.assertEqual(set(training["per_epoch"]["measured_joules"]), {None})
            self.assertGreater(training["energy"]["modelled"]["co2e_g"], 0)
            for modelled in found[model]["energy"]["modelled"]:
                self.assertGreater(modelled["joules_per_inference"], 0)
                self.assertAlmostEqual(sum(term["joules"] for term in modelled["terms"]),
                                       modelled["joules_per_inference"], delta=1e-18)
                self.assertTrue(all(c["source"] for c in modelled["constants"]))
        self.assertIn("unavailable", done.stdout)
        self.assertNotIn('measured": {', (self.folder / "r.json").read_text())
        measured = json.loads(MEASURED.read_text())
        self.assertIn("measured", measured["dense"]["energy"])
        for model in MODELS:
            self.check_energy(measured[model]["energy"], True)
            self.check_energy(measured[model]["training"]["energy"], True)

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

    def test_the_sample_is_what_an_event_driven_run_of_the_trained_network_does(self):
        options = {"hidden": "120,6", "encode": "rate"}
        _, found = self.bench(**options)
        sample = found["spiking"]["sample"]
        self.assertEqual((sample["index"], sample["ticks"]), (0, 4))
        self.snn("train", *tiny(**options), "--save", "net.h5")
        self.snn("simulate", "net.h5", "--sample", 0, "--out", "simulate.json")
        raw = self.json_of("simulate.json")["counts"]["raw"]
        emitted = {p["name"]: p["spikes"] for p in raw["populations"] if p["emits"]}
        self.assertEqual({p["name"]: p["spikes"] for p in sample["populations"]}, emitted)
        for population in sample["populations"]:
            neurons, shown = population["neurons"], population["neurons_shown"]
            self.assertEqual(shown, min(neurons, 100))
            pairs = list(zip(population["ticks"], population["neurons_fired"], strict=True))
            self.assertEqual(pairs, sorted(set(pairs)))
            self.assertTrue(all(0 <= tick < 4 and 0 <= n < shown for tick, n in pairs))
            listed = len(pairs)
            self.assertLessEqual(listed, population["spikes"])
            if shown == neurons:
                self.assertEqual(listed, population["spikes"])
        self.assertGreater(sum(p["spikes"] for p in sample["populations"]), 0)
        self.assertNotIn("sample", found["dense"])

    def test_the_sample_is_classified_as_evaluation_does(self):
        """Of one test sample, the accuracy says whether it was recognised; here, it can be."""
        folder = self.folder / "bright"  # class c is a bright pixel c
        folder.mkdir()
        for part, labels in (("train", bytes(range(10)) * 20), ("t10k", bytes([7]))):
            images = b"".join(bytes(255 * (pixel == label) for pixel in range(16)) for label in labels)
            (folder / f"{part}-images-idx3-ubyte").write_bytes(
                struct.pack(">4i", 0x803, len(labels), 4, 4) + images)
            (folder / f"{part}-labels-idx1-ubyte").write_bytes(
                struct.pack(">2i", 0x801, len(labels)) + labels)
        recognised = 0
        for loss in ("mean-membrane", "max-membrane", "count", "count-mse"):
            for epochs in (1, 30):
                _, found = self.bench(data=f"mnist:{folder}", loss=loss, validation_fraction=0.2,
                                      epochs=epochs, hidden=32, lr=0.02, steps=10, train_limit=0)
                spiking = found["spiking"]
                self.assertEqual(spiking["sample"]["label"], 7)
                self.assertEqual(spiking["sample"]["predicted"] == 7, spiking["accuracy"] == 1, loss)
                recognised += spiking["accuracy"] == 1
        self.assertGreaterEqual(recognised, 4)

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
