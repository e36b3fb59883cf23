# SPDX-License-Identifier: Apache-2.0
"""Pictures of simulations, of training, and of energy, drawn with Matplotlib.

Every function takes ``ax``, the axes to draw on, and returns the axes it drew on; without ``ax``
it makes a new figure. None shows a figure or changes Matplotlib's settings. Objects to draw need
the documented fields, not a certain class.

Examples
--------
>>> import snn.plot
>>> axes = snn.plot.raster({"excitatory": e, "inhibitory": i})
>>> axes[0].figure.savefig("raster.pdf")
"""

try:
    import matplotlib as _matplotlib  # noqa: F401
except ModuleNotFoundError as error:
    if error.name != "matplotlib":
        raise
    raise ImportError("snn.plot needs Matplotlib: pip install 'snn[plot]'") from error

from ._errors import PlotTypeError, PlotValueError
from ._style import PALETTE, theme
from .breakdown import energy_breakdown
from .distributions import rates, weights
from .front import accuracy_energy
from .learning import training
from .measured import measured_modelled
from .speed import scaling
from .spikes import raster
from .traces import membrane

__all__ = [
    "PALETTE",
    "PlotTypeError",
    "PlotValueError",
    "accuracy_energy",
    "energy_breakdown",
    "measured_modelled",
    "membrane",
    "raster",
    "rates",
    "scaling",
    "theme",
    "training",
    "weights",
]
