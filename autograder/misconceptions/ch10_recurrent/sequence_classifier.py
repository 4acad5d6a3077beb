"""What people get wrong about padded sequences of one class."""

from autograder.spec import slip

LAST = "outputs[lengths - 1, torch.arange(len(lengths), device=outputs.device)]"
REAL = "real = steps[:, None] < lengths"
MEAN = "outputs.where(real[:, :, None], 0).sum(dim=0) / lengths[:, None]"
IMPOSSIBLE = "if not ((lengths >= 1) & (lengths <= len(outputs))).all():"
STEP = 'H = torch.tanh(X @ params["W_xh"] + H @ params["W_hh"] + params["b_h"])'
POOLING = 'pooling = last_state if pool == "last" else mean_state'
POOLED = "pooled = pooling(torch.stack(states), lengths)"
POOLS = 'if pool not in ("last", "mean"):'
OUT = 'return pooled @ params["W_hq"] + params["b_q"]'


@slip(LAST, "outputs[-1]")
def last_step_of_the_batch():
    """last_state returns outputs[-1], which is padding for every sequence that is shorter than T. The last real step
    of sequence i is lengths[i] - 1."""


@slip(LAST, "outputs[lengths.max() - 1]")
def last_step_of_the_longest():
    """last_state takes one step for all: the last one of the longest sequence. Each sequence has its own, lengths[i]
    - 1."""


@slip(LAST, LAST.replace("lengths - 1", "lengths.clamp(max=len(outputs) - 1)"))
def one_step_late():
    """last_state takes step lengths[i], the first one of the padding. Counted from 0, the last real step is
    lengths[i] - 1."""


@slip(LAST, LAST.replace("lengths - 1", "(lengths - 2).clamp(min=0)"))
def one_step_early():
    """last_state takes the last real step but one. Counted from 0, it is lengths[i] - 1."""


@slip(LAST, LAST.replace("lengths - 1", "-lengths"))
def counted_from_the_end():
    """last_state counts lengths from the end of outputs. Padding stands at the end: count from the beginning,
    lengths[i] - 1."""


@slip(LAST, "outputs[lengths - 1]")
def every_pair():
    """last_state returns (n, n, h): outputs[lengths - 1] takes those steps of all sequences. Give a second index, so
    that step lengths[i] - 1 meets sequence i: torch.arange(n)."""


@slip(MEAN, "outputs.mean(dim=0)")
def mean_over_all_steps():
    """mean_state takes the mean over all T steps, padding included. Only the first lengths[i] count."""


@slip(MEAN, MEAN.replace("lengths[:, None]", "len(outputs)"))
def divided_by_all_steps():
    """mean_state adds up the real steps and divides by T. Divide by how many there are: lengths[i]."""


@slip(MEAN, "outputs.where(real[:, :, None], 0).sum(dim=0)")
def not_divided():
    """mean_state returns the sum of the real steps. The mean is that, divided by lengths[i]."""


@slip(MEAN, "(outputs * real[:, :, None]).sum(dim=0) / lengths[:, None]")
def padding_times_zero():
    """mean_state multiplies the padding by 0. NaN * 0 and inf * 0 are NaN: what is not wanted has to be replaced, as
    where or masked_fill do."""


@slip(REAL, "real = steps[:, None] <= lengths")
def one_step_of_padding_too():
    """mean_state counts one step of the padding. The real steps are 0 to lengths[i] - 1: compare with <."""


@slip(REAL, "real = (steps[:, None] < lengths.max()).expand(-1, len(lengths))")
def up_to_the_longest():
    """mean_state adds up the steps of the longest sequence for all. Each has its own length."""


@slip(MEAN, "outputs.nan_to_num(0, 0, 0).sum(dim=0) / lengths[:, None]")
def only_nan_left_out():
    """mean_state leaves out what is NaN or inf, wherever it stands. Padding may hold ordinary numbers as well:
    lengths say what counts."""


@slip(IMPOSSIBLE, "if (lengths < 1).any():", everywhere=True)
def too_long_accepted():
    """A length above T is accepted. It should raise ValueError, like one below 1."""


@slip(IMPOSSIBLE, "if (lengths > len(outputs)).any():", everywhere=True)
def too_short_accepted():
    """A length below 1 is accepted, and index -1 then takes the last step. It should raise ValueError, like one above
    T."""


@slip(IMPOSSIBLE, "if not ((lengths >= 1) & (lengths < len(outputs))).all():", everywhere=True)
def whole_length_refused():
    """A sequence without padding is refused. A length of T is as good as any from 1 on."""


@slip(IMPOSSIBLE, "if not ((lengths >= 1) & (lengths <= len(outputs))).any():", everywhere=True)
def only_if_all_are_impossible():
    """Lengths are refused only if all of them are impossible. One is enough."""


@slip(POOLING, "pooling = last_state")
def pool_ignored():
    """classify_sequence takes the last state whatever pool says. With "mean" it is the mean of the states."""


@slip(POOLING, 'pooling = mean_state if pool == "last" else last_state')
def pools_swapped():
    """classify_sequence takes the mean for "last" and the last state for "mean"."""


@slip(POOLS, 'if pool not in ("last", "mean", "max"):')
def max_accepted():
    """classify_sequence accepts pool="max". Only "last" and "mean" are possible: another one should raise
    ValueError."""


@slip('pool: str = "last"', 'pool: str = "mean"')
def mean_by_default():
    """classify_sequence takes the mean where pool is left out. Its default is "last"."""


@slip(POOLED, 'pooled = H if pool == "last" else mean_state(torch.stack(states), lengths)')
def state_at_the_end_of_the_batch():
    """classify_sequence takes the state in which the loop ends. For a sequence that is shorter than T it has gone on
    through the padding: take its state after step lengths[i] - 1, as last_state does."""


@slip("    if pool not in", "    mean_state = lambda outputs, lengths: outputs.mean(dim=0)\n    if pool not in")
def mean_with_the_padding():
    """classify_sequence takes the mean over all T states, padding included. Only the first lengths[i] count, as in
    mean_state."""


@slip(POOLED, 'pooled = H if pool == "last" else torch.stack(states).mean(dim=0)')
def padding_classified():
    """classify_sequence pools over the padding too: the last of all T states, or the mean of all. Take last_state and
    mean_state, which know the lengths."""


@slip(STEP, STEP.replace("H @ ", "torch.zeros_like(H) @ "))
def state_not_carried_on():
    """classify_sequence starts each step from a state of zeros. It goes on from the state before."""


@slip(STEP, STEP.replace("torch.tanh", "torch.sigmoid"))
def sigmoid_for_tanh():
    """classify_sequence has a sigmoid in its step, where tanh is asked for."""


@slip(OUT, OUT.replace(' + params["b_q"]', ""))
def output_bias_left_out():
    """classify_sequence leaves b_q out of the logits."""


@slip(OUT, OUT.replace("return pooled", "return (pooled") + ").softmax(dim=1)")
def softmax_on_top():
    """classify_sequence returns probabilities. Logits are asked for, as the loss wants them: leave the softmax out."""


@slip(OUT, "return pooled @ list(params.values())[3] + list(params.values())[4]")
def parameters_by_place():
    """classify_sequence takes the parameters by their places in the dict. Nobody promised an order: take them by
    name."""
