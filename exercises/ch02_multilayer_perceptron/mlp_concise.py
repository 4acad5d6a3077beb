"""A multilayer perceptron of ready-made layers, for images of 28x28 pixels and ten classes.

    flatten                        (n, 784)
    dense, 784 to 256              (n, 256)     ReLU
    dense, 256 to 10               (n, 10)      logits

A layer of PyTorch brings its parameters along, and draws their first values by a rule of its own. Here the weights
start smaller than that, as independent draws from N(0, 0.01^2).

Read: Dive into Deep Learning, section 5.2.2.
"""

from torch import nn


def build_mlp() -> nn.Module:
    """A new network at each call.

    The module maps images (n, 1, 28, 28), or any (n, ...) with 784 numbers a sample, to logits (n, 10), for any n from
    1 on, and does the same in training and in evaluation mode. Each sample is flattened row by row. Nothing follows the
    last layer: logits are any real numbers. Once its parameters are float64 it works in float64. The gradient flows to
    the images and to all parameters; the images stay as they are.

    Parameters in this order, four in all, every one trainable: (256, 784), (256,), (10, 256), (10,). How the module is
    built and named is up to you, but its shapes are known from the start (no nn.Lazy...).

    Start: each entry of both weight matrices is drawn from N(0, 0.01^2), 0.01 being the standard deviation, by torch's
    global generator, anew at each call. No seed is set. The biases start at zero, or as nn.Linear starts them.
    """
    # TODO: the layers, in their order.
    # TODO: the weights' first values. What is changed in place must not be recorded for gradients: see torch.nn.init.
    raise NotImplementedError
