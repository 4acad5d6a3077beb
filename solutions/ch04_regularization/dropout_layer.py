"""Dropout as a layer, and a multilayer perceptron that uses it.

A layer knows its mode: net.train() and net.eval() set self.training in a module and in all modules inside of it. So a
dropout layer need not be told whether to drop, it looks at each call:

    in training mode:     Y = X * mask / (1 - p)    each element of the mask is 1 with probability 1 - p, else 0
    in evaluation mode:   Y = X

The network has one such layer after each hidden layer, each with a probability of its own:

    flatten                         (n, 784)
    dense, 784 to 256, ReLU         (n, 256)     dropout with p1
    dense, 256 to 256, ReLU         (n, 256)     dropout with p2
    dense, 256 to 10                (n, 10)      logits

Read: Dive into Deep Learning, sections 5.6 (dropout) and 6.1 (custom modules); Srivastava et al. (2014), "Dropout: A
Simple Way to Prevent Neural Networks from Overfitting".
"""

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    """Inverted dropout, written from scratch: PyTorch's own dropout functions and layers are not allowed here."""

    def __init__(self, p: float = 0.5):
        """p: the probability that an element is dropped, an int or a float. Raises ValueError unless 0 <= p <= 1, for
        NaN too; 0 and 1 are allowed. The module has no parameters and no buffers."""
        super().__init__()
        # TODO: refuse a p that is no probability (how does NaN compare?), and keep the others.
        ### BEGIN SOLUTION
        if not 0 <= p <= 1:  # NaN compares as False, so that it is refused too
            raise ValueError(f"p is a probability, from 0 to 1, but is {p}")
        self.p = p
        ### END SOLUTION

    def forward(self, X: Tensor) -> Tensor:
        """X: any shape, floating; it stays as it is. Returns a tensor of its shape and dtype.

        In training mode each element is kept with probability 1 - p, independently of the others and anew at each
        call, as X / (1 - p), and is 0 otherwise. p = 0 gives X, p = 1 zeros (with gradient 0, never NaN). In evaluation
        mode the result is X, not scaled. The mode in force when forward is called counts, whether it was set on this
        module or on one around it, and however often it has changed.
        The gradient is 1 / (1 - p) where an element was kept, and 0 where it was dropped.
        Random numbers come from torch's global generator, and no seed is set.
        """
        # TODO: in evaluation mode there is nothing to do; p = 1 needs a case of its own.
        # TODO: draw a mask of the shape of X, and scale what is kept.
        ### BEGIN SOLUTION
        if not self.training:
            return X
        if self.p == 1:
            return torch.zeros_like(X)  # 1 / (1 - p) would be infinite
        kept = torch.rand(X.shape, device=X.device) >= self.p
        return X * kept / (1 - self.p)
        ### END SOLUTION


def build_mlp(p1: float, p2: float) -> nn.Module:
    """A new network at each call: Flatten, Linear 784-256, ReLU, Dropout(p1), Linear 256-256, ReLU, Dropout(p2),
    Linear 256-10.

    The module maps images (n, 1, 28, 28), (n, 28, 28) or (n, 784) to logits (n, 10), each image flattened row by row.
    Nothing follows the last layer: logits are any real numbers. Dropout acts in training mode only. p1 and p2 are
    probabilities of being dropped; outside [0, 1] either raises ValueError.
    The gradient flows to the images and to all parameters.

    Parameters in this order, every one trainable: (256, 784), (256,), (256, 256), (256,), (10, 256), (10,).
    Start: each entry of the weights is drawn from N(0, 0.01^2), 0.01 being the standard deviation, anew at each call;
    no seed is set. The biases are 0. How the module is built and named is up to you, but its shapes are known from the
    start (no nn.Lazy...).
    """
    # TODO: the layers, in their order; which of them have something to drop?
    # TODO: the first values of weights and biases: see torch.nn.init.
    ### BEGIN SOLUTION
    net = nn.Sequential(
        nn.Flatten(),
        *(nn.Linear(784, 256), nn.ReLU(), Dropout(p1)),
        *(nn.Linear(256, 256), nn.ReLU(), Dropout(p2)),
        nn.Linear(256, 10),
    )
    for layer in net:
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, std=0.01)
            nn.init.zeros_(layer.bias)
    return net
    ### END SOLUTION
