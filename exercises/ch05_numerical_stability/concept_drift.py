"""Concept drift: the answer to the same question changes, and a model goes on learning.

What counts as junk mail, what a flat costs, what people want to hear next: p(y | x) itself moves, mostly slowly. No
weights help here, since old labels have become wrong. But new labels keep coming, and so the model that is there takes
a small step with each batch. It is never trained anew: it goes on from where it is.

How good is such a learner? Every batch serves twice. First it is a test, because the model has not seen it yet, and
then it is something to learn from:

    e_t = mean of (model(X_t) - y_t)^2               with the model as it is before batch t
    parameters <- parameters - lr * gradient of e_t

The errors e_1, e_2, ... are those of a model in use. A frozen model's grow with the drift; those of a learner that
keeps up stay small.

Nothing is forbidden in this file. Read: Dive into Deep Learning, sections 4.7.1.3 and 4.7.3.4.
"""

import copy
from collections.abc import Iterable

import torch
from torch import Tensor, nn


def track(stream: Iterable[tuple[Tensor, Tensor]], model: nn.Module, lr: float) -> Tensor:
    """Tests a copy of the model on each batch, then takes a step with it; returns the errors.

    stream: batches (X_t, y_t), possibly none, of any sizes. y_t has the shape of model(X_t), whatever that is. The
    stream may be a list, or a generator that can be gone through only once and has no length. Ask it for a batch only
    when the step with the one before is done: it may put all its batches into the same two tensors, one after another.
    Batches stay as they are.
    model: has no dropout and no batch normalization. Some of its parameters, but not all, may be frozen, so that their
    requires_grad is False; they never change. What learns is a copy: the model itself keeps its values and its mode,
    training or not, and every .grad is None before and after.
    lr: a float from 0 up; 0 gives the errors of the model as it is.

    For each batch, in the order of the stream: e_t is the mean of (model(X_t) - y_t)^2 over all elements, with the
    parameters as they are. Then every parameter that is not frozen moves by -lr times the gradient of e_t, without
    momentum. The next batch is met with these parameters; they are never set back.
    Returns e_1, e_2, ... of shape (T,), detached, in the dtype of the model's output: each the error of its own batch.
    Without any batch it is of shape (0,), float32.
    """
    # TODO: what must not be changed?
    # TODO: for each batch, the error first, then a step down its gradient.
    # TODO: one tensor of all errors; what if there is none?
    raise NotImplementedError
