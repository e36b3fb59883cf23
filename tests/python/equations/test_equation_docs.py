# SPDX-License-Identifier: Apache-2.0
"""The page and the example run as they are."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "docs/own_models.md").read_text(), re.DOTALL)


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_a_block_of_the_page_runs_on_its_own(number):
    exec(compile(BLOCKS[number], f"block {number + 1}", "exec"), {"__name__": "block"})


def test_the_example_agrees_with_its_closed_forms():
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "examples/13_your_own_equations.py"), run_name="__main__")
    assert ended.value.code == 0
