# SPDX-License-Identifier: Apache-2.0
"""What all pictures promise: settings stay, nothing is shown, text does not need colour."""

import pathlib
import subprocess
import sys

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import snn.plot
from plot_objects import random_train, result, trace
from snn.plot import _labels, _style


def all_pictures(report):
    spikes = {"a": random_train(5, 20, 50, 1), "b": random_train(5, 20, 50, 2)}
    return {
        "raster": lambda: snn.plot.raster(spikes),
        "membrane": lambda: snn.plot.membrane(trace()),
        "weights": lambda: snn.plot.weights([1.0, 2.0]),
        "rates": lambda: snn.plot.rates(spikes),
        "training": lambda: snn.plot.training({"a": result(), "b": result()}),
        "accuracy_energy": lambda: snn.plot.accuracy_energy({"a": report, "b": report}),
        "energy_breakdown": lambda: snn.plot.energy_breakdown(report),
        "measured_modelled": lambda: snn.plot.measured_modelled(report),
        "scaling": lambda: snn.plot.scaling([1, 2], [1.0, 2.0]),
    }


def test_pictures_change_no_settings_show_nothing_and_fit(report, monkeypatch):
    monkeypatch.setattr(plt, "show", lambda *a, **k: pytest.fail("a picture was shown"))
    mpl.rcdefaults()  # an earlier test may have left what this one is to find
    before = dict(mpl.rcParams)
    drawn = all_pictures(report)
    assert set(drawn) == set(snn.plot.__all__) - {
        "PALETTE", "PlotTypeError", "PlotValueError", "theme"}  # fmt: skip
    for name, draw in drawn.items():
        figures = len(plt.get_fignums())
        axes = draw()
        assert dict(mpl.rcParams) == before, name
        assert len(plt.get_fignums()) == figures + 1, name
        axes = axes if isinstance(axes, tuple) else (axes,)
        figure = axes[0].figure
        figure.canvas.draw()
        assert figure.axes == list(axes), name
        whole = figure.bbox
        for ax in axes:
            box = ax.get_tightbbox()
            assert box.x0 >= -1 and box.y0 >= -1, name
            assert box.x1 <= whole.x1 + 1 and box.y1 <= whole.y1 + 1, name


def test_settings_come_back_after_an_error():
    mpl.rcdefaults()
    before = dict(mpl.rcParams)
    with pytest.raises(ValueError):
        snn.plot.weights([np.nan])
    assert dict(mpl.rcParams) == before
    with snn.plot.theme():
        assert mpl.rcParams["svg.fonttype"] == "none"
    assert dict(mpl.rcParams) == before


def luminance(color):
    """Relative luminance of sRGB (IEC 61966-2-1): what grey print keeps of a colour."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in mpl.colors.to_rgb(color)
    ]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def test_series_differ_without_colour_and_stand_out_on_white():
    looks = [_style.series(i) for i in range(8)]
    assert len({look.marker for look in looks}) == 8
    assert len({str(look.line) for look in looks}) == 8
    assert len({look.hatch for look in looks}) == 8
    for color in snn.plot.PALETTE:
        assert 1.05 / (luminance(color) + 0.05) > 2, color


def test_places_keep_a_gap_and_stay_as_near_as_they_can():
    assert _labels.apart([1, 5, 9], 2, 0, 10) == [1, 5, 9]
    assert _labels.apart([4.0, 4.0], 2, 0, 10) == [3, 5]  # both give way
    assert _labels.apart([0.0, 0.5, 9], 2, 0, 10) == [0, 2, 9]
    assert _labels.apart([9.5, 10.0], 2, 0, 10) == [8, 10]
    assert _labels.apart([5, 5, 5], 20, 0, 10) == [0, 5, 10]
    draw = np.random.default_rng(0)
    for _ in range(20):
        wanted = np.sort(draw.uniform(0, 10, 5))
        places = np.array(_labels.apart(list(wanted), 1.5, 0, 10))
        assert np.diff(places).min() >= 1.5 - 1e-9
        assert places.min() >= 0 and places.max() <= 10
        off = np.sum((places - wanted) ** 2)
        for _ in range(50):  # no other allowed placing is nearer
            other = np.sort(draw.uniform(0, 10 - 4 * 1.5, 5)) + 1.5 * np.arange(5)
            assert np.sum((other - wanted) ** 2) >= off - 1e-9


def test_texts_beside_points_do_not_hide_each_other():
    _, ax = plt.subplots(figsize=(4, 3), layout="constrained")
    x = np.array([1.0, 1.04, 1.08, 2.0])
    y = np.array([1.0, 1.02, 1.0, 2.0])
    ax.plot(x, y, "o")
    _labels.label_points(ax, [(*p, "name") for p in zip(x, y)], list(zip(x, y)))
    boxes = [text.get_window_extent() for text in ax.texts]
    assert len(boxes) == 4
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:i])
        assert ax.bbox.x0 <= box.x0 and box.x1 <= ax.bbox.x1


@pytest.mark.parametrize(
    ("value", "text"),
    [(7.7, "7.70"), (964.2, "964"), (91.76, "91.8"), (1.0, "1.00")],
)
def test_three_digits(value, text):
    assert _labels.three_digits(value) == text


@pytest.mark.parametrize(
    ("value", "prefix"),
    [(2.5e-7, "n"), (1e-6, "\N{MICRO SIGN}"), (999e-6, "\N{MICRO SIGN}"), (0.0, ""), (3e-15, "f"),
     (2e3, "k"), (1e-20, "f")],
)  # fmt: skip
def test_prefixes(value, prefix):
    assert _style.prefix_of(value)[1] == prefix


def test_logarithmic_axes_have_labels_whatever_they_span():
    for low, high in ((1.38e-4, 1.79e-4), (0.45, 1.1), (0.9e-4, 9e-4), (1e-4, 5e-3), (1e-9, 1e-3)):
        _, ax = plt.subplots()
        ax.set_xscale("log")
        ax.set_xlim(low, high)
        _labels.log_ticks(ax.xaxis, mpl.ticker.EngFormatter(unit="J"))
        ax.figure.canvas.draw()
        places = ax.get_xticks()
        assert sum(low <= place <= high for place in places) >= 3, (low, high)


def test_without_matplotlib_the_error_says_what_to_install():
    folder = pathlib.Path(snn.plot.__file__).parent
    program = f"""
import importlib.util, sys
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "matplotlib":
            raise ModuleNotFoundError("No module named 'matplotlib'", name="matplotlib")
sys.meta_path.insert(0, Gone())
spec = importlib.util.spec_from_file_location("plot", {str(folder / "__init__.py")!r},
                                              submodule_search_locations=[{str(folder)!r}])
module = importlib.util.module_from_spec(spec)
sys.modules["plot"] = module
try:
    spec.loader.exec_module(module)
except ImportError as error:
    print(error)
"""
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "snn.plot needs Matplotlib: pip install 'snn[plot]'"
