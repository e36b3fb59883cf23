# SPDX-License-Identifier: Apache-2.0
"""Networks on which counting tools are compared, as plain data: what one process draws, another runs.

All numbers are integers: a weight is weights[i] / scale, an input values[i] / scale, so that float sums
are exact and no rounding decides a spike. Thresholds lie between the places membranes can reach.
"""

import random

SCALE = 8  # of weights
THRESHOLD = 1 + 2.0**-9


def dense(rng, sources, targets, *, zeros=0.0, low=-6, high=10, values=None):
    """[target][source], as torch has it."""
    pick = (lambda: rng.choice(values)) if values else (lambda: rng.randint(low, high) or 1)
    return [[0 if rng.random() < zeros else pick() for _ in range(sources)] for _ in range(targets)]


def population(name, shape, neuron="lif", tau=2, reset="zero"):
    return {"name": name, "shape": list(shape), "neuron": neuron, "tau": tau, "reset": reset}


def projection(rng, source, target, kind="dense", delay=0, bias=False, scale=SCALE, **more):
    """kind: dense (AllToAll), conv (Convolution), taps (the same as a list; groups), listed (weights
    that are not 0 as a list)."""
    entry = {"source": source["name"], "target": target["name"], "kind": kind, "delay": delay,
             "scale": scale}
    size_in, size_out = volume(source["shape"]), volume(target["shape"])
    if kind in ("conv", "taps"):
        entry["kernel"], entry["stride"] = more.pop("kernel"), more.pop("stride", [1, 1])
        entry["padding"], entry["groups"] = more.pop("padding", [0, 0]), more.pop("groups", 1)
        inputs = source["shape"][0] // entry["groups"] * entry["kernel"][0] * entry["kernel"][1]
        entry["weights"] = dense(rng, inputs, target["shape"][0], **more)
    else:
        entry["weights"] = dense(rng, size_in, size_out, **more)
    count = target["shape"][0] if kind in ("conv", "taps") else size_out
    entry["bias"] = [rng.randint(-2, 2) for _ in range(count)] if bias else []
    return entry


def volume(shape):
    size = 1
    for length in shape:
        size *= length
    return size


def spikes(rng, samples, ticks, size, rate):
    return {"kind": "spikes", "scale": 1,
            "samples": [[[1 if rng.random() < rate else 0 for _ in range(size)] for _ in range(ticks)]
                        for _ in range(samples)]}


def changing(rng, samples, ticks, size, values, scale=SCALE):
    """Other values at every tick."""
    return {"kind": "changing", "scale": scale,
            "samples": [[[rng.choice(values) for _ in range(size)] for _ in range(ticks)]
                        for _ in range(samples)]}


def held(rng, samples, size, values, scale=SCALE):
    """The same values at every tick."""
    return {"kind": "held", "scale": scale,
            "samples": [[[rng.choice(values) for _ in range(size)]] for _ in range(samples)]}


def network(name, ticks, batch, data, populations, projections):
    return {"name": name, "ticks": ticks, "batch": batch, "input": data, "populations": populations,
            "projections": projections}


def chain(rng, name, sizes, ticks, data, batch=1, neuron="lif", tau=2, reset="zero", **more):
    """Fully connected layers, one after another."""
    layers = [population("in", [sizes[0]], "input")]
    layers += [population(f"layer {n}", [size], neuron, tau, reset)
               for n, size in enumerate(sizes[1:], start=1)]
    links = [projection(rng, a, b, **more) for a, b in zip(layers, layers[1:])]
    return network(name, ticks, batch, data, layers, links)


def fixed(seed=20261126):
    """The networks of the golden file."""
    rng = random.Random(seed)
    signed, levels = [-SCALE, 0, SCALE], [0, 0, 3, 5, 8, 11]
    result = [
        chain(rng, "dense", [20, 12], 10, spikes(rng, 1, 10, 20, 0.3)),
        chain(rng, "one tick", [16, 8], 1, spikes(rng, 2, 1, 16, 0.5)),
        chain(rng, "zero weights", [24, 16, 8], 12, spikes(rng, 3, 12, 24, 0.3), zeros=0.6),
        chain(rng, "pruned to a list", [24, 16, 8], 12, spikes(rng, 2, 12, 24, 0.3), kind="listed",
              zeros=0.7),
        chain(rng, "fifty ticks", [12, 10, 6], 50, spikes(rng, 1, 50, 12, 0.2), tau=4),
        chain(rng, "integrate and fire", [15, 10], 20, spikes(rng, 2, 20, 15, 0.25), neuron="if",
              low=-4, high=6),
        chain(rng, "batch of five", [18, 14, 9, 5], 8, spikes(rng, 5, 8, 18, 0.4), batch=5,
              reset="subtract", values=[-1, 0, 1, 1]),
        chain(rng, "silent", [10, 6, 4], 7, spikes(rng, 2, 7, 10, 0.0)),
        chain(rng, "biases", [14, 9], 9, spikes(rng, 2, 9, 14, 0.3), bias=True),
        chain(rng, "ternary input", [16, 10, 5], 12, changing(rng, 2, 12, 16, signed)),
        chain(rng, "graded input", [16, 10, 5], 12, changing(rng, 2, 12, 16, levels, 8)),
        chain(rng, "graded now and then", [6, 5], 20,
              changing(rng, 2, 20, 6, [0, 0, 0, 0, SCALE, SCALE, SCALE, 4])),
        chain(rng, "held input", [12, 8, 4], 15, held(rng, 3, 12, levels), batch=3),
        chain(rng, "rectifiers", [20, 14, 6], 1, held(rng, 4, 20, levels), batch=4, neuron="relu"),
        chain(rng, "binary weights", [15, 9], 10, spikes(rng, 2, 10, 15, 0.3), scale=1, zeros=0.3,
              values=[1]),
        chain(rng, "graded over binary weights", [15, 9], 5, changing(rng, 2, 5, 15, levels), scale=1,
              zeros=0.3, values=[1]),
    ]
    source, hidden = population("in", [12], "input"), population("hidden", [10])
    out = population("out", [5])
    result.append(network("recurrent", 15, 2, spikes(rng, 4, 15, 12, 0.3), [source, hidden, out],
                          [projection(rng, source, hidden), projection(rng, hidden, hidden, delay=1),
                           projection(rng, hidden, out)]))
    result.append(network("delayed", 15, 1, spikes(rng, 2, 15, 12, 0.3), [source, hidden, out],
                          [projection(rng, source, hidden, delay=3),
                           projection(rng, hidden, out, delay=2), projection(rng, source, out)]))
    image, maps = population("in", [2, 6, 5], "input"), population("maps", [3, 3, 3])
    wide, out = population("maps", [4, 6, 5]), population("out", [4])
    result.append(network("convolution with stride and padding", 6, 2, spikes(rng, 2, 6, 60, 0.25),
                          [image, maps, out],
                          [projection(rng, image, maps, "conv", kernel=[3, 3], stride=[2, 2],
                                      padding=[1, 1], zeros=0.2),
                           projection(rng, maps, out)]))
    result.append(network("graded convolution", 4, 1, changing(rng, 2, 4, 60, levels),
                          [image, maps, out],
                          [projection(rng, image, maps, "conv", kernel=[3, 3], stride=[2, 2],
                                      padding=[1, 1]),
                           projection(rng, maps, out)]))
    result.append(network("grouped convolution", 6, 2, spikes(rng, 2, 6, 60, 0.25), [image, wide, out],
                          [projection(rng, image, wide, "taps", kernel=[3, 3], padding=[1, 1],
                                      groups=2),
                           projection(rng, wide, out)]))
    return result


