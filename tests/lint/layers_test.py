#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Breaks every rule of layers.py once in a small tree and sees that it is named."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("layers.py")
GOOD = {
    "snn/math/lif.hpp": "#pragma once\n#include <vector>\n",
    "snn/model/network.hpp": '#include "snn/math/lif.hpp"\n',
    "snn/io/file.hpp": '#include <hdf5.h>\n#include "snn/model/network.hpp"\n',
    "snn/train/trainer.hpp": '#include "snn/model/network.hpp"\n',
    "snn/train/trainer.cpp": '#include "snn/train/trainer.hpp"\n#include "snn/io/file.hpp"\n',
    "snn/snn.hpp": '#include "snn/train/trainer.hpp"\n',
}


def run(files, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, SCRIPT, "--root", root, *arguments],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout


class Layers(unittest.TestCase):
    def breaks(self, name, text, said):
        code, output = run({**GOOD, name: text}, "--check")
        self.assertEqual(code, 1, output)
        self.assertIn(said, output)

    def test_a_good_tree_passes(self):
        self.assertEqual(run(GOOD, "--check"), (0, ""))

    def test_upward(self):
        self.breaks("snn/math/lif.hpp", '#pragma once\n#include "snn/model/network.hpp"\n',
                    "snn/math/lif.hpp:2: snn/model/network.hpp: math (layer 0) must not include model")

    def test_sideways(self):
        self.breaks("snn/sim/run.hpp", '#include "snn/train/trainer.hpp"\n', "must not include train")

    def test_cuda_under_snn(self):
        self.breaks("snn/train/gpu.cpp", "#include <cuda_runtime.h>\n", "a CUDA header")

    def test_foreign_header_that_users_reach(self):
        self.breaks("snn/model/network.hpp", '#include <nlohmann/json.hpp>\n', "snn/snn.hpp reaches")

    def test_relative_include(self):
        self.breaks("snn/train/trainer.cpp", '#include "trainer.hpp"\n', 'included as "snn/..."')

    def test_missing_file(self):
        self.breaks("snn/train/trainer.cpp", '#include "snn/train/gone.hpp"\n', "no such file")

    def test_unknown_folder(self):
        self.breaks("snn/misc/util.hpp", "#pragma once\n", "folder misc has no layer")

    def test_library_includes_umbrella(self):
        self.breaks("snn/train/trainer.cpp", '#include "snn/snn.hpp"\n', "umbrella header")

    def test_graph_leaves_out_what_follows(self):
        code, output = run(GOOD, "--graph")
        self.assertEqual(code, 0)
        self.assertEqual(output.split("\n")[2:-2],
                         ["  train --> io", "  io --> model", "  model --> math"])

    def test_old_graph_in_the_docs(self):
        page = ("<!-- include graph: tests/lint/layers.py --update docs/architecture.md -->\n"
                "<!-- end of include graph -->\n")
        self.breaks("docs/architecture.md", page, "out of date")


if __name__ == "__main__":
    unittest.main()
