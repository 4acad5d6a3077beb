"""What people get wrong about norms."""

import torch

from autograder.spec import misconception, reference, slip

SCALED = "largest * ((size / largest) ** p).sum() ** (1 / p)"
ZEROS = "    if not size.any():\n        return size.sum()\n"


@slip(SCALED, "(size**p).sum() ** (1 / p)")
def by_the_formula():
    """lp_norm computes |x_i|^p as it stands, which overflows or vanishes where the norm itself would not. Divide by the
    largest |x_i| first, and multiply by it in the end."""


@slip(SCALED, "(size.double() ** p).sum().pow(1 / p).to(x.dtype)")
def by_the_formula_in_float64():
    """lp_norm computes |x_i|^p in float64, which is enough for squares in float32 but not for a p of 100, nor for
    elements of 1e200. Divide by the largest |x_i| first."""


@slip(SCALED, "largest * ((size / largest) ** p).sum()")
def no_root():
    """lp_norm lacks its root: the sum has to be taken to the power 1 / p."""


@slip(SCALED, "largest * ((size / largest) ** p).mean() ** (1 / p)")
def mean_of_the_powers():
    """lp_norm takes the mean of the powers. A norm is their sum: it grows with every element that is not 0."""


@slip(SCALED, "largest * ((size / largest) ** p).sum().sqrt()")
def always_a_square_root():
    """lp_norm always takes a square root. It is the p-th root: the power 1 / p, a half for p = 2 alone."""


@slip(SCALED, "(largest * ((x.flatten() / largest) ** p).sum() ** (1 / p))")
def signs_kept():
    """lp_norm takes powers of x in place of |x|. For odd p elements of different sign then cancel, and for a p that is not
    whole a negative element gives NaN."""


@slip("    if p == 0:\n", "    if p < 1:\n")
def counts_below_1():
    """lp_norm counts elements for every p below 1. Only p = 0 counts; between 0 and 1 the formula holds."""


@slip("if not p >= 0:", "if not (p >= 1 or p == 0):")
def refuses_p_below_1():
    """lp_norm refuses p between 0 and 1. What comes out is no norm in the strict sense, but it is asked for."""


@slip("return torch.count_nonzero(x).to(x.dtype)", "return torch.tensor(float(x.numel()), dtype=x.dtype)")
def counts_all():
    """For p = 0 lp_norm counts all elements, as the limit of |x_i|^p = 1 suggests. Those that are 0 do not count."""


@slip("torch.count_nonzero(x).to(x.dtype)", "torch.count_nonzero(x)")
def count_is_an_integer():
    """For p = 0 the result of lp_norm is an integer tensor. It has the dtype of x, as for every p."""


@slip("torch.count_nonzero(x)", "(size > 1e-8).sum()")
def small_numbers_not_counted():
    """For p = 0 lp_norm takes small numbers for 0. Any number that is not exactly 0 counts: another unit of measurement
    should not change how many there are."""


@slip("return size.max()", "return x.max()")
def largest_with_its_sign():
    """For p = inf lp_norm is the largest element. It is the largest absolute value: -3 is larger than 2."""


@slip("    if p == math.inf:\n        return size.max()\n", "    if p == math.inf:\n        p = 1e3\n")
def large_p_for_inf():
    """For p = inf lp_norm takes some large p. That comes near the largest |x_i|, and the more elements there are the
    less: take the maximum itself."""


@slip("x.abs().flatten()", "(x.abs().flatten() if x.dim() < 2 else (x**2).sum(-1).sqrt())")
def rows_first():
    """Of a matrix lp_norm makes the norms of its rows first. It asks for one flat vector of all elements: x.flatten(), or a
    sum over all axes."""


@misconception
def one_norm_for_each_row(x, p):
    """Of a matrix lp_norm makes one norm for each row. All elements are taken as one flat vector, and the result has
    shape ()."""
    if x.dim() < 2:
        return reference.lp_norm(x, p)
    return torch.stack([reference.lp_norm(row, p) for row in x.flatten(0, -2)]) if len(x) else x.new_zeros(0)


@slip(ZEROS, "    if not len(size):\n        return size.sum()\n")
def nan_where_all_are_0():
    """Where all elements are 0, lp_norm divides 0 by 0, and is NaN. Return 0 before that."""


@slip(
    (ZEROS, "    if not len(size):\n        return size.sum()\n"),
    ("largest = size.detach().max()", "largest = size.detach().max() + 1e-12"),
)
def small_number_added():
    """A small number was added to what is divided by, against 0 / 0. It is not small beside elements of 1e-20: ask whether
    all are 0 instead."""


@slip(ZEROS, "    if len(size) and not size.any():\n        return size.sum()\n")
def maximum_of_nothing():
    """lp_norm asks for the maximum of an empty tensor, which is an error. The norm of no elements is 0."""


@slip("if not p >= 0:", "if p < 0:")
def nan_taken():
    """lp_norm takes NaN for a p. Every comparison with NaN is False, p < 0 too: ask for `not p >= 0`."""


@slip(
    '    if not p >= 0:  # true of NaN too\n        raise ValueError(f"p should be at least 0, got {p}")\n',
    "    if p != p:\n        raise ValueError\n",
)
def negative_p_taken():
    """lp_norm takes a p below 0. Nothing that deserves the name comes out: raise ValueError."""


@slip("if not p >= 0:", "if not p > 0:")
def refuses_0():
    """lp_norm refuses p = 0. It is allowed, and counts the elements that are not 0."""


@slip("if not p >= 0:", "if not 0 <= p < math.inf:")
def refuses_inf():
    """lp_norm refuses p = inf. It is allowed, and gives the largest |x_i|."""


@slip("(w**2).sum() / 2", "(w**2).sum()")
def penalty_not_halved():
    """l2_penalty is not halved. With the half its gradient is w, without it 2w."""


@slip("(w**2).sum() / 2", "(w**2).mean() / 2")
def penalty_is_a_mean():
    """l2_penalty takes the mean of the squares. It is their sum: else a large layer would hardly be penalized, and no
    elements give NaN."""


@slip("(w**2).sum() / 2", "(w**2).sum().sqrt() / 2")
def penalty_with_a_root():
    """l2_penalty takes the root of the sum. The penalty is the squared norm, halved."""


@slip("(w**2).sum() / 2", "(w**2).sum(-1) / 2")
def penalty_of_each_row():
    """l2_penalty of a matrix adds along its last axis only. All squares go into one sum, and the result has shape ()."""
