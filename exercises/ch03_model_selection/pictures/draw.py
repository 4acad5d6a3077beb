"""Draws the picture of the polynomial experiment with the chapter's own functions, taken from the reference solutions.

    python exercises/ch03_model_selection/pictures/draw.py [FOLDER]

FOLDER is where the PNG file goes; without it, beside this script.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
from matplotlib.figure import Figure
from torch import Tensor

from autograder.workshop.pictures import BLUE, GREY, INK, ORANGE, draw, paper, plot, solution

CHAPTER = "ch03_model_selection"
DRAW = 12  # the seed of the data
TEST = slice(100, 200)
EXPERIMENTS = [("underfits", 1, 100, 400), ("fits", 3, 100, 400), ("overfits", 19, 20, 1500)]  # degree, samples, epochs


class Fitted(NamedTuple):
    """x, labels: the samples trained on. On the test set it has test_loss."""

    x: Tensor
    labels: Tensor
    weight: Tensor
    training_loss: float
    test_loss: float


def experiment(degree: int, n: int, num_epochs: int, draw: int = DRAW) -> Fitted:
    """Fits n samples with a polynomial, and measures it on 100 others."""
    data, fit = solution(CHAPTER, "polynomial_data"), solution(CHAPTER, "fit_polynomial").fit
    x, labels = data.polynomial_data(200, torch.Generator().manual_seed(draw))
    features = data.polynomial_features(x, degree)
    weight, losses = fit(features[:n], labels[:n], num_epochs, 0.01, 10, torch.Generator().manual_seed(0))
    test_loss = ((features[TEST] @ weight - labels[TEST]) ** 2).mean()
    return Fitted(x[:n], labels[:n], weight, losses[-1].item(), test_loss.item())


def curves() -> Figure:
    """Three polynomials over the samples that they were fitted to, and over those of the test."""
    data = solution(CHAPTER, "polynomial_data")
    x, labels = data.polynomial_data(200, torch.Generator().manual_seed(DRAW))
    grid = torch.linspace(-3.3, 3.3, 200)
    figure = paper(330)
    for place, (name, degree, n, num_epochs) in enumerate(EXPERIMENTS):
        found = experiment(degree, n, num_epochs)
        axes = plot(figure, 0.065 + 0.315 * place, 0.1, 0.28, 0.75)
        axes.plot(x[TEST], labels[TEST], ".", color=GREY, markersize=5, label="test")
        axes.plot(found.x, found.labels, ".", color=ORANGE, markersize=5, label="training")
        axes.plot(grid, data.polynomial_features(grid, degree) @ found.weight, color=BLUE, linewidth=2.2)
        axes.set_xlim(-3.3, 3.3)
        axes.set_ylim(-45, 35)
        axes.set_title(f"degree {degree} {name}", fontsize=13, color=INK)
        said = f"training loss {found.training_loss:.2g}\ntest loss {found.test_loss:.2g}"
        axes.text(-3.0, 31, said, fontsize=11, color=INK, va="top")
        if place == 0:
            axes.legend(loc="lower right", fontsize=10, frameon=False, labelcolor=INK, handletextpad=0.2)
    return figure


PICTURES = {"polynomials.png": curves}

if __name__ == "__main__":
    draw(PICTURES, Path(__file__).parent)
