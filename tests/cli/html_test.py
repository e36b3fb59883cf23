# SPDX-License-Identifier: Apache-2.0
"""The page of `snn report`: its parts, what it escapes, that it needs nothing else."""

from __future__ import annotations

import copy
import re
import unittest
from typing import Any

from html_page import MODELS, Node, PageTest, Report, parsed, table_of
from snn_command import tiny

PARTS = ["verdict", "picture", "tables", "layers", "raster", "training", "method", "reproduce"]
KINDS = ("45nm-compute-fp32", "45nm-compute-int8", "lemaire-2022-memory-int32")


def interval(mean: float, share: float = 0.1) -> Report:
    """A mean over trials, with an interval of +- a share."""
    return {
        "mean": mean,
        "median": mean,
        "sd": mean * share,
        "interval_95": [mean * (1 - share), mean * (1 + share)],
    }


def measured_everywhere(report: Report, joules: dict[str, float]) -> Report:
    """The report as if all three networks had been measured: joules per inference of each."""
    report = copy.deepcopy(report)
    template = report["dense"]["energy"]["measured"]
    for name in MODELS:
        energy = report[name]["energy"]
        energy.pop("unavailable", None)
        energy["measured"] = template | {
            "joules": joules[name],
            "total_joules": interval(joules[name]),
        }
    for other in ("dense", "quantised"):
        ratio = joules["spiking"] / joules[other]
        one = {"ratio": ratio, "interval_95": [0.9 * ratio, 1.1 * ratio]}
        report["verdict"]["measured_ratio"][f"against_{other}"] = {
            "total": one,
            "dynamic": one,
            "time": one,
            "energy_delay": one,
        }
    return report


def scaled(report: Report, factors: dict[str, float], name: str = "spiking") -> Report:
    """The report with a network's modelled joules multiplied, model by model."""
    report = copy.deepcopy(report)
    for figure in report[name]["energy"]["modelled"]:
        figure["joules_per_inference"] *= factors.get(figure["model"], 1)
    return report


