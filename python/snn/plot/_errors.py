# SPDX-License-Identifier: Apache-2.0
"""Errors of the pictures: each names object, field, value and what is allowed."""

from __future__ import annotations

__all__ = ["PlotTypeError", "PlotValueError", "type_error", "value_error"]


class PlotValueError(ValueError):
    """A value cannot be drawn; the text names object, field, value and what is allowed."""


class PlotTypeError(TypeError):
    """An object lacks what a picture needs; the text names object, field and what is allowed."""


def value_error(what: str, field: str, value: object, allowed: str) -> PlotValueError:
    """Error of a value, e.g. ``raster: bin_ms is 0; allowed: a number > 0, ms``."""
    return PlotValueError(f"{what}: {field} is {value}; allowed: {allowed}")


def type_error(what: str, field: str, value: object, allowed: str) -> PlotTypeError:
    """Error of a type, e.g. ``raster: spikes is of type list; allowed: ...``."""
    return PlotTypeError(f"{what}: {field} is of type {type(value).__name__}; allowed: {allowed}")
