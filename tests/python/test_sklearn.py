# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's own checks of an estimator."""

import pickle

import numpy as np
import pytest

pytest.importorskip("sklearn", minversion="1.6")
from sklearn.datasets import load_iris
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import snn


@parametrize_with_checks([snn.SpikingClassifier(hidden=(32,), epochs=60, ticks=8, random_state=1)])
def test_estimator(estimator, check):
    check(estimator)


def test_it_works_with_the_tools_around_it():
    X, y = load_iris(return_X_y=True)
    model = make_pipeline(StandardScaler(),
                          snn.SpikingClassifier(hidden=(32,), epochs=60, random_state=1))
    assert cross_val_score(model, X, y, cv=3).mean() > 0.9


def test_labels_of_any_kind_and_the_same_seed_the_same_model():
    X, y = load_iris(return_X_y=True)
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    one, two = (snn.SpikingClassifier(hidden=(16,), epochs=20, random_state=3).fit(X, names)
                for _ in range(2))
    assert set(one.predict(X)) <= set(names)
    assert np.array_equal(one.predict(X), two.predict(X))
    again = pickle.loads(pickle.dumps(one))
    assert np.array_equal(again.predict(X), one.predict(X))
    assert one.trainer_.evaluate("train").accuracy > 0.8


def test_the_device_is_the_trainers():
    X, y = load_iris(return_X_y=True)
    model = snn.SpikingClassifier(hidden=(8,), epochs=1, random_state=1, device="cpu").fit(X, y)
    assert model.trainer_.options.device == "cpu"
    for device, error in (("gpu", snn.ConfigError), ("cuda:999", snn.UnavailableError)):
        with pytest.raises(error, match=device):
            snn.SpikingClassifier(hidden=(8,), epochs=1, device=device).fit(X, y)
        with pytest.raises(error, match=device):
            model.set_params(device=device).predict(X)
