# SPDX-License-Identifier: Apache-2.0
import copy
import json

import matplotlib.pyplot as plt
import numpy as np
import pytest
from snn.plot import PlotTypeError, PlotValueError, accuracy_energy

MODEL = "lemaire-2022-memory-int32"


def modelled(network, model=MODEL):
    return next(
        m["joules_per_inference"] for m in network["energy"]["modelled"] if m["model"] == model
    )


def marks(ax):
    """Label -> [(J, %)] of every network that is drawn as points."""
    found = {}
    for container in ax.containers:
        line = container[0]
        found[container.get_label()] = list(zip(line.get_xdata(), line.get_ydata()))
    return found


def with_energy(report, role, joules, accuracy):
    """Sets what the model gives a network, and its accuracy."""
    network = report[role]
    network["accuracy"] = accuracy
    for model in network["energy"]["modelled"]:
        if model["model"] == MODEL:
            model["joules_per_inference"] = joules
    return report


def notes(ax):
    return "\n".join(text.get_text() for text in ax.texts)


def test_points_are_the_files_figures(report, measured_path):
    ax = accuracy_energy(measured_path, model=MODEL)
    wanted = {
        report[role]["label"]: [(modelled(report[role]), 100 * report[role]["accuracy"])]
        for role in ("spiking", "dense", "quantised")
    }
    assert {k: pytest.approx(np.array(v)) for k, v in wanted.items()} == {
        k: np.array(v) for k, v in marks(ax).items()
    }
    assert ax.get_xlabel() == f"modelled energy per inference (J),\n{MODEL}"
    assert ax.get_ylabel() == "test accuracy (%)"
    assert ax.get_xscale() == "log"
    assert not ax.texts
    assert [t.get_text() for t in ax.get_legend().get_texts()] == list(wanted)


def test_seeds_give_bars_of_accuracy(report):
    report["dense"]["accuracy_sd"] = 0.02
    ax = accuracy_energy(report)
    dense = next(c for c in ax.containers if c.get_label() == report["dense"]["label"])
    (low, high) = dense[2][0].get_segments()[0][:, 1]
    assert (low, high) == pytest.approx(
        (100 * report["dense"]["accuracy"] - 2, 100 * report["dense"]["accuracy"] + 2)
    )
    spiking = next(c for c in ax.containers if c.get_label() == report["spiking"]["label"])
    assert not spiking.has_yerr


def test_measured_points_have_the_interval_and_the_others_a_reason(report):
    ax = accuracy_energy(report, kind="measured")
    total = report["dense"]["energy"]["measured"]["total_joules"]
    label = report["dense"]["label"]
    assert marks(ax) == {label: [(total["mean"], 100 * report["dense"]["accuracy"])]}
    ends = ax.containers[0][2][0].get_segments()[0][:, 0]
    assert ends == pytest.approx(total["interval_95"])
    for role in ("spiking", "quantised"):
        reason = report[role]["energy"]["unavailable"]["reason"]
        assert reason in notes(ax).replace("\n", " ")
    assert ax.get_xlabel() == "measured energy per inference (J)"
    looks = {c.get_label(): c[0].get_marker() for c in accuracy_energy(report).containers}
    assert ax.containers[0][0].get_marker() == looks[label]  # whatever else is drawn


def test_no_measured_figure_is_a_text_and_no_point(report):
    for role in ("spiking", "dense", "quantised"):
        report[role]["energy"] = {
            "unavailable": {"reason": "no counter", "fix": ""},
            "modelled": report[role]["energy"]["modelled"],
        }
    ax = accuracy_energy(report, kind="measured")
    assert not ax.containers
    assert not ax.lines
    assert "is unavailable: no counter" in notes(ax).replace("\n", " ")
    assert list(ax.get_xticks()) == []


def test_both_kinds_are_told_apart_by_marker_and_legend(report):
    ax = accuracy_energy(report, kind="both")
    label = report["dense"]["label"]
    looks = {c.get_label(): (c[0].get_marker(), c[0].get_markerfacecolor()) for c in ax.containers}
    assert looks[f"{label}, modelled"][1] == "white"
    assert looks[f"{label}, measured"][1] != "white"
    texts = [t.get_text() for t in ax.get_legend().get_texts()]
    assert f"{label}, modelled" in texts
    assert f"{label}, measured" in texts
    assert len({marker for marker, _ in looks.values()}) == 3  # one for each network
    assert "measured,\nor modelled by" in ax.get_xlabel()


def test_the_front_holds_what_no_other_beats(report):
    draw = np.random.default_rng(8)
    files, points = [], []
    for _ in range(6):
        one = copy.deepcopy(report)
        for role in ("spiking", "dense", "quantised"):
            joules, accuracy = 10 ** draw.uniform(-8, -5), draw.uniform(0.5, 1)
            with_energy(one, role, joules, accuracy)
            points.append((joules, 100 * accuracy, role))
        files.append(one)

    def best(among):
        return sorted(
            (j, a) for j, a, _ in among
            if not any(x <= j and y >= a and (x, y) != (j, a) for x, y, _ in among)
        )  # fmt: skip

    ax = accuracy_energy(files, model=MODEL)
    fronts = [line for line in ax.lines if line.get_drawstyle() == "steps-post"]
    assert len(fronts) == 1
    drawn = list(zip(fronts[0].get_xdata(), fronts[0].get_ydata()))
    assert np.array(drawn) == pytest.approx(np.array(best(points)))
    assert "not beaten, modelled" in [t.get_text() for t in ax.get_legend().get_texts()]

    ax = accuracy_energy(files, model=MODEL, front="each")
    fronts = [line for line in ax.lines if line.get_drawstyle() == "steps-post"]
    wanted = [
        best([p for p in points if p[2] == role]) for role in ("spiking", "dense", "quantised")
    ]
    wanted = [w for w in wanted if len(w) > 1]
    assert len(fronts) == len(wanted)
    for line, steps in zip(fronts, wanted):
        drawn = np.column_stack(line.get_data())
        assert drawn == pytest.approx(np.array(steps))

    ax = accuracy_energy(files, model=MODEL, front="none")
    assert all(line.get_drawstyle() == "default" for line in ax.lines)


