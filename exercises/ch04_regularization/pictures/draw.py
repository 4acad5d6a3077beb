"""Draws the weights of a linear regression without and with each penalty, by the chapter's reference solutions.

    python exercises/ch04_regularization/pictures/draw.py [FOLDER]

FOLDER is where the PNG file goes; without it, beside this script.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import torch
from matplotlib.figure import Figure
from torch import Tensor

from autograder.workshop.pictures import BLUE, GREY, INK, ORANGE, SOFT, draw, paper, plot, solution

CHAPTER = "ch04_regularization"
DRAW = 4  # the seed of the data
LR, NUM_STEPS = 0.1, 2000
L2, L1, THETA = 0.1, 0.2, 6.0
TRUE = torch.tensor([2.0, -1.5, 1.0, -0.5, *[0.0] * 16])

Penalty = Callable[[Tensor], Tensor]


class Found(NamedTuple):
    """The weights, the sum of their squares and how many are 0; the loss on the samples trained on, and on others."""

    w: Tensor
    square: float
    zeros: int
    training_loss: float
    test_loss: float


def samples(n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """n samples with 20 inputs, of which four matter."""
    X = torch.randn(n, len(TRUE), generator=generator)
    return X, X @ TRUE[:, None] + torch.randn(n, 1, generator=generator)


def descent(X: Tensor, y: Tensor, penalty: Penalty | None = None, l1: float = 0.0) -> tuple[Tensor, Tensor]:
    """Gradient descent on all samples, with a penalty that is added to the loss, or with L1 decay."""
    step = solution(CHAPTER, "l1_decay").sgd_l1_decay
    w, b = torch.zeros(len(TRUE), 1, requires_grad=True), torch.zeros(1, requires_grad=True)
    for _ in range(NUM_STEPS):
        w.grad = b.grad = None
        loss = ((X @ w + b - y) ** 2).mean() / 2
        (loss + penalty(w) if penalty else loss).backward()
        step([w, b], LR, l1)
    return tuple(p.detach() for p in (w, b))


def experiment() -> dict[str, Found]:
    """What becomes of the weights: without a penalty, with either one, and with a limit."""
    generator = torch.Generator().manual_seed(DRAW)
    X, y = samples(24, generator)
    X_test, y_test = samples(1000, generator)
    l2_penalty = solution(CHAPTER, "norms").l2_penalty
    limited = solution(CHAPTER, "norm_constraint").constrained_descent
    found = {
        "no penalty": descent(X, y),
        f"L2 penalty, {L2}": descent(X, y, penalty=lambda w: L2 * l2_penalty(w)),
        f"L1 decay, {L1}": descent(X, y, l1=L1),
        f"limit, |w|^2 <= {THETA:g}": limited(X, y, THETA, NUM_STEPS, LR),
    }
    return {
        name: Found(
            w[:, 0],
            w.square().sum().item(),
            int((w == 0).sum()),
            ((X @ w + b - y) ** 2).mean().item() / 2,
            ((X_test @ w + b - y_test) ** 2).mean().item() / 2,
        )
        for name, (w, b) in found.items()
    }


def weights() -> Figure:
    """The 20 weights of each, over those that made the labels."""
    figure = paper(400)
    for place, (name, found) in enumerate(experiment().items()):
        row, column = divmod(place, 2)
        axes = plot(figure, 0.055 + 0.485 * column, 0.58 - 0.5 * row, 0.45, 0.34)
        inputs = range(len(TRUE))
        axes.bar(inputs, TRUE.tolist(), width=0.9, color=GREY, alpha=0.6, label="true")
        axes.bar(inputs, found.w.tolist(), width=0.5, color=ORANGE if place == 0 else BLUE, label="learned")
        axes.axhline(0, color=SOFT, linewidth=0.6)
        axes.set_ylim(-2.4, 2.7)
        axes.set_xticks([0, 5, 10, 15])
        axes.set_title(name, fontsize=13, color=INK)
        said = f"test loss {found.test_loss:.2f}\n{found.zeros} of 20 are 0"
        axes.text(19.4, 2.4, said, fontsize=11, color=INK, va="top", ha="right")
        if place == 0:
            axes.legend(loc="lower right", fontsize=10, frameon=False, labelcolor=INK, ncols=2)
    return figure


PICTURES = {"weights.png": weights}

if __name__ == "__main__":
    draw(PICTURES, Path(__file__).parent)
