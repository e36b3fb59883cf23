# SPDX-License-Identifier: Apache-2.0
"""Pictures with a row for each network of a results file."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes

from ._errors import value_error
from ._labels import three_digits
from ._results import Contestant, Results, contestants_of, files_of
from ._style import prefix_of

__all__ = ["BAR", "joules_text", "label_rows", "networks_of"]

BAR = 0.62  # height of a bar, of a row


def networks_of(results: Results, what: str, labels: Sequence[str] | None) -> list[Contestant]:
    """The networks of one file, or those with these labels, in that order."""
    files = files_of(results, what)
    if list(files) != [""]:
        raise value_error(what, "number of results", len(files), "one results file")
    networks = contestants_of(files[""], what)
    if labels is None:
        return networks
    if isinstance(labels, str) or not len(labels):
        raise value_error(what, "contestants", repr(labels), "a list of one or more labels")
    found = []
    for label in labels:
        matching = [one for one in networks if one.label == label]
        if not matching:
            raise value_error(
                what,
                "an entry of contestants",
                repr(label),
                ", ".join(repr(n.label) for n in networks),
            )
        found += matching
    return found


def joules_text(value: float) -> str:
    """Three digits with an SI prefix: 9.637e-7 -> "964 nJ"."""
    factor, prefix = prefix_of(value)
    return f"{three_digits(factor * value)} {prefix}J"


def label_rows(ax: Axes, networks: Sequence[Contestant]) -> None:
    ax.set_yticks(range(len(networks)), [textwrap.fill(one.label, 24) for one in networks])
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(networks) - 0.5, -0.5)
