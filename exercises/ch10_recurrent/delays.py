"""Memory by delays: the past as inputs of a network that has none.

Before there is a state, there is a simpler way to give a network the past: hand it the last p values side by side, as
if they were p features of one moment. Everywhere here the oldest comes first.

A time-delay network sees a window of a series and predicts the value that follows:

    features[i] = series[i], ..., series[i + p - 1]        target[i] = series[i + p]

With a linear layer that is the autoregressive model AR(p),

    series[t] = w[0] series[t - p] + ... + w[p - 1] series[t - 1] + b + noise

and least squares fit it in one go. A NARX model (nonlinear, autoregressive, with exogenous inputs) reads two series,
the inputs x from outside up to now and its own outputs y up to the step before:

    y[t] = f(x[t - p], ..., x[t], y[t - q], ..., y[t - 1])

Read: Dive into Deep Learning, section 9.1; Lin, Horne, Tino, Giles (1996), "Learning Long-Term Dependencies in NARX
Recurrent Neural Networks"; Waibel et al. (1989), "Phoneme Recognition Using Time-Delay Neural Networks".
"""

from collections.abc import Callable

import torch
from torch import Tensor


def time_delay_features(series: Tensor, p: int) -> tuple[Tensor, Tensor]:
    """All windows of p values of a series, each with the value that follows it.

    series: (T,), float32 or float64, the oldest value first. p: how many values are in a window.
    Returns (features, targets) in the dtype of series: features (T - p, p) with features[i] = series[i : i + p], and
    targets (T - p,) with targets[i] = series[i + p].
    Raises ValueError for p < 1 and for p >= T. The arguments stay as they are.
    """
    # TODO: is there a window, and a value behind it?
    # TODO: the windows, and the values that follow them.
    raise NotImplementedError


def fit_ar(series: Tensor, p: int) -> tuple[Tensor, Tensor]:
    """The autoregressive model of order p that fits a series best.

    series: (T,), float32 or float64, the oldest value first.
    Returns (w, b) in the dtype of series: w (p,) in the order of the columns of time_delay_features, so that w[-1]
    belongs to the value just before; b of shape (), the intercept. They make the sum of the squares of
    features @ w + b - targets as small as possible, without regularization; any way to solve this will do. The series
    is such that there is exactly one solution, and in float64 a series that follows such a rule without noise gives its
    numbers to 1e-6. No gradient is asked for.
    Raises ValueError for p < 1, and where there are fewer than p + 1 windows for the p + 1 numbers. The arguments stay
    as they are.
    """
    # TODO: are there as many windows as numbers to find?
    # TODO: a column of ones beside the features makes room for b.
    # TODO: least squares, and its solution in two parts.
    raise NotImplementedError


def narx_step(f: Callable[[Tensor], Tensor], x: Tensor, y: Tensor, p: int, q: int) -> Tensor:
    """One step of a NARX model at time t: what f makes of the recent inputs and outputs.

    x: (t + 1,), the inputs x_0, ..., x_t; y: (t,), the earlier outputs y_0, ..., y_{t-1}, none of them at time 0. Both
    are float32, or both float64. p, q: how far back inputs and outputs are read, at least 0.
    f is called once, with z (p + 1 + q,) = [x_{t-p}, ..., x_t, y_{t-q}, ..., y_{t-1}], in the dtype of x; what lies
    before time 0 is 0. Returns what f returns, as it is. Gradients flow to x and y through z.
    Raises ValueError for p < 0, for q < 0, and if x is not longer than y by 1. The arguments stay as they are.
    """
    # TODO: do p, q and the two lengths make sense?
    # TODO: zeros in front of both series, as many as may be missing.
    # TODO: the ends of both, one behind the other, for f.
    raise NotImplementedError
