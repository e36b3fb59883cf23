# SPDX-License-Identifier: Apache-2.0
"""Parameters of a trainer go out where they are: NumPy's arrays on the CPU, DeviceArray on a CUDA
device, whose protocols are read here byte by byte by the specifications."""

import ctypes
import gc
import weakref

import numpy as np
import pytest
from dlpack_producer import (
    COPIED,
    CUDA,
    FLOAT,
    READ_ONLY,
    Managed,
    Versioned,
    shape_of,
    strides_of,
    take,
)

import snn

DEVICES = [f"cuda:{device.number}" for device in snn.cuda_report().devices]
needs_device = pytest.mark.skipif(not DEVICES, reason="no CUDA device: "
                                  + snn.cuda_report().unavailable)


class Owner:
    pass


def device_array(owner, shape=(4, 3)):
    return snn.DeviceArray._at(address=0x7000, shape=shape, device=2, stream=0x5000, owner=owner)


def trainer_on(device, **options):
    generator = np.random.default_rng(1)
    labels = np.arange(60) % 3
    images = (generator.integers(0, 128, (60, 12)) + 60 * labels[:, None]).astype(np.uint8)
    data = snn.Dataset.from_images(images, labels)
    net = snn.classifier(data, hidden=[20])
    return snn.Trainer(net, data, snn.random_split(data), ticks=5, epochs=3, batch=16,
                       loss=snn.MeanMembraneCrossEntropy(), device=device, threads=1, **options)


def learnt(trainer):
    """The same parameters by another way: copies in the description."""
    net, found = trainer.network(), {}
    for projection in net.projections:
        synapse = projection.synapse
        found[projection.name + ".weight"] = np.ravel(synapse.weight)
        if len(synapse.bias):
            found[projection.name + ".bias"] = synapse.bias
    return found


def same(arrays, expected):
    assert list(arrays) == list(expected)
    for name, array in arrays.items():
        host = array.to_numpy() if isinstance(array, snn.DeviceArray) else array
        np.testing.assert_array_equal(np.ravel(host), expected[name], err_msg=name)


def test_parameters_on_the_cpu_are_arrays_that_live():
    trainer = trainer_on("cpu")
    arrays = trainer.parameters()
    shapes = {name: array.shape for name, array in arrays.items()}
    first = next(iter(arrays))
    assert first.endswith(".weight")
    assert shapes[first] == (12, 20)
    start = arrays[first].copy()
    same(arrays, learnt(trainer))
    for _ in trainer:
        same(arrays, learnt(trainer))
    same(arrays, learnt(trainer))
    assert (arrays[first] != start).any()
    for array in arrays.values():
        assert array.dtype == np.float32
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_synapses_that_are_not_there_are_zero():
    net = snn.Network()
    a = net.add(snn.CurrentSource(), 2, name="a")
    b = net.add(snn.Li(tau_m_ms=10), 2, name="b")
    net.connect(a, b, snn.Sparse([0, 1, 1], [1, 0, 1]), weight=[1.0, 2.0, 3.0])
    data = snn.Dataset.from_images(np.zeros((4, 2), np.uint8), [0, 1, 0, 1])
    trainer = snn.Trainer(net, data, snn.Split([0, 1], [2], [3]),
                          loss=snn.MeanMembraneCrossEntropy())
    np.testing.assert_array_equal(trainer.parameters()["a->b.weight"], [[0, 1], [2, 3]])


def test_parameters_keep_their_trainer():
    trainer = trainer_on("cpu")
    kept = weakref.ref(trainer)
    arrays = trainer.parameters()
    expected = learnt(trainer)
    del trainer
    gc.collect()
    assert kept() is not None
    same(arrays, expected)
    arrays.clear()
    gc.collect()
    assert kept() is None


def test_a_device_array_says_what_it_is():
    array = device_array(None)
    assert repr(array) == "<DeviceArray cuda:2: float32 of shape (4, 3)>"
    assert (array.shape, array.ndim, array.size, array.nbytes, len(array)) == ((4, 3), 2, 12, 48, 4)
    assert array.dtype == np.float32
    assert array.device == "cuda:2"
    with pytest.raises(TypeError, match="to_numpy"):
        np.asarray(array)
    with pytest.raises(AttributeError):
        array.shape = (1,)


def test_the_cuda_array_interface_is_version_3_and_read_only():
    assert device_array(None).__cuda_array_interface__ == {
        "shape": (4, 3), "typestr": "<f4", "data": (0x7000, True), "strides": None,
        "stream": 0x5000, "version": 3}


def test_dlpack_hands_out_the_memory_to_be_read():
    owner = Owner()
    kept = weakref.ref(owner)
    array = device_array(owner)
    assert array.__dlpack_device__() == (CUDA, 2)
    capsule = array.__dlpack__(stream=-1, max_version=(1, 2), copy=False)
    del array, owner
    gc.collect()
    assert kept() is not None
    held = take(capsule, Versioned)
    assert (held.major, held.minor, held.flags) == (1, 0, READ_ONLY)
    tensor = held.tensor
    assert (tensor.data, tensor.byte_offset) == (0x7000, 0)
    assert (tensor.device.type, tensor.device.number) == (CUDA, 2)
    assert (tensor.dtype.code, tensor.dtype.bits, tensor.dtype.lanes) == (FLOAT, 32, 1)
    assert (shape_of(tensor), strides_of(tensor)) == ((4, 3), (3, 1))
    del capsule
    gc.collect()
    assert kept() is not None  # the consumer has it
    held.release(ctypes.pointer(held))
    gc.collect()
    assert kept() is None


