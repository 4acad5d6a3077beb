"""The training loop, and the accuracy that it is judged by, for any network, data, loss and optimizer.

An epoch goes once through all batches. For each of them:

    logits = net(X)
    l = loss(logits, y)                           the mean over the m rows of the batch
    clear the gradients, l.backward(), step

Batches differ in size, the last one often, so a mean over an epoch weights each by its rows:

    loss = (m_1 l_1 + m_2 l_2 + ...) / (m_1 + m_2 + ...)
    accuracy = hits / rows

A row is a hit when the largest of its logits is at its label; among equal ones the first counts, as in argmax.

Some layers, such as dropout, do one thing while a network trains and another when it is used. net.train() and
net.eval() tell them which: they set the flag `training` of net and of all modules in it.

Nothing is forbidden in this file. Read: Dive into Deep Learning, sections 3.4.4 and 4.3.4.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn


def train_epoch(
    net: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss: Callable[[Tensor, Tensor], Tensor],
    optimizer: Any,
) -> tuple[float, float]:
    """Trains for one epoch; returns (loss, accuracy), a tuple of two Python floats.

    net: gives logits (m, C) for X. It may be in any mode, parts of it in another one than the rest. Before the first
    batch, net and all modules in it are put into training mode, and left so.
    batches: pairs (X, y) with y (m,) int64; m is 1 or more, and differs from batch to batch. Go through them once, in
    their order: a generator will do, which has no length and is used up afterwards.
    loss: loss(logits, y) is the mean loss over the rows of a batch, a 0-dim tensor.
    optimizer: one of torch.optim, or any object with zero_grad() and step(). For each batch, step() is called once,
    without arguments. The gradients in .grad are then those of this batch's loss alone: nothing of earlier batches, and
    nothing of what stood there before the epoch. What is left in .grad after the epoch does not matter.

    Returns the mean loss and the share of hits over all rows of the epoch, as they were for each batch before its own
    step. net and loss are called once for each batch. X and y stay as they are; all dtypes are those of net, in float64
    the loss has its full precision. Raises ValueError if there is no batch at all.
    """
    # TODO: the mode; then, for each batch, the five lines from the logits to the step.
    # TODO: what has to be added up along the way, so that large batches count more?
    raise NotImplementedError


def evaluate_accuracy(net: nn.Module, batches: Iterable[tuple[Tensor, Tensor]]) -> float:
    """The share of hits over all rows, a Python float.

    net, batches: as in train_epoch; net is called once for each batch. During these calls, net and all modules in it
    are in evaluation mode, and no graph is recorded for gradients.

    Afterwards everything is as before. The flag `training` of every module is what it was: a part that was kept in
    evaluation mode while the rest trains stays in it. Gradients are on if they were on, and off if the caller has
    switched them off. Parameters and what stands in .grad are untouched. Raises ValueError if there is no batch at all.
    """
    # TODO: remember the flag of each module; net.modules() lists them all.
    # TODO: count the hits and the rows, without recording a graph; then bring the flags back.
    raise NotImplementedError
