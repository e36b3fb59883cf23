#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes optimizer_golden.json: what PyTorch's optimisers do to eight parameters, in float64.

Made with PyTorch 2.15.0 (torch.optim.SGD, Adam, AdamW; foreach and fused off). Parameters, gradients and
learning rates are float32 numbers, so that a float32 optimiser is given exactly the same problem.
Run: python make_optimizer_golden.py [optimizer_golden.json]
"""

import json
import math
import pathlib
import sys

import torch

STEPS = 40
SIZE = 8

CASES = {
    "sgd": (torch.optim.SGD, "Sgd", {"momentum": 0.0, "weight_decay": 0.0}),
    "sgd_momentum": (torch.optim.SGD, "Sgd", {"momentum": 0.9, "weight_decay": 0.0}),
    "sgd_momentum_decay": (torch.optim.SGD, "Sgd", {"momentum": 0.9, "weight_decay": 0.05}),
    "adam": (torch.optim.Adam, "Adam", {"betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0}),
    "adam_decay": (torch.optim.Adam, "Adam", {"betas": (0.8, 0.99), "eps": 1e-3, "weight_decay": 0.05}),
    "adamw": (torch.optim.AdamW, "AdamW", {"betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.01}),
    "adamw_decay": (torch.optim.AdamW, "AdamW", {"betas": (0.8, 0.99), "eps": 1e-3, "weight_decay": 0.5}),
}


def float32(values):
    return torch.tensor(values, dtype=torch.float32).double()


def main():
    here = pathlib.Path(__file__).resolve().parent
    path = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / "optimizer_golden.json"
    initial = float32([0.5, -1.25, 2.0, 0.0, 1e-3, -0.3, 3.0, -1e-2])
    # Steady, alternating, growing, vanishing, rare and absent gradients, over seven decades.
    gradients = [
        float32([
            0.1,
            0.3 * (-1) ** t,
            0.02 * t,
            math.exp(-0.4 * t),
            1e-4 * math.sin(1.7 * t),
            0.0,
            5.0 if t % 11 == 3 else 0.0,
            20.0 * math.cos(0.9 * t),
        ])
        for t in range(STEPS)
    ]
    rates = float32([0.02 * (1 + math.cos(math.pi * t / STEPS)) / 2 for t in range(STEPS)]).tolist()
    cases = []
    for name, (optimizer_type, kind, options) in CASES.items():
        parameter = torch.nn.Parameter(initial.clone())
        optimizer = optimizer_type([parameter], lr=rates[0], foreach=False, **options)
        after = []
        for gradient, rate in zip(gradients, rates):
            optimizer.param_groups[0]["lr"] = rate
            parameter.grad = gradient.clone()
            optimizer.step()
            after.append(parameter.detach().tolist())
        cases.append({"name": name, "kind": kind, **options, "after": after})
    golden = {
        "source": f"PyTorch {torch.__version__.split('+')[0]}, float64",
        "initial": initial.tolist(),
        "gradients": [g.tolist() for g in gradients],
        "rates": rates,
        "cases": cases,
    }
    # Every step of the first ten, then every tenth: the file stays small.
    kept = list(range(10)) + list(range(19, STEPS, 10))
    golden["steps"] = [k + 1 for k in kept]
    for case in cases:
        case["after"] = [case["after"][k] for k in kept]
    text = json.dumps(golden, indent=None, separators=(",", ":"))
    path.write_text(text.replace("],[", "],\n[").replace('},{', '},\n{') + "\n")


if __name__ == "__main__":
    main()
