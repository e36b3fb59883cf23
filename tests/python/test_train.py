# SPDX-License-Identifier: Apache-2.0
"""Training, twins, data sets and the scikit-learn classifier."""

import os
import pickle
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest

import snn


def blobs(samples=120, features=6, seed=1):
    """Two classes of images that differ in which half is bright."""
    draw = np.random.default_rng(seed)
    labels = draw.integers(0, 2, samples)
    values = draw.integers(0, 60, (samples, features))
    half = features // 2
    values[labels == 0, :half] += 150
    values[labels == 1, half:] += 150
    return snn.Dataset.from_images(values.astype(np.uint8), labels, name="blobs")


def trainer_of(data=None, **options):
    data = data or blobs()
    net = snn.classifier(data, hidden=[12])
    return snn.Trainer(net, data, snn.random_split(data), **{
        "epochs": 8, "ticks": 8, "batch": 16, "learning_rate": 0.02, "threads": 1,
        "loss": snn.MeanMembraneCrossEntropy(), **options})


def weights(trainer):
    return np.concatenate([p.synapse.weight for p in trainer.network().projections])


def test_a_device_is_named_and_its_precision():
    trainer = trainer_of(device="cpu", precision="bf16")
    assert trainer.options.device == "cpu"
    assert trainer.options.precision == snn.Precision.bf16
    assert trainer_of(precision="bf16_split").options.precision == snn.Precision.bf16_split
    with pytest.raises(snn.ConfigError, match='"cpu", "cuda" or "cuda:N"'):
        trainer_of(device="gpu")


def test_it_learns_and_leaves_the_best_epoch():
    trainer = trainer_of()
    result = trainer.train()
    assert trainer.accuracy("test") > 0.9 and len(result.epochs) == 8
    assert trainer.result == result
    best = result.epochs[result.best_epoch]
    assert trainer.accuracy("validation") == best.validation_accuracy
    evaluation = trainer.evaluate("test")
    assert evaluation.accuracy == trainer.accuracy("test")
    assert len(evaluation.samples) == len(trainer.split.test)
    scores = trainer.scores("test")
    right = scores.argmax(axis=1) == blobs().labels[trainer.split.test]
    assert scores.shape == (len(right), 2) and right.mean() == evaluation.accuracy


def test_epoch_by_epoch_is_the_whole():
    whole, parts = trainer_of(), trainer_of()
    result = whole.train()
    reports = list(parts)
    assert [r.train_loss for r in reports] == [r.train_loss for r in result.epochs]
    assert np.array_equal(weights(parts), weights(whole))
    assert parts.result.best_epoch == result.best_epoch


def test_leaving_the_loop_ends_training_with_the_best_so_far():
    trainer = trainer_of()
    for epoch in trainer:
        if epoch.epoch == 2:
            break
    assert len(trainer.result.epochs) == 3
    best = trainer.result.epochs[trainer.result.best_epoch]
    assert trainer.accuracy("validation") == best.validation_accuracy


def test_progress_is_told_stops_and_may_fail():
    told = []
    trainer_of().train(lambda *now: told.append(now))
    assert len(told) == 8 * (6 + 1) and told[-1][0] == 7
    stopped = trainer_of().train(lambda epoch, *rest: epoch < 3)
    assert stopped.interrupted and len(stopped.epochs) == 3

    def fail(*now):
        raise ZeroDivisionError("mine")

    trainer = trainer_of()
    with pytest.raises(ZeroDivisionError, match="mine"):
        trainer.train(fail)
    assert len(trainer.train().epochs) == 8


SCRIPT = """
    import numpy as np, snn
    digits = snn.load_digits()
    trainer = snn.Trainer(snn.classifier(digits.data), digits, epochs=100000, threads=1,
                          loss=snn.MeanMembraneCrossEntropy())
    try:
        print("begin", flush=True)
        trainer.train()
    except KeyboardInterrupt:
        print("stopped", 0 <= trainer.accuracy() <= 1, flush=True)
"""


def test_ctrl_c_ends_training():
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(SCRIPT)], text=True,
                               stdout=subprocess.PIPE, env=os.environ)
    assert process.stdout.readline() == "begin\n"
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert out == "stopped True\n"


def test_a_checkpoint_resumes(tmp_path):
    whole = trainer_of()
    whole.train()
    file = tmp_path / "run.h5"
    first = trainer_of(checkpoint=file)
    assert first.train(lambda epoch, *rest: epoch < 4).interrupted
    second = trainer_of(checkpoint=file, resume=True)
    assert len(second.train().epochs) == 8
    assert np.array_equal(weights(second), weights(whole))


def test_the_event_driven_run_is_the_forward_pass():
    data = blobs()
    trainer = trainer_of(data)
    trainer.train()
    net = trainer.network()
    run = snn.Simulation(net, dt_ms=1.0).record_spikes("hidden1")
    run.set_values(net["input"], data.values[5].reshape(-1) / np.float32(255))
    run.run_ticks(8)
    spikes, _ = trainer.trace(5)["hidden1"]
    train = run.spikes["hidden1"]
    mine = np.zeros_like(spikes)
    mine[np.rint(train.times_ms).astype(int), train.neurons] = 1
    assert spikes.sum() > 0 and np.array_equal(mine, spikes)


