"""Backpropagation through time by hand: all gradients of a recurrent network over one sequence.

The forward pass starts from the state h_0 = 0 and takes one step for each input x_t, t = 1..T:

    h_t = tanh(U x_t + W h_{t-1})      (h,)
    o_t = V h_t                        (c,) logits, which predict target_t
    L   = sum over t of -log softmax(o_t)[target_t]

Unrolled, this is a network of T layers that share U, W and V. Write da for the derivative of L with respect to a. For
the logits it is prediction minus truth:

    do_t = softmax(o_t) - one_hot(target_t)

The state h_t counts twice: for the loss of its own step, by way of V, and for all later losses, by way of W and
h_{t+1}. So the way back begins at the last step and carries along what arrives from the steps behind. The derivative
of tanh is 1 - tanh^2. Every step uses the same three matrices and adds its share to their gradients.

Autograd is not allowed in this file, in any form: backward, torch.autograd, torch.func, requires_grad, and the
operators that it uses itself, such as torch.ops.aten.tanh_backward. torch.tanh, torch.softmax, F.one_hot and
torch.outer are.

Read: Dive into Deep Learning, section 9.7 (there without tanh); Goodfellow, Bengio, Courville, Deep Learning, 10.2.2;
Werbos (1990), "Backpropagation Through Time: What It Does and How to Do It".
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def bptt(X: Tensor, targets: Tensor, U: Tensor, W: Tensor, V: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of the summed loss of one sequence with respect to the three matrices.

    X: (T, d), T >= 1, the inputs of one sequence, time first; targets: (T,), int64 in 0..c-1; U: (h, d), W: (h, h),
    V: (c, h), laid out (out, in) as in nn.Linear. X and the matrices have one floating dtype, float32 or float64, and
    are left unchanged, as targets is.
    Returns new tensors (dU, dW, dV) in that dtype, each of the shape of its matrix. L is the sum over the steps, not
    their mean, and every loss is carried back to the first step. They are finite and right for logits from -1e4 to
    1e4 too.
    It is called under torch.inference_mode(), where autograd records nothing; the results do not require grad.
    """
    # TODO: forward, from a state of zeros; keep all states.
    # TODO: the derivatives of the logits, and dV.
    # TODO: backward, from the last step to the first: dU and dW grow, and what arrives at a state is handed on.
    ### BEGIN SOLUTION
    H = [X.new_zeros(len(W))]
    for x in X:
        H.append(torch.tanh(U @ x + W @ H[-1]))
    H = torch.stack(H)  # (T + 1, h): H[t] and H[t + 1] are the states before and after X[t]
    dO = torch.softmax(H[1:] @ V.T, dim=1) - F.one_hot(targets, len(V))  # (T, c)
    dV = dO.T @ H[1:]
    dU, dW = torch.zeros_like(U), torch.zeros_like(W)
    later = torch.zeros_like(H[0])  # what arrives from the steps behind
    for t in reversed(range(len(X))):
        dh = V.T @ dO[t] + later
        da = dh * (1 - H[t + 1] ** 2)
        dU += torch.outer(da, X[t])
        dW += torch.outer(da, H[t])
        later = W.T @ da
    return dU, dW, dV
    ### END SOLUTION
