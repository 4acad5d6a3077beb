"""Two photos in colour, made small, from scikit-learn: real images that need no download.

Source: the sample images of scikit-learn, both from Flickr under CC BY 2.0: "china", a pagoda above a lake, by
danielbuechele; "flower", a dahlia, by vultilion.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

NAMES = ("china", "flower")
HEIGHT, WIDTH = 24, 36
BLOCK = 16  # so many pixels of the photo, in either direction, become one
TOP = 18  # rows above the part that is shown
LEVELS = 255


@cache
def load(name: str) -> Tensor:
    """A photo as (3, 24, 36), float64 in [0, 1], rounded to two decimals; the channels are red, green and blue.

    Every pixel is the mean of a block of 16 x 16 pixels. Raises ValueError for a name that is not in NAMES.
    """
    if name not in NAMES:
        raise ValueError(f"no photo is called {name!r}: there are {', '.join(NAMES)}")
    import torch
    from sklearn.datasets import load_sample_image

    photo = torch.tensor(load_sample_image(f"{name}.jpg"), dtype=torch.float64) / LEVELS  # (427, 640, 3)
    part = photo[TOP : TOP + HEIGHT * BLOCK, : WIDTH * BLOCK]
    small = part.reshape(HEIGHT, BLOCK, WIDTH, BLOCK, 3).mean((1, 3))
    return small.permute(2, 0, 1).round(decimals=2)


def grey(name: str) -> Tensor:
    """The brightness of a photo as (24, 36): the mean of its three channels, else as ``load``."""
    return load(name).mean(0).round(decimals=2)
