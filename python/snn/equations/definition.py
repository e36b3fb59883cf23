# SPDX-License-Identifier: Apache-2.0
"""What a model is made of: its names and formulas, checked against each other."""

from __future__ import annotations

import dataclasses
import keyword
import math
import numbers
import re
from collections.abc import Iterable, Mapping

from snn.equations._errors import config_error, type_error
from snn.equations.expressions import FUNCTIONS, Formula, Scope, Written, translate

MOST_PORTS = 8
RESERVED = ("dt_ms", "input")

#: Endings of names, and the units they mean.
_UNITS = {
    "mv": "mV", "ms": "ms", "pa": "pA", "na": "nA", "ns": "nS", "pf": "pF", "hz": "Hz",
    "mv_per_ms": "mV/ms", "pa_per_ms": "pA/ms", "per_ms": "1/ms", "ticks": "ticks",
}


@dataclasses.dataclass(frozen=True)
class Definition:
    """A model as it was given; equal ones are the same model.

    Attributes
    ----------
    name : str
        Of the model.
    state, derived, update, reset : tuple of (name, formula)
        In the order given.
    parameters : tuple of (name, default)
        In the order given.
    threshold : str or float
        A formula.
    inputs : tuple of str
        Names of its ports; "input" where there is one.
    current : str or None
        The parameter that currents from outside add to.
    """

    name: str
    state: tuple[tuple[str, Written], ...]
    parameters: tuple[tuple[str, float], ...]
    derived: tuple[tuple[str, Written], ...]
    update: tuple[tuple[str, Written], ...]
    threshold: Written
    reset: tuple[tuple[str, Written], ...]
    inputs: tuple[str, ...]
    current: str | None

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the state variables."""
        return tuple(name for name, _ in self.state)


@dataclasses.dataclass(frozen=True)
class Formulas:
    """The formulas of a definition in C++, in the order of their names.

    Attributes
    ----------
    initial, derived, update, reset : dict of str to Formula
        By name.
    threshold : Formula
        Of the distance to the threshold.
    coefficients : tuple of str
        Parameters, derived values and dt_ms that steps use.
    """

    initial: dict[str, Formula]
    derived: dict[str, Formula]
    update: dict[str, Formula]
    threshold: Formula
    reset: dict[str, Formula]
    coefficients: tuple[str, ...]


def spelled(name: str) -> str:
    """A name in C++: none of the language's own words, and none of a macro."""
    return "dt_ms" if name == "dt_ms" else name + "_"


def unit_of(name: str) -> str:
    """The unit that a name ends with, "" if with none that is known."""
    for ending in sorted(_UNITS, key=len, reverse=True):
        if name.endswith("_" + ending):
            return _UNITS[ending]
    return ""


def pairs(owner: str, field: str, given: object) -> tuple[tuple[str, object], ...]:
    """Items of a mapping whose keys are names."""
    if not isinstance(given, Mapping):
        raise type_error(owner, field, given, "a dict of names and formulas")
    return tuple((str(_checked_type(owner, field, name)), value) for name, value in given.items())


def _checked_type(owner: str, field: str, name: object) -> str:
    if not isinstance(name, str):
        raise type_error(owner, field, name, "names as text")
    return name


def number(owner: str, field: str, given: object) -> float:
    """A finite number."""
    if isinstance(given, bool) or not isinstance(given, numbers.Real):
        raise type_error(owner, field, given, "a number")
    value = float(given)
    if not math.isfinite(value):
        raise config_error(owner, field, value, "finite numbers", unit_of(field.rstrip('"]')))
    return value


def check_name(owner: str, field: str, name: object) -> str:
    """A name that Python and C++ both take as it is."""
    if not isinstance(name, str):
        raise type_error(owner, field, name, "a name as text")
    words = (*RESERVED, *FUNCTIONS)
    if (not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) or name.endswith("_") or "__" in name
            or keyword.iskeyword(name) or name in words):
        raise config_error(owner, field, name,
                           "names of letters, digits and single _ inside, that begin with a letter "
                           "and are neither words of Python's nor " + ", ".join(words))
    return name


