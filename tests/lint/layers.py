#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that includes point downward only, and draws which folder includes which.

layers.py --check           exit 1 and name every include that breaks a rule
layers.py --graph           print the graph as Mermaid
layers.py --update FILE     put the graph into FILE, between the two marker lines

The rules: a file includes its own folder and lower layers (folders of one layer not each other);
headers of the project are included as "snn/...", and exist; nothing under snn/ includes a CUDA
header; what snn/snn.hpp reaches includes the standard library and the project only, so that users
need no header of the packages the library is built on. If docs/architecture.md holds the markers, its graph must
be the current one.
"""

import argparse
import pathlib
import re
import sys

LAYERS = [
    ["math"],
    ["model"],
    ["compile"],
    ["backend"],
    ["io", "energy", "record"],
    ["sim", "train"],
    ["cli"],
]
RANK = {folder: rank for rank, layer in enumerate(LAYERS) for folder in layer}
BEGIN = "<!-- include graph: tests/lint/layers.py --update docs/architecture.md -->"
END = "<!-- end of include graph -->"
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
CUDA = re.compile(r"^(cuda|cu[a-z]+\.h|nv[a-z]+\.h|nccl|cub/|thrust/)")
STANDARD = re.compile(r"^[a-z_]+$")  # <vector>, <cstdint>: no slash, no dot


def includes_of(path):
    """(line, quoted, name) of every include of a file."""
    text = path.read_text(encoding="utf-8")
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start(1)) + 1
        yield line, match.group(1) == '"', match.group(2)


def folder_of(name):
    """Folder of "snn/io/idx.hpp" is io; of the umbrella header snn/snn.hpp, None."""
    parts = pathlib.PurePosixPath(name).parts
    return parts[1] if len(parts) > 2 else None


def judge(root, file, quoted, name):
    """What is wrong with one include, or None."""
    here = folder_of(file)
    if CUDA.match(name):
        return "a CUDA header; those belong in cuda/"
    if not quoted:
        return None
    if not name.startswith("snn/"):
        return 'headers of the project are included as "snn/..."'
    if not (root / name).exists() and not (root / f"{name}.in").exists():
        return "no such file"
    there = folder_of(name)
    if here is None:  # the umbrella header may include everything but the command
        return "the umbrella header does not include the command" if there == "cli" else None
    if there is None:
        return None if here == "cli" else "the library does not include its umbrella header"
    if there not in RANK:
        return f"folder {there} has no layer; add it to tests/lint/layers.py"
    if here == there or RANK[there] < RANK[here]:
        return None
    return f"{here} (layer {RANK[here]}) must not include {there} (layer {RANK[there]})"


def scan(root):
    """All mistakes, and the edges folder -> folder that exist."""
    mistakes, edges = [], set()
    for path in sorted((root / "snn").rglob("*")):
        if path.suffix not in (".hpp", ".cpp", ".h", ".inl"):
            continue
        file = path.relative_to(root).as_posix()
        here = folder_of(file)
        if here is not None and here not in RANK:
            mistakes.append(f"{file}: folder {here} has no layer; add it to tests/lint/layers.py")
            continue
        for line, quoted, name in includes_of(path):
            problem = judge(root, file, quoted, name)
            if problem:
                mistakes.append(f"{file}:{line}: {name}: {problem}")
            elif quoted and here and folder_of(name) and folder_of(name) != here:
                edges.add((here, folder_of(name)))
    return mistakes + foreign_in_public(root), edges


def foreign_in_public(root):
    """Includes of other packages in headers that a user's #include "snn/snn.hpp" reaches."""
    mistakes, todo, seen = [], ["snn/snn.hpp"], set()
    while todo:
        file = todo.pop()
        if file in seen or not (root / file).exists():
            continue
        seen.add(file)
        for line, quoted, name in includes_of(root / file):
            if quoted:
                todo.append(name)
            elif not STANDARD.match(name):
                mistakes.append(f"{file}:{line}: {name}: snn/snn.hpp reaches this header, so it may "
                                "only include the standard library and the project")
    return sorted(mistakes)


def draw(edges):
    """Mermaid text. An edge that follows from others is left out, so that the picture is readable."""
    reach = set(edges)
    for middle in RANK:
        reach |= {(a, b) for a, m in reach if m == middle for n, b in reach if n == middle}
    direct = [
        (a, b)
        for a, b in sorted(edges, key=lambda edge: (-RANK[edge[0]], -RANK[edge[1]], edge))
        if not any((a, m) in reach and (m, b) in reach for m in RANK)
    ]
    return "\n".join(["```mermaid", "graph TD"] + [f"  {a} --> {b}" for a, b in direct] + ["```"])


def with_graph(text, graph):
    """The text with the graph between the markers; None if it has no markers."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    return f"{before}{begin}\n{graph}\n{end}{after}" if begin and end else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parents[2])
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true")
    action.add_argument("--graph", action="store_true")
    action.add_argument("--update", type=pathlib.Path, metavar="FILE")
    options = parser.parse_args()

    mistakes, edges = scan(options.root)
    graph = draw(edges)
    if options.graph:
        print(graph)
        return 0
    if options.update:
        text = with_graph(options.update.read_text(encoding="utf-8"), graph)
        if text is None:
            print(f"{options.update} has no line\n{BEGIN}\nand, after it,\n{END}")
            return 1
        options.update.write_text(text, encoding="utf-8")
        return 0
    page = options.root / "docs" / "architecture.md"
    if page.exists():
        text = page.read_text(encoding="utf-8")
        if with_graph(text, graph) not in (None, text):
            mistakes.append("docs/architecture.md: the include graph is out of date; run "
                            "tests/lint/layers.py --update docs/architecture.md")
    for mistake in mistakes:
        print(f"  {mistake}")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
