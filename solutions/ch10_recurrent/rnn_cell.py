"""A recurrent network: one step, and the walk along a sequence.

A recurrent network reads a sequence one element at a time. What it remembers is its state H, a vector for each example
of the batch. Each step makes a new state from the next input X and the state before it:

    H' = tanh(X W_xh + H W_hh + b_h)

Letters side by side are matrix products. Each row of X and of H is an example, so the matrices stand on the right. The
same matrices and the same bias serve every step, however long the sequence is. tanh keeps the state between -1 and 1.

Read: Dive into Deep Learning, sections 9.4 and 9.5; Elman (1990), "Finding Structure in Time".
"""

import torch
from torch import Tensor


def rnn_cell(X: Tensor, H: Tensor, params: dict[str, Tensor]) -> Tensor:
    """The state after one step.

    X: inputs (n, d), one row per example; H: states before the step (n, h). n, d and h are at least 1; d may equal h.
    params: read by name; the order of the keys means nothing, and keys of other layers may be there too.
        W_xh: (d, h), from the input; W_hh: (h, h), from the state; b_h: (h,), the only bias.
    All are float32, or all float64. Returns the new state (n, h), in the same dtype. The arguments stay as they are,
    and gradients flow to X, to H and to all three parameters.
    PyTorch's own recurrent layers, cells and functions (nn.RNN, nn.RNNCell, torch.rnn_tanh, ...) are not allowed here.
    """
    # TODO: what the input and the old state each contribute, both (n, h), and the bias.
    # TODO: the activation that keeps the state between -1 and 1.
    ### BEGIN SOLUTION
    return torch.tanh(X @ params["W_xh"] + H @ params["W_hh"] + params["b_h"])
    ### END SOLUTION


def rnn(inputs: Tensor, H: Tensor, params: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """The states after all steps along a sequence, and the last of them.

    inputs: (T, n, d), time first: inputs[t] holds what the n sequences have at step t; T is at least 1.
    H: the states before the first step (n, h), whatever they are. params: as for rnn_cell, the same at each step.
    Returns a tuple (outputs, H). outputs: (T, n, h), one tensor, where outputs[t] is the state after step t, which has
    seen inputs[0] to inputs[t]; the H that was given is not among them. The second item is the state after the last
    step (n, h), equal to outputs[-1]. The dtype is that of the arguments, which stay as they are.
    Gradients flow to inputs, to the given H and to all three parameters, back through all steps.
    The same things are not allowed as for rnn_cell. Loops are fine, and so is calling rnn_cell.
    """
    # TODO: go through the steps; each starts from the state that the one before has left.
    # TODO: return all states in one tensor, time first, and the last one.
    ### BEGIN SOLUTION
    outputs = []
    for X in inputs:  # (n, d)
        H = rnn_cell(X, H, params)
        outputs.append(H)
    return torch.stack(outputs), H  # (T, n, h), (n, h)
    ### END SOLUTION
