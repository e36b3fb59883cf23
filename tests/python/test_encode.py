# SPDX-License-Identifier: Apache-2.0
"""snn.encode_sample() against NumPy's word of what each source presents."""

import pickle

import numpy as np
import pytest

import snn

PIXELS = np.array([[0, 51, 102, 255, 128, 3], [255, 255, 0, 0, 10, 200]], np.uint8)
TIMES_S = np.array([0.0, 0.0004, 0.0011, 0.0012, 0.0049, 0.0051])
UNITS = np.array([2, 2, 0, 3, 1, 1])


@pytest.fixture
def images():
    return snn.Dataset.from_images(PIXELS, [0, 1])


@pytest.fixture
def events():
    return snn.Dataset.from_events([TIMES_S], [UNITS], [0], features=4)


def ticks_of(encoded):
    """A set of units for each tick; within a tick they ascend."""
    parts = np.split(encoded.unit, encoded.begin[1:-1])
    assert encoded.begin[0] == 0 and encoded.begin[-1] == len(encoded.unit)
    assert all(np.all(np.diff(part.astype(int)) > 0) for part in parts)
    return [set(part.tolist()) for part in parts]


def test_currents_are_shares_of_full_scale(images):
    encoded = snn.encode_sample(snn.CurrentSource(), images, 1, ticks=7)
    assert encoded.values.dtype == np.float32 and not encoded.values.flags.writeable
    assert np.array_equal(encoded.values, PIXELS[1].astype(np.float32) / np.float32(255))
    assert len(encoded.begin) == len(encoded.unit) == 0
    assert "6 values" in repr(encoded)
    assert pickle.loads(pickle.dumps(encoded)) == encoded


def test_latency_is_a_rounded_line(images):
    threshold, window = 0.1, 6
    encoded = snn.encode_sample(snn.LatencySource(threshold=threshold, ticks=window), images, 0,
                                ticks=8)
    x = PIXELS[0] / 255
    expected = [set() for _ in range(8)]
    for unit in np.flatnonzero(x > threshold):
        # Half away from zero, as C rounds.
        tick = int(np.floor((1 - x[unit]) / (1 - threshold) * (window - 1) + 0.5))
        expected[tick].add(int(unit))
    assert ticks_of(encoded) == expected
    assert encoded.values.size == 0 and "ticks" in repr(encoded)


def test_events_are_binned_once_per_unit_and_tick(events):
    encoded = snn.encode_sample(snn.EventSource(), events, 0, ticks=5, dt_ms=1.0)
    expected = [set() for _ in range(5)]
    for time_s, unit in zip(TIMES_S.astype(np.float32).astype(float), UNITS):
        tick = int(np.floor(time_s * 1000))
        if tick < 5:  # the last comes too late
            expected[tick].add(int(unit))
    assert ticks_of(encoded) == expected and len(encoded.unit) == 4
    assert encoded.begin.dtype == np.int32 and encoded.unit.dtype == np.uint32


def test_a_rate_is_a_probability(images):
    ticks, probability = 4000, 0.5
    encoded = snn.encode_sample(snn.RateSource(probability=probability), images, 0, ticks=ticks,
                                seed=3)
    share = np.bincount(encoded.unit, minlength=6) / ticks
    p = PIXELS[0] / 255 * probability
    assert np.all(np.abs(share - p) <= 4 * np.sqrt(p * (1 - p) / ticks))
    again = {seed: snn.encode_sample(snn.RateSource(probability=probability), images, 0,
                                     ticks=ticks, seed=seed) for seed in (3, 4)}
    assert again[3] == encoded != again[4]
    other = snn.encode_sample(snn.RateSource(probability=probability), images, 0, ticks=ticks,
                              seed=3, presentation=1)
    assert other != encoded


def test_it_is_what_a_simulation_is_given(images):
    encoded = snn.encode_sample(snn.LatencySource(), images, 0, ticks=8)
    net = snn.Network()
    source = net.add(snn.LatencySource(), 6, name="source")
    run = snn.Simulation(net, dt_ms=1.0).record_spikes(source)
    run.set_spikes(source, np.split(encoded.unit, encoded.begin[1:-1]))
    run.run_ms(8)
    assert np.array_equal(np.rint(run.spikes[source].times_ms), np.repeat(
        np.arange(8), np.diff(encoded.begin)))
    assert np.array_equal(run.spikes[source].neurons, encoded.unit)


@pytest.mark.parametrize(("change", "field"), [
    ({"ticks": 0}, "ticks"), ({"dt_ms": 0.0}, "dt_ms"), ({"sample": 2}, "sample"),
    ({"source": snn.EventSource()}, "data"), ({"source": snn.PoissonSource()}, "data"),
    ({"augmentation": snn.Augmentation(drop=0.1)}, "of events")])
def test_what_does_not_fit_is_named(images, change, field):
    given = {"source": snn.CurrentSource(), "data": images, "sample": 0, "ticks": 3, **change}
    with pytest.raises(snn.ConfigError) as caught:
        snn.encode_sample(given.pop("source"), given.pop("data"), given.pop("sample"), **given)
    assert caught.value.field == field
