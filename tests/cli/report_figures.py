# SPDX-License-Identifier: Apache-2.0
"""Recomputes a results file from its raw numbers.

Written from docs/energy.md, docs/results.md and the papers they name. Nothing is shared with the library,
so a mistake would have to be made twice. `problems(report)` lists what does not follow.
"""

import math
import re

# Published constants, typed in again: pJ, or W and TFLOPS.
HOROWITZ = {"add_fp32": 0.9, "multiply_fp32": 3.7, "add_fp16": 0.4, "multiply_fp16": 1.1,
            "add_int8": 0.03, "multiply_int8": 0.2, "add_int32": 0.1, "multiply_int32": 3.1,
            "memory_8kb": 10, "memory_32kb": 20, "memory_1mb": 100}
CONSTANTS = {"horowitz-45nm": HOROWITZ,
             # 12 E and 7 E, E = 60 fJ
             "davidson-furber-22nm": {"dense_synapse": 12 * 0.06, "synaptic_event": 7 * 0.06},
             "yan-22nm": {"accumulate": 0.05448, "move_sparse": 3.0, "move_dense": 0.25,
                          "read_weight": 0.296 / 32},
             "loihi": {"synaptic_operation": 23.6, "spike": 1.7, "neuron_update_active": 81},
             "h100-sxm": {"board_power": 700, "peak_bf16": 989.5}}
UNITS = {"fJ": 1e-3, "pJ": 1, "nJ": 1e3, "uJ": 1e6, "W": 1, "TFLOPS": 1}
# Strubell et al. 2019, table 3: kWh and lb; the last as corrected by Patterson et al. 2021, t.
TRAININGS = [(12, 27, 26, None), (84, 201, 192, None), (336, 275, 262, None),
             (79, 1507, 1438, None), (274120, 656347, 626155, 3.2)]
# gCO2e per kWh by Ember, processed by Our World in Data, of 2025.
GRIDS = {"WORLD": 458.29, "FRA": 41.44, "USA": 384.40, "DEU": 329.65}
BOUNDS = [(1.72, 1.72), (0.15, 1.38), (0.17, 0.54)]
# Two-sided 95 % points of Student's t, by degrees of freedom.
STUDENT = {4: 2.776445, 5: 2.570582, 6: 2.446912, 7: 2.364624, 8: 2.306004, 9: 2.262157}
COUNTS = ("macs_dense", "macs_effective", "acs_effective", "synaptic_events", "spikes",
          "neuron_updates")
MORE_COUNTS = COUNTS + ("membrane_updates", "bias_additions", "drive_additions",
                        "leak_multiplications")


# ---- counts

def values_of(q, calls):
    """What is known of the inputs of a projection; spikes are calls of 0 and 1."""
    if "values" in q:
        return q["values"]
    graded = q["graded"]
    return {"graded_synaptic": q["synaptic_events"] if graded else 0,
            "ternary_effective": 0 if graded else q["effective_events"],
            "binary_synaptic": 0 if graded else q["synaptic_events"],
            "binary_effective": 0 if graded else q["effective_events"],
            "nonbinary_calls": calls if graded else 0, "value_sum": q["synaptic_events"]}


def operations(dialect, q, calls):
    """(MACs, ACs, events) of a projection, over all samples."""
    v = values_of(q, calls)
    if dialect == "snn":
        return v["graded_synaptic"], q["synaptic_events"] - v["graded_synaptic"], q["synaptic_events"]
    if dialect == "neurobench":
        return (q["effective_events"] - v["ternary_effective"], v["ternary_effective"],
                q["synaptic_events"])
    if dialect == "sinabs":
        return 0, v["value_sum"], v["value_sum"]
    if q["binary_weights"]:
        met = v["binary_effective"] + v["nonbinary_calls"] * q["nonzero_synapses"]
        return 0, met, met
    dense = q["padded_synapses"] or q["synapses"]
    return v["nonbinary_calls"] * dense, v["binary_synaptic"], v["binary_synaptic"]


