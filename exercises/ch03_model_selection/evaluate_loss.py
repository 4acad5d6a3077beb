"""The mean loss of a network on a data set that comes in batches.

The losses of the batches are means themselves, and the last batch is often smaller than the others. Their plain mean
would give its samples too much weight: each loss counts as often as there are samples in its batch.

To measure is not to train. Layers such as dropout and batch normalization behave differently in training and in
evaluation mode, no gradient is wanted, and afterwards the network goes on being trained as if nothing had happened.

Read: Dive into Deep Learning, sections 3.6.3 and 4.4; the PyTorch documentation on Module.eval and torch.no_grad.
"""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn


def evaluate_loss(
    net: nn.Module, batches: Iterable[tuple[Tensor, Tensor]], loss: Callable[[Tensor, Tensor], Tensor]
) -> float:
    """The mean loss over all samples of all batches, a Python float.

    batches: pairs (X, y) of tensors, with the samples on axis 0. They may differ in size, and each has at least one
    sample, unless there are none at all. It may be a generator: go through it once.
    loss(net(X), y): a 0-dim tensor, the mean over the samples of its batch. net and loss are called once a batch; X, y
    and what net returns are handed on as they are.

    Returns the sum of len(X) * loss over the batches, divided by the number of samples; added up in Python floats or in
    float64, so that many batches do not lose digits, and not rounded. A loss of NaN or inf counts like any other.
    Raises ValueError if there are no samples at all, whether there is no batch or only empty ones.

    While net and loss are called, net and all its submodules are in evaluation mode, and gradients are off
    (torch.is_grad_enabled() is False). Parameters, their .grad and requires_grad are left alone. Afterwards, also when
    ValueError is raised, the training flag of every submodule is as it was before: a part that was frozen in evaluation
    mode is still frozen, and a net that came in evaluation mode is still in it. Whether gradients are on is as before
    too. Nothing is said about a net or a loss that raises.
    Forbidden: scikit-learn.
    """
    # TODO: which submodule is in which mode? Then evaluation mode for all.
    # TODO: without gradients, add up losses, weighted, and samples.
    # TODO: give each submodule its mode back.
    raise NotImplementedError
