"""What the exercises of the chapter share: networks as flat lists of parameters, [W1, b1, ..., WL, bL], and a scene
in which a training loop can be watched."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import isfinite

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.spec import OFF_GRID, Draw, Unfit, describe, drawn, load_parameters, named, normal, number


def layers(*widths):
    """Parameters of layers X @ W + b between these widths, as a flat list.

    The biases keep pre-activations off 0, where a ReLU has no derivative, and most of the units active.
    """
    return [part for a, b in pairwise(widths) for part in (normal(a, b), normal(b, mean=0.5, shift=OFF_GRID))]


def problem(*batches, axes=(4,)):
    """Weights, and batches (rows, hits): how many of a batch's rows the weights are right about, at any places."""

    def draw(d: Draw):
        inputs, classes = torch.Size(axes).numel(), 5
        weight, bias = (torch.randn(classes, n, generator=d.generator).round(decimals=2) for n in (inputs, 1))
        found = []
        for m, hits in batches:
            X = torch.randn(m, *axes, generator=d.generator).round(decimals=2)
            order = (X.flatten(1).double() @ weight.T.double() + bias[:, 0].double()).argsort(1, descending=True)
            missed = torch.randperm(m, generator=d.generator) >= hits
            other = torch.randint(1, classes, (m,), generator=d.generator)
            found.append((X.to(d.dtype), order[torch.arange(m), missed * other]))
        return {"weights": [weight.to(d.dtype), bias[:, 0].to(d.dtype)], "batches": found}

    return drawn(draw)


class Net(nn.Module):
    """Logits of a linear layer, with parts inside of parts; the flags of all of them may be given. note: takes notes."""

    def __init__(self, weights, flags, note):
        super().__init__()
        self.note = note
        self.body = nn.Sequential(nn.Flatten(), nn.Sequential(nn.Identity(), nn.Linear(*reversed(weights[0].shape))))
        load_parameters(self, weights)
        for module, flag in zip(self.modules(), flags, strict=False):
            module.training = flag

    def forward(self, X):
        logits = self.body(X)
        self.note(X, logits)
        return logits


class Steps:
    """An optimizer with two methods and nothing else: gradient descent. note: takes notes before each step."""

    def __init__(self, net, lr, note):
        self.net, self.lr, self.note = net, lr, note

    def zero_grad(self, set_to_none=True):
        self.net.zero_grad(set_to_none)

    def step(self):
        self.note()
        with torch.no_grad():
            for p in self.net.parameters():
                p -= self.lr * (0 if p.grad is None else p.grad)


class Batches:
    """What can be gone through, has no length, and counts how often it was."""

    def __init__(self, batches):
        self.batches, self.times = batches, 0

    def __iter__(self):
        self.times += 1
        return iter(self.batches)


class Scene:
    """A network, batches, a loss and an optimizer, and notes of what is done with them.

    loss: "cross-entropy" or "squared". form: "list", "generator" or "loader". flags: those of net, its body, flatten,
    the inner part, identity and linear. before: what stands in .grad of weight and bias. momentum: of an optimizer of
    torch, instead of one that has two methods alone.
    """

    def __init__(
        self, problem, loss="cross-entropy", form="list", flags=(), before=(0.0, 0.0), lr=0.3, momentum=None
    ) -> None:
        self.calls: list[str] = []
        self.during: set[str] = set()
        self.graphs: set[bool] = set()
        self.gradients: list[list[Tensor]] = []
        self.squared = loss == "squared"
        self.net = Net(problem["weights"], flags, self._note_call)
        for p, value in zip(self.net.parameters(), before, strict=True):
            p.grad = None if value is None else torch.full_like(p, value)
        self.optimizer = Steps(self.net, lr, self._note_step)
        if momentum is not None:
            self.optimizer = torch.optim.SGD(self.net.parameters(), lr=lr, momentum=momentum)
            self.optimizer.register_step_pre_hook(self._note_step)
        self.loader = Batches(problem["batches"])
        self.batches = {"loader": self.loader, "generator": iter(self.loader), "list": problem["batches"]}[form]

    def _note_call(self, X, logits):
        self.calls.append(f"net: {str(X.dtype).removeprefix('torch.')} {tuple(X.shape)}")
        self.during.add(str([m.training for m in self.net.modules()]))
        self.graphs.add(logits.requires_grad)

    def _note_step(self, *_):
        grads = [torch.zeros_like(p) if p.grad is None else p.grad.clone() for p in self.net.parameters()]
        self.gradients.append(grads)

    def loss(self, logits, y):
        if not (isinstance(y, Tensor) and y.dtype == torch.int64 and isinstance(logits, Tensor) and logits.dim() == 2):
            text = "loss takes (logits, y), but was called with {first} and {second}"
            raise Unfit(text, first=describe(logits), second=describe(y))
        self.calls.append(f"loss: {tuple(y.shape)}")
        if self.squared:
            return (logits - F.one_hot(y, logits.shape[1])).square().sum(1).mean() / 2
        return F.cross_entropy(logits, y)

    def notes(self, show: Sequence[str]):
        """Those notes that are asked for, by their names."""
        weight, bias = self.net.parameters()
        found = {
            "calls": self.calls,
            "times gone through the batches": self.loader.times,
            "training flags during the calls": sorted(self.during),
            "training flags afterwards": [m.training for m in self.net.modules()],
            "a graph is recorded": sorted(self.graphs),
            **{f"gradients at step {k}": grads for k, grads in enumerate(self.gradients, 1)},
            "gradients afterwards": [p.grad if p.grad is None else p.grad.tolist() for p in (weight, bias)],
            "parameters afterwards": [weight.detach(), bias.detach()],
            "parameters ask for gradients": [weight.requires_grad, bias.requires_grad],
        }
        return {name: value for name, value in found.items() if name.startswith(tuple(show))}


def share(found):
    """An accuracy as a fraction: near a tie, a tolerance would be as large as a hit."""
    value = number(found)
    exact = isinstance(value, int | float) and isfinite(value)
    return str(Fraction(value).limit_denominator(1000)) if exact else value


def loss_and_accuracy(found):
    results = named(found, "loss", "accuracy")
    return {"loss": number(results["loss"]), "accuracy": share(results["accuracy"])}


def evaluated(student, net, batches):
    with torch.enable_grad():  # whatever the call leaves switched off is on again afterwards
        return student.evaluate_accuracy(net, batches)