def test_a_capsule_that_nobody_takes_gives_the_memory_back():
    owner = Owner()
    kept = weakref.ref(owner)
    capsule = device_array(owner).__dlpack__(stream=-1, max_version=(1, 0))
    del owner
    gc.collect()
    assert kept() is not None
    del capsule
    gc.collect()
    assert kept() is None


@pytest.mark.parametrize("asked, error", [
    ({"copy": False}, BufferError),  # a consumer that cannot be told to only read
    ({"max_version": (0, 8), "copy": False, "stream": -1}, BufferError),
    ({"max_version": (1, 0), "dl_device": (CUDA, 1)}, BufferError),
    ({"max_version": (1, 0), "dl_device": (8, 0)}, BufferError),
    ({"max_version": (1, 0), "dl_device": (1, 0), "copy": False}, BufferError),
    ({"max_version": (1, 0), "stream": 0}, snn.ConfigError),
    ({"max_version": (1, 0), "stream": -2}, snn.ConfigError),
])
def test_what_cannot_be_had_is_refused(asked, error):
    with pytest.raises(error):
        device_array(None).__dlpack__(**asked)


@pytest.mark.skipif(bool(DEVICES), reason="here a CUDA device can be used")
def test_without_a_device_nothing_is_read():
    array = device_array(None)
    for read in (array.to_numpy, array.__dlpack__, lambda: array.__dlpack__(max_version=(1, 0)),
                 lambda: array.__dlpack__(stream=-1, copy=True, max_version=(1, 0)),
                 lambda: snn.Positions(array)):
        with pytest.raises(snn.UnavailableError):
            read()


def test_a_thousand_arrays_keep_no_memory():
    trainer = trainer_on("cpu")

    def rounds(count):
        for _ in range(count):
            trainer.parameters()
            device_array(np.zeros(1 << 13)).__dlpack__(stream=-1, max_version=(1, 0))
        gc.collect()
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096

    before = rounds(100)
    assert rounds(1000) - before < 16 << 20


@needs_device
def test_parameters_on_a_device_are_those_learnt_there():
    trainer = trainer_on(DEVICES[0])
    arrays = trainer.parameters()
    assert all(isinstance(a, snn.DeviceArray) and a.device == DEVICES[0] for a in arrays.values())
    start = {name: array.to_numpy() for name, array in arrays.items()}
    for _ in trainer:
        same(arrays, learnt(trainer))
    expected = learnt(trainer)
    same(arrays, expected)
    assert any((expected[name] != values.ravel()).any() for name, values in start.items())
    del trainer
    gc.collect()
    same(arrays, expected)


@needs_device
def test_device_arrays_come_back_in():
    arrays = trainer_on(DEVICES[0]).parameters()
    for name, array in arrays.items():
        expected = array.to_numpy()
        np.testing.assert_array_equal(snn._core._on_host(array, "Test", name), expected)

        class ByInterface:
            __cuda_array_interface__ = array.__cuda_array_interface__

        np.testing.assert_array_equal(snn._core._on_host(ByInterface(), "Test", name), expected)
        if array.ndim == 2:
            rows, columns = array.shape
            ByInterface.__cuda_array_interface__ = array.__cuda_array_interface__ | {
                "shape": (columns, rows), "strides": (4, 4 * columns)}
            np.testing.assert_array_equal(snn._core._on_host(ByInterface(), "Test", name),
                                          expected.T)
    ByInterface.__cuda_array_interface__ = array.__cuda_array_interface__ | {"data": (64, True)}
    with pytest.raises((TypeError, snn.ConfigError)):
        snn._core._on_host(ByInterface(), "Test", name)


@needs_device
def test_a_copy_on_the_device_is_the_consumers():
    array = next(iter(trainer_on(DEVICES[0]).parameters().values()))
    for kind, asked in ((Versioned, {"max_version": (1, 0), "copy": True}), (Managed, {})):
        held = take(array.__dlpack__(**asked), kind)
        address, _ = array.__cuda_array_interface__["data"]
        assert held.tensor.data != address
        assert kind is Managed or held.flags == COPIED
        held.release(ctypes.pointer(held))


@needs_device
def test_pytorch_takes_parameters_on_the_device():
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("PyTorch sees no CUDA device")
    for array in trainer_on(DEVICES[0]).parameters().values():
        tensor = torch.from_dlpack(array)
        assert str(tensor.device) == DEVICES[0]
        np.testing.assert_array_equal(tensor.cpu().numpy(), array.to_numpy())
        np.testing.assert_array_equal(snn._core._on_host(tensor, "Test", "t"), array.to_numpy())
