#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Linear(n) and LIF neurons, forward and backward (gradient of weights and bias; the input needs none), on spikes
of a given density [tick, batch, n]. Contestants take turns. Prints one JSON object per density: medians in ms of
each library's forms and of the linear layer alone."""

import argparse
import json
import statistics
import sys
import time

import torch
from torch import nn

import snntorch
from spikingjelly.activation_based import functional, layer, neuron, surrogate


class SnntorchLoop(nn.Module):
    """Linear inside the time loop, as tutorials have it."""

    def __init__(self, n):
        super().__init__()
        self.fc, self.lif = nn.Linear(n, n), snntorch.Leaky(beta=0.95)

    def forward(self, x):
        membrane = self.lif.init_leaky()
        spikes = []
        for step in range(x.shape[0]):
            spike, membrane = self.lif(self.fc(x[step]), membrane)
            spikes.append(spike)
        return torch.stack(spikes)


class SnntorchHoisted(SnntorchLoop):
    """The linear layer sees all steps at once."""

    def forward(self, x):
        membrane = self.lif.init_leaky()
        spikes = []
        for current in self.fc(x).unbind(0):
            spike, membrane = self.lif(current, membrane)
            spikes.append(spike)
        return torch.stack(spikes)


class SpikingjellyMultiStep(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.fc = layer.Linear(n, n)
        self.lif = neuron.LIFNode(tau=20.0, surrogate_function=surrogate.ATan(), detach_reset=True)
        functional.set_step_mode(self, "m")

    def forward(self, x):
        spikes = self.lif(self.fc(x))
        functional.reset_net(self)
        return spikes


CONTESTANTS = {
    "linear_alone": nn.Linear,
    "snntorch_loop": SnntorchLoop,
    "snntorch_hoisted": SnntorchHoisted,
    "spikingjelly_multi_step": SpikingjellyMultiStep,
}


def once(net, x, gradient):
    net.zero_grad()
    start = time.perf_counter()
    net(x).backward(gradient)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--neurons", type=int, default=1024)
    parser.add_argument("--ticks", type=int, default=500)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--density", type=float, nargs="+", default=[0.5, 0.1, 0.01])
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    nets = {name: (make(args.neurons, args.neurons) if make is nn.Linear else make(args.neurons))
            for name, make in CONTESTANTS.items()}
    shape = (args.ticks, args.batch, args.neurons)
    gradient = torch.rand(shape)
    for density in args.density:
        x = (torch.rand(shape) < density).float()
        seconds = {name: [] for name in nets}
        for turn in range(args.rounds + 1):
            for name, net in nets.items():
                taken = once(net, x, gradient)
                print(f"density {density} turn {turn} {name} {1e3 * taken:.1f} ms", file=sys.stderr)
                if turn > 0:  # the first fills caches
                    seconds[name].append(taken)
        medians = {f"{name}_ms": 1e3 * statistics.median(s) for name, s in seconds.items()}
        print(json.dumps({"neurons": args.neurons, "ticks": args.ticks, "batch": args.batch,
                          "threads": args.threads, "density": density, **medians}), flush=True)


if __name__ == "__main__":
    main()
