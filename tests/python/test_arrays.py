# SPDX-License-Identifier: Apache-2.0
"""Arrays of other libraries come in by DLPack and the CUDA array interface, wherever NumPy's do."""

import gc
import importlib.util
import re
import tracemalloc

import numpy as np
import pytest
from dlpack_producer import (
    BFLOAT,
    COMPLEX,
    CUDA,
    INTEGER,
    METAL,
    READ_ONLY,
    UNSIGNED,
    Interface,
    Producer,
    through,
)

import snn

IMAGES = np.arange(4 * 2 * 3, dtype=np.uint8).reshape(4, 2, 3)
LABELS = np.array([0, 1, 0, 1], dtype=np.int32)
WEIGHTS = np.linspace(-1, 1, 6, dtype=np.float32)
NO_DEVICE = snn.cuda_report().unavailable
without_device = pytest.mark.skipif(not NO_DEVICE, reason="here a CUDA device can be used")


def network_with(weight, **synapse):
    net = snn.Network()
    a = net.add(snn.Lif(), 2, name="a")
    b = net.add(snn.Lif(), 3, name="b")
    return net, net.connect(a, b, snn.AllToAll(), weight=weight, **synapse)


def simulated_weights(change):
    net, projection = network_with(0.5, delay_ms=1.0, plasticity=snn.PairStdp(w_max=3))
    run = snn.Simulation(net)
    change(run, projection)
    return run.synapses(projection).weight


def resting_membranes(cells):
    net = snn.Network()
    n = net.add(cells, len(cells), name="n")
    return snn.Simulation(net).record_membrane(n).run_ms(1).membrane[n].values[0]


#: Every kind of argument that takes an array, as (what it is given, what became of it).
TAKERS = {
    "images": (IMAGES, lambda a: snn.Dataset.from_images(a, LABELS).values),
    "labels": (LABELS, lambda a: snn.Dataset.from_images(IMAGES, a).labels),
    "event times": (np.array([0.25, 0.5], np.float32), lambda a: snn.Dataset.from_events(
        [a], [[0, 1]], [0], features=2).events(0)[0]),
    "event units": (np.array([1, 0], np.int64), lambda a: snn.Dataset.from_events(
        [[0.25, 0.5]], [a], [0], features=2).events(0)[1]),
    "split": (np.array([2, 3]), lambda a: snn.Split(a, [0], [1]).train),
    "weights": (WEIGHTS, lambda a: network_with(a)[1].synapse.weight),
    "weights set": (WEIGHTS + 1, lambda a: simulated_weights(lambda run, p: run.set_weights(p, a))),
    "positions": (np.array([[0.5, 1.0], [2.0, 3.0]]), lambda a: snn.Positions(a).mm),
    "pairs": (np.array([0, 1]), lambda a: snn.Sparse(a, [0, 1]).source),
    "membranes": (np.array([-70.0, -65.0]), lambda a: snn.Network().add(
        snn.Lif(), 2, name="n", v_init_mv=a).v_init_mv),
    "shape": (np.array([2, 3]), lambda a: np.array(snn.Network().add(
        snn.Lif(), a, name="n").shape)),
    "neurons": (np.array([1, 3]), lambda a: snn.Network().add(
        snn.Lif(), 5, name="n")[a].neurons),
    "mask of neurons": (np.array([False, True]), lambda a: snn.Network().add(
        snn.Lif(), 2, name="n")[a].neurons),
    "parameters of neurons": (np.array([-70.0, -65.0]), lambda a: resting_membranes(
        snn.Lif.each(v_rest_mv=a))),
    "spike times": (np.array([1.0, 2.5]), lambda a: np.array(
        snn.SpikeSource([a, [3.0]]).times_ms[0])),
    "rows of spike times": (np.array([[1.0, 2.5], [0.5, 4.0]]), lambda a: np.array(
        snn.SpikeSource(a).times_ms)),
    "phases": (np.array([0.5, 1.5]), lambda a: snn.RegularSource(phase_ms=a).phase_ms),
}


