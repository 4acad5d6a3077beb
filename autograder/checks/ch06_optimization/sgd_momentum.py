"""Checks of sgd_momentum."""

from autograder.checks.ch06_optimization._shared import (
    GRADS,
    OTHERS,
    PARAMS,
    ask_conditions,
    keeps_all_in_the_states,
    keeps_nothing,
    keeps_states_small,
    leaves_the_rest_alone,
    moves_along_the_gradient,
    skips_what_has_no_gradient,
    walk,
    works_in_place,
    zero_at,
)
from autograder.spec import Close, Exercise, rows

exercise = Exercise(entry=("sgd", "momentum"), forbid="optim", gradients=False)
RATES = rows("steps hyper", (1, {"lr": 0.1}), (3, {"lr": 0.5}), (1, {"lr": 1}), (4, {"lr": [0.1, 0.0, 0.5, 0.02]}))


@exercise.call(params=PARAMS, grads=GRADS, hyper={"lr": 0.1}, judge=Close(scale=1))
def sgd(student, params, grads, hyper):
    return walk(student.sgd, params, grads, hyper).leaves.values()


@exercise.call(params=PARAMS, grads=GRADS, hyper={"lr": 0.1, "momentum": 0.9}, judge=Close(scale=1))
def momentum(student, params, grads, hyper):
    return walk(student.momentum, params, grads, hyper).leaves.values()


@sgd.check(points=1.5, cases=RATES, also=[{**OTHERS, "steps": 2}])
def descends():
    """sgd takes parameters of any shape to p - lr * g, with the lr of the call"""


of_sgd = ask_conditions(exercise, "sgd", {"lr": 0.3}, points=0.5, keeps=keeps_nothing)
exercise.keeps_the_dtype(
    "sgd works in float64 too, to its full precision", name="sgd_keeps_the_dtype", points=0.25, about=descends
)


@momentum.check(
    points=1.75,
    cases=rows("steps hyper", (2, {"lr": 0.1, "momentum": 0.9}), (5, {"lr": 0.3, "momentum": 0.5})),
    also=[{**OTHERS, "steps": 3}, {"grads": zero_at(1), "steps": 3}],
)
def adds_up_gradients():
    """momentum takes v to momentum * v + g and the parameter to p - lr * v, step after step"""


@momentum.check(
    points=0.5,
    cases=rows("steps hyper", (1, {"lr": 0.1, "momentum": 0.9}), (3, {"lr": 0.5, "momentum": 0.0}))
    + rows("steps hyper", (2, {"lr": 1, "momentum": 0})),
)
def begins_with_the_gradient():
    """momentum takes the plain step p - lr * g at first, and at every step if momentum is 0"""


@momentum.check(
    points=0.75,
    steps=5,
    cases=rows("hyper", {"lr": [0.5, 0.1, 0.02], "momentum": 0.9}, {"lr": 0.1, "momentum": [0.5, 0.9]})
    + rows("hyper", {"lr": [0.4, 0.0], "momentum": [0.8, 0.3, 0.6]})
    + rows("hyper", {"lr": 0.1, "momentum": [0.0, 0.9, 0.5]}, {"lr": [0.0, 0.2], "momentum": [0.9, 0.0, 0.5]}),
)
def takes_the_hyper_of_each_call():
    """momentum takes lr and momentum as they are in each call, 0 included: a new lr counts for all of v"""


of_momentum = ask_conditions(exercise, "momentum", {"lr": 0.2, "momentum": 0.75}, points=0.5)
exercise.keeps_the_dtype(
    "momentum works in float64 too, to its full precision",
    name="momentum_keeps_the_dtype",
    points=0.25,
    about=[adds_up_gradients, begins_with_the_gradient, takes_the_hyper_of_each_call],
)


def both(*conditions):
    """The checks of these conditions, of both functions."""
    return [found[one] for one in conditions for found in (of_sgd, of_momentum) if one in found]


exercise.hint(
    """Two steps by hand, with lr = 1, momentum = 1/2 and gradients of 4 and 6. v is 4 and then 2 + 6 = 8, so that a
    parameter of 20 goes to 16 and to 8."""
)
exercise.hint(
    """p = p - lr * g gives a new tensor the name p, and p.data = ... gives an old one new memory. Inside of
    `with torch.no_grad():` p -= ... writes where p is, and autograd does not see it.""",
    helps=[descends, *both(moves_along_the_gradient, works_in_place)],
)
exercise.hint(
    """v is what the first step does not find in the dict yet: begin with torch.zeros_like(p), which has the right shape and
    dtype. Of p.grad itself only a copy may be kept, since the next backward() writes into it.""",
    helps=[momentum, *both(keeps_states_small)],
)
exercise.hint(
    """In a loop over zip(params, states), `continue` goes on behind a parameter without a gradient. Do so before you look into
    its dict, because even zeros put there would change it.""",
    helps=both(skips_what_has_no_gradient, keeps_nothing, keeps_all_in_the_states),
)
exercise.hint(
    """Momentum in full: v.mul_(hyper["momentum"]), then v.add_(g), and p -= lr * v last, since the step takes the new v.
    lr is no part of v: then a smaller lr makes the whole step smaller.""",
    helps=[momentum, *both(leaves_the_rest_alone)],
)

exercise.equivalent(
    "arguments or results swapped: zip(params, states, strict=True) -> zip(params, states)",
    "There is a dict for each parameter: strict makes no difference.",
)
exercise.equivalent(
    "mode or flag fixed: True -> False",
    "There is a dict for each parameter: strict makes no difference.",
)
exercise.equivalent(
    "gradient cut: state.setdefault('v', torch.zeros_like(p)) -> state.setdefault('v', torch.zeros_like(p)).detach()",
    "zeros_like has no graph.",
)
