"""Data to train on: small sets that come with the dependencies, larger ones on request.

    from autograder.datasets import digits, fashion_mnist

    images = digits.load()                       # always there: 1797 real digits, scaled to 28x28
    images = fashion_mnist.load()                # a copy in $KATA_DATA or ~/.cache/torchkata
    images = fashion_mnist.load(download=True)   # fetched once, 30 MB

Each gives ``Images``. Importing is cheap: what reads the data is imported when it is asked for. The modules lie in the
folder ``datasets/`` at the top of the repository, and in this package where it is installed: a package of their own
would be called as a well-known library is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from autograder.catalog import datasets_folder

if TYPE_CHECKING:
    from torch import Tensor

__path__ = [str(datasets_folder())]


class Images(NamedTuple):
    """Labelled images: (n, 1, 28, 28) float32 in [0, 1] and (n,) int64, for training and for testing."""

    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor
