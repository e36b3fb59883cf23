# SPDX-License-Identifier: Apache-2.0
"""Draws without a screen; snn.plot as installed, or else from the source folder."""

import importlib.util
import json
import pathlib
import sys

import matplotlib
import pytest

matplotlib.use("Agg")
ROOT = pathlib.Path(__file__).resolve().parents[3]


def importable():
    try:
        return importlib.util.find_spec("snn.plot") is not None
    except ModuleNotFoundError:
        return False


if not importable():
    sys.modules.pop("snn", None)  # the folder of C++ sources looks like a package without modules
    sys.path.insert(0, str(ROOT / "python"))


@pytest.fixture(autouse=True)
def closed_figures():
    import matplotlib.pyplot as plt

    yield
    plt.close("all")


@pytest.fixture
def measured_path():
    """A results file in which the dense twin was measured and the others were unstable."""
    return ROOT / "tests" / "cli" / "measured_report.json"


@pytest.fixture
def report(measured_path):
    return json.loads(measured_path.read_text())
