#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Trains a features-hidden-classes network with a peer library and prints one JSON object: seconds of training
per epoch and accuracies. The best epoch on validation is reported, as snn does.

--form tutorial | hoisted | tutorial-compiled | hoisted-compiled (networks.py; compiled: torch.compile; needs
a C++ compiler, and warm-up is not timed)."""

import argparse
import copy
import importlib.metadata
import json
import math
import sys
import time

import torch

import data
import networks


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--library", required=True, choices=sorted(networks.FORMS))
    parser.add_argument("--form", default="tutorial",
                        choices=["tutorial", "hoisted", "tutorial-compiled", "hoisted-compiled"])
    parser.add_argument("--data", required=True, help="mnist:DIR | events:TRAIN.h5,TEST.h5")
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--dt-ms", type=float, default=12.0, help="length of a tick, for events")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--schedule", default="cosine", choices=["cosine", "constant"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, default=0, help="training samples; 0: all")
    return parser.parse_args()


class Trainer:
    def __init__(self, args, loaded):
        form, _, compiled = args.form.partition("-")
        self.args, self.data = args, loaded
        self.net = networks.FORMS[args.library][form](
            loaded.features, args.hidden, loaded.classes, args.steps, loaded.static)
        self.optimizer = self.new_optimizer()
        # One shape is compiled: whole batches of training. The rest of an epoch and evaluation run as written.
        self.compiled = torch.compile(self.forward, dynamic=False) if compiled else self.forward

    def new_optimizer(self):
        return torch.optim.Adam(self.net.parameters(), lr=self.args.lr, fused=True)

    def forward(self, x, y):
        out = self.net(x)
        return self.net.loss(out, y), self.net.scores(out)

    def loss_of(self, x, y):
        return (self.compiled if len(y) == self.args.batch else self.forward)(x, y)[0]

    def batches(self, part, order):
        for chosen in order.split(self.args.batch):
            x, y = part.x[chosen], part.y[chosen]
            yield (x if self.data.static else x.transpose(0, 1).contiguous()), y

    def warm_up(self):
        """Compiles, loads what is loaded late, and fills caches, for all batch sizes; leaves no trace."""
        before = copy.deepcopy(self.net.state_dict())
        samples = len(self.data.train)
        for size in {min(self.args.batch, samples), samples % self.args.batch or self.args.batch}:
            for x, y in self.batches(self.data.train, torch.arange(size)):
                self.loss_of(x, y).backward()
                self.net.forget()
        self.optimizer.step()
        self.net.load_state_dict(before)
        self.optimizer = self.new_optimizer()

    def epoch(self, number, generator):
        args = self.args
        rate = args.lr
        if args.schedule == "cosine":
            rate *= (1 + math.cos(math.pi * number / args.epochs)) / 2
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.net.train()
        start = time.perf_counter()
        total = 0.0
        for x, y in self.batches(self.data.train, torch.randperm(len(self.data.train), generator=generator)):
            self.optimizer.zero_grad()
            loss = self.loss_of(x, y)
            loss.backward()
            self.optimizer.step()
            self.net.forget()
            total += loss.item() * len(y)
        return time.perf_counter() - start, total / len(self.data.train)

    @torch.no_grad()
    def accuracy(self, part):
        self.net.eval()
        correct = 0
        for x, y in self.batches(part, torch.arange(len(part))):
            _, scores = self.forward(x, y)
            correct += int((scores.argmax(1) == y).sum())
            self.net.forget()
        return correct / len(part)


def main():
    args = options()
    torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(args.seed)
    loaded = data.load(args.data, args.steps, args.dt_ms, args.limit, args.seed)
    trainer = Trainer(args, loaded)
    start = time.perf_counter()
    trainer.warm_up()
    warm_up_s = time.perf_counter() - start
    generator = torch.Generator().manual_seed(args.seed)
    seconds, validation, test = [], [], []
    for number in range(args.epochs):
        epoch_s, loss = trainer.epoch(number, generator)
        seconds.append(epoch_s)
        validation.append(trainer.accuracy(loaded.validation))
        test.append(trainer.accuracy(loaded.test))
        print(f"{args.library} {args.form}: epoch {number + 1}/{args.epochs}  loss {loss:.4f}  "
              f"validation {100 * validation[-1]:.2f} %  {epoch_s:.3f} s", file=sys.stderr, flush=True)
        if not math.isfinite(loss):
            raise SystemExit("the loss is not finite")
    best = max(range(args.epochs), key=lambda e: validation[e])
    print(json.dumps({
        "library": args.library,
        "version": importlib.metadata.version(args.library),
        "torch": torch.__version__,
        "form": args.form,
        "threads": torch.get_num_threads(),
        "train_samples": len(loaded.train),
        "warm_up_s": warm_up_s,
        "epoch_s": seconds,
        "validation_accuracy": validation,
        "best_epoch": best + 1,
        "accuracy": test[best],
    }))


if __name__ == "__main__":
    main()
