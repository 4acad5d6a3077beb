"""Checks of l1_decay."""

from math import inf, nan

from autograder.checks.ch04_regularization._shared import biases, nonzero, weights
from autograder.spec import OFF_GRID, Close, Exercise, Family, Leaves, drawn, filled, normal, rows, tensor
from autograder.spec.forbidden import NORM, OPTIM

SHRINK = Family(
    name="shrink",
    operators=r"^(soft|hard)shrink|^threshold_?$",
    advice="Write it as its formula: where, clamp, relu, sign and abs are welcome.",
)
exercise = Exercise(entry=("l1_penalty", "soft_threshold", "sgd_l1_decay"), forbid=(SHRINK, NORM, OPTIM))
SHAPES = ((), ("rows", "columns"), ("a", "b", "c"), (1, "n"))


def off(*dims, std=1.0, away=0.0):
    """Values that no step by multiples of 0.0005 takes to a threshold, where rounding would decide."""
    return normal(*dims, std=std, away=away, shift=OFF_GRID)


def gradients_of(params):
    return [normal(*p.dims) for p in params]


def step_of(*params):
    return {"params": list(params), "grads": gradients_of(params)}


FAR = {"away": 2.0}  # no step comes near 0 from there
SMALL = {"std": 0.3}
MIXED = step_of(off("h"), off("d", "h", **FAR), off("h", "k", **FAR), off(), off("k"))
l1_penalty = exercise.call("l1_penalty", w=nonzero("n"))
soft_threshold = exercise.call("soft_threshold", x=off("rows", "columns", away=0.75), t=0.7, axes=("rows", "columns"))


@exercise.call(**MIXED, lr=0.1, decay=2.0)
def step(student, params, grads, lr, decay):
    leaves = Leaves(params, grads)
    student.sgd_l1_decay(leaves.params, lr, decay)
    return leaves.values(weights(params))


@l1_penalty.check(points=0.5)
def sums_absolute_values():
    """l1_penalty is the sum of all |w_i|"""


@l1_penalty.check(
    points=0.5,
    needs=sums_absolute_values,
    cases=rows("w", *(nonzero(*shape) for shape in SHAPES), normal(0), normal(2, 0)),
)
def penalizes_any_shape():
    """l1_penalty takes any shape, empty ones too, and gives one number"""


@l1_penalty.check(
    points=0.25,
    cases=rows("w", drawn(lambda d: nonzero("n", 3).draw(d) * tensor([1.0, 0.0, -1.0]).draw(d), "n"), filled(0.0, 2)),
)
def adds_zeros():
    """l1_penalty adds nothing for elements that are 0"""


@soft_threshold.check(points=1, also=rows("t", 0.25, 0.5) + rows("x", *(off(*shape, away=0.75) for shape in SHAPES)))
def comes_nearer_to_0():
    """soft_threshold is x - t where x > t, and x + t where x < -t"""


@soft_threshold.check(
    points=0.5,
    judge=Close(zeros=True),
    cases=rows("x t", (off(4, 5), 0.5), (off("n", 12), 1), (off(30, std=3), 2.0), (off(30), 0.25))
    + rows("x t", (drawn(lambda d: off(30, 2).draw(d) * tensor([0.0, 1.0]).draw(d)), 0.5)),
)
def is_0_in_between():
    """soft_threshold is exactly 0 between -t and t"""


@soft_threshold.check(points=0.25, needs=comes_nearer_to_0, cases=rows("t", 0, 0.0))
def takes_t_of_0():
    """soft_threshold is x for t = 0"""


@soft_threshold.refuses(points=0.25, cases=rows("t", -0.5, -1, -1e-6, -inf, nan, 0, 0.0, 0.5, 3))
def refuses_what_is_no_threshold():
    """soft_threshold raises ValueError for t < 0 and for NaN, and only for these"""


# Hardly any decay: what is done with it does not show.
@step.check(points=0.75, decay=1e-6, cases=rows("lr", 0.1, 0.25))
def moves_biases(student, params, grads, lr, decay):
    """sgd_l1_decay takes biases, of one or no dimension, to b - lr * grad"""
    leaves = Leaves(params, grads)
    student.sgd_l1_decay(leaves.params, lr, decay)
    return leaves.values(biases(params))


@step.check(points=0.5, cases=rows("lr decay", (0.1, 2.0), (0.25, 1.5), (0.5, 0.1)))
def shrinks_weights():
    """sgd_l1_decay takes weights to soft_threshold(w - lr * grad, lr * decay), where they are far from 0"""


@step.check(
    points=0.5,
    judge=Close(zeros=True),
    **step_of(off(5), off(5, 4, **SMALL), off(4, 5, 2, 2, **SMALL), off(1, 9, **SMALL), off(9, 1, **SMALL)),
    cases=rows("lr decay", (0.1, 2.0), (0.25, 1.5)),
)
def small_weights_become_0():
    """sgd_l1_decay makes small weights exactly 0, and none of them jumps across"""


