"""Training checks: what is drawn for them, in the grader, and how a network is trained, beside the student's code.

    @exercise.check(
        points=2, training=True, needs=..., judge=Threshold(test_accuracy, chance=0.1), weights=...,
        **lesson(digits={"train": 1300, "test": 497, "epochs": 10, "batch_size": 25, "learning_rate": 0.005}),
    )
    def learns_real_images(student, weights, lesson):
        \"\"\"learns to recognise real images that it has not seen in training\"\"\"
        net = load_parameters(student.lenet(), weights)
        return teach(net, lesson, torch.optim.Adam(net.parameters(), lr=lesson["learning_rate"]))

**Nothing but learning passes.** Each seed divides the images anew into those to train on and those to be tested with,
moves every one by a few pixels, and gives the classes other numbers, none its own. Labels that somebody wrote into a
file are then all wrong, however well an image is looked up: what the classes are called now can only be learned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.spec.inputs import Draw, Input, drawn, secret
from autograder.spec.tools import only_eval

SHIFT = 2  # pixels, in each direction
CHUNK = 1000
SALT = 0x1E55  # other numbers than those that other inputs draw from the same seed


class Parts(NamedTuple):
    """Images as bytes (n, 1, height, width), which keeps a request small; labels (n,) int64."""

    images: Tensor
    labels: Tensor
    test_images: Tensor
    test_labels: Tensor


def lesson(**settings: Mapping[str, Any]) -> dict[str, Input]:
    """The inputs ``data``, ``settings``, ``lesson`` and, for the judge alone, ``test_labels``.

    settings: for each data set that will do, ``digits`` or ``fashion_mnist``, how many images to ``train`` on and to
    ``test`` with, and what the run needs, such as ``epochs`` and ``batch_size``. What every machine has are the
    digits; Fashion-MNIST is taken on a GPU, where there is a copy. The lesson holds the settings,
    ``images``, ``labels``, ``test_images``, and ``order_seed`` for the order of the samples.
    """

    def parts(d: Draw) -> Parts:
        name = _chosen(d, settings)
        return draw_parts(name, settings[name]["train"], settings[name]["test"], d.generator.initial_seed())

    def everything(d: Draw) -> dict[str, Any]:
        found = parts(d)._asdict()
        del found["test_labels"]
        order_seed = int(torch.randint(2**31, (), generator=d.generator))
        return {**settings[_chosen(d, settings)], **found, "order_seed": order_seed}

    return {
        "data": drawn(lambda d: _chosen(d, settings)),  # it and the settings choose the calibration
        "settings": drawn(lambda d: dict(settings[_chosen(d, settings)])),
        "lesson": drawn(everything),
        "test_labels": secret(drawn(lambda d: parts(d).test_labels)),
    }


def _chosen(d: Draw, offered: Mapping[str, Any]) -> str:
    """The data set that was asked for, else the largest that there is for the device."""
    if d.data:
        if d.data not in offered:
            raise LookupError(f"there are no settings for the data {d.data!r}, only for {', '.join(offered)}")
        return d.data
    if "digits" not in offered:
        return next(iter(offered))
    large = d.device != "cpu" and "fashion_mnist" in offered and _loader("fashion_mnist").find()
    return "fashion_mnist" if large else "digits"


def _loader(name: str) -> Any:
    """The module that loads a data set: its own libraries are imported only when it does."""
    return import_module(f"autograder.datasets.{name}")


@lru_cache(maxsize=2)  # several inputs of a case are parts of one drawing
def draw_parts(name: str, train: int, test: int, seed: int) -> Parts:
    """So many images of a data set to train on, and so many others to be tested with, as the seed says."""
    images, labels = _pool(name)
    if train + test > len(labels):
        raise ValueError(f"{train} + {test} images are wanted, but there are only {len(labels)} in {name}")
    generator = torch.Generator().manual_seed(seed ^ SALT)
    rows = torch.randperm(len(labels), generator=generator)[: train + test]
    renamed = _derangement(int(labels.max()) + 1, generator)[labels[rows]]
    moved = _moved(images[rows], generator)
    return Parts(moved[:train], renamed[:train], moved[train:], renamed[train:])


@lru_cache(maxsize=2)
def _pool(name: str) -> tuple[Tensor, Tensor]:
    """All images of a data set as bytes, and their labels."""
    found = _loader(name).load()
    pieces = [(255 * part).round().to(torch.uint8) for part in (found.train_images, found.test_images)]
    return torch.cat(pieces), torch.cat([found.train_labels, found.test_labels])


def _derangement(count: int, generator: torch.Generator) -> Tensor:
    """A permutation that leaves nothing where it was."""
    while True:
        order = torch.randperm(count, generator=generator)
        if bool((order != torch.arange(count)).all()):
            return order


def _moved(images: Tensor, generator: torch.Generator) -> Tensor:
    """Each image moved by up to ``SHIFT`` pixels either way; what comes in at the edge is black."""
    height, width = images.shape[-2:]
    padded = F.pad(images, (SHIFT,) * 4)
    offsets = torch.randint((2 * SHIFT + 1) ** 2, (len(images),), generator=generator)
    moved = torch.empty_like(images)
    for offset in offsets.unique().tolist():
        top, left = divmod(offset, 2 * SHIFT + 1)
        mine = offsets == offset
        moved[mine] = padded[mine][..., top : top + height, left : left + width]
    return moved


def test_accuracy(got: Mapping[str, Tensor], test_labels: Tensor) -> float:
    """The share of predictions that are right. The labels are those the classes were given for this seed."""
    return (got["predictions"].cpu() == test_labels).double().mean().item()


def pixels(images: Tensor) -> Tensor:
    """Bytes as float32 in [0, 1]; other images as they are."""
    return images.float() / 255 if images.dtype is torch.uint8 else images


def teach(
    net: nn.Module,
    lesson: Mapping[str, Any],
    optimizer: torch.optim.Optimizer,
    prepare: Callable[[Tensor], Tensor] = pixels,
) -> dict[str, Any]:
    """Trains a classifier as the lesson says and lets it predict: ``{"losses": [...], "predictions": (n,) int64}``.

    prepare: makes of a batch of images, as bytes, what the network takes.
    """
    losses = train_classifier(
        net,
        lesson["images"],
        lesson["labels"],
        epochs=lesson["epochs"],
        batch_size=lesson["batch_size"],
        optimizer=optimizer,
        order_seed=lesson["order_seed"],
        prepare=prepare,
    )
    with only_eval(net):
        found = [net(prepare(part)).argmax(1) for part in lesson["test_images"].split(CHUNK)]
    return {"losses": losses, "predictions": torch.cat(found)}


def train_classifier(
    net: nn.Module,
    images: Tensor,
    labels: Tensor,
    *,
    epochs: int,
    batch_size: int,
    optimizer: torch.optim.Optimizer,
    order_seed: int,
    prepare: Callable[[Tensor], Tensor] = pixels,
) -> list[float]:
    """Trains with cross-entropy; returns the mean loss of each epoch, as measured before its updates.

    images (n, ...), labels (n,) int64. The order of the samples comes from ``order_seed`` alone.
    """
    generator = torch.Generator().manual_seed(order_seed)
    losses = []
    net.train()
    for _epoch in range(epochs):
        total = torch.zeros((), device=images.device)
        for rows in torch.randperm(len(labels), generator=generator).split(batch_size):
            batch = rows.to(images.device)
            loss = F.cross_entropy(net(prepare(images[batch])), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(rows)
        losses.append(float(total) / len(labels))
    return losses
