# SPDX-License-Identifier: Apache-2.0
"""Models that several tests use, and what their equations give computed by numpy alone."""

from __future__ import annotations

import math

import numpy as np

import snn


def lif(name: str = "EquationLif", **changed: object) -> snn.NeuronModel:
    """The equations of snn.Lif relative to rest, with reset to rest."""
    parts: dict[str, object] = {
        "state": {"v": 0.0, "held": 0.0},
        "parameters": {"tau_m_ms": 20.0, "v_th_mv": 15.0, "t_ref_ms": 2.0, "i_offset_mv": 0.0},
        "derived": {"decay": "exp(-dt_ms / tau_m_ms)", "drive": "(1 - decay) * i_offset_mv",
                    "hold": "round(t_ref_ms / dt_ms)"},
        "update": {"v": "where(held > 0, v, decay * v + input + drive)",
                   "held": "where(held > 0, held - 1, 0)"},
        "threshold": "v - v_th_mv",
        "reset": {"v": 0, "held": "hold"},
    }
    parts.update(changed)
    return snn.NeuronModel(name, **parts)


OUTSIDE = {"exp": math.exp, "sqrt": math.sqrt, "cos": math.cos, "sin": math.sin, "log": math.log,
           "round": round, "min": min, "max": max, "abs": abs}
STEP = {"where": np.where, "exp": np.exp, "abs": np.abs, "min": np.minimum, "max": np.maximum}


def interpret(parts: dict, inputs: np.ndarray, dt_ms: float, real: type = np.float32,
              **values: object) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Evaluate equations with Python's own evaluator, tick by tick.

    `inputs` is [tick][neuron]; returns what a recording shows ([tick][neuron] by variable: the
    membrane before the reset, others after it), and spikes as booleans. Conditions may use
    no `and`, `or`: numpy has none.
    """
    neurons = inputs.shape[1]
    given = {**parts["parameters"], **values}
    rows: list[dict[str, float]] = []
    starts: list[dict[str, float]] = []
    for n in range(neurons):
        names = {k: float(v if np.ndim(v) == 0 else v[n]) for k, v in given.items()}
        starts.append({k: float(eval(str(f), dict(OUTSIDE), names))
                       for k, f in parts["state"].items()})
        names["dt_ms"] = dt_ms
        for k, formula in parts.get("derived", {}).items():
            names[k] = float(eval(str(formula), dict(OUTSIDE), names))
        rows.append(names)
    constants = {k: np.array([row[k] for row in rows]).astype(real) for k in rows[0]}
    state = {k: np.array([s[k] for s in starts]).astype(real) for k in starts[0]}
    shown: dict[str, list[np.ndarray]] = {k: [] for k in state}
    spikes = []
    for now in inputs.astype(real):
        seen = {**constants, **state, "input": now}
        new = {k: np.broadcast_to(eval(str(f), dict(STEP), seen), now.shape).astype(real)
               for k, f in parts["update"].items()}
        state = {**state, **new}
        membrane = next(iter(state))
        shown[membrane].append(state[membrane])
        seen = {**constants, **state}
        fired = eval(str(parts["threshold"]), dict(STEP), seen) >= 0
        after = {k: eval(str(f), dict(STEP), seen) for k, f in parts.get("reset", {}).items()}
        state = {**state, **{k: np.where(fired, a, state[k]).astype(real)
                             for k, a in after.items()}}
        for k in list(state)[1:]:
            shown[k].append(state[k])
        spikes.append(fired)
    return {k: np.array(v) for k, v in shown.items()}, np.array(spikes)


def driven(kind: object, inputs: np.ndarray, dt_ms: float, variables: tuple[str, ...] = ("v",),
           **options: object) -> snn.Simulation:
    """Neurons that get inputs [tick][neuron]: whole multiples of 1/4, which every scale holds."""
    ticks, neurons = inputs.shape
    net = snn.Network()
    target = net.add(kind, neurons, name="E")
    # One source neuron for each tick and neuron with input, whose weight is that input.
    tick, neuron = np.nonzero(inputs)
    if len(tick):
        source = net.add(snn.SpikeSource(times_ms=[[t * dt_ms] for t in tick]), len(tick), "in")
        pairs = snn.Sparse(source=np.arange(len(tick)), target=neuron)
        net.connect(source, target, pairs, weight=inputs[tick, neuron])
    run = snn.Simulation(net, dt_ms=dt_ms, **options).record_spikes("E")
    for variable in variables:
        run.record_state("E", variable)
    return run.run_ticks(ticks)
