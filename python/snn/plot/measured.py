# SPDX-License-Identifier: Apache-2.0
"""Picture of measured energy, and beside it what a model gives."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Literal

from matplotlib.axes import Axes

from ._check import one_of
from ._results import Measured, Results, Unavailable, model_of
from ._rows import BAR, joules_text, label_rows, networks_of
from ._style import axes_row, prefix_of, series, theme

__all__ = ["measured_modelled"]


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
    networks = networks_of(results, what, contestants)
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
        BAR,
        color="white",
        edgecolor=look.color,
        hatch=look.hatch,
    )
    for row, joules in enumerate(modelled):
        right.annotate(
            joules_text(joules),
            (factor * joules, row),
            (4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    right.set_xlim(0, 1.2 * factor * (max(modelled) or 1.0))
    right.set_xlabel(f"modelled energy per inference ({prefix}J),\n{model}")
    label_rows(left, networks)
    label_rows(right, networks)
    right.tick_params(labelleft=ax is not None)
    return left, right


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
                BAR,
                color=look.color,
                xerr=[[mean - factor * figure.low], [factor * figure.high - mean]],
                error_kw={"capsize": 3, "elinewidth": 1.0},
            )
            ax.annotate(
                joules_text(figure.mean),
                (factor * figure.high, row),
                (5, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
            )
        elif reasons:
            _reason(ax, figure.reason, row, 5)
    if not known:
        ax.set_xticks([])
        return None
    low = factor * min(figure.low for figure in known)  # below 0 where work drew less than idling
    high = factor * max(figure.high for figure in known)
    ax.set_xlim(min(0.0, 1.05 * low), 1.25 * high if high > 0 else 0.25 * abs(low))
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
