"""A recurrent network that starts by changing nothing: ReLU, and the identity for its own weights.

On the way back through T steps the gradient is multiplied T times by the transpose of W_hh (and by the slope of the
activation). A random matrix of small numbers makes it vanish. With the identity, zero biases and a ReLU,

    H[t] = max(0, X[t] W_xh + H[t-1] W_hh + b_h),    W_hh = I,  b_h = 0,

the state stays what it was and new inputs are added to it, and the gradient comes back as it is. Such a start lets a
plain recurrent network learn over hundreds of steps. It is only the start: training may change W_hh as it likes.

What the gradient looks like on the way can be measured. Let L be the sum of all numbers in the last state, and dL/dH[t]
its derivative with respect to the state after step t.

Read: Le, Jaitly, Hinton (2015), "A Simple Way to Initialize Recurrent Networks of Rectified Linear Units".
"""

import torch
from torch import Tensor


def init_irnn(
    num_inputs: int, num_hiddens: int, std: float = 0.001, generator: torch.Generator | None = None
) -> dict[str, Tensor]:
    """The parameters with which an IRNN starts.

    num_inputs, num_hiddens: d and h, at least 1. std: the standard deviation of W_xh. generator: the only source of
    random numbers, never reseeded; None stands for torch's global one.
    Returns exactly these keys: W_xh (d, h), each element drawn from N(0, std^2); W_hh (h, h), the identity; b_h (h,),
    zeros. They are new float32 tensors at each call, leaves that require gradients.
    """
    # TODO: draw W_xh; the other two are not random.
    # TODO: let all three require gradients, themselves and not what they were made from.
    ### BEGIN SOLUTION
    params = {
        "W_xh": std * torch.randn(num_inputs, num_hiddens, generator=generator),
        "W_hh": torch.eye(num_hiddens),
        "b_h": torch.zeros(num_hiddens),
    }
    return {name: p.requires_grad_() for name, p in params.items()}
    ### END SOLUTION


def irnn(inputs: Tensor, H: Tensor, params: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """All states of a ReLU recurrent network, and the last one.

    inputs: (T, n, d), time first, T and n at least 1; H: (n, h), the states before the first step, whatever they are.
    params: read by name, W_xh (d, h), W_hh (h, h) and b_h (h,), with any values; the order of the keys means nothing,
    and keys of other layers may be there too. All are float32, or all float64.
    Returns (outputs, H), in the same dtype: outputs (T, n, h) with the states after all steps, the given H not among
    them, and the last of them (n, h). Gradients flow to inputs, to the given H and to all three parameters.
    nn.RNN, nn.RNNCell and torch.rnn_relu are not allowed; torch.relu and clamp are. The arguments stay as they are.
    """
    # TODO: go through the steps; each starts from the state that the one before has left.
    ### BEGIN SOLUTION
    outputs = []
    for X in inputs:  # (n, d)
        H = torch.relu(X @ params["W_xh"] + H @ params["W_hh"] + params["b_h"])
        outputs.append(H)
    return torch.stack(outputs), H
    ### END SOLUTION


def state_gradient_norms(inputs: Tensor, H: Tensor, params: dict[str, Tensor]) -> Tensor:
    """How large the gradient is at each state, from the first to the last.

    inputs, H, params: as in irnn; they may or may not require gradients. L is the sum of all elements of the last
    state.
    Returns (T + 1,) in the dtype of H: entry t is the Frobenius norm of dL/dH[t] over all of (n, h), the square root of
    the sum of all squares. Entry 0 belongs to the given H, entry T to the last state, where it is sqrt(n h). The
    derivative of max(0, a) at 0 is 0, as in PyTorch.
    Autograd may be used. The result does not require grad, the arguments stay as they are, and no .grad appears on
    any of them."""
    # TODO: the states, either as tensors that autograd can be asked about, or as numbers for a way back by hand.
    # TODO: dL/dH[t] for each of them, and its norm.
    ### BEGIN SOLUTION
    params = {name: p.detach() for name, p in params.items()}
    states = [H.detach().requires_grad_()]
    for X in inputs.detach():
        states.append(irnn(X[None], states[-1], params)[1])
    gradients = torch.autograd.grad(states[-1].sum(), states)
    return torch.stack([gradient.norm() for gradient in gradients])
    ### END SOLUTION
