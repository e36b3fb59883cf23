# SPDX-License-Identifier: Apache-2.0
"""Every Python block of the documentation runs, top to bottom of its page."""

import os
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.M | re.S)


def blocks(page):
    """The page as a program whose lines have the numbers they have in the page."""
    text = page.read_text()
    program = [""] * (text.count("\n") + 1)
    for match in BLOCK.finditer(text):
        first = text.count("\n", 0, match.start(1))
        for offset, line in enumerate(match[1].splitlines()):
            program[first + offset] = line
    return "\n".join(program)


PAGES = [page for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")),
                           *sorted((ROOT / "examples").glob("*.md"))] if blocks(page).strip()]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


def run(arguments, folder):
    done = subprocess.run([sys.executable, *arguments], cwd=folder, text=True, check=False,
                          env=os.environ | {"MPLBACKEND": "Agg"}, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page(page, tmp_path):
    program = tmp_path / (page.stem + ".py")
    program.write_text(blocks(page))
    run([program], tmp_path)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_example(example, tmp_path):
    run([example], tmp_path)
