# SPDX-License-Identifier: Apache-2.0
"""The same architecture, features-hidden-classes with leaky integrate-and-fire neurons, in the peer
libraries. Each is written twice: as the library's own tutorials write it, and in the best form that gives the
same result (products that do not depend on time are taken out of the time loop). Either may be compiled with
torch.compile, see train.py.

forward(x) takes [batch, feature] of a static input, else [tick, batch, feature]; loss(out, labels) is the
library's own recipe; scores(out) are [batch, class]."""

import torch
from torch import nn
from torch.nn import functional as F


class SnntorchTutorial(nn.Module):
    """snnTorch, tutorial 5: Leaky neurons with beta 0.95, one step at a time, cross-entropy of the membrane
    summed over steps, the answer is the largest spike count."""

    def __init__(self, features, hidden, classes, steps, static):
        super().__init__()
        import snntorch

        self.steps, self.static = steps, static
        self.fc1 = nn.Linear(features, hidden)
        self.lif1 = snntorch.Leaky(beta=0.95)
        self.fc2 = nn.Linear(hidden, classes)
        self.lif2 = snntorch.Leaky(beta=0.95)

    def forward(self, x):
        mem1 = self.lif1.init_leaky()
        mem2 = self.lif2.init_leaky()
        spikes, membranes = [], []
        for step in range(self.steps):
            cur1 = self.fc1(x if self.static else x[step])
            spk1, mem1 = self.lif1(cur1, mem1)
            cur2 = self.fc2(spk1)
            spk2, mem2 = self.lif2(cur2, mem2)
            spikes.append(spk2)
            membranes.append(mem2)
        return torch.stack(spikes), torch.stack(membranes)

    def loss(self, out, labels):
        loss = 0
        for step in range(self.steps):
            loss = loss + F.cross_entropy(out[1][step], labels)
        return loss

    def scores(self, out):
        return out[0].sum(0)

    def forget(self):
        """State between batches. forward() begins anew in any case; this also drops the old shape, for
        which torch.compile would compile again."""
        self.lif1.mem = torch.zeros(0)
        self.lif2.mem = torch.zeros(0)


class SnntorchHoisted(SnntorchTutorial):
    """The same function: the linear layers see all steps at once (a static input only once), and so does the
    loss."""

    def forward(self, x):
        cur1 = self.fc1(x)
        mem1 = self.lif1.init_leaky()
        spk1_steps = []
        for cur in [cur1] * self.steps if self.static else cur1.unbind(0):
            spk1, mem1 = self.lif1(cur, mem1)
            spk1_steps.append(spk1)
        mem2 = self.lif2.init_leaky()
        spikes, membranes = [], []
        for cur in self.fc2(torch.stack(spk1_steps)).unbind(0):
            spk2, mem2 = self.lif2(cur, mem2)
            spikes.append(spk2)
            membranes.append(mem2)
        return torch.stack(spikes), torch.stack(membranes)

    def loss(self, out, labels):
        return F.cross_entropy(out[1].flatten(0, 1), labels.repeat(self.steps)) * self.steps


class SpikingjellyTutorial(nn.Module):
    """SpikingJelly, the multi-step form of its MNIST and Fashion-MNIST examples: LIFNode with tau 2 and the
    arctan surrogate, firing rates, mean squared error to the one-hot label. On a CPU its neurons choose the
    torch implementation by themselves."""

    def __init__(self, features, hidden, classes, steps, static):
        super().__init__()
        from spikingjelly.activation_based import functional, layer, neuron, surrogate

        self.functional = functional
        self.steps, self.static, self.classes = steps, static, classes

        def lif():
            return neuron.LIFNode(tau=2.0, surrogate_function=surrogate.ATan())

        self.fc1, self.lif1 = layer.Linear(features, hidden), lif()
        self.fc2, self.lif2 = layer.Linear(hidden, classes), lif()
        functional.set_step_mode(self, "m")

    def forward(self, x):
        if self.static:
            x = x.unsqueeze(0).repeat(self.steps, 1, 1)
        return self.lif2(self.fc2(self.lif1(self.fc1(x))))

    def loss(self, out, labels):
        return F.mse_loss(out.mean(0), F.one_hot(labels, self.classes).float())

    def scores(self, out):
        return out.mean(0)

    def forget(self):
        self.functional.reset_net(self)


class SpikingjellyHoisted(SpikingjellyTutorial):
    """The same function: the product of a static input is taken once."""

    def forward(self, x):
        if not self.static:
            return super().forward(x)
        current = F.linear(x, self.fc1.weight, self.fc1.bias)
        spikes = self.lif1(current.unsqueeze(0).expand(self.steps, -1, -1))
        return self.lif2(self.fc2(spikes))


FORMS = {
    "snntorch": {"tutorial": SnntorchTutorial, "hoisted": SnntorchHoisted},
    "spikingjelly": {"tutorial": SpikingjellyTutorial, "hoisted": SpikingjellyHoisted},
}
