"""Draws the picture of the polynomial experiment with the chapter's own functions, taken from the reference solutions.

    python exercises/ch03_model_selection/pictures/draw.py [FOLDER]

FOLDER is where the PNG file goes; without it, beside this script.
"""

from __future__ import annotations

import importlib.util
import io
import sys
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import matplotlib

matplotlib.use("Agg")

import numpy as np
import torch
from matplotlib.figure import Figure
from PIL import Image
from torch import Tensor

HERE = Path(__file__).resolve().parent
SOLUTIONS = HERE.parents[2] / "solutions" / "ch03_model_selection"

DRAW = 12  # the seed of the data
TEST = slice(100, 200)
EXPERIMENTS = [("underfits", 1, 100, 400), ("fits", 3, 100, 400), ("overfits", 19, 20, 1500)]  # degree, samples, epochs

# Opaque paper with a thin frame, so that a picture reads the same on a white and on a dark page.
PAPER, FRAME, INK, SOFT = "#fbfaf6", "#c9ced4", "#22303c", "#66727d"
BLUE, ORANGE = "#1f62ad", "#c4620c"
COLOURS = 64  # in a file: a palette keeps it small


def solution(name: str) -> ModuleType:
    """The reference solution of an exercise of this chapter, loaded by its path."""
    spec = importlib.util.spec_from_file_location(f"reference_{name}", SOLUTIONS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Fitted(NamedTuple):
    """x, labels: the samples trained on. On the test set it has test_loss."""

    x: Tensor
    labels: Tensor
    weight: Tensor
    training_loss: float
    test_loss: float


def experiment(degree: int, n: int, num_epochs: int, draw: int = DRAW) -> Fitted:
    """Fits n samples with a polynomial, and measures it on 100 others."""
    data, fit = solution("polynomial_data"), solution("fit_polynomial").fit
    x, labels = data.polynomial_data(200, torch.Generator().manual_seed(draw))
    features = data.polynomial_features(x, degree)
    weight, losses = fit(features[:n], labels[:n], num_epochs, 0.01, 10, torch.Generator().manual_seed(0))
    test_loss = ((features[TEST] @ weight - labels[TEST]) ** 2).mean()
    return Fitted(x[:n], labels[:n], weight, losses[-1].item(), test_loss.item())


def curves() -> Figure:
    """Three polynomials over the samples that they were fitted to, and over those of the test."""
    data = solution("polynomial_data")
    x, labels = data.polynomial_data(200, torch.Generator().manual_seed(DRAW))
    grid = torch.linspace(-3.3, 3.3, 200)
    figure = Figure(figsize=(8, 3.3), dpi=100, facecolor=PAPER, edgecolor=FRAME, linewidth=3)
    for place, (name, degree, n, num_epochs) in enumerate(EXPERIMENTS):
        found = experiment(degree, n, num_epochs)
        axes = figure.add_axes((0.065 + 0.315 * place, 0.1, 0.28, 0.75), facecolor=PAPER)
        axes.plot(x[TEST], labels[TEST], ".", color="#a9b3bc", markersize=5, label="test")
        axes.plot(found.x, found.labels, ".", color=ORANGE, markersize=5, label="training")
        axes.plot(grid, data.polynomial_features(grid, degree) @ found.weight, color=BLUE, linewidth=2.2)
        axes.set_xlim(-3.3, 3.3)
        axes.set_ylim(-45, 35)
        axes.set_title(f"degree {degree} {name}", fontsize=13, color=INK)
        said = f"training loss {found.training_loss:.2g}\ntest loss {found.test_loss:.2g}"
        axes.text(-3.0, 31, said, fontsize=11, color=INK, va="top")
        axes.tick_params(colors=SOFT, labelsize=10)
        for spine in axes.spines.values():
            spine.set_color(FRAME)
        if place == 0:
            axes.legend(loc="lower right", fontsize=10, frameon=False, labelcolor=INK, handletextpad=0.2)
    return figure


PICTURES = {"polynomials.png": curves}


def save(figure: Figure, path: Path) -> None:
    """Writes a PNG with a palette."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=100, facecolor=PAPER, edgecolor=FRAME)
    image = Image.fromarray(np.asarray(Image.open(buffer).convert("RGB")))
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURES.items():
        save(draw(), folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
