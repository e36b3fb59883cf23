# SPDX-License-Identifier: Apache-2.0
"""Training epoch by epoch, with a bar or a function that is told how it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from snn import _core

#: True: a bar. A function of (epoch, epochs, batch, batches, loss, accuracy) is called after every
#: batch; if it returns False, training ends there.
TrainingProgress = bool | Callable[[int, int, int, int, float, float], object] | None


class Trainer(_core._Trainer):  # noqa: D101 - the text of the C++ header, and
    __doc__ = (_core._Trainer.__doc__ or "") + """
data : Dataset or LoadedData
    The samples; LoadedData brings its split.
split : Split, optional
    Needed with a Dataset.

Examples
--------
>>> import snn
>>> digits = snn.load_digits()
>>> net = snn.classifier(digits.data, hidden=[64])
>>> trainer = snn.Trainer(net, digits, epochs=2, loss=snn.MeanMembraneCrossEntropy())
>>> for epoch in trainer:
...     assert 0 <= epoch.validation_accuracy <= 1
>>> evaluation = trainer.evaluate("test")
"""

    def __init__(self, network: _core.Network, data: _core.Dataset | _core.LoadedData,
                 split: _core.Split | None = None, options: _core.TrainOptions | None = None,
                 **fields: Any) -> None:
        if isinstance(data, _core.LoadedData):
            split = split or data.split
            data = data.data
        if split is None:
            raise TypeError("Trainer: split = None; allowed: a Split, or LoadedData as data, which "
                            "brings one")
        super().__init__(network, data, split, options, **fields)
        self._result: _core.TrainResult | None = None

    def train(self, progress: TrainingProgress = None) -> _core.TrainResult:
        """Train for all epochs and leave the weights of the best one in place.

        Parameters
        ----------
        progress : bool or callable, optional
            True: a progress bar. A function is called after every batch with (epoch, epochs,
            batch, batches, loss, accuracy); if it returns False, training ends there, with the
            result marked `interrupted`.

        Returns
        -------
        TrainResult
            Its epochs, the best of them, seconds, exact operations.

        Raises
        ------
        KeyboardInterrupt
            After Ctrl-C: with a `checkpoint`, what was done is in it.
        NumericError
            If a loss or a gradient is not finite.
        """
        self._result = self._train_with(progress)
        return self._result

    def _train_with(self, progress: TrainingProgress) -> _core.TrainResult:
        if progress is not True:
            return self._train(progress or None)
        from tqdm.auto import tqdm
        with tqdm(total=self.options.epochs, unit="epoch") as bar:
            def show(epoch: int, epochs: int, batch: int, batches: int, loss: float,
                     accuracy: float) -> None:
                bar.set_postfix(loss=f"{loss:.4f}", accuracy=f"{accuracy:.4f}", refresh=False)
                bar.update(epoch + batch / max(batches, 1) - bar.n)

            return self._train(show)

    def __iter__(self) -> Iterator[_core.EpochReport]:
        """Train epoch by epoch: `for epoch in trainer:` yields an EpochReport after each.

        Leaving the loop ends training; the weights of the best epoch so far are put in place, and
        `result` tells all.
        """
        try:
            while (report := self._next(None)) is not None:
                yield report
        finally:
            self._result = self._finish()

    @property
    def result(self) -> _core.TrainResult | None:
        """How the last train() or loop over epochs went; None before."""
        return self._result

    def __repr__(self) -> str:
        o = self.options
        return f"<Trainer: {o.epochs} epochs of {len(self.split.train)} samples, {o.ticks} ticks>"


def random_split(data: _core.Dataset, *, validation: float = 0.1, test: float = 0.2,
                 seed: int = 1) -> _core.Split:
    """A random split with equal parts of every class.

    Parameters
    ----------
    data : Dataset
        The samples.
    validation, test : float, default 0.1 and 0.2
        Parts of the samples of each class, in [0, 1), together below 1.
    seed : int, default 1
        Of the draw.

    Returns
    -------
    Split

    Raises
    ------
    ValueError
        For parts that leave nothing to train on.
    """
    if not (0 <= validation < 1 and 0 <= test < 1 and validation + test < 1):
        raise ValueError(f"random_split: validation = {validation}, test = {test}; allowed: in "
                         "[0, 1), together below 1")
    draw = np.random.default_rng(seed)
    parts: tuple[list[npt.NDArray[np.int64]], ...] = ([], [], [])
    labels = np.asarray(data.labels)
    for label in range(data.classes):
        of_class = draw.permutation(np.flatnonzero(labels == label))
        first = round(len(of_class) * validation)
        second = first + round(len(of_class) * test)
        for part, chosen in zip(parts, np.split(of_class, [first, second]), strict=True):
            part.append(chosen)
    validates, tests, trains = (np.sort(np.concatenate(part)) for part in parts)
    return _core.Split(trains, validates, tests)
