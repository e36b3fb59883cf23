# SPDX-License-Identifier: Apache-2.0
"""Picture of accuracy against energy, and of the networks that none other beats in both."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import EngFormatter

from ._check import one_of
from ._errors import value_error
from ._labels import label_points, log_ticks
from ._results import Measured, Results, Unavailable, contestants_of, files_of, model_of
from ._style import GREY, Line, axes_for, legend_beside, series, theme

__all__ = ["accuracy_energy"]

_ROLES = {
    "spiking": "spiking network",
    "dense": "dense twin",
    "quantised": "quantised twin",
    "equal_accuracy": "dense, equal accuracy",
}


@dataclass(frozen=True)
class _Point:
    """One network by one kind of energy; a modelled figure has no interval."""

    group: str
    kind: str
    file: str
    figure: Measured
    accuracy: float | None
    accuracy_sd: float


@theme()
def accuracy_energy(
    results: Results | Sequence[Results] | Mapping[str, Results],
    *,
    kind: Literal["modelled", "measured", "both"] = "modelled",
    model: str = "45nm-compute-fp32",
    front: Literal["all", "each", "none"] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw accuracy against energy per inference of the networks of one or more results files.

    Parameters
    ----------
    results : file of ``snn bench --out`` or its contents, a list, or a mapping of name to such
        The spiking network, its dense and its quantised twin, and opponents, where there are. The
        names of a mapping are written beside the spiking networks.
    kind : "modelled", "measured" or "both", default "modelled"
        Energy of a formula, of a counter, or both, told apart by open and filled markers and in
        the legend.
    model : str, default "45nm-compute-fp32"
        Name of the energy model; docs/results.md lists them. Figures of one model only can be
        compared.
    front : "all", "each" or "none", default "all" for several files and "none" for one
        Line through the points that no other beats in both accuracy and energy: of all networks,
        or of each kind of network. Measured and modelled points have lines of their own.
    ax : Axes, default those of a new figure

    Returns
    -------
    Axes
        Energy in J on a logarithmic axis; accuracy on the test samples in %. Bars are standard
        deviations of accuracy over seeds, and 95 % intervals of measured energy. Where a measured
        figure is unavailable there is a note with the reason and no point; where an accuracy is
        not known, a vertical line.

    Raises
    ------
    PlotValueError
        A key is missing or NaN, the layout is newer than this snn, a model is unknown, an energy
        that must go on the axis is not above 0.
    PlotTypeError
        ``results`` is none of the above.

    Examples
    --------
    >>> ax = accuracy_energy({"T = 5": "short.json", "T = 25": "long.json"})
    """
    what = "accuracy_energy"
    one_of(kind, what, "kind", ("modelled", "measured", "both"))
    one_of(front, what, "front", (None, "all", "each", "none"))
    files = files_of(results, what)
    kinds = ("modelled", "measured") if kind == "both" else (kind,)
    groups, points, missing = _points(files, kinds, model, what)

    ax = axes_for(ax, what, (6.8, 3.2))
    lines = front or ("all" if len(files) > 1 else "none")
    handles: list[Artist] = []
    for index, group in enumerate(groups):
        for each in kinds:
            own = [p for p in points if (p.group, p.kind) == (group, each)]
            handles += _mark(ax, own, index, kind == "both")
    for each in kinds if lines != "none" else ():
        own = [p for p in points if p.kind == each]
        if lines == "all":
            handles += _front(ax, own, each, GREY)
            continue
        for index, group in enumerate(groups):
            _front(ax, [p for p in own if p.group == group], each, series(index).color)
    ax.set_ylabel("test accuracy (%)")
    ax.set_xlabel(
        {
            "modelled": f"modelled energy per inference (J),\n{model}",
            "measured": "measured energy per inference (J)",
            "both": f"energy per inference (J), measured,\nor modelled by {model}",
        }[kind]
    )
    if points:
        ax.set_xscale("log")
        ax.margins(0.1)
        log_ticks(ax.xaxis, EngFormatter(unit="J"))
        legend_beside(ax, handles=handles)
    else:
        ax.set_xticks([])
        ax.set_yticks([])
    _notes(ax, missing, inside=not points)
    if isinstance(results, Mapping) and "" not in files:
        known = [(p, 100 * p.accuracy) for p in points if p.accuracy is not None]
        spiking = [(p, y) for p, y in known if p.group == _ROLES["spiking"]]
        label_points(
            ax,
            [(p.figure.mean, y, p.file) for p, y in spiking],
            [(p.figure.mean, y) for p, y in known],
        )
    return ax


