# SPDX-License-Identifier: Apache-2.0
"""The contest of a spiking network and its dense twins, as the command `snn bench` runs it."""

from __future__ import annotations

import dataclasses
import json
import os
import shlex
import statistics
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Any

from snn import _core

#: A function of (what, done, of): of a training in epochs, or of the energy measurement in trials.
BenchProgress = bool | Callable[[str, float, float], object] | None
_Energy = _core.ContestantEnergy | _core.Unavailable


@dataclasses.dataclass(frozen=True, eq=False)
class BenchModel:
    """What one network of a contest achieved.

    Attributes
    ----------
    role : str
        'spiking', 'dense', 'quantised', 'equal_accuracy', or 'user' for a file of counts.
    label : str
        Its name in tables.
    accuracies : tuple of float
        On the test samples, 0 to 1, of the epoch that was best on validation; one per seed.
    counts : RawCounts
        Exact counts of the test samples, first seed.
    ticks : int
        Per sample.
    bits : int
        Of quantised activations; 0: fp32.
    measured : ContestantEnergy or Unavailable
        Joules of the inference of all test samples, or why there are none.
    modelled : tuple of Modelled
        Joules per inference by each model of docs/energy.md; `.model` names it.
    """

    role: str
    label: str
    accuracies: tuple[float, ...]
    counts: _core.RawCounts
    ticks: int
    bits: int
    measured: _Energy
    modelled: tuple[_core.Modelled, ...]

    @property
    def accuracy(self) -> float:
        """On the test samples, 0 to 1, mean over seeds; NaN if a user's file does not say."""
        return statistics.fmean(self.accuracies) if self.accuracies else float("nan")

    def __repr__(self) -> str:
        return f"<BenchModel {self.label}: accuracy {self.accuracy:.4f}, {self.counts!r}>"


