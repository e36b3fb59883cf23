# SPDX-License-Identifier: Apache-2.0
"""A page of `snn report` taken apart with the standard library, for its tests."""

from __future__ import annotations

import html.parser
import json
import pathlib
from collections.abc import Iterator
from typing import Any

from snn_command import CommandTest, tiny

MEASURED = pathlib.Path(__file__).parent / "measured_report.json"  # see report_test.py
MODELS = ("spiking", "dense", "quantised")
Report = dict[str, Any]

VOID = {"meta", "link", "br", "hr", "img", "input"}


class Node:
    """An element: `children` are Nodes and texts, in order."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Node | str] = []

    def all(self, tag: str | None = None, style: str | None = None) -> Iterator[Node]:
        """Elements below this one, in order, of a tag and with a class, if given."""
        for child in self.children:
            if isinstance(child, Node):
                classes = child.attributes.get("class", "").split()
                if tag in (None, child.tag) and (style is None or style in classes):
                    yield child
                yield from child.all(tag, style)

    def one(self, tag: str | None = None, style: str | None = None) -> Node:
        (found,) = self.all(tag, style)
        return found

    def by_id(self, name: str) -> Node:
        (found,) = (node for node in self.all() if node.attributes.get("id") == name)
        return found

    @property
    def text(self) -> str:
        """All text below, with runs of white space as one blank."""
        parts = (c if isinstance(c, str) else c.text for c in self.children)
        return " ".join(" ".join(parts).split())


class Parser(html.parser.HTMLParser):
    """Builds the tree; `problems` are what is not well-formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = [self.root]
        self.problems: list[str] = []
        self.declarations: list[str] = []

    def handle_decl(self, decl: str) -> None:
        self.declarations.append(decl)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(set(names)) < len(names):
            self.problems.append(f"<{tag}> has an attribute twice: {names}")
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or self.open[-1].tag != tag:
            self.problems.append(f"</{tag}> where <{self.open[-1].tag}> is open")
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parsed(text: str) -> tuple[Node, list[str]]:
    """The page's root, and what is not well-formed: elements that are not closed or cross."""
    parser = Parser()
    parser.feed(text)
    parser.close()
    problems = parser.problems + [f"<{node.tag}> is not closed" for node in parser.open[1:]]
    if parser.declarations != ["DOCTYPE html"]:
        problems.append(f"declarations: {parser.declarations}")
    return parser.root, problems


class Cell:
    """What a cell of a table shows, and the number it is sorted by, if it has one."""

    def __init__(self, node: Node) -> None:
        self.text = node.text
        value = node.attributes.get("data-value")
        self.value = None if value is None else float(value)


def table_of(root: Node, caption: str) -> dict[str, dict[str, Cell]]:
    """{first cell of a row: {header: cell}} of the table whose caption begins like this.

    A header is its title, or title and unit where a title is there twice.
    """
    (table,) = (t for t in root.all("table") if t.one("caption").text.startswith(caption))
    titles = [th.one("span", "title").text for th in table.one("thead").all("th")]
    names = [
        title if titles.count(title) == 1 else th.text
        for title, th in zip(titles, table.one("thead").all("th"), strict=True)
    ]
    rows = {}
    for row in table.one("tbody").all("tr"):
        cells = [Cell(c) for c in row.children if isinstance(c, Node)]
        rows[cells[0].text] = dict(zip(names, cells, strict=True))
    return rows


def by_model(report: Report, name: str) -> dict[str, float]:
    return {m["model"]: m["joules_per_inference"] for m in report[name]["energy"]["modelled"]}


class PageTest(CommandTest):
    results: Report  # of a run without a meter
    measured: Report

    def setUp(self) -> None:
        super().setUp()
        self.measured = json.loads(MEASURED.read_text(encoding="utf-8"))
        self.snn("bench", *tiny(meter="none", hidden="120,6"), "--out", "r.json")
        self.results = self.json_of("r.json")

    def page(self, report: Report) -> Node:
        """The page of a report, which has to be well-formed."""
        text = self.text(report)
        root, problems = parsed(text)
        self.assertEqual(problems, [])
        return root

    def text(self, report: Report) -> str:
        (self.folder / "in.json").write_text(json.dumps(report), encoding="utf-8")
        self.snn("report", "in.json", "-o", "page.html")
        return (self.folder / "page.html").read_text(encoding="utf-8")

    def heading(self, report: Report) -> str:
        return self.page(report).one("h1").text
