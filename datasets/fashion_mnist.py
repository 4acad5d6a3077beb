"""Fashion-MNIST: 70,000 grey images of clothes, 28x28 pixels, in ten classes. Read through torchvision.

``python -m autograder.datasets.fashion_mnist`` downloads it. Source: H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST*
(2017), arXiv:1708.07747, MIT licence.
"""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.datasets import Images

FILES = tuple(f"{part}-{what}-ubyte" for part in ("train", "t10k") for what in ("images-idx3", "labels-idx1"))
RAW = Path("FashionMNIST") / "raw"  # where torchvision keeps them


def load(folder: str | Path | None = None, download: bool = False) -> Images:
    """60,000 images for training and 10,000 for testing, or as many as the copy that is found has.

    Looked up in ``folder``, then in ``$KATA_DATA``, then in ~/.cache/torchkata: there, or in ``fashion_mnist`` below,
    lies ``FashionMNIST/raw`` with the four files, as they are or with .gz. No copy is ever changed. With ``download``
    a missing copy is fetched, with a progress bar, into ``folder``, else into ~/.cache/torchkata.

    Raises FileNotFoundError when there is none, ConnectionError when it cannot be fetched, ValueError when the copy
    is damaged; each in a sentence that says what to do.
    """
    root = find(folder)
    if root is None and download:
        root = _download(Path(folder) if folder else cache_folder())
    if root is None:
        raise FileNotFoundError(
            "Fashion-MNIST is not on this machine: set KATA_DATA to the folder that holds FashionMNIST/raw, "
            "or fetch it (30 MB) with 'python -m autograder.datasets.fashion_mnist'."
        )
    return _read(root)


def find(folder: str | Path | None = None) -> Path | None:
    """The first of the folders with a whole copy, as torchvision calls its ``root``; None if there is none."""
    for place in _places(folder):
        for root in (place, place / "fashion_mnist"):
            if all(_stored(root, name) for name in FILES):
                return root.resolve()
    return None


def cache_folder() -> Path:
    return Path.home() / ".cache" / "torchkata"


def _places(folder: str | Path | None) -> Iterator[Path]:
    if folder:
        yield Path(folder)
    if home := os.environ.get("KATA_DATA"):
        yield Path(home)
    yield cache_folder()


def _stored(root: Path, name: str) -> Path | None:
    """The file of this name, plain or compressed."""
    candidates = (root / RAW / name, root / RAW / f"{name}.gz")
    return next((path for path in candidates if path.is_file()), None)


@cache
def _read(root: Path) -> Images:
    try:
        if all((root / RAW / name).is_file() for name in FILES):
            return _parse(root)
        # torchvision reads plain files only; the copy may lie where nothing can be written.
        with TemporaryDirectory(prefix="fashion_mnist") as unpacked:
            (Path(unpacked) / RAW).mkdir(parents=True)
            for name in FILES:
                stored = _stored(root, name)
                assert stored is not None
                opener = gzip.open if stored.suffix == ".gz" else open
                with opener(stored, "rb") as source, (Path(unpacked) / RAW / name).open("wb") as target:
                    shutil.copyfileobj(source, target)
            return _parse(Path(unpacked))
    except (gzip.BadGzipFile, EOFError, ValueError, IndexError, KeyError, AssertionError, RuntimeError) as error:
        text = f"The copy of Fashion-MNIST in {root} is damaged ({error}): delete it and fetch it again."
        raise ValueError(text) from error


def _parse(root: Path) -> Images:
    import torch
    from torchvision.datasets import FashionMNIST

    parts = []
    for train in (True, False):
        read = FashionMNIST(root, train=train)
        if read.data.shape[1:] != (28, 28) or len(read.data) != len(read.targets):
            raise ValueError(f"images {tuple(read.data.shape)}, labels {tuple(read.targets.shape)}")
        parts += [read.data.unsqueeze(1).to(torch.float32) / 255, read.targets.to(torch.int64)]
    return Images(*parts)


def _download(root: Path) -> Path:
    from torchvision.datasets import FashionMNIST

    try:
        FashionMNIST(root, download=True)
    except (OSError, RuntimeError) as error:  # a URLError is an OSError
        reason = str(error).strip().splitlines()[-1]
        text = f"Fashion-MNIST could not be downloaded ({reason}): try again, or set KATA_DATA to a copy of it."
        raise ConnectionError(text) from error
    return root.resolve()


if __name__ == "__main__":
    images = load(download=True)
    print(f"{len(images.train_images)} + {len(images.test_images)} images in {find()}")
