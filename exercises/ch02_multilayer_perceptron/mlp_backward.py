"""Backpropagation by hand: the loss of a network with one hidden layer, and all of its gradients.

The forward pass goes from the inputs to the loss:

    Z = X W1 + b1        (n, h)
    H = relu(Z)          (n, h)
    O = H W2 + b2        (n, C)
    loss = mean over the n rows of the cross-entropy of softmax(O) with the labels y

The backward pass takes the same steps the other way round. Write dA for the derivative of the loss with respect to A,
which has the shape of A. For the logits it is prediction minus truth, in row i

    dO[i] = (softmax(O[i]) - one_hot(y[i])) / n

and from there the chain rule leads through one step after the other. The ReLU passes on what arrives at positive
entries of Z and stops the rest; its derivative at exactly 0 is 0, as in PyTorch.

Autograd is not allowed in this file, in any form: backward, torch.autograd, torch.func, and the operators that it uses
itself, such as torch.ops.aten.threshold_backward. torch.relu, torch.softmax, log_softmax, F.one_hot and
F.cross_entropy are.

Read: Dive into Deep Learning, section 5.3.
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def mlp_loss_and_grads(
    X: Tensor, y: Tensor, W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """The mean loss of a batch, and its gradients with respect to the four parameters.

    X: (n, d), n >= 1 samples; y: (n,), int64 labels in 0..C-1; W1: (d, h), b1: (h,), W2: (h, C), b2: (C,). X and the
    parameters have one floating dtype, float32 or float64, and are left unchanged, as y is.
    Returns new tensors (loss, dW1, db1, dW2, db2) in that dtype: loss has the shape (), each gradient that of its
    parameter. They are right for logits from -1e4 to 1e4 too: a row whose label is 2e4 below its largest logit adds 2e4
    to the sum whose mean is taken.
    It is called under torch.inference_mode(), where autograd records nothing.
    """
    # TODO: forward, and keep what the way back needs.
    # TODO: backward: the logits first, then W2 and b2, then what arrives at the hidden layer.
    # TODO: through the ReLU, and on to W1 and b1.
    raise NotImplementedError
