# SPDX-License-Identifier: Apache-2.0
"""What the tests of the `snn` command share: running it, and folders to run it in."""

import json
import os
import pathlib
import random
import struct
import subprocess
import tempfile
import unittest
from typing import Any

SNN = os.environ["SNN"]


def flags(**options: object) -> list[str]:
    """Command line words: train_limit=5 is --train-limit 5, quiet=True is --quiet."""
    words = []
    for name, value in options.items():
        if value is not False:
            words.append("--" + name.replace("_", "-"))
        if not isinstance(value, bool):
            words.append(str(value))
    return words


def tiny(**options: object) -> list[str]:
    """Flags for work that takes milliseconds, with changes."""
    return flags(**({"hidden": 8, "epochs": 2, "train_limit": 100, "steps": 4, "threads": 1,
                     "quiet": True} | options))


TINY = tiny()


class CommandTest(unittest.TestCase):
    """A test case with a folder of its own, in which commands run."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="snn_test_")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def snn(self, *arguments: object, expect: int | None = 0,
            folder: pathlib.Path | None = None,
            env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Runs the command to its end; fails unless its exit code is `expect` (None: any)."""
        done = subprocess.run([SNN, *map(str, arguments)], cwd=folder or self.folder, text=True, env=env,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if expect is not None:
            self.assertEqual(done.returncode, expect, f"{arguments}\n{done.stdout}{done.stderr}")
        return done

    def json_of(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text())

    def write_mnist(self, name: str, train: int = 60, test: int = 3, side: int = 4) -> str:
        """A data set of random images in MNIST's files."""
        draw = random.Random(5)
        folder = self.folder / name
        folder.mkdir()
        for part, count in (("train", train), ("t10k", test)):
            images = bytes(draw.randrange(256) for _ in range(count * side * side))
            labels = bytes(i % 10 for i in range(count))
            (folder / f"{part}-images-idx3-ubyte").write_bytes(
                struct.pack(">4i", 0x803, count, side, side) + images)
            (folder / f"{part}-labels-idx1-ubyte").write_bytes(
                struct.pack(">2i", 0x801, count) + labels)
        return f"mnist:{folder}"
