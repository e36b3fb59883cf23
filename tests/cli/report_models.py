# SPDX-License-Identifier: Apache-2.0
"""Counts and modelled joules of a network, from its raw counts.

Written from docs/energy.md, docs/results.md and the papers they name. Nothing is shared with the library,
so a mistake would have to be made twice.
"""

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
COUNTS = ("macs_dense", "macs_effective", "acs_effective", "synaptic_events", "spikes",
          "neuron_updates")
MORE_COUNTS = COUNTS + ("membrane_updates", "bias_additions", "drive_additions",
                        "leak_multiplications")


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
