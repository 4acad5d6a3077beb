"""Checks of norms."""

from dataclasses import replace
from math import inf, nan

import torch

from autograder.checks.ch04_regularization._shared import nonzero
from autograder.spec import Close, Draw, Exercise, distinct, drawn, filled, normal, rows, tensor
from autograder.spec.forbidden import NORM

NORMS = replace(
    NORM,
    name="norms",
    operators=NORM.operators + r"|^dist$|cdist|_euclidean_dist|renorm|pairwise_distance|^_foreach_norm",
    names=("torch.nn.functional.lp_pool1d", "torch.nn.functional.lp_pool2d", "torch.nn.functional.lp_pool3d"),
)
exercise = Exercise(entry=("lp_norm", "l2_penalty"), forbid=NORMS)
# Logarithms are welcome, and lose some digits: the last ones are not asked for.
ROUGH = Close(loosen=24)
lp_norm = exercise.call("lp_norm", x=nonzero("n"), p=2, judge=ROUGH)
l2_penalty = exercise.call("l2_penalty", w=normal("n"))
SHAPES = ((), ("rows", "columns"), ("a", "b", "c"), ("rows", 1), (1, "n"))
EMPTY = (normal(0), normal(0, 3), normal(2, 0))


def far(exponent: int, spread: int = 0, shape: tuple[int, ...] = (4,)):
    """Elements near 10 to such a power, of both signs; each so many decades apart."""

    def draw(d: Draw):
        values = 1 + torch.rand(4, generator=d.generator, dtype=torch.float64)
        signs = torch.tensor([1, -1, -1, 1])[torch.randperm(4, generator=d.generator)]
        apart = torch.randperm(4, generator=d.generator).double() * spread
        return (signs * values * 10 ** (exponent - apart)).reshape(shape).to(d.dtype)

    return drawn(draw)


def among_zeros(d: Draw):
    """Some elements that are not 0, between some that are."""
    values = torch.randn(d.size("n"), generator=d.generator, dtype=torch.float64).round(decimals=2) + 0.00005
    return torch.stack([torch.zeros_like(values), values], 1).flatten().to(d.dtype)


@lp_norm.check(points=1.5, cases=rows("p", 2, 1, 3, 2.0, 1.5, 4, 7.25) + rows("p n", (2, 1), (3, 1)))
def sums_powers():
    """lp_norm is (sum of |x_i|^p)^(1/p), for p = 1, p = 2 and any other number from 1 up"""


@lp_norm.check(points=0.25, cases=rows("p", 0.5, 0.3, 0.75))
def takes_p_below_1():
    """lp_norm takes p between 0 and 1 too, by the same formula"""


@lp_norm.check(
    points=0.75,
    p=inf,
    cases=rows("x", distinct("n", low=-3.0, high=2.0), distinct("n", low=-2.0, high=3.0), nonzero(1))
    + rows("x", filled(-1.5, "n"), filled(0.0, "n")),
)
def finds_the_largest():
    """lp_norm is the largest |x_i| for p = inf"""


@lp_norm.check(
    points=0.75,
    p=0,
    cases=rows("x p", (tensor([0.5, 0.0, -2.0, -0.0, 0.5, 3.0]), 0), (tensor([0.0, 1e-20, 4.0]), 0.0))
    + rows(
        "x", nonzero("n"), nonzero("rows", "columns"), tensor([[0.25, 0.0], [0.0, -7.0]]), filled(0.0, 3), normal(0)
    ),
)
def counts_for_p_0():
    """lp_norm is the number of elements that are not 0 for p = 0, as a floating tensor"""


@lp_norm.check(
    points=0.75,
    p=1,
    cases=rows("x", *(nonzero(*shape) for shape in SHAPES))
    + rows("x p", (distinct(), inf), (distinct("rows", "columns", low=-3.0, high=2.0), inf)),
)
def takes_all_as_one_vector():
    """lp_norm takes all elements as one flat vector, whatever the shape, and gives one number"""


@lp_norm.check(points=0.25, cases=rows("x", drawn(among_zeros, "n")) * rows("p", 0.5, 1, 2, 3))
def zeros_add_nothing():
    """elements that are 0 add nothing for p > 0"""


@lp_norm.check(
    points=0.5,
    needs=finds_the_largest,
    cases=rows("x", filled(0.0, "n"), filled(0.0), tensor([-0.0, 0.0]), filled(0.0, 2, 3)) * rows("p", 1, 2)
    + rows("x p", *((filled(0.0, "n"), p) for p in (1.5, 3, 100))),
)
def is_0_where_all_are():
    """lp_norm is 0 where all elements are, and not NaN"""


