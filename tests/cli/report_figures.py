# SPDX-License-Identifier: Apache-2.0
"""Recomputes a results file from its raw numbers.

`problems(report)` lists what does not follow. Counts and models are of report_models.py, measured
figures of report_statistics.py.
"""

import math
import re

from report_models import (CONSTANTS, COUNTS, UNITS, joules, layer_counts, models, neurobench, price_of,
                           sparsity, total, training_terms)
from report_statistics import bootstrap_ratio, column, is_stable, mean, over_trials, trials_of
from report_verdict import verdict as check_verdict

# gCO2e per kWh by Ember, processed by Our World in Data, of 2025.
GRIDS = {"WORLD": 458.29, "FRA": 41.44, "USA": 384.40, "DEU": 329.65}


class Recomputer:
    def __init__(self):
        self.problems = []

    def same(self, where, found, expected, tolerance=1e-9):
        """Compares numbers, and lists and objects of them. Objects: what is expected, no more."""
        if isinstance(expected, dict):
            if set(found) != set(expected):
                self.problems.append(f"{where}: keys {sorted(set(found) ^ set(expected))}")
            for key in set(found) & set(expected):
                self.same(f"{where}.{key}", found[key], expected[key], tolerance)
        elif isinstance(expected, (list, tuple)):
            if len(found) != len(expected):
                self.problems.append(f"{where}: {len(found)} entries, {len(expected)} expected")
            for i, (a, b) in enumerate(zip(found, expected)):
                self.same(f"{where}[{i}]", a, b, tolerance)
        elif isinstance(expected, float) or (isinstance(expected, int)
                                             and isinstance(found, (int, float))):
            close = isinstance(found, (int, float)) and (
                abs(found - expected) <= tolerance * max(abs(found), abs(expected)) + 1e-300)
            if not close:
                self.problems.append(f"{where}: {found}, recomputed {expected}")
        elif found != expected:
            self.problems.append(f"{where}: {found!r}, recomputed {expected!r}")

    def true(self, where, condition):
        if not condition:
            self.problems.append(where)

    def counts(self, where, found):
        raw = found["raw"]
        layers = layer_counts("neurobench", raw)
        self.same(where, {key: found[key] for key in COUNTS},
                  {key: total(layers)[key] for key in COUNTS})
        self.same(f"{where}.layers", found["layers"],
                  [{"name": n} | {key: c[key] for key in COUNTS} for n, c in layers])
        for dialect in ("snn", "neurobench", "sinabs", "spikingjelly"):
            self.same(f"{where}.dialects.{dialect}", found["dialects"][dialect],
                      total(layer_counts(dialect, raw)))
        self.same(f"{where}.activation_sparsity", found["activation_sparsity"], sparsity(raw), 1e-9)
        self.same(where, [found["samples"], found["ticks"]], [raw["samples"], raw["ticks"]])
        self.raw(f"{where}.raw", raw)
        if "spread" in found:
            self.spread(f"{where}.spread", found)

    def raw(self, where, raw):
        calls = raw["samples"] * raw["ticks"]
        for q in raw["projections"]:
            at = f"{where}.{q['name']}"
            self.same(f"{at}.dense_events", q["dense_events"], q["synapses"] * calls)
            order = [q["effective_events"], q["synaptic_events"], q["dense_events"]]
            self.true(f"{at}: effective <= synaptic <= dense events", order == sorted(order))
            self.true(f"{at}: nonzero <= synapses", q["nonzero_synapses"] <= q["synapses"])
            if q["synapses"] == q["source_size"] * q["target_size"]:
                self.true(f"{at}: events x fan-out", abs(
                    q["source_events"] * q["target_size"] - q["synaptic_events"])
                          <= q["target_size"])

    def spread(self, where, counts):
        raw, spread = counts["raw"], counts["spread"]
        sums = {"synaptic_events": sum(q["synaptic_events"] for q in raw["projections"]),
                "effective_events": sum(q["effective_events"] for q in raw["projections"]),
                "macs": counts["macs_effective"] * raw["samples"],
                "acs": counts["acs_effective"] * raw["samples"],
                "spikes": counts["spikes"] * raw["samples"],
                "neuron_updates": counts["neuron_updates"] * raw["samples"]}
        self.same(where, {key: s["mean"] * raw["samples"] for key, s in spread.items()}, sums)
        for key, s in spread.items():
            order = [s[k] for k in ("min", "p5", "p25", "median", "p75", "p95", "max")]
            self.true(f"{where}.{key}: percentiles in order", order == sorted(order))
            self.true(f"{where}.{key}: mean within", s["min"] <= s["mean"] <= s["max"])
            n = raw["samples"]
            # Popoviciu's and von Szokefalvi Nagy's bounds of a variance with a given range.
            reach, variance = s["max"] - s["min"], s["sd"] ** 2 * (n - 1) / n
            self.true(f"{where}.{key}: sd fits the range",
                      reach**2 / (2 * n) <= variance * (1 + 1e-9) <= reach**2 / 4 * (1 + 2e-9))

    def terms(self, where, found, hardware, expected):
        """Every term and constant of a modelled energy; gives back its joules."""
        published = CONSTANTS[hardware]
        self.same(f"{where}.hardware", found["hardware"], hardware)
        constants = {c["name"]: c["value"] * UNITS[c["unit"]] for c in found["constants"]}
        used = {word for term in found["terms"] for word in term["price"].split()
                if word.isidentifier() and word != "x"}
        self.same(f"{where}.constants", constants, {name: published[name] for name in used})
        expected = [term for term in expected if term[2] != 0]
        key = lambda term: (term[0], term[1], term[3], term[2])
        listed = [(t["layer"], t["name"], t["operations"], t["price"]) for t in found["terms"]]
        self.same(f"{where}.terms", sorted(listed, key=key), sorted(expected, key=key))
        for term in found["terms"]:
            price = price_of(term["price"], published)
            at = f"{where}.{term['layer']}.{term['name']}"
            self.same(f"{at}.picojoules", term["picojoules"], price)
            self.same(f"{at}.joules", term["joules"], term["operations"] * price * 1e-12)
        return joules(expected, published)

    def carbon(self, where, found, grid):
        kwh = found["joules"] / 3.6e6
        self.same(f"{where}.kwh", found["kwh"], kwh)
        self.same(f"{where}.co2e_g", found["co2e_g"], kwh * grid["pue"] * grid["g_per_kwh"])

    def measured_training(self, where, energy, grid):
        if "measured" not in energy:
            return
        m = energy["measured"]
        self.carbon(f"{where}.measured", m, grid)
        self.same(f"{where}.total_joules", m["joules"], m["total_joules"])
        self.same(f"{where}.repetitions", m["repetitions"], 1)
        # An update unseen at one end at most, and a step of the counter.
        self.true(f"{where}: quantisation is small", 0 < m["quantisation_j"] < m["joules"] / 2)
        self.true(f"{where}: 50 updates", m["window_s"] >= 50 * m["update_interval_s"])

    def training(self, where, t, report, raw, quantised):
        grid, done, options = report["grid"], t["operations"], report["options"]
        for part, names in (("forward", ["forward"]),
                            ("backward", ["input_gradient", "weight_gradient"])):
            for kind in ("macs", "acs"):
                self.same(f"{where}.operations.{part}.{kind}", done[part][kind],
                          sum(q[n][kind] for q in done["layers"] for n in names))
        self.same(f"{where}.bias_additions", done["bias_additions"],
                  sum(q["bias_additions"] for q in done["layers"]))
        steps = t["epochs"] * -(-report["data"]["train"] // options["batch"])
        # A quantised layer learns the step of its activations, too.
        learnt = sum(p["graded"] and not p["source"] for p in raw["populations"]) if quantised else 0
        self.updates(where, done, steps, learnt, raw)
        places = sum(p["size"] for p in raw["populations"] if not p["source"])
        updates = places * raw["ticks"] * report["data"]["train"] * t["epochs"]
        self.same(f"{where}.neuron_updates", done["neuron_updates"], updates)
        self.same(f"{where}.adjoint_updates", done["adjoint_updates"], updates)
        modelled, epochs = t["energy"]["modelled"], t["per_epoch"]
        spent = self.terms(f"{where}.modelled", modelled, "horowitz-45nm", training_terms(done))
        self.same(f"{where}.modelled.joules", modelled["joules"], spent)
        self.carbon(f"{where}.modelled", modelled, grid)
        self.measured_training(f"{where}.energy", t["energy"], grid)
        self.same(f"{where}.notes", [int(n) for note in modelled["notes"]
                                     for n in re.findall(r"\d+", note)],
                  [done["update"]["divisions"] + done["update"]["square_roots"],
                   done["neuron_updates"], done["adjoint_updates"]])
        self.same(f"{where}.per_epoch", {key: len(v) for key, v in epochs.items()},
                  dict.fromkeys(epochs, t["epochs"]))
        self.same(f"{where}.per_epoch.modelled_joules", sum(epochs["modelled_joules"]), spent)
        self.same(f"{where}.seconds", t["seconds"], sum(epochs["seconds"]), 1e-6)
        self.same(f"{where}.seconds_per_epoch", t["seconds_per_epoch"], t["seconds"] / t["epochs"])
        measured = epochs["measured_joules"]
        if None not in measured and "measured" in t["energy"]:
            self.same(f"{where}.per_epoch.measured_joules", sum(measured),
                      t["energy"]["measured"]["joules"], 0.02)  # and what follows the last epoch
        self.to_target(f"{where}.to_target", t, grid)

    def updates(self, where, done, steps, learnt, raw):
        """By Adam: 5 additions, 8 multiplications, 2 divisions, a root per weight and step."""
        parameters = learnt
        for q, layer in zip(raw["projections"], done["layers"]):
            own = (q["kernel_weights"] or q["synapses"]) + (q["target_size"] if q["has_bias"] else 0)
            parameters += own
            self.same(f"{where}.{layer['name']}.update", layer["update"], {
                "additions": 5 * own * steps, "multiplications": 8 * own * steps,
                "divisions": 2 * own * steps, "square_roots": own * steps})
        # And the norm of the gradient.
        self.same(f"{where}.operations.update", done["update"], {
            "additions": 6 * parameters * steps, "multiplications": 9 * parameters * steps,
            "divisions": 2 * parameters * steps, "square_roots": (parameters + 1) * steps})

    def to_target(self, where, t, grid):
        epochs, target = t["per_epoch"], t["to_target"]
        if target is None:
            return
        reached = [i for i, accuracy in enumerate(epochs["validation_accuracy"])
                   if accuracy >= target["validation_accuracy"]]
        self.true(f"{where}: reached", reached)
        if not reached:
            return
        n = reached[0] + 1
        self.same(f"{where}.epochs", target["epochs"], n)
        self.same(f"{where}.seconds", target["seconds"], sum(epochs["seconds"][:n]))
        modelled = target["energy"]["modelled"]
        self.same(f"{where}.joules", modelled["joules"], sum(epochs["modelled_joules"][:n]))
        self.carbon(where, modelled, grid)
        self.measured_training(where, target["energy"], grid)
        parts = epochs["measured_joules"][:n]
        if "measured" in target["energy"] and None not in parts:
            self.same(f"{where}.measured", target["energy"]["measured"]["joules"], sum(parts), 1e-6)

    def model(self, where, m, report):
        accuracies = m["accuracies"]
        self.same(f"{where}.accuracy", m["accuracy"], mean(accuracies) if accuracies else None)
        sd = math.sqrt(sum((a - m["accuracy"]) ** 2 for a in accuracies)
                       / (len(accuracies) - 1)) if len(accuracies) > 1 else 0
        self.same(f"{where}.accuracy_sd", m["accuracy_sd"], sd)
        raw = m["counts"]["raw"]
        self.counts(f"{where}.counts", m["counts"])
        self.same(f"{where}.ticks", m["ticks"], raw["ticks"])
        self.same(f"{where}.neurobench", m["neurobench"], neurobench(raw, m["accuracy"]))
        expected = models(raw, m.get("bits"))
        found = {e["model"]: e for e in m["energy"]["modelled"]}
        self.same(f"{where}.models", sorted(found), sorted(expected))
        for name, (hardware, terms) in expected.items():
            spent = self.terms(f"{where}.{name}", found[name], hardware, terms)
            self.same(f"{where}.{name}.joules", found[name]["joules_per_inference"], spent)
        if "sample" in m:
            self.sample(f"{where}.sample", m["sample"], m, report)
        if "training" in m:
            self.same(f"{where}.samples", raw["samples"], report["data"]["test"])
            self.training(f"{where}.training", m["training"], report, raw, "bits" in m)
            if m["training"]["to_target"] and report["options"]["target_accuracy"] == 0:
                self.same(f"{where}.target", m["training"]["to_target"]["validation_accuracy"],
                          common_target(report))
        self.inference(f"{where}.energy", m, report["measurement"])

    def sample(self, where, sample, m, report):
        sizes = {p["name"]: p["size"] for p in m["counts"]["raw"]["populations"]}
        self.same(f"{where}.ticks", sample["ticks"], m["ticks"])
        self.true(f"{where}: a test sample", sample["index"] < report["data"]["test"])
        for p in sample["populations"]:
            at = f"{where}.{p['name']}"
            self.same(f"{at}.neurons", p["neurons"], sizes[p["name"]])
            self.same(f"{at}.neurons_shown", p["neurons_shown"], min(p["neurons"], 100))
            pairs = list(zip(p["ticks"], p["neurons_fired"]))
            self.true(f"{at}: each spike once, in order", pairs == sorted(set(pairs)))
            if p["neurons_shown"] == p["neurons"]:
                self.same(f"{at}.spikes", p["spikes"], len(pairs))
        own = sum(p["spikes"] for p in sample["populations"] if p["name"] != "input")
        spread = m["counts"]["spread"]["spikes"]
        self.true(f"{where}: spikes of one of the samples", spread["min"] <= own <= spread["max"])

    def inference(self, where, m, measurement):
        names = [c["name"] for c in measurement.get("contestants", [])]
        if m["label"] not in names:
            self.true(f"{where}: unavailable", "measured" not in m["energy"])
            return
        trials = list(trials_of(measurement, names.index(m["label"])))
        usable = len(trials) >= 5 and is_stable(trials, measurement)
        self.same(f"{where}: measured", "measured" in m["energy"], usable)
        if not usable or "measured" not in m["energy"]:
            return
        totals = column(trials, "total")
        self.same(where, m["energy"]["measured"], {
            "joules": mean(totals), "total_joules": over_trials(totals),
            "dynamic_joules": over_trials(column(trials, "dynamic")),
            "power_w": over_trials(column(trials, "power")),
            "pass_s": over_trials(column(trials, "seconds")),
            "energy_delay_js": over_trials(column(trials, "energy_delay")),
            "trials": len(trials), "quantisation": max(column(trials, "quantisation")),
            "systematic_gain": measurement["systematic_gain"],
            "counter": measurement["counter"]}, 1e-6)

    def asked(self, report):
        """What the options ask for is what was done."""
        options, data, grid = report["options"], report["data"], report["grid"]
        if grid["code"] in GRIDS:
            self.same("grid", [grid["g_per_kwh"], grid["year"]], [GRIDS[grid["code"]], 2025])
        self.same("grid.pue", grid["pue"], options["pue"])
        spiking = report["spiking"]
        self.same("options.steps", spiking["ticks"], options["steps"])
        sizes = [p["size"] for p in spiking["counts"]["raw"]["populations"]]
        self.same("options.hidden", sizes,
                  [math.prod(data["shape"]), *options["hidden"], data["classes"]])
        for name in ("spiking", "dense", "quantised"):
            m = report[name]
            self.same(f"{name}: seeds", [len(m["accuracies"]), len(m["best_epochs"])],
                      [options["seeds"]] * 2)
            found = m["training"]["per_epoch"]["validation_accuracy"]
            self.true(f"{name}: best epoch", m["best_epochs"][0] < len(found) and
                      found[m["best_epochs"][0]] == max(found))
            if options["patience"] == 0:
                self.same(f"{name}: epochs", m["training"]["epochs"], options["epochs"])
            for accuracy in found:  # a whole number of samples
                right = accuracy * data["validation"]
                self.true(f"{name}: validation", abs(right - round(right)) < 1e-6)

    def measurement(self, report):
        m = report["measurement"]
        if "unavailable" in m:
            return
        options, count = report["options"], len(m["contestants"])
        self.same("measurement.seed", m["seed"], options["seed"])
        self.same("measurement.trials", len(m["trials"]), options["trials"])
        windows = [c["planned_window_s"] for c in m["contestants"]]
        least = max(options["measure_seconds"], 50 * m["update_interval_s"])
        self.same("measurement.planned_idle_s", m["planned_idle_s"], max([least, *windows]))
        for c in m["contestants"]:
            self.same("measurement.samples", c["samples"], report["data"]["test"])
            self.true("measurement: window", c["planned_window_s"] >= least)
        # Rest of 3.5 s on average before each window, 2 s or more of warm-up before work.
        rests = len(m["trials"]) * (3.5 * (count + 2) + sum(windows) + 2 * m["planned_idle_s"])
        warm = (m["planned_total_s"] - rests) / len(m["trials"]) / count
        self.true("measurement.planned_total_s", 2 - 1e-6 <= warm < 4)
        for i, trial in enumerate(m["trials"]):
            at = f"measurement.trials[{i}]"
            self.same(f"{at}.order", sorted(trial["order"]), list(range(count)))
            idle = [trial["idle_before"], trial["idle_after"]]
            power = [w["joules"] / w["seconds"] for w in idle]
            self.same(f"{at}.voided", bool(trial["voided"]),
                      abs(power[1] - power[0]) / min(power) > 0.05)
            for w in idle:
                self.same(f"{at}.idle", w["repetitions"], 0)
                self.true(f"{at}: idle window", w["seconds"] >= m["planned_idle_s"])
            for w, planned in zip(trial["work"], windows):
                self.true(f"{at}: window", w["seconds"] >= planned and w["repetitions"] >= 32)
            for w in idle + trial["work"]:
                self.true(f"{at}: quantisation", m["resolution_j"] <= w["quantisation_j"])

    def ratios(self, report):
        m = report["measurement"]
        names = [c["name"] for c in m.get("contestants", [])]
        for key, opponent in (("against_dense", "dense"), ("against_quantised", "quantised")):
            found = report["verdict"]["measured_ratio"][key]
            pair = [report[one] for one in ("spiking", opponent)]
            usable = all("measured" in one["energy"] for one in pair)
            self.same(f"measured_ratio.{key}", "unavailable" not in found, usable)
            if not usable or "unavailable" in found:
                continue
            over, under = (list(trials_of(m, names.index(one["label"]))) for one in pair)
            for part in ("total", "dynamic", "time", "energy_delay"):
                a, b = column(over, part), column(under, part)
                if part == "dynamic" and min(a + b) <= 0:
                    self.true("ratio.dynamic", "unavailable" in found[part])
                    continue
                self.same(f"measured_ratio.{key}.{part}", found[part], bootstrap_ratio(a, b, m), 1e-6)


def trained(report):
    names = ("spiking", "dense", "quantised", "equal_accuracy")
    return [report[n] for n in names if "training" in report.get(n, {})]


def common_target(report):
    """The best validation accuracy that all reached."""
    return min(max(m["training"]["per_epoch"]["validation_accuracy"]) for m in trained(report))


def problems(report):
    """What does not follow from the report's raw numbers; an empty list if all does."""
    recomputer = Recomputer()
    for name in ("spiking", "dense", "quantised"):
        recomputer.model(name, report[name], report)
    if "label" in report.get("equal_accuracy", {}):
        recomputer.model("equal_accuracy", report["equal_accuracy"], report)
    if "equal_accuracy" in report:
        found = report["equal_accuracy"]
        recomputer.same("equal_accuracy.target", found["target"], report["spiking"]["accuracy"])
        reached = [t["hidden"] for t in found["tried"] if t["accuracy"] >= found["target"]]
        recomputer.same("equal_accuracy.hidden", found["hidden"], min(reached) if reached else None)
        for tried in found["tried"]:
            if tried["hidden"] == found["hidden"]:
                recomputer.same("equal_accuracy.accuracy", found["accuracy"], tried["accuracy"])
    for i, user in enumerate(report.get("users", [])):
        recomputer.model(f"users[{i}]", user, report)
    recomputer.asked(report)
    recomputer.measurement(report)
    recomputer.ratios(report)
    check_verdict(recomputer, report)
    return recomputer.problems
