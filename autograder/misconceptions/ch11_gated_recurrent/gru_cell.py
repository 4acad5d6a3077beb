"""What people get wrong about the GRU cell."""

import torch

from autograder.spec import misconception, reference, slip


@slip("return Z * H + (1 - Z) * G", "return (1 - Z) * H + Z * G")
def update_gate_swapped():
    """The update gate works the wrong way round: here Z is the share of the old state that stays, and 1 - Z the share
    of the candidate, H' = Z * H + (1 - Z) * G. (Some papers and libraries name it the other way.)"""


@slip("return Z * H + (1 - Z) * G", "return Z * H + G")
def shares_do_not_add_up():
    """The candidate comes in whole. The two shares add up to one: Z of the old state and 1 - Z of the candidate."""


@slip("return Z * H + ", "return ")
def old_state_left_out():
    """The old state is left out of the blend: what Z keeps of it belongs to the new state, H' = Z * H + (1 - Z) * G."""


@slip("(R * H) @ W_hh", "R * (H @ W_hh)")
def reset_outside_the_product():
    """The reset gate multiplies the product H W_hh. Here it acts before: (R * H) W_hh, so that a unit that is reset is
    hidden from all units. (PyTorch's own GRU does it after the product; the two differ.)"""


@slip("(R * H) @ W_hh", "H @ W_hh")
def reset_gate_unused():
    """The reset gate does nothing: the candidate must see R * H in place of H."""


@slip("X @ W_xh + (R * H) @ W_hh + b_h", "R * (X @ W_xh + H @ W_hh + b_h)")
def reset_over_the_input_too():
    """The reset gate also damps the input and the bias. It is for the state alone: X W_xh + (R * H) W_hh + b_h."""


@slip("return Z * H", "return Z * R * H")
def reset_state_is_kept():
    """The blend takes R * H. The reset gate is for the candidate alone; what stays is Z * H, the old state as it
    was."""


@slip(("Z = torch", "T = torch"), ("R = torch", "Z = torch"), ("T = torch", "R = torch"))
def gates_mixed_up():
    """The two gates have changed places: Z, from the parameters with z, blends; R, from those with r, resets."""


@slip("torch.tanh", "torch.sigmoid")
def candidate_through_sigmoid():
    """The candidate goes through a sigmoid. It is a state, not a gate: tanh, between -1 and 1."""


@slip("torch.sigmoid", "torch.tanh", everywhere=True)
def gates_through_tanh():
    """The gates go through tanh and can be negative. A gate is a share between 0 and 1: sigmoid."""


@slip("G = torch.tanh(X @ W_xh + (R * H) @ W_hh + b_h)", "G = X @ W_xh + (R * H) @ W_hh + b_h")
def candidate_without_tanh():
    """The candidate has no activation: without tanh the state can grow without limit from step to step."""


@slip("H @ W_hz + b_z", "H @ W_hz")
def update_bias_missing():
    """The bias b_z is missing: the update gate is sigmoid(X W_xz + H W_hz + b_z)."""


@slip("H @ W_hr + b_r", "H @ W_hr")
def reset_bias_missing():
    """The bias b_r is missing: the reset gate is sigmoid(X W_xr + H W_hr + b_r)."""


@slip("@ W_hh + b_h", "@ W_hh")
def candidate_bias_missing():
    """The bias b_h is missing: the candidate is tanh(X W_xh + (R * H) W_hh + b_h)."""


@slip((" + H @ W_hz", ""), (" + H @ W_hr", ""))
def gates_ignore_the_state():
    """The gates look at the input alone. They also depend on the state: X W_xz + H W_hz + b_z, and likewise for R."""


@slip(("@ W_hz", "@ W_hz.T"), ("@ W_hr", "@ W_hr.T"), ("@ W_hh", "@ W_hh.T"))
def state_matrices_transposed():
    """The matrices of the state are transposed, as nn.Linear stores its weight. Here a state is a row and the matrix
    stands on its right: H @ W_hz, not H @ W_hz.T. Being square, both products have the same shape."""


@misconception
def parameters_by_place(X, H, params):
    """The parameters are taken by their place in the dict. Take them by name, params["W_xz"]: the order means nothing,
    and other layers' parameters may be there too."""
    names = ["W_xz", "W_hz", "b_z", "W_xr", "W_hr", "b_r", "W_xh", "W_hh", "b_h"]
    return reference.gru_cell(X, H, dict(zip(names, params.values(), strict=False)))


@misconception
def sigmoid_overflows(X, H, params):
    """The sigmoid overflows: exp(x) / (1 + exp(x)) is inf / inf for large x, which is NaN. torch.sigmoid is safe
    everywhere."""

    def sigmoid(x):
        return torch.exp(x) / (1 + torch.exp(x))

    Z = sigmoid(X @ params["W_xz"] + H @ params["W_hz"] + params["b_z"])
    R = sigmoid(X @ params["W_xr"] + H @ params["W_hr"] + params["b_r"])
    G = torch.tanh(X @ params["W_xh"] + (R * H) @ params["W_hh"] + params["b_h"])
    return Z * H + (1 - Z) * G


@misconception
def sigmoid_gradient_overflows(X, H, params):
    """The value is right, but the gradient of 1 / (1 + exp(-x)) is 0 * inf, NaN, where exp(-x) overflows. torch.sigmoid
    is safe everywhere."""

    def sigmoid(x):
        return 1 / (1 + torch.exp(-x))

    Z = sigmoid(X @ params["W_xz"] + H @ params["W_hz"] + params["b_z"])
    R = sigmoid(X @ params["W_xr"] + H @ params["W_hr"] + params["b_r"])
    G = torch.tanh(X @ params["W_xh"] + (R * H) @ params["W_hh"] + params["b_h"])
    return Z * H + (1 - Z) * G


@misconception
def state_detached(X, H, params):
    """The old state is cut off from the graph: no gradient goes back through time. Leave detach() to the training loop,
    between stretches of a sequence, and keep it out of the cell."""
    return reference.gru_cell(X, H.detach(), params)


@slip("(R * H) @", "(R.detach() * H) @")
def reset_path_detached():
    """The reset gate is cut off from the graph, so that its parameters never learn: no .detach(), .data or numpy on the
    way."""


@slip("return Z * H + (1 - Z) * G", "return H.copy_(Z * H + (1 - Z) * G)")
def state_overwritten():
    """The new state is written into the old one, which the caller still has, and needs for the gradient: H *= Z,
    H[...] = ... and H.copy_(...) work in place. Return a new tensor."""
