# SPDX-License-Identifier: Apache-2.0
"""Runs the networks of networks.py in torch under the counters of NeuroBench, sinabs and SpikingJelly."""

import snntorch
import torch
from neurobench.benchmarks import Benchmark
from neurobench.metrics.static import ConnectionSparsity, Footprint, ParameterCount
from neurobench.metrics.utils.layers import single_layer_MACs
from neurobench.metrics.workload import ActivationSparsity, MembraneUpdates, SynapticOperations
from neurobench.models import SNNTorchModel, TorchModel
from sinabs.hooks import conv_layer_synops_hook, linear_layer_synops_hook
from spikingjelly.activation_based.op_counter import DispatchCounterMode, MACCounter, SynOpCounter

import networks


class Ambiguous(Exception):
    """Rounding or a tool's own reset could decide a spike: take another network."""


def neuron_of(population):
    if population["neuron"] == "relu":
        return torch.nn.ReLU()
    beta = 1.0 if population["neuron"] == "if" else 1.0 - 1.0 / population["tau"]
    return snntorch.Leaky(beta=beta, threshold=networks.THRESHOLD, init_hidden=True,
                          reset_mechanism=population["reset"], reset_delay=False)


def layer_of(entry, source, target):
    weight = torch.tensor(entry["weights"], dtype=torch.float32) / entry["scale"]
    bias = bool(entry["bias"])
    if entry["kind"] in ("conv", "taps"):
        layer = torch.nn.Conv2d(source["shape"][0], target["shape"][0], tuple(entry["kernel"]),
                                stride=tuple(entry["stride"]), padding=tuple(entry["padding"]),
                                groups=entry["groups"], bias=bias)
    else:
        layer = torch.nn.Linear(networks.volume(source["shape"]), networks.volume(target["shape"]),
                                bias=bias)
    layer.weight.data = weight.reshape(layer.weight.shape)
    if bias:
        layer.bias.data = torch.tensor(entry["bias"], dtype=torch.float32) / entry["scale"]
    return layer


class Net(torch.nn.Module):
    """One tick per call: forward(batch x features) -> (outputs of the last population, None)."""

    def __init__(self, description):
        super().__init__()
        self.description = description
        self.by_name = {p["name"]: p for p in description["populations"]}
        self.neurons = torch.nn.ModuleList(neuron_of(p) for p in description["populations"][1:])
        self.links = torch.nn.ModuleList(
            layer_of(e, self.by_name[e["source"]], self.by_name[e["target"]])
            for e in description["projections"])
        self.reset()

    def reset(self):
        for neuron in self.neurons:
            if isinstance(neuron, snntorch.Leaky):
                neuron.reset_mem()
                neuron.mem = torch.zeros(0)
        self.past = []  # outputs of all populations, tick by tick

    def forward(self, inputs):
        now = {self.description["populations"][0]["name"]: inputs}
        for neuron, population in zip(self.neurons, self.description["populations"][1:]):
            total = 0
            for link, entry in zip(self.links, self.description["projections"]):
                if entry["target"] != population["name"]:
                    continue
                source = self.by_name[entry["source"]]
                if entry["delay"] == 0:
                    given = now[entry["source"]]
                elif entry["delay"] <= len(self.past):
                    given = self.past[-entry["delay"]][entry["source"]]
                else:
                    given = inputs.new_zeros(len(inputs), networks.volume(source["shape"]))
                if isinstance(link, torch.nn.Conv2d):
                    given = given.reshape(len(given), *source["shape"])
                total = total + link(given).flatten(1)
            now[population["name"]] = neuron(total).to(total.dtype)  # snnTorch gives float32
            if isinstance(neuron, snntorch.Leaky) and bool((neuron.mem >= networks.THRESHOLD).any()):
                raise Ambiguous("a membrane is above threshold after its reset")
        self.past.append(now)
        return now[population["name"]], None


