"""Draws a photo as training sees it, and as a test does, by the reference solution of augmentation.

    python exercises/ch09_modern_cnn/pictures/draw.py [FOLDER]

FOLDER is where the PNG files go; without it, beside this script.
"""

from __future__ import annotations

from pathlib import Path

import torch
from matplotlib.figure import Figure
from sklearn.datasets import load_sample_image
from torch import Tensor
from torchvision.transforms.v2 import functional as F

from autograder.workshop.pictures import DPI, INK, SOFT, draw, paper, solution

SIZE, ZOOM = 84, 2
SMALLER = 4  # the photo itself is shown smaller by this factor
ACROSS, DOWN = 4, 2
SEED = 11  # eight calls that show what there is
WIDTH, EDGE, GAP, HEAD = 800, 28, 24, 46


def show(figure: Figure, picture: Tensor, left: int, top: int, height: int, zoom: int) -> None:
    """A picture (3, h, w) in [0, 1] with its corner there, in pixels of a figure of that height."""
    large = picture.permute(1, 2, 0).clamp(0, 1).numpy().repeat(zoom, 0).repeat(zoom, 1)
    figure.figimage(large, left, height - top - large.shape[0], origin="upper")


def views() -> Figure:
    """The photo, what test_transform makes of it, and eight calls of one train_transform."""
    augmentation = solution("ch09_modern_cnn", "augmentation")
    photo = torch.tensor(load_sample_image("china.jpg")).permute(2, 0, 1)
    torch.manual_seed(SEED)
    see = augmentation.train_transform(SIZE)
    small = F.resize(photo, [n // SMALLER for n in photo.shape[1:]], antialias=True) / 255
    side = SIZE * ZOOM
    first = HEAD + small.shape[1] * ZOOM
    height = first + HEAD + DOWN * (side + GAP)
    figure = paper(height, WIDTH)

    def write(left: int, top: int, text: str) -> None:
        figure.text(left / WIDTH, 1 - top / height, text, fontsize=19, color=INK, va="center")

    write(EDGE, HEAD // 2, "the photo")
    show(figure, small, EDGE, HEAD, height, ZOOM)
    right = EDGE + small.shape[2] * ZOOM + 2 * GAP
    write(right, HEAD // 2, "test_transform")
    show(figure, augmentation.test_transform(SIZE)(photo), right, HEAD, height, ZOOM)
    lines = ("the same each time:", "the middle, in its", "own colours")
    for i, line in enumerate(lines):
        figure.text(
            (right + side + GAP - 4) / WIDTH,
            1 - (HEAD + 20 + 30 * i) / height,
            line,
            fontsize=14,
            color=SOFT,
            va="center",
        )
    write(EDGE, first + HEAD // 2, "train_transform, eight calls")
    step = side + GAP
    for i in range(ACROSS * DOWN):
        across, down = i % ACROSS, i // ACROSS
        show(figure, see(photo), EDGE + across * step, first + HEAD + down * step, height, ZOOM)
    return figure


PICTURES = {"augmentation.png": views}

if __name__ == "__main__":
    assert DPI == 100, "figimage counts pixels"
    draw(PICTURES, Path(__file__).parent)