def drawn_convolution(rng, seed):
    """Two convolutions and a dense layer."""
    ticks, samples = rng.randint(1, 12), rng.randint(1, 3)
    populations = [population("in", [2 * rng.randint(1, 2), rng.randint(4, 8), rng.randint(4, 8)],
                              "input")]
    links = []
    for name in ("first", "second"):
        source = populations[-1]["shape"]
        kernel = [rng.randint(1, 3), rng.randint(1, 3)]
        stride, padding = [rng.randint(1, 2) for _ in kernel], [rng.randint(0, k - 1) for k in kernel]
        shape = [2 * rng.randint(1, 3)] + [
            (length + 2 * p - k) // s + 1
            for length, p, k, s in zip(source[1:], padding, kernel, stride)]
        if min(shape) < 1:
            break
        populations.append(population(name, shape))
        kind = rng.choice(["conv", "taps"])
        links.append(projection(rng, *populations[-2:], kind, kernel=kernel, stride=stride,
                                padding=padding, groups=2 if kind == "taps" else 1,
                                zeros=rng.choice([0, 0.3]), bias=rng.random() < 0.3))
    populations.append(population("out", [5]))
    links.append(projection(rng, *populations[-2:]))
    size = volume(populations[0]["shape"])
    # SpikingJelly multiplies taps on padding too, which a list of taps does not know of.
    if links[0]["kind"] == "conv" and rng.random() < 0.5:
        data, batch = changing(rng, samples, ticks, size, [0, 0, 3, SCALE]), 1
    else:
        data, batch = spikes(rng, samples, ticks, size, 0.3), rng.randint(1, samples)
    return network(f"random {seed}", ticks, batch, data, populations, links)


def drawn(seed):
    """A random network of a random kind."""
    rng = random.Random(seed)
    if rng.random() < 0.25:
        return drawn_convolution(rng, seed)
    ticks, samples = rng.randint(1, 30), rng.randint(1, 4)
    sizes = [rng.randint(3, 40) for _ in range(rng.randint(2, 5))]
    kind = rng.choice(["spikes", "spikes", "spikes", "held", "changing", "relu"])
    values = rng.choice([[-SCALE, 0, SCALE], [0, 0, 3, 8], [0, SCALE], [-5, 0, 0, 0, SCALE]])
    batch = rng.randint(1, samples)
    more = {"zeros": rng.choice([0, 0, 0.3, 0.9]), "bias": rng.random() < 0.3,
            "kind": rng.choice(["dense", "dense", "listed"]), "tau": rng.choice([2, 4]),
            "neuron": rng.choice(["lif", "lif", "if"])}
    if rng.random() < 0.2:
        more.update(scale=1, values=[1])
    size = sizes[0]
    if kind == "relu":
        more.update(neuron="relu")
        data = held(rng, samples, size, [abs(v) for v in values])
        return chain(rng, f"random {seed}", sizes, 1, data, 1, **more)
    if kind == "held":
        data = held(rng, samples, size, [abs(v) for v in values])
    elif kind == "changing":
        data = changing(rng, samples, ticks, size, values)
    else:
        data = spikes(rng, samples, ticks, size, rng.choice([0.05, 0.3, 0.9]))
    if kind != "spikes":  # whether a call is graded is decided per call: one sample at a time
        batch = 1
    net = chain(rng, f"random {seed}", sizes, ticks, data, batch, **more)
    if rng.random() < 0.3:  # recurrent
        layer = rng.choice(net["populations"][1:])
        net["projections"].append(projection(rng, layer, layer, delay=rng.randint(1, 3)))
    # Values of a source act at once in snn.
    later = [q for q in net["projections"] if kind == "spikes" or q["source"] != "in"]
    if later and rng.random() < 0.3:
        rng.choice(later)["delay"] += rng.randint(1, 3)
    return net
