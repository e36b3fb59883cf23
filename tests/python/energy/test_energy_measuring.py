# SPDX-License-Identifier: Apache-2.0
"""Python functions measured on a machine whose energy is known; refusals; exceptions; Ctrl-C."""

from __future__ import annotations

import json
import os
import pathlib
import pickle
import random
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from energy_fakes import QUICK, FakeMachine

import snn


class Programs:
    """Two programs on a fake machine: 5 ms at 120 W and 2.5 ms at 100 W, 2 % apart in trials."""

    def __init__(self, machine: FakeMachine) -> None:
        self.machine = machine
        self.random = random.Random(5)
        self.gains = [1.0, 1.0]
        self.trials: list[tuple[int, int]] = []

    def on_trial(self, trial: int, trials: int) -> None:
        self.trials.append((trial, trials))
        self.gains = [self.random.gauss(1, 0.02) for _ in self.gains]

    def slow(self) -> None:
        self.machine.advance(5e-3, 120 * self.gains[0])

    def fast(self) -> None:
        self.machine.advance(2.5e-3, 100 * self.gains[1])


@pytest.fixture
def machine(tmp_path: pathlib.Path) -> FakeMachine:
    return FakeMachine(tmp_path / "power")


def test_the_interval_holds_the_truth(machine: FakeMachine) -> None:
    programs = Programs(machine)
    result = snn.measure(programs.slow, meter=machine.meter(), samples=3, clock=machine,
                         on_trial=programs.on_trial, **QUICK)
    assert isinstance(result, snn.Measurement)
    total, dynamic = result.total, result.dynamic
    assert isinstance(total.mean, snn.MeasuredJoules)
    assert total.low.joules < 0.6 < total.high.joules  # 120 W x 5 ms
    assert total.high.joules - total.low.joules < 0.05
    assert dynamic.low.joules < 0.35 < dynamic.high.joules  # 70 W above idle
    assert result.energy.total_per_sample.mean.joules == pytest.approx(total.mean.joules / 3)
    assert result.energy.repetition_s.mean == pytest.approx(5e-3, rel=0.01)
    assert result.energy.power_w.mean == pytest.approx(120, rel=0.03)
    assert isinstance(result.energy.energy_delay.mean, snn.MeasuredJouleSeconds)
    assert result.energy.trials == 10 and programs.trials == [(t, 10) for t in range(10)]
    assert result.counter == f"external meter {machine.path}"
    assert result.comparison.names == ("slow",)
    assert result.comparison.trials[0].idle_w == pytest.approx(50, rel=0.01)
    assert "measured" in repr(result) and "total (J)" in result._repr_html_()
    with pytest.raises(TypeError, match="not the same quantity"):
        total.mean < snn.ModelledJoules(1)  # type: ignore[operator]  # noqa: B015


def test_programs_against_each_other(machine: FakeMachine) -> None:
    programs = Programs(machine)
    comparison = snn.compare({"slow": programs.slow, "fast": programs.fast},
                             meter=machine.meter(), clock=machine, samples={"slow": 1, "fast": 2},
                             on_trial=programs.on_trial, **QUICK)
    assert isinstance(comparison, snn.EnergyComparison)
    ratio = comparison.ratio("slow", "fast")
    assert isinstance(ratio, snn.EnergyRatio)
    assert ratio.total.low < 0.6 / (0.25 / 2) < ratio.total.high
    assert ratio.time.ratio == pytest.approx(4, rel=0.02)
    fast = comparison.energy("fast")
    assert isinstance(fast, snn.ContestantEnergy)
    assert fast.total.low.joules < 0.25 < fast.total.high.joules
    assert {tuple(sorted(t.order)) for t in comparison.trials} == {(0, 1)}
    one = comparison.trial_energy(0, "slow")
    assert one.total.joules == pytest.approx(
        comparison.trials[0].work[0].joules.joules / comparison.trials[0].work[0].repetitions)
    assert pickle.loads(pickle.dumps(comparison)).ratio("slow", "fast") == ratio
    assert json.loads(json.dumps(fast.to_dict()))["total"]["mean"]["kind"] == "measured"
    assert "slow" in comparison._repr_html_() and "10 trials" in repr(comparison)
    with pytest.raises(snn.ConfigError, match="slow, fast"):
        comparison.energy("quick")
    with pytest.raises(IndexError):
        comparison.trial_energy(10, "slow")
    broken = comparison.trials[0].replace(work=[])
    with pytest.raises(snn.ConfigError, match="one for each"):
        comparison.replace(trials=[broken]).energy("slow")


