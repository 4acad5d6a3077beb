"""Checks of norm_constraint."""

from math import inf, nan

from autograder.checks.ch04_regularization._shared import biases, nonzero, weights
from autograder.spec import Close, Exercise, Family, Leaves, error_of, filled, has_graph, named, normal, rows, tensor

RENORM = Family(
    name="renorm", operators=r"^renorm", advice="Multiply by the factor yourself: squares, sums and mul_ are welcome."
)
exercise = Exercise(
    entry=("project_", "constrained_descent"),
    forbid=RENORM,
    sizes={"n": (6, 9), "d": (3, 5), "h": (3, 5), "k": (3, 5)},
    gradients=False,
)


def large(*dims):
    """Elements whose squares are 1/4 at least: a dozen of them are above every limit here."""
    return normal(*dims, away=0.5)


def params(*parts):
    return {"params": list(parts), "grads": [normal(*part.dims) for part in parts]}


ALONE = params(large("d", "h"), large("h", "k"))
MIXED = params(large("h"), large("d", "h"), large(), large("h", "k"), large("k"))


@exercise.call(**MIXED, theta=1.5)
def project(student, params, grads, theta):
    leaves = Leaves(params, grads)
    student.project_(leaves.params, theta)
    return leaves.values(weights(params))


@project.check(
    points=1,
    **ALONE,
    cases=[
        *rows("theta", 1.5, 0.1, 2),
        params(large("d", "h")),
        params(large(4, 4), normal("h", "k")),
        {**params(normal(4, 4, mean=3.0, std=0.1)), "theta": 50.0},  # above the norm, below its square
    ],
)
def scales_all_weights_by_one_number():
    """project_ multiplies all weights by one number, so that the squares of all of them together add up to theta"""


@project.check(
    points=0.5,
    cases=[{**ALONE, "theta": theta} for theta in (1.5, 1e4, 0.5, 0.0)] + [MIXED],
)
def returns_the_sum_before(student, params, grads, theta):
    """project_ returns the sum of all squares as it was before, whether it was too large or not"""
    return student.project_(Leaves(params, grads).params, theta)


@project.check(
    points=0.5,
    theta=0.0,
    cases=[{}, {"theta": 0}, {**params(filled(0.0, "d", "h"), filled(0.0, "h", "k")), "theta": 0.0}],
)
def theta_may_be_0():
    """project_ makes all weights 0 for theta = 0, also where they are 0 already, and never NaN"""


# Next to nothing is left of them: how much does not show.
@project.check(points=0.25, judge=Close(scale=1), theta=1e-34)
def shrinks_all_weights():
    """project_ shrinks all weights where they are beyond the limit"""


once = {"needs": shrinks_all_weights}


@project.check(
    points=0.5,
    **once,
    params=[normal("h", mean=20.0), normal("d", "h"), normal(mean=-30.0), normal("h", "k")],
    grads=[normal("h"), normal("d", "h"), normal(), normal("h", "k")],
    theta=300.0,
)
def counts_weights_alone():
    """project_ does not count biases, of one or no dimension, in the sum"""


@project.check(points=0.5, **once)
def leaves_biases_alone(student, params, grads, theta):
    """project_ changes no bias"""
    leaves = Leaves(params, grads)
    student.project_(leaves.params, theta)
    return leaves.values(biases(params))


@project.check(
    points=0.5,
    **once,
    cases=rows("theta", 1e4, 2e3, inf)
    + rows("params grads", ([tensor([[3.0, 4.0]])], [normal(1, 2)]), ([tensor([[3.0], [4.0]])], [None]))
    * rows("theta", 25),
)
def changes_nothing_within_the_limit(student, params, grads, theta):
    """project_ changes nothing where the sum is theta or less, not even by rounding"""
    leaves = Leaves(params, grads)
    student.project_(leaves.params, theta)
    return [leaves.memory([i])[f"the memory of params[{i}]"] - params[i] for i in weights(params)]


@project.check(points=0.5, **once, cases=rows("theta", -1.0, -1e-6, -2, -inf, nan, 0.0, 0.5, 3))
def refuses_what_is_no_limit(student, params, grads, theta):
    """project_ raises ValueError for theta < 0 and for NaN, and only for these; then it changes nothing"""
    leaves = Leaves(params, grads)
    raised = error_of(ValueError, student.project_, leaves.params, theta)
    return {"raised": raised, **(leaves.values() if not theta >= 0 else {})}


@project.check(points=0.75, **once, also=rows("theta", 1e4))
def works_in_place(student, params, grads, theta):
    """project_ changes tensors in place: the list holds the same ones, in the same memory"""
    leaves = Leaves(params, grads)
    student.project_(leaves.params, theta)
    return leaves.in_place()


@project.check(points=0.25, **once)
def leaves_gradients_alone(student, params, grads, theta):
    """project_ neither changes nor clears .grad"""
    leaves = Leaves(params, grads)
    student.project_(leaves.params, theta)
    return leaves.grads()


@project.check(points=0.25, **once)
def leaves_leaves(student, params, grads, theta):
    """after project_ all tensors are leaves that require grad if they did before"""
    leaves = Leaves(params, grads, frozen=[0, 1])
    student.project_(leaves.params, theta)
    return leaves.kinds()


