# SPDX-License-Identifier: Apache-2.0
"""What `snn report` refuses: the message names the file and the key, and the old page stays."""

from __future__ import annotations

import copy
import json
import pathlib
import re
import unittest
from collections.abc import Iterable, Iterator
from typing import Any

from snn_command import CommandTest, tiny

MEASURED = pathlib.Path(__file__).parent / "measured_report.json"  # see report_test.py
# Of the file, but not of the page; what of it is asked for follows from other keys.
NOT_READ = [
    r"^options\.",
    r"\.counts\.(dialects|layers|spread|raw|dialect|samples|ticks|activation)",
    r"\.neurobench",
    r"^verdict\.break_even",
    r"best_epochs",
    r"\.bits$",
    r"\.per_epoch",
    r"operations\.(update|layers|bias_additions|neuron_updates|adjoint_updates)",
    r"\.kwh$",
    r"energy\.measured\.(joules|systematic_gain|counter)$",
    r"^grid$",
    r"to_target\.energy\.modelled\.model",
    r"^measurement\.(max_difference|planned|contestants)",
    r"^measurement\.trials\[\]\.(order|idle|work)",
    r"accuracies\[\]",
    r"\.loses$",
]
# Absent is allowed: docs/results.md calls these optional.
OPTIONAL = [r"machine\.features$", r"\.(terms|constants|notes|accuracies|training|sample)$"]


