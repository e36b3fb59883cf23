# SPDX-License-Identifier: Apache-2.0
"""The pictures that the documentation site draws of Mermaid graphs."""

import pathlib
import re
import sys

import pytest

pytest.importorskip("sphinx")
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs" / "site"))
graphs = pytest.importorskip("graphs")
sys.path.pop(0)

TEXT = re.search(r"^```mermaid\n(.*?)^```", (ROOT / "docs/architecture.md").read_text(),
                 re.S | re.M)[1]


def test_every_box_and_edge_of_the_page_is_drawn():
    edges = re.findall(r"(\w+) --> (\w+)", TEXT)
    svg = graphs.svg_of(TEXT)
    assert sorted(re.findall(r">(\w+)</text>", svg)) == sorted({n for edge in edges for n in edge})
    assert svg.count('marker-end="url(#head)"') == len(edges) == len(TEXT.splitlines()) - 1
    boxes = [tuple(map(float, box)) for box in re.findall(r'<rect x="([\d.]+)" y="([\d.]+)"', svg)]
    for i, (x, y) in enumerate(boxes):
        for other_x, other_y in boxes[:i]:
            assert abs(x - other_x) >= graphs.WIDTH or abs(y - other_y) >= graphs.HEIGHT


def test_arrows_point_downward_and_pass_rows_beside_boxes():
    ranks = graphs.ranks_of([("a", "b"), ("b", "c"), ("a", "c")])
    assert ranks == {"a": 0, "b": 1, "c": 2}
    ways = graphs.ways_of([("a", "b"), ("b", "c"), ("a", "c")], ranks)
    places = graphs.places_of(ways, ranks)
    beside = places[ways[2][1]]
    assert beside[1] == places["b"][1] and abs(beside[0] - places["b"][0]) >= graphs.COLUMN


@pytest.mark.parametrize("text", ["graph LR\n  a --> b", "graph TD\n  a -.-> b",
                                  "graph TD\n  a --> b\n  b --> a"])
def test_what_is_not_drawn_is_refused(text):
    with pytest.raises(ValueError):
        graphs.svg_of(text)
