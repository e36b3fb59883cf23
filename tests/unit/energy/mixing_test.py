# SPDX-License-Identifier: Apache-2.0
"""Measured, modelled and unavailable energy are types that do not mix: what would mix them does not
compile, and what keeps them apart does."""

import os
import subprocess
import unittest

COMPILER = os.environ["CXX"]
SOURCE = os.environ["SNN_SOURCE"]

FRAME = """
#include "snn/energy/carbon/carbon.hpp"
#include "snn/energy/energy.hpp"
using namespace snn;
void use(const Measured& measured, const Modelled& modelled, const Unavailable& unavailable,
         MeasuredEnergy either, const GridIntensity& grid) {
  MeasuredJoules read = measured.joules;
  ModelledJoules computed = modelled.joules_per_inference;
  MeasuredGrams weighed = co2e(read, grid);
  ModelledGrams estimated = co2e(computed, grid);
  %s;
  (void)unavailable, (void)either, (void)weighed, (void)estimated;
}
"""

ALLOWED = (
    "read = read + measured.total_joules", "read += read", "computed = computed * 2.0 - computed",
    "const double ratio = read / measured.total_joules; (void)ratio", "(void)(read < read)",
    "read = MeasuredJoules(1.0)", "either = measured", "either = unavailable",
    "weighed = weighed + co2e(read, grid, 1.58)", "(void)(read.value() + 1.0)",
)

MIXED = (
    "read = computed", "computed = read", "read += computed", "computed += read",
    "(void)(read + computed)", "(void)(read - computed)", "(void)(read / computed)",
    "(void)(read < computed)", "(void)(read == computed)", "read = 1.0", "computed = 0.0",
    "const double bare = read; (void)bare", "read = MeasuredJoules(computed)",
    "read = static_cast<MeasuredJoules>(computed)", "either = modelled", "either = computed",
    "either = 0.0", "const Measured m = modelled; (void)m", "const Modelled m = measured; (void)m",
    "const Measured m = unavailable; (void)m", "(void)(unavailable + read)", "read = unavailable",
    "weighed = estimated", "weighed = co2e(computed, grid)", "(void)(weighed + estimated)",
    "read = weighed", "(void)(read + weighed)", "(void)co2e(1.0, grid)",
    "(void)co2e(unavailable, grid)", "(void)co2e(either, grid)", "(void)(read * read)",
)


def compiles(statement):
    return subprocess.run(
        [COMPILER, "-std=c++20", "-fsyntax-only", "-I", SOURCE, "-x", "c++", "-"],
        input=FRAME % statement, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        check=False).returncode == 0


class Mixing(unittest.TestCase):
    def test_figures_of_one_kind_can_be_computed_with(self):
        for statement in ALLOWED:
            with self.subTest(statement):
                self.assertTrue(compiles(statement))

    def test_figures_of_two_kinds_cannot(self):
        for statement in MIXED:
            with self.subTest(statement):
                self.assertFalse(compiles(statement))


if __name__ == "__main__":
    unittest.main()
