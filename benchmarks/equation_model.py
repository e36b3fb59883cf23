# SPDX-License-Identifier: Apache-2.0
"""What a tick of a neuron costs with a model by equations, beside the same model built in.

Both populations get the same constant drive, so that every neuron is stepped in every tick, and
must give the same spikes. Rounds alternate; the ratio is of the fastest rounds.

    PYTHONPATH=build/release/python python3 benchmarks/equation_model.py
"""

from __future__ import annotations

import argparse
import time

import numpy as np

import snn

LIF = {"tau_m_ms": 20.0, "i_offset_mv": 20.0, "t_ref_ms": 2.0}

EquationLif = snn.NeuronModel(
    "EquationLif",
    state={"v": 0.0, "held": 0.0},
    parameters={**LIF, "v_th_mv": 15.0},
    derived={"decay": "exp(-dt_ms / tau_m_ms)", "drive": "(1 - decay) * i_offset_mv",
             "hold": "round(t_ref_ms / dt_ms)"},
    update={"v": "where(held > 0, v, decay * v + input + drive)",
            "held": "where(held > 0, held - 1, 0)"},
    threshold="v - v_th_mv",
    reset={"v": 0.0, "held": "hold"},
)


def simulation(kind: object, neurons: int) -> snn.Simulation:
    net = snn.Network()
    net.add(kind, neurons, name="E")
    return snn.Simulation(net, dt_ms=0.1, threads=1).record_spikes("E").run_ms(10)


def compare(name: str, built_in: object, equations: object, arguments: argparse.Namespace) -> None:
    runs = [simulation(kind, arguments.neurons) for kind in (built_in, equations)]
    seconds: list[list[float]] = [[], []]
    for _ in range(arguments.rounds):
        for run, times in zip(runs, seconds, strict=True):
            start = time.perf_counter()
            run.run_ticks(arguments.ticks)
            times.append(time.perf_counter() - start)
    trains = [run.spikes["E"] for run in runs]
    assert len(trains[0]) > 0
    assert np.array_equal(trains[0].times_ms, trains[1].times_ms)
    assert np.array_equal(trains[0].neurons, trains[1].neurons)
    best = [min(times) / arguments.ticks / arguments.neurons * 1e9 for times in seconds]
    print(f"{name:<24} {best[0]:8.3f} {best[1]:12.3f} {best[1] / best[0]:8.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--neurons", type=int, default=20_000)
    parser.add_argument("--ticks", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    print(f"{'ns per neuron and tick':<24} {'built in':>8} {'by equations':>12} {'ratio':>8}")
    relative = {"v_rest_mv": 0.0, "v_reset_mv": 0.0, "v_th_mv": 15.0}
    compare("one set of parameters", snn.Lif(**LIF, **relative), EquationLif(), arguments)
    tau_m_ms = np.linspace(15, 25, arguments.neurons)
    differ = {**LIF, "tau_m_ms": tau_m_ms}
    compare("parameters that differ", snn.Lif.each(**differ, **relative),
            EquationLif(tau_m_ms=tau_m_ms), arguments)


if __name__ == "__main__":
    main()
