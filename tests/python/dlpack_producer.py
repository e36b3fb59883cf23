# SPDX-License-Identifier: Apache-2.0
"""A DLPack producer by the specification (1.0, dmlc.github.io/dlpack), in ctypes: what capsules
hold is laid down here a second time, so that tests do not take the library's word for it."""

import ctypes

import numpy as np

CPU, CUDA, METAL = 1, 2, 8
INTEGER, UNSIGNED, FLOAT, BFLOAT, COMPLEX = 0, 1, 2, 4, 5
READ_ONLY, COPIED = 1, 2


class Device(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int32), ("number", ctypes.c_int32)]


class DataType(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16)]


class Tensor(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("device", Device), ("ndim", ctypes.c_int32),
                ("dtype", DataType), ("shape", ctypes.POINTER(ctypes.c_int64)),
                ("strides", ctypes.POINTER(ctypes.c_int64)), ("byte_offset", ctypes.c_uint64)]


class Managed(ctypes.Structure):
    pass


class Versioned(ctypes.Structure):
    pass


ReleaseManaged = ctypes.CFUNCTYPE(None, ctypes.POINTER(Managed))
ReleaseVersioned = ctypes.CFUNCTYPE(None, ctypes.POINTER(Versioned))
Managed._fields_ = [("tensor", Tensor), ("owner", ctypes.c_void_p), ("release", ReleaseManaged)]
Versioned._fields_ = [("major", ctypes.c_uint32), ("minor", ctypes.c_uint32),
                      ("owner", ctypes.c_void_p), ("release", ReleaseVersioned),
                      ("flags", ctypes.c_uint64), ("tensor", Tensor)]

_new = ctypes.pythonapi.PyCapsule_New
_new.restype, _new.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype, _pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
_rename = ctypes.pythonapi.PyCapsule_SetName
_rename.restype, _rename.argtypes = ctypes.c_int, [ctypes.py_object, ctypes.c_char_p]

NAMES = {Managed: b"dltensor", Versioned: b"dltensor_versioned"}
USED = {Managed: b"used_dltensor", Versioned: b"used_dltensor_versioned"}


class Producer:
    """Hands out memory of `array`, which it keeps, described by the arguments."""

    def __init__(self, array, *, shape=None, strides=None, byte_offset=0, dtype=(FLOAT, 32, 1),
                 device=(CPU, 0), versioned=True, flags=0):
        self.array = array
        self.given = (shape if shape is not None else array.shape, strides, byte_offset, dtype,
                      flags)
        self.device = device
        self.versioned = versioned
        self.asked = []
        self.released = 0
        self.alive = []

    def __dlpack_device__(self):
        return self.device

    def __dlpack__(self, **asked):
        self.asked.append(asked)
        if not self.versioned and "max_version" in asked:
            raise TypeError("__dlpack__() got an unexpected keyword argument 'max_version'")
        shape, strides, byte_offset, dtype, flags = self.given
        extents = (ctypes.c_int64 * len(shape))(*shape)
        steps = None if strides is None else (ctypes.c_int64 * len(strides))(*strides)
        tensor = Tensor(self.array.ctypes.data, Device(*self.device), len(shape), DataType(*dtype),
                        extents, steps, byte_offset)
        if self.versioned:
            kind = Versioned
            release = ReleaseVersioned(self._release)
            managed = Versioned(1, 0, None, release, flags, tensor)
        else:
            kind = Managed
            release = ReleaseManaged(self._release)
            managed = Managed(tensor, None, release)
        self.alive.append((managed, release, extents, steps))
        return _new(ctypes.addressof(managed), NAMES[kind], None)

    def _release(self, _):
        self.released += 1


class Interface:
    """An object with a __cuda_array_interface__ and nothing else."""

    def __init__(self, **fields):
        self.__cuda_array_interface__ = {"shape": (3,), "typestr": "<f4", "data": (0, False),
                                         "strides": None, "version": 3, "stream": None} | fields


def take(capsule, kind):
    """The struct in a capsule, as a consumer takes it: the capsule is marked as used."""
    managed = kind.from_address(_pointer(capsule, NAMES[kind]))
    assert _rename(capsule, USED[kind]) == 0
    return managed


def shape_of(tensor):
    return tuple(tensor.shape[i] for i in range(tensor.ndim))


def strides_of(tensor):
    return tuple(tensor.strides[i] for i in range(tensor.ndim))


def through(array):
    """A NumPy array as an object of another library."""
    class Other:
        def __dlpack_device__(self):
            return array.__dlpack_device__()

        def __dlpack__(self, **asked):
            return array.__dlpack__(**asked)

        def __len__(self):
            return len(array)

        def __getitem__(self, which):
            return through(np.asarray(array[which]))

    return Other()
