# SPDX-License-Identifier: Apache-2.0
"""Every public name of energy says what it is, and its unit where it has one."""

from __future__ import annotations

import inspect
import os
import pathlib
import re
import subprocess
import sys

import pytest

import snn

ROOT = pathlib.Path(__file__).parents[3]
# The package under test, for programs that this starts.
PACKAGE = {**os.environ, "PYTHONPATH": str(pathlib.Path(snn.__file__).parents[1])}
CLASSES = """MeasuredJoules ModelledJoules MeasuredGrams ModelledGrams MeasuredJouleSeconds
Unavailable Measured NamedConstant Modelled ModelledTerm ValueCounts ProjectionCounts
PopulationCounts RawCounts Counts LayerCounts NeuroBenchResults SampleTotals SampleSpread
SampleSpreads Operations UpdateOperations ProjectionOperations TrainingOperations Hardware
EnergyModel BreakEven LayerBreakEven BitBudget PublishedBound GridIntensity CarbonChoice
PublishedTraining MeterDomain MeterStatus MeterExamined Meter MeasureOptions CompareOptions
EnergyWindow EnergyTrial ContestantEntry EnergyComparison TrialMeanJoules TrialMeanJouleSeconds
TrialMeanNumber TrialEnergy ContestantEnergy RatioInterval EnergyRatio EnergyMark MarkedRun
Co2e Measurement MeasureClock Dialect Format HardwareKind ModelKind MeterKind""".split()
FUNCTIONS = """counts_in layers_in neurobench_results held_inputs parameter_count
activation_sparsity spreads_of spread_of known_hardware hardware read_hardware
own_hardware models_for compute_only memory_aware training_compute published_bounds
break_even break_even_layers bit_budget grid_intensities grid_intensity own_intensity
choose_carbon published_trainings list_meters examine_meters open_meter co2e compare
measure measure_run measure_window""".split()
UNITS = {
    "MeasuredJoules.joules": "J", "ModelledGrams.grams": "g CO2e", "Measured.window_s": ", s",
    "Measured.resolution_j": ", J", "Measured.quantisation_j": ", J", "Hardware.node_nm": "nm",
    "Hardware.voltage_v": "V", "ModelledTerm.picojoules": "pJ", "NamedConstant.unit": "pJ",
    "GridIntensity.g_per_kwh": "per kWh", "PublishedTraining.kwh": "kWh",
    "PublishedTraining.co2e_g": "Grams", "PublishedTraining.hours": "h",
    "EnergyWindow.seconds": ", s", "EnergyWindow.power_w": "W", "EnergyTrial.idle_w": "W",
    "EnergyComparison.resolution_j": "J", "EnergyComparison.update_interval_s": ", s",
    "EnergyComparison.planned_total_s": ", s", "ContestantEnergy.power_w": ", W",
    "ContestantEnergy.repetition_s": ", s", "TrialEnergy.seconds": ", s", "EnergyMark.at_s": "s ",
    "MeterExamined.interval_ms": "ms", "Meter.resolution_j": ", J",
    "CompareOptions.warm_up_s": "s of", "CompareOptions.max_total_s": "s;",
    "MeasureOptions.max_window_s": "s;", "NeuroBenchResults.footprint": "Bytes",
    "NeuroBenchResults.stored_bytes": "Bytes", "NeuroBenchResults.membrane_updates": "per sample",
    "Counts.macs_dense": "ticks", "BreakEven.measured": "per neuron and tick",
    "LayerBreakEven.spikes_per_synapse": "per inference",
}


@pytest.mark.parametrize("name", CLASSES)
def test_classes_say_what_they_are(name: str) -> None:
    cls = getattr(snn, name)
    assert name in snn.__all__ and (cls.__doc__ or "").strip()
    for attribute, value in vars(cls).items():
        if attribute.startswith("_") or type(value) is cls:
            continue
        if isinstance(value, property) or callable(value):
            assert (inspect.getdoc(value) or "").strip(), f"{name}.{attribute} says nothing"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_say_what_they_do(name: str) -> None:
    function = getattr(snn, name)
    said = inspect.getdoc(function) or ""
    assert name in snn.__all__
    if inspect.isbuiltin(function):
        assert re.match(rf"{name}\(.*\) -> .+\n\n\S", said), said
    else:
        assert "Parameters" in said and ("Returns" in said or "Raises" in said)


@pytest.mark.parametrize("name", UNITS)
def test_units(name: str) -> None:
    cls, attribute = name.split(".")
    said = inspect.getdoc(vars(getattr(snn, cls))[attribute]) or ""
    assert UNITS[name] in said, said


def test_nothing_public_was_forgotten() -> None:
    source = "\n".join(p.read_text() for p in (ROOT / "python/bindings").glob("register_*.cpp")
                       if re.search(r"register_(counts|joules|energy|carbon|meters|measuring)",
                                    p.name))
    bound = set(re.findall(r'(?:bind_\w+|py::class_|m\.def)[^;"]*?"([A-Za-z]\w*)"', source))
    public = {n for n in bound if n in snn.__all__}
    assert public - {"m"} <= {*CLASSES, *FUNCTIONS}, public - {*CLASSES, *FUNCTIONS}


def test_the_example_runs(tmp_path: pathlib.Path) -> None:
    done = subprocess.run([sys.executable, str(ROOT / "examples/14_measure_python_code.py")],
                          cwd=tmp_path, env=PACKAGE, capture_output=True, text=True, timeout=120,
                          check=False)
    assert done.returncode == 0, done.stderr
    assert "modelled" in done.stdout and ("measured" in done.stdout or "no figure" in done.stdout)
