# SPDX-License-Identifier: Apache-2.0
"""Objects to draw that have the documented fields and nothing else."""

from types import SimpleNamespace

import numpy as np


def train(times_ms, neurons, size, **more):
    return SimpleNamespace(
        times_ms=np.asarray(times_ms, np.float64),
        neurons=np.asarray(neurons, np.int32),
        size=size,
        **more,
    )


def random_train(size, spikes, duration_ms, seed):
    draw = np.random.default_rng(seed)
    return train(
        np.sort(draw.uniform(0, duration_ms, spikes)),
        draw.integers(0, size, spikes),
        size,
        duration_ms=float(duration_ms),
    )


def trace(samples=50, neurons=(0, 3, 7), dt_ms=0.5, seed=1):
    draw = np.random.default_rng(seed)
    return SimpleNamespace(
        times_ms=dt_ms * np.arange(samples),
        values=draw.normal(-60, 3, (samples, len(neurons))),
        neurons=np.asarray(neurons, np.int32),
    )


def result(epochs=12, best_epoch=9, seed=2):
    draw = np.random.default_rng(seed)
    return SimpleNamespace(
        best_epoch=best_epoch,
        epochs=[
            SimpleNamespace(
                epoch=i,
                train_loss=float(draw.uniform(0.1, 2)),
                train_accuracy=float(draw.uniform(0.2, 1)),
                validation_loss=float(draw.uniform(0.1, 2)),
                validation_accuracy=float(draw.uniform(0.2, 1)),
                learning_rate=1e-3,
            )
            for i in range(epochs)
        ],
    )
