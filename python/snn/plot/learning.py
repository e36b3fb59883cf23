# SPDX-License-Identifier: Apache-2.0
"""Picture of learning: loss and accuracy over epochs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ._check import field_of, named, numbers
from ._errors import value_error
from ._style import GREY, axes_row, legend_beside, series, theme
from ._types import FloatArray, TrainingResult

__all__ = ["training"]


@theme()
def training(
    results: Mapping[str, TrainingResult] | TrainingResult,
    *,
    log_loss: bool = False,
    ax: Sequence[Axes] | None = None,
) -> tuple[Axes, Axes]:
    """Draw loss and accuracy over the epochs of one or more trainings.

    Parameters
    ----------
    results : training result, or mapping of name to training result
        A result has ``epochs``, each with ``epoch`` (int), ``train_loss``, ``validation_loss``,
        ``train_accuracy`` and ``validation_accuracy`` (shares, 0 .. 1), and ``best_epoch`` (int;
        -1: none).
    log_loss : bool, default False
        Logarithmic loss; every loss must then be > 0.
    ax : two Axes, default those of a new figure
        For loss and accuracy.

    Returns
    -------
    (Axes, Axes)
        Loss; accuracy in %. Lines through filled markers are of validation, broken ones through
        open markers of training samples; a ring marks the best epoch.

    Raises
    ------
    PlotValueError
        A figure is NaN, an accuracy is outside 0 .. 1, a result has no epoch or not its best one.
    PlotTypeError
        An object lacks one of the fields.

    Examples
    --------
    >>> loss, accuracy = training({"spiking": result, "dense twin": twin_result})
    """
    what = "training"
    found = {
        name: _curves(result, f"{what}: {name!r}" if name else what, log_loss)
        for name, result in named(results, what, "results", "").items()
    }
    loss, accuracy = axes_row(ax, what, (8.2, 2.7))
    for index, curves in enumerate(found.values()):
        for axis, key, factor in ((loss, "loss", 1.0), (accuracy, "accuracy", 100.0)):
            _draw(axis, curves, key, factor, index)
    for axis in (loss, accuracy):
        axis.set_xlabel("epoch")
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    if log_loss:
        loss.set_yscale("log")
    loss.set_ylabel("loss")
    accuracy.set_ylabel("accuracy (%)")
    _key(accuracy, list(found), any(curves["best"].size for curves in found.values()))
    return loss, accuracy


def _curves(result: TrainingResult, what: str, log_loss: bool) -> dict[str, FloatArray]:
    """Curves by name, and under "best" the index of the best epoch, or nothing."""
    epochs = list(field_of(result, what, "epochs"))
    if not epochs:
        raise value_error(what, "number of epochs", 0, "one or more")
    keys = ("epoch", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
    curves = {
        key: numbers([field_of(epoch, f"{what}: an epoch", key) for epoch in epochs], what, key, "")
        for key in keys
    }
    for key in keys:
        low, high = float(curves[key].min()), float(curves[key].max())
        if key.endswith("accuracy") and (low < 0 or high > 1):
            raise value_error(what, key, low if low < 0 else high, "a share, 0 .. 1")
        if log_loss and key.endswith("loss") and low <= 0:
            raise value_error(what, key, low, "numbers > 0 where log_loss is True")
    best = int(field_of(result, what, "best_epoch"))
    at = np.flatnonzero(curves["epoch"] == best)
    if best != -1 and not at.size:
        raise value_error(what, "best_epoch", best, "-1, or the number of one of the epochs")
    return curves | {"best": at[:1].astype(np.float64)}


def _draw(ax: Axes, curves: Mapping[str, FloatArray], key: str, factor: float, index: int) -> None:
    look = series(index)
    epochs = curves["epoch"]
    every = max(1, len(epochs) // 12)
    ax.plot(
        epochs,
        factor * curves[f"train_{key}"],
        color=look.color,
        linestyle=(0, (4, 2)),
        linewidth=1.0,
        marker=look.marker,
        markerfacecolor="white",
        markersize=4,
        markevery=(every // 2, every),
    )
    validation = factor * curves[f"validation_{key}"]
    ax.plot(epochs, validation, color=look.color, marker=look.marker, markersize=4, markevery=every)
    for at in curves["best"].astype(int):
        ax.plot(
            epochs[at],
            validation[at],
            marker="o",
            markersize=11,
            markerfacecolor="none",
            markeredgecolor=look.color,
            markeredgewidth=1.1,
            linestyle="none",
        )


def _key(ax: Axes, names: Sequence[str], best: bool) -> None:
    """Legend in two parts: which network, and which kind of line."""
    handles = [
        Line2D([], [], color=series(i).color, marker=series(i).marker, markersize=4, label=name)
        for i, name in enumerate(names)
        if name
    ]
    neutral = GREY if handles else series(0).color
    marker = "none" if handles else series(0).marker
    handles += [
        Line2D([], [], color=neutral, marker=marker, markersize=4, label="validation"),
        Line2D(
            [],
            [],
            color=neutral,
            marker=marker,
            markersize=4,
            markerfacecolor="white",
            linestyle=(0, (4, 2)),
            linewidth=1.0,
            label="training",
        ),
    ]
    if best:
        handles.append(
            Line2D(
                [],
                [],
                linestyle="none",
                marker="o",
                markersize=9,
                markerfacecolor="none",
                markeredgecolor=neutral,
                label="best epoch",
            )
        )
    legend_beside(ax, handles=handles)
