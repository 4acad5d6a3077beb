"""Real-time recurrent learning by hand: the gradient of each loss is there as soon as its step is done.

The model and the losses are those of bptt, with h_0 = 0 and t = 1..T:

    h_t = tanh(U x_t + W h_{t-1})      (h,)
    o_t = V h_t                        (c,) logits, which predict target_t
    L_t = -log softmax(o_t)[target_t]

Backpropagation through time has to wait for the end of the sequence and keeps all states. Real-time recurrent learning
goes forward only. It carries along how the state depends on each weight so far,

    P_t = dh_t/dU      (h, h, d):  P_t[i, j, k] = dh_t[i] / dU[j, k]
    Q_t = dh_t/dW      (h, h, h):  Q_t[i, j, k] = dh_t[i] / dW[j, k]

which are zero for h_0. In a step the argument of the tanh, a = U x + W h_{t-1}, depends on U in two ways: directly,
where a[i] gets x[k] from U[i, k] and from no other row of U, and by way of the old state, which is W times the old P.
The tanh then multiplies all of it by its derivative 1 - tanh^2. For W it is the same, with h_{t-1} in the place of x.
The loss of the step needs dh_t/dU alone:

    dU_t = (dL_t/dh_t) P_t,  dW_t = (dL_t/dh_t) Q_t

The price: P and Q have h h (d + h) numbers, whatever T is, and a step takes about h^3 (d + h) multiplications, where
backpropagation takes h (d + h). The work of all steps grows in proportion to T.

Autograd is not allowed in this file, in any form and in either direction: backward, torch.autograd, torch.func,
requires_grad, and the operators that it uses itself, such as torch.ops.aten.tanh_backward. torch.tanh, torch.softmax,
F.one_hot, torch.einsum and torch.tensordot are.

Read: Williams and Zipser (1989), "A Learning Algorithm for Continually Running Fully Recurrent Neural Networks".
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def rtrl(X: Tensor, targets: Tensor, U: Tensor, W: Tensor, V: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of each step's loss with respect to the three matrices, carried along forward.

    X: (T, d), T >= 1, the inputs of one sequence, time first; targets: (T,), int64 in 0..c-1; U: (h, d), W: (h, h),
    V: (c, h), laid out (out, in) as in nn.Linear. X and the matrices have one floating dtype, float32 or float64, and
    are left unchanged, as targets is.
    Returns new tensors (dU, dW, dV) of shape (T, h, d), (T, h, h) and (T, c, h) in that dtype. Entry t is the
    gradient of the loss of step t alone, through this step and all earlier ones; added up over the first axis they
    are what bptt returns. They are finite and right for logits from -1e4 to 1e4 too. 1,000 steps with 8 hidden units
    take about a second.
    It is called under torch.inference_mode(), where autograd records nothing; the results do not require grad.
    """
    # TODO: before the first step: the state, and what it depends on.
    # TODO: in each step: the new state, then how it depends on U and on W.
    # TODO: in each step: the derivative of its loss, and the three gradients.
    raise NotImplementedError
