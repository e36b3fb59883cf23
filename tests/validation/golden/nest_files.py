# SPDX-License-Identifier: Apache-2.0
"""What the generators of NEST's golden files share: a fresh kernel and files with one line for each list."""

import json
import os
import pathlib

os.environ.setdefault("PYNEST_QUIET", "1")

import nest  # noqa: E402  (the banner is switched off before)

DT_MS = 0.1
here = pathlib.Path(__file__).resolve().parent


def fresh_kernel(dt_ms=DT_MS):
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.ResetKernel()
    nest.set(resolution=dt_ms, local_num_threads=1, rng_seed=1)


def milliseconds(ticks):
    """Times as NEST takes them: the multiple of dt with one digit after the point."""
    return [round(tick * DT_MS, 1) for tick in ticks]


def spike_source(ticks):
    return nest.Create("spike_generator", params={"spike_times": milliseconds(ticks)})


def spike_recorder(neurons):
    recorder = nest.Create("spike_recorder", params={"time_in_steps": True})
    nest.Connect(neurons, recorder)
    return recorder


def recorded_ticks(recorder):
    return sorted(int(tick) for tick in recorder.get("events", "times"))


def rounded(values, digits):
    """Short decimals; `digits` significant ones."""
    return [float(f"{float(value):.{digits}g}") for value in values]


def one_line_lists(value, indent=0):
    """JSON in which objects are indented and lists of numbers have one line each."""
    pad = " " * (indent + 1)
    if isinstance(value, dict) and value:
        inner = [f"{pad}{json.dumps(key)}: {one_line_lists(item, indent + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(inner) + "\n" + " " * indent + "}"
    if isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        return "[\n" + ",\n".join(pad + one_line_lists(item, indent + 1) for item in value) + "\n" + " " * indent + "]"
    return json.dumps(value, separators=(",", ":") if isinstance(value, list) else None)


def write(name, golden):
    text = one_line_lists({"source": f"NEST {nest.__version__}", **golden}) + "\n"
    path = here / name
    part = path.with_suffix(".part")
    part.write_text(text, encoding="ascii")
    os.replace(part, path)
    print(f"{path.name}: {len(text) / 1024:.0f} KiB")
