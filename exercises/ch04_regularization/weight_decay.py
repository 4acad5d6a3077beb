"""Weight decay: an L2 penalty, and what it saves when there are more inputs than samples.

Half the sum of the squared weights, times a factor decay, joins the loss. Its gradient is decay * w, so that each step
shrinks the weights before it follows the gradient of the loss. Biases are left out of the penalty:

    weight:   w <- (1 - lr * decay) w - lr * grad
    bias:     b <- b - lr * grad

First comes the step for any list of parameters, then linear regression that is trained with it. With 200 inputs and 20
samples, plain descent reproduces the training labels and predicts others badly; with decay the weights stay small, and
the loss on other samples is far lower.

Forbidden: torch.optim. Autograd, nn.Linear, F.mse_loss and torch.utils.data are welcome, and so are gradients by hand.

Read: Dive into Deep Learning, sections 3.7 (weight decay) and 3.4 (linear regression from scratch).
"""

import torch
from torch import Tensor


def sgd_weight_decay(params: list[Tensor], lr: float, decay: float) -> None:
    """One step of gradient descent with weight decay, in place.

    params: leaf tensors, as those of a network are, in any order. A tensor of two or more dimensions is a weight and
    becomes (1 - lr * decay) * w - lr * grad, where w is its value before the step. One of one or no dimension is a bias
    and becomes b - lr * grad. grad is the tensor's .grad; where that is None, the tensor is left alone altogether.
    lr and decay: floats from 0 up.
    The tensors are changed in place: the list holds the same objects afterwards, in the same memory. Autograd records
    nothing, they still require grad as before, and .grad is neither changed nor cleared. Returns None.
    """
    # TODO: for each tensor with a gradient, outside of autograd's sight: decay it if it is a weight, then step.
    raise NotImplementedError


def train(
    X: Tensor, y: Tensor, decay: float, num_epochs: int, lr: float, batch_size: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Trains the linear model X w + b by minibatch SGD with weight decay.

    X (n, d): n >= 1 samples, float32 or float64. y (n, 1): their labels, of the same dtype. Both are left unchanged.
    decay, lr: floats from 0 up. num_epochs: how often to go through all samples, >= 0. batch_size: an int >= 1.
    generator: a torch.Generator on the CPU.
    Returns a tuple (w, b): w (d, 1) and b (1,), in the dtype of X. Whether they require a gradient does not matter.

    w starts with numbers from N(0, 1) and b with 0; num_epochs = 0 returns this start. Each epoch draws a new random
    order of the n samples, any order as probable as any other, and cuts it into consecutive batches of batch_size; the
    last batch is smaller if need be (batch_size >= n: one batch of all). Each batch makes one step, in which w decays
    and b does not, as in sgd_weight_decay. The gradients are those of the batch's own loss, the mean over its rows of
    (X w + b - y)^2 / 2, both at the w and b before the step.
    Every random number comes from generator, and nothing else: equal generators give equal results. It is never seeded
    again, so that a second call with it starts and shuffles differently.
    """
    # TODO: draw the start.
    # TODO: in each epoch, draw an order and cut it into batches.
    # TODO: for each batch, find both gradients, then take the step.
    raise NotImplementedError
