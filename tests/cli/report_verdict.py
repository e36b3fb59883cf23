# SPDX-License-Identifier: Apache-2.0
"""The verdict of a results file against its own numbers; `r` is the Recomputer of report_figures.py."""

import re

from report_models import break_even, held, layer_break_even

# Strubell et al. 2019, table 3: kWh and lb; the last as corrected by Patterson et al. 2021, t.
TRAININGS = [(12, 27, 26, None), (84, 201, 192, None), (336, 275, 262, None),
             (79, 1507, 1438, None), (274120, 656347, 626155, 3.2)]
# Spikes per synapse and inference: Davidson & Furber, Dampfhoffer et al., Yan et al.
BOUNDS = [(1.72, 1.72), (0.15, 1.38), (0.17, 0.54)]


def verdict(r, report):
    v = report["verdict"]
    raw = {name: report[name]["counts"]["raw"] for name in ("spiking", "dense", "quantised")}
    pairs = {"fp32_against_dense": (raw["spiking"], raw["dense"], "fp32"),
             "int8_against_quantised": (raw["spiking"], raw["quantised"], "int8"),
             "fp32_held_input_against_dense": (held(raw["spiking"]), raw["dense"], "fp32")}
    r.same("verdict.break_even", v["break_even"],
              {key: break_even(*pair) for key, pair in pairs.items()})
    r.same("verdict.layers", v["layers"],
              {key: layer_break_even(*pairs[key]) for key in v["layers"]})
    r.same("verdict.published_bounds", [(b["low"], b["high"])
                                           for b in v["published_bounds"]], BOUNDS)
    r.same("published_trainings", [
        (t["hours"], t["kwh"], t["co2e_g"], t["corrected_co2e_g"])
        for t in report["published_trainings"]],
        [(h, kwh, lb * 453.59237, t and t * 1e6) for h, kwh, lb, t in TRAININGS])
    sentences(r, report)


def sentences(r, report):
    """Every number in the sentences, from numbers of the report, rounded as they are."""
    text = report["verdict"]["text"]
    points = report["verdict"]["break_even"]
    percents = [f"{100 * report[m]['accuracy']:.2f}" for m in ("spiking", "dense", "quantised")]
    gap = report["spiking"]["accuracy"] - report["dense"]["accuracy"]
    sentence(r, text[0], percents + ([f"{abs(100 * gap):.2f}"] if gap else []))
    r.true("verdict: above or below", gap == 0 or (" above " if gap > 0 else " below ") in text[0])
    of = lambda model, name: next(e["joules_per_inference"] for e in model["energy"]["modelled"]
                                  if e["model"] == name)
    fp32, int8, lemaire_ = "45nm-compute-fp32", "45nm-compute-int8", "lemaire-2022-memory-int32"
    spiking, dense, quantised = (report[m] for m in ("spiking", "dense", "quantised"))
    lines = [("45 nm compute-only, fp32: the spiking network", of(spiking, fp32), of(dense, fp32),
              points["fp32_against_dense"]),
             ("45 nm compute-only, int8: the spiking network", of(spiking, int8),
              of(quantised, int8), points["int8_against_quantised"]),
             ("Memory-aware", of(spiking, lemaire_), of(dense, lemaire_), None)]
    if any(q["constant"] for q in spiking["counts"]["raw"]["projections"]) and spiking["ticks"] > 1:
        lines.append(("If the hardware kept", of(spiking, fp32 + "-held-input"), of(dense, fp32),
                      points["fp32_held_input_against_dense"]))
    for start, ours, theirs, point in lines:
        line = next((t for t in text if t.startswith(start)), "")
        sentence(r, line, [factor(ours, theirs)] + (rates(point) if point else []))
        r.true(f"verdict: who wins, {start}", ("LOSES" in line) == (ours > theirs))
    losing = [e for e in report["verdict"]["layers"]["fp32_against_dense"] if e["loses"]]
    line = next(t for t in text if t.startswith("Layers"))
    r.same("verdict: layers that lose", re.findall(r"(\S+) \((\S+) times; (\S+) spikes per "
                                                      r"synapse, (\S+) allowed\)", line),
              [(e["layer"], f"{e['energy_ratio']:.2f}", f"{e['spikes_per_synapse']:.2f}",
                f"{e['allowed_spikes_per_synapse']:.2f}") for e in losing])
    others = report.get("users", []) + [m for m in [report.get("equal_accuracy")]
                                        if m and "label" in m]
    for other in others:
        line = next((t for t in text if f'opponent "{other["label"]}"' in t), "")
        line = line.replace(f'"{other["label"]}"', "")
        sentence(r, line, [factor(of(spiking, fp32), of(other, fp32)),
                             factor(of(spiking, lemaire_), of(other, lemaire_))])
    ratio = report["verdict"]["measured_ratio"]["against_dense"]
    line = next(t for t in text if t.startswith("Measured on this machine"))
    if "unavailable" in ratio:
        r.true("verdict: unavailable", ratio["unavailable"]["reason"] in line)
        return
    told = []
    for part in ("total", "dynamic"):
        if "ratio" in ratio[part]:
            told += [ratio[part]["ratio"], *ratio[part]["interval_95"]]
    sentence(r, line.replace("95 %", ""), [f"{number:.3f}" for number in told])
    low, high = ratio["total"]["interval_95"]
    r.true("verdict: measured", ("LOSES" if low > 1 else "wins" if high < 1 else
                                    "no difference") in line)


def sentence(r, line, expected):
    """The decimal numbers of a sentence."""
    r.same(f"verdict: {line[:60]}", re.findall(r"(?<![\w.])\d+\.\d+(?![\w.]*\d)", line), expected)


def factor(ours, theirs):
    return f"{max(ours / theirs, theirs / ours):.2f}"


def rates(point):
    allowed, measured = (point[f"{key}_spikes_per_neuron_and_tick"] for key in ("allowed", "measured"))
    if measured == 0:
        return []
    return ([f"{allowed:.4f}"] if allowed > 0 else []) + [f"{measured:.4f}"]
