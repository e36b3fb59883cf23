# SPDX-License-Identifier: Apache-2.0
"""What a run shows, and what Ctrl-C leaves."""

import os
import pty
import re
import signal
import subprocess
import unittest

from snn_command import SNN, CommandTest, tiny


class Progress(CommandTest):
    def on_terminal(self, *arguments):
        """What the command writes to a terminal on stderr."""
        master, slave = pty.openpty()
        process = subprocess.Popen([SNN, *arguments], cwd=self.folder, stderr=slave,
                                   stdout=subprocess.DEVNULL)
        os.close(slave)
        shown = b""
        while True:
            try:
                part = os.read(master, 4096)
            except OSError:  # Linux's way to say that the other end is closed
                break
            if not part:
                break
            shown += part
        os.close(master)
        self.assertEqual(process.wait(), 0)
        return shown.decode()

    def test_a_terminal_sees_a_bar_with_the_time_left(self):
        shown = self.on_terminal("train", *tiny(quiet=False, epochs=3))
        self.assertRegex(shown, r"\r.*\[[#.]{24}\] epoch 3/3  loss \d.*accuracy.*\d+:\d\d left")
        self.assertTrue(shown.endswith("\n"))
        self.assertEqual(shown.count("\n"), 1)
        bars = self.on_terminal("bench", *tiny(quiet=False, seeds=2, meter="none"))
        self.assertEqual(bars.count("\n"), 6)  # three models, two seeds

    def test_a_bar_ends_its_line_when_training_stops_early(self):
        shown = self.on_terminal("train", *tiny(quiet=False, epochs=60, patience=1, lr=1))
        self.assertTrue(shown == "" or shown.endswith("\n"))

    def test_a_pipe_sees_plain_lines(self):
        lines = self.snn("train", *tiny(quiet=False, epochs=3)).stderr.splitlines()
        self.assertEqual(len(lines), 3)
        for number, line in enumerate(lines, 1):
            self.assertRegex(line, rf"^training: epoch {number}/3  loss [\d.]+  accuracy")
            self.assertNotRegex(line, r"[\r\x1b#]")

    def test_quiet_is_silent_on_stderr(self):
        self.assertEqual(self.on_terminal("train", *tiny(), "--save", "net.h5"), "")
        for words in (["bench", *tiny(meter="none")], ["train", *tiny()], ["eval", "net.h5", "--quiet"],
                      ["simulate", "net.h5", "--quiet"]):
            self.assertEqual(self.snn(*words).stderr, "")


class Interrupts(CommandTest):
    EPOCHS = 100  # written to the disk one by one: Ctrl-C after the first line comes in time
    ENDLESS = 1000000

    def interrupted(self, *arguments):
        """Starts a run, presses Ctrl-C after its first line; exit code and stderr."""
        process = subprocess.Popen([SNN, *arguments], cwd=self.folder, text=True,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        first = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        process.stderr.close()
        return process.wait(), first + rest

    def test_a_checkpoint_is_left_and_resuming_ends_with_the_same_bytes(self):
        words = ["train", *tiny(quiet=False, epochs=self.EPOCHS, encode="rate"), "--checkpoint",
                 "run.h5", "--resume", "--save", "net.h5"]
        whole = self.folder / "whole"
        whole.mkdir()
        self.snn(*words, folder=whole)
        code, text = self.interrupted(*words)
        self.assertEqual(code, 1, text)
        self.assertTrue(text.endswith("interrupted; continue with --resume\n"), text)
        self.assertLess(text.count("epoch"), self.EPOCHS)
        self.assertTrue((self.folder / "run.h5").is_file())
        self.assertFalse((self.folder / "net.h5").exists())
        resumed = self.snn(*words).stderr
        self.assertGreater(int(re.search(r"epoch (\d+)/", resumed)[1]), 1)
        self.assertEqual((self.folder / "net.h5").read_bytes(), (whole / "net.h5").read_bytes())

    def test_a_checkpoint_of_another_run_is_refused(self):
        self.snn("train", *tiny(), "--checkpoint", "run.h5")
        for change in ({"seed": 2}, {"tau": 3}, {"encode": "rate"}, {"surrogate_slope": 3},
                       {"weight_decay": 0.1}, {"reset": "value"}):
            done = self.snn("train", *tiny(**change), "--checkpoint", "run.h5", "--resume",
                            expect=1)
            self.assertIn("run.h5", done.stderr)
        (self.folder / "run.h5").write_text("damaged")
        self.assertIn("run.h5", self.snn("train", *tiny(), "--checkpoint", "run.h5", "--resume",
                                         expect=1).stderr)

    def test_without_a_checkpoint_it_says_that_nothing_was_kept(self):
        code, text = self.interrupted("train", *tiny(quiet=False, epochs=self.ENDLESS))
        self.assertEqual(code, 1)
        self.assertIn("nothing was kept", text)

    def test_a_benchmark_writes_nothing(self):
        code, text = self.interrupted("bench", *tiny(quiet=False, meter="none", epochs=self.ENDLESS),
                                      "--out", "results.json")
        self.assertEqual(code, 1)
        self.assertIn("interrupted: nothing was written", text)
        self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
