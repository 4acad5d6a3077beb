"""Draws what goes wrong under each of the three shifts, and what helps, by the chapter's reference solutions.

    python exercises/ch05_numerical_stability/pictures/draw.py [FOLDER]

FOLDER is where the PNG files go; without it, beside this script.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.workshop.pictures import BLUE, GREY, INK, ORANGE, draw, paper, plot, solution

CHAPTER = "ch05_numerical_stability"
N = 400  # samples of the covariate shift, in each domain
CENTRES = torch.tensor([[0.0, 0.0], [2.0, 0.0], [1.0, 1.7]])  # of three classes
THEN, NOW = torch.tensor([0.7, 0.2, 0.1]), torch.tensor([0.1, 0.3, 0.6])  # their shares
BATCHES, LR = 150, 0.05


class Covariate(NamedTuple):
    """Rows and labels of training, rows of the test, weights; slope, intercept and test error of both lines."""

    x: Tensor
    y: Tensor
    test_x: Tensor
    weights: Tensor
    lines: list[tuple[float, float]]
    errors: list[float]


class Label(NamedTuple):
    """Shares of the classes: predicted now, estimated and true. Accuracies now, without and with weights."""

    predicted: Tensor
    estimated: Tensor
    true: Tensor
    accuracies: list[float]


def covariate() -> Covariate:
    """A straight line for a parabola, fitted left of where it is used, without weights and with them."""
    given, g = solution(CHAPTER, "covariate_shift"), torch.Generator().manual_seed(1)
    x, test_x = torch.randn(N, 1, generator=g), 1 + torch.randn(N, 1, generator=g)
    y, test_y = (part[:, 0] ** 2 + 0.3 * torch.randn(N, generator=g) for part in (x, test_x))
    weights = given.importance_weights(x, test_x)
    lines, errors = [], []
    for used in (torch.ones(N), weights):
        w, b = torch.zeros(1, requires_grad=True), torch.zeros((), requires_grad=True)
        for _step in range(300):
            found = torch.autograd.grad(given.weighted_risk((x @ w + b - y) ** 2, used), (w, b))
            with torch.no_grad():
                for p, gradient in zip((w, b), found, strict=True):
                    p -= 0.1 * gradient
        lines.append((w.item(), b.item()))
        errors.append(((test_x @ w + b - test_y) ** 2).mean().item())
    return Covariate(x[:, 0], y, test_x[:, 0], weights, lines, errors)


def label() -> Label:
    """Three classes in the plane whose shares change: softmax regression, without weights and with them."""
    g = torch.Generator().manual_seed(0)

    def samples(n: int, shares: Tensor) -> tuple[Tensor, Tensor]:
        y = torch.multinomial(shares, n, replacement=True, generator=g)
        return CENTRES[y] + 0.8 * torch.randn(n, 2, generator=g), y

    def trained(X: Tensor, y: Tensor, of_class: Tensor) -> nn.Linear:
        net = nn.Linear(2, 3)
        nn.init.zeros_(net.weight)
        nn.init.zeros_(net.bias)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.5)
        for _step in range(400):
            optimizer.zero_grad()
            (of_class[y] * F.cross_entropy(net(X), y, reduction="none")).mean().backward()
            optimizer.step()
        return net.requires_grad_(False)

    (X, y), (X_val, y_val), (X_now, y_now) = samples(2000, THEN), samples(2000, THEN), samples(2000, NOW)
    net = trained(X, y, torch.ones(3))
    confusion = torch.zeros(3, 3).index_put_((net(X_val).argmax(1), y_val), torch.ones(2000), accumulate=True)
    predicted = net(X_now).argmax(1).bincount(minlength=3) / len(X_now)
    weights = solution(CHAPTER, "label_shift").label_weights(confusion, predicted)
    nets = (net, trained(X, y, weights))
    return Label(
        predicted,
        weights * confusion.sum(0) / confusion.sum(),
        y_now.bincount(minlength=3) / len(y_now),
        [(n(X_now).argmax(1) == y_now).double().mean().item() for n in nets],
    )


def concept() -> dict[str, Tensor]:
    """The errors on a stream whose slope turns from 2 to -2, of a frozen model and of one that goes on learning."""
    g = torch.Generator().manual_seed(0)
    model, stream = nn.Linear(1, 1), []
    model.weight.data, model.bias.data = torch.tensor([[2.0]]), torch.zeros(1)
    for slope in torch.linspace(2, -2, BATCHES).tolist():
        X = torch.randn(20, 1, generator=g)
        stream.append((X, slope * X + 0.3 * torch.randn(20, 1, generator=g)))
    track = solution(CHAPTER, "concept_drift").track
    return {"frozen": track(stream, model, 0.0), "goes on learning": track(stream, model, LR)}


def draw_covariate() -> Figure:
    """Both lines over the rows of both domains, and the weights over x."""
    found = covariate()
    figure = paper(340)
    axes = plot(figure, 0.055, 0.1, 0.53, 0.78)
    grid = torch.linspace(-3, 4, 50)
    axes.plot(found.x, found.y, ".", color=GREY, markersize=5, label="training")
    axes.plot(found.test_x, -0.9 + 0 * found.test_x, "|", color=INK, alpha=0.35, markersize=9, label="test, no labels")
    named = zip(found.lines, found.errors, (ORANGE, BLUE), ("without weights", "with weights"), strict=True)
    for (slope, intercept), error, colour, name in named:
        text = f"{name}: test error {error:.1f}"
        axes.plot(grid, slope * grid + intercept, color=colour, linewidth=2.4, label=text)
    axes.set_xlim(-3, 4)
    axes.set_ylim(-1.6, 12.5)
    axes.set_title("a straight line for x^2", fontsize=13, color=INK)
    axes.legend(loc="upper left", fontsize=10, frameon=False, labelcolor=INK)
    axes = plot(figure, 0.66, 0.1, 0.315, 0.78)
    axes.plot(grid, torch.exp(grid - 0.5), color=INK, linewidth=1.2, label="q(x) / p(x)")
    axes.plot(found.x, found.weights, ".", color=BLUE, markersize=5, label="importance_weights")
    axes.set_xlim(-3, 3)
    axes.set_ylim(-0.4, 9.5)
    axes.set_title("the weight of a training row", fontsize=13, color=INK)
    axes.legend(loc="upper left", fontsize=10, frameon=False, labelcolor=INK)
    return figure


def draw_label() -> Figure:
    """Shares of the classes, and how often the model is right."""
    found = label()
    figure = paper(300)
    axes = plot(figure, 0.055, 0.1, 0.57, 0.76)
    bars = {
        "training": (THEN, GREY),
        "predicted now": (found.predicted, ORANGE),
        "estimated now": (found.estimated, BLUE),
    }
    bars["true now"] = (found.true, INK)
    for place, (name, (shares, colour)) in enumerate(bars.items()):
        axes.bar([j + 0.2 * (place - 1.5) for j in range(3)], shares.tolist(), width=0.18, color=colour, label=name)
    axes.set_xticks(range(3), [f"label {j}" for j in range(3)])
    axes.set_ylim(0, 0.8)
    axes.set_title("shares of the labels", fontsize=13, color=INK)
    axes.legend(loc="upper center", fontsize=10, frameon=False, labelcolor=INK)
    axes = plot(figure, 0.7, 0.1, 0.275, 0.76)
    axes.bar(range(2), found.accuracies, width=0.55, color=[ORANGE, BLUE])
    for place, accuracy in enumerate(found.accuracies):
        axes.text(place, accuracy + 0.02, f"{accuracy:.2f}", ha="center", fontsize=12, color=INK)
    axes.set_xticks(range(2), ["without weights", "with weights"])
    axes.set_ylim(0, 1)
    axes.set_title("accuracy now", fontsize=13, color=INK)
    return figure


def draw_concept() -> Figure:
    """Both errors, batch by batch."""
    figure = paper(280)
    axes = plot(figure, 0.06, 0.19, 0.915, 0.67)
    for (name, errors), colour in zip(concept().items(), (ORANGE, BLUE), strict=True):
        text = f"{name}: mean {errors.mean().item():.2f}"
        axes.plot(range(1, BATCHES + 1), errors, color=colour, linewidth=1.8, label=text)
    axes.set_yscale("log")
    axes.set_xlim(1, BATCHES)
    axes.set_xlabel("batch", fontsize=11, color=INK)
    axes.set_title("error on a stream whose slope turns from 2 to -2", fontsize=13, color=INK)
    axes.legend(loc="upper left", fontsize=11, frameon=False, labelcolor=INK)
    return figure


PICTURES = {"covariate.png": draw_covariate, "label.png": draw_label, "concept.png": draw_concept}

if __name__ == "__main__":
    draw(PICTURES, Path(__file__).parent)