def layer_counts(dialect, raw):
    """[(name, counts per inference)]: projections, then populations that are no sources."""
    samples, calls = raw["samples"], raw["samples"] * raw["ticks"]
    layers = []
    for q in raw["projections"]:
        macs, acs, events = operations(dialect, q, calls)
        layers.append((q["name"], dict.fromkeys(MORE_COUNTS, 0) | {
            "macs_dense": q["dense_events"] / samples, "macs_effective": macs / samples,
            "acs_effective": acs / samples, "synaptic_events": events / samples,
            "bias_additions":
                q["target_size"] * raw["ticks"] if dialect == "snn" and q["has_bias"] else 0}))
    for p in raw["populations"]:
        if p["source"]:
            continue
        updates = (p["stepped"] + p["touched"]) / samples
        own = dialect == "snn"
        layers.append((p["name"], dict.fromkeys(MORE_COUNTS, 0) | {
            "spikes": 0 if p["graded"] else p["spikes"] / samples, "neuron_updates": updates,
            "membrane_updates": p["membrane_updates"] / samples,
            "drive_additions": p["drive_events"] / samples if own else 0,
            "leak_multiplications": updates if own and p["leaky"] else 0}))
    return layers


def total(layers):
    return {key: sum(counts[key] for _, counts in layers) for key in MORE_COUNTS}


def sparsity(raw):
    heard = [p for p in raw["populations"] if not p["source"] and p["emits"]]
    places = sum(p["size"] for p in heard) * raw["ticks"] * raw["samples"]
    return 1 - sum(p["spikes"] for p in heard) / places if places else 0


def neurobench(raw, accuracy):
    counts = total(layer_counts("neurobench", raw))
    parameters = sum((q["kernel_weights"] or q["synapses"])
                     + (q["target_size"] if q["has_bias"] else 0) for q in raw["projections"])
    synapses = sum(q["synapses"] for q in raw["projections"])
    nonzero = sum(q["nonzero_synapses"] for q in raw["projections"])
    with_state = sum(p["state_values"] > 0 for p in raw["populations"])
    metrics = {"Footprint": 4 * parameters + with_state * (3 * 4 + 8), "ParameterCount": parameters,
               "ConnectionSparsity": round(1 - nonzero / synapses, 4),
               "ActivationSparsity": sparsity(raw),
               "SynapticOperations": {"Effective_MACs": counts["macs_effective"],
                                      "Effective_ACs": counts["acs_effective"],
                                      "Dense": counts["macs_dense"]},
               "MembraneUpdates": counts["membrane_updates"]}
    return metrics if accuracy is None else metrics | {"ClassificationAccuracy": accuracy}


# ---- models: [(layer, what is paid for, how many, price)]

def held(raw):
    """As if sums of an input that does not change were kept over the ticks."""
    def once(q):
        if not q["constant"]:
            return q
        q = dict(q)
        for key in ("source_events", "synaptic_events", "effective_events", "dense_events"):
            q[key] //= raw["ticks"]
        if "values" in q:
            q["values"] = {key: value / raw["ticks"] if key == "value_sum" else value // raw["ticks"]
                           for key, value in q["values"].items()}
        return q
    return raw | {"projections": [once(q) for q in raw["projections"]]}


def compute_only(raw, number):
    terms = []
    for name, counts in layer_counts("neurobench", raw):
        terms += [(name, "multiply-accumulates", counts["macs_effective"],
                   f"multiply_{number} + add_{number}"),
                  (name, "accumulates", counts["acs_effective"], f"add_{number}")]
    return terms


def memory(words):
    """32 bits of the smallest memory that holds so many words of 4 bytes; prices are per 64."""
    kilobytes = 4 * words / 1024
    size = "8kb" if kilobytes <= 8 else "32kb" if kilobytes <= 32 else "1mb"
    return f"memory_{size} / 2"


