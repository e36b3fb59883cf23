# SPDX-License-Identifier: Apache-2.0
"""A whole report is recomputed, number by number, by code that shares nothing with the library.

measured_report.json is a report of `snn bench --meter external`: a measurement takes minutes (rests,
warm-ups, windows of 50 updates), too long for a test. The producer told the energy of an invented plug,
0.5 W and 50 J per second of the program's processor time, on a busy machine: the dense twin was stable
enough for a figure, and the two others were refused. Figures are the program's; here they have to follow.
"""

import copy
import json
import pathlib
import re
import unittest

from report_figures import problems
from report_statistics import bootstrap_ratio, column, over_trials, trials_of
from snn_command import CommandTest, tiny

MEASURED = pathlib.Path(__file__).parent / "measured_report.json"
# Numbers that follow from nothing else in the report, and so can be changed unseen.
INPUTS = [r"^schema", r"^options\.", r"^machine\.", r"^data\.dt_ms", r"\.raw\.schema",
          # Bounded by their neighbours only: the samples one by one are not in the file.
          r"\.spread\.\w+\.(sd|min|p5|p25|median|p75|p95|max)",
          # Of what graded inputs were, no dialect prints these where weights are not 0 and 1.
          # Which spikes there were is known to the network alone.
          r"\.sample\.(index|label|predicted|populations\[\]\.(ticks|neurons_fired)\[\])",
          r"\.values\.(graded_effective|binary_effective)",
          r"populations\[\]\.state_values",  # only whether there are any
          r"constants\[\]\.bits",
          # Known to the meter alone, within bounds that are checked.
          r"resolution_j", r"update_interval_s", r"quantisation_j", r"measured\.window_s",
          r"max_difference", r"planned_total_s", r"resamples"]


def numbers(value, path="", steps=()):
    """Every (key path, steps to it) of a number in a JSON document."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        name = "[]" if isinstance(value, list) else f".{key}" if path else key
        if isinstance(inner, (dict, list)):
            yield from numbers(inner, path + name, steps + (key,))
        elif isinstance(inner, (int, float)) and not isinstance(inner, bool):
            yield path + name, steps + (key,)


def changed(report, steps, change=lambda x: x * 1.02 + 1e-12 if x else 1):
    report = copy.deepcopy(report)
    inner = report
    for step in steps[:-1]:
        inner = inner[step]
    inner[steps[-1]] = change(inner[steps[-1]])
    return report


def noticed(report):
    """Whether a report is refused: a number that makes no sense may also end the recomputation."""
    try:
        return bool(problems(report))
    except (ValueError, ZeroDivisionError, KeyError, IndexError, TypeError):
        return True


class Report(CommandTest):
    def bench(self, **options):
        self.snn("bench", *tiny(**({"meter": "none"} | options)), "--out", "r.json")
        return self.json_of("r.json")

    def follows(self, report):
        self.assertEqual(problems(report), [])

    def test_a_report_follows_from_its_raw_counts(self):
        self.follows(self.bench())

    def test_with_several_layers_seeds_and_spiking_inputs(self):
        self.follows(self.bench(hidden="8,6", seeds=2))
        self.follows(self.bench(encode="rate"))
        self.follows(self.bench(encode="latency", neuron="if", steps=7))
        self.follows(self.bench(recurrent=True, delay=1))
        self.follows(self.bench(hidden=200, train_limit=20))  # memories of other sizes

    def test_of_neurons_with_more_state(self):
        self.follows(self.bench(neuron="cuba"))
        self.follows(self.bench(neuron="adaptive", country="FRA", pue=1.5))

    def test_a_measured_report_follows_from_its_trials(self):
        report = json.loads(MEASURED.read_text())
        self.follows(report)
        measured = report["dense"]["energy"]["measured"]
        power, seconds = measured["power_w"]["mean"], measured["pass_s"]["mean"]
        self.assertAlmostEqual(measured["joules"] / (power * seconds / report["data"]["test"]), 1,
                               delta=0.05)
        self.assertLess(measured["dynamic_joules"]["mean"], measured["joules"])
        self.assertLess(power, 51)  # what the plug gives one busy thread
        for refused in ("spiking", "quantised"):
            self.assertIn("unstable", report[refused]["energy"]["unavailable"]["reason"])
        self.assertGreater(report["spiking"]["training"]["energy"]["measured"]["co2e_g"], 0)

    def test_a_ratio_of_a_plug_of_50_w(self):
        """Trials by hand: at one power the ratio of joules is that of times."""
        report = json.loads(MEASURED.read_text())
        measurement = report["measurement"]
        for trial in measurement["trials"]:
            trial["voided"] = ""
            for window, passes in zip(trial["work"], (1000, 500, 250)):
                window |= {"seconds": 2.0, "joules": 100.0, "repetitions": passes}
        spiking, dense = (column(list(trials_of(measurement, n)), "total") for n in (2, 0))
        self.assertAlmostEqual(dense[0], 50 * 2 / 1000 / 360)
        ratio = bootstrap_ratio(spiking, dense, measurement)
        for number in (ratio["ratio"], *ratio["interval_95"]):
            self.assertAlmostEqual(number, 4)

    def test_statistics_of_figures_known_by_hand(self):
        # 1 .. 5: sd sqrt(2.5), half an interval 2.776 x sqrt(2.5 / 5).
        figures = over_trials([5, 1, 3, 2, 4])
        self.assertEqual((figures["mean"], figures["median"]), (3, 3))
        self.assertAlmostEqual(figures["sd"], 2.5**0.5)
        self.assertAlmostEqual(figures["interval_95"][1], 3 + 2.776445 * 0.5**0.5, places=6)

    def check_every_number(self, report):
        """Changes each number, the first of every kind, and wants it to be noticed."""
        first = {}
        for path, steps in numbers(report):
            if "populations" not in steps or steps[steps.index("populations") + 1] > 0:
                first.setdefault(path, steps)  # population 0 is the input, of which nothing is paid
        unseen = {path for path, steps in first.items()
                  if not any(re.search(name, path) for name in INPUTS)
                  and not noticed(changed(report, steps))}
        self.assertEqual(unseen, set(), "changed, and nothing noticed it")
        return set(first)

    def test_a_number_that_is_wrong_is_noticed(self):
        self.check_every_number(self.bench(hidden="8,6"))

    def test_a_measured_number_that_is_wrong_is_noticed(self):
        self.check_every_number(json.loads(MEASURED.read_text()))

    def test_a_sentence_that_is_wrong_is_noticed(self):
        report = self.bench()
        for n, sentence in enumerate(report["verdict"]["text"]):
            for number in re.findall(r"\d+\.\d+(?= [%t(]|\d* times)", sentence):
                wrong = sentence.replace(number, number + "1", 1)
                steps = ("verdict", "text", n)
                self.assertTrue(noticed(changed(report, steps, lambda _, wrong=wrong: wrong)), wrong)


if __name__ == "__main__":
    unittest.main()
