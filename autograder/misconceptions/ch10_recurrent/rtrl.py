"""What people get wrong about rtrl."""

from autograder.spec import misconception, reference, slip

STATE = "before, h = h, torch.tanh(U @ x + W @ h)"
SOFTMAX = "torch.softmax(V @ h, dim=0)"
D_LOGITS = "torch.softmax(V @ h, dim=0) - F.one_hot(target, len(V))"
IN_P = "torch.tensordot(W, P, 1) + "
IN_Q = "torch.tensordot(W, Q, 1) + "
DIRECT_P = "eye[:, :, None] * x)"
DIRECT_Q = "eye[:, :, None] * before)"
RETURN = "return torch.stack(dU), torch.stack(dW), torch.stack(dV)"


@slip((IN_P, ""), (IN_Q, ""))
def direct_part_alone():
    """P and Q hold the direct part alone, as if the old state did not depend on U and W. It does: W times the old P
    and Q belongs to it."""


@slip(("W, P, 1)", "W.T, P, 1)"), ("W, Q, 1)", "W.T, Q, 1)"))
def w_transposed():
    """The old P and Q are multiplied by W.T. It goes forward here: the new state gets W h, so P gets W P."""


@slip(
    (f"slope * ({IN_P}{DIRECT_P}", f"{IN_P}slope * {DIRECT_P[:-1]}"),
    (f"slope * ({IN_Q}{DIRECT_Q}", f"{IN_Q}slope * {DIRECT_Q[:-1]}"),
)
def what_is_carried_passes_by_the_tanh():
    """Only the direct part is multiplied by the derivative of tanh. What comes by way of the old state goes through
    the same tanh."""


@slip("(1 - h**2)[:, None, None]", "1")
def tanh_passed_by():
    """The derivative of tanh is left out. P and Q are those of the state, behind the tanh: multiply by 1 - h_t^2."""


@slip("(1 - h**2)[:, None, None]", "(1 - before**2)[:, None, None]")
def derivative_at_the_state_before():
    """The derivative of tanh is taken at h_{t-1}. It is 1 - h_t^2, of the new state."""


@slip("(1 - h**2)[:, None, None]", "(h * (1 - h))[:, None, None]")
def derivative_of_a_sigmoid():
    """The derivative is h (1 - h), that of a sigmoid. That of tanh is 1 - h^2."""


@slip(DIRECT_Q, "eye[:, :, None] * h)")
def direct_part_with_the_new_state():
    """The direct part of Q is made with h_t. W multiplied the state before the step, h_{t-1}."""


@slip((DIRECT_P, "X.new_ones(len(W), len(W), 1) * x)"), (DIRECT_Q, "X.new_ones(len(W), len(W), 1) * before)"))
def every_row_for_every_unit():
    """The direct part stands in every row. Unit i of the new state gets its input from row i of U and of W alone:
    P[i, j] is 0 directly where j is not i."""


@slip(STATE, "before, h = X.new_zeros(len(W)), torch.tanh(U @ x)")
def state_not_carried_on():
    """Each step starts from a state of zeros. It starts from the state in which the step before ended."""


@slip((RETURN, "dU, dW, dV = (torch.stack(d).cumsum(0) for d in (dU, dW, dV))\n    return dU, dW, dV"))
def added_up_over_time():
    """Entry t is the gradient of all losses up to step t. It is that of the loss of step t alone."""


@slip(RETURN, "dU, dW, dV = (torch.stack(d) / len(X) for d in (dU, dW, dV))\n    return dU, dW, dV")
def divided_by_t():
    """The gradients are divided by T, as those of a mean. Entry t is the gradient of the loss of step t, as it is."""


@slip(RETURN, "dU, dW, dV = (torch.stack(d).sum(0) for d in (dU, dW, dV))\n    return dU, dW, dV")
def summed_over_time():
    """The gradients are added up over the steps, as bptt returns them. Here each step has its own: stack them, (T,
    ...)."""


@slip(RETURN, "return torch.stack(dV), torch.stack(dW), torch.stack(dU)")
def last_first():
    """The gradients are returned in another order. It is (dU, dW, dV)."""


@slip(RETURN, "return tuple(torch.stack(d).transpose(1, 2) for d in (dU, dW, dV))")
def transposed():
    """The gradients of each step are transposed. They have the shapes of the matrices: (h, d), (h, h) and (c, h)."""


@slip(RETURN, "return dU, dW, dV")
def lists_returned():
    """The gradients are lists, one item for each step. Stack them into tensors of shape (T, ...)."""


@slip(RETURN, "return tuple(torch.stack(d).squeeze() for d in (dU, dW, dV))")
def squeezed():
    """The gradients lose their axes of size 1, as squeeze() drops them. The first axis is that of the steps, also
    where T is 1."""


@slip(f"{D_LOGITS}", f"F.one_hot(target, len(V)) - {SOFTMAX}")
def truth_minus_prediction():
    """All gradients have the wrong sign: do is truth minus prediction, which points downhill. The gradient is
    prediction minus truth."""


@slip(SOFTMAX, "(V @ h)")
def logits_minus_truth():
    """do is logits minus truth, as for the squared loss. For the cross-entropy, softmax(o) takes the place of o."""


@slip(SOFTMAX, "((V @ h).exp() / (V @ h).exp().sum())")
def exp_overflows():
    """The softmax takes exponentials of the logits as they are: a large one gives inf, and inf / inf is NaN. Subtract
    the largest logit first, or take torch.softmax."""


@slip("torch.outer(do, h)", "torch.outer(do, before)")
def dv_with_the_state_before():
    """dV is made with h_{t-1}. The logits of step t are V h_t, so dV_t is outer(do_t, h_t)."""


@misconception
def backward_from_every_step(X, targets, U, W, V):
    """The gradient of each loss is computed by going back to the first step, so that the work grows with the square
    of T. Carry dh/dU and dh/dW along instead: then each step costs the same."""
    for t in range(1, len(X)):
        reference.rtrl(X[:t], targets[:t], U, W, V)
    return reference.rtrl(X, targets, U, W, V)
