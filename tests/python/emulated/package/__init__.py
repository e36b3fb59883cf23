# SPDX-License-Identifier: Apache-2.0
"""Stands in for the package, around a module with an emulated device."""

from snn._core import *  # noqa: F403

from snn import _core as _core