def lemaire(raw):
    add, mac = "add_int32", "multiply_int32 + add_int32"
    samples, ticks = raw["samples"], raw["ticks"]
    terms = []
    for q in raw["projections"]:
        n, sources, targets, synapses = q["name"], q["source_size"], q["target_size"], q["synapses"]
        full = synapses == sources * targets
        if q["graded"]:
            dense = q["dense_events"] / samples
            reads = dense / synapses * sources if full else dense
            terms += [(n, "inputs", reads, memory(sources)), (n, "weights", dense, memory(synapses)),
                      (n, "operations", dense, mac), (n, "addressing", dense, add)]
        else:
            spikes, events = q["source_events"] / samples, q["synaptic_events"] / samples
            terms += [(n, "inputs", spikes, memory(sources)),
                      (n, "weights", events, memory(synapses)),
                      (n, "potentials", 2 * events, memory(targets)),
                      (n, "operations", events, add), (n, "addressing", events, add),
                      (n, "addressing", 0 if full else 2 * spikes, mac)]
        if q["has_bias"]:
            terms += [(n, "weights", ticks * targets, memory(targets)),
                      (n, "operations", ticks * targets, add)]
    for p in raw["populations"]:
        n, steps, word = p["name"], ticks * p["size"], memory(p["size"])
        if p["source"]:
            continue
        if p["graded"]:
            terms.append((n, "outputs", steps, word))
            continue
        emitted = p["spikes"] / samples
        terms += [(n, "potentials", 2 * steps, word),
                  (n, "operations", steps if p["leaky"] else 0, mac),
                  (n, "operations", emitted, add), (n, "outputs", emitted, word)]
    return terms


def davidson_furber(raw):
    return [(q["name"], "dense synapses", q["dense_events"] / raw["samples"], "dense_synapse")
            if q["graded"] else
            (q["name"], "synaptic events", q["synaptic_events"] / raw["samples"], "synaptic_event")
            for q in raw["projections"]]


def yan(raw, activation_bits, weight_bits=8):
    samples, terms = raw["samples"], []
    for q in raw["projections"]:
        n, dense, events = q["name"], q["dense_events"] / samples, q["synaptic_events"] / samples
        reads = dense if q["graded"] else events
        terms.append((n, "weights", reads, f"read_weight x {weight_bits}"))
        if q["graded"]:
            terms += [(n, "multiply-accumulates", q["effective_events"] / samples,
                       f"accumulate x {activation_bits}"),
                      (n, "movement", dense, f"move_dense x {activation_bits}")]
        else:
            terms += [(n, "accumulates", events, "accumulate"),
                      (n, "movement", events, "move_sparse")]
    for p in raw["populations"]:
        if p["source"] or p["graded"]:
            continue
        updates = (p["stepped"] + p["touched"]) / samples if p["emits"] else 0
        terms += [(p["name"], "comparisons", updates, "accumulate"),
                  (p["name"], "resets", p["spikes"] / samples, "accumulate")]
    return terms


def loihi(raw):
    samples = raw["samples"]
    terms = [(q["name"], "synaptic operations", q["synaptic_events"] / samples, "synaptic_operation")
             for q in raw["projections"]]
    for p in raw["populations"]:
        if not p["source"]:
            terms += [(p["name"], "spikes", p["spikes"] / samples, "spike"),
                      (p["name"], "neuron updates", (p["stepped"] + p["touched"]) / samples,
                       "neuron_update_active")]
    return terms


def floor(raw):
    return [(q["name"], "floating-point operations", 2 * q["dense_events"] / raw["samples"],
             "board_power / peak_bf16") for q in raw["projections"]]


