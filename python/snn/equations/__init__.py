# SPDX-License-Identifier: Apache-2.0
"""Neuron models by equations, compiled when they are used."""

from snn.equations.model import EquationNeurons, NeuronModel

__all__ = ["EquationNeurons", "NeuronModel"]