@dataclasses.dataclass(frozen=True, eq=False)
class BenchResults:
    """What bench() found. print() shows the command's tables; `results["dense"]` is a model.

    Attributes
    ----------
    models : tuple of BenchModel
        The spiking network, its dense and its quantised twin, and other opponents.
    verdict : tuple of str
        Sentences: accuracy, and who wins by which energy model. Empty after an interruption.
    """

    models: tuple[BenchModel, ...]
    verdict: tuple[str, ...]
    _json: str | None = dataclasses.field(repr=False)
    _table: str | None = dataclasses.field(repr=False)

    @property
    def interrupted(self) -> bool:
        """Whether the contest was ended early: the models that were trained by then, no verdict."""
        return self._json is None

    def __getitem__(self, role: str) -> BenchModel:
        """The first model of a role; KeyError lists the roles there are."""
        for model in self.models:
            if model.role == role:
                return model
        raise KeyError(f"no model is {role!r}; there are: " + ", ".join(m.role for m in self))

    def __iter__(self) -> Iterator[BenchModel]:
        """The models."""
        return iter(self.models)

    def __len__(self) -> int:
        """How many models there are."""
        return len(self.models)

    def to_dict(self) -> dict[str, Any]:
        """The results file as a dict, e.g. for snn.plot; docs/results.md has every key."""
        contents: dict[str, Any] = json.loads(self._complete())
        return contents

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the results file that `snn bench --out` writes and `snn report` reads.

        Parameters
        ----------
        path : str or path
            JSON; an old file stays if anything fails.

        Raises
        ------
        FileError
            If it cannot be written.
        snn.Error
            If the contest was interrupted.
        """
        _core._write_text(path, self._complete())

    def report(self, path: str | os.PathLike[str]) -> None:
        """Write the page that `snn bench --report` writes: one HTML file that needs no other.

        Parameters
        ----------
        path : str or path
            HTML; an old file stays if anything fails.

        Raises
        ------
        FileError
            If it cannot be written.
        snn.Error
            If the contest was interrupted.
        """
        _core._write_report(path, self._complete())

    def _complete(self) -> str:
        if self._json is None:
            raise _core.Error("the contest was interrupted: there are no results to write")
        return self._json

    def __str__(self) -> str:
        return repr(self) if self._table is None else self._table

    def __repr__(self) -> str:
        parts = ", ".join(f"{m.role} {100 * m.accuracy:.2f} %" for m in self)
        return f"<BenchResults{' (interrupted)' if self.interrupted else ''}: {parts or 'nothing'}>"

    def _repr_html_(self) -> str:
        rows = "".join(_row(model) for model in self)
        sentences = "".join(f"<li>{escape(sentence)}</li>" for sentence in self.verdict)
        ended = "<p>Ended early: no verdict.</p>" if self.interrupted else ""
        return ("<table><tr><th>network</th><th>accuracy (test)</th><th>measured (J per "
                "inference)</th><th>modelled, 45 nm compute-only fp32 (J per inference)</th></tr>"
                f"{rows}</table>{ended}<ul>{sentences}</ul>")


def _row(model: BenchModel) -> str:
    if isinstance(model.measured, _core.Unavailable):
        measured = f'<span title="{escape(model.measured.reason)}">unavailable</span>'
    else:
        per = model.measured.total_per_sample
        measured = f"{per.mean.joules:.3g} ({per.low.joules:.3g} to {per.high.joules:.3g})"
    accuracy = f"{100 * model.accuracy:.2f} %" if model.accuracies else "not stated"
    modelled = model.modelled[0].joules_per_inference.joules
    return (f"<tr><td>{escape(model.label)}</td><td>{accuracy}</td><td>{measured}</td>"
            f"<td>{modelled:.3g}</td></tr>")


def _flag(name: str, value: object) -> list[str]:
    """A keyword argument as the flag of `snn bench`; none for None and False."""
    flag = "--" + name.replace("_", "-")
    if value is None or value is False:
        return []
    if value is True:
        return [flag]
    if isinstance(value, str | os.PathLike):
        return [f"{flag}={os.fspath(value)}"]
    try:
        # Also NumPy's numbers and arrays.
        parts: list[Any] = list(value) if hasattr(value, "__iter__") else [value]
        texts = [p if isinstance(p, str) else repr(int(p) if float(p).is_integer() else float(p))
                 for p in parts]
    except (TypeError, ValueError, OverflowError):
        raise TypeError(f"bench: {name} = {value!r}; allowed: a number, text, or a sequence of "
                        "them; docs/cli.md") from None
    return [f"{flag}={','.join(texts)}"]


def _results(models: Sequence[tuple[Any, ...]], verdict: tuple[str, ...], text: str | None,
             table: str | None) -> BenchResults:
    return BenchResults(tuple(BenchModel(*parts) for parts in models), verdict, text, table)


def _run(flags: list[str], command: str, data: _core.Dataset | None, split: _core.Split | None,
         progress: Callable[[str, float, float], object] | None) -> BenchResults:
    error, text, table, models, verdict = _core._bench(flags, command, data, split, progress)
    results = _results(models, verdict, text, table)
    if error is not None:
        vars(error)["results"] = results
        raise error
    return results


def bench(data: str | _core.LoadedData | _core.Dataset = "digits",
          split: _core.Split | None = None, *,
          train_limit: int | None = None, validation_fraction: float | None = None,
          validation_speaker: int | None = None, hidden: int | Sequence[int] | None = None,
          recurrent: bool = False, encode: str | None = None, neuron: str | None = None,
          tau: float | None = None, tau_syn: float | None = None, tau_out: float | None = None,
          reset: str | None = None, delay: int | None = None, gain: float | None = None,
          steps: int | None = None, dt_ms: float | None = None, epochs: int | None = None,
          batch: int | None = None, lr: float | None = None, loss: str | None = None,
          optimizer: str | None = None, weight_decay: float | None = None,
          schedule: str | None = None, surrogate: str | None = None,
          surrogate_slope: float | None = None, learn_tau: bool = False,
          learn_threshold: bool = False, augment: Sequence[float] | None = None,
          clip_norm: float | None = None, patience: int | None = None,
          lambda_synops: float | None = None, lambda_rate: float | None = None,
          target_rate: float | None = None, seed: int | None = None, seeds: int | None = None,
          threads: int | None = None, device: str | None = None, precision: str | None = None,
          measure_seconds: float | None = None,
          trials: int | None = None, meter: str | None = None, meter_device: int | None = None,
          meter_file: str | os.PathLike[str] | None = None, allow_shared_device: bool = False,
          opponent: str | os.PathLike[str] | Sequence[str] | None = None,
          target_accuracy: float | None = None, country: str | float | None = None,
          pue: float | None = None, progress: BenchProgress = None) -> BenchResults:
    """Train a spiking network and its dense twins, count, meter, and say who wins.

    What the command `snn bench` does, with its flags as keywords; None is the command's default,
    which may depend on the data (docs/cli.md).

    Parameters
    ----------
    data : str, LoadedData or Dataset
        'digits', 'mnist:DIR', 'events:TRAIN.h5,TEST.h5', or samples of your own.
    split : Split, optional
        Needed with a Dataset. Own samples keep their split for all seeds.
    train_limit : int, default 0
        Train on this many samples, equally from all classes; 0: all.
    validation_fraction : float, default -1
        Share of the training samples that validates; -1: what suits the data set.
    validation_speaker : int, default -1
        Events with speakers: the training speaker that validates; -1: the last.
    hidden : int or sequence of int, default 256
        Neurons per hidden layer.
    recurrent : bool, default False
        Hidden layers also project to themselves.
    encode : str, default 'direct'
        Images: 'direct', 'rate' or 'latency'.
    neuron : str, default 'lif'
        'lif', 'if', 'cuba' or 'adaptive'.
    tau, tau_syn, tau_out : float, default 10, 5 and 20
        Time constants of hidden membranes, of their synapses (cuba) and of the readout, ticks.
    reset : str, default 'subtract'
        'subtract' or 'value'.
    delay : int, default 0
        Between layers, ticks.
    gain : float, default sqrt(2)
        Scale of the initial weights.
    steps : int, default 25
        Ticks per sample.
    dt_ms : float, default 0
        Length of a tick, ms; 0: 1 ms, and for events so that the steps cover 95 % of recordings.
    epochs, batch : int, default 20 and 128; digits: 300 and 32
        Passes over the training samples; samples per batch.
    lr : float, default 1e-3; digits: 2e-3
        Learning rate.
    loss : str, default 'mean-membrane'
        'mean-membrane', 'max-membrane', 'count' or 'count-mse'.
    optimizer : str, default 'adam'
        'adam', 'adamw' or 'sgd'.
    weight_decay : float, default -1
        Of the optimiser; -1: its default.
    schedule : str, default 'cosine'
        'cosine', 'step', 'plateau' or 'constant'.
    surrogate : str, default 'arctan'
        'arctan', 'fast-sigmoid', 'sigmoid', 'triangle', 'piecewise-quadratic', 'boxcar',
        'exponential', 'gaussian' or 'multi-gaussian'.
    surrogate_slope : float, default 0
        Its steepness; 0: its default.
    learn_tau, learn_threshold : bool, default False
        Also learn membrane time constants, thresholds.
    augment : sequence of float, default none; digits: 12, 0.7, 0.15, 0.15
        Distort training samples. Images: rotation (degrees), shift (pixels), scale, shear;
        events: shift (units), stretch of time, share left out.
    clip_norm : float, default 0
        Largest norm of the gradient; 0: any.
    patience : int, default 0
        Epochs without a better validation before stopping; 0: never stop.
    lambda_synops : float, default 0
        Weight of synaptic events in the loss, relative to the dense network's operations.
    lambda_rate : float, default 0
        Weight in the loss of the distance to target_rate.
    target_rate : float, default 0.05
        Spikes per neuron and tick.
    seed, seeds : int, default 1 and 1
        Of every random choice; how many runs, with seeds seed, seed + 1, ...
    threads : int, default 0
        0: all cores.
    device : str, default 'cpu'
        What trains and is measured: 'cpu', 'cuda' or 'cuda:N'.
    precision : str, default 'fp32'
        Of matrix products on a CUDA device: 'fp32', 'tf32' or 'bf16'.
    measure_seconds : float, default 5
        Least window of an energy measurement, s.
    trials : int, default 10
        Measured rounds of all contestants.
    meter : str, default 'automatic'
        'automatic' (NVML's of a CUDA device, else the CPU's), 'rapl', 'perf', 'nvml', 'amd',
        'jetson', 'external' or 'none' (docs/meters.md).
    meter_device : int, default 0
        Which device; nvml and amd.
    meter_file : path, optional
        File or pipe of lines "time_s joules"; external.
    allow_shared_device : bool, default False
        nvml: measure a device that other processes use, too.
    opponent : str, path or sequence of them, optional
        Opponents beside the twins: 'equal-accuracy' (the smallest dense network as accurate), or
        files of counts (docs/counts.md).
    target_accuracy : float, default 0
        Trainings are compared at this validation accuracy, 0 to 1; 0: the best that all reach.
    country : str or float, optional
        ISO code of the grid for CO2e, or g per kWh; by default SNN_CARBON_REGION, else 'WORLD'.
    pue : float, default 1
        Energy of the data centre over that of its machines.
    progress : bool or callable, optional
        True: a progress bar. A function is called after every batch with (label, epochs done,
        epochs), and before every trial of the energy measurement with ('measuring energy', trials
        done, trials); if it returns False, the contest ends there, with results marked
        `interrupted`.

    Returns
    -------
    BenchResults
        Models with accuracy, counts and energy, and the verdict.

    Raises
    ------
    ConfigError
        For a value that the command refuses.
    FileError
        For data or an opponent that cannot be read.
    UnavailableError
        For a device that cannot be used.
    KeyboardInterrupt
        After Ctrl-C; its attribute `results` has the models that were trained. So has what a
        progress function raises.

    Examples
    --------
    >>> import snn
    >>> results = snn.bench(hidden=16, epochs=2, steps=5, train_limit=200, meter="none")
    >>> [model.role for model in results]
    ['spiking', 'dense', 'quantised']
    >>> results["spiking"].measured
    Unavailable(reason='measuring is turned off', fix='choose a meter')
    """
    given = {name: value for name, value in locals().items()
             if name not in ("data", "split", "progress")}
    flags = [flag for name, value in given.items() for flag in _flag(name, value)]
    samples: _core.Dataset | None = None
    if isinstance(data, str):
        if split is not None:
            raise TypeError(f"bench: split is given, and data = {data!r} brings its own")
        flags.insert(0, f"--data={data}")
        command = shlex.join(["snn", "bench", *flags])
    else:
        if isinstance(data, _core.LoadedData):
            samples, split = data.data, split or data.split
        elif isinstance(data, _core.Dataset):
            samples = data
        else:
            raise TypeError(f"bench: data = {data!r}; allowed: str, LoadedData or Dataset")
        if split is None:
            raise TypeError("bench: split = None; allowed: a Split, or LoadedData as data, which "
                            "brings one")
        keywords = "".join(f", {name}={value!r}" for name, value in given.items()
                           if value is not None and value is not False)
        command = f"snn.bench({samples!r}{keywords})"
    if progress is not True:
        return _run(flags, command, samples, split, progress or None)
    from tqdm.auto import tqdm
    with tqdm() as bar:
        def show(what: str, done: float, of: float) -> None:
            if bar.desc != f"{what}: ":
                bar.reset(of)
                bar.set_description(what, refresh=False)
            bar.update(done - bar.n)

        return _run(flags, command, samples, split, show)
