# SPDX-License-Identifier: Apache-2.0
"""The C++ source of a model: one struct that satisfies the concept of the built-in models."""

from __future__ import annotations

from snn.equations.definition import (
    Definition,
    Formulas,
    coefficient,
    spelled,
    unit_of,
)

#: Where a struct would have no field: arrays of fields are never empty.
UNUSED = "unused"


def source_of(definition: Definition, formulas: Formulas, version: str) -> str:
    """The whole file.

    Parameters
    ----------
    definition, formulas : Definition, Formulas
        The model.
    version : str
        Of the library whose headers it includes.
    """
    d, f = definition, formulas
    parameters = [name for name, _ in d.parameters] or [UNUSED]
    shifted = [name for name in d.variables if f.initial[name].cpp != "double(0.0)"]
    coefficients = [coefficient(name) for name in f.coefficients]
    coefficients += [_start(name) for name in shifted]
    named = [*f.coefficients, *(f'state["{name}"]' for name in shifted)]
    if not coefficients:
        coefficients, named = [coefficient(UNUSED)], [UNUSED]
    return "\n".join([
        f"// Neuron model {d.name}, written from its equations by snn {version}.",
        '#include "snn/math/compiled_model.hpp"',
        "",
        "namespace {",
        "",
        "struct EquationModel {",
        "  double " + ", ".join(spelled(name) for name in parameters) + ";",
        "",
        f'  static constexpr std::string_view name = "{d.name}";',
        "  static constexpr snn::Output output = snn::Output::spikes;",
        *_ports(d),
        f"  static constexpr std::array<snn::VariableName, {len(d.state)}> variables{{{{",
        *(f'      {{"{name}", "{_unit(name, i)}"}},' for i, name in enumerate(d.variables)),
        "  }};",
        f"  static constexpr std::array<const char*, {len(named)}> coeff_names{{{{",
        *(f"      {_quoted(name)}," for name in named),
        "  }};",
        "",
        "  template <class Real>",
        "  struct Coeffs {",
        *(f"    Real {name};" for name in coefficients),
        "  };",
        "  template <class Real>",
        "  struct State {",
        *(f"    Real {_field(d, name)}{{}};" for name in d.variables),
        "  };",
        "",
        "  State<double> origin() const {",
        "    return {" + ", ".join(f.initial[name].cpp for name in d.variables) + "};",
        "  }",
        *_derive(d, f, shifted),
        *_integrate(d, f, shifted),
        *_fire(d, f, shifted),
        *_inject(d),
        "};",
        "static_assert(snn::NeuronModel<EquationModel>);",
        "",
        f'constexpr snn::CompiledModel model = snn::compiled_model<EquationModel>("{version}");',
        "",
        "}  // namespace",
        "",
        'extern "C" __attribute__((visibility("default"))) const snn::CompiledModel*',
        "snn_compiled_model() {",
        "  return &model;",
        "}",
        "",
    ])


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def _unit(name: str, number: int) -> str:
    return "mV" if number == 0 else unit_of(name)


def _field(d: Definition, name: str) -> str:
    return "u" if name == d.variables[0] else spelled(name)


def _start(name: str) -> str:
    return f"start_of_{name}"


def _ports(d: Definition) -> list[str]:
    if len(d.inputs) == 1:
        return []
    names = ", ".join(f'"{name}"' for name in d.inputs)
    return [f"  static constexpr int receptors = {len(d.inputs)};",
            f"  static constexpr std::array<std::string_view, {len(d.inputs)}> receptor_names{{",
            f"      {names}}};"]


def _derive(d: Definition, f: Formulas, shifted: list[str]) -> list[str]:
    values = [f"Real({spelled(name)})" for name in f.coefficients]
    values += [f"Real({f.initial[name].cpp})" for name in shifted]
    return ["",
            "  template <class Real>",
            "  Coeffs<Real> derive([[maybe_unused]] double dt_ms) const {",
            *(f"    [[maybe_unused]] const double {spelled(name)} = {formula.cpp};"
              for name, formula in f.derived.items()),
            "    return {" + ", ".join(values or ["Real(0)"]) + "};",
            "  }"]


def _loaded(d: Definition, shifted: list[str], used: frozenset[str]) -> list[str]:
    """State variables as the user writes them; a state counts from the initial values."""
    return [f"    const Real {spelled(name)} = s.{_field(d, name)}"
            + (f" + c.{_start(name)};" if name in shifted else ";")
            for name in d.variables if name in used]


def _stored(d: Definition, shifted: list[str], name: str, value: str) -> str:
    start = f" - c.{_start(name)}" if name in shifted else ""
    return f"    s.{_field(d, name)} = {value}{start};"


def _integrate(d: Definition, f: Formulas, shifted: list[str]) -> list[str]:
    used = frozenset[str]().union(*(formula.names for formula in f.update.values()))
    one = len(d.inputs) == 1
    given = ("Real input" if one
             else f"const std::array<Real, {len(d.inputs)}>& input")
    inputs = [f"    const Real {spelled(name)} = input" + ("" if one else f"[{i}]") + ";"
              for i, name in enumerate(d.inputs) if name in used]
    return ["",
            "  template <class Real>",
            "  static Real integrate(State<Real>& s, [[maybe_unused]] const Coeffs<Real>& c,",
            f"                        [[maybe_unused]] {given}) {{",
            *_loaded(d, shifted, used),
            *inputs,
            # All formulas see the values before the tick.
            *(f"    const Real next_{name} = {formula.cpp};"
              for name, formula in f.update.items()),
            *(_stored(d, shifted, name, f"next_{name}") for name in f.update),
            "    return distance(s, c);",
            "  }",
            "  template <class Real>",
            "  static Real distance([[maybe_unused]] const State<Real>& s,",
            "                       [[maybe_unused]] const Coeffs<Real>& c) {",
            *_loaded(d, shifted, f.threshold.names),
            f"    return {f.threshold.cpp};",
            "  }"]


def _fire(d: Definition, f: Formulas, shifted: list[str]) -> list[str]:
    used = frozenset[str]().union(*(formula.names for formula in f.reset.values()))
    lines = ["",
             "  template <class Real>",
             "  static void fire([[maybe_unused]] State<Real>& s,",
             "                   [[maybe_unused]] const Coeffs<Real>& c,",
             "                   [[maybe_unused]] Real spike) {"]
    if f.reset:
        lines += ["    const bool spiked = spike > Real(0);", *_loaded(d, shifted, used)]
        # Without a spike the state stays as it is, to the bit.
        for name, formula in f.reset.items():
            start = f" - c.{_start(name)}" if name in shifted else ""
            field = _field(d, name)
            lines += [f"    const Real next_{name} =",
                      f"        spiked ? {formula.cpp}{start} : s.{field};"]
        lines += [f"    s.{_field(d, name)} = next_{name};" for name in f.reset]
    return [*lines, "  }"]


def _inject(d: Definition) -> list[str]:
    if d.current is None:
        return []
    field = f"c.{coefficient(d.current)}"
    return ["",
            "  template <class Real>",
            "  static Coeffs<Real> inject(Coeffs<Real> c, Real current) {",
            f"    {field} = {field} + current;",
            "    return c;",
            "  }"]