@lp_norm.check(points=0.25, needs=takes_all_as_one_vector, cases=rows("x", *EMPTY) * rows("p", 1, 2, inf))
def takes_no_elements():
    """lp_norm is 0 where there is no element"""


@lp_norm.check(points=0.5, cases=rows("x", far(20), far(-22), far(20, spread=13), far(20, shape=(2, 2))))
def squares_may_be_out_of_range():
    """lp_norm is right for p = 2 though the squares overflow or vanish, as those of 1e20 and 1e-20 do in float32"""


@lp_norm.check(
    points=0.75,
    cases=rows("x p", (far(20), 100), (far(-20), 100), (nonzero("n"), 100), (far(10), 40), (far(-12), 30.5)),
)
def powers_may_be_out_of_range():
    """lp_norm is right for large p, where |x_i|^p is out of the range of float64 too"""


@lp_norm.check(points=0.25, dtypes=("float64",), cases=rows("x", far(200), far(-200)))
def squares_may_be_out_of_range_in_float64():
    """lp_norm is right for elements of 1e200 and 1e-200 in float64"""


@lp_norm.refuses(points=0.5, needs=counts_for_p_0, cases=rows("p", -1, -2.0, -0.5, -inf, nan, 0, 0.25, 1, inf))
def refuses_what_is_no_p():
    """lp_norm raises ValueError for p < 0, -inf included, and for NaN, and only for these"""


@l2_penalty.check(points=0.75, also=rows("n", 1, 2))
def halves_the_sum_of_squares():
    """l2_penalty is half the sum of the squares, without a root and without a mean"""


@l2_penalty.check(
    points=0.5,
    cases=rows("w", *(normal(*shape) for shape in SHAPES), filled(0.0, 2, 2), *EMPTY),
    needs=halves_the_sum_of_squares,
)
def penalizes_any_shape():
    """l2_penalty takes any shape, empty ones too, and gives one number"""


exercise.keeps_the_dtype(
    "both work in float64 too, to its full precision",
    points=0.5,
    except_for=[squares_may_be_out_of_range, powers_may_be_out_of_range],
)
exercise.lets_gradients_through(
    "lp_norm lets the gradient flow to x for p > 0, for elements of 1e20 and 1e-20 too",
    name="lp_norm_gradient",
    points=0.5,
    about=[sums_powers, takes_p_below_1, takes_all_as_one_vector, squares_may_be_out_of_range],
)
exercise.lets_gradients_through(
    "the gradient of l2_penalty is w", name="l2_penalty_gradient", points=0.25, about=l2_penalty
)
exercise.takes_views("both take tensors that are views of others, as W.T is", points=0.25)
exercise.leaves_its_inputs_alone("both leave their input unchanged", points=0.25)

exercise.hint(
    """Begin with p = 2: abs, a power, one sum over everything, the p-th root as the power 1 / p. abs comes first, since
    an odd power keeps the sign, and a fractional one of a negative number is NaN."""
)
exercise.hint(
    """p = 0 and p = inf are no cases of the formula, since 1 / p is a division by 0, and inf^inf is no maximum. A
    maximum of no elements is an error, and 0 / 0 is NaN: return before you come there.""",
    helps=[finds_the_largest, counts_for_p_0, is_0_where_all_are, takes_no_elements],
)
exercise.hint(
    """`p < 0` is False for NaN, as every comparison with it is. `not p >= 0` is True.""", helps=refuses_what_is_no_p
)
exercise.hint(
    """The norm of c * x is c times the norm of x. So divide by the largest |x_i|, which leaves nothing above 1, and
    multiply by it in the end: powers of small numbers may well become 0, beside a 1 they do not count.""",
    helps=[squares_may_be_out_of_range, powers_may_be_out_of_range, squares_may_be_out_of_range_in_float64],
)
exercise.hint(
    """l2_penalty is (w**2).sum() / 2. The 2 of the square's derivative and the half cancel, and what weight decay
    subtracts is w itself.""",
    helps=l2_penalty,
)

exercise.equivalent("gradient cut: size.sum() -> size.sum().detach()", "No gradient is asked for at 0.")
exercise.equivalent(
    "copy dropped, or done in place: size.detach() -> size",
    "A norm does not depend on what it was scaled by, and what the derivative by it leaves is rounding.",
)
