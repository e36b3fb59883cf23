# SPDX-License-Identifier: Apache-2.0
"""Formulas: read with Python's own parser, checked name by name, written as C++."""

from __future__ import annotations

import ast
import dataclasses
import difflib
import math
import numbers
from collections.abc import Callable, Mapping

from snn import _core
from snn.equations._errors import config_error, type_error

Written = str | float
"""A formula as the user writes it: text, or a number."""

#: Functions of any formula, with the number of their arguments (None: two or more).
EVERYWHERE: Mapping[str, int | None] = {"where": 3, "min": None, "max": None, "abs": 1, "exp": 1}
#: Functions of <cmath> that formulas outside of steps have as well.
OUTSIDE: Mapping[str, int | None] = {
    "expm1": 1, "log": 1, "log1p": 1, "sqrt": 1, "sin": 1, "cos": 1, "tan": 1, "tanh": 1,
    "round": 1, "floor": 1, "ceil": 1,
}
#: No name of a model's may be one of these.
FUNCTIONS = (*EVERYWHERE, *OUTSIDE)

LARGEST_POWER = 64
LARGEST_FLOAT = 3.4028234663852886e38

_OPERATORS: Mapping[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}


@dataclasses.dataclass(frozen=True)
class Scope:
    """Where a formula stands, and what it may use there.

    Attributes
    ----------
    model, field : str
        Name of the model, and of the formula in it, for errors.
    kinds : mapping of str to tuple of str
        Names it may use, by what they are.
    step : bool
        Whether it is computed in every tick: in the Real of the run, without libm.
    """

    model: str
    field: str
    kinds: Mapping[str, tuple[str, ...]]
    step: bool

    @property
    def names(self) -> tuple[str, ...]:
        """All names, in order."""
        return tuple(name for names in self.kinds.values() for name in names)

    @property
    def functions(self) -> Mapping[str, int | None]:
        """Functions, by the number of their arguments."""
        return EVERYWHERE if self.step else {**EVERYWHERE, **OUTSIDE}

    @property
    def grammar(self) -> str:
        """What formulas are made of, in words."""
        power = (f"whole powers up to {LARGEST_POWER}" if self.step else "powers")
        return (f"numbers, names, + - * / and {power} (**), comparisons with and, or, not inside "
                f"where(condition, a, b), and {', '.join(self.functions)}"
                + ("" if not self.step else "; other functions in derived"))


@dataclasses.dataclass(frozen=True)
class Formula:
    """A formula that was checked.

    Attributes
    ----------
    cpp : str
        The same in C++.
    names : frozenset of str
        Names in it.
    """

    cpp: str
    names: frozenset[str]


def translate(written: object, scope: Scope, spelled: Callable[[str], str]) -> Formula:
    """Check a formula and write it in C++.

    Parameters
    ----------
    written : str or float
        The formula.
    scope : Scope
        Its place.
    spelled : callable
        How C++ spells a name.

    Raises
    ------
    ConfigError
        Names model, formula and what is allowed.
    TypeError
        If it is neither text nor a number.
    """
    if isinstance(written, str):
        text = written.strip()
    elif isinstance(written, numbers.Real) and not isinstance(written, bool):
        text = repr(float(written))
    else:
        raise type_error(scope.model, scope.field, written, "a formula as text, or a number")
    try:
        # In parentheses a formula may go on in the next line.
        tree = ast.parse(f"(\n{text}\n)", mode="eval").body
        if not text:
            raise SyntaxError("it is empty")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else str(error)
        raise config_error(scope.model, scope.field, text,
                           f"a formula ({reason}); it may have {scope.grammar}") from None
    writer = _Writer(text, scope, spelled)
    try:
        return Formula(writer.number(tree), frozenset(writer.seen))
    except RecursionError:
        raise config_error(scope.model, scope.field, text[:60] + "...",
                           "formulas that are nested less deeply") from None


