"""Data to train on: small sets that come with the dependencies, larger ones on request.

    from autograder.datasets import digits, fashion_mnist, time_machine, topics

    images = digits.load()                       # always there: 1797 real digits, scaled to 28x28
    images = fashion_mnist.load()                # a copy in $KATA_DATA or ~/.cache/torchkata
    images = fashion_mnist.load(download=True)   # fetched once, 30 MB
    symbols = topics.load()                      # always there: English, from the documentation that comes with Python
    symbols = time_machine.load()                # a copy in $KATA_DATA or ~/.cache/torchkata

The first three give ``Images``, the others a text of symbols (N,) int64, numbers of ``SYMBOLS``. Importing is cheap:
what reads the data is imported when it is asked for. The modules lie in the folder ``datasets/`` at the top of the
repository, and in this package where it is installed: a package of their own would be called as a well-known library
is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from autograder.catalog import datasets_folder

if TYPE_CHECKING:
    from torch import Tensor

__path__ = [str(datasets_folder())]

SYMBOLS = " abcdefghijklmnopqrstuvwxyz"  # a symbol's number is its place here


class Images(NamedTuple):
    """Labelled images: (n, 1, 28, 28) float32 in [0, 1] and (n,) int64, for training and for testing."""

    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor


def encode(text: str) -> Tensor:
    """A text as symbols (N,) int64: in small letters, with one space for all that lies between two of them."""
    import torch

    words = re.sub(r"[^a-z]+", " ", text.lower())
    return torch.tensor([SYMBOLS.index(symbol) for symbol in words], dtype=torch.int64)


def decode(symbols: Tensor) -> str:
    """The text of symbols."""
    return "".join(SYMBOLS[number] for number in symbols.tolist())
