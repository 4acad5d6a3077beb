"""What people get wrong about delays."""

from autograder.spec import slip

WINDOWS = "features = series.unfold(0, p, 1)[:-1]"
PAIR = "return features, series[p:]"
RANGE = "if not 1 <= p < len(series):"
ENOUGH = "if p < 1 or len(series) - p < p + 1:"
DESIGN = "design = torch.cat([features, torch.ones_like(targets)[:, None]], dim=1)"
SOLVED = "return solution[:p], solution[p]"
Z = "torch.cat([inputs[len(x) - 1 :], outputs[len(y) :]])"
ENDS = "inputs = torch.cat([x.new_zeros(p), x])"
PAST = "outputs = torch.cat([y.new_zeros(q), y])"
SIGNS = "if p < 0 or q < 0:"
LENGTHS = "if len(x) != len(y) + 1:"


@slip(WINDOWS, "features = series.unfold(0, p, 1)[:-1].flip(1)")
def newest_first():
    """time_delay_features lists the values of a window from the newest to the oldest, by lag. The oldest comes first, as in the
    series."""


@slip((WINDOWS, "features = series.unfold(0, p, 1)"), (PAIR, "return features, series[p - 1 :]"))
def target_in_the_window():
    """time_delay_features takes the last value of each window for its target, which the window then contains. The target is the
    value that follows: series[i + p]."""


@slip((WINDOWS, "features = series.unfold(0, p, 1)[:-2]"), (PAIR, "return features, series[p:-1]"))
def last_window_left_out():
    """time_delay_features leaves out the last window that has a value behind it. There are T - p of them."""


@slip((WINDOWS, "features = series.unfold(0, p, 1)[:-2]"), (PAIR, "return features, series[p + 1 :]"))
def two_steps_ahead():
    """The targets of time_delay_features are two steps ahead of their windows. The next value is asked for: series[i + p]."""


@slip(PAIR, "return features, series[p:][:, None]")
def targets_as_a_column():
    """time_delay_features returns targets of shape (T - p, 1). They have one axis, (T - p,)."""


@slip(WINDOWS, "features = torch.stack([series[i : len(series) - p + i] for i in range(p)])")
def lags_in_rows():
    """time_delay_features returns (p, T - p), a row for each delay. It has a row for each window, (T - p, p): stack along
    dim=1."""


@slip(
    (WINDOWS, "features = series[: len(series) // p * p].reshape(-1, p)[: (len(series) - 1) // p]"),
    (PAIR, "return features, series[p::p]"),
)
def windows_do_not_overlap():
    """time_delay_features cuts the series into pieces. The windows overlap: the next one begins one step later."""


@slip(RANGE, "if p >= len(series):")
def no_delay_accepted():
    """time_delay_features accepts p < 1. It should raise ValueError: a window holds at least one value."""


@slip(RANGE, "if not 1 <= p <= len(series):")
def whole_series_accepted():
    """time_delay_features accepts p = T, for which no value is left to predict. It should raise ValueError."""


@slip(ENOUGH, "if p < 1 or len(series) - p < p:")
def one_window_too_few_accepted():
    """fit_ar accepts p windows for p + 1 numbers. The intercept counts, too: raise ValueError if T - p < p + 1."""


@slip(ENOUGH, "if p < 1 or len(series) - p <= p + 1:")
def just_enough_refused():
    """fit_ar refuses p + 1 windows for p + 1 numbers. That is just enough: raise ValueError only if T - p < p + 1."""


@slip(ENOUGH, "if p < 1 or p >= len(series):")
def too_few_windows_accepted():
    """fit_ar accepts fewer windows than it has numbers to find. Then many models fit equally well: raise ValueError if
    T - p < p + 1."""


@slip((DESIGN, "design = features"), (SOLVED, "return solution, series.new_zeros(())"))
def no_intercept():
    """fit_ar fits without an intercept. A column of ones beside the features makes room for b."""


@slip((DESIGN, "design = features - features.mean()"), (SOLVED, "return solution, series.mean()"))
def mean_as_the_intercept():
    """The intercept of fit_ar is the mean of the series. b is found along with w: a column of ones beside the features."""


@slip(SOLVED, "return solution[:p].flip(0), solution[p]")
def weights_by_lag():
    """The weights of fit_ar are in the order of the lags, the newest first. They are in that of the columns: w[-1] belongs to the
    value just before."""


