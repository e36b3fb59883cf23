# SPDX-License-Identifier: Apache-2.0
"""C++ blocks of the documentation compile, and blocks of commands run, with small sizes.

A C++ block is a program, or the body of a function whose parameters the comment before it gives:
`<!-- given: snn::Network& net -->`. Commands are in blocks of `sh`, run from top to bottom of their
page unless the comment before says why not: `<!-- not run: needs root -->`.
"""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

import snn

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")),
         *sorted((ROOT / "examples").glob("*.md")), ROOT / "benchmarks" / "README.md"]
BLOCK = re.compile(r"(?:<!-- (given|not run): (.*?) -->\n)?^```(\w*)\n(.*?)^```$", re.M | re.S)
GENERATED = pathlib.Path(snn.__file__).parent / "include" / "generated"
# What pages leave to the reader.
PRELUDE = """
#include <snn/snn.hpp>
void my_code();
struct Batch {};
struct Network { void run(const Batch&) const {} };
"""


def blocks(language):
    """(page, line, comment's kind, comment, text) of the blocks of a language."""
    for page in PAGES:
        text = page.read_text()
        for match in BLOCK.finditer(text):
            if match[3] == language:
                line = text.count("\n", 0, match.start(4)) + 1
                yield page, line, match[1], match[2], match[4]


def translation_unit(found):
    """All blocks in one source; messages of the compiler name page and line."""
    includes, bodies = set(), []
    for number, (page, line, kind, comment, text) in enumerate(found):
        includes.update(re.findall(r"^#include <(?!snn/)[^>]+>$", text, re.M))
        code = re.sub(r"^#include .*$", "", text, flags=re.M)
        place = f'#line {line} "{page.relative_to(ROOT)}"\n'
        if "int main()" in code:
            bodies.append(f"namespace block_{number} {{\n{place}"
                          f"{code.replace('int main()', 'int program()')}}}\n")
        else:
            given = comment if kind == "given" else ""
            bodies.append(f"void block_{number}({given}) {{\n{place}{code}}}\n")
    return "\n".join(sorted(includes)) + PRELUDE + "".join(bodies)


def test_every_block_of_cpp_compiles(tmp_path):
    compiler = os.environ.get("CXX") or shutil.which("c++")
    if not compiler or not shutil.which(compiler):
        pytest.skip("there is no C++ compiler")
    found = list(blocks("cpp"))
    assert len(found) > 10
    source = tmp_path / "blocks.cpp"
    source.write_text(translation_unit(found))
    done = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-w", f"-I{ROOT}",
                           f"-I{GENERATED}", source], text=True, check=False,
                          stderr=subprocess.PIPE)
    assert done.returncode == 0, done.stderr[-3000:]


SMALL = {"--epochs": "1", "--hidden": "6", "--steps": "4", "--train-limit": "60",
         "--meter": "none", "--batch": "30"}


def smaller(command):
    """A training that takes a moment: its sizes replaced, or added."""
    words = re.sub(r"\s+#.*", "", command).split()
    if words[:2] not in (["snn", "bench"], ["snn", "train"]):
        return words
    for flag, value in SMALL.items():
        if flag == "--meter" and words[1] == "train":
            continue
        if flag in words:
            words[words.index(flag) + 1] = value
        else:
            words += [flag, value]
    return [*words, "--quiet"]


def pages_with_commands():
    pages = {}
    for page, line, kind, _, text in blocks("sh"):
        if kind != "not run":
            pages.setdefault(page, []).append((line, text))
    return pages


@pytest.mark.parametrize("page", pages_with_commands(), ids=lambda page: page.name)
def test_commands_run(page, tmp_path):
    command = os.environ.get("SNN") or shutil.which("snn")
    if not command:
        pytest.skip("the command snn is not there")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    for line, text in pages_with_commands()[page]:
        for row in text.replace("\\\n", " ").splitlines():
            words = smaller(row)
            assert words[0] == "snn", f"{page.name}:{line}: only snn is run here: {row}"
            done = subprocess.run([command, *words[1:]], cwd=tmp_path, text=True, check=False,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            assert done.returncode == 0, f"{page.name}:{line}: {row}\n{done.stderr}"


def test_commands_are_in_blocks_that_are_run():
    loose = [f"{page.name}:{line}" for page, line, _, _, text in blocks("")
             if re.match(r"(snn (bench|train|eval|report|simulate) -|cmake |pip |tests/)", text)]
    assert loose == []
