#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""SONATA files between this library and other tools, both ways.

Ours are opened with h5py and libsonata; theirs are made here with h5py in the shapes that the
SONATA Developer Guide (version 0.1) describes and real files have, opened with libsonata where it
takes them, and read by us through the program $SONATA_TOOL (sonata_tool.cpp).

Written with h5py 3.16 and libsonata 0.2.2. Exit code 77: skipped, because a module is missing.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

try:
    import h5py
    import numpy as np
except ImportError as error:
    print(f"skipped: {error}. Install h5py for this Python ({sys.executable})")
    sys.exit(77)
try:
    import libsonata
except ImportError:
    libsonata = None
NO_LIBSONATA = "libsonata is not installed for this Python"

TOOL = os.environ["SONATA_TOOL"]
SORTING = h5py.enum_dtype({"none": 0, "by_id": 1, "by_time": 2}, basetype="u1")


def ours(what, path):
    """Lines that our reader prints, split into words."""
    done = subprocess.run([TOOL, what, path], check=True, capture_output=True, text=True)
    return [line.split(" ") for line in done.stdout.splitlines()]


def our_spikes(path):
    return [(name, int(node), float(time)) for name, node, time in ours("spikes", path)]


def our_states(path):
    return [
        (name, int(node), int(element), float(time), float(value))
        for name, node, element, time, value in ours("states", path)
    ]


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.path = str(self.folder / "a.h5")


class OursInOtherTools(Folder):
    def setUp(self):
        super().setUp()
        subprocess.run([TOOL, "write", str(self.folder)], check=True)
        ticks = np.arange(0, 200000, 3)
        self.nodes = np.stack([ticks % 1000, ticks * 7 % 1000], axis=1).ravel()
        self.times = np.repeat(ticks * 0.125, 2)
        samples = np.arange(50000, dtype=np.float32)
        self.values = np.stack([samples, -samples, samples / 2], axis=1)

    def test_spikes_in_h5py(self):
        with h5py.File(self.folder / "plain_spikes.h5", "r") as file:
            self.assertIsNone(file["spikes/e/node_ids"].compression)
            np.testing.assert_array_equal(file["spikes/e/node_ids"], self.nodes)
        with h5py.File(self.folder / "spikes.h5", "r") as file:
            self.assertEqual(file.attrs["magic"], 0x0A7A)
            self.assertEqual(file.attrs["version"].tolist(), [0, 1])
            self.assertEqual(list(file["spikes"]), ["e", "none"])
            group = file["spikes/e"]
            self.assertEqual(group.attrs.get_id("sorting").dtype, SORTING)
            self.assertEqual(group.attrs["sorting"], 2)
            self.assertEqual(group["node_ids"].dtype, np.uint64)
            self.assertEqual(group["timestamps"].dtype, np.float64)
            self.assertEqual(group["timestamps"].attrs["units"], b"ms")
            self.assertTrue(group["node_ids"].fletcher32 and group["node_ids"].shuffle)
            self.assertEqual(group["node_ids"].compression, "gzip")
            np.testing.assert_array_equal(group["node_ids"], self.nodes)
            np.testing.assert_array_equal(group["timestamps"], self.times)
            self.assertEqual(file["spikes/none/node_ids"].shape, (0,))

    def test_states_in_h5py(self):
        with h5py.File(self.folder / "states.h5", "r") as file:
            data, mapping = file["report/e/data"], file["report/e/mapping"]
            self.assertEqual(data.attrs["units"], b"mV")
            np.testing.assert_array_equal(data, self.values)
            self.assertEqual(mapping["node_ids"][()].tolist(), [7, 2, 900])
            self.assertEqual(mapping["index_pointer"][()].tolist(), [0, 1, 2, 3])
            self.assertEqual(mapping["index_pointers"], mapping["index_pointer"])
            self.assertEqual(mapping["time"][()].tolist(), [1.0, 25001.0, 0.5])

    @unittest.skipIf(libsonata is None, NO_LIBSONATA)
    def test_spikes_in_libsonata(self):
        # Its wheels are built without deflate.
        reader = libsonata.SpikeReader(str(self.folder / "plain_spikes.h5"))
        self.assertEqual(reader.get_population_names(), ["e", "none"])
        self.assertEqual(reader["e"].sorting, "by_time")
        spikes = reader["e"].get()
        self.assertEqual([node for node, _ in spikes], self.nodes.tolist())
        self.assertEqual([time for _, time in spikes], self.times.tolist())
        chosen = reader["e"].get(node_ids=[21], tstart=0, tstop=10)
        self.assertEqual(chosen, [(21, 0.375), (21, 21 * 0.125)])
        self.assertEqual(reader["none"].get(), [])

    @unittest.skipIf(libsonata is None, NO_LIBSONATA)
    def test_states_in_libsonata(self):
        path = str(self.folder / "plain_states.h5")
        reader = libsonata.ElementReportReader(path)
        self.assertEqual(reader.get_population_names(), ["e", "i"])
        self.assertEqual(reader["e"].times, (1.0, 25001.0, 0.5))
        self.assertEqual((reader["e"].time_units, reader["e"].data_units), ("ms", "mV"))
        self.assertEqual((reader["e"].sorted, reader["i"].sorted), (False, True))
        frame = reader["e"].get()
        self.assertEqual(np.array(frame.ids).tolist(), [[7, 0], [2, 0], [900, 0]])
        np.testing.assert_array_equal(frame.data, self.values)
        np.testing.assert_allclose(frame.times, 1 + 0.5 * np.arange(50000), rtol=1e-12)
        chosen = libsonata.SomaReportReader(path)["e"].get(node_ids=[2], tstart=2, tstop=3)
        self.assertEqual(np.array(chosen.data).ravel().tolist(), [-2, -3, -4])


