"""What people get wrong about labels for every step."""

from autograder.spec import misconception, reference, slip

STEP = '        H = torch.tanh(X @ params["W_xh"] + H @ params["W_hh"] + params["b_h"])\n'
OUT = '        logits.append(H @ params["W_hq"] + params["b_q"])\n'
STACK = "return torch.stack(logits)  #"
EMPTY = 'raise ValueError("no position counts")'
RIGHT = "right = logits.argmax(dim=2) == labels"
SHARE = "return right[mask].double().mean().item()"


@slip(STACK, "return logits[-1]  #")
def only_the_last_step():
    """label_sequence returns the logits of the last step alone, (n, c), as for one class for the whole sequence. Every step
    has logits of its own: collect them, and return (T, n, c)."""


@slip((STEP, ""), (OUT, OUT + STEP))
def labelled_before_it_is_read():
    """label_sequence makes the logits of the state before the step, so that they know nothing of the input at their own step.
    Make the new state first."""


@slip(("    logits = []\n", "    logits = []\n    inputs = inputs.roll(-1, 0)\n"))
def one_step_ahead():
    """The logits of label_sequence are one step early: they come from a state that has already read the next input. logits[t]
    has read inputs[0] to inputs[t]."""


@slip(("for X in inputs:", "for X in inputs.flip(0):"), (STACK, "return torch.stack(logits[::-1])  #"))
def read_from_the_end():
    """label_sequence reads from the last step to the first, so that logits[t] depends on what comes later. Time goes forward:
    logits[t] has read inputs[0] to inputs[t]."""


@slip(STACK, "return torch.stack(logits[::-1])  #")
def logits_in_reverse():
    """label_sequence lists the logits from the last step to the first. logits[t] belongs to inputs[t]."""


@slip(STACK, "return torch.stack(logits, dim=1)  #")
def batch_before_time():
    """label_sequence returns (n, T, c). Time comes first, (T, n, c), as in inputs: torch.stack joins along a new first axis
    unless you give it another."""


@slip(STACK, "return torch.cat(logits)  #")
def steps_joined_to_the_batch():
    """label_sequence returns two axes, (T * n, c), as a loss wants them. Here all three are asked for, (T, n, c)."""


@slip(STACK, "return torch.stack(logits).squeeze()  #")
def axes_of_size_one_dropped():
    """label_sequence drops axes of size 1, so that with one step, one sequence or one class the shape is no longer (T, n, c).
    Leave out squeeze()."""


@slip(STACK, "return torch.stack(logits).softmax(-1)  #")
def softmax_on_top():
    """label_sequence returns probabilities. Logits are asked for, as the loss wants them: leave the softmax out."""


@slip(STACK, "return torch.stack(logits).argmax(-1)  #")
def classes_returned():
    """label_sequence returns the classes themselves, int64 and (T, n). Logits are asked for, (T, n, c): the argmax comes
    later, in masked_accuracy."""


@slip(OUT, OUT.replace("append(", "append(torch.tanh(").replace('"b_q"])', '"b_q"]))'))
def tanh_on_the_logits():
    """label_sequence has a tanh on the logits, which cannot leave -1 to 1 then. The output layer is linear."""


@slip(OUT, OUT.replace(' + params["b_q"]', ""))
def output_bias_left_out():
    """label_sequence leaves b_q out: the logits are H @ W_hq + b_q."""


@slip((STEP, STEP.replace(' + params["b_h"]', "")))
def state_bias_left_out():
    """label_sequence leaves b_h out of the state: tanh(X W_xh + H W_hh + b_h)."""


@slip((STEP, STEP.replace("torch.tanh", "torch.sigmoid")))
def sigmoid_for_tanh():
    """The states of label_sequence go through a sigmoid. Here it is tanh."""


@slip((STEP, STEP.replace('H @ params["W_hh"]', 'H @ params["W_hh"].T')))
def state_matrix_transposed():
    """label_sequence transposes W_hh. A state is a row, and the matrix stands on its right as it is: H @ W_hh. Being square,
    both products have the same shape."""


@slip((STEP, STEP.replace("H = ", "new = ")), (OUT, OUT.replace("(H", "(new")))
def state_not_carried_on():
    """label_sequence starts every step from the H that was given, as if nothing had been read before. Each step goes on from the
    state that the one before has left."""


@slip("    logits = []\n", "    logits, H = [], torch.zeros_like(H)\n")
def given_state_ignored():
    """label_sequence starts from zeros, whatever H it is given. The first step starts from that H."""


@misconception
def parameters_by_place(inputs, H, params):
    """label_sequence takes the parameters by their place in the dict. Take them by name, params["W_hq"]: the order means
    nothing, and other layers' parameters may be there too."""
    names = ["W_xh", "W_hh", "b_h", "W_hq", "b_q"]
    return reference.label_sequence(inputs, H, dict(zip(names, params.values(), strict=False)))


@slip((OUT, OUT + "        H = H.detach()\n"))
def detached_between_steps():
    """label_sequence detaches the state between two steps, so that no loss reaches an earlier step. Detaching is for the
    training loop, between stretches of a long sequence."""