@slip(SOLVED, "return solution[:p, None], solution[p:]")
def weights_as_a_column():
    """fit_ar returns w as a column (p, 1) and b as (1,). They have the shapes (p,) and ()."""


@slip(SOLVED, "return solution[p], solution[:p]")
def intercept_first():
    """fit_ar returns the intercept first. The order is (w, b)."""


@slip(SOLVED, "return solution[:p], solution[p].item()")
def intercept_as_a_float():
    """fit_ar returns b as a Python number. It is a tensor of shape (), in the dtype of the series."""


@slip(
    "solution = torch.linalg.lstsq(design, targets[:, None]).solution[:, 0]",
    "solution = torch.linalg.solve(design.T @ design + 0.01 * torch.eye(p + 1).to(design), design.T @ targets)",
)
def regularized():
    """fit_ar adds a penalty on the weights, as ridge regression does, so that they come out too small. Plain least squares are
    asked for."""


@slip(Z, "torch.cat([outputs[len(y) :], inputs[len(x) - 1 :]])")
def outputs_first():
    """narx_step puts the outputs before the inputs. z begins with the p + 1 inputs, and the q outputs follow."""


@slip(Z, "torch.cat([inputs[len(x) - 1 :].flip(0), outputs[len(y) :].flip(0)])")
def both_newest_first():
    """narx_step lists inputs and outputs from the newest to the oldest. The oldest comes first in both."""


@slip(Z, "torch.cat([x.new_zeros(1), inputs[len(x) - 1 : -1], outputs[len(y) :]])")
def input_of_now_left_out():
    """narx_step reads the inputs up to x_{t-1} only. The input of now, x_t, is known, and the last of the p + 1."""


@slip(
    (ENDS, "inputs = torch.cat([x, x.new_zeros(p)]) if len(x) <= p else torch.cat([x.new_zeros(p), x])"),
    (Z, "torch.cat([inputs[-p - 1 :], outputs[len(y) :]])"),
)
def zeros_behind():
    """Where the inputs are fewer than asked for, narx_step puts the zeros behind them. They stand for what was before time 0:
    put them in front."""


@slip(
    (ENDS, "inputs = x"),
    (PAST, "outputs = y"),
    (Z, "torch.cat([inputs[-p - 1 :], outputs[len(y) - min(q, len(y)) :]])"),
)
def not_filled_up():
    """narx_step hands f fewer numbers where the past is shorter than p or q. Fill up with zeros in front, so that z always has
    p + 1 + q."""


@slip(
    (PAST, "outputs = torch.cat([y.new_zeros(max(q - len(y), 0)), y])"),
    (Z, "torch.cat([inputs[len(x) - 1 :], outputs[-q:]])"),
)
def all_outputs_for_q_zero():
    """With q = 0 narx_step hands f all outputs, since y[-0:] is the whole of y. None is asked for."""


@slip((ENDS, "inputs = torch.cat([x[:1].expand(p), x])"))
def first_value_repeated():
    """narx_step repeats the first input for the time before 0. What lies before time 0 is 0."""


@slip(f"return f({Z})", f"return f(f({Z}).new_tensor(1.0) * {Z})")
def called_twice():
    """narx_step calls f twice. Call it once, and return what it returns."""


@slip(f"return f({Z})", f"return f({Z}).squeeze()")
def result_squeezed():
    """narx_step changes the shape of what f returns. Return it as it is."""


@slip(SIGNS, "if p < 0:")
def negative_q_accepted():
    """narx_step accepts q < 0. It should raise ValueError, as for p < 0."""


@slip(SIGNS, "if p < 1 or q < 1:")
def zero_delays_refused():
    """narx_step refuses p = 0 or q = 0. They are possible: the input of now alone, and no output."""


@slip(LENGTHS, "if len(x) < len(y) + 1:")
def too_many_inputs_accepted():
    """narx_step accepts an x that is longer than y by 2 or more. x_t is the last input, so that x has one value more than y: any
    other length should raise ValueError."""


@slip(LENGTHS, "if len(x) != len(y):")
def equal_lengths_wanted():
    """narx_step wants x and y to be of one length. At time t there is one input more: x_t is known, and y_t is what is asked
    for."""