@pytest.mark.parametrize("taker", TAKERS)
@pytest.mark.parametrize("layout", ["plain", "strided", "transposed", "read-only", "unversioned"])
def test_every_argument_takes_arrays_of_other_libraries(taker, layout):
    given, take = TAKERS[taker]
    array = given.copy()
    if layout == "strided":
        wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
        wide[..., ::2] = array
        array = wide[..., ::2]
    elif layout == "transposed":
        array = np.asfortranarray(array)
    elif layout == "read-only":
        array.flags.writeable = False
    expected = take(given)
    if layout == "unversioned":
        code = {"i": INTEGER, "u": UNSIGNED, "f": 2, "b": 6}[array.dtype.kind]
        other = Producer(array, dtype=(code, 8 * array.itemsize, 1), versioned=False)
    else:
        other = through(array)
    found = take(other)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)
    if taker != "mask of neurons":
        np.testing.assert_array_equal(found, given)


def test_a_producer_with_an_offset_and_strides_is_read_where_it_points():
    memory = np.arange(20, dtype=np.float64)
    producer = Producer(memory, shape=(2, 2), strides=(6, 2), byte_offset=3 * 8,
                        dtype=(2, 64, 1), flags=READ_ONLY)
    np.testing.assert_array_equal(snn.Positions(producer).mm, [[3, 5], [9, 11]])
    gc.collect()
    assert producer.released == len(producer.asked) == 1


@pytest.mark.parametrize("versioned", [True, False])
def test_memory_is_read_in_place_and_given_back(versioned):
    memory = np.arange(3, dtype=np.float32)
    producer = Producer(memory, versioned=versioned)
    found = snn._core._on_host(producer, "Test", "values")
    assert np.shares_memory(found, memory)
    assert producer.released == 0
    del found
    gc.collect()
    assert producer.released == 1


def test_big_images_are_copied_once():
    values = np.zeros((4, 1 << 22), np.uint8)
    other = through(values)
    tracemalloc.start()
    try:
        data = snn.Dataset.from_images(other, LABELS)
        traced = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert traced < values.nbytes / 4  # NumPy tells what it allocates; the data set's copy is C++'s
    assert data.values.nbytes == values.nbytes


REFUSED = [
    (lambda a: snn.Dataset.from_images(a, LABELS), np.zeros((4, 3), np.float32),
     r"Dataset\.from_images: values = .*; allowed: a uint8 array"),
    (lambda a: snn.Dataset.from_images(a, LABELS), np.zeros(4, np.uint8),
     r"Dataset\.from_images: values = .*; allowed: a uint8 array of shape"),
    (lambda a: snn.Dataset.from_images(IMAGES, a), np.zeros(4, np.float32),
     r"Dataset: labels = .*; allowed: an array of whole numbers"),
    (lambda a: snn.Split(a, [], []), np.array(3),
     r"Split: train = .*; allowed: an array of numbers"),
    (lambda a: snn.Positions(a), np.zeros((3, 4)), r"Positions: mm = \(3, 4\); allowed: a shape"),
    (lambda a: snn.Positions(a), np.zeros((3, 2), np.complex64),
     r"Positions: mm = .*; allowed: an array of numbers"),
    (lambda a: network_with(a), WEIGHTS.astype(np.complex128),
     r"; allowed: an array of numbers"),
    (lambda a: simulated_weights(lambda run, p: run.set_weights(p, a)),
     WEIGHTS.astype(np.complex64), r"Simulation\.set_weights: weights = .*an array of numbers"),
    (lambda a: snn.SpikeSource([a]), np.array([1j]), r"SpikeSource: times_ms = .*"),
]


@pytest.mark.parametrize("case", range(len(REFUSED)))
def test_wrong_arrays_are_refused_in_the_words_for_numpy(case):
    call, array, words = REFUSED[case]
    said = []
    for given in (array, through(array)):
        with pytest.raises(TypeError, match="(?s)" + words) as error:
            call(given)
        said.append(str(error.value))
    assert said[0] == said[1]


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0)])
def test_empty_arrays_are_as_numpys(shape):
    for array in (np.zeros(shape, np.float64), np.zeros(shape, np.int64)):
        found = snn._core._on_host(through(array), "Test", "values")
        assert found.shape == shape
    assert len(snn.Split(through(np.zeros(0, np.int64)), [], []).train) == 0


def test_what_the_other_library_says_is_passed_on():
    class NeedsGradient:
        def __dlpack_device__(self):
            return (1, 0)

        def __dlpack__(self, **asked):
            raise BufferError("Can't export tensors that require gradient, use tensor.detach()")

    with pytest.raises(TypeError, match=r"Dataset: labels = NeedsGradient; .*tensor\.detach") as e:
        snn.Dataset.from_images(IMAGES, NeedsGradient())
    assert isinstance(e.value.__cause__, BufferError)

    class Stopped(NeedsGradient):
        def __dlpack__(self, **asked):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        snn.Dataset.from_images(IMAGES, Stopped())


