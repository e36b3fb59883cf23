# SPDX-License-Identifier: Apache-2.0
"""Data for the peer libraries, split as snn splits it: a twelfth of the images or a tenth of the event
samples, equally from all classes, is held out for validation."""

import gzip
import pathlib
import struct
from dataclasses import dataclass

import numpy
import torch


@dataclass
class Part:
    x: torch.Tensor  # [sample, feature] or [sample, tick, feature]
    y: torch.Tensor  # [sample]

    def __len__(self):
        return len(self.y)


@dataclass
class Data:
    train: Part
    validation: Part
    test: Part
    features: int
    classes: int
    static: bool  # one value per feature, the same at every tick


def read_idx(folder, name):
    """The array of an IDX file, as it is or as .gz."""
    path = pathlib.Path(folder) / name
    packed = path.with_name(path.name + ".gz")
    raw = gzip.decompress(packed.read_bytes()) if packed.exists() else path.read_bytes()
    zero, kind, dimensions = struct.unpack(">HBB", raw[:4])
    if zero != 0 or kind != 8:
        raise ValueError(f"{path}: not an IDX file of bytes")
    extents = struct.unpack(f">{dimensions}I", raw[4 : 4 + 4 * dimensions])
    values = numpy.frombuffer(raw, numpy.uint8, offset=4 + 4 * dimensions)
    if values.size != numpy.prod(extents):
        raise ValueError(f"{path}: {values.size} bytes, {extents} announced")
    return values.reshape(extents)


def split(x, y, test, validation_per_class, limit, seed, static, features):
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(y), generator=generator)
    held = torch.cat([order[y[order] == c][:n] for c, n in enumerate(validation_per_class)])
    is_held = torch.zeros(len(y), dtype=torch.bool)
    is_held[held] = True
    kept = order[~is_held[order]]
    if limit:
        kept = kept[:limit]
    return Data(Part(x[kept], y[kept]), Part(x[held], y[held]), test, features,
                len(validation_per_class), static)


def load_mnist(folder, limit, seed):
    def part(name):
        images = torch.from_numpy(read_idx(folder, f"{name}-images-idx3-ubyte").copy())
        labels = torch.from_numpy(read_idx(folder, f"{name}-labels-idx1-ubyte").copy()).long()
        return images.flatten(1).float() / 255, labels

    x, y = part("train")
    classes = int(y.max()) + 1
    per_class = [len(y) // 12 // classes] * classes
    return split(x, y, Part(*part("t10k")), per_class, limit, seed, True, x.shape[1])


def load_events(train, test, steps, dt_ms, limit, seed):
    """Binary frames [sample, tick, unit]: several events of a unit in a tick are one, later ones are cut."""
    import h5py

    def read(path):
        with h5py.File(path) as file:
            times, units = file["spikes/times"][:], file["spikes/units"][:]
            return times, units, torch.from_numpy(file["labels"][:].astype(numpy.int64))

    files = [read(train), read(test)]
    features = 1 + max(int(row.max()) for _, units, _ in files for row in units if len(row))

    def frames(times, units):
        x = torch.zeros(len(times), steps, features)
        for i, (time_s, unit) in enumerate(zip(times, units)):
            tick = numpy.floor(time_s.astype(numpy.float64) * 1e3 / dt_ms).astype(numpy.int64)
            fits = tick < steps
            x[i, tick[fits], unit[fits].astype(numpy.int64)] = 1
        return x

    x, y = frames(*files[0][:2]), files[0][2]
    classes = int(y.max()) + 1
    per_class = [int((y == c).sum()) // 10 for c in range(classes)]
    return split(x, y, Part(frames(*files[1][:2]), files[1][2]), per_class, limit, seed, False, features)


def load(name, steps, dt_ms, limit, seed):
    kind, _, where = name.partition(":")
    if kind == "mnist" and where:
        return load_mnist(where, limit, seed)
    if kind == "events" and where.count(",") == 1:
        return load_events(*where.split(","), steps, dt_ms, limit, seed)
    raise SystemExit(f"--data = {name}; allowed: mnist:DIR | events:TRAIN.h5,TEST.h5")
