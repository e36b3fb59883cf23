# SPDX-License-Identifier: Apache-2.0
"""Neuron models that a user writes as equations."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from snn import _core
from snn.equations import cache
from snn.equations._errors import config_error, type_error
from snn.equations.definition import (
    Definition,
    check_name,
    formulas_of,
    number,
    pairs,
    unit_of,
)
from snn.equations.expressions import Written
from snn.equations.source import source_of

Values = npt.NDArray[np.float64]


class NeuronModel:
    """A neuron model by equations; calling it gives neurons with parameters.

    Formulas have the syntax of Python. They are compiled by the system's C++ compiler when neurons
    of the model are added to a network first, and kept on disk (docs/own_models.md); the loops over
    neurons are those of the built-in models. Such neurons are simulated like all others; they are
    not trained and not written to files.

    Parameters
    ----------
    name : str
        Of the model.
    state : dict of str to float or str
        State variables with their values at the start: numbers, or formulas of parameters. The
        first is the membrane, in mV; "v" in recordings means the first.
    parameters : dict of str to float
        Parameters with their defaults; units belong into the names (tau_m_ms).
    derived : dict of str to str, optional
        What is computed once per neuron, in double precision: formulas of parameters, of dt_ms (the
        length of a tick, ms) and of derived values before them.
    update : dict of str to str
        One tick: the new value of each variable, of the values before the tick, parameters, derived
        values, dt_ms, and `input`, the sum of the weights that arrive in the tick.
    threshold : str
        A neuron spikes where this is >= 0 after the update.
    reset : dict of str to str, optional
        New values of variables of a neuron that spiked, of the values after the update.
    inputs : sequence of str, default ("input",)
        Names of the receptor ports in formulas: Synapse(receptor=0) is the first.
    current : str, optional
        The parameter that currents from outside (StepCurrent, ...) add to.

    Raises
    ------
    ConfigError
        A name that is not known or means two things, a formula with something else than is
        allowed, a number that is not finite; says the model, the formula, and what is allowed.
    TypeError
        An argument of the wrong type.

    Examples
    --------
    >>> import snn
    >>> Qif = snn.NeuronModel(
    ...     "Qif",
    ...     state={"v": "v_reset_mv"},
    ...     parameters={"tau_m_ms": 10.0, "v_c_mv": 10.0, "v_peak_mv": 500.0,
    ...                 "v_reset_mv": -500.0, "i_mv": 12.5},
    ...     derived={"alpha": "dt_ms / tau_m_ms"},
    ...     update={"v": "v + alpha * (v * (v - v_c_mv) / v_c_mv + i_mv) + input"},
    ...     threshold="v - v_peak_mv",
    ...     reset={"v": "v_reset_mv"},
    ... )
    >>> net = snn.Network()
    >>> E = net.add(Qif(tau_m_ms=20.0), 1000, name="E")  # doctest: +SKIP
    """

    def __init__(
        self, name: str, *, state: Mapping[str, Written],
        parameters: Mapping[str, float] | None = None,
        derived: Mapping[str, Written] | None = None, update: Mapping[str, Written],
        threshold: Written, reset: Mapping[str, Written] | None = None,
        inputs: Sequence[str] = ("input",), current: str | None = None,
    ) -> None:
        if not isinstance(name, str):
            raise type_error("NeuronModel", "name", name, "a name as text")
        if isinstance(inputs, str) or not isinstance(inputs, Sequence):
            raise type_error(name, "inputs", inputs, "a sequence of names")
        groups: dict[str, Any] = {
            "state": state, "parameters": {} if parameters is None else parameters,
            "derived": {} if derived is None else derived, "update": update,
            "reset": {} if reset is None else reset}
        given = {group: pairs(name, group, value) for group, value in groups.items()}
        given["parameters"] = tuple(
            (check_name(name, "parameters", key), number(name, f'parameters["{key}"]', value))
            for key, value in given["parameters"])
        self._definition = Definition(
            name=name, **given,  # type: ignore[arg-type]  # formulas are checked in formulas_of()
            threshold=threshold, inputs=tuple(inputs), current=current)
        self._source = source_of(self._definition, formulas_of(self._definition),
                                 _core.__version__)
        self.__doc__ = self._describe()
        self.__signature__ = inspect.Signature(
            [inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=default)
             for key, default in self._definition.parameters])

    @property
    def name(self) -> str:
        """Name of the model."""
        return self._definition.name

    @property
    def parameters(self) -> dict[str, float]:
        """Names of parameters and their defaults."""
        return dict(self._definition.parameters)

    @property
    def variables(self) -> tuple[str, ...]:
        """State variables that can be recorded; the first is the membrane, also called "v"."""
        return self._definition.variables

    @property
    def source(self) -> str:
        """The C++ that is compiled."""
        return self._source

    def compile(self) -> None:
        """Compile it now, or find it on disk; otherwise Network.add() does when it is needed.

        Raises
        ------
        UnavailableError
            There is no C++ compiler (says how to install one), or it failed (says why).
        """
        cache.load(self.name, self._source)

    def __call__(self, **parameters: npt.ArrayLike) -> EquationNeurons:
        """Neurons of this model.

        Parameters
        ----------
        **parameters : float or array
            Values for all neurons, or arrays with one value per neuron; the rest have their
            defaults.

        Returns
        -------
        EquationNeurons
            What Network.add() takes.

        Raises
        ------
        TypeError
            For a name that is no parameter, or arrays of different lengths.
        ConfigError
            For a value that is not finite.
        """
        return EquationNeurons(self, parameters)

    def __repr__(self) -> str:
        text = ", ".join(f"{name}={value!r}" for name, value in self._definition.parameters)
        return f"<NeuronModel {self.name}({text}): {', '.join(self.variables)}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NeuronModel):
            return NotImplemented
        return self._definition == other._definition

    def __hash__(self) -> int:
        return hash(self._definition)

    def __reduce__(self) -> tuple[Callable[..., NeuronModel], tuple[Definition]]:
        return _rebuild, (self._definition,)

    def _describe(self) -> str:
        d = self._definition
        formulas = [f"{name} <- {formula}" for name, formula in d.update]
        parameters = [f"{name} : float or array, default {value!r}\n    {unit_of(name)}".rstrip()
                      for name, value in d.parameters]
        ending = [f"{name} <- {formula}" for name, formula in d.reset]
        lines = [
            f"{d.name}, a neuron model by equations.", "", "One tick:", "",
            *(f"    {line}" for line in formulas), "",
            f"A spike where {d.threshold} >= 0"
            + (", then " + ", ".join(ending) if ending else "") + ".", "",
            "Parameters", "----------", *(parameters or ["none"])]
        return "\n".join(lines)


def _rebuild(definition: Definition) -> NeuronModel:
    d = definition
    return NeuronModel(
        d.name, state=dict(d.state), parameters=dict(d.parameters), derived=dict(d.derived),
        update=dict(d.update), threshold=d.threshold, reset=dict(d.reset), inputs=d.inputs,
        current=d.current)


class EquationNeurons:
    """Parameters of neurons of a model by equations; calling the model makes it.

    Attributes
    ----------
    model : NeuronModel
        The model.
    parameters : dict of str to float64 array of shape (1,) or (neurons,)
        All parameters, by name.
    """

    def __init__(self, model: NeuronModel, given: Mapping[str, npt.ArrayLike]) -> None:
        self.model = model
        known = model.parameters
        for name in given:
            if name not in known:
                raise type_error(model.name, name, given[name],
                                 f"the parameters {', '.join(known) or '(none)'}")
        self.parameters: dict[str, Values] = {}
        for name, default in known.items():
            self.parameters[name] = _column(model.name, name, given.get(name, default))
        sizes = {name: len(column) for name, column in self.parameters.items() if len(column) != 1}
        if len(set(sizes.values())) > 1:
            name = list(sizes)[-1]
            raise type_error(model.name, name, given[name],
                             f"{next(iter(sizes.values()))} values, as {next(iter(sizes))} has")

    def custom_neurons(self) -> _core._CustomNeurons:
        """What the library simulates; compiles the model if nobody did before."""
        columns = list(self.parameters.values()) or [np.zeros(1)]
        return cache.load(self.model.name, self.model.source).neurons(
            np.stack(np.broadcast_arrays(*columns)))

    def __repr__(self) -> str:
        text = ", ".join(
            f"{name}={float(column[0])!r}" if len(column) == 1 else f"{name}=<{len(column)} values>"
            for name, column in self.parameters.items())
        return f"{self.model.name}({text})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, EquationNeurons):
            return NotImplemented
        return self.model == other.model and all(
            np.array_equal(column, other.parameters[name])
            for name, column in self.parameters.items())

    __hash__ = None  # type: ignore[assignment]  # arrays can be changed


def _column(model: str, name: str, given: npt.ArrayLike) -> Values:
    """One value or one per neuron, finite."""
    try:
        values = np.asarray(_core._on_host(given, model, name))
    except ValueError:  # of a ragged list
        values = np.empty(0, dtype=object)
    if values.dtype.kind not in "fiu" or values.ndim > 1 or values.size == 0:
        raise type_error(model, name, given, "a number, or an array of one number per neuron")
    column: Values = values.reshape(-1).astype(np.float64)
    wrong = np.flatnonzero(~np.isfinite(column))
    if wrong.size:
        where = "" if len(column) == 1 else f"[{wrong[0]}]"
        raise config_error(model, name + where, float(column[wrong[0]]), "finite numbers",
                           unit_of(name))
    return column