@project.check(
    points=0.5,
    judge=Close(scale=1),
    theta=1e-34,
    frozen=[],
    cases=rows("frozen", [], [1])
    + rows("params", [large(2, 2, 2, 2), large("h", 1, "k")], [large(1, 9), large(9, 1), large(1, 1)]),
)
def finds_all_weights(student, params, frozen, theta):
    """project_ takes all tensors of two or more dimensions, also those without .grad, or that do not require grad"""
    leaves = Leaves(params, frozen=frozen)
    student.project_(leaves.params, theta)
    return leaves.values(weights(params))


@project.check(points=0.25, needs=returns_the_sum_before, cases=rows("theta", 1.5, 1e4))
def returns_a_detached_sum(student, params, grads, theta):
    """the sum that project_ returns is detached"""
    s = student.project_(Leaves(params, grads).params, theta)
    return {"the sum requires grad": has_graph(s)}


@project.check(
    points=0.25,
    needs=returns_the_sum_before,
    params=[tensor([3.0, 4.0])],
    grads=[normal(2)],
    cases=rows("params grads", ([], []), ([nonzero("h"), nonzero()], [normal("h"), normal()])),
    dtypes=("float32", "float64"),
)
def may_find_no_weight(student, params, grads, theta):
    """project_ returns a float32 0 where there is no weight, and changes nothing"""
    leaves = Leaves(params, grads)
    s = student.project_(leaves.params, theta)
    return {"the sum": s, "its dtype": str(getattr(s, "dtype", type(s))), **leaves.values()}


@exercise.call(X=normal("n", "d"), y=normal("n", 1, mean=1.0), theta=1e4, num_steps=3, lr=0.1)
def descent(student, X, y, theta, num_steps, lr):
    return named(student.constrained_descent(X, y, theta, num_steps, lr), "w", "b")


@descent.check(
    points=1, cases=rows("num_steps lr", (1, 0.5), (2, 0.3), (12, 0.1)) + rows("n d", (1, 3), (4, 1), (3, 3))
)
def descends():
    """constrained_descent is gradient descent on mean((X w + b - y)^2) / 2 as long as theta is large"""


@descent.check(
    points=0.75,
    y=normal("n", 1, mean=4.0, std=3.0),
    cases=rows("theta num_steps lr", (0.01, 1, 0.5), (0.02, 4, 0.3), (0.001, 8, 0.1)),
)
def projects_after_each_step():
    """constrained_descent projects w, and not b, after each step onto |w|^2 <= theta"""


@descent.check(points=0.25, needs=descends, theta=0, cases=rows("num_steps", 1, 4))
def w_may_have_to_stay_0():
    """constrained_descent keeps w at 0 for theta = 0, and still finds b"""


@descent.check(points=0.25, needs=descends, num_steps=0, cases=rows("theta", 1e4, 0.5))
def may_take_no_step():
    """constrained_descent returns zeros, of shapes (d, 1) and (1,), for num_steps = 0"""


@descent.check(
    points=0.25,
    needs=descends,
    cases=rows("theta", -1.0, -2, nan, -inf, 0.5, 3) + rows("theta num_steps", (-1.0, 0), (0.5, 0)),
)
def refuses_it_too(student, X, y, theta, num_steps, lr):
    """constrained_descent raises ValueError for theta < 0 and for NaN, and only for these"""
    return error_of(ValueError, student.constrained_descent, X, y, theta, num_steps, lr)


@descent.check(points=0.25, needs=descends, cases=rows("num_steps", 2, 0))
def returns_detached_tensors(student, X, y, theta, num_steps, lr):
    """the w and b that constrained_descent returns are detached"""
    return {"w or b requires grad": has_graph(student.constrained_descent(X, y, theta, num_steps, lr))}


exercise.keeps_the_dtype(
    "both work in float64 too, to its full precision",
    points=0.25,
    except_for=[may_find_no_weight, changes_nothing_within_the_limit],
)
exercise.takes_views("both take tensors that are views of others, as X.T is", points=0.25)
exercise.leaves_its_inputs_alone("constrained_descent leaves X and y unchanged", points=0.25, except_for=project)

exercise.hint(
    """Two weights with sums 9 and 16 and theta = 1: together 25, so each is multiplied by 1/5, and the sums become 9/25 and
    16/25. One factor for all of them, found before any of them is changed."""
)
exercise.hint(
    """Squares grow with the square of the factor, hence the root: c^2 s = theta. Divide only where s > theta. Then s is above
    0, even for theta = 0, and within the limit nothing is multiplied, not even by 1.""",
    helps=[scales_all_weights_by_one_number, changes_nothing_within_the_limit, theta_may_be_0],
)
exercise.hint(
    """Only the number of dimensions counts: p.dim() >= 2. Whether a tensor has a gradient or asks for one does not matter, since
    large weights are large all the same.""",
    helps=[counts_weights_alone, leaves_biases_alone, finds_all_weights, may_find_no_weight],
)
exercise.hint(
    """Inside of `with torch.no_grad():` w *= factor, or w.mul_(factor), writes into the tensor that is there. w = w * factor makes
    another. A sum computed in there has no graph.""",
    helps=[works_in_place, leaves_gradients_alone, leaves_leaves, returns_a_detached_sum],
)
exercise.hint(
    """With error = X @ w + b - y the gradients are X.T @ error / n and error.mean(). Compute both before you change w or b, and
    call project_([w], theta) in the loop, as its last line.""",
    helps=descent,
)
