"""Standardizing: every feature is measured from its own mean, in units of its own deviation.

Features come in units of their own: a length in metres, an income in euros. Gradient descent, distances and weight
decay all take the larger numbers for the more important ones. Standardized, every feature of the training set has mean
0 and deviation 1.

Mean and deviation are learned from data, as weights are, so they may come from the training set alone. Validation and
test set are measured with the same two numbers. They do not come out with mean 0 and deviation 1, and should not: how
they differ from the training set is what the model has to cope with.

Read: Dive into Deep Learning, section 5.7; Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, section
7.10.2.
"""

import torch
from torch import Tensor


def standardize(train: Tensor, *others: Tensor) -> tuple[Tensor, ...]:
    """(x - mean) / deviation in each column of every set, with the mean and the deviation of that column in train.

    train (n, d), n >= 1: the training set, one row for each sample. others: any number of further sets, also none, each
    of shape (m, d) with an m of its own, m >= 0. All have the same floating dtype.
    mean and deviation are those of train alone: deviation = sqrt(mean((x - mean)^2)), where both means divide by n.

    Nothing is added to the deviation: a column whose deviation is 1e-6 or 1e-12 comes out with deviation 1 too.
    Subtract the mean before you square: at an offset of 1e4 a deviation of 1 is right to 5e-3 in float32.
    A column is constant if all of its values in train are equal, as they always are for n = 1. Such a column is
    divided by 1, in every set: what is left is x - mean, up to the rounding of the mean, and so about 0 in train.
    Rounding can make the deviation of equal values tiny instead of 0. The inputs are finite, and values that differ do
    so by 1e-15 at least, so that their squares do not underflow: the results have no NaN and no infinity either.

    Returns a tuple of new tensors, train first and then the others in their order, with shapes and dtype as they were;
    without any others a tuple of one. What is passed in stays as it is. No gradient is needed.
    Forbidden: scikit-learn.
    """
    # TODO: mean and deviation of each column of train.
    # TODO: which columns are constant, and what are they divided by?
    # TODO: the same for every set.
    raise NotImplementedError
