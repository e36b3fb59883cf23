# SPDX-License-Identifier: Apache-2.0
"""Arrays to and from a CUDA device, emulated: its memory is the host's, so that every byte that
crosses can be compared with NumPy's own view of it."""

import ctypes
import gc
import pathlib
import sys
import unittest
import weakref

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from dlpack_producer import (
    COPIED,
    CUDA,
    READ_ONLY,
    Interface,
    Managed,
    Producer,
    Versioned,
    take,
)

import snn

BASE = np.arange(2 * 3 * 4, dtype=np.float32).reshape(2, 3, 4)
TYPES = (np.float32, np.float64, np.float16, np.int8, np.uint8, np.int64, np.bool_, np.complex64)
CODES = {"i": 0, "u": 1, "f": 2, "c": 5, "b": 6}


def views(b):
    yield from (b, b.transpose(2, 0, 1), b[:, ::2], b[::-1], b[:, ::-1, 1::2], b[..., :1], b[1:],
                b[:0], np.broadcast_to(b[0], (5, 3, 4)), b[1, 2, 3:], b[0, 0, :1].reshape(()))


def interface(a, **fields):
    given = {"shape": a.shape, "typestr": a.dtype.str, "data": (a.ctypes.data, False),
             "strides": None if a.flags.c_contiguous else a.strides}
    return Interface(**(given | fields))


def host(given):
    return snn._core._on_host(given, "Test", "values")


class ArraysOnADevice(unittest.TestCase):
    def same(self, found, expected):
        self.assertEqual(found.dtype, expected.dtype)
        np.testing.assert_array_equal(found, expected)
        self.assertFalse(np.shares_memory(found, expected))

    def test_interfaces_are_copied_as_numpy_sees_them(self):
        for dtype in (*TYPES, ">f4"):
            for view in views(BASE.astype(dtype)):
                with self.subTest(dtype=dtype, shape=view.shape, strides=view.strides):
                    self.same(host(interface(view)), view)
                    self.same(host(interface(view, stream=7, version=2)), view)

    def test_dlpack_is_copied_as_numpy_sees_it_and_given_back(self):
        for dtype in TYPES:
            memory = BASE.astype(dtype)
            for view in views(memory):
                offset = view.ctypes.data - memory.ctypes.data if view.size else 0
                for versioned in (True, False):
                    with self.subTest(dtype=dtype, shape=view.shape, versioned=versioned):
                        producer = Producer(
                            memory, shape=view.shape, byte_offset=offset, device=(CUDA, 0),
                            strides=tuple(step // view.itemsize for step in view.strides),
                            dtype=(CODES[view.dtype.kind], 8 * view.itemsize, 1),
                            versioned=versioned)
                        self.same(host(producer), view)
                        self.assertEqual(producer.released, 1)
                        self.assertEqual([asked["stream"] for asked in producer.asked],
                                         [1] if versioned else [1, 1])
        self.same(host(Producer(BASE, device=(CUDA, 0))), BASE)  # without strides

    def test_what_makes_no_sense_is_refused_and_given_back(self):
        for fields, allowed in (
                ({"dtype": (4, 16, 1)}, "of a type that NumPy has"),
                ({"dtype": (2, 32, 4)}, "of a type that NumPy has"),
                ({"dtype": (2, 4, 1)}, "of a type that NumPy has"),
                ({"shape": (-1,)}, "whole numbers"),
                ({"shape": (2**40, 2**40)}, "fits into memory"),
                ({"shape": (2,), "strides": (2**62,)}, "strides"),
                ({"shape": (2**40,), "strides": (2**30,)}, "strides"),
                ({"shape": (10**6,), "strides": (10**6,)}, "contiguous")):
            with self.subTest(fields=fields):
                producer = Producer(BASE, device=(CUDA, 0), **fields)
                with self.assertRaisesRegex(TypeError, "Test: values = .*; allowed: .*" + allowed):
                    host(producer)
                self.assertEqual(producer.released, 1)
        for fields in ({"shape": None}, {"typestr": "?!"}, {"data": None}, {"data": ("x", 0)},
                       {"shape": (-1,)}, {"strides": (1, 2)}, {"strides": (2**62,)}, {"mask": 1},
                       {"stream": 0}, {"stream": "x"}):
            with self.subTest(fields=fields), self.assertRaisesRegex(TypeError, "Test: values"):
                host(interface(BASE[0, 0, :3], **fields))


class DeviceArrays(unittest.TestCase):
    def setUp(self):
        self.values = BASE[0].copy()
        self.owner = type("Owner", (), {})()
        self.array = snn.DeviceArray._at(address=self.values.ctypes.data, shape=(3, 4), device=0,
                                         stream=5, owner=self.owner)

    def test_copies_to_the_host(self):
        for found in (self.array.to_numpy(), host(self.array)):
            np.testing.assert_array_equal(found, self.values)
            self.assertFalse(np.shares_memory(found, self.values))
        capsule = self.array.__dlpack__(dl_device=(1, 0), max_version=(1, 0))
        tensor = take(capsule, Versioned).tensor
        self.assertEqual((tensor.device.type, tensor.ndim), (1, 2))
        self.assertNotEqual(tensor.data, self.values.ctypes.data)

    def test_consumers_get_the_memory_or_a_copy_of_their_own(self):
        for kind, asked, flags in (
                (Versioned, {"max_version": (1, 3)}, READ_ONLY),
                (Versioned, {"max_version": (1, 0), "dl_device": (CUDA, 0)}, READ_ONLY),
                (Versioned, {"max_version": (1, 0), "stream": 9}, READ_ONLY),
                (Versioned, {"max_version": (1, 0), "copy": True}, COPIED),
                (Managed, {}, None), (Managed, {"copy": True, "max_version": (0, 8)}, None)):
            with self.subTest(asked=asked):
                held = take(self.array.__dlpack__(**asked), kind)
                if flags is not None:
                    self.assertEqual(held.flags, flags)
                self.assertEqual(held.tensor.data == self.values.ctypes.data, flags == READ_ONLY)
                pointer = ctypes.cast(held.tensor.data, ctypes.POINTER(ctypes.c_float))
                np.testing.assert_array_equal(np.ctypeslib.as_array(pointer, (3, 4)), self.values)
                held.release(ctypes.pointer(held))

    def test_nothing_is_kept_when_all_let_go(self):
        kept = weakref.ref(self.owner)
        held = take(self.array.__dlpack__(max_version=(1, 0)), Versioned)
        copied = take(self.array.__dlpack__(), Managed)
        del self.owner, self.array
        gc.collect()
        self.assertIsNotNone(kept())
        held.release(ctypes.pointer(held))
        gc.collect()
        self.assertIsNone(kept())  # a copy needs no owner
        copied.release(ctypes.pointer(copied))


if __name__ == "__main__":
    unittest.main()
