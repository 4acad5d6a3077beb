"""Draws the picture of a trained softmax regression with the chapter's reference solutions.

    python exercises/ch01_softmax_regression/pictures/draw.py [FOLDER]

FOLDER is where the PNG file goes; without it, beside this script.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
from matplotlib.figure import Figure
from torch import Tensor

from autograder.datasets import digits
from autograder.workshop.pictures import BLUE, INK, ORANGE, SOFT, draw, paper, plot, solution

CHAPTER = "ch01_softmax_regression"
LR, BATCH_SIZE = 0.1, 32


class Trained(NamedTuple):
    """Of the images trained on the mean loss, of the others the accuracy."""

    W: Tensor
    loss: float
    accuracy: float


def trained(num_epochs: int) -> Trained:
    """Trains on 1,300 digits, and tests with 497 others."""
    data = digits.load()
    images, labels = data.train_images[:, 0], data.train_labels
    train = solution(CHAPTER, "train_softmax").train
    W, b = train(images, labels, 10, num_epochs, LR, BATCH_SIZE, torch.Generator().manual_seed(0))
    loss = solution(CHAPTER, "softmax_cross_entropy").softmax_cross_entropy(images.flatten(1) @ W + b, labels)
    accuracy = solution(CHAPTER, "accuracy").accuracy(data.test_images.flatten(1) @ W + b, data.test_labels)
    return Trained(W, loss.item(), accuracy)


EPOCHS = [0, 1, 2, 5, 10]


def templates() -> Figure:
    """What each class has learned, a pixel for a weight; beside it loss and accuracy."""
    figure = paper(300)
    found = [trained(num_epochs) for num_epochs in EPOCHS]
    W = found[-1].W
    for digit in range(10):
        row, column = divmod(digit, 5)
        axes = figure.add_axes((0.02 + 0.115 * column, 0.51 - 0.45 * row, 0.105, 0.28))
        bound = W.abs().max().item()
        axes.imshow(W[:, digit].reshape(28, 28), cmap="PuOr", vmin=-bound, vmax=bound)
        axes.set_title(str(digit), fontsize=13, color=INK, pad=4)
        axes.axis("off")
    figure.text(0.02, 0.92, "weights after 10 epochs: purple for the digit, orange against", fontsize=12, color=INK)
    axes = plot(figure, 0.66, 0.18, 0.31, 0.66)
    axes.plot(EPOCHS, [one.loss for one in found], "o-", color=ORANGE, label="loss, training")
    axes.plot(EPOCHS, [one.accuracy for one in found], "o-", color=BLUE, label="accuracy, test")
    axes.set_xlabel("epochs", fontsize=11, color=SOFT)
    axes.set_xticks(EPOCHS)
    axes.set_ylim(0, 2.5)
    axes.legend(loc="upper right", fontsize=11, frameon=False, labelcolor=INK)
    return figure


PICTURES = {"templates.png": templates}

if __name__ == "__main__":
    draw(PICTURES, Path(__file__).parent)