def test_a_drifting_machine_has_no_figure(machine: FakeMachine) -> None:
    def on_trial(trial: int, trials: int) -> None:
        machine.idle_w = 50 if trial % 2 else 60

    def work() -> None:
        machine.idle_w += 1e-2
        machine.advance(5e-3, 120)

    result = snn.measure(work, meter=machine.meter(), clock=machine, on_trial=on_trial,
                         **{**QUICK, "max_idle_drift": 0.01})
    assert isinstance(result, snn.Unavailable) and not result
    assert "trials count" in result.reason and result.fix


def test_one_window(machine: FakeMachine) -> None:
    got = snn.measure_window(lambda: machine.advance(5e-3, 120), meter=machine.meter(),
                             clock=machine, min_window_s=1)
    assert isinstance(got, snn.Measured)
    assert got.joules.joules == pytest.approx(0.6, abs=got.quantisation_j / got.repetitions)
    assert got.total_joules.joules == pytest.approx(got.joules.joules * got.repetitions)
    assert got.window_s >= 1 and got.update_interval_s == pytest.approx(0.01, abs=2e-4)
    assert got.resolution_j == pytest.approx(1e-9)


def test_a_job_and_its_marks(machine: FakeMachine) -> None:
    def job(mark: Callable[[], None]) -> None:
        for watts in [100, 200]:
            machine.advance(2.0, watts)
            mark()

    run = snn.measure_run(job, meter=machine.meter(), clock=machine)
    assert isinstance(run.whole, snn.Measured)
    assert run.whole.joules.joules == pytest.approx(600, abs=run.whole.quantisation_j)
    second = run.marks[1].since_last_mark
    assert isinstance(second, snn.Measured)
    assert second.joules.joules == pytest.approx(400, abs=second.quantisation_j)
    assert [m.at_s for m in run.marks] == pytest.approx([2, 4], abs=0.02)


def test_a_job_runs_once_without_a_meter(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object, **__: object) -> snn.Meter:
        return snn.open_meter("none")

    monkeypatch.setattr("snn._core.open_meter", nothing)
    calls: list[int] = []

    def job(mark: Callable[[], None]) -> None:
        calls.append(1)
        mark()

    run = snn.measure_run(job)
    assert calls == [1] and len(run.marks) == 1
    assert isinstance(run.whole, snn.Unavailable) and run.whole.reason
    result = snn.measure(lambda: calls.append(2))
    assert isinstance(result, snn.Unavailable) and result.reason == run.whole.reason
    assert isinstance(snn.compare({"a": lambda: None}), snn.Unavailable)
    assert isinstance(snn.measure_window(lambda: None), snn.Unavailable)
    assert calls == [1]  # what cannot be measured is not begun


@pytest.mark.parametrize("where", ["work", "on_trial", "sync", "clock"])
def test_what_a_function_raises_ends_it(machine: FakeMachine, where: str) -> None:
    calls = 0

    def fails(*_: object) -> None:
        nonlocal calls
        calls += 1
        if calls > 7 or where == "on_trial":
            raise LookupError("of the user's own")

    class BadClock:
        now_s = machine.now_s
        wait = staticmethod(fails)

    meter = machine.meter()
    options: dict[str, Any] = {"clock": machine, **QUICK}
    if where in ("on_trial", "sync"):
        options[where] = fails
    if where == "clock":
        options[where] = BadClock()

    def work() -> None:
        machine.advance(5e-3, 120)
        if where == "work":
            fails()

    with pytest.raises(LookupError, match="own"):
        snn.measure(work, meter=meter, **options)
    again = snn.measure(lambda: machine.advance(5e-3, 120), meter=meter, clock=machine, **QUICK)
    assert isinstance(again, snn.Measurement)  # the meter can be used again


def test_a_meter_has_one_reader(machine: FakeMachine) -> None:
    meter = machine.meter()

    def work() -> None:
        machine.advance(5e-3, 120)
        meter.read()

    with pytest.raises(snn.Error, match="running"):
        snn.measure(work, meter=meter, clock=machine, **QUICK)
    assert isinstance(meter.read(), snn.MeasuredJoules)


def test_ctrl_c_ends_a_wait(tmp_path: pathlib.Path) -> None:
    (tmp_path / "power").write_text("0 0\n")  # a counter that never moves: it is waited for
    meter = snn.open_meter("external", path=tmp_path / "power", stale_after_s=600)
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    begun_s = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        snn.measure(lambda: None, meter=meter, update_timeout_s=40)
    timer.join()
    assert time.monotonic() - begun_s < 30  # it did not wait until the counter was given up
    assert meter.read() == snn.MeasuredJoules(0)


def test_ctrl_c_ends_work_that_is_no_python(machine: FakeMachine) -> None:
    calls = 0

    class Work:
        def __call__(self) -> None:
            nonlocal calls
            calls += 1
            machine.advance(5e-3, 120)
            if calls == 20:
                signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        snn.measure(Work(), meter=machine.meter(), clock=machine, **QUICK)
    assert calls == 20


