"""Checks of adaptive.

With eps = 0 it does not matter where eps is added: that is paid once, where it is large.
"""

from autograder.checks.ch06_optimization._shared import (
    GRADS,
    OTHERS,
    PARAMS,
    ask_conditions,
    keeps_all_in_the_states,
    keeps_states_small,
    leaves_the_rest_alone,
    moves_along_the_gradient,
    skips_what_has_no_gradient,
    walk,
    works_in_place,
    zero_at,
)
from autograder.spec import Close, Exercise, rows

exercise = Exercise(entry=("adagrad", "rmsprop", "adam"), forbid="optim", gradients=False)
steps = {"params": PARAMS, "grads": GRADS, "judge": Close(scale=1)}


def conditions(rule, hyper, values):
    """What holds of every step, and that it does so in float64 too."""
    asked = ask_conditions(exercise, rule, hyper, points=0.25)
    text = f"{rule} works in float64 too, to its full precision"
    exercise.keeps_the_dtype(text, name=f"{rule}_keeps_the_dtype", points=0.25, about=values)
    return asked


@exercise.call(**steps, hyper={"lr": 0.3, "eps": 0.0})
def adagrad(student, params, grads, hyper):
    return walk(student.adagrad, params, grads, hyper).leaves.values()


@adagrad.check(points=0.75, cases=rows("steps", 1, 4, 50), also=[{**OTHERS, "steps": 3}])
def adds_up_squares():
    """adagrad divides each element of the gradient by the root of the sum of all its squares so far"""


@adagrad.check(
    points=0.25,
    steps=3,
    cases=rows("hyper", {"lr": 0.5, "eps": 0.1}, {"lr": 0.5, "eps": [0.05, 0.0, 0.1]})
    + rows("hyper", {"lr": 0.5, "eps": 1e-8}) * rows("grads", zero_at(0), zero_at(1)),
)
def adagrad_adds_eps():
    """adagrad adds eps outside the root, and so makes no NaN of a gradient of 0"""


@adagrad.check(
    points=0.25,
    steps=4,
    cases=rows("hyper", {"lr": [0.5, 0.1, 0.0, 0.02], "eps": 0.0}, {"lr": [0.0, 0.3], "eps": 0.0}),
)
def adagrad_takes_the_hyper_of_each_call():
    """adagrad takes the lr of each call, 0 included"""


of_adagrad = conditions("adagrad", {"lr": 0.5, "eps": 1e-3}, [adds_up_squares, adagrad_takes_the_hyper_of_each_call])


@exercise.call(**steps, hyper={"lr": 0.1, "alpha": 0.9, "eps": 0.0})
def rmsprop(student, params, grads, hyper):
    return walk(student.rmsprop, params, grads, hyper).leaves.values()


@rmsprop.check(
    points=0.75,
    cases=rows("steps", 1, 4, 50),
    also=[{**OTHERS, "steps": 3}, *rows("steps hyper", (3, {"lr": 1, "alpha": 0.25, "eps": 0}))],
)
def averages_squares():
    """rmsprop divides each element of the gradient by the root of a running mean of its squares"""


@rmsprop.check(
    points=0.25,
    steps=3,
    cases=rows("hyper", {"lr": 0.2, "alpha": 0.9, "eps": 0.1}, {"lr": 0.2, "alpha": 0.75, "eps": [0.05, 0.0, 0.1]})
    + rows("hyper", {"lr": 0.2, "alpha": 0.9, "eps": 1e-8}) * rows("grads", zero_at(0), zero_at(1)),
)
def rmsprop_adds_eps():
    """rmsprop adds eps outside the root, and takes a gradient of 0 as any other"""


@rmsprop.check(
    points=0.25,
    steps=4,
    cases=rows("hyper", {"lr": [0.2, 0.0, 0.01], "alpha": [0.9, 0.9, 0.5], "eps": 0.0})
    + rows("hyper", {"lr": 0.1, "alpha": [0.0, 0.9, 0.5], "eps": 0.0}, {"lr": [0.0, 0.3], "alpha": 0.8, "eps": 0.0}),
)
def rmsprop_takes_the_hyper_of_each_call():
    """rmsprop takes lr and alpha as they are in each call, 0 included"""


of_rmsprop = conditions(
    "rmsprop",
    {"lr": 0.2, "alpha": 0.75, "eps": 1e-3},
    [averages_squares, rmsprop_takes_the_hyper_of_each_call],
)


def numbers(beta1, beta2, lr=0.1, eps=0.0):
    return {"lr": lr, "beta1": beta1, "beta2": beta2, "eps": eps}


@exercise.call(**steps, hyper=numbers(0.9, 0.99))
def adam(student, params, grads, hyper):
    return walk(student.adam, params, grads, hyper).leaves.values()


@adam.check(
    points=1.5,
    cases=rows("steps", 1, 4, 50),
    also=[{**OTHERS, "steps": 3}, *rows("steps hyper", (3, numbers(0.5, 0.75)))],
)
def averages_both():
    """adam divides a running mean of the gradient by the root of one of its squares, both corrected by 1 - beta^t"""