def test_one_file_has_no_front_unless_asked(report):
    with_energy(report, "dense", 1e-8, 0.5)
    with_energy(report, "spiking", 1e-6, 0.9)
    ax = accuracy_energy(report, model=MODEL)
    assert all(line.get_drawstyle() == "default" for line in ax.lines)
    ax = accuracy_energy(report, model=MODEL, front="all")
    assert any(line.get_drawstyle() == "steps-post" for line in ax.lines)


def test_fronts_of_both_kinds_never_mix(report):
    better = copy.deepcopy(report)
    better["dense"]["energy"]["measured"]["total_joules"]["mean"] *= 2
    better["dense"]["energy"]["measured"]["total_joules"]["interval_95"] = [2e-4, 4e-4]
    better["dense"]["accuracy"] = 0.99
    ax = accuracy_energy([report, better], kind="both")
    fronts = {
        line.get_label(): line.get_xdata()
        for line in ax.lines
        if line.get_drawstyle() == "steps-post"
    }
    measured = report["dense"]["energy"]["measured"]["total_joules"]["mean"]
    assert list(fronts["front, measured"]) == pytest.approx([measured, 2 * measured])
    assert max(fronts["front, modelled"]) < measured


def test_names_of_a_mapping_are_written_beside_spiking_networks(report, tmp_path):
    other = with_energy(copy.deepcopy(report), "spiking", 3e-6, 0.91)
    path = tmp_path / "other.json"
    path.write_text(json.dumps(other))
    ax = accuracy_energy({"short": report, "long": str(path)}, model=MODEL)
    assert [(t.get_text(), t.xy) for t in ax.texts] == [
        ("short", (modelled(report["spiking"]), 100 * report["spiking"]["accuracy"])),
        ("long", (3e-6, 91)),
    ]
    assert set(marks(ax)) == {"spiking network", "dense twin", "quantised twin"}


def test_opponents_and_unknown_accuracies(report):
    user = copy.deepcopy(report["spiking"])
    user["accuracy"] = None
    report["users"] = [user]
    smallest = copy.deepcopy(report["dense"])
    smallest.update(hidden=[8], target=0.8, tried=[], label="dense, equal accuracy (8 hidden)")
    report["equal_accuracy"] = smallest
    ax = accuracy_energy(report, model=MODEL)
    assert smallest["label"] in marks(ax)
    lines = [line for line in ax.lines if line.get_label().endswith("accuracy not known")]
    assert [line.get_label() for line in lines] == [
        "spiking network (opponent), accuracy not known"  # not mixed with the file's own
    ]
    assert list(lines[0].get_xdata()) == [modelled(user)] * 2
    report["equal_accuracy"] = {"target": 0.8, "tried": [], "hidden": None}
    assert smallest["label"] not in marks(accuracy_energy(report, model=MODEL))


def test_what_cannot_be_drawn_is_refused_by_name(report, tmp_path):
    with pytest.raises(PlotValueError, match="model for 'spiking network' is 'x'; allowed: 45nm-"):
        accuracy_energy(report, model="x")
    with pytest.raises(PlotValueError, match="kind is 'guessed'; allowed: 'modelled', 'measured'"):
        accuracy_energy(report, kind="guessed")
    with pytest.raises(PlotValueError, match="front is 'some'"):
        accuracy_energy(report, front="some")
    with pytest.raises(PlotTypeError, match="results is of type int"):
        accuracy_energy(3)
    with pytest.raises(PlotTypeError, match="results is of type list"):
        accuracy_energy([])
    with pytest.raises(PlotValueError, match="schema of results is 3; allowed: 2"):
        accuracy_energy(dict(report, schema=3))
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    with pytest.raises(PlotValueError, match=r"bad.json is no JSON"):
        accuracy_energy(bad)
    with pytest.raises(FileNotFoundError):
        accuracy_energy(tmp_path / "none.json")
    with pytest.raises(PlotValueError, match=r"results.dense is missing"):
        accuracy_energy({k: v for k, v in report.items() if k != "dense"})
    zero = with_energy(copy.deepcopy(report), "dense", 0.0, 0.9)
    with pytest.raises(PlotValueError, match=r"modelled energy of 'dense twin.* is 0.0 J"):
        accuracy_energy(zero, model=MODEL)
    nan = with_energy(copy.deepcopy(report), "dense", float("nan"), 0.9)
    with pytest.raises(
        PlotValueError, match=r"dense.energy.modelled\[3\].joules_per_inference is nan"
    ):
        accuracy_energy(nan, model=MODEL)
    report["spiking"]["accuracy"] = float("nan")
    with pytest.raises(PlotValueError, match=r"results.spiking.accuracy is nan"):
        accuracy_energy(report)


def test_axes_are_those_that_were_given(report):
    _, ax = plt.subplots()
    assert accuracy_energy(report, ax=ax) is ax