class OthersInOurs(Folder):
    """Each file is small enough to be compared as a whole."""

    NODES, TIMES = [5, 1, 1, 9], [0.1, 0.2, 0.2, 30.5]

    def spikes(self, sorting, libver="earliest", units="ms", **storage):
        with h5py.File(self.path, "w", libver=libver) as file:
            file.attrs["magic"] = np.uint32(0x0A7A)
            file.attrs["version"] = np.array([0, 1], dtype=np.uint32)
            group = file.create_group("spikes/some cells")
            if sorting is not None:
                group.attrs.create("sorting", *sorting)
            group.create_dataset("node_ids", data=np.array(self.NODES, dtype=np.uint64), **storage)
            times = group.create_dataset("timestamps", data=np.array(self.TIMES), **storage)
            if units is not None:
                times.attrs["units"] = units

    def expect_spikes(self, factor=1.0):
        done = subprocess.run([TOOL, "spikes", self.path], check=True, capture_output=True, text=True)
        read = [line.removeprefix("some cells ").split() for line in done.stdout.splitlines()]
        self.assertEqual([int(node) for node, _ in read], self.NODES)
        self.assertEqual([float(time) for _, time in read], [time * factor for time in self.TIMES])

    def test_spikes_as_the_guide_says(self):
        self.spikes((2, None, SORTING))
        self.expect_spikes()
        if libsonata is not None:  # the file is one that libsonata takes, and means the same to it
            population = libsonata.SpikeReader(self.path)["some cells"]
            self.assertEqual(population.sorting, "by_time")
            self.assertEqual(population.get(), list(zip(self.NODES, self.TIMES)))

    def test_spikes_as_bmtk_writes_them(self):
        self.spikes(("by_time",))  # a string of variable length
        self.expect_spikes()

    def test_spikes_of_other_makes(self):
        self.spikes((np.bytes_("none"),), libver=("v108", "v110"), chunks=(3,), compression="gzip")
        self.expect_spikes()
        self.spikes(None, units=None)
        self.expect_spikes()
        self.spikes(None, units="s")
        self.expect_spikes(1000.0)

    def test_spikes_without_populations(self):
        with h5py.File(self.path, "w") as file:
            file["spikes/gids"] = np.array(self.NODES, dtype=np.int32)
            file["spikes/timestamps"] = np.array(self.TIMES, dtype=np.float32)
        expected = [("", node, float(np.float32(time))) for node, time in zip(self.NODES, self.TIMES)]
        self.assertEqual(our_spikes(self.path), expected)

    def test_report(self):
        data = np.arange(12, dtype=np.float32).reshape(3, 4)
        with h5py.File(self.path, "w") as file:
            group = file.create_group("report/a")
            group.create_dataset("data", data=data).attrs["units"] = "mV"
            mapping = group.create_group("mapping")
            mapping["node_ids"] = np.array([4, 2, 8], dtype=np.uint64)
            mapping["index_pointers"] = np.array([0, 2, 3, 4], dtype=np.uint64)
            mapping["element_ids"] = np.array([0, 3, 0, 1], dtype=np.uint32)
            mapping["time"] = np.array([10.0, 11.5, 0.5])
            mapping["time"].attrs["units"] = "ms"
        columns = [(4, 0), (4, 3), (2, 0), (8, 1)]
        expected = [
            ("a", *columns[c], 10.0 + 0.5 * s, float(data[s, c])) for s in range(3) for c in range(4)
        ]
        self.assertEqual(our_states(self.path), expected)
        if libsonata is not None:
            frame = libsonata.ElementReportReader(self.path)["a"].get()
            by_libsonata = [
                ("a", *(int(i) for i in id), time, float(value))
                for time, row in zip(frame.times, np.array(frame.data))
                for id, value in zip(np.array(frame.ids), row)
            ]
            self.assertEqual(sorted(our_states(self.path)), sorted(by_libsonata))


if __name__ == "__main__":
    if libsonata is None:
        print(f"partly skipped: {NO_LIBSONATA} ({sys.executable})")
    unittest.main()