def models(raw, bits):
    """{name: (hardware, terms)} of every model of a report."""
    once = held(raw)
    return {"45nm-compute-fp32": ("horowitz-45nm", compute_only(raw, "fp32")),
            "45nm-compute-fp16": ("horowitz-45nm", compute_only(raw, "fp16")),
            "45nm-compute-int8": ("horowitz-45nm", compute_only(raw, "int8")),
            "lemaire-2022-memory-int32": ("horowitz-45nm", lemaire(raw)),
            "45nm-compute-fp32-held-input": ("horowitz-45nm", compute_only(once, "fp32")),
            "lemaire-2022-memory-int32-held-input": ("horowitz-45nm", lemaire(once)),
            "davidson-furber-22nm": ("davidson-furber-22nm", davidson_furber(raw)),
            "yan-22nm": ("yan-22nm", yan(raw, bits or 8)),
            "loihi": ("loihi", loihi(raw)),
            "h100-sxm-floor-bf16": ("h100-sxm", floor(raw))}


def price_of(text, constants):
    """pJ of a price written in names of constants: a + b, a / 2, a x 8, power / rate."""
    def value(word):
        return constants[word] if word in constants else float(word)
    words = text.split()
    result = value(words[0])
    for sign, word in zip(words[1::2], words[2::2]):
        result = {"+": result + value(word), "/": result / value(word),
                  "x": result * value(word)}[sign]
    return result


def joules(terms, constants):
    return sum(count * price_of(price, constants) * 1e-12 for _, _, count, price in terms)


def training_terms(done):
    add, multiply = "add_fp32", "multiply_fp32"
    mac, terms = f"{multiply} + {add}", []
    for q in done["layers"]:
        for name, part in (("forward", "forward"), ("backward", "input_gradient"),
                           ("backward", "weight_gradient")):
            terms += [(q["name"], name, q[part]["macs"], mac), (q["name"], name, q[part]["acs"], add)]
    return terms + [("network", "biases", done["bias_additions"], add),
                    ("network", "update", done["update"]["additions"], add),
                    ("network", "update", done["update"]["multiplications"], multiply)]


# ---- statistics

def mean(values):
    return sum(values) / len(values)


