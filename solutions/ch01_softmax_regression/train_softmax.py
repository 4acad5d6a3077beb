"""Softmax regression, trained from scratch: minibatch stochastic gradient descent on images.

The model is one linear layer. An image becomes a row of d numbers, and

    logits = X W + b        X (n, d)    W (d, num_classes)    b (num_classes,)

W starts with small random numbers and b with zeros. An epoch goes once through all samples, in a random order that is
new each time, and takes them in batches. Each batch makes one step, down the gradient of the mean cross-entropy over
its own samples:

    W <- W - lr * dL/dW        b <- b - lr * dL/db

Forbidden: torch.optim. Autograd, F.cross_entropy and torch.utils.data are welcome, and so are gradients by hand.

Read: Dive into Deep Learning, sections 4.4 (softmax regression from scratch) and 3.4 (minibatch SGD).
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def train(
    X: Tensor, y: Tensor, num_classes: int, num_epochs: int, lr: float, batch_size: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Trains W and b by minibatch SGD.

    X (n, ...): n >= 1 images, float32 or float64, each flattened row by row to d numbers and used as it comes, without
    scaling. y (n,): int64 labels in 0..num_classes-1. Both are left unchanged. num_epochs: how often to go through all
    samples, >= 0. lr: the learning rate. batch_size: an int >= 1. generator: a torch.Generator on the CPU.
    Returns a tuple (W, b): W (d, num_classes) and b (num_classes,), in the dtype of X. Whether they require a gradient
    does not matter.

    W starts with numbers from N(0, 0.01^2), that is with standard deviation 0.01, and b with zeros; num_epochs = 0
    returns this start. Each epoch draws a new random order of the n samples, any order as probable as any other, and
    cuts it into consecutive batches of batch_size; the last batch is smaller if need be (batch_size >= n: one batch of
    all). Each batch makes one plain step of both parameters, parameter -= lr * gradient, where the loss is the mean
    cross-entropy over the samples of this batch: no momentum, no weight decay.
    Every random number comes from generator, and nothing else: equal generators give equal results. It is never seeded
    again, so that a second call with it starts and shuffles differently.
    """
    # TODO: flatten the images, and draw the start.
    # TODO: in each epoch, draw an order and cut it into batches.
    # TODO: for each batch, find the gradients of its mean loss and take a step with both parameters.
    ### BEGIN SOLUTION
    X = X.flatten(start_dim=1)  # (n, d)
    W = (0.01 * torch.randn(X.shape[1], num_classes, generator=generator)).to(X)
    b = X.new_zeros(num_classes)
    for _ in range(num_epochs):
        for batch in torch.randperm(len(X), generator=generator).to(X.device).split(batch_size):
            error = torch.softmax(X[batch] @ W + b, dim=1) - F.one_hot(y[batch], num_classes)
            W -= lr * X[batch].T @ error / len(batch)
            b -= lr * error.mean(dim=0)
    return W, b
    ### END SOLUTION