def inputs_of(description):
    """[sample][tick][feature]"""
    data = description["input"]
    values = torch.tensor(data["samples"], dtype=torch.float32) / data["scale"]
    return values.expand(-1, description["ticks"], -1) if data["kind"] == "held" else values


def batches(description):
    data = inputs_of(description)
    return data.split(description["batch"])


def run(net, batch):
    """All ticks of a batch; every tick is one call, as in the step-by-step mode of the tools."""
    net.reset()
    for tick in range(batch.shape[1]):
        net(batch[:, tick].contiguous())


def by_neurobench(description):
    net = Net(description).eval()
    data = inputs_of(description)
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(data, torch.zeros(len(data))), batch_size=description["batch"])
    model = SNNTorchModel(net)
    if any(p["neuron"] == "relu" for p in description["populations"]):
        model.add_activation_module(torch.nn.ReLU)
    with torch.no_grad():
        results = Benchmark(model, loader, [], [],
                            [[Footprint, ConnectionSparsity, ParameterCount],
                             [ActivationSparsity, SynapticOperations, MembraneUpdates]]
                            ).run(quiet=True)
    # The same layer by layer, by its function for one call.
    layers = [[0, 0, 0] for _ in net.links]
    net = Net(description).eval()
    for link, sums in zip(net.links, layers):
        def count(module, given, sums=sums, link=link):
            if getattr(link, "counting", False):
                return
            link.counting = True
            # Whether it adds or multiplies is decided by its function; one call per layer and tick.
            operations, spiking = single_layer_MACs(given[0], link)
            total, _ = single_layer_MACs(given[0], link, total=True)
            link.counting = False
            sums[1 if spiking else 0] += operations
            sums[2] += total
        link.register_forward_pre_hook(count)
    with torch.no_grad():
        for batch in batches(description):
            run(net, batch)
    return {"layers": layers, "results": results}


def by_sinabs(description):
    net = Net(description).eval().double()  # its means over a batch would round in float32
    sums = [0.0] * len(net.links)
    for n, link in enumerate(net.links):
        hook = (conv_layer_synops_hook if isinstance(link, torch.nn.Conv2d)
                else linear_layer_synops_hook)
        link.register_forward_hook(hook)

        def add(module, given, output, n=n):  # a mean over the batch; samples are summed here
            sums[n] += float(module.hook_data["layer_synops_per_timestep"]) * len(given[0])
        link.register_forward_hook(add)
    with torch.no_grad():
        for batch in batches(description):
            run(net, batch.double())
    return {"layers": sums}


def by_spikingjelly(description):
    net = Net(description).eval()
    synops, macs = SynOpCounter(), MACCounter()
    with torch.no_grad(), DispatchCounterMode([synops, macs]):
        for batch in batches(description):
            run(net, batch)

    def of(counter, n):
        return sum(sum(entry.values()) for scope, entry in counter.records.items()
                   if scope.endswith(f"links.{n}"))
    layers = [[of(macs, n), of(synops, n)] for n in range(len(net.links))]
    if sum(a for _, a in layers) != synops.get_total() or sum(m for m, _ in layers) != macs.get_total():
        raise RuntimeError("SpikingJelly's records have other names than those looked for")
    return {"layers": layers}


def count(description):
    """The description with what the tools count in it: sums over all samples and ticks."""
    torch.set_num_threads(1)
    tools = {"neurobench": by_neurobench(description), "sinabs": by_sinabs(description),
             "spikingjelly": by_spikingjelly(description)}
    totals = tools["neurobench"]["results"]["SynapticOperations"]
    samples = len(description["input"]["samples"])
    for name, column in (("Effective_MACs", 0), ("Effective_ACs", 1), ("Dense", 2)):
        layered = sum(layer[column] for layer in tools["neurobench"]["layers"])
        if abs(totals[name] * samples - layered) > 1e-6 * max(1, layered):
            raise RuntimeError(f"NeuroBench: {name} is {totals[name]} of the whole, "
                               f"{layered / samples} of the layers")
    return dict(description, tools=tools)
