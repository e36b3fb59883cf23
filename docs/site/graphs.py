# SPDX-License-Identifier: Apache-2.0
"""Mermaid graphs as SVG, drawn when the site is built: browsers would need a script from elsewhere.

Of Mermaid's language what the pages use: `graph TD` and lines `a --> b`, without cycles.
"""

import re
from collections import defaultdict
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)
EDGE = re.compile(r"(\w+) --> (\w+)")
WIDTH, HEIGHT, COLUMN, ROW, MARGIN = 86, 30, 104, 66, 8  # of a box; from box to box; px
SWEEPS = 8

Edge = tuple[str, str]
Place = tuple[float, float]


def edges_of(text: str) -> list[Edge]:
    """The edges of a graph; ValueError for what is not drawn."""
    first, *lines = [line.strip() for line in text.strip().splitlines()]
    if first != "graph TD":
        raise ValueError(f"{first!r}; only `graph TD` is drawn")
    edges = []
    for line in lines:
        match = EDGE.fullmatch(line)
        if not match:
            raise ValueError(f"{line!r}; only `a --> b` is drawn")
        edges.append((match[1], match[2]))
    return edges


def ranks_of(edges: list[Edge]) -> dict[str, int]:
    """The row of each node: the longest way from the top; ValueError for a cycle."""
    ranks = {name: 0 for edge in edges for name in edge}
    for _ in ranks:
        moved = False
        for above, below in edges:
            if ranks[below] <= ranks[above]:
                ranks[below], moved = ranks[above] + 1, True
        if not moved:
            return ranks
    raise ValueError("a cycle")


def ways_of(edges: list[Edge], ranks: dict[str, int]) -> list[list[str]]:
    """Each edge as names row by row; rows that it passes get a point of its own."""
    return [[a, *(f"{a}>{b}>{row}" for row in range(ranks[a] + 1, ranks[b])), b]
            for a, b in edges]


def places_of(ways: list[list[str]], ranks: dict[str, int]) -> dict[str, Place]:
    """Middles of boxes and points; neighbours pull each other into one column."""
    rows: dict[int, list[str]] = defaultdict(list)
    near: dict[str, set[str]] = defaultdict(set)
    for way in ways:
        for row, name in enumerate(way, ranks[way[0]]):
            if name not in rows[row]:
                rows[row].append(name)
        for above, below in zip(way, way[1:]):
            near[above].add(below)
            near[below].add(above)
    x = {name: float(i) - (len(row) - 1) / 2 for row in rows.values() for i, name in enumerate(row)}
    for _ in range(SWEEPS):
        for number in sorted(rows):
            row = rows[number]
            row.sort(key=lambda name: sum(x[other] for other in near[name]) / len(near[name]))
            for i, name in enumerate(row):
                x[name] = i - (len(row) - 1) / 2
    left = min(x.values())
    return {name: (MARGIN + WIDTH / 2 + COLUMN * (x[name] - left), MARGIN + HEIGHT / 2 + ROW * row)
            for row, names in rows.items() for name in names}


def curve(points: list[Place]) -> str:
    """From box to box, upright at every point."""
    first, last = points[0], points[-1]
    points = [(first[0], first[1] + HEIGHT / 2), *points[1:-1], (last[0], last[1] - HEIGHT / 2 - 6)]
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x1, y1), (x2, y2) in zip(points, points[1:]):
        middle = (y1 + y2) / 2
        path += f" C{x1:.1f} {middle:.1f} {x2:.1f} {middle:.1f} {x2:.1f} {y2:.1f}"
    return path


def svg_of(text: str) -> str:
    """The picture; it takes the colours of the text around it."""
    edges = edges_of(text)
    ranks = ranks_of(edges)
    ways = ways_of(edges, ranks)
    places = places_of(ways, ranks)
    width = max(x for x, _ in places.values()) + WIDTH / 2 + MARGIN
    height = max(y for _, y in places.values()) + HEIGHT / 2 + MARGIN
    words = "; ".join(f"{a} to {b}" for a, b in edges)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
             f'style="max-width:{width:.0f}px;width:100%" role="img" '
             f'aria-label="{escape(words)}" fill="none" stroke="currentColor">',
             '<defs><marker id="head" viewBox="0 0 8 8" refX="2" refY="4" markerWidth="8" '
             'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="currentColor" '
             'stroke="none"/></marker></defs>']
    parts += [f'<path d="{curve([places[name] for name in way])}" marker-end="url(#head)"/>'
              for way in ways]
    for name in ranks:
        x, y = places[name]
        parts.append(f'<rect x="{x - WIDTH / 2:.1f}" y="{y - HEIGHT / 2:.1f}" width="{WIDTH}" '
                     f'height="{HEIGHT}" rx="5"/><text x="{x:.1f}" y="{y + 5:.1f}" '
                     f'text-anchor="middle" font-size="15" fill="currentColor" stroke="none">'
                     f"{escape(name)}</text>")
    return "".join(parts) + "</svg>"


def draw(app: Sphinx, doctree: nodes.document) -> None:
    """Puts a picture in the place of each block of Mermaid."""
    for block in list(doctree.findall(nodes.literal_block)):
        if block.get("language") != "mermaid":
            continue
        try:
            picture = svg_of(block.astext())
        except ValueError as error:
            logger.warning("graph: %s", error, location=block)
            continue
        block.replace_self(nodes.raw("", f'<p class="graph">{picture}</p>', format="html"))


def setup(app: Sphinx) -> dict[str, Any]:
    """Registers the drawing."""
    app.connect("doctree-read", draw)
    return {"parallel_read_safe": True}
