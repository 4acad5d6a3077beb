"""What people get wrong about backpropagation through time by hand, whether it is truncated or not."""

from autograder.spec.misconception import shared_slip

FORWARD = "H.append(torch.tanh(U @ x + W @ H[-1]))"
SOFTMAX = "torch.softmax(H[1:] @ V.T, dim=1)"
D_LOGITS = "dO = torch.softmax(H[1:] @ V.T, dim=1) - F.one_hot(targets, len(V))  # (T, c)"
TRUTH = "F.one_hot(targets, len(V))"
TANH = "(1 - H[t + 1] ** 2)"
SHARE_U = "dU += torch.outer(da, X[t])"
SHARE_W = "dW += torch.outer(da, H[t])"
RETURN = "return dU, dW, dV"


def wrong_ways_back(module: str) -> None:
    """Adds the slips to the misconceptions of a module, whose solution has the lines above."""

    def slip(name: str, sentence: str, *edits: tuple[str, str]) -> None:
        shared_slip(module, name, sentence, *edits)

    slip(
        "state_not_carried_on",
        "Each step starts from a state of zeros. It starts from the state in which the step before ended.",
        (FORWARD, "H.append(torch.tanh(U @ x + W @ H[0]))"),
    )
    slip(
        "no_tanh_forward",
        "The states are U x_t + W h_{t-1} as they are. They are the tanh of that.",
        (FORWARD, "H.append(U @ x + W @ H[-1])"),
    )
    slip(
        "softmax_over_the_steps",
        "The softmax runs over the steps. It runs over the classes of each step: dim=1 of logits (T, c).",
        (SOFTMAX, SOFTMAX.replace("dim=1", "dim=0")),
    )
    slip(
        "logits_minus_truth",
        "do is logits minus truth, as for the squared loss. For the cross-entropy, softmax(o) takes the place of o.",
        (SOFTMAX, "H[1:] @ V.T"),
    )
    slip(
        "truth_left_out",
        "The one-hot vectors are missing in do. It is prediction minus truth: softmax(o_t) - one_hot(target_t).",
        (f" - {TRUTH}", ""),
    )
    slip(
        "truth_minus_prediction",
        """All gradients have the wrong sign: do is truth minus prediction, which points downhill. The gradient is
        prediction minus truth.""",
        (f"{SOFTMAX} - {TRUTH}", f"{TRUTH} - {SOFTMAX}"),
    )
    slip(
        "mean_of_the_losses",
        "The gradients are divided by T, as those of a mean. L is the sum of the losses.",
        (D_LOGITS, f"dO = ({SOFTMAX} - {TRUTH}) / len(X)"),
    )
    slip(
        "target_of_the_next_step",
        "Step t is compared with target t + 1. The targets are aligned already: that of step t stands at t.",
        (TRUTH, "F.one_hot(targets.roll(-1), len(V))"),
    )
    slip(
        "width_from_the_labels",
        """F.one_hot(targets) makes as many columns as the largest target needs, and not every class need occur. Say
        how many there are: the rows of V.""",
        (TRUTH, "F.one_hot(targets)"),
    )
    slip(
        "exp_overflows",
        """The softmax takes exponentials of the logits as they are: a large one gives inf, and inf / inf is NaN.
        Subtract the largest logit of each step first, or take torch.softmax.""",
        (SOFTMAX, "((H[1:] @ V.T).exp() / (H[1:] @ V.T).exp().sum(dim=1, keepdim=True))"),
    )
    slip(
        "dv_with_the_state_before",
        "dV is made with h_{t-1}. The logits of step t are V h_t, so its share is outer(do_t, h_t).",
        ("dV = dO.T @ H[1:]", "dV = dO.T @ H[:-1]"),
    )
    slip(
        "tanh_passed_by",
        "The way back passes by the tanh. Multiply by its derivative, 1 - h_t^2, before you come to U and W.",
        (f"dh * {TANH}", "dh"),
    )
    slip(
        "derivative_at_the_state_before",
        "The derivative of tanh is taken at h_{t-1}. Step t is left by the way it was entered: 1 - h_t^2.",
        (TANH, "(1 - H[t] ** 2)"),
    )
    slip(
        "square_of_the_difference",
        "The derivative of tanh is written (1 - h)^2. It is 1 - h^2.",
        (TANH, "(1 - H[t + 1]) ** 2"),
    )
    slip(
        "derivative_of_a_sigmoid",
        "dh is multiplied by h (1 - h), the derivative of a sigmoid. That of tanh is 1 - h^2.",
        (TANH, "H[t + 1] * (1 - H[t + 1])"),
    )
    slip(
        "dw_with_the_new_state",
        "dW is made with h_t. W multiplied the state before the step: the share is outer(da_t, h_{t-1}).",
        (SHARE_W, "dW += torch.outer(da, H[t + 1])"),
    )
    slip(
        "du_with_the_input_before",
        "dU is made with the input of the step before. U multiplied x_t: the share is outer(da_t, x_t).",
        (SHARE_U, "dU += torch.outer(da, X[t - 1])"),
    )
    slip(
        "overwritten",
        """dU and dW hold the share of one step alone, that which was computed last. Every step uses the same
        matrices: add the shares up.""",
        (SHARE_U, "dU = torch.outer(da, X[t])"),
        (SHARE_W, "dW = torch.outer(da, H[t])"),
    )
    slip(
        "w_not_transposed",
        "What goes back is multiplied by W. Forward, h_t gets W h_{t-1}, so backward it is W.T @ da.",
        ("W.T @ da", "W @ da"),
    )
    slip(
        "back_without_the_tanh",
        "W.T is multiplied with dh. It is on the other side of the tanh: the step before gets W.T @ da.",
        ("W.T @ da", "W.T @ dh"),
    )
    slip(
        "last_first",
        "The gradients are returned in the order in which they are found. The order is (dU, dW, dV).",
        (RETURN, "return dV, dW, dU"),
    )
    slip(
        "transposed",
        "The gradients are transposed. Each has the shape of its matrix: (h, d), (h, h) and (c, h).",
        (RETURN, "return dU.T, dW.T, dV.T"),
    )
    slip(
        "squeezed",
        """The gradients lose their axes of size 1, as squeeze() drops them. Each has the shape of its matrix,
        whatever the sizes are.""",
        (RETURN, "return dU.squeeze(), dW.squeeze(), dV.squeeze()"),
    )