@adam.check(
    points=0.5,
    steps=3,
    cases=rows("hyper", numbers(0.75, 0.9, 0.5, 0.1), numbers(0.5, 0.9, 0.5, [0.05, 0.0, 0.1]))
    + rows("hyper", numbers(0.75, 0.9, 0.5, 1e-8)) * rows("grads", zero_at(0), zero_at(1)),
)
def adam_adds_eps():
    """adam adds eps to the root of the corrected mean, and takes a gradient of 0 as any other"""


@adam.check(
    points=0.25,
    steps=4,
    cases=rows("hyper", numbers(0.75, 0.9, lr=[0.5, 0.1, 0.02]), numbers([0.75, 0.9], [0.9, 0.9, 0.99]))
    + rows("hyper", numbers([0.0, 0.9, 0.5], [0.9, 0.0, 0.5]), numbers(0.5, [0.0, 0.9]))
    + rows("hyper", numbers(0.75, 0.9, lr=[0.0, 0.3])),
)
def adam_takes_the_hyper_of_each_call():
    """adam takes lr, beta1 and beta2 as they are in each call, 0 included"""


of_adam = conditions("adam", numbers(0.75, 0.9, 0.3, 1e-3), [averages_both, adam_takes_the_hyper_of_each_call])


def all_three(*conditions):
    """The checks of these conditions, of all three functions."""
    return [found[one] for one in conditions for found in (of_adagrad, of_rmsprop, of_adam)]


exercise.hint(
    """By hand, with lr = 1, eps = 0 and a gradient of 3, then of 4. Adagrad: s is 9, then 9 + 16 = 25, and the steps are 3/3 and
    4/5. The first step of Adam has the length lr whatever the gradient is: m / (1 - beta1) is 3 and v / (1 - beta2) is 9."""
)
exercise.hint(
    """Each mean keeps the share beta of what it was, and takes the share 1 - beta of what is new, in full:
    v.mul_(beta2).add_((1 - beta2) * g * g). The gradient's own sign must survive, so only the divisor has squares.""",
    helps=[adagrad, rmsprop, adam],
)
exercise.hint(
    """t belongs to a parameter, so keep it in its dict; at the first step it is 1, because with 0 the correction would be a
    division by 0. Corrected means are new tensors: what is kept in the dict stays uncorrected.""",
    helps=[averages_both, of_adam[skips_what_has_no_gradient], of_adam[keeps_all_in_the_states]],
)
exercise.hint(
    """sqrt(s + eps) with eps = 1e-8 is 1e-4 where s is 0, ten thousand times as much as sqrt(s) + eps. Take the root first, then
    add; in adam divide v by 1 - beta2 ** t before the root.""",
    helps=[adagrad_adds_eps, rmsprop_adds_eps, adam_adds_eps],
)
exercise.hint(
    """Under torch.no_grad(), p -= ... writes into the parameter, s += ... or s.mul_(...) into what is kept. torch.zeros_like(p)
    begins a state; `continue`, before you look into the dict, skips what has no gradient.""",
    helps=all_three(
        *(moves_along_the_gradient, works_in_place, leaves_the_rest_alone, skips_what_has_no_gradient),
        *(keeps_all_in_the_states, keeps_states_small),
    ),
)

exercise.equivalent(
    "arguments or results swapped: zip(params, states, strict=True) -> zip(params, states) (1 of 3)",
    "There is a dict for each parameter: strict makes no difference.",
)
exercise.equivalent(
    "mode or flag fixed: True -> False (1 of 3)",
    "There is a dict for each parameter: strict makes no difference.",
)
exercise.equivalent(
    "arguments or results swapped: zip(params, states, strict=True) -> zip(params, states) (2 of 3)",
    "There is a dict for each parameter: strict makes no difference.",
)
exercise.equivalent(
    "mode or flag fixed: True -> False (2 of 3)",
    "There is a dict for each parameter: strict makes no difference.",
)
exercise.equivalent(
    "arguments or results swapped: zip(params, states, strict=True) -> zip(params, states) (3 of 3)",
    "There is a dict for each parameter: strict makes no difference.",
)
exercise.equivalent(
    "mode or flag fixed: True -> False (3 of 3)",
    "There is a dict for each parameter: strict makes no difference.",
)
exercise.equivalent(
    "gradient cut: state.setdefault('s', torch.zeros_like(p)) -> state.setdefault('s', torch.zeros_like(p)).detach()",
    "zeros_like has no graph.",
)
exercise.equivalent(
    "gradient cut: state.setdefault('mean', torch.zeros_like(p)) -> state.setdefault('mean', torch.zeros_like(p)).detach()",
    "zeros_like has no graph.",
)
exercise.equivalent(
    "gradient cut: state.setdefault('m', torch.zeros_like(p)) -> state.setdefault('m', torch.zeros_like(p)).detach()",
    "zeros_like has no graph.",
)
exercise.equivalent(
    "gradient cut: state.setdefault('v', torch.zeros_like(p)) -> state.setdefault('v', torch.zeros_like(p)).detach()",
    "zeros_like has no graph.",
)
exercise.equivalent(
    "another tensor of the same role: p -> m (3 of 5)",
    "m has the shape and the dtype of p.",
)
exercise.equivalent(
    "copy dropped, or done in place: v_hat.sqrt() -> v_hat.sqrt_()",
    "v_hat is a tensor of this step alone.",
)
