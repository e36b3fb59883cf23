# SPDX-License-Identifier: Apache-2.0
import copy

import matplotlib.pyplot as plt
import pytest
from snn.plot import PlotTypeError, PlotValueError, energy_breakdown, measured_modelled

MODEL = "yan-22nm"
ROLES = ("spiking", "dense", "quantised")


def model_in(network, name=MODEL):
    return next(m for m in network["energy"]["modelled"] if m["model"] == name)


def bars(ax):
    """Label -> [(left, width)], a bar for each network, of a stacked picture."""
    return {
        container.get_label(): [(bar.get_x(), bar.get_width()) for bar in container]
        for container in ax.containers
    }


def texts(ax):
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize(("by", "key"), [("layer", "layer"), ("term", "name")])
def test_parts_stack_up_to_the_models_figure(report, by, key):
    ax = energy_breakdown(report, model=MODEL, by=by)
    found = bars(ax)
    for row, role in enumerate(ROLES):
        terms = model_in(report[role])["terms"]
        for name in found:
            nanojoules = 1e6 * sum(t["joules"] for t in terms if t[key] == name)
            assert found[name][row][1] == pytest.approx(nanojoules)
        end = max(left + width for left, width in (found[name][row] for name in found))
        assert end == pytest.approx(1e6 * model_in(report[role])["joules_per_inference"])
    names = [t[key] for role in ROLES for t in model_in(report[role])["terms"]]
    assert list(found) == list(dict.fromkeys(names))
    assert ax.get_xlabel() == f"modelled energy per inference (\N{MICRO SIGN}J), {MODEL}"
    assert [t.get_text() for t in ax.get_legend().get_texts()] == list(found)


def test_bars_begin_where_the_last_part_ended(report):
    found = list(bars(energy_breakdown(report, model=MODEL, by="term")).values())
    for row in range(3):
        left = 0.0
        for part in found:
            assert part[row][0] == pytest.approx(left)
            left += part[row][1]


def test_shares_add_up_to_a_hundred(report):
    ax = energy_breakdown(report, model=MODEL, share=True)
    found = bars(ax)
    for row in range(3):
        assert sum(part[row][1] for part in found.values()) == pytest.approx(100)
    spiking = model_in(report["spiking"])
    hidden = sum(t["joules"] for t in spiking["terms"] if t["layer"] == "input->hidden1")
    share = 100 * hidden / spiking["joules_per_inference"]
    assert found["input->hidden1"][0][1] == pytest.approx(share)
    assert ax.get_xlabel().startswith("share of modelled energy per inference (%)")


def test_totals_are_written_with_three_digits(report):
    total = model_in(report["spiking"])["joules_per_inference"]  # 7.825959...e-06
    assert f"{1e6 * total:.2f} \N{MICRO SIGN}J" == texts(energy_breakdown(report, model=MODEL))[0]


def test_contestants_are_chosen_by_label(report):
    ax = energy_breakdown(report, contestants=["spiking network"])
    assert [t.get_text() for t in ax.get_yticklabels()] == ["spiking network"]
    for call in (energy_breakdown, measured_modelled):
        with pytest.raises(
            PlotValueError, match="contestants is 'x'; allowed: 'spiking network', "
        ):
            call(report, contestants=["x"])
        with pytest.raises(PlotValueError, match="a list of one or more labels"):
            call(report, contestants="spiking network")


def test_parts_differ_in_grey_print(report):
    ax = energy_breakdown(report, model="lemaire-2022-memory-int32", by="term")
    hatches = [container[0].get_hatch() or "" for container in ax.containers]
    assert len(set(hatches)) == len(hatches) > 4


def test_terms_that_do_not_add_up_are_refused(report):
    model_in(report["dense"])["terms"][0]["joules"] *= 2
    with pytest.raises(
        PlotValueError, match=r"sum of terms of 'dense twin .* is .* J; allowed: joul"
    ):
        energy_breakdown(report, model=MODEL)
    model_in(report["dense"])["terms"][0]["joules"] = float("nan")
    with pytest.raises(
        PlotValueError, match=r"dense.energy.modelled\[7\].terms\[0\].joules is nan J"
    ):
        energy_breakdown(report, model=MODEL)