def check_names(definition: Definition) -> None:
    """Every name is one, and means one thing; what is updated and reset exists."""
    d = definition
    if not isinstance(d.name, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", d.name):
        raise config_error("NeuronModel", "name", d.name,
                           "a name of letters, digits and _ that begins with a letter")
    if not d.state:
        raise config_error(d.name, "state", "{}",
                           "at least one variable with its initial value, the membrane first")
    if not 1 <= len(d.inputs) <= MOST_PORTS:
        raise config_error(d.name, "inputs", ", ".join(d.inputs) or "()",
                           f"1 to {MOST_PORTS} names of ports")
    meaning: dict[str, str] = {}
    groups: tuple[tuple[str, Iterable[str]], ...] = (
        ("state", d.variables), ("parameters", (name for name, _ in d.parameters)),
        ("derived", (name for name, _ in d.derived)), ("inputs", d.inputs))
    for group, names in groups:
        for name in names:
            if group != "inputs" or d.inputs != ("input",):
                check_name(d.name, group, name)
            if name in meaning:
                raise config_error(d.name, group, name,
                                   f"names of its own: {meaning[name]} has it too")
            meaning[name] = group
    if "v" in d.variables[1:]:
        raise config_error(d.name, "state", "v",
                           "v as the first variable, since it means the membrane in recordings")
    for group, changed in (("update", d.update), ("reset", d.reset)):
        for name, _ in changed:
            if name not in d.variables:
                raise config_error(d.name, group, name,
                                   f"state variables: {', '.join(d.variables)}")
    for name in d.variables:
        if name not in dict(d.update) and name not in dict(d.reset):
            raise config_error(d.name, "update", ", ".join(dict(d.update)) or "{}",
                               f"a formula for {name} too (here or in reset); what never changes "
                               "is a parameter")


def formulas_of(definition: Definition) -> Formulas:
    """Check all formulas and write them in C++."""
    d = definition
    check_names(d)
    parameters = tuple(name for name, _ in d.parameters)

    def outside(field: str, derived: tuple[str, ...], dt_ms: tuple[str, ...]) -> Scope:
        kinds = {"derived": derived, "parameters": parameters, "and": dt_ms}
        return Scope(d.name, field, kinds, step=False)

    def step(field: str, inputs: tuple[str, ...]) -> Scope:
        kinds = {"state": d.variables, "derived": tuple(name for name, _ in d.derived),
                 "parameters": parameters, "input": inputs, "and": ("dt_ms",)}
        return Scope(d.name, field, kinds, step=True)

    def in_step(name: str) -> str:
        own = name in d.variables or name in d.inputs
        return spelled(name) if own else f"c.{coefficient(name)}"

    initial = {name: translate(value, outside(f'state["{name}"]', (), ()), spelled)
               for name, value in d.state}
    derived: dict[str, Formula] = {}
    for name, value in d.derived:
        derived[name] = translate(value, outside(f'derived["{name}"]', tuple(derived), ("dt_ms",)),
                                  spelled)
    update = {name: translate(value, step(f'update["{name}"]', d.inputs), in_step)
              for name, value in d.update}
    threshold = translate(d.threshold, step("threshold", ()), in_step)
    reset = {name: translate(value, step(f'reset["{name}"]', ()), in_step)
             for name, value in d.reset}
    used = frozenset[str]().union(threshold.names, *(f.names for f in update.values()),
                                  *(f.names for f in reset.values()))
    candidates = (*parameters, *derived, "dt_ms")
    found = Formulas(initial, derived, update, threshold, reset,
                     tuple(name for name in candidates if name in used))
    _check_current(d, found)
    return found


def coefficient(name: str) -> str:
    """The field of Coeffs for a name."""
    return name + "_"


def _check_current(d: Definition, formulas: Formulas) -> None:
    if d.current is None:
        return
    elsewhere = {name for group in (formulas.initial, formulas.derived)
                 for formula in group.values() for name in formula.names}
    allowed = [name for name, _ in d.parameters
               if name in formulas.coefficients and name not in elsewhere]
    if d.current not in allowed:
        raise config_error(d.name, "current", str(d.current),
                           "None, or a parameter that update, threshold or reset use and derived "
                           f"and state do not: {', '.join(allowed) or 'there is none'}")
