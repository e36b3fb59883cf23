# SPDX-License-Identifier: Apache-2.0
"""Data on their way into a picture: converted once, refused by name where they cannot be drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from snn import _core

from ._errors import type_error, value_error
from ._types import FloatArray

__all__ = ["chosen", "field_of", "finite", "named", "numbers", "one_of", "positive"]

T = TypeVar("T")


def field_of(item: object, what: str, field: str) -> Any:
    """Attribute ``field`` of an object; PlotTypeError that names it where there is none."""
    try:
        return getattr(item, field)
    except AttributeError:
        raise type_error(what, "its object", item, f"an object with the field {field}") from None


def numbers(values: object, what: str, field: str, unit: str, *, dimensions: int = 1) -> FloatArray:
    """Array of finite float64 with so many dimensions."""
    try:
        array: NDArray[np.float64] = np.asarray(_core._on_host(values, what, field),
                                                dtype=np.float64)
    except (TypeError, ValueError):
        raise type_error(what, field, values, f"numbers, {unit}".rstrip(", ")) from None
    if array.ndim != dimensions:
        raise value_error(
            what, f"shape of {field}", list(array.shape), f"{dimensions} dimension(s)"
        )
    if not np.isfinite(array).all():
        at = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        place = "".join(f"[{i}]" for i in at)
        raise value_error(what, f"{field}{place}", f"{array[at]} {unit}".strip(), "finite numbers")
    return array


def finite(value: object, what: str, field: str, unit: str = "") -> float:
    """One finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise type_error(what, field, value, "a number")
    if not math.isfinite(value):
        raise value_error(what, field, f"{value} {unit}".strip(), "a finite number")
    return float(value)


def positive(value: object, what: str, field: str, unit: str = "") -> float:
    """One finite number above 0."""
    number = finite(value, what, field, unit)
    if number <= 0:
        raise value_error(what, field, f"{value} {unit}".strip(), "a number > 0")
    return number


def one_of(value: object, what: str, field: str, allowed: Iterable[object]) -> None:
    """PlotValueError unless ``value`` is among ``allowed``."""
    options = list(allowed)
    if value not in options:
        raise value_error(what, field, repr(value), ", ".join(repr(option) for option in options))


def named(items: Mapping[str, T] | T, what: str, field: str, alone: str) -> dict[str, T]:
    """Name -> item: a mapping as it is, one item under the name ``alone``."""
    if not isinstance(items, Mapping):
        return {alone: items}
    if not items:
        raise value_error(what, field, "an empty mapping", "at least one entry")
    for name in items:
        if not isinstance(name, str):
            raise type_error(what, f"a name in {field}", name, "str")
        if name.startswith("_"):  # Matplotlib would leave it out of the legend
            raise value_error(what, f"a name in {field}", repr(name), "no underscore in front")
    return dict(items)


def chosen(
    items: Mapping[str, T], names: Sequence[str] | None, what: str, field: str
) -> dict[str, T]:
    """The items with these names, in this order; all where ``names`` is None."""
    if names is None:
        return dict(items)
    if isinstance(names, str) or not len(names):
        raise value_error(what, field, repr(names), "a list of one or more names")
    for name in names:
        if name not in items:
            raise value_error(what, field, repr(name), ", ".join(map(repr, items)))
    if len(set(names)) != len(names):
        raise value_error(what, field, list(names), "each name once")
    return {name: items[name] for name in names}
