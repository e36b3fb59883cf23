# SPDX-License-Identifier: Apache-2.0
"""One look for all pictures: colours for colour-blind readers, marks for grey print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

import matplotlib as mpl
import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from ._errors import type_error, value_error

__all__ = [
    "GREY",
    "PALETTE",
    "Line",
    "Series",
    "axes_for",
    "axes_row",
    "legend_beside",
    "prefix_of",
    "series",
    "theme",
]

#: Okabe and Ito 2008, "Color Universal Design"; their yellow is too faint for lines on white.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
GREY = "#666666"
Line = Literal["solid"] | tuple[float, tuple[float, ...]]
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")
_LINES: tuple[Line, ...] = (
    "solid",
    (0, (5, 2)),
    (0, (1, 1.4)),
    (0, (5, 1.5, 1, 1.5)),
    (0, (10, 3)),
    (0, (5, 1.5, 1, 1.5, 1, 1.5)),
    (0, (1, 4)),
    (0, (2.5, 1.2)),
)
_HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "oooo", "++++")

_RC: Any = {
    "axes.axisbelow": True,
    "axes.labelsize": 9,
    "axes.linewidth": 0.8,
    "axes.prop_cycle": cycler(color=list(PALETTE)),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 9,
    "font.size": 9,
    "hatch.linewidth": 0.6,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "legend.handlelength": 2.6,
    "lines.linewidth": 1.4,
    "lines.markersize": 5,
    "pdf.fonttype": 42,  # text stays text in an editor
    "svg.fonttype": "none",
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
}


class Series(NamedTuple):
    """How the n-th series of a picture looks."""

    color: str
    marker: str
    line: Line
    hatch: str


@contextmanager
def theme() -> Iterator[None]:
    """Matplotlib settings of the pictures, for as long as the context lasts.

    Every function of this package draws under it; use it yourself for axes or texts of your own,
    and around ``savefig``, so that PDF and SVG files keep text as text. Settings outside the
    context never change.

    Yields
    ------
    None

    Examples
    --------
    >>> with theme():
    ...     figure, ax = plt.subplots()
    """
    # A notebook's backend turns on interactive mode with the first figure; made within, that would
    # be undone with the rest.
    plt.install_repl_displayhook()
    with mpl.rc_context(_RC):
        yield


def series(index: int) -> Series:
    """Look of a series: the first 8 differ in line and in marker, whatever their colour."""
    return Series(
        PALETTE[index % len(PALETTE)],
        _MARKERS[index % len(_MARKERS)],
        _LINES[index % len(_LINES)],
        _HATCHES[index % len(_HATCHES)],
    )


def axes_for(ax: Axes | None, what: str, size: tuple[float, float]) -> Axes:
    """The axes that were given, or those of a new figure of ``size`` inches."""
    if ax is None:
        return plt.subplots(figsize=size, layout="constrained")[1]
    if not isinstance(ax, Axes):
        raise type_error(what, "ax", ax, "one matplotlib Axes, or None for a new figure")
    return ax


def axes_row(
    ax: Sequence[Axes] | None, what: str, size: tuple[float, float], *, shared_y: bool = False
) -> tuple[Axes, Axes]:
    """The two axes that were given, or two beside each other in a new figure."""
    if ax is None:
        left, right = plt.subplots(1, 2, figsize=size, layout="constrained", sharey=shared_y)[1]
        return left, right
    return pair(ax, what)


def pair(ax: Sequence[Axes], what: str) -> tuple[Axes, Axes]:
    """Two axes; PlotTypeError or PlotValueError for anything else."""
    try:
        given = list(ax)
    except TypeError:
        raise type_error(what, "ax", ax, "two matplotlib Axes, or None for a new figure") from None
    if len(given) != 2:
        raise value_error(what, "number of axes in ax", len(given), "2")
    for one in given:
        if not isinstance(one, Axes):
            raise type_error(what, "an entry of ax", one, "a matplotlib Axes")
    return given[0], given[1]


def legend_beside(
    ax: Axes,
    *,
    title: str | None = None,
    of: Axes | None = None,
    handles: Sequence[Artist] | None = None,
) -> None:
    """Legend right of the axes, where it hides no data: of its series, another's, or handles."""
    shown = (of or ax).get_legend_handles_labels()[0] if handles is None else handles
    ax.legend(
        handles=list(shown),
        loc="upper left",
        bbox_to_anchor=(1.01, 1.0),
        borderaxespad=0.0,
        title=title,
        alignment="left",
    )


def prefix_of(value: float) -> tuple[float, str]:
    """Factor and SI prefix by which ``value`` reads as 1 .. 1000: 2.5e-7 -> (1e9, "n")."""
    prefixes = {
        1e-15: "f",
        1e-12: "p",
        1e-9: "n",
        1e-6: "\N{MICRO SIGN}",
        1e-3: "m",
        1.0: "",
        1e3: "k",
        1e6: "M",
    }
    fitting = [size for size in prefixes if size <= abs(value) * (1 + 1e-12)]
    size = max(fitting) if fitting else 1.0 if value == 0 else 1e-15
    return 1 / size, prefixes[size]
