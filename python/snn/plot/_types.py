# SPDX-License-Identifier: Apache-2.0
"""What the pictures ask of the objects they draw: any object with these fields will do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Epoch", "FloatArray", "Names", "SpikeTrain", "Trace", "TrainingResult"]

FloatArray = NDArray[np.float64]
Names = Sequence[str] | None


class SpikeTrain(Protocol):
    """Spikes of a population; it may also have ``duration_ms``, the length of the run, ms."""

    @property
    def times_ms(self) -> Any:
        """Times of the spikes, shape [spikes], ms."""

    @property
    def neurons(self) -> Any:
        """Neuron of each spike, shape [spikes], integers 0 .. size - 1."""

    @property
    def size(self) -> int:
        """Neurons of the population."""


class Trace(Protocol):
    """A variable of some neurons over time."""

    @property
    def times_ms(self) -> Any:
        """Times of the samples, shape [samples], ms."""

    @property
    def values(self) -> Any:
        """Shape [samples][neurons], in the variable's unit."""

    @property
    def neurons(self) -> Any:
        """Number of each recorded neuron, shape [neurons]."""


class Epoch(Protocol):
    """Figures of one epoch of training; accuracies are shares, 0 .. 1."""

    @property
    def epoch(self) -> int: ...

    @property
    def train_loss(self) -> float: ...

    @property
    def train_accuracy(self) -> float: ...

    @property
    def validation_loss(self) -> float: ...

    @property
    def validation_accuracy(self) -> float: ...


class TrainingResult(Protocol):
    """What training returned; ``best_epoch`` counts as ``epoch`` does, -1: none."""

    @property
    def epochs(self) -> Sequence[Epoch]: ...

    @property
    def best_epoch(self) -> int: ...
