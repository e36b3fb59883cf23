#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""resources.py against reports as ptxas 13.0 writes them, and against a stand-in for ptxas."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("resources.py")
sys.path.insert(0, str(SCRIPT.parent))
import resources  # noqa: E402  (its folder is only now on the path)

REPORT = """\
ptxas info    : 0 bytes gmem
ptxas info    : Compiling entry function '_Z5heavyPfi' for 'sm_90'
ptxas info    : Function properties for _Z5heavyPfi
    96 bytes stack frame, {stores} bytes spill stores, {loads} bytes spill loads
ptxas info    : Used {registers} registers, used 1 barriers
ptxas info    : Compile time = 36.352 ms
ptxas info    : Compiling entry function '_Z1kPf' for 'sm_90'
ptxas info    : Function properties for _Z1kPf
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 10 registers, used 0 barriers
ptxas info    : Compile time = 5.349 ms
ptxas info    : Function properties for _Z6helperv
    8 bytes stack frame, 8 bytes spill stores, 8 bytes spill loads
"""
PTX = ".visible .entry _Z5heavyPfi(\n)\n.visible .entry _Z1kPf(\n"


def run(report, ptx=PTX, budget="64 0 .\n"):
    """Exit code and output of the script, with a ptxas that prints `report`."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "report").write_text(report, encoding="utf-8")
        (root / "kernels.ptx").write_text(ptx, encoding="utf-8")
        (root / "budget").write_text(budget, encoding="utf-8")
        ptxas = root / "ptxas"
        ptxas.write_text(f"#!/bin/sh\ncat '{root}/report' >&2\n", encoding="utf-8")
        ptxas.chmod(0o755)
        done = subprocess.run([sys.executable, SCRIPT, "--ptxas", ptxas, "--budget",
                               root / "budget", root / "kernels.ptx"],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


def report(registers=32, stores=0, loads=0):
    return REPORT.format(registers=registers, stores=stores, loads=loads)


class Resources(unittest.TestCase):
    def fails(self, said, *arguments, **named):
        code, output = run(*arguments, **named)
        self.assertEqual(code, 1, output)
        self.assertIn(said, output)

    def test_a_report_is_read(self):
        self.assertEqual(resources.parse_report(report(40, 4, 8)), {
            "_Z5heavyPfi": {"registers": 40, "stack": 96, "spills": 12},
            "_Z1kPf": {"registers": 10, "stack": 0, "spills": 0},
        })

    def test_within_budget(self):
        code, output = run(report(64))
        self.assertEqual(code, 0, output)
        self.assertIn("64 registers,    0 bytes of spills,   96 of stack: heavy (1)", output)

    def test_too_many_registers(self):
        self.fails("heavy: 65 registers; its budget is 64", report(65))

    def test_spills(self):
        self.fails("heavy: spills 4 bytes", report(stores=4))
        self.fails("heavy: spills 4 bytes", report(loads=4))
        code, output = run(report(stores=4, loads=4), budget="64 8 heavy\n64 0 .\n")
        self.assertEqual(code, 0, output)

    def test_instances_of_a_template_share_a_line(self):
        names = ["void a::(anonymous namespace)::f<int, true>(int (*)(float))", "a::f<b<char>>()"]
        short = [resources.without_arguments(name) for name in names]
        self.assertEqual(short, ["a::f<int, true>", "a::f<b<char>>"])
        kernels = dict(zip(short, ({"registers": 7}, {"registers": 9, "spills": 4}), strict=True))
        self.assertEqual(resources.summary(kernels),
                         ["   9 registers,    4 bytes of spills,    0 of stack: a::f (2)"])

    def test_the_first_line_that_fits_counts(self):
        code, output = run(report(80), budget="80 0 heavy  # it is\n\n64   0   .\n")
        self.assertEqual(code, 0, output)
        self.fails("its budget is 64", report(80), budget="64 0 heavy\n80 0 .\n")

    def test_a_kernel_without_a_line(self):
        self.fails("k: no line of the budget", report(), budget="64 0 heavy\n")

    def test_a_line_without_a_kernel(self):
        self.fails('line for "gone"', report(), budget="64 0 gone\n64 0 .\n")

    def test_a_kernel_that_ptxas_says_nothing_of(self):
        self.fails("other: ptxas did not say", report(), ptx=PTX + ".entry _Z5otherv(\n")

    def test_no_kernel(self):
        self.assertEqual(run("", ptx="")[0], 77)

    def test_a_table_that_makes_no_sense(self):
        self.fails("line 2 of the budget", report(), budget="64 0 .\n64 heavy\n")


if __name__ == "__main__":
    unittest.main()
