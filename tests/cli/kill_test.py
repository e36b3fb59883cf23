# SPDX-License-Identifier: Apache-2.0
"""Twenty kills at random moments: what is left can be read, and the end is the same."""

import random
import subprocess
import time
import unittest

from snn_command import SNN, CommandTest, tiny

KILLS = 20


class Kills(CommandTest):
    WORDS = ["train", *tiny(epochs=60, encode="rate", optimizer="adamw", schedule="plateau"),
             "--checkpoint", "run.h5", "--resume", "--save", "net.h5"]

    def start(self):
        return subprocess.Popen([SNN, *self.WORDS], cwd=self.folder, text=True,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def seconds(self, *arguments, **options):
        start = time.monotonic()
        self.snn(*arguments, **options)
        return time.monotonic() - start

    def test_killed_training_goes_on_to_the_same_weights(self):
        whole = self.folder / "whole"
        whole.mkdir()
        start_s = self.seconds("info")
        work_s = max(self.seconds(*self.WORDS, folder=whole) - start_s, 0.05)
        expected = (whole / "net.h5").read_bytes()
        draw = random.Random(11)
        kills = finished = resumed = 0
        while kills < KILLS:
            process = self.start()
            try:
                # On average a tenth of the run, from before the program is up.
                process.wait(draw.uniform(start_s / 2, start_s + work_s / 5))
            except subprocess.TimeoutExpired:
                process.kill()
            resumed += (self.folder / "run.h5").exists()
            message = process.communicate()[1]
            if process.returncode == -9:
                kills += 1
                self.assertEqual(message, "")
                continue
            # Exit code 1 would be a checkpoint that cannot be read.
            self.assertEqual(process.returncode, 0, message)
            finished += 1
            self.assertEqual((self.folder / "net.h5").read_bytes(), expected)
            for name in ("net.h5", "run.h5"):
                (self.folder / name).unlink()
        self.snn(*self.WORDS)
        self.assertEqual((self.folder / "net.h5").read_bytes(), expected)
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["net.h5", "run.h5", "whole"])
        print(f"{kills} kills, {resumed} with a checkpoint; {finished + 1} runs ended alike")


if __name__ == "__main__":
    unittest.main()
