# SPDX-License-Identifier: Apache-2.0
"""Mistakes in a model's description, worded as those that the library finds."""

from __future__ import annotations

from snn import _core


def config_error(owner: str, field: str, value: object, allowed: str,
                 unit: str = "") -> _core.ConfigError:
    """A ConfigError with its parts as attributes, as those from C++ have them."""
    shown = f'"{value}"' if isinstance(value, str) else f"{value} {unit}".strip()
    error = _core.ConfigError(f"{owner}: {field} = {shown}; allowed: {allowed}")
    error.object, error.field, error.value, error.allowed = owner, field, shown, allowed
    return error


def type_error(owner: str, field: str, value: object, allowed: str) -> TypeError:
    """A TypeError of the same form."""
    return TypeError(f"{owner}: {field} = {value!r}; allowed: {allowed}")