def _points(
    files: Mapping[str, Mapping[str, Any]], kinds: Sequence[str], model: str, what: str
) -> tuple[list[str], list[_Point], list[tuple[str, str]]]:
    """Networks as the files order them, points, and (network, reason) of what is not measured."""
    groups: dict[str, None] = {}  # keeps the order, and so the look of a network in every picture
    points, missing = [], []
    for file, data in files.items():
        for one in contestants_of(data, what):
            group = one.label if len(files) == 1 or one.role == "users" else _ROLES[one.role]
            groups[group] = None
            for kind in kinds:
                figure = (
                    Measured(*3 * (model_of(one, model, what).joules,), "")
                    if kind == "modelled"
                    else one.total
                )
                if isinstance(figure, Unavailable):
                    missing.append((group, figure.reason))
                    continue
                if figure.mean <= 0:
                    raise value_error(
                        what,
                        f"{kind} energy of {group!r}",
                        f"{figure.mean} J",
                        "a number > 0 on a logarithmic axis",
                    )
                points.append(_Point(group, kind, file, figure, one.accuracy, one.accuracy_sd))
    return list(groups), points, missing


def _mark(ax: Axes, points: Sequence[_Point], index: int, both: bool) -> list[Artist]:
    """Points of one network by one kind; the entries of the legend."""
    if not points:
        return []
    look = series(index)
    measured = points[0].kind == "measured"
    face = look.color if measured or not both else "white"
    label = f"{points[0].group}, {points[0].kind}" if both else points[0].group
    handles: list[Artist] = []
    known = [(p, 100 * p.accuracy) for p in points if p.accuracy is not None]
    if known:
        x = np.array([p.figure.mean for p, _ in known])
        ends = [
            [p.figure.mean - p.figure.low for p, _ in known],
            [p.figure.high - p.figure.mean for p, _ in known],
        ]
        sd = [100 * p.accuracy_sd for p, _ in known]
        ax.errorbar(
            x,
            [y for _, y in known],
            yerr=sd if any(sd) else None,
            xerr=ends if measured else None,
            color=look.color,
            linestyle="none",
            marker=look.marker,
            markersize=6,
            markerfacecolor=face,
            capsize=2.5,
            elinewidth=0.9,
            label=label,
        )
        handles.append(
            _entry(label, color=look.color, marker=look.marker, markersize=6, markerfacecolor=face)
        )
    for p in points:
        if p.accuracy is None:
            name = f"{label}, accuracy not known"
            ax.axvline(
                p.figure.mean, color=look.color, linestyle=look.line, linewidth=1.0, label=name
            )
            handles.append(
                Line2D([], [], color=look.color, linestyle=look.line, linewidth=1.0, label=name)
            )
    return handles


def _entry(label: str, **look: Any) -> Artist:
    return Line2D([], [], linestyle="none", label=label, **look)


def _front(ax: Axes, points: Sequence[_Point], kind: str, color: str) -> list[Artist]:
    """Best accuracy for an energy, as steps through the points that none other beats."""
    best: list[tuple[float, float]] = []
    known = [(p.figure.mean, 100 * p.accuracy) for p in points if p.accuracy is not None]
    for joules, accuracy in sorted(known, key=lambda point: (point[0], -point[1])):
        if not best or accuracy > best[-1][1]:
            best.append((joules, accuracy))
    if len(best) < 2:
        return []
    style: Line = "solid" if kind == "measured" else (0, (1, 1.4))
    x, y = zip(*best)
    ax.step(
        x,
        y,
        where="post",
        color=color,
        linewidth=1.0,
        zorder=1,
        linestyle=style,
        label=f"front, {kind}",
    )
    return [
        Line2D([], [], color=color, linewidth=1.0, linestyle=style, label=f"not beaten, {kind}")
    ]


def _notes(ax: Axes, missing: Sequence[tuple[str, str]], *, inside: bool) -> None:
    """What was not measured, and why: below the axes, or inside where there is nothing else."""
    reasons: dict[str, list[str]] = {}
    for group, reason in missing:
        groups = reasons.setdefault(reason, [])
        groups += [group] if group not in groups else []
    lines = [
        textwrap.fill(f"Measured energy of {', '.join(groups)} is unavailable: {reason}", 92)
        for reason, groups in reasons.items()
    ]
    if inside:
        ax.annotate(
            "\n".join(lines), (0.03, 0.5), xycoords="axes fraction", fontsize=7, va="center"
        )
    elif lines:
        below = (0, -46 if "\n" in ax.get_xlabel() else -36)
        ax.annotate(
            "\n".join(lines),
            (0, 0),
            below,
            xycoords="axes fraction",
            textcoords="offset points",
            fontsize=7,
            va="top",
        )
