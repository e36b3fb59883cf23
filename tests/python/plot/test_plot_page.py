# SPDX-License-Identifier: Apache-2.0
"""The examples of docs/plotting.md run, in order, without a warning."""

import pathlib
import re
import warnings

import matplotlib.pyplot as plt
import snn.plot

PAGE = pathlib.Path(__file__).resolve().parents[3] / "docs" / "plotting.md"


def test_examples_of_the_page_run():
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    names = {}
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for block in blocks:
            exec(compile(block, str(PAGE), "exec"), names)
            for number in plt.get_fignums():
                plt.figure(number).canvas.draw()
    # Matplotlib's own are of this very class; those of packages below it are of others.
    assert not [str(one.message) for one in said if one.category is UserWarning]
    for name in set(snn.plot.__all__) - {"PALETTE", "PlotTypeError", "PlotValueError"}:
        assert any(f"snn.plot.{name}(" in block for block in blocks), name
