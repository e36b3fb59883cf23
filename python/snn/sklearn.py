# SPDX-License-Identifier: Apache-2.0
"""A spiking network as a scikit-learn classifier."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as error:
    raise ImportError("snn.SpikingClassifier needs scikit-learn >= 1.6: "
                      "pip install 'snn[sklearn]'") from error

from snn import _core
from snn.training import Trainer, TrainingProgress, random_split


class SpikingClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A layered spiking classifier, trained by surrogate gradients.

    Features are scaled to 0 .. 1 by their range in the training data and kept as 256 levels; the
    input layer presents them at every tick.

    Parameters
    ----------
    hidden : tuple of int, default (128,)
        Neurons of each hidden layer.
    ticks : int, default 15
        Presentation of a sample, in ticks of 1 ms.
    epochs : int, default 100
        Passes over the training data.
    batch_size : int, default 32
        Samples per step.
    learning_rate : float, default 0.01
        Of the Adam optimiser, at the start of a cosine schedule.
    neuron : {'lif', 'integrate_and_fire', 'cuba', 'adaptive'}, default 'lif'
        Of the hidden layers.
    encoding : {'direct', 'rate', 'latency'}, default 'direct'
        How values become input.
    tau_m_ticks : float, default 10.0
        Membrane time constant of hidden neurons, in ticks.
    recurrent : bool, default False
        Whether hidden layers project to themselves.
    validation_fraction : float, default 0.1
        Part of the samples of each class, in [0, 1), that does not train but chooses the best
        epoch; at least one sample does.
    threads : int, default 1
        0: all.
    device : str, default 'cpu'
        What trains and predicts: 'cpu', 'cuda' or 'cuda:N'.
    random_state : int, RandomState or None, default None
        Seed of weights, batches and codes.
    progress : bool or callable, default False
        As in Trainer.train().

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
        Labels.
    n_features_in_ : int
        Number of features in fit().
    network_ : Network
        The trained network.
    trainer_ : Trainer
        For counts and energy: trainer_.evaluate("train").counts.
    result_ : TrainResult
        How training went.

    Examples
    --------
    >>> import snn
    >>> import numpy as np
    >>> X = np.array([[0.0, 0.1], [0.1, 0.0], [1.0, 0.9], [0.9, 1.0]] * 10)
    >>> y = np.array(["low", "low", "high", "high"] * 10)
    >>> model = snn.SpikingClassifier(hidden=(16,), epochs=30, random_state=1).fit(X, y)
    >>> float(model.score(X, y))
    1.0
    """

    def __init__(self, hidden: tuple[int, ...] = (128,), *, ticks: int = 15, epochs: int = 100,
                 batch_size: int = 32, learning_rate: float = 0.01, neuron: str = "lif",
                 encoding: str = "direct", tau_m_ticks: float = 10.0, recurrent: bool = False,
                 validation_fraction: float = 0.1, threads: int = 1, device: str = "cpu",
                 random_state: int | np.random.RandomState | None = None,
                 progress: TrainingProgress = False) -> None:
        self.hidden = hidden
        self.ticks = ticks
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.neuron = neuron
        self.encoding = encoding
        self.tau_m_ticks = tau_m_ticks
        self.recurrent = recurrent
        self.validation_fraction = validation_fraction
        self.threads = threads
        self.device = device
        self.random_state = random_state
        self.progress = progress

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> SpikingClassifier:
        """Train on X (samples, features) and labels y (samples,)."""
        from sklearn.utils import check_random_state
        X, y = (_core._on_host(given, "SpikingClassifier", name)
                for given, name in ((X, "X"), (y, "y")))
        X, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError("SpikingClassifier: y has 1 class; allowed: at least 2 classes")
        values = np.asarray(X)
        self._low = values.min(axis=0)
        span = values.max(axis=0) - self._low
        self._span = np.where(span > 0, span, 1.0)
        seed = int(check_random_state(self.random_state).randint(1, 2**31 - 1))
        data = self._dataset(values, labels)
        split = random_split(data, validation=self.validation_fraction, test=0.0, seed=seed)
        if len(split.validation) == 0:
            largest = np.argmax(np.bincount(labels))
            held_out = np.flatnonzero(labels == largest)[-1:]
            split = _core.Split(np.setdiff1d(np.arange(len(data)), held_out), held_out, [])
        network = _core.classifier(
            data, hidden=list(self.hidden), neuron=self.neuron, encoding=self.encoding,
            tau_m_ticks=self.tau_m_ticks, recurrent=self.recurrent)
        self.trainer_ = Trainer(
            network, data, split, ticks=self.ticks, epochs=self.epochs, batch=self.batch_size,
            learning_rate=self.learning_rate, threads=self.threads, device=self.device,
            seed=seed,
            loss=_core.MeanMembraneCrossEntropy())
        self.result_ = self.trainer_.train(self.progress)
        self.network_ = self.trainer_.network()
        return self

    def predict(self, X: npt.ArrayLike) -> npt.NDArray[Any]:
        """Labels of samples X (samples, features)."""
        check_is_fitted(self)
        X = _core._on_host(X, "SpikingClassifier", "X")
        values = np.asarray(validate_data(self, X, dtype=np.float64, reset=False))
        data = self._dataset(values, np.zeros(len(values), dtype=np.int32))
        scores = self._predictor(data).scores(np.arange(len(data)))
        return np.asarray(self.classes_[scores.argmax(axis=1)])

    def __getstate__(self) -> dict[str, Any]:
        """Without the trainer, which holds the training data."""
        state = dict(super().__getstate__())
        state.pop("trainer_", None)
        return state

    def _predictor(self, data: _core.Dataset) -> Trainer:
        return Trainer(self.network_, data, _core.Split([], [], np.arange(len(data))),
                       ticks=self.ticks, batch=self.batch_size, threads=self.threads,
                       device=self.device, loss=_core.MeanMembraneCrossEntropy())

    def _dataset(self, values: npt.NDArray[np.float64],
                 labels: npt.NDArray[Any]) -> _core.Dataset:
        scaled = np.clip((values - self._low) / self._span, 0.0, 1.0)
        return _core.Dataset.from_images(np.round(255 * scaled).astype(np.uint8), labels,
                                         name="array", classes=len(self.classes_))