def test_a_type_that_numpy_lacks_is_refused():
    producer = Producer(np.zeros(4, np.uint16), dtype=(BFLOAT, 16, 1))
    with pytest.raises(TypeError, match="Dataset: labels = Producer; allowed"):
        snn.Dataset.from_images(IMAGES, producer)
    complex_values = Producer(np.zeros(4, np.complex64), dtype=(COMPLEX, 64, 1))
    with pytest.raises(TypeError, match="Dataset: labels = .*; allowed: an array of whole numbers"):
        snn.Dataset.from_images(IMAGES, complex_values)


def test_devices_that_cannot_be_read_are_named():
    with pytest.raises(snn.UnavailableError, match=r"labels: a Producer on a device .*type 8"):
        snn.Dataset.from_images(IMAGES, Producer(np.zeros(4, np.float32), device=(METAL, 0)))


@without_device
@pytest.mark.parametrize("address", [0, 1, 0xDEADBEEF, 2**47])
def test_cuda_arrays_need_a_device(address):
    for given, device in ((Interface(data=(address, False)), "a CUDA device"),
                          (Producer(np.zeros(4, np.float32), device=(CUDA, 3)), "cuda:3")):
        with pytest.raises(snn.UnavailableError) as error:
            snn.Dataset.from_images(IMAGES, given)
        text = str(error.value)
        assert text.startswith(f"Dataset: labels: an array on {device}, which cannot be read: ")
        assert NO_DEVICE in text
        assert "copy on the host" in text


@pytest.mark.parametrize("fields", [
    {"shape": None}, {"typestr": "?!"}, {"data": None}, {"data": ("x", 0)}, {"shape": (-1,)},
    {"strides": (1, 2)}, {"strides": (2**62,)}, {"mask": 1}, {"stream": 0}, {"stream": "x"},
])
def test_interfaces_that_make_no_sense_are_errors(fields):
    with pytest.raises((TypeError, snn.UnavailableError), match="Dataset: labels"):
        snn.Dataset.from_images(IMAGES, Interface(**fields))


def test_a_thousand_round_trips_keep_no_memory():
    values = np.zeros((64, 1024), np.float64)
    labels = np.zeros(64, np.int32)
    images = np.zeros((64, 1 << 14), np.uint8)

    def rounds(count):
        for _ in range(count):
            snn.Dataset.from_images(through(images), through(labels))
            snn._core._on_host(Producer(values, dtype=(2, 64, 1)), "Test", "values")
        gc.collect()
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096

    before = rounds(100)
    assert rounds(1000) - before < 16 << 20  # one round is 1 MiB


def test_scikit_learn_takes_them_too():
    pytest.importorskip("sklearn")
    X = np.array([[0.0, 0.1], [0.1, 0.0], [1.0, 0.9], [0.9, 1.0]] * 10)
    y = np.array([0, 0, 1, 1] * 10)
    model = snn.SpikingClassifier(hidden=(8,), epochs=2, random_state=1)
    expected = model.fit(X, y).predict(X)
    np.testing.assert_array_equal(model.fit(through(X), through(y)).predict(through(X)), expected)
    if NO_DEVICE:
        with pytest.raises(snn.UnavailableError, match="SpikingClassifier: X: an array on"):
            model.predict(Interface())


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")
def test_tensors_of_pytorch():
    import torch
    images, labels = torch.from_numpy(IMAGES.copy()), torch.from_numpy(LABELS.copy())
    data = snn.Dataset.from_images(images, labels)
    np.testing.assert_array_equal(data.values, IMAGES)
    np.testing.assert_array_equal(data.labels, LABELS)
    np.testing.assert_array_equal(snn.Positions(torch.arange(6.0).reshape(2, 3).T).mm,
                                  np.arange(6.0).reshape(2, 3).T)
    with pytest.raises(TypeError, match=r"Positions: mm = Tensor; .*grad"):
        snn.Positions(torch.zeros(2, 2, requires_grad=True))
    with pytest.raises(TypeError, match=re.escape("Dataset: labels")):
        snn.Dataset.from_images(images, torch.zeros(4))
