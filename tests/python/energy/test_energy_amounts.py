# SPDX-License-Identifier: Apache-2.0
"""Amounts of one kind calculate; kinds do not mix, and a bare number is of no kind."""

from __future__ import annotations

import copy
import itertools
import operator
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import snn

KINDS = [snn.MeasuredJoules, snn.ModelledJoules, snn.MeasuredGrams, snn.ModelledGrams,
         snn.MeasuredJouleSeconds]
SAME_KIND = [operator.add, operator.sub, operator.lt, operator.gt, operator.le, operator.ge,
             operator.eq, operator.ne, operator.truediv]


def bare(amount: Any) -> float:
    return {"J": lambda: amount.joules, "g CO2e": lambda: amount.grams,
            "J s": lambda: amount.joule_seconds}[amount.to_dict()["unit"]]()


@pytest.mark.parametrize("kind", KINDS)
def test_one_kind_calculates(kind: Any) -> None:
    a, b = kind(6.0), kind(1.5)
    assert bare(a + b) == 7.5 and bare(a - b) == 4.5
    assert type(a + b) is kind and type(a * 2) is kind and type(a / 2) is kind
    assert bare(a * 2) == bare(2 * a) == bare(np.float64(2) * a) == 12 and bare(a / 4) == 1.5
    assert a / b == 4.0 and isinstance(a / b, float)
    assert b < a and a > b and a >= kind(6.0) and a <= kind(6.0) and a == kind(6.0) and a != b
    assert not a < b and not a == b and hash(a) == hash(kind(6.0))
    assert bare(sum([a, b], kind(0))) == 7.5
    assert pickle.loads(pickle.dumps(a)) == a and copy.deepcopy(a) == a


@pytest.mark.parametrize(("one", "other"), itertools.permutations(KINDS, 2))
def test_kinds_do_not_mix(one: Any, other: Any) -> None:
    for act in [*SAME_KIND, operator.mul]:
        with pytest.raises(TypeError, match="not the same quantity"):
            act(one(1.0), other(1.0))
    with pytest.raises(TypeError, match="not the same quantity"):
        one(other(1.0))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", [1.0, 0, np.float64(1), np.float32(1), np.int64(1)])
def test_a_bare_number_is_of_no_kind(kind: Any, number: Any) -> None:
    same: list[Callable[[Any, Any], Any]] = SAME_KIND[:-1]
    for act in same:
        with pytest.raises(TypeError, match="bare number"):
            act(kind(1.0), number)
        if not isinstance(number, np.generic):
            with pytest.raises(TypeError, match="bare number"):
                act(number, kind(1.0))
    with pytest.raises(TypeError):
        number / kind(1.0)


@pytest.mark.parametrize("kind", KINDS)
def test_no_number_without_its_unit(kind: Any) -> None:
    with pytest.raises(TypeError):
        float(kind(1.0))
    with pytest.raises(TypeError):
        int(kind(1.0))
    with pytest.raises(TypeError, match="allowed: float"):
        kind("1")
    with pytest.raises(snn.ConfigError, match="finite"):
        kind(float("nan"))
    with pytest.raises(snn.ConfigError, match="finite"):
        kind(1.0) * float("inf")
    with pytest.raises(ZeroDivisionError):
        kind(1.0) / 0
    with pytest.raises(ZeroDivisionError):
        kind(1.0) / kind(0.0)


def test_text_has_unit_and_kind() -> None:
    assert repr(snn.MeasuredJoules(0.25)) == "<0.25 J measured>"
    assert repr(snn.ModelledGrams(2.0)) == "<2.0 g CO2e modelled>"
    assert f"{snn.ModelledJoules(1.23456e-6):.3g}" == "1.23e-06 J modelled"
    assert str(snn.MeasuredJouleSeconds(2.0)) == "2.0 J s measured"
    assert snn.ModelledJoules(3.0).to_dict() == {"value": 3.0, "unit": "J", "kind": "modelled"}


def test_amounts_equal_nothing_else() -> None:
    assert snn.MeasuredJoules(1.0) != "1 J" and snn.MeasuredJoules(1.0) is not None
    assert (snn.MeasuredJoules(1.0) == None) is False  # noqa: E711


def test_unavailable_is_false_and_no_number() -> None:
    why = snn.Unavailable(reason="no sensor", fix="buy one")
    assert not why and why.reason == "no sensor" and why.fix == "buy one"
    with pytest.raises(TypeError):
        float(why)  # type: ignore[arg-type]
    assert pickle.loads(pickle.dumps(why)) == why
