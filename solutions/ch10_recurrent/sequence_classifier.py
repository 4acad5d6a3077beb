"""One class for a whole sequence, in batches where the sequences have different lengths.

Is this review good or bad? A recurrent network reads it word by word, and one state stands for all of it: the last one,
or the mean of all. An output layer turns that state into logits.

Sequences of a batch differ in length, so the short ones are filled up at the end until all have T steps. That is
padding, and `lengths` says how many steps are real. Padding has no effect on anything: the state that counts is the
one after the last real step, and the mean is over the real steps alone. A sequence gets the same logits in a batch as
alone.

Read: Dive into Deep Learning, section 16.2 (sentiment analysis with a recurrent network); the documentation of
torch.nn.utils.rnn.pack_padded_sequence, which is another way to the same end.
"""

import torch
from torch import Tensor


def last_state(outputs: Tensor, lengths: Tensor) -> Tensor:
    """The state after the last real step of each sequence.

    outputs: (T, n, h), the states after each of T steps for n sequences, float32 or float64, time first. Steps
    t >= lengths[i] of sequence i are padding, in which anything may stand, NaN and inf too.
    lengths: (n,), int64, how many steps of each sequence are real.
    Returns (n, h) in the dtype of outputs: row i is outputs[lengths[i] - 1, i]. Gradients flow to the steps that are
    returned; all other steps get exactly 0.
    Raises ValueError if a length is not in 1..T. The arguments stay as they are.
    """
    # TODO: are all lengths possible?
    # TODO: for each sequence the step that it needs.
    ### BEGIN SOLUTION
    if not ((lengths >= 1) & (lengths <= len(outputs))).all():
        raise ValueError(f"lengths must be in 1..{len(outputs)}")
    return outputs[lengths - 1, torch.arange(len(lengths), device=outputs.device)]
    ### END SOLUTION


def mean_state(outputs: Tensor, lengths: Tensor) -> Tensor:
    """The mean of the states after the real steps of each sequence.

    outputs, lengths: as in last_state, with anything in the padding. Returns (n, h) in the dtype of outputs: row i is
    the mean of outputs[: lengths[i], i]. Gradients flow to all real steps; padding gets exactly 0.
    Raises ValueError if a length is not in 1..T. The arguments stay as they are.
    """
    # TODO: which of the T steps of each sequence are real?
    # TODO: their sum, in which padding counts as 0 whatever stands there; how many are they?
    ### BEGIN SOLUTION
    if not ((lengths >= 1) & (lengths <= len(outputs))).all():
        raise ValueError(f"lengths must be in 1..{len(outputs)}")
    steps = torch.arange(len(outputs), device=outputs.device)
    real = steps[:, None] < lengths  # (T, n)
    return outputs.where(real[:, :, None], 0).sum(dim=0) / lengths[:, None]
    ### END SOLUTION


def classify_sequence(
    inputs: Tensor, lengths: Tensor, H: Tensor, params: dict[str, Tensor], pool: str = "last"
) -> Tensor:
    """The logits of one class for each sequence: a tanh recurrent network, then one state of each sequence.

    inputs: (T, n, d), time first; inputs[t, i] for t >= lengths[i] is padding, and finite. lengths: (n,), int64.
    H: (n, h), the states before the first step, whatever they are.
    params: read by name; the order of the keys means nothing, and keys of other layers may be there too.
        W_xh: (d, h), from the input; W_hh: (h, h), from the state; b_h: (h,); W_hq: (h, c), the output; b_q: (c,).
    pool: "last" takes the last state of each sequence, "mean" the mean of its states.
    The states are H[t] = tanh(X[t] W_xh + H[t-1] W_hh + b_h), as in rnn. Returns (n, c), in the dtype of inputs and
    parameters: the pooled state times W_hq, plus b_q, without softmax. Each row is what its sequence gives alone,
    without padding. Gradients flow to inputs, H and all five parameters.
    Raises ValueError for another pool, and if a length is not in 1..T. The arguments stay as they are.
    Everything in PyTorch may be used.
    """
    # TODO: is pool one of the two?
    # TODO: the states of all steps, as in rnn.
    # TODO: one state for each sequence, and the output layer.
    ### BEGIN SOLUTION
    if pool not in ("last", "mean"):
        raise ValueError(f'pool must be "last" or "mean", got {pool!r}')
    states = []
    for X in inputs:  # (n, d)
        H = torch.tanh(X @ params["W_xh"] + H @ params["W_hh"] + params["b_h"])
        states.append(H)
    pooling = last_state if pool == "last" else mean_state
    pooled = pooling(torch.stack(states), lengths)
    return pooled @ params["W_hq"] + params["b_q"]
    ### END SOLUTION
