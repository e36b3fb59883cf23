# SPDX-License-Identifier: Apache-2.0
"""`snn simulate NAME`: the networks that simulators are compared with."""

import json
import unittest

from snn_command import CommandTest, flags

KEYS = {"neurons", "synapses", "rates_hz", "cv", "build_s", "real_time_factor", "events_per_s",
        "bytes_per_synapse", "peak_rss_mb", "spike_hash", "weights", "synaptic_events", "energy"}
# Smallest scales at which in-degrees still make sense, and the numbers that docs/simulation.md has.
NETWORKS = {"brunel-busy": (0.1, 1250, 1562500), "brunel-low": (0.1, 1250, 1562500),
            "cuba": (0.5, 2000, 160000), "coba": (0.5, 2000, 160000),
            "microcircuit": (0.05, 3859, 747202), "stdp-balanced": (0.1, 1125, 1265625)}


class Simulate(CommandTest):
    def figures(self, name, **options):
        words = flags(**({"scale": NETWORKS[name][0], "seconds": 0.1, "warmup_ms": 20, "threads": 1,
                          "json": True} | options))
        return json.loads(self.snn("simulate", name, *words).stdout)

    def test_every_network_runs(self):
        for name, (_, neurons, synapses) in NETWORKS.items():
            with self.subTest(name=name):
                found = self.figures(name)
                self.assertEqual(KEYS - set(found), set())
                self.assertAlmostEqual(found["neurons"], neurons, delta=4)
                self.assertAlmostEqual(found["synapses"], synapses, delta=30)
                self.assertEqual(set(found["rates_hz"]), set(found["cv"]))
                self.assertGreater(max(found["rates_hz"].values()), 0.5)
                self.assertLess(max(found["rates_hz"].values()), 200)
                for key in ("build_s", "real_time_factor", "events_per_s", "bytes_per_synapse",
                            "peak_rss_mb"):
                    self.assertGreater(found[key], 0, key)
                self.assertRegex(found["spike_hash"], "^[0-9a-f]{16}$")
                if name != "stdp-balanced":
                    self.assertIsNone(found["weights"])

    def test_energy_is_measured_or_said_to_be_unavailable(self):
        found = self.figures("cuba")
        self.assertEqual(len(found["energy"]), 1)
        if "unavailable" in found["energy"]:
            why = found["energy"]["unavailable"]
            self.assertEqual(set(why), {"reason", "fix"})
            self.assertNotEqual(why["reason"], "")
        else:
            measured = found["energy"]["measured"]
            self.assertNotEqual(measured["counter"], "")
            self.assertGreater(measured["window_s"], 0)
            self.assertGreater(measured["total_joules"], 0)
            self.assertAlmostEqual(
                measured["joules_per_synaptic_event"] * found["synaptic_events"]
                / measured["total_joules"], 1)

    def test_plastic_weights_are_told(self):
        weights = self.figures("stdp-balanced")["weights"]
        self.assertAlmostEqual(weights["mean"], 35, delta=1)
        self.assertAlmostEqual(weights["sd"], 3, delta=0.5)
        self.assertLess(weights["p1"], weights["mean"])
        self.assertGreater(weights["p99"], weights["mean"])

    def test_threads_do_not_matter_and_the_seed_does(self):
        for name, scale in (("cuba", 1), ("stdp-balanced", 0.2)):
            with self.subTest(name=name):
                found = self.figures(name, scale=scale)
                other = self.figures(name, scale=scale, threads=2)
                self.assertEqual(other["spike_hash"], found["spike_hash"])
                self.assertEqual(other["weights"], found["weights"])
                self.assertEqual(other["threads"], 2)
                another = self.figures(name, scale=scale, seed=2)
                self.assertNotEqual(another["spike_hash"], found["spike_hash"])

    def test_the_figures_are_printed(self):
        text = self.snn("simulate", "cuba", "--scale", 0.5, "--seconds", 0.1, "--threads", 1).stdout
        for word in ("cuba", "2000 neurons", "160000 synapses", "real-time factor", "CV", "Fano",
                     "energy: "):
            self.assertIn(word, text)
        for name in ("E", "I"):
            self.assertRegex(text, rf"(?m)^{name} +[0-9.]+ ")

    def test_spikes_are_kept(self):
        found = self.figures("cuba", out="spikes.h5")
        self.assertEqual((self.folder / "spikes.h5").read_bytes()[:4], b"\x89HDF")
        self.assertFalse((self.folder / "spikes.h5.partial").exists())
        try:
            import h5py  # pylint: disable=import-outside-toplevel
        except ImportError:
            return
        with h5py.File(self.folder / "spikes.h5") as file:
            for name, neurons in (("E", 1600), ("I", 400)):
                times = file[f"spikes/{name}/timestamps"][:]
                self.assertAlmostEqual(len(times) / neurons / 0.1, found["rates_hz"][name], places=6)
                self.assertGreaterEqual(times.min(), 20)
                self.assertLess(times.max(), 120)


class Mistakes(CommandTest):
    """Exit code 2; the message names what there is."""

    def refused(self, arguments, *words):
        done = self.snn("simulate", *arguments, expect=2)
        self.assertEqual(done.stdout, "")
        for word in words:
            self.assertIn(word, done.stderr, arguments)

    def test_unknown_names(self):
        self.refused(["brunel-lazy"], "brunel-lazy", *NETWORKS)

    def test_values(self):
        self.refused(["microcircuit", "--drive", "ac"], "--drive", "ac", "poisson", "dc")
        self.refused(["cuba", "--drive", "dc"], "--drive", "dc", "microcircuit")
        self.refused(["cuba", "--scale", "0"], "--scale", "0")
        self.refused(["cuba", "--scale", "nan"], "scale", "nan")
        self.refused(["cuba", "--seconds", "0"], "--seconds", "0")
        self.refused(["cuba", "--warmup-ms", "-1"], "--warmup-ms", "-1")


if __name__ == "__main__":
    unittest.main()