class _Writer:
    """Walks over one formula; everything that it does not know is refused."""

    def __init__(self, text: str, scope: Scope, spelled: Callable[[str], str]) -> None:
        self._text = text
        self._scope = scope
        self._spelled = spelled
        self._real = "Real" if scope.step else "double"
        self.seen: set[str] = set()

    def number(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant):
            return self._constant(node.value)
        if isinstance(node, ast.Name):
            return self._name(node.id)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
            inner = self.number(node.operand)
            return f"(-{inner})" if isinstance(node.op, ast.USub) else inner
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            return self._power(node)
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            left, right = self.number(node.left), self.number(node.right)
            return f"({left} {_OPERATORS[type(node.op)]} {right})"
        if isinstance(node, ast.Call):
            return self._call(node)
        if self._is_condition(node):
            raise self._refuse(node, "conditions as the first argument of where(condition, a, b)")
        raise self._refuse(node, self._scope.grammar)

    def condition(self, node: ast.expr) -> str:
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            parts = []
            for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
                if type(op) not in _COMPARISONS:
                    raise self._refuse(node, self._scope.grammar)
                parts.append(f"({self.number(left)} {_COMPARISONS[type(op)]} {self.number(right)})")
            return parts[0] if len(parts) == 1 else f"({' & '.join(parts)})"
        if isinstance(node, ast.BoolOp):
            # Not && and ||, which are branches: a loop with branches does not vectorise.
            joint = " & " if isinstance(node.op, ast.And) else " | "
            return f"({joint.join(self.condition(value) for value in node.values)})"
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return f"(!{self.condition(node.operand)})"
        raise self._refuse(node, "comparisons such as v > 0 as a condition, joined by and, or, not")

    @staticmethod
    def _is_condition(node: ast.expr) -> bool:
        return isinstance(node, (ast.Compare, ast.BoolOp)) or (
            isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))

    def _constant(self, value: object) -> str:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise config_error(self._scope.model, self._scope.field, self._text,
                               f"numbers, not {value!r}; {self._scope.grammar}")
        largest = LARGEST_FLOAT if self._scope.step else 1.7976931348623157e308
        if not math.isfinite(value) or abs(value) > largest:
            raise config_error(self._scope.model, self._scope.field, self._text,
                               f"numbers of at most {largest:g}")
        return f"{self._real}({float(value)!r})"

    def _name(self, name: str) -> str:
        if name not in self._scope.names:
            raise self._unknown(name)
        self.seen.add(name)
        return self._spelled(name)

    def _power(self, node: ast.BinOp) -> str:
        base = self.number(node.left)
        exponent = self._whole(node.right)
        if exponent is not None:
            if abs(exponent) > LARGEST_POWER:
                raise self._refuse(node, f"powers from {-LARGEST_POWER} to {LARGEST_POWER}")
            return f"snn::equation::power<{exponent}>({base})"
        if self._scope.step:
            raise self._refuse(
                node, "whole numbers as powers; for others exp(b * log_a), with log_a in derived")
        return f"std::pow({base}, {self.number(node.right)})"

    @staticmethod
    def _whole(node: ast.expr) -> int | None:
        sign = 1
        while isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
            sign = -sign if isinstance(node.op, ast.USub) else sign
            node = node.operand
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value // 1:
            return None
        return sign * int(value)

    def _call(self, node: ast.Call) -> str:
        functions = self._scope.functions
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in functions:
            raise self._refuse(node, self._scope.grammar)
        wanted = functions[name]
        count = len(node.args)
        plain = not node.keywords and not any(isinstance(a, ast.Starred) for a in node.args)
        if not plain or (count != wanted if wanted is not None else count < 2):
            raise self._refuse(node, f"{name}() with "
                               + (f"{wanted} argument{'s' if wanted != 1 else ''}"
                                  if wanted is not None else "two or more arguments"))
        if name == "where":
            condition = self.condition(node.args[0])
            a, b = self.number(node.args[1]), self.number(node.args[2])
            return f"snn::equation::choose({condition}, {a}, {b})"
        values = [self.number(argument) for argument in node.args]
        if name in ("min", "max"):
            function = "snn::equation::least" if name == "min" else "snn::equation::most"
            joined = values[0]
            for value in values[1:]:
                joined = f"{function}({joined}, {value})"
            return joined
        if name == "abs":
            return f"snn::equation::magnitude({values[0]})"
        if name == "exp":
            return f"{'snn::fast_exp' if self._scope.step else 'std::exp'}({values[0]})"
        return f"std::{name}({values[0]})"

    def _unknown(self, name: str) -> _core.ConfigError:
        kinds = "; ".join(f"{kind} {', '.join(names)}"
                          for kind, names in self._scope.kinds.items() if names)
        near = difflib.get_close_matches(name, [*self._scope.names, *self._scope.functions], 1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        return config_error(self._scope.model, self._scope.field, self._text,
                            f"the names {kinds or '(none)'}, but not {name}{hint}")

    def _refuse(self, node: ast.expr, allowed: str) -> _core.ConfigError:
        return config_error(self._scope.model, self._scope.field, self._text,
                            f"{allowed} (found {ast.unparse(node)})")