class Structure(PageTest):
    def test_the_parts_are_there_in_order_and_the_verdict_is_first(self) -> None:
        root = self.page(self.results)
        self.assertEqual([s.attributes["id"] for s in root.all("section")], PARTS)
        text = root.text
        places = [text.index(sentence) for sentence in self.results["verdict"]["text"]]
        self.assertEqual(places, sorted(places))
        self.assertLess(max(places), text.index("Accuracy against energy"))
        self.assertIn("loses", root.one("h1").text)
        self.assertEqual(root.one("html").attributes["lang"], "en")
        ids = [n.attributes["id"] for n in root.all() if "id" in n.attributes]
        self.assertEqual(len(ids), len(set(ids)))
        for link in root.one("nav").all("a"):
            self.assertIn(link.attributes["href"].removeprefix("#"), ids)

    def test_nothing_is_fetched(self) -> None:
        for report in (self.results, self.measured):
            text = self.text(report)
            root, _ = parsed(text)
            for node in root.all():
                for name, value in node.attributes.items():
                    if name in ("href", "src", "xlink:href", "srcset", "data", "action", "poster"):
                        self.assertRegex(value, r"^(#|data:,$)", f"{node.tag} {name}")
                    self.assertFalse(name.startswith("on"), f"{node.tag} {name}")
                    self.assertNotIn("url(", value)
            for part in ("style", "script"):
                code = root.one(part).text
                self.assertNotRegex(code, r"https?:|//[a-z]|@import|url\(|fetch|XMLHttp|import\(")
            policies = [
                m.attributes["content"]
                for m in root.all("meta")
                if m.attributes.get("http-equiv") == "Content-Security-Policy"
            ]
            self.assertEqual(len(policies), 1)
            self.assertTrue(policies[0].startswith("default-src 'none'"))

    def test_what_helps_readers_of_every_kind(self) -> None:
        root = self.page(self.results)
        for picture in root.all("svg"):
            self.assertTrue(
                picture.attributes.get("aria-label") or "aria-hidden" in picture.attributes
            )
        for table in root.all("table"):
            self.assertTrue(table.one("caption").text)
            for th in table.all("th"):
                self.assertIn(th.attributes["scope"], ("col", "row"))
            columns = len(list(table.one("thead").all("th")))
            for row in table.one("tbody").all("tr"):
                self.assertEqual(len([c for c in row.children if isinstance(c, Node)]), columns)
        css = root.one("style").text
        for media in ("@media print", "prefers-color-scheme: dark"):
            self.assertIn(media, css)
        viewport = [m for m in root.all("meta") if m.attributes.get("name") == "viewport"]
        self.assertEqual(len(viewport), 1)

    def test_bench_writes_the_same_page_as_report_makes_of_its_results(self) -> None:
        done = self.snn("bench", *tiny(meter="none"), "--out", "a.json", "--report", "new/a.html")
        self.assertIn("a.html", done.stdout)
        self.snn("report", "a.json", "-o", "b.html")
        self.assertEqual(
            (self.folder / "new" / "a.html").read_bytes(), (self.folder / "b.html").read_bytes()
        )
        self.snn("bench", *tiny(meter="none"), "--report", "alone.html")
        self.assertTrue((self.folder / "alone.html").is_file())

    def test_texts_of_the_file_are_escaped_wherever_they_stand(self) -> None:
        smuggled = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'&lt;\x01"
        keys = ("model", "hardware")  # by these figures are found

        def changed(value: Any, key: str = "") -> Any:
            if isinstance(value, dict):
                return {k: changed(v, k) for k, v in value.items()}
            if isinstance(value, list):
                return [changed(v, key) for v in value]
            return value + smuggled if isinstance(value, str) and key not in keys else value

        for report in (self.results, self.measured):
            plain, full = self.page(report), self.page(changed(report))
            tags = [node.tag for node in full.all()]
            self.assertEqual(tags.count("script"), 1)
            self.assertLessEqual(set(tags), {node.tag for node in plain.all()} | {"li", "p", "div"})
            self.assertGreater(full.text.count("<script>alert(1)</script>"), 100)
            self.assertNotIn("\x01", full.text)
            self.assertFalse([n for n in full.all() for a in n.attributes if a.startswith("on")])
        report = copy.deepcopy(self.results)
        for figure in report["spiking"]["energy"]["modelled"]:
            figure["model"] += smuggled
        self.assertIn("&lt;img src=x", self.text(report))

    def test_without_a_sample_the_page_says_so(self) -> None:
        raster = self.page(self.measured).by_id("raster")
        self.assertIn("hold no spikes", raster.text)
        self.assertEqual(list(raster.all("svg")), [])