def keys(
    value: Any, path: str = "", steps: tuple[Any, ...] = ()
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Every (key path, steps to it); of lists, through their first entry."""
    pairs: Iterable[tuple[Any, Any]] = (
        value.items() if isinstance(value, dict) else enumerate(value[:1])
    )
    for key, inner in pairs:
        name = path + "[]" if isinstance(value, list) else f"{path}.{key}" if path else key
        if isinstance(value, dict):
            yield name, (*steps, key)
        if isinstance(inner, (dict, list)):
            yield from keys(inner, name, (*steps, key))


def named(steps: tuple[Any, ...]) -> str:
    """The key as messages write it: a.b[0].c."""
    return "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in steps).removeprefix(".")


def parent_of(report: Any, steps: tuple[Any, ...]) -> Any:
    for step in steps[:-1]:
        report = report[step]
    return report


class Refused(CommandTest):
    def refused(self, text: str, *words: str, code: int = 1) -> str:
        (self.folder / "in.json").write_text(text, encoding="utf-8")
        (self.folder / "page.html").write_text("old", encoding="utf-8")
        done = self.snn("report", "in.json", "-o", "page.html", expect=code)
        self.assertEqual(done.stdout, "")
        for word in ("in.json", *words):
            self.assertIn(word, done.stderr)
        self.assertEqual((self.folder / "page.html").read_text(encoding="utf-8"), "old")
        self.assertEqual(list(self.folder.glob(".*")), [])
        return str(done.stderr)

    def test_what_is_no_results_file(self) -> None:
        for text in (
            "",
            "no JSON",
            '{"schema": 2',
            '{"schema": NaN}',
            '{"schema": 1e999}',
            "\u00ff{}",
        ):
            self.refused(text, "is not JSON")
        (self.folder / "in.json").write_bytes(b'{"schema": "\xff\xfe\x1b[31m"}')
        done = self.snn("report", "in.json", "-o", "page.html", expect=1)
        self.assertRegex(
            done.stderr, r"^[ -~]*is not JSON[ -~]*\n$"
        )  # a terminal may be written to
        for text in ("[]", "2", '"results"', "null"):
            self.refused(text, "needed: an object")
        self.refused("{}", "no `schema`")
        self.refused('{"format": "snn counts", "name": "mine"}', "no `schema`")

    def test_files_that_are_not_there(self) -> None:
        done = self.snn("report", "missing.json", "-o", "page.html", expect=1)
        self.assertIn("missing.json: cannot be read: No such file", done.stderr)
        (self.folder / "folder").mkdir()
        done = self.snn("report", "folder", "-o", "page.html", expect=1)
        self.assertIn("folder: is a folder", done.stderr)
        self.assertFalse((self.folder / "page.html").exists())

    def test_layouts_that_are_not_understood(self) -> None:
        report = json.loads(MEASURED.read_text(encoding="utf-8"))
        for schema, told in (
            (1, "layout 1; this program reads layout 2: run snn bench again"),
            (3, "layout 3; this program reads layout 2: a newer snn"),
            (10**30, "schema"),
            (0, ">= 1"),
            (2.5, ">= 1"),
            ("2", ">= 1"),
            (None, ">= 1"),
            (True, ">= 1"),
        ):
            self.refused(json.dumps(report | {"schema": schema}), "schema", told)

    def test_mistakes_of_use(self) -> None:
        for arguments, told in (
            (["report"], "results"),
            (["report", "r.json"], "--out"),
            (["report", "a.json", "-o", "p.html", "more"], "more"),
        ):
            self.assertIn(told, self.snn(*arguments, expect=2).stderr)
        text = MEASURED.read_text(encoding="utf-8")
        (self.folder / "r.json").write_text(text, encoding="utf-8")
        done = self.snn("report", "r.json", "-o", "./r.json", expect=2)
        self.assertIn("another file than the results", done.stderr)
        self.assertEqual((self.folder / "r.json").read_text(encoding="utf-8"), text)
        done = self.snn("bench", *tiny(meter="none"), "--out", "x", "--report", "./x", expect=2)
        self.assertIn("--report", done.stderr)
        done = self.snn("report", "r.json", "-o", "/proc/page.html", expect=1)
        self.assertIn("/proc/page.html", done.stderr)
        self.snn("report", "r.json", "-o", "new/folder/page.html")

    def reports(self) -> Iterator[Any]:
        self.snn("bench", *tiny(meter="none"), "--out", "r.json")
        yield self.json_of("r.json")
        yield json.loads(MEASURED.read_text(encoding="utf-8"))

    def test_every_key_that_is_missing_or_null_is_named(self) -> None:
        checked: set[str] = set()
        for report in self.reports():
            for path, steps in keys(report):
                kind = re.sub("^(spiking|dense|quantised)", "model", path)  # are read alike
                if kind in checked or any(re.search(name, path) for name in NOT_READ):
                    continue
                checked.add(kind)
                value = parent_of(report, steps)[steps[-1]]
                if not any(re.search(name, path) for name in OPTIONAL):
                    changed = copy.deepcopy(report)
                    del parent_of(changed, steps)[steps[-1]]
                    # Of two of which one is needed, the other is asked for.
                    either = steps[-1] in ("unavailable", "measured", "schema")
                    self.refused(json.dumps(changed), named(steps[:-1] if either else steps))
                if isinstance(value, (int, float)) and "systematic_gain" not in path:
                    changed = copy.deepcopy(report)
                    parent_of(changed, steps)[steps[-1]] = None
                    nullable = path.endswith((".accuracy", ".energy_ratio"))
                    if not nullable:
                        self.refused(json.dumps(changed), named(steps), "null")
        self.assertGreater(len(checked), 150)

    def test_values_out_of_their_range(self) -> None:
        report = json.loads(MEASURED.read_text(encoding="utf-8"))
        for steps, value in (
            (("spiking", "accuracy"), 1.5),
            (("spiking", "accuracy"), "0.9"),
            (("spiking", "counts", "spikes"), -1),
            (("machine", "cores"), 0),
            (("dense", "energy", "modelled", 0, "joules_per_inference"), -1e-9),
            (("dense", "energy", "measured", "total_joules", "mean"), -1),
            (("dense", "energy", "measured", "total_joules", "interval_95"), [1.0]),
            (("grid", "g_per_kwh"), -1),
            (("grid", "pue"), 0.5),
            (("data", "test"), 2.5),
            (("verdict", "text"), "wins"),
            (("verdict", "text", 0), 7),
            (("machine", "container"), "no"),
            (("data", "classes"), 2**63),
        ):
            changed = copy.deepcopy(report)
            parent_of(changed, steps)[steps[-1]] = value
            self.refused(
                json.dumps(changed), named(steps), "needs" if value == [1.0] else "needed: "
            )
        report["dense"]["energy"]["unavailable"] = {"reason": "no counter", "fix": ""}
        self.refused(json.dumps(report), "dense.energy", "both")

    def test_a_sample_that_contradicts_itself(self) -> None:
        self.snn("bench", *tiny(meter="none"), "--out", "r.json")
        for change in (
            {"ticks": [0]},
            {"neurons_fired": [0]},
            {"ticks": [4], "neurons_fired": [0]},
            {"ticks": [0], "neurons_fired": [8]},
            {"neurons_shown": 9},
            {"neurons": 10**7, "neurons_shown": 10**6},
        ):
            report = self.json_of("r.json")
            population = report["spiking"]["sample"]["populations"][0]
            population |= {"ticks": [], "neurons_fired": []} | change
            self.refused(json.dumps(report), "spiking.sample.populations[0]")


if __name__ == "__main__":
    unittest.main()
