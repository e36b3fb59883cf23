# SPDX-License-Identifier: Apache-2.0
"""The figures on the page of `snn report` are those of the results file."""

from __future__ import annotations

import copy
import re
import unittest

from html_page import MODELS, PageTest, by_model, table_of

FP32 = "45nm-compute-fp32"


class Figures(PageTest):
    """Cells are sorted by the file's own numbers, in full; what is shown is the same, rounded."""

    def test_counts_and_modelled_energy(self) -> None:
        root = self.page(self.results)
        counts = table_of(root, "Accuracy and operations")
        modelled = table_of(root, "Modelled energy per inference")
        for name in MODELS:
            model, row = self.results[name], counts[self.results[name]["label"]]
            self.assertEqual(row["accuracy"].value, model["accuracy"])
            self.assertEqual(row["accuracy"].text, f"{100 * model['accuracy']:.2f} %")
            for header, key in (
                ("dense MACs", "macs_dense"),
                ("effective MACs", "macs_effective"),
                ("effective ACs", "acs_effective"),
                ("spikes", "spikes"),
                ("synaptic events", "synaptic_events"),
                ("neuron updates", "neuron_updates"),
            ):
                self.assertEqual(row[header].value, model["counts"][key])
            self.assertEqual(
                sorted(r[model["label"]].value for r in modelled.values()),
                sorted(by_model(self.results, name).values()),
            )
        own, dense = (by_model(self.results, name) for name in ("spiking", "dense"))
        row = modelled["45 nm compute-only, fp32"]
        ratio = own[FP32] / dense[FP32]
        self.assertAlmostEqual(row["spiking over dense"].value or 0, ratio)
        self.assertIn(f"{ratio:#.3g} times", root.by_id("verdict").text)

    def test_measured_energy_with_its_interval(self) -> None:
        rows = table_of(self.page(self.measured), "Measured energy per inference")
        dense = self.measured["dense"]["energy"]["measured"]
        cell = rows[self.measured["dense"]["label"]]["energy"]
        self.assertEqual(cell.value, dense["total_joules"]["mean"])
        low, high = (f"{1e6 * j:.0f} \u00b5J" for j in dense["total_joules"]["interval_95"])
        self.assertIn(f"95 %: {low} to {high}", cell.text)
        self.assertEqual(rows["spiking network"]["energy"].text, "unavailable")

    def test_every_gram_stands_beside_its_intensity(self) -> None:
        root = self.page(self.measured)
        beside = "at 41.4 g/kWh \u00d7 PUE 1.20"
        for caption in ("The whole training", "Until"):
            rows = table_of(root, caption)
            for name in MODELS:
                row = rows[self.measured[name]["label"]]
                for header, cell in row.items():
                    if "CO2e" in header and cell.value is not None:
                        self.assertIn(beside, cell.text)
        energy = self.measured["spiking"]["training"]["energy"]
        row = table_of(root, "The whole training")["spiking network"]
        self.assertEqual(row["CO2e of measured joules"].value, energy["measured"]["co2e_g"])
        self.assertEqual(row["CO2e of modelled joules"].value, energy["modelled"]["co2e_g"])
        self.assertEqual(row["energy measured"].value, energy["measured"]["joules"])

    def test_every_constant_has_its_source(self) -> None:
        rows = table_of(self.page(self.results), "Constants")
        for modelled in self.results["spiking"]["energy"]["modelled"]:
            for constant in modelled["constants"]:
                self.assertEqual(rows[constant["name"]]["source"].text, constant["source"])
                shown, unit = rows[constant["name"]]["value"], constant["unit"]
                self.assertTrue(shown.text.endswith(" " + unit))
                factor = {"fJ": 1e-15, "pJ": 1e-12, "nJ": 1e-9, "uJ": 1e-6}.get(unit, 1)
                self.assertAlmostEqual((shown.value or 0) / (constant["value"] * factor), 1)

    def test_bars_of_layers_have_the_lengths_of_their_joules(self) -> None:
        """Segments of a panel share one axis: their widths are proportional to joules."""
        figures = list(self.page(self.results).by_id("layers").all("figure"))
        self.assertEqual(len(figures), 3)
        spiking = next(
            m for m in self.results["spiking"]["energy"]["modelled"] if m["model"] == FP32
        )
        bars = [
            r for r in figures[0].one("svg", "bars").all("rect") if r.text.startswith("spiking,")
        ]
        widths = {}
        for bar in bars:
            layer, name = bar.text.split(": ")[0].split(", ")[1:]
            widths[layer, name] = float(bar.attributes["width"])
        joules = {(t["layer"], t["name"]): t["joules"] for t in spiking["terms"] if t["joules"] > 0}
        self.assertEqual(set(widths), set(joules))
        largest = max(joules.values())
        for key, width in widths.items():
            if width > 0.5:  # what is thinner is drawn as a line
                self.assertAlmostEqual(
                    width / max(widths.values()), joules[key] / largest, delta=1e-3
                )
        text = figures[0].text
        for told in self.results["verdict"]["layers"]["fp32_against_dense"]:
            self.assertIn(f"spiking {'loses' if told['loses'] else 'wins'}, ", text)

    def test_the_raster_has_a_dash_per_listed_spike(self) -> None:
        raster = self.page(self.results).by_id("raster")
        sample = self.results["spiking"]["sample"]
        for picture, population in zip(raster.all("svg"), sample["populations"], strict=True):
            dashes = re.findall(r"M(\d+)\.1 (\d+)\.1h", picture.one("path").attributes["d"])
            self.assertEqual(
                [(int(t), int(n)) for t, n in dashes],
                list(zip(population["ticks"], population["neurons_fired"], strict=True)),
            )
        self.assertIn("120 neurons, of which the first 100 are shown", raster.text)
        for predicted, told in (
            (sample["label"], "recognised"),
            (sample["label"] + 1, "took for class"),
        ):
            report = copy.deepcopy(self.results)
            report["spiking"]["sample"]["predicted"] = predicted
            self.assertIn(told, self.page(report).by_id("raster").text)

    def test_how_to_reproduce(self) -> None:
        root = self.page(self.measured)
        code = root.by_id("reproduce").one("pre").text
        self.assertIn(self.measured["command"], code)
        self.assertIn("git checkout " + self.measured["commit"].removesuffix("+changes"), code)
        self.assertNotIn("+changes", code)
        text = root.by_id("reproduce").text
        for fact in (
            "had changes that were not committed",
            "seed 1",
            "AMD EPYC",
            "avx512",
            "GNU 12.2.0",
        ):
            self.assertIn(fact, text)


if __name__ == "__main__":
    unittest.main()
