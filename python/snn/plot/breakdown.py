# SPDX-License-Identifier: Apache-2.0
"""Picture of what the modelled energy of an inference is spent on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from matplotlib.axes import Axes

from ._check import one_of
from ._errors import value_error
from ._results import Results, model_of
from ._rows import BAR, joules_text, label_rows, networks_of
from ._style import axes_for, legend_beside, prefix_of, series, theme

__all__ = ["energy_breakdown"]


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
    networks = networks_of(results, what, contestants)
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
            BAR,
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
            joules_text(total),
            (left[row], row),
            (4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    ax.set_xlim(0, 1.18 * (max(left) or 1.0))
    label_rows(ax, networks)
    ax.set_xlabel(
        f"share of modelled energy per inference (%), {model}"
        if share
        else f"modelled energy per inference ({prefix}J), {model}"
    )
    legend_beside(ax, title="layer" if by == "layer" else "spent on")
    return ax
