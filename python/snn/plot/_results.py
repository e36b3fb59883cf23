# SPDX-License-Identifier: Apache-2.0
"""Reads the energy part of a results file of ``snn bench``; docs/results.md has every key."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Union

from ._check import finite
from ._errors import type_error, value_error

__all__ = [
    "Contestant",
    "Measured",
    "Results",
    "Term",
    "Unavailable",
    "contestants_of",
    "files_of",
    "model_of",
]

Results = Union[Mapping[str, Any], str, "os.PathLike[str]"]
_SCHEMA = 2


@dataclass(frozen=True)
class Measured:
    """Joules per inference that a counter gave, with its 95 % interval."""

    mean: float
    low: float
    high: float
    counter: str


@dataclass(frozen=True)
class Unavailable:
    """Why there is no measured figure."""

    reason: str


@dataclass(frozen=True)
class Term:
    """A part of a modelled energy, J per inference."""

    layer: str
    name: str
    joules: float


@dataclass(frozen=True)
class Model:
    """A modelled energy, J per inference, and its terms."""

    joules: float
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Contestant:
    """A network of a results file.

    ``role`` is its key: spiking, dense, quantised, equal_accuracy, or users. ``accuracy`` is a
    share, None where the file does not know it. ``total`` and ``dynamic`` are energy with idle
    power and above it.
    """

    role: str
    label: str
    accuracy: float | None
    accuracy_sd: float
    total: Measured | Unavailable
    dynamic: Measured | Unavailable
    models: Mapping[str, Model]


def files_of(
    results: Results | Sequence[Results] | Mapping[str, Results], what: str
) -> dict[str, Mapping[str, Any]]:
    """Name -> contents: of one results file, a list (named by number), or a mapping."""
    if isinstance(results, (str, os.PathLike)):
        return {"": _loaded(results, what)}
    if isinstance(results, Mapping):
        if "schema" in results or "spiking" in results:
            return {"": _loaded(results, what)}
        if not results:
            raise value_error(
                what, "results", "an empty mapping", "a results file, or a mapping of name to one"
            )
        return {
            str(name): _loaded(one, f"{what}: results[{name!r}]") for name, one in results.items()
        }
    if isinstance(results, Sequence) and len(results):
        return {str(i): _loaded(one, f"{what}: results[{i}]") for i, one in enumerate(results)}
    raise type_error(
        what,
        "results",
        results,
        "contents or path of a results file of snn bench, or several of them",
    )


def _loaded(results: object, what: str) -> Mapping[str, Any]:
    if isinstance(results, (str, os.PathLike)):
        path = Path(results)
        try:
            results = json.loads(path.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise value_error(
                what, f"file {path}", f"no JSON ({error})", "a file of snn bench --out"
            ) from None
    if not isinstance(results, Mapping):
        raise type_error(
            what, "results", results, "contents or path of a results file of snn bench"
        )
    schema = _of(results, "schema", what, "results")
    if schema != _SCHEMA:
        raise value_error(
            what, "schema of results", schema, f"{_SCHEMA}, the layout that this snn reads"
        )
    return results


def _of(data: Any, key: str, what: str, at: str) -> Any:
    """data[key]; PlotValueError with the place in the file where it is missing."""
    if not isinstance(data, Mapping):
        raise type_error(what, at, data, "an object")
    if key not in data:
        raise value_error(what, f"{at}.{key}", "missing", "a file of snn bench --out has it")
    return data[key]


def contestants_of(results: Mapping[str, Any], what: str) -> list[Contestant]:
    """The networks of a file: spiking, dense, quantised, then, where there are, opponents."""
    found = [
        _contestant(_of(results, role, what, "results"), role, f"results.{role}", what)
        for role in ("spiking", "dense", "quantised")
    ]
    smallest = results.get("equal_accuracy")
    if smallest is not None and smallest.get("hidden") is not None:
        found.append(_contestant(smallest, "equal_accuracy", "results.equal_accuracy", what))
    for i, user in enumerate(results.get("users", [])):
        found.append(_contestant(user, "users", f"results.users[{i}]", what))
    # A user's file of counts may bear the name of another network of the results.
    labels = [one.label for one in found]
    for i, one in enumerate(found):
        before = labels[:i].count(one.label)
        if before:
            found[i] = replace(
                one, label=f"{one.label} (opponent{f' {before}' if before > 1 else ''})"
            )
    return found


def _contestant(data: Any, role: str, at: str, what: str) -> Contestant:
    accuracy = _of(data, "accuracy", what, at)
    energy = _of(data, "energy", what, at)
    models = {}
    for i, model in enumerate(_of(energy, "modelled", what, f"{at}.energy")):
        place = f"{at}.energy.modelled[{i}]"
        models[_of(model, "model", what, place)] = _model(model, place, what)
    return Contestant(
        role=role,
        label=_of(data, "label", what, at),
        accuracy=None if accuracy is None else finite(accuracy, what, f"{at}.accuracy"),
        accuracy_sd=finite(data.get("accuracy_sd", 0.0), what, f"{at}.accuracy_sd"),
        total=_measured(energy, "total_joules", f"{at}.energy", what),
        dynamic=_measured(energy, "dynamic_joules", f"{at}.energy", what),
        models=models,
    )


def _model(data: Any, at: str, what: str) -> Model:
    terms = tuple(
        Term(
            _of(term, "layer", what, f"{at}.terms[{i}]"),
            _of(term, "name", what, f"{at}.terms[{i}]"),
            finite(
                _of(term, "joules", what, f"{at}.terms[{i}]"), what, f"{at}.terms[{i}].joules", "J"
            ),
        )
        for i, term in enumerate(data.get("terms", []))
    )
    total = finite(
        _of(data, "joules_per_inference", what, at), what, f"{at}.joules_per_inference", "J"
    )
    return Model(total, terms)


def _measured(energy: Any, key: str, at: str, what: str) -> Measured | Unavailable:
    if "measured" not in energy:
        return Unavailable(
            _of(_of(energy, "unavailable", what, at), "reason", what, f"{at}.unavailable")
        )
    place = f"{at}.measured.{key}"
    data = _of(energy["measured"], key, what, f"{at}.measured")
    interval = _of(data, "interval_95", what, place)
    if not isinstance(interval, Sequence) or len(interval) != 2:
        raise value_error(what, f"{place}.interval_95", interval, "two numbers, low and high")
    low, high = (finite(end, what, f"{place}.interval_95", "J") for end in interval)
    return Measured(
        finite(_of(data, "mean", what, place), what, f"{place}.mean", "J"),
        low,
        high,
        _of(energy["measured"], "counter", what, f"{at}.measured"),
    )


def model_of(contestant: Contestant, name: str, what: str) -> Model:
    """The figure of one model; PlotValueError lists the models there are."""
    if name not in contestant.models:
        raise value_error(
            what, f"model for {contestant.label!r}", repr(name), ", ".join(contestant.models)
        )
    return contestant.models[name]
