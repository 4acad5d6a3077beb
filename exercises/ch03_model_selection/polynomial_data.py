"""The data of the polynomial experiment: a cubic with some noise, and features of any degree to fit it with.

    y = 5 + 1.2 x - 3.4 x^2/2! + 5.6 x^3/3! + noise,    x from N(0, 1), noise from N(0, 0.1^2)

A model that is linear in the features 1, x, x^2/2!, ..., x^d/d! is a polynomial of degree d in x. With d = 1 it is too
simple for these labels, with d = 3 just right, and with a large d it can follow the noise. Division by the factorial
keeps high powers in reach: 3^19 is about 1.2e9, and 3^19/19! about 1e-8.

Read: Dive into Deep Learning, section 3.6, where the experiment is described.
"""

import math

import torch
from torch import Tensor


def polynomial_features(x: Tensor, max_degree: int) -> Tensor:
    """The powers of each sample, divided by factorials.

    x (n,): the samples, of any floating dtype, n >= 1. max_degree: an int >= 0.
    Returns (n, max_degree + 1), in the dtype of x: column i is x^i / i! for i = 0, ..., max_degree. Column 0 is 1 for
    every x, for x = 0 too; where x is negative, odd powers are negative.
    Right for max_degree up to 20 and |x| up to 5: in float32 each entry to 1e-4 of its size. x is left unchanged.
    """
    # TODO: how many columns are there, and what is in the first one?
    # TODO: divide each power by its factorial.
    raise NotImplementedError


def polynomial_data(n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draws n samples of the noisy cubic above.

    n: number of samples, at least 1. generator: a torch.Generator on the CPU. Every random number comes from it, and
    nothing else: equal generators give equal data; it is never seeded again, so that a second call with it gives other
    data.
    Returns (x, labels), both (n,) and float32. Each x is drawn from N(0, 1), independently of the others. labels is
    5 + 1.2 x - 3.4 x^2/2! + 5.6 x^3/3! + noise; each noise is drawn from N(0, 0.1^2), that is with standard deviation
    0.1, independently of x and of the other samples.
    Forbidden: scikit-learn.
    """
    # TODO: draw x.
    # TODO: compute the polynomial, and add noise to each label.
    raise NotImplementedError
