# SPDX-License-Identifier: Apache-2.0
"""Draws the README's picture: spikes of the cortical microcircuit.

Usage: make_raster.py OUTPUT.svg
"""

import sys

import matplotlib as mpl
import matplotlib.pyplot as plt
import snn.plot

import snn

mpl.rcParams["svg.hashsalt"] = "snn"  # the same file every time
net = snn.microcircuit(scale=0.1)
run = snn.Simulation(net, dt_ms=0.1, seed=1, threads=2)
run.run_ms(200)  # what the start leaves behind
run.record_spikes().run_ms(400)
layers = [p.name for p in net.populations if p.kind.startswith("Lif")]
trains = {name: run.spikes[name] for name in layers}
plt.figure(figsize=(8, 4.2))
axes = snn.plot.raster(trains, t_start_ms=200, t_stop_ms=600, max_neurons=150, rates=False)
axes.set_title("Cortical microcircuit, a tenth of its size: spikes by population")
axes.figure.savefig(sys.argv[1], bbox_inches="tight", dpi=150, metadata={"Date": None})
