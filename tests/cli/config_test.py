# SPDX-License-Identifier: Apache-2.0
"""--config run.toml: the same as flags, which win over it."""

import unittest

from snn_command import CommandTest

FLAGS = ("--hidden 8,6 --recurrent --epochs 2 --train-limit 90 --steps 4 --threads 1 --quiet "
         "--lr 0.01 --surrogate fast-sigmoid --encode rate --seed 3").split()
TOML = """# a run
hidden = [8, 6]   # two layers
recurrent = true
learn-tau = false
epochs = 2
train-limit = 90
steps=4
threads = 1
quiet = true
lr = 1e-2
surrogate = "fast-sigmoid"
encode = 'rate'
seed = 3
"""


class Config(CommandTest):
    def results(self, name, *arguments):
        self.snn("bench", *arguments, "--meter", "none", "--out", name)
        found = self.json_of(name)
        del found["command"]
        for model in ("spiking", "dense", "quantised"):
            training = found[model]["training"]
            del training["seconds"], training["seconds_per_epoch"]
            del training["per_epoch"]["seconds"], training["to_target"]["seconds"]
        return found

    def write(self, text):
        (self.folder / "run.toml").write_text(text)

    def test_a_file_equals_flags(self):
        self.write(TOML)
        self.assertEqual(self.results("a.json", *FLAGS),
                         self.results("b.json", "--config", "run.toml"))

    def test_flags_win(self):
        self.write(TOML)
        found = self.results("a.json", "--epochs", "1", "--hidden", "5", "--config", "run.toml")
        self.assertEqual(found["options"]["epochs"], 1)
        self.assertEqual(found["options"]["hidden"], [5])
        self.assertEqual(found["options"]["lr"], 0.01)
        self.assertEqual(found["spiking"]["training"]["epochs"], 1)

    def test_every_command_that_runs_takes_one(self):
        self.write(TOML)
        self.snn("train", "--config", "run.toml", "--save", "net.h5")
        self.write('out = "eval.json"\nbatch = 7\n')
        self.snn("eval", "net.h5", "--config", "run.toml")
        self.assertIn("accuracy", self.json_of("eval.json"))
        self.write("sample = 4\n")
        self.assertEqual(self.snn("simulate", "net.h5", "--config", "run.toml").stdout,
                         self.snn("simulate", "net.h5", "--sample", 4).stdout)

    def test_mistakes_name_file_line_and_what_is_allowed(self):
        for text, words in (
                ("\nbogus = 3\n", ("line 2", "bogus", "train-limit")),
                ("config = 'other.toml'\n", ("line 1", "config")),
                ("epochs = 2\nepochs = 3\n", ("line 2", "epochs", "line 1")),
                ("hidden = [8,4\n", ("line 1", "]")),
                ("hidden = []\n", ("line 1", "array")),
                ("encode = rate\n", ("line 1", "string")),
                ("encode = 'rate\n", ("line 1", "'")),
                ('out = "a\\b"\n', ("line 1", "escapes")),
                ("epochs 2\n", ("line 1", "key = value")),
                ("epochs =\n", ("line 1", "number")),
                ("epochs = 2 3\n", ("line 1", "nothing more")),
                ("[bench]\nepochs = 2\n", ("line 1", "key")),
                ("recurrent = 1\n", ("line 1", "recurrent", "true false")),
                ("epochs = 0\n", ("--epochs", "0", "1 to")),
                ("epochs = 'x'\n", ("--epochs", "x", "1 to"))):
            with self.subTest(text=text):
                self.write(text)
                done = self.snn("bench", "--config", "run.toml", expect=2)
                for word in words:
                    self.assertIn(word, done.stderr)

    def test_a_file_that_is_not_there(self):
        self.assertIn("none.toml", self.snn("bench", "--config", "none.toml", expect=2).stderr)
        self.assertIn("--config", self.snn("bench", "--config", ".", expect=2).stderr)


if __name__ == "__main__":
    unittest.main()
