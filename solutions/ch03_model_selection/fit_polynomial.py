"""A polynomial fitted by minibatch stochastic gradient descent, and what becomes of it at three degrees.

The model is linear in its features, the powers of a sample: its prediction is features @ weight, without a bias, since
the first feature is 1 already. Of the samples A with labels t in one batch of m, the mean squared error and the step
that lowers it are

    loss = (1/m) sum over i of (A_i w - t_i)^2,    w <- w - lr * d loss / d w = w - lr * (2/m) A^T (A w - t)

On labels from a cubic, a polynomial of degree 1 underfits, one of degree 3 fits, and one of degree 19 overfits where
there are only 20 samples: its training loss is low, and its loss on other samples a multiple of that.

Read: Dive into Deep Learning, sections 3.4 (training from scratch) and 3.6 (underfitting, overfitting).
"""

import torch
from torch import Tensor


def fit(
    features: Tensor, labels: Tensor, num_epochs: int, lr: float, batch_size: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Fits weight so that features @ weight comes near the labels, by minibatch SGD.

    features (n, k): a row for each sample, its constant 1 included. labels (n,), of the same floating dtype.
    num_epochs: how often to go through all samples, >= 0. lr: the learning rate. batch_size: an int >= 1.
    generator: a torch.Generator on the CPU. The order of the samples depends on it, and on nothing else: equal
    generators give equal results; it is never seeded again.

    weight starts at 0. Each epoch draws a new random order of all samples from generator and goes through it in
    consecutive batches of batch_size; the last batch is smaller if need be (batch_size >= n: one batch of all). Each
    batch makes one step of plain SGD, with rate lr, on the mean of its squared errors, without a factor 1/2.
    Returns (weight, train_losses), both in the dtype of features and without a graph: weight (k,); train_losses
    (num_epochs,), after each epoch the mean squared error over all n samples with the weight at its end. With
    num_epochs = 0 the weight is 0 and train_losses is empty. features and labels are left unchanged.

    Autograd, nn.Linear, torch.optim.SGD and torch.utils.data are allowed.
    Forbidden: closed forms (torch.linalg.lstsq, solve, inv, pinv, qr, svd, Cholesky and LU; numpy.linalg), and
    scikit-learn.
    """
    # TODO: start with a weight of 0.
    # TODO: in each epoch, draw an order, cut it into batches, and take a step for each.
    # TODO: measure the loss over all samples once the epoch is over.
    ### BEGIN SOLUTION
    weight = features.new_zeros(features.shape[1])
    train_losses = features.new_zeros(num_epochs)
    for epoch in range(num_epochs):
        for batch in torch.randperm(len(labels), generator=generator).split(batch_size):
            A, t = features[batch], labels[batch]
            weight = weight - lr * 2 / len(batch) * A.T @ (A @ weight - t)
        train_losses[epoch] = ((features @ weight - labels) ** 2).mean()
    return weight, train_losses
    ### END SOLUTION