@step.check(points=0.75, cases=rows("lr decay", (0.1, 2.0), (0.25, 1.5)))
def does_not_shrink_biases(student, params, grads, lr, decay):
    """sgd_l1_decay shrinks no bias, of one or no dimension, however large decay is"""
    leaves = Leaves(params, grads)
    student.sgd_l1_decay(leaves.params, lr, decay)
    return leaves.values(biases(params))


@step.check(points=0.25, needs=moves_biases, cases=rows("lr decay", (0.0, 2.0), (0.1, 0.0), (0, 0)))
def rates_may_be_0():
    """sgd_l1_decay changes no weight for lr = 0, and does not shrink any for decay = 0"""


once = {"needs": moves_biases}


@step.check(
    points=0.5,
    **once,
    params=[off("h", "d"), off("h"), off("k"), off("d", "k"), off("d")],
    grads=[None, normal("h"), None, None, normal("d")],
    decay=0.5,
)
def leaves_out_what_has_no_gradient(student, params, grads, lr, decay):
    """sgd_l1_decay does nothing to tensors whose .grad is None, and goes on with the next"""
    leaves = Leaves(params, grads)
    student.sgd_l1_decay(leaves.params, lr, decay)
    return leaves.values()


@step.check(points=0.75, **once)
def works_in_place(student, params, grads, lr, decay):
    """sgd_l1_decay changes tensors in place: the list holds the same ones, in the same memory"""
    leaves = Leaves(params, grads)
    student.sgd_l1_decay(leaves.params, lr, decay)
    return leaves.in_place()


@step.check(points=0.5, **once)
def leaves_gradients_alone(student, params, grads, lr, decay):
    """sgd_l1_decay neither changes nor clears .grad"""
    leaves = Leaves(params, grads)
    student.sgd_l1_decay(leaves.params, lr, decay)
    return leaves.grads()


@step.check(points=0.25, **once)
def leaves_leaves(student, params, grads, lr, decay):
    """after sgd_l1_decay all tensors are leaves that require grad if they did before"""
    leaves = Leaves(params, [*grads[:-1], None], frozen=[len(params) - 1])
    student.sgd_l1_decay(leaves.params, lr, decay)
    return leaves.kinds()


@step.check(points=0.25, **once)
def returns_none(student, params, grads, lr, decay):
    """sgd_l1_decay returns None"""
    return {"sgd_l1_decay returns": student.sgd_l1_decay(Leaves(params, grads).params, lr, decay)}


exercise.keeps_the_dtype("all three work in float64 too, to its full precision", points=0.25, except_for=moves_biases)
exercise.lets_gradients_through(
    "the gradient of l1_penalty is sign(w)",
    name="l1_penalty_gradient",
    points=0.25,
    about=[sums_absolute_values, penalizes_any_shape],
)
exercise.lets_gradients_through(
    "the gradient of l1_penalty is 0 where w is 0", name="l1_penalty_gradient_at_0", points=0.25, about=adds_zeros
)
exercise.lets_gradients_through(
    "the gradient of soft_threshold is 1 where |x| > t, and 0 where |x| < t",
    name="soft_threshold_gradient",
    points=0.5,
    about=[comes_nearer_to_0, is_0_in_between, takes_t_of_0],
)
exercise.takes_views("all three take tensors that are views of others, as W.T is", points=0.25)
exercise.leaves_its_inputs_alone(
    "l1_penalty and soft_threshold leave their inputs unchanged",
    points=0.25,
    except_for=step,
)

exercise.hint(
    """Draw soft_threshold for t = 1: flat at 0 between -1 and 1, and beyond these the line y = x, moved by 1 towards the
    axis, without a jump. Five numbers by hand, -3, -1/2, 0, 1/2, 3, give -2, 0, 0, 0, 2."""
)
exercise.hint(
    """x - t * sign(x) goes past 0 where |x| < t. So stop there: torch.where with three cases, or the sign of x times
    relu(|x| - t). For the gradient at 0 of l1_penalty: abs has 0 there, a where has one of its sides, a root NaN.""",
    helps=[l1_penalty, soft_threshold],
)
exercise.hint(
    """`t < 0` is False for NaN, as every comparison with it is. `not t >= 0` is True.""",
    helps=refuses_what_is_no_threshold,
)
exercise.hint(
    """The plain step comes first and the threshold last, because only then does a weight that came near to 0 stay there.
    The threshold is lr * decay: a step of half the rate pulls half as far.""",
    helps=[moves_biases, shrinks_weights, small_weights_become_0, does_not_shrink_biases, rates_may_be_0],
)
exercise.hint(
    """p = p - ... makes a new tensor that nobody else knows, and p.data = ... gives an old one new memory. Inside of
    `with torch.no_grad():` p -= lr * p.grad writes where p is, and p.copy_(...) does so with any result. continue, not
    return, goes on behind a tensor without a gradient.""",
    helps=[step],
)

exercise.equivalent("condition moved: x > t -> x >= t", "At x = t both are 0, and no gradient is asked for.")
exercise.equivalent("condition moved: x < -t -> x <= -t", "At x = -t both are 0, and no gradient is asked for.")