def test_measured_bars_have_the_files_interval(report):
    left, right = measured_modelled(report)
    total = report["dense"]["energy"]["measured"]["total_joules"]
    drawn = [c for c in left.containers if hasattr(c, "patches")]
    assert len(drawn) == 1  # the others are unavailable
    (bar,) = drawn[0].patches
    assert bar.get_width() == pytest.approx(1e6 * total["mean"])
    assert 0.4 < bar.get_height() < 1
    assert bar.get_y() + bar.get_height() / 2 == pytest.approx(1)  # the row of the dense twin
    (low, high) = drawn[0].errorbar[2][0].get_segments()[0][:, 0]
    assert (low, high) == pytest.approx([1e6 * end for end in total["interval_95"]])
    assert left.get_xlabel() == ("measured energy per inference (\N{MICRO SIGN}J),\n95 % interval")
    assert right.get_xlabel() == (
        "modelled energy per inference (\N{MICRO SIGN}J),\n45nm-compute-fp32"
    )


def test_dynamic_energy_is_that_above_idle(report):
    left, _ = measured_modelled(report, quantity="dynamic")
    dynamic = report["dense"]["energy"]["measured"]["dynamic_joules"]
    bar = next(c for c in left.containers if hasattr(c, "patches")).patches[0]
    assert bar.get_width() == pytest.approx(1e6 * dynamic["mean"])
    assert left.get_xlabel().startswith("measured energy above idle per inference")


def test_modelled_bars_are_the_models_figures(report):
    _, right = measured_modelled(report, model=MODEL)
    widths = [bar.get_width() for bar in right.patches]
    wanted = [1e6 * model_in(report[role])["joules_per_inference"] for role in ROLES]
    assert widths == pytest.approx(wanted)


def test_unavailable_is_a_text_with_the_reason_and_no_bar(report):
    left, _ = measured_modelled(report)
    said = [text.replace("\n", " ") for text in texts(left)]
    for role in ("spiking", "quantised"):
        assert f"unavailable: {report[role]['energy']['unavailable']['reason']}" in said
    nothing = copy.deepcopy(report)
    for role in ROLES:
        modelled = nothing[role]["energy"]["modelled"]
        nothing[role]["energy"] = {
            "unavailable": {"reason": "no counter", "fix": ""},
            "modelled": modelled,
        }
    left, right = measured_modelled(nothing)
    assert not left.patches
    assert not left.containers
    assert texts(left) == ["unavailable: no counter"]  # once, as all share it
    assert list(left.get_xticks()) == []
    assert len(right.patches) == 3


def test_what_cannot_be_drawn_is_refused_by_name(report):
    with pytest.raises(PlotValueError, match="quantity is 'power'; allowed: 'total', 'dynamic'"):
        measured_modelled(report, quantity="power")
    with pytest.raises(PlotValueError, match="by is 'chip'; allowed: 'layer', 'term'"):
        energy_breakdown(report, by="chip")
    with pytest.raises(PlotValueError, match="number of results is 2; allowed: one"):
        energy_breakdown({"a": report, "b": report})
    total = report["dense"]["energy"]["measured"]["total_joules"]
    total["interval_95"] = [1.0]
    with pytest.raises(PlotValueError, match=r"interval_95 is .*; allowed: two numbers"):
        measured_modelled(report)
    total["interval_95"] = [1.0, float("nan")]
    with pytest.raises(PlotValueError, match=r"total_joules.interval_95 is nan J"):
        measured_modelled(report)
    del report["dense"]["energy"]["measured"]
    with pytest.raises(PlotValueError, match=r"results.dense.energy.unavailable is missing"):
        measured_modelled(report)


def test_axes_are_those_that_were_given(report):
    _, pair = plt.subplots(1, 2)
    assert measured_modelled(report, ax=pair) == tuple(pair)
    assert energy_breakdown(report, ax=pair[0]) is pair[0]
    with pytest.raises(PlotTypeError, match="ax is of type"):
        energy_breakdown(report, ax=pair)