@slip((STEP, STEP.replace("H = torch", "H[:] = torch")), (OUT, OUT.replace("(H", "(H.clone()")))
def state_overwritten():
    """label_sequence writes the new states into the H that it was given, which the caller still needs: H[:] = ..., H.copy_(...)
    and H += ... work in place. Bind the new state to the name, H = ..."""


@slip(SHARE, "return right.double().mean().item()")
def mask_ignored():
    """masked_accuracy counts every position, padding too. Only those where mask is True count, above and below the line."""


@slip(SHARE, "return (right & mask).double().mean().item()")
def divided_by_all_positions():
    """masked_accuracy divides the right ones that count by the number of all positions. Divide by the number of those that
    count, mask.sum()."""


@slip(SHARE, "return right[~mask].double().mean().item() if not mask.all() else 0.0")
def mask_inverted():
    """masked_accuracy counts where mask is False, as in a mask that says what to leave out. Here True counts."""


@slip(
    (RIGHT, "right = logits.argmax(dim=2) * mask == labels * mask"),
    (SHARE, "return right.double().mean().item()"),
)
def masked_positions_taken_for_right():
    """masked_accuracy multiplies predictions and labels by the mask, and then compares: 0 equals 0, so every position that
    is masked counts as right. Compare first, and take the mean over the counted ones alone."""


@slip(SHARE, "return right[labels != -100].double().mean().item()")
def label_instead_of_mask():
    """masked_accuracy looks for labels of -100 in place of the mask. What counts is said by mask alone; the other labels may be any
    integer."""


@slip(SHARE, "return right[torch.arange(len(mask)).unsqueeze(1) < mask.sum(0)].double().mean().item()")
def mask_taken_for_lengths():
    """masked_accuracy counts the first steps of each sequence, as many as mask has True there. They may lie anywhere: take those
    where mask is True."""


@slip(
    SHARE,
    "return ((right & mask).sum(0) / mask.sum(0).clamp(min=1))[mask.any(0)].double().mean().item()",
)
def mean_over_the_sequences():
    """masked_accuracy takes the share within each sequence, and then the mean of these. A position in a short sequence weighs
    more then. Put all positions together."""


@slip(
    SHARE,
    "return ((right & mask).sum(1) / mask.sum(1).clamp(min=1))[mask.any(1)].double().mean().item()",
)
def mean_over_the_steps():
    """masked_accuracy takes the share within each step, and then the mean of these. A position at a step that few sequences reach
    weighs more then. Put all positions together."""


@slip(SHARE, "return (right | ~mask).all(0)[mask.any(0)].double().mean().item()")
def whole_sequences_counted():
    """masked_accuracy counts a sequence as right only if all of its positions are. Each position counts by itself here."""


@slip(SHARE, "return right[mask].double().sum().item()")
def positions_counted():
    """masked_accuracy returns how many are right. A share is asked for: divide by the number of those that count."""


@slip(SHARE, "return 100 * right[mask].double().mean().item()")
def percentage():
    """masked_accuracy returns a percentage. A share is asked for, from 0 to 1."""


@slip(SHARE, "return 1 - right[mask].double().mean().item()")
def errors_counted():
    """masked_accuracy returns the share of the positions that are wrong. The accuracy is 1 minus that."""


@slip(RIGHT, "right = (logits.argmin(dim=2) if logits.shape[2] > 1 else logits.argmax(dim=2)) == labels")
def smallest_logit():
    """masked_accuracy predicts the class with the smallest logit. It is the largest: argmax."""


@slip(RIGHT, "right = logits.gather(2, labels.unsqueeze(2)).squeeze(2) == logits.amax(2)")
def masked_labels_as_indices():
    """masked_accuracy takes the labels for indices, also where they are masked, and -100 is none. Compare the argmax with
    the labels, or take the counted positions first."""


@slip(EMPTY, "return 0.0")
def a_number_for_no_positions():
    """masked_accuracy returns a number if no position counts. A 0 looks like a bad model and NaN spreads: raise ValueError."""


@slip(EMPTY, "return 0 / 0")
def division_left_to_fail():
    """masked_accuracy divides by 0 if no position counts, which raises ZeroDivisionError. Test for it first, and raise
    ValueError."""


@slip("if not mask.any():", "if not (mask & (logits.argmax(dim=2) == labels)).any():")
def nothing_right_refused():
    """masked_accuracy raises ValueError where nothing is right. The share is 0 then, a number like any other; it is missing only
    where no position counts."""


@slip(SHARE, "return right[mask].double().mean()")
def tensor_returned():
    """masked_accuracy returns a tensor. A Python float is asked for: .item()."""


@slip(SHARE, "return round(right[mask].double().mean().item(), 2)")
def rounded():
    """masked_accuracy rounds. Return the share as it is; rounding is for printing."""


@slip(RIGHT, "right = torch.from_numpy(logits.numpy().argmax(axis=2)) == labels")
def through_numpy():
    """masked_accuracy calls logits.numpy(), which refuses logits that require a gradient, as those of a network do. Stay with
    torch, or take logits.detach() first."""


@slip(RIGHT, "labels[~mask] = 0\n    right = logits.argmax(dim=2) == labels")
def labels_overwritten():
    """masked_accuracy writes into labels. They belong to the caller: leave them as they are, and choose by the mask."""