def over_trials(values):
    n, middle = len(values), mean(values)
    ordered = sorted(values)
    sd = math.sqrt(sum((v - middle) ** 2 for v in values) / (n - 1))
    half = STUDENT[n - 1] * sd / math.sqrt(n)
    return {"mean": middle, "median": (ordered[(n - 1) // 2] + ordered[n // 2]) / 2, "sd": sd,
            "interval_95": [middle - half, middle + half]}


def mersenne_twister(seed):
    """MT19937-64 of Matsumoto & Nishimura: uniform numbers in [0, 1) with 53 bits."""
    mask = (1 << 64) - 1
    state = [seed & mask]
    for i in range(1, 312):
        state.append((6364136223846793005 * (state[-1] ^ (state[-1] >> 62)) + i) & mask)
    while True:
        for i in range(312):
            x = (state[i] & 0xFFFFFFFF80000000) | (state[(i + 1) % 312] & 0x7FFFFFFF)
            state[i] = state[(i + 156) % 312] ^ (x >> 1) ^ (0xB5026F5AA96619E9 if x & 1 else 0)
        for x in state:
            x ^= (x >> 29) & 0x5555555555555555
            x ^= (x << 17) & 0x71D67FFFEDA60000
            x ^= (x << 37) & 0xFFF7EEE000000000
            x ^= x >> 43
            yield (x >> 11) * 2.0**-53


DRAWS = {}  # the same seed always draws the same trials


def draws(seed, resamples, n):
    if (seed, resamples, n) not in DRAWS:
        chance = mersenne_twister(seed)
        DRAWS[seed, resamples, n] = [[int(next(chance) * n) for _ in range(n)]
                                     for _ in range(resamples)]
    return DRAWS[seed, resamples, n]


def bootstrap_ratio(over, under, measurement):
    logs = [math.log(a / b) for a, b in zip(over, under)]
    n, middle = len(logs), mean(logs)
    means = sorted(sum(logs[i] for i in pick) / n
                   for pick in draws(measurement["seed"], measurement["resamples"], n))

    def percentile(share):
        place = share * (len(means) - 1)
        below = int(place)
        return means[below] + (place - below) * (means[min(below + 1, len(means) - 1)] - means[below])

    stretch = STUDENT[n - 1] / 1.959964 * math.sqrt(n / (n - 1))
    return {"ratio": math.exp(middle),
            "interval_95": [math.exp(middle + stretch * (percentile(share) - middle))
                            for share in (0.025, 0.975)]}


def trials_of(measurement, contestant):
    """Of each trial that counts: J, J above idle, s and J s per inference (s per pass), and W."""
    samples = measurement["contestants"][contestant]["samples"]
    for trial in measurement["trials"]:
        if trial["voided"]:
            continue
        work, idle = trial["work"][contestant], (trial["idle_before"], trial["idle_after"])
        idle_w = sum(w["joules"] for w in idle) / sum(w["seconds"] for w in idle)
        passes = work["repetitions"]
        seconds = work["seconds"] / passes
        yield {"total": work["joules"] / passes / samples,
               "dynamic": (work["joules"] - idle_w * work["seconds"]) / passes / samples,
               "seconds": seconds, "time": seconds / samples,
               "energy_delay": work["joules"] / passes * seconds / samples,
               "power": work["joules"] / work["seconds"],
               "quantisation": work["quantisation_j"] / work["joules"]}


def column(trials, key):
    return [trial[key] for trial in trials]


def is_stable(trials, measurement):
    totals = column(trials, "total")
    group = min(5, len(totals) // 2)
    first, last = mean(totals[:group]), mean(totals[-group:])
    return abs(last - first) / min(first, last) <= measurement["max_difference"]


# ---- the whole report

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
        if "training" in m:
            self.same(f"{where}.samples", raw["samples"], report["data"]["test"])
            self.training(f"{where}.training", m["training"], report, raw, "bits" in m)
            if m["training"]["to_target"] and report["options"]["target_accuracy"] == 0:
                self.same(f"{where}.target", m["training"]["to_target"]["validation_accuracy"],
                          common_target(report))
        self.inference(f"{where}.energy", m, report["measurement"])

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

    def verdict(self, report):
        v = report["verdict"]
        raw = {name: report[name]["counts"]["raw"] for name in ("spiking", "dense", "quantised")}
        pairs = {"fp32_against_dense": (raw["spiking"], raw["dense"], "fp32"),
                 "int8_against_quantised": (raw["spiking"], raw["quantised"], "int8"),
                 "fp32_held_input_against_dense": (held(raw["spiking"]), raw["dense"], "fp32")}
        self.same("verdict.break_even", v["break_even"],
                  {key: break_even(*pair) for key, pair in pairs.items()})
        self.same("verdict.layers", v["layers"],
                  {key: layer_break_even(*pairs[key]) for key in v["layers"]})
        self.same("verdict.published_bounds", [(b["low"], b["high"])
                                               for b in v["published_bounds"]], BOUNDS)
        self.same("published_trainings", [
            (t["hours"], t["kwh"], t["co2e_g"], t["corrected_co2e_g"])
            for t in report["published_trainings"]],
            [(h, kwh, lb * 453.59237, t and t * 1e6) for h, kwh, lb, t in TRAININGS])
        self.sentences(report)

    def sentences(self, report):
        """Every number in the sentences, from numbers of the report, rounded as they are."""
        text = report["verdict"]["text"]
        points = report["verdict"]["break_even"]
        percents = [f"{100 * report[m]['accuracy']:.2f}" for m in ("spiking", "dense", "quantised")]
        gap = report["spiking"]["accuracy"] - report["dense"]["accuracy"]
        self.sentence(text[0], percents + ([f"{abs(100 * gap):.2f}"] if gap else []))
        self.true("verdict: above or below", gap == 0 or (" above " if gap > 0 else " below ") in text[0])
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
            self.sentence(line, [factor(ours, theirs)] + (rates(point) if point else []))
            self.true(f"verdict: who wins, {start}", ("LOSES" in line) == (ours > theirs))
        losing = [e for e in report["verdict"]["layers"]["fp32_against_dense"] if e["loses"]]
        line = next(t for t in text if t.startswith("Layers"))
        self.same("verdict: layers that lose", re.findall(r"(\S+) \((\S+) times; (\S+) spikes per "
                                                          r"synapse, (\S+) allowed\)", line),
                  [(e["layer"], f"{e['energy_ratio']:.2f}", f"{e['spikes_per_synapse']:.2f}",
                    f"{e['allowed_spikes_per_synapse']:.2f}") for e in losing])
        others = report.get("users", []) + [m for m in [report.get("equal_accuracy")]
                                            if m and "label" in m]
        for other in others:
            line = next((t for t in text if f'opponent "{other["label"]}"' in t), "")
            line = line.replace(f'"{other["label"]}"', "")
            self.sentence(line, [factor(of(spiking, fp32), of(other, fp32)),
                                 factor(of(spiking, lemaire_), of(other, lemaire_))])
        ratio = report["verdict"]["measured_ratio"]["against_dense"]
        line = next(t for t in text if t.startswith("Measured on this machine"))
        if "unavailable" in ratio:
            self.true("verdict: unavailable", ratio["unavailable"]["reason"] in line)
            return
        told = []
        for part in ("total", "dynamic"):
            if "ratio" in ratio[part]:
                told += [ratio[part]["ratio"], *ratio[part]["interval_95"]]
        self.sentence(line.replace("95 %", ""), [f"{number:.3f}" for number in told])
        low, high = ratio["total"]["interval_95"]
        self.true("verdict: measured", ("LOSES" if low > 1 else "wins" if high < 1 else
                                        "no difference") in line)

    def sentence(self, line, expected):
        """The decimal numbers of a sentence."""
        self.same(f"verdict: {line[:60]}", re.findall(r"(?<![\w.])\d+\.\d+(?![\w.]*\d)", line), expected)


def factor(ours, theirs):
    return f"{max(ours / theirs, theirs / ours):.2f}"


def rates(point):
    allowed, measured = (point[f"{key}_spikes_per_neuron_and_tick"] for key in ("allowed", "measured"))
    if measured == 0:
        return []
    return ([f"{allowed:.4f}"] if allowed > 0 else []) + [f"{measured:.4f}"]


def break_even(spiking, dense, number):
    terms = compute_only(spiking, number)
    theirs = joules(compute_only(dense, number), HOROWITZ)
    macs = joules([t for t in terms if t[1] == "multiply-accumulates"], HOROWITZ)
    acs = joules([t for t in terms if t[1] == "accumulates"], HOROWITZ)
    firing = [p for p in spiking["populations"]
              if not p["source"] and not p["graded"] and p["emits"]]
    places = sum(p["size"] for p in firing) * spiking["ticks"] * spiking["samples"]
    rate = sum(p["spikes"] for p in firing) / places if places else 0
    return {"allowed_spikes_per_neuron_and_tick": rate * (theirs - macs) / acs if acs else 0,
            "measured_spikes_per_neuron_and_tick": rate, "energy_ratio": (macs + acs) / theirs}


def layer_break_even(spiking, dense, number):
    def spent(raw, name):
        return joules([t for t in compute_only(raw, number) if t[0] == name], HOROWITZ)
    layers = []
    for q in spiking["projections"]:
        if q["nonzero_synapses"] == 0 or q["name"] not in [d["name"] for d in dense["projections"]]:
            continue
        ours, theirs = spent(spiking, q["name"]), spent(dense, q["name"])
        layers.append({"layer": q["name"], "graded": q["graded"],
                       "spikes_per_synapse":
                           q["effective_events"] / spiking["samples"] / q["nonzero_synapses"],
                       "allowed_spikes_per_synapse":
                           theirs / (HOROWITZ[f"add_{number}"] * 1e-12 * q["nonzero_synapses"]),
                       "energy_ratio": ours / theirs if theirs else None if ours else 1,
                       "loses": ours > theirs})
    return layers


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
    recomputer.verdict(report)
    return recomputer.problems