def test_twins():
    data = blobs()
    net = snn.classifier(data, hidden=[12])
    dense, quantised = snn.make_twin(net, "dense", 8), snn.make_twin(net, "quantised", 8)
    assert (dense.ticks, dense.bits, quantised.bits) == (1, 0, 4)
    assert dense.network["hidden1"].kind == "Relu"
    trainer = snn.Trainer(dense.network, data, snn.random_split(data), epochs=8, threads=1,
                          ticks=dense.ticks, loss=dense.loss, learning_rate=0.02)
    trainer.train()
    assert trainer.accuracy() > 0.9
    with pytest.raises(snn.ConfigError, match="dense, quantised"):
        snn.make_twin(net, "sparse", 8)


def test_results_pickle():
    trainer = trainer_of()
    result = trainer.train()
    again = pickle.loads(pickle.dumps(result))
    assert again == result and again.epochs[3].train_loss == result.epochs[3].train_loss
    evaluation = trainer.evaluate()
    assert pickle.loads(pickle.dumps(evaluation)).accuracy == evaluation.accuracy
    assert "best" in repr(result) and "<table>" in result._repr_html_()


def test_images_are_not_copied_when_they_are_read():
    data = blobs()
    first, second = data.values, data.values
    assert np.shares_memory(first, second) and not first.flags.writeable
    del data
    assert first.sum() > 0


def test_event_samples():
    data = snn.Dataset.from_events([[0.002, 0.001], []], [[1, 0], []], [0, 1], features=3)
    times, units = data.events(0)
    assert np.allclose(times, [0.001, 0.002]) and units.tolist() == [0, 1]
    assert len(data) == 2 and data.values is None
    with pytest.raises(snn.ConfigError, match="units.*5.*0 .. 2"):
        snn.Dataset.from_events([[0.0]], [[5]], [0], features=3)
    with pytest.raises(snn.ConfigError, match="times_s"):
        snn.Dataset.from_events([[-1.0]], [[0]], [0], features=3)


@pytest.mark.parametrize("make, error, words", [
    (lambda: snn.Dataset.from_images(np.zeros((2, 3)), [0, 1]), TypeError, "uint8"),
    (lambda: snn.Dataset.from_images(np.zeros((2, 3), np.uint8), [0]), snn.ConfigError, "one per"),
    (lambda: snn.Dataset.from_images(np.zeros((1, 3), np.uint8), [-1]), snn.ConfigError, "-1"),
    (lambda: snn.Dataset.from_images(np.zeros((1, 3), np.uint8), [0], full_scale=0),
     snn.ConfigError, "full_scale"),
    (lambda: snn.Dataset.from_images(np.zeros((1, 3), np.uint8), [0], full_scale=float("nan")),
     snn.ConfigError, "full_scale"),
    (lambda: snn.Dataset.from_events([[]], [[]], [0], features=0), snn.ConfigError, "features"),
    (lambda: trainer_of(epochs=0), snn.ConfigError, "epochs"),
    (lambda: trainer_of(epoch=3), TypeError, "epoch"),
    (lambda: trainer_of(surrogate=3), TypeError, "surrogate"),
    (lambda: snn.Trainer(snn.Network(), blobs()), TypeError, "split"),
    (lambda: trainer_of().evaluate("all"), snn.ConfigError, "train, validation, test"),
    (lambda: trainer_of().evaluate([1000]), snn.ConfigError, "0 .. 119"),
    (lambda: snn.random_split(blobs(), validation=0.6, test=0.5), ValueError, "below 1"),
    (lambda: snn.load_digits("none.h5"), snn.FileError, "none.h5"),
    (lambda: snn.load_digits(fraction=0.5), TypeError, "validation_fraction"),
])
def test_mistakes(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_an_exploding_run_is_an_arithmetic_error():
    with pytest.raises(snn.NumericError) as raised:
        trainer_of(learning_rate=1e38, optimizer=snn.Sgd()).train()
    assert isinstance(raised.value, ArithmeticError)


def test_a_random_split_has_equal_parts_of_every_class():
    data = blobs(samples=200)
    split = snn.random_split(data, validation=0.2, test=0.3, seed=4)
    everything = np.concatenate([split.train, split.validation, split.test])
    assert np.array_equal(np.sort(everything), np.arange(200))
    for label in (0, 1):
        size = (data.labels == label).sum()
        assert (data.labels[split.test] == label).sum() == round(0.3 * size)
    assert not np.array_equal(split.train, snn.random_split(data, seed=5).train)


def test_digits_come_with_the_package():
    digits = snn.load_digits()
    assert digits.data.shape == (8, 8) and len(digits.data) == 1797
    assert [len(p) for p in (digits.split.train, digits.split.validation, digits.split.test)] \
        == [1293, 144, 360]
