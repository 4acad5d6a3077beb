"""Three ways to keep samples back, so that a model can be asked about what it has not seen.

The hold-out method cuts the samples into parts once, at random: so much for training, so much for validation, so much
for the test. The bootstrap draws a training set of n samples from n *with* replacement; some come several times, and
those that never come, about (1 - 1/n)^n = 1/e = 36.8 % of them, are left for the test. K-fold cuts the samples into k
blocks; each is the validation set once, while the model learns from all the others.

All three return indices, not samples: X[train] and y[train] take the same rows of both.

Read: Dive into Deep Learning, section 3.6; James, Witten, Hastie, Tibshirani, An Introduction to Statistical Learning,
sections 5.1 and 5.2.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor


def hold_out_split(n: int, fractions: Sequence[float], generator: torch.Generator) -> tuple[Tensor, ...]:
    """Assigns each of the indices 0..n-1 to one of several parts, at random.

    n: number of samples, at least 1. fractions: how much of them each part gets, as in (0.6, 0.2, 0.2).
    generator: a torch.Generator on the CPU. Every random number comes from it, and nothing else: equal generators give
    equal parts; it is never seeded again, so that a second call with it gives other parts.

    Returns a tuple with one 1-dim int64 tensor of indices for each fraction. Every index is in exactly one of them, and
    all assignments with these sizes are equally probable. The order inside a part is free.

    Sizes: each part gets math.floor(n * fraction), whatever rounding has done to this product of Python numbers. The
    samples left over then go one each to the parts from the first on. A part may be empty.
    Raises ValueError unless every fraction is > 0, which NaN is not, and their sum is within 1e-6 of 1.
    Forbidden: torch.utils.data.random_split, and scikit-learn.
    """
    # TODO: refuse fractions that are not > 0, or whose sum is not 1.
    # TODO: how many indices does each part get?
    # TODO: which ones?
    raise NotImplementedError


def bootstrap_split(n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draws n training indices from 0..n-1 with replacement, and leaves for the test what was never drawn.

    n: number of samples, at least 1. generator: as in hold_out_split.
    Returns (train, test), two 1-dim int64 tensors. train (n,): each drawn uniformly and independently of the others, so
    that an index may be there several times. test: the indices that are not in train, each once, ascending; there may
    be none of them, as for n = 1.
    Forbidden: scikit-learn.
    """
    # TODO: draw n indices, each from all of 0..n-1.
    # TODO: which indices were not drawn?
    raise NotImplementedError


def k_fold(n: int, k: int) -> list[tuple[Tensor, Tensor]]:
    """Cuts 0..n-1 into k blocks, each of which is the validation set once. Nothing is shuffled.

    n: number of samples; k: number of folds.
    Returns a list of k tuples (train, validation) of 1-dim int64 tensors. The validation sets are consecutive blocks of
    0..n-1, in order; their sizes differ by at most one, and the first n mod k of them are the larger ones. train is all
    the rest. All indices are ascending.
    Raises ValueError if k < 2 or k > n.
    Forbidden: scikit-learn.
    """
    # TODO: refuse an impossible k.
    # TODO: where does each block begin and end?
    # TODO: what is left beside each block?
    raise NotImplementedError