class Honesty(PageTest):
    def test_the_heading_says_who_wins(self) -> None:
        much, little = dict.fromkeys(KINDS, 1e3), dict.fromkeys(KINDS, 1e-6)
        for factors, told in (
            (much, "loses: more energy"),
            (little, "wins: less energy"),
            (little | {KINDS[2]: 1e3}, "No clear winner"),
        ):
            self.assertIn(told, self.heading(scaled(self.results, factors)))
        level = copy.deepcopy(self.results)
        for name in ("spiking", "quantised"):
            level[name]["energy"]["modelled"] = level["dense"]["energy"]["modelled"]
        self.assertIn("Equal energy", self.heading(level))

    def test_measured_and_modelled_may_disagree_and_are_told_apart(self) -> None:
        less = {"spiking": 1e-6, "dense": 1e-4, "quantised": 1e-4}
        more = {"spiking": 1e-4, "dense": 1e-6, "quantised": 1e-6}
        same = dict.fromkeys(MODELS, 1e-5)
        self.assertIn(
            "Measured, the spiking network wins on energy; modelled, it loses",
            self.heading(measured_everywhere(self.measured, less)),
        )
        self.assertIn("loses: more energy", self.heading(measured_everywhere(self.measured, more)))
        self.assertIn(
            "no difference in energy can be told",
            self.heading(measured_everywhere(self.measured, same)),
        )

    def test_a_difference_in_accuracy_counts_from_what_the_samples_can_tell(self) -> None:
        # 1.96 standard errors of two shares of 100 at 0.9: 8.3 points; of 10000: 0.83.
        for test, other, told in (
            (100, 0.85, "no clear difference"),
            (10000, 0.85, "wins on accuracy"),
            (10000, 0.895, "no clear difference"),
            (10000, 0.95, "lower accuracy"),
        ):
            report = copy.deepcopy(self.measured)
            report["data"]["test"] = test
            report["spiking"]["accuracy"], report["dense"]["accuracy"] = 0.9, other
            self.assertIn(told, self.heading(report), (test, other))

    def test_what_was_not_measured_is_said_in_words_with_its_fix(self) -> None:
        root = self.page(self.results)
        why = self.results["measurement"]["unavailable"]
        for part in ("picture", "tables", "training", "method"):
            self.assertIn(why["reason"], root.by_id(part).text, part)
            self.assertIn("To fix it: " + why["fix"], root.by_id(part).text, part)
        self.assertEqual([n for n in root.all(style="filled")], [])
        for caption in ("The whole training", "Until"):
            for row in table_of(root, caption).values():
                for header, cell in row.items():
                    if "measured" in header:
                        self.assertEqual((cell.text, cell.value), ("unavailable", None))
        self.assertNotRegex(root.text, r"(?<![\d.])0 J")

    def test_marks_filled_measured_hollow_modelled_each_kind_on_its_own_axis(self) -> None:
        for report, measured in (
            (self.measured, ["dense"]),
            (
                measured_everywhere(
                    self.measured, {"spiking": 3e-4, "dense": 1e-4, "quantised": 2e-4}
                ),
                MODELS,
            ),
        ):
            plots = [f for f in self.page(report).by_id("picture").all("figure")]
            self.assertEqual(len(plots), 4)
            for figure in plots:
                kind = figure.one(style="kind").text
                filled = [m.attributes["class"].split()[1] for m in figure.all(style="filled")]
                hollow = [m.attributes["class"].split()[1] for m in figure.all(style="hollow")]
                expected = (sorted(measured), []) if kind == "measured" else ([], sorted(MODELS))
                self.assertEqual((sorted(filled), sorted(hollow)), expected)
                intervals = len(list(figure.all("line", "interval")))
                self.assertEqual(intervals, 3 * len(filled))  # with two caps

    def test_no_column_mixes_kinds(self) -> None:
        for table in self.page(self.measured).all("table"):
            for th in table.one("thead").all("th"):
                self.assertFalse(
                    {"measured", "modelled"} <= set(re.findall(r"\w+", th.text)), th.text
                )

    def test_a_network_that_costs_nothing_is_not_drawn_at_zero(self) -> None:
        report = scaled(self.results, dict.fromkeys(KINDS, 0.0))
        picture = self.page(report).by_id("picture").text
        self.assertEqual(picture.count("spiking network: 0 J, which a logarithmic axis cannot"), 3)

    def test_an_unknown_accuracy_is_said(self) -> None:
        report = copy.deepcopy(self.measured)
        user = copy.deepcopy(report["dense"])
        del user["training"], user["energy"]["measured"]
        user |= {"label": "mine", "accuracy": None, "accuracies": []}
        user["energy"]["unavailable"] = {"reason": "counts alone", "fix": ""}
        report["users"] = [user]
        root = self.page(report)
        self.assertIn("mine: its accuracy is not known", root.by_id("picture").text)
        self.assertIn("counts alone. No fix is known.", root.by_id("tables").text)
        row = table_of(root, "Accuracy and operations")["mine"]
        self.assertEqual((row["accuracy"].text, row["accuracy"].value), ("unknown", None))


if __name__ == "__main__":
    unittest.main()
