"""One label for each step of a sequence, and how often it is the right one.

To name the part of speech of each word, a network needs one output per step. A recurrent network has a state at each
step, which has read the word and all those before it. An output layer, the same at each step, turns it into logits:

    H[t]      = tanh(X[t] W_xh + H[t-1] W_hh + b_h)
    logits[t] = H[t] W_hq + b_q

Letters side by side are matrix products, and each row is an example. Sequences of a batch differ in length, so the
short ones are padded. Padding has no right label: a mask says which positions count.

Read: Dive into Deep Learning, section 9.4; Jurafsky and Martin, "Speech and Language Processing", on sequence labeling
with recurrent networks.
"""

import torch
from torch import Tensor


def label_sequence(inputs: Tensor, H: Tensor, params: dict[str, Tensor]) -> Tensor:
    """The logits of all steps of a tanh recurrent network.

    inputs: (T, n, d), time first: inputs[t] holds what the n sequences have at step t; T, n and d are at least 1.
    H: the states before the first step (n, h), whatever they are.
    params: read by name; the order of the keys means nothing, and keys of other layers may be there too.
        W_xh: (d, h), from the input; W_hh: (h, h), from the state; b_h: (h,); W_hq: (h, c), the output; b_q: (c,).
    All are float32, or all float64. Returns (T, n, c), in the same dtype: logits, without softmax, where logits[t]
    comes from the state that has read inputs[0] to inputs[t], and no later ones. Nothing is done about padding here.
    The arguments stay as they are. Gradients flow to inputs, to the given H and to all five parameters.
    Everything in PyTorch may be used.
    """
    # TODO: go through the steps; each starts from the state that the one before has left.
    # TODO: at each step, let the output layer make logits of the new state; return those of all steps in one tensor.
    raise NotImplementedError


def masked_accuracy(logits: Tensor, labels: Tensor, mask: Tensor) -> float:
    """The share of the counted positions whose largest logit is that of the label.

    logits: (T, n, c), float32 or float64; they may require a gradient, but none is asked for.
    labels: (T, n), int64, from 0 to c - 1 where they count. Elsewhere they may be any integer, such as -100, and mean
    nothing.
    mask: (T, n), bool. True: the position counts. False: it does not. The True ones may lie anywhere.
    Returns a Python float from 0 to 1: the number of counted positions that are right, divided by the number of all
    counted positions. Each of these weighs the same, however many there are in its sequence or at its step.
    Raises ValueError if no position counts. The arguments stay as they are. How ties are broken is up to you.
    """
    # TODO: there is no share of nothing.
    # TODO: one prediction for each position; which of them are right?
    # TODO: the share among those that count, as a number of Python.
    raise NotImplementedError
