# SPDX-License-Identifier: Apache-2.0
"""Saved networks: eval repeats what train found, simulate counts what eval counts."""

import json
import unittest

from snn_command import TINY, CommandTest

COUNTED = ("macs_dense", "macs_effective", "acs_effective", "synaptic_events", "spikes",
           "neuron_updates")


class SavedNetworks(CommandTest):
    def train(self, *arguments):
        self.snn("train", *TINY, *arguments, "--save", "net.h5", "--out", "train.json")
        return self.json_of("train.json")

    def evaluate(self, *arguments):
        return json.loads(self.snn("eval", "net.h5", *arguments, "--quiet").stdout)

    def test_eval_repeats_what_training_found_without_being_told_how_it_was_trained(self):
        for choice in ((), ("--recurrent", "--encode", "rate", "--seed", "9"),
                       ("--encode", "latency", "--delay", "1"), ("--loss", "max-membrane"),
                       ("--loss", "count", "--neuron", "cuba"), ("--loss", "count-mse"),
                       ("--learn-tau", "--learn-threshold", "--neuron", "adaptive"),
                       ("--dt-ms", "0.5")):
            with self.subTest(choice=choice):
                self.assertEqual(self.train(*choice), self.evaluate())

    def test_flags_of_eval_are_heeded(self):
        trained = self.train()
        longer = self.evaluate("--steps", "8")["counts"]
        self.assertEqual(longer["ticks"], 8)
        self.assertEqual(longer["macs_dense"], 2 * trained["counts"]["macs_dense"])
        self.assertEqual(trained, self.evaluate("--batch", "7", "--threads", "2"))
        self.train("--encode", "rate")
        self.assertNotEqual(self.evaluate("--seed", "3"), self.evaluate("--seed", "4"))

    def test_simulate_counts_what_eval_counts(self):
        data = self.write_mnist("data", test=3)
        for choice in ((), ("--encode", "rate", "--recurrent"), ("--encode", "latency"),
                       ("--delay", "2", "--neuron", "adaptive"), ("--loss", "count")):
            with self.subTest(choice=choice):
                # A large gain, so that there are spikes to count.
                self.train("--data", data, "--gain", "6", *choice)
                averaged = self.evaluate("--data", data)["counts"]
                single = [json.loads(self.snn("simulate", "net.h5", "--data", data, "--sample",
                                              sample, "--threads", 1 + sample).stdout)["counts"]
                          for sample in range(3)]
                self.assertGreater(averaged["spikes"], 0)
                for key in COUNTED:
                    self.assertAlmostEqual(sum(s[key] for s in single) / 3, averaged[key], 9, key)

    def test_data_of_another_size_is_a_mistake(self):
        data = self.write_mnist("data", side=4)
        self.train()
        for command in ("eval", "simulate"):
            message = self.snn(command, "net.h5", "--data", data, expect=2).stderr
            for word in ("input", "64 neurons", "16, the features"):
                self.assertIn(word, message)

    def test_samples_and_losses_that_there_are_not(self):
        self.train()
        for sample in ("-1", "360"):
            message = self.snn("simulate", "net.h5", "--sample", sample, expect=2).stderr
            for word in ("--sample", sample, "0 .. 359"):
                self.assertIn(word, message)
        self.assertIn("does not spike",
                      self.snn("eval", "net.h5", "--loss", "count", expect=2).stderr)

    def test_the_same_training_writes_the_same_bytes(self):
        files = []
        for name in ("one", "two"):
            (self.folder / name).mkdir()
            self.snn("train", *TINY, "--save", "net.h5", folder=self.folder / name)
            files.append((self.folder / name / "net.h5").read_bytes())
        self.assertEqual(*files)


if __name__ == "__main__":
    unittest.main()
