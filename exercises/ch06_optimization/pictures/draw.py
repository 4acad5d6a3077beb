"""Draws paths into a narrow bowl and into a round one, and a race of optimizers, by the reference solutions.

    python exercises/ch06_optimization/pictures/draw.py [FOLDER]

FOLDER is where the PNG files go; without it, beside this script.
"""

from __future__ import annotations

from pathlib import Path

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from autograder.workshop.pictures import BLUE, FRAME, GREY, INK, ORANGE, SOFT, draw, paper, plot, solution

CHAPTER = "ch06_optimization"
PURPLE = "#8a4fa3"
BOWL = torch.tensor([[3.0, 1.0], [3.0, -1.0], [-3.0, 1.0], [-3.0, -1.0]])  # as in the lesson
SCALES = torch.tensor([2.0, 1.0, 0.5, 0.25, 0.125])  # of the columns in the race
NUM_EPOCHS = 10
RACERS = {
    "sgd": ("sgd_momentum", {"lr": 0.05}, GREY),
    "momentum": ("sgd_momentum", {"lr": 0.005, "momentum": 0.9}, INK),
    "adagrad": ("adaptive", {"lr": 0.2, "eps": 1e-8}, ORANGE),
    "rmsprop": ("adaptive", {"lr": 0.02, "alpha": 0.99, "eps": 1e-8}, PURPLE),
    "adam": ("adaptive", {"lr": 0.05, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}, BLUE),
}


def standardised(X: Tensor) -> Tensor:
    """The columns with mean 0 and deviation 1."""
    return solution("ch03_model_selection", "standardize").standardize(X)[0]


def path(X: Tensor, y: Tensor, lr: float, num_steps: int) -> Tensor:
    """Where w is after each step of descent (num_steps + 1, d)."""
    descend = solution(CHAPTER, "learning_rate").descend
    return torch.stack([descend(X, y, lr, k)[0] for k in range(num_steps + 1)])


def race() -> dict[str, dict[str, Tensor]]:
    """The losses after each epoch of each optimizer, on columns of different size and on the same standardised."""
    train = solution(CHAPTER, "optimizer_race").train
    g = torch.Generator().manual_seed(0)
    X = torch.randn(500, 5, generator=g) * SCALES
    y = X @ torch.tensor([1.5, -1.5, 1.5, -1.5, 1.5]) + 1 + 0.1 * torch.randn(500, generator=g)
    found: dict[str, dict[str, Tensor]] = {}
    for title, columns in (("columns of different size", X), ("the same columns, standardised", standardised(X))):
        found[title] = {}
        for name, (file, hyper, _colour) in RACERS.items():
            step = getattr(solution(CHAPTER, file), name)
            order = torch.Generator().manual_seed(1)
            found[title][name] = train(step, columns, y, hyper, NUM_EPOCHS, 10, order)[2]
    return found


def contours(axes: Axes, X: Tensor, y: Tensor, left: float, right: float, low: float, high: float) -> None:
    """Lines of equal loss on this part of the plane of weights, and the minimum."""
    first, second = torch.linspace(left, right, 160), torch.linspace(low, high, 120)
    W = torch.cartesian_prod(first, second)
    losses = ((W @ X.T - y) ** 2).mean(1).reshape(160, 120) / 2
    axes.contour(first, second, losses.T, levels=[0.05, 0.2, 0.5, 1, 2, 4, 8, 14], colors=FRAME, linewidths=1)
    axes.set_xlim(left, right)
    axes.set_ylim(low, high)
    axes.set_aspect("equal")
    axes.set_xlabel("w[0]", fontsize=11, color=INK)
    axes.set_ylabel("w[1]", fontsize=11, color=INK, labelpad=1)


def draw_bowls() -> Figure:
    """Paths of three rates into the narrow bowl, and of two into the round one."""
    y = BOWL @ torch.tensor([1.0, 1.0])
    figure = paper(370)
    axes = plot(figure, 0.085, 0.14, 0.41, 0.76)
    contours(axes, BOWL, y, -1.25, 3.25, -0.6, 2.8)
    for lr, num_steps, colour, name in (
        (0.23, 10, ORANGE, "lr 0.23: jumps further each time"),
        (0.2, 14, BLUE, "lr 0.2: jumps to and fro, and arrives"),
        (0.01, 50, INK, "lr 0.01: not there after 50 steps"),
    ):
        at = path(BOWL, y, lr, num_steps)
        axes.plot(at[:, 0], at[:, 1], ".-", color=colour, linewidth=1.4, markersize=6, label=name)
    axes.plot(1, 1, "+", color=INK, markersize=11, markeredgewidth=1.8)
    axes.set_title("condition number 9", fontsize=13, color=INK)
    axes.legend(loc="upper left", fontsize=10, frameon=False, labelcolor=INK)
    axes = plot(figure, 0.57, 0.14, 0.41, 0.76)
    Z = standardised(BOWL)
    contours(axes, Z, y, -0.9, 5.4, -1.6, 3.16)
    for lr, num_steps, colour, size, name in (
        (1.0, 1, ORANGE, 4, "lr 1: there in one step"),
        (0.2, 14, BLUE, 1.4, "lr 0.2: straight on"),
    ):
        at = path(Z, y, lr, num_steps)
        axes.plot(at[:, 0], at[:, 1], ".-", color=colour, linewidth=size, markersize=6, label=name)
    axes.plot(3, 1, "+", color=INK, markersize=11, markeredgewidth=1.8)
    axes.set_title("standardised: condition number 1", fontsize=13, color=INK)
    axes.legend(loc="upper left", fontsize=10, frameon=False, labelcolor=INK)
    return figure


def draw_race() -> Figure:
    """The loss of each optimizer by epoch."""
    figure = paper(340)
    for place, (title, losses) in enumerate(race().items()):
        axes = plot(figure, 0.065 + 0.485 * place, 0.15, 0.43, 0.72)
        for name, found in losses.items():
            style = {"sgd": {"linewidth": 5}, "momentum": {"linestyle": "--"}}.get(name, {})
            axes.plot(range(NUM_EPOCHS + 1), found, color=RACERS[name][2], label=name, **{"linewidth": 2, **style})
        axes.axhline(0.005, color=SOFT, linewidth=0.9, linestyle=":")
        axes.text(9.9, 0.0022, "what the noise leaves, 0.005", fontsize=10, color=SOFT, ha="right")
        axes.set_yscale("log")
        axes.set_ylim(0.0015, 20)
        axes.set_xlim(0, NUM_EPOCHS)
        axes.set_xlabel("epoch", fontsize=11, color=INK)
        axes.set_title(title, fontsize=13, color=INK)
        if place == 1:
            axes.legend(loc="upper right", fontsize=11, frameon=False, labelcolor=INK)
    return figure


PICTURES = {"bowls.png": draw_bowls, "race.png": draw_race}

if __name__ == "__main__":
    draw(PICTURES, Path(__file__).parent)
