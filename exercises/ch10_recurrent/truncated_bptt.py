"""Truncated backpropagation through time by hand: each loss is carried back through a limited number of states.

The model and the losses are those of bptt, with h_0 = 0 and t = 1..T:

    h_t = tanh(U x_t + W h_{t-1})      (h,)
    o_t = V h_t                        (c,) logits, which predict target_t
    L_t = -log softmax(o_t)[target_t]

On the way back the loss L_t reaches U and W through the steps t, t-1, ..., t-num_steps+1, those of them that exist. The
state before these is taken as a constant, as if it did not depend on U and W: nothing goes on through it. So
num_steps = 1 leaves the direct part alone, and num_steps >= T is bptt. V is reached without a way back, so that dV is
complete in any case. Only the way back is cut: the states themselves are those of the whole sequence.

Each loss has a window of its own, which ends at its own step. That is not the same as cutting the sequence into pieces,
where a loss near the beginning of a piece would be carried back through fewer states.

Autograd is not allowed in this file, in any form: backward, torch.autograd, torch.func, requires_grad, and the
operators that it uses itself, such as torch.ops.aten.tanh_backward. torch.tanh, torch.softmax, F.one_hot and
torch.outer are.

Read: Dive into Deep Learning, section 9.7; Williams and Peng (1990), "An Efficient Gradient-Based Algorithm for On-Line
Training of Recurrent Network Trajectories"; Sutskever (2013), "Training Recurrent Neural Networks", section 2.8.6.
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def truncated_bptt(
    X: Tensor, targets: Tensor, U: Tensor, W: Tensor, V: Tensor, num_steps: int
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of the summed losses, each of them carried back through at most num_steps states.

    X: (T, d), T >= 1, the inputs of one sequence, time first; targets: (T,), int64 in 0..c-1; U: (h, d), W: (h, h),
    V: (c, h), laid out (out, in) as in nn.Linear. X and the matrices have one floating dtype, float32 or float64, and
    are left unchanged, as targets is.
    Returns new tensors (dU, dW, dV) in that dtype, each of the shape of its matrix: sums over the steps, not means.
    They are finite and right for logits from -1e4 to 1e4 too. Raises ValueError for num_steps < 1.
    It is called under torch.inference_mode(), where autograd records nothing; the results do not require grad.
    """
    # TODO: forward, the derivatives of the logits, and dV, as in bptt.
    # TODO: for each loss, back through its window: dU and dW grow, and what arrives at a state is handed on.
    raise NotImplementedError
