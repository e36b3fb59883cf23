# SPDX-License-Identifier: Apache-2.0
"""Everything that can be chosen runs, and changes what is learnt."""

import re
import unittest

from snn_command import CommandTest, tiny


class Choices(CommandTest):
    def learnt(self, **options):
        """What training printed, without times."""
        text = self.snn("train", *tiny(**({"gain": 4, "batch": 128, "augment": 0, "quiet": False} | options))).stderr
        return re.sub(r"[\d.]+ s$", "", text, flags=re.M)

    def choices(self, flag):
        """The values that the help lists for a flag."""
        text = self.snn("train", "--help").stdout
        return re.search(rf"--{flag} TEXT:{{([^}}]+)}}", text).group(1).split(",")

    def test_every_choice_runs_and_differs_from_the_others(self):
        # With slope 1, triangle and piecewise-quadratic are one function; Adam would not see that
        # with another slope they differ by a factor. The step of a schedule comes after ten
        # epochs; a large rate makes the loss rise, so that plateau acts.
        for flag, number, options in (
                ("encode", 3, {}), ("neuron", 4, {}), ("reset", 2, {}), ("loss", 4, {}),
                ("surrogate", 9, {"lr": 0.5, "surrogate_slope": 2, "optimizer": "sgd"}), ("optimizer", 3, {"lr": 0.05}),
                ("schedule", 4, {"lr": 1, "epochs": 13})):
            with self.subTest(flag=flag):
                values = self.choices(flag)
                self.assertEqual(len(values), number)
                found = {value: self.learnt(**{flag: value}, **options) for value in values}
                self.assertEqual(len(set(found.values())), number, found)

    def test_every_other_flag_runs_and_changes_something(self):
        for options, base in (
                ({"recurrent": True}, {}), ({"delay": 1}, {}), ({"tau": 3}, {}),
                ({"tau_out": 3}, {}), ({"gain": 5}, {}), ({"lr": 0.1}, {}), ({"batch": 10}, {}),
                ({"clip_norm": 1e-3}, {"optimizer": "sgd"}), ({"lambda_synops": 100}, {}),
                ({"lambda_rate": 100}, {}), ({"target_rate": 0.5}, {"lambda_rate": 100}),
                ({"augment": "20,2"}, {}), ({"weight_decay": 5}, {"optimizer": "sgd"}),
                ({"surrogate_slope": 40}, {"lr": 0.05}), ({"tau_syn": 2}, {"neuron": "cuba"}),
                ({"learn_tau": True}, {"lr": 0.1}), ({"learn_threshold": True}, {"lr": 0.1}),
                ({"seed": 2}, {}), ({"train_limit": 90}, {}), ({"steps": 5}, {}),
                ({"hidden": "8,8"}, {}), ({"epochs": 9}, {"epochs": 8})):
            with self.subTest(options=options):
                self.assertNotEqual(self.learnt(**(base | options)), self.learnt(**base))

    def test_patience_stops_early(self):
        # A rate of 1 throws the weights about: soon three epochs in a row are no better.
        whole = self.learnt(epochs=40, lr=1, schedule="constant").splitlines()
        short = self.learnt(epochs=40, lr=1, schedule="constant", patience=3).splitlines()
        self.assertEqual((len(whole), short), (40, whole[:len(short)]))
        accuracy = [float(re.search(r"validation ([\d.]+)", line)[1]) for line in short]
        self.assertLess(len(short), 40)
        self.assertLessEqual(max(accuracy[-3:]), max(accuracy[:-3]))



if __name__ == "__main__":
    unittest.main()
