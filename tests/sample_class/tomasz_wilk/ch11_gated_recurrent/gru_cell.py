# Tomasz Wilk, group 3
"""One step of a gated recurrent unit (GRU): a new state from an input and the state before.

Two gates, numbers between 0 and 1 for each unit, decide what becomes of the old state H. The reset gate R says
how much of it the candidate G may look at; the update gate Z says how much of it stays:

    Z  = sigmoid(X W_xz + H W_hz + b_z)
    R  = sigmoid(X W_xr + H W_hr + b_r)
    G  = tanh(X W_xh + (R * H) W_hh + b_h)
    H' = Z * H + (1 - Z) * G

A star multiplies element by element; letters side by side are matrix products. The reset gate acts on the state
before the product with W_hh, as in the paper; PyTorch's own GRU applies it after the product.

Read: Dive into Deep Learning, section 10.2; Cho et al. (2014), "Learning Phrase Representations using RNN
Encoder-Decoder for Statistical Machine Translation", section 2.3 (which writes the same equations for one column).
"""

import torch
from torch import Tensor


def gru_cell(X: Tensor, H: Tensor, params: dict[str, Tensor]) -> Tensor:
    """The state after one step of a GRU.

    X: inputs (n, d), one row an example; H: states before the step (n, h).
    params: read by name; the order of the keys means nothing, and keys of other layers may be there too.
        W_xz, W_xr, W_xh: (d, h), from the input; W_hz, W_hr, W_hh: (h, h), from the state; b_z, b_r, b_h: (h,).
    Returns the new state H' (n, h), in the dtype of X. The arguments stay as they are, and gradients flow to X, H
    and all nine parameters. Value and gradients stay finite however large the sums inside sigmoid and tanh are.
    PyTorch's own GRU layers, cells and functions are not allowed here.
    """
    # TODO: compute the update gate Z and the reset gate R, both (n, h).
    # TODO: compute the candidate state from X and from the part of H that the reset gate lets through.
    # TODO: blend the old state and the candidate by the update gate.
    raise NotImplementedError
