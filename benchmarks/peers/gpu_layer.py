#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Linear(n) and LIF neurons on a GPU, forward and backward with the gradient of weights, bias and input, on spikes
of a given density [tick, batch, n]: what bench_gpu_layer does. One contestant after the other, as a device would
not hold all. Prints one JSON object: for each precision medians in ms of the linear layer alone, of SpikingJelly
with the kernels that it chooses, and of Norse with its step compiled; and the peak of memory that each took. A
library that is not installed, and a contestant that fails, are named with the reason."""

import argparse
import importlib.metadata
import json
import statistics
import sys
import time

import torch
from torch import nn

DECAY_TICKS = 20.0


class Linear(nn.Module):
    """The matrix products alone."""

    def __init__(self, n):
        super().__init__()
        self.fc = nn.Linear(n, n)

    def forward(self, x):
        return self.fc(x)


class Spikingjelly(nn.Module):
    """All ticks at once; the library takes its fastest implementation for the device."""

    def __init__(self, n):
        from spikingjelly.activation_based import functional, layer, neuron, surrogate

        super().__init__()
        self.fc = layer.Linear(n, n)
        self.lif = neuron.LIFNode(tau=DECAY_TICKS, surrogate_function=surrogate.ATan(), detach_reset=True)
        functional.set_step_mode(self, "m")
        self.forget = functional.reset_net

    def forward(self, x):
        spikes = self.lif(self.fc(x))
        self.forget(self)
        return spikes

    @staticmethod
    def implementation(device):
        """What the library says that it runs."""
        from spikingjelly.activation_based.functional import neuron

        return str(neuron.neuron_implementation("lif", torch.device(device))["implementation"])


class Norse(nn.Module):
    """The linear layer on all ticks at once, then the compiled step of a neuron without a synaptic current, tick by
    tick, as the library's own loop has it."""

    def __init__(self, n):
        from norse.torch.functional.lif_box import LIFBoxFeedForwardState, LIFBoxParameters, lif_box_feed_forward_step

        super().__init__()
        self.fc = nn.Linear(n, n)
        self.parameters_of_neurons = LIFBoxParameters(tau_mem_inv=torch.as_tensor(1e3 / DECAY_TICKS))
        self.first = LIFBoxFeedForwardState
        self.step = torch.compile(lif_box_feed_forward_step)

    def forward(self, x):
        current = self.fc(x)
        p = type(self.parameters_of_neurons)(*(v.to(x.device) if torch.is_tensor(v) else v
                                               for v in self.parameters_of_neurons))
        state = self.first(v=torch.zeros_like(current[0]))
        spikes = []
        for tick in current.unbind(0):
            spike, state = self.step(tick, state, p, 1e-3)
            spikes.append(spike)
        return torch.stack(spikes)


CONTESTANTS = {"linear_alone": Linear, "spikingjelly": Spikingjelly, "norse_compiled": Norse}


class Clock:
    """Milliseconds of work, by events of the device, or by the host's clock where there is none."""

    def __init__(self, device):
        self.cuda = torch.device(device).type == "cuda"

    def time(self, work):
        if not self.cuda:
            begin = time.perf_counter()
            work()
            return 1e3 * (time.perf_counter() - begin)
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        work()
        end.record()
        end.synchronize()
        return begin.elapsed_time(end)


def measure(name, args, tf32):
    """Median ms of one contestant and its peak of memory, or why there are none."""
    torch.backends.cuda.matmul.allow_tf32 = tf32
    torch.manual_seed(1)
    try:
        net = CONTESTANTS[name](args.neurons).to(args.device)
    except ImportError as missing:
        return {"unavailable": f"{missing}; python -m pip install {name.split('_')[0]}"}
    shape = (args.ticks, args.batch, args.neurons)
    clock = Clock(args.device)
    try:
        x = (torch.rand(shape, device=args.device) < args.density).float().requires_grad_()
        gradient = torch.rand(shape, device=args.device)

        def once():
            net.zero_grad()
            x.grad = None
            net(x).backward(gradient)

        for _ in range(2):  # compiles, fills caches
            once()
        if clock.cuda:
            torch.cuda.reset_peak_memory_stats(args.device)
        times = [clock.time(once) for _ in range(args.rounds)]
    except (RuntimeError, torch.cuda.OutOfMemoryError) as error:
        return {"unavailable": str(error).splitlines()[0]}
    found = {"forward_backward_ms": statistics.median(times), "ms": times}
    if clock.cuda:
        found["peak_bytes"] = torch.cuda.max_memory_allocated(args.device)
    if hasattr(net, "implementation"):
        found["implementation"] = net.implementation(args.device)
    return found


def version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--neurons", type=int, default=16384)
    parser.add_argument("--ticks", type=int, default=500)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--density", type=float, default=0.05)
    parser.add_argument("--precision", nargs="+", choices=["fp32", "tf32"], default=["fp32", "tf32"])
    parser.add_argument("--only", nargs="+", choices=CONTESTANTS, default=list(CONTESTANTS))
    args = parser.parse_args()
    if torch.device(args.device).type == "cuda" and not torch.cuda.is_available():
        sys.exit("torch finds no CUDA device")
    results = {p: {name: measure(name, args, p == "tf32") for name in args.only} for p in args.precision}
    print(json.dumps({
        "neurons": args.neurons, "ticks": args.ticks, "batch": args.batch, "density": args.density,
        "device": torch.cuda.get_device_name(args.device) if torch.cuda.is_available() else args.device,
        "versions": {package: version(package) for package in ("torch", "spikingjelly", "norse", "triton", "cupy")},
        "layer": results}, indent=1))


if __name__ == "__main__":
    main()
