"""Cross-entropy: what a prediction costs, once the truth is known.

The model gave each class a probability. Of these only that of the true class counts, and its negative logarithm is the
loss of the sample:

    loss[i] = -log(probs[i, y[i]])

A probability of 1 costs nothing, 1/2 costs log 2 = 0.69, and 0, which says that the true class is impossible, costs
infinitely much. For a row of probabilities q and the one-hot vector t of the label it is the same as -sum over j of
t_j log q_j, the cross-entropy of the two, in which t_j = 0 leaves all other terms out.

Ready-made cross_entropy, nll_loss, kl_div, binary_cross_entropy and log_softmax are not allowed in this file. log,
indexing and gather are.

Read: Dive into Deep Learning, section 4.1.2 (loss function).
"""

import torch
from torch import Tensor


def cross_entropy(probs: Tensor, y: Tensor) -> Tensor:
    """The loss of each sample, -log of the probability of its label; no mean.

    probs (n, C): the probabilities of C >= 1 classes for n >= 1 samples, at least 0, float32 or float64; y (n,): int64
    labels in 0..C-1. Both may be views of other tensors, as a transpose is. Returns (n,) in the dtype of probs, and
    float64 is computed in float64, to its full precision; the inputs are left unchanged.
    probs are taken as they are, also where a row does not sum to 1: no softmax, no normalising, no epsilon, no clamp.
    Probability 0 at the label costs inf, and 0 at another class changes nothing; no loss is NaN.
    The gradient flows to probs: -1/p at the label and exactly 0 elsewhere, also where another entry of the row is 0.
    Where the label itself has probability 0 the gradient is not asked for.
    """
    # TODO: from each row one number, the probability of the label. Which rows go with which columns?
    # TODO: what does the logarithm of an entry that does not count do, if that entry is 0?
    raise NotImplementedError
