# SPDX-License-Identifier: Apache-2.0
"""Pictures of where energy goes by a model, and of what was measured beside it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Literal

from matplotlib.axes import Axes

from ._check import one_of
from ._errors import value_error
from ._labels import three_digits
from ._results import Contestant, Measured, Results, Unavailable, contestants_of, files_of, model_of
from ._style import axes_for, axes_row, legend_beside, prefix_of, series, theme

__all__ = ["energy_breakdown", "measured_modelled"]

_BAR = 0.62  # of a row


@theme()
def energy_breakdown(
    results: Results,
    *,
    model: str = "45nm-compute-fp32",
    by: Literal["layer", "term"] = "layer",
    contestants: Sequence[str] | None = None,
    share: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw which layers, or which terms, the modelled energy of an inference is spent on.

    Parameters
    ----------
    results : contents or path of a file of ``snn bench --out``
    model : str, default "45nm-compute-fp32"
        Name of the energy model; docs/results.md lists them.
    by : "layer" or "term", default "layer"
        ``layer``: projections and populations. ``term``: what is paid for (accumulates, weights,
        ...).
    contestants : list of str, default all
        Labels of the networks to draw, as in the file, from the top.
    share : bool, default False
        Draw parts in % of each network's own energy instead of joules.
    ax : Axes, default those of a new figure

    Returns
    -------
    Axes
        A bar per network, stacked, with its total written at the end.

    Raises
    ------
    PlotValueError
        A key is missing or NaN, a model or a network is unknown, terms do not add up to the total.
    PlotTypeError
        ``results`` is neither contents nor path of a results file.

    Examples
    --------
    >>> ax = energy_breakdown("results.json", model="lemaire-2022-memory-int32", by="term")
    """
    what = "energy_breakdown"
    one_of(by, what, "by", ("layer", "term"))
    networks = _networks(results, what, contestants)
    totals = [model_of(one, model, what).joules for one in networks]
    parts: dict[str, list[float]] = {}
    for i, one in enumerate(networks):
        for term in model_of(one, model, what).terms:
            name = term.layer if by == "layer" else term.name
            parts.setdefault(name, [0.0] * len(networks))[i] += term.joules
    for i, one in enumerate(networks):
        found = sum(part[i] for part in parts.values())
        if abs(found - totals[i]) > 1e-9 * abs(totals[i]):
            raise value_error(
                what,
                f"sum of terms of {one.label!r}",
                f"{found} J",
                f"joules_per_inference, {totals[i]} J",
            )

    ax = axes_for(ax, what, (6.2, 0.9 + 0.5 * len(networks)))
    factor, prefix = prefix_of(max(totals))
    scale = [(100 / total if total else 0.0) if share else factor for total in totals]
    left = [0.0] * len(networks)
    for index, (name, joules) in enumerate(parts.items()):
        look = series(index)
        widths = [value * s for value, s in zip(joules, scale)]
        ax.barh(
            range(len(networks)),
            widths,
            _BAR,
            left=left,
            label=name,
            facecolor=look.color,
            edgecolor="white",
            hatch=look.hatch,
            linewidth=0.4,
        )
        left = [start + width for start, width in zip(left, widths)]
    for row, total in enumerate(totals):
        ax.annotate(
            _joules(total),
            (left[row], row),
            (4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    ax.set_xlim(0, 1.18 * (max(left) or 1.0))
    _label_rows(ax, networks)
    ax.set_xlabel(
        f"share of modelled energy per inference (%), {model}"
        if share
        else f"modelled energy per inference ({prefix}J), {model}"
    )
    legend_beside(ax, title="layer" if by == "layer" else "spent on")
    return ax


@theme()
def measured_modelled(
    results: Results,
    *,
    model: str = "45nm-compute-fp32",
    quantity: Literal["total", "dynamic"] = "total",
    contestants: Sequence[str] | None = None,
    ax: Sequence[Axes] | None = None,
) -> tuple[Axes, Axes]:
    """Draw measured energy per inference with its 95 % interval, and beside it a model's.

    The two have axes of their own: a counter reads a whole machine, a model prices some operations
    of another, so that their joules are seldom within a factor of a thousand.

    Parameters
    ----------
    results : contents or path of a file of ``snn bench --out``
    model : str, default "45nm-compute-fp32"
        Name of the energy model; docs/results.md lists them.
    quantity : "total" or "dynamic", default "total"
        Of the measured energy: with the machine's idle power, or above it.
    contestants : list of str, default all
        Labels of the networks to draw, as in the file, from the top.
    ax : two Axes, default those of a new figure

    Returns
    -------
    (Axes, Axes)
        Measured; modelled. A figure that is unavailable is a text with the reason, never a bar.

    Raises
    ------
    PlotValueError
        A key is missing or NaN, a model or a network is unknown.
    PlotTypeError
        ``results`` is neither contents nor path of a results file.

    Examples
    --------
    >>> measured, modelled = measured_modelled("results.json")
    """
    what = "measured_modelled"
    one_of(quantity, what, "quantity", ("total", "dynamic"))
    networks = _networks(results, what, contestants)
    measured = [one.total if quantity == "total" else one.dynamic for one in networks]
    modelled = [model_of(one, model, what).joules for one in networks]
    left, right = axes_row(ax, what, (8.0, 0.9 + 0.62 * len(networks)), shared_y=True)

    prefix = _measured(left, measured)
    kind = (
        "measured energy per inference"
        if quantity == "total"
        else "measured energy above idle per inference"
    )
    left.set_xlabel(f"{kind} ({prefix}J),\n95 % interval" if prefix is not None else f"{kind} (J)")

    factor, prefix = prefix_of(max(modelled))
    look = series(1)
    right.barh(
        range(len(networks)),
        [factor * joules for joules in modelled],
        _BAR,
        color="white",
        edgecolor=look.color,
        hatch=look.hatch,
    )
    for row, joules in enumerate(modelled):
        right.annotate(
            _joules(joules),
            (factor * joules, row),
            (4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    right.set_xlim(0, 1.2 * factor * (max(modelled) or 1.0))
    right.set_xlabel(f"modelled energy per inference ({prefix}J),\n{model}")
    _label_rows(left, networks)
    _label_rows(right, networks)
    right.tick_params(labelleft=ax is not None)
    return left, right


def _networks(results: Results, what: str, labels: Sequence[str] | None) -> list[Contestant]:
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


def _joules(value: float) -> str:
    """Three digits with an SI prefix: 9.637e-7 -> "964 nJ"."""
    factor, prefix = prefix_of(value)
    return f"{three_digits(factor * value)} {prefix}J"


def _label_rows(ax: Axes, networks: Sequence[Contestant]) -> None:
    ax.set_yticks(range(len(networks)), [textwrap.fill(one.label, 24) for one in networks])
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(networks) - 0.5, -0.5)


def _measured(ax: Axes, figures: Sequence[Measured | Unavailable]) -> str | None:
    """Bars with intervals, or reasons; the SI prefix of the axis, None where there is no bar."""
    known = [figure for figure in figures if isinstance(figure, Measured)]
    reasons = [figure.reason for figure in figures if isinstance(figure, Unavailable)]
    if not known and len(set(reasons)) == 1:  # one reason for all is said once
        _reason(ax, reasons[0], 0.5 * (len(figures) - 1), 10)
        reasons = []
    factor, prefix = prefix_of(max((figure.high for figure in known), default=1.0))
    look = series(0)
    for row, figure in enumerate(figures):
        if isinstance(figure, Measured):
            mean = factor * figure.mean
            ax.barh(
                row,
                mean,
                _BAR,
                color=look.color,
                xerr=[[mean - factor * figure.low], [factor * figure.high - mean]],
                error_kw={"capsize": 3, "elinewidth": 1.0},
            )
            ax.annotate(
                _joules(figure.mean),
                (factor * figure.high, row),
                (5, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
            )
        elif reasons:
            _reason(ax, figure.reason, row, 4)
    if not known:
        ax.set_xticks([])
        return None
    ax.set_xlim(
        min(0.0, 1.05 * factor * min(f.low for f in known)),
        1.25 * factor * max(f.high for f in known),
    )
    return prefix


def _reason(ax: Axes, reason: str, row: float, lines: int) -> None:
    text = textwrap.fill(f"unavailable: {reason}", 56, max_lines=lines, placeholder=" ...")
    ax.annotate(
        text,
        (0.02, row),
        xycoords=ax.get_yaxis_transform(),
        va="center",
        fontsize=6.5,
        style="italic",
    )