def test_other_threads_run_while_it_waits(tmp_path: pathlib.Path) -> None:
    """A producer in this process, on a pipe: the protocol must not hold the GIL while it waits."""
    os.mkfifo(tmp_path / "power")
    stop = threading.Event()

    def produce() -> None:
        with (tmp_path / "power").open("w") as pipe:
            lines = 0
            while not stop.wait(2e-3):
                lines += 1
                pipe.write(f"{lines * 0.002:.3f} {lines * 0.1:.3f}\n")
                pipe.flush()

    thread = threading.Thread(target=produce)
    thread.start()
    try:
        meter = snn.open_meter("external", path=tmp_path / "power")
        assert meter.update_interval_s() > 0
        run = snn.measure_run(lambda mark: stop.wait(0.5), meter=meter, min_updates=2)
        assert isinstance(run.whole, snn.Measured) and run.whole.joules > snn.MeasuredJoules(0)
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize(("options", "error", "says"), [
    ({"trials": 4}, snn.ConfigError, "at least 5"),
    ({"warmup_s": 1}, TypeError, "warm_up_s"),
    ({"trials": 5.5}, TypeError, "trials"),
    ({"min_window_s": -1}, snn.ConfigError, "min_window_s"),
    ({"samples": 0}, snn.ConfigError, "samples"),
    ({"min_window_s": 1, "window": None}, TypeError, "window"),
    ({"meter": "rapl"}, TypeError, "Meter"),
])
def test_mistakes(machine: FakeMachine, options: dict[str, Any], error: type[Exception],
                  says: str) -> None:
    given = {"meter": machine.meter(), "clock": machine, **options}
    with pytest.raises(error, match=says):
        snn.measure(lambda: machine.advance(1e-3, 100), **given)


def test_what_is_no_program(machine: FakeMachine) -> None:
    with pytest.raises(TypeError, match="function"):
        snn.measure(3)  # type: ignore[arg-type]
    with pytest.raises(snn.ConfigError, match="at least one"):
        snn.compare({}, meter=machine.meter(), clock=machine)
    refused = snn.measure(lambda: machine.advance(1e-3, 100), meter=machine.meter(), clock=machine,
                          max_total_s=1)
    assert isinstance(refused, snn.Unavailable) and "are needed" in refused.reason


def test_meters_of_this_machine() -> None:
    meters = snn.list_meters()
    assert {m.kind for m in meters} >= {snn.MeterKind.rapl, snn.MeterKind.perf, snn.MeterKind.nvml}
    examined = snn.examine_meters()
    assert [m.kind for m in examined] == [m.kind for m in meters]
    for meter in examined:
        assert meter.name
        if meter.readable:
            assert meter.interval_ms is not None and meter.interval_ms > 0 and not meter.reason
        else:
            assert meter.interval_ms is None and meter.reason and meter.reason in repr(meter)
    if not any(m.readable for m in meters if m.kind in (snn.MeterKind.rapl, snn.MeterKind.perf)):
        with pytest.raises(snn.UnavailableError) as error:
            snn.open_meter()
        assert error.value.reason and error.value.reason in str(error.value)


def test_meters_that_there_are_not(tmp_path: pathlib.Path) -> None:
    with pytest.raises(snn.UnavailableError) as error:
        snn.open_meter("external", path=tmp_path / "missing")
    assert "cannot be opened" in error.value.reason
    assert error.value.fix == "start its producer first" and error.value.fix in str(error.value)
    with pytest.raises(snn.UnavailableError, match="turned off"):
        snn.open_meter(snn.MeterKind["none"])
    with pytest.raises(snn.UnavailableError, match="no file or pipe"):
        snn.open_meter("external")
    with pytest.raises(snn.ConfigError, match="external"):
        snn.open_meter("rapl", path=tmp_path)
    with pytest.raises(snn.ConfigError, match="jetson"):
        snn.open_meter("thermometer")
    (tmp_path / "garbage").write_text("watts 3\n")
    with pytest.raises(snn.UnavailableError, match="time_s joules"):
        snn.open_meter("external", path=tmp_path / "garbage")


def test_an_open_meter(machine: FakeMachine) -> None:
    meter = machine.meter()
    machine.advance(1.0, 80)
    assert meter.read().joules == pytest.approx(80)
    assert meter.resolution_j == pytest.approx(1e-9) and "power" in meter.name
    domain, = meter.covers()
    assert domain.counted and domain.why and domain.to_dict()["inside"] == ""
    assert meter.update_interval_s(clock=machine) == pytest.approx(0.01, abs=2e-4)
    machine.path.unlink()
    with pytest.raises(snn.UnavailableError, match="removed") as error:
        meter.read()
    assert error.value.fix == "measure again"
