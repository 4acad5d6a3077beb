"""Checks of identity_init. Draws are judged by what many of them have in common; the walk and the norms by their values."""

from functools import partial

import torch

from autograder.checks.ch10_recurrent._shared import LAYER, SEQUENCE, SIZES, cell, in_other_order, scan
from autograder.spec import (
    Close,
    Exercise,
    Statistic,
    Unfit,
    honest_draws,
    named,
    normal,
    normality,
    right_parts,
    rows,
    seeded,
    uniform,
    whole,
)

NAMES = ["W_hh", "W_xh", "b_h"]
exercise = Exercise(entry=("init_irnn", "irnn", "state_gradient_norms"), forbid="rnn", sizes=SIZES)


def made(student, *arguments, **named_ones):
    """The parameters by name, whatever else is wrong with them."""
    params = student.init_irnn(*arguments, **named_ones)
    if not isinstance(params, dict) or not all(isinstance(params.get(name), torch.Tensor) for name in NAMES):
        raise Unfit("init_irnn should return a dict with the tensors W_xh, W_hh and b_h")
    return {name: params[name].detach().float() for name in NAMES}


def drawn(got, std):
    """What tells the draws of W_xh from honest ones, whichever way it lies."""
    W = got["W_xh"]
    return normality([W if W.shape == (200, 300) else W.reshape(200, 300)], std)


@exercise.call(d=200, h=300, std=0.05, seed=whole(0, 10**6))
def init_irnn(student, d, h, std, seed):
    return made(student, d, h, std, seeded(seed))


@init_irnn.check(points=1, judge=Statistic(of=drawn, **honest_draws((200, 300))), cases=rows("std", 0.05, 2.0))
def draws_the_input_weights():
    """init_irnn draws each element of W_xh from N(0, std^2)"""


@init_irnn.check(
    points=0.25, judge=Statistic(of=drawn, **honest_draws((200, 300))), std=0.001, needs=draws_the_input_weights
)
def has_a_small_default(student, d, h, seed):
    """init_irnn takes std = 0.001 where it is left out"""
    return made(student, d, h, generator=seeded(seed))


@init_irnn.check(
    points=1,
    needs=draws_the_input_weights,
    judge=Close(of=lambda got: {n: got[n] for n in ("W_hh", "b_h")}),
    cases=rows("d h", (3, 5), (4, 1)),
)
def starts_as_the_identity():
    """init_irnn makes W_hh the identity, exactly, and b_h zero"""


@init_irnn.check(points=0.5, needs=draws_the_input_weights, cases=rows("d h", (3, 5), (1, 2)))
def makes_leaves(student, d, h, std, seed):
    """init_irnn returns exactly W_xh (d, h), W_hh (h, h) and b_h (h,): float32 leaves that require gradients"""
    params = student.init_irnn(d, h, std, seeded(seed))
    return {
        "keys": sorted(params),
        "shapes": {name: str([*params[name].shape]) for name in NAMES},
        "dtypes": {name: str(params[name].dtype) for name in NAMES},
        "require gradients": {name: params[name].requires_grad for name in NAMES},
        "leaves": {name: params[name].is_leaf for name in NAMES},
    }


def of_draws(got):
    first, second, again, other, *by_default = got["draws"]
    return {
        "equal generators give equal weights": torch.equal(first, again),
        "elements that the next call draws again": int((first == second).sum()),
        "another generator gives the same": torch.equal(first, other),
        "without a generator, torch's own decides": torch.equal(by_default[0], by_default[1]),
        "the next call without a generator gives the same": torch.equal(by_default[1], by_default[2]),
    }


@init_irnn.check(points=0.75, needs=draws_the_input_weights, judge=Close(of=of_draws), d=5, h=7)
def draws_from_the_generator(student, d, h, std, seed):
    """init_irnn draws from the generator that it is given, and from no other; from torch's own if there is none"""
    generator, again, other = seeded(seed), seeded(seed), seeded(seed + 1)
    found = [made(student, d, h, std, g)["W_xh"] for g in (generator, generator, again, other)]
    for seeds_again in (True, True, False):
        if seeds_again:
            torch.manual_seed(seed)
        found.append(made(student, d, h, std)["W_xh"])
    return {"draws": found}


@exercise.call(inputs={**SEQUENCE, "params": LAYER, "item": "outputs"}, axes=("steps", "batch", "num_hiddens"))
def irnn(student, inputs, H, params, item):
    return named(student.irnn(inputs, H, params), "outputs", "H")[item]


@irnn.check(points=1.5, cases=rows("steps batch num_inputs num_hiddens", (3, 4, 2, 5), (4, 4, 3, 3)))
def walks_along_the_sequence():
    """irnn returns first the states after all steps (T, n, h), each of which goes on from the one before"""


@irnn.check(points=0.5, item="H", axes=("batch", "num_hiddens"), cases=rows("steps batch", (3, 4), (1, 3)))
def returns_the_last_state():
    """irnn returns second the state after the last step (n, h)"""


@irnn.check(
    points=0.25, cases=rows("steps batch", (1, 3), (4, 1)) + rows("steps batch num_inputs num_hiddens", (1, 1, 1, 1))
)
def walks_at_the_limits():
    """irnn keeps all three axes where there is one step, one sequence, one input or one unit"""


@irnn.check(points=0.25, params=in_other_order(LAYER))
def reads_parameters_by_name():
    """irnn takes the parameters by their names, in whatever order the dict holds them and whatever else is in it"""


right_walk = partial(scan, step=partial(cell, activation=torch.relu))


@exercise.call(inputs={**SEQUENCE, "params": LAYER})
def state_gradient_norms(student, inputs, H, params):
    with right_parts(student, "state_gradient_norms", irnn=right_walk):
        return student.state_gradient_norms(inputs, H, params)


@state_gradient_norms.check(points=1.75, cases=rows("steps batch num_inputs num_hiddens", (3, 4, 2, 5), (5, 3, 3, 6)))
def measures_the_way_back():
    """state_gradient_norms is the norm of dL/dH[t] for each state, from the given one to the last (T + 1,)"""


@state_gradient_norms.check(
    points=0.5,
    needs=measures_the_way_back,
    cases=rows("steps batch num_inputs num_hiddens", (100, 2, 3, 4)),
    inputs={
        "H": uniform("batch", "num_hiddens", low=0.5, high=2.0),
        "small": normal("num_hiddens", "num_hiddens", std=0.01),
    },
)
def survives_a_hundred_steps(student, inputs, H, params, small):
    """over 100 steps the norms of this start stay the same, and those of a random one vanish"""
    identity = {**params, "W_xh": 0.001 * params["W_xh"], "W_hh": torch.eye(len(small)).to(H), "b_h": 0 * params["b_h"]}
    with right_parts(student, "state_gradient_norms", irnn=right_walk):
        return {
            "identity": student.state_gradient_norms(inputs, H, identity),
            "small random": student.state_gradient_norms(inputs, H, {**identity, "W_hh": small}),
        }


@state_gradient_norms.check(
    points=0.25, cases=rows("steps batch num_inputs num_hiddens", (1, 3, 2, 4), (3, 1, 1, 1), (1, 1, 2, 1))
)
def measures_at_the_limits():
    """state_gradient_norms works for one step, one sequence and one unit"""


@state_gradient_norms.check(points=0.5, needs=measures_the_way_back)
def leaves_no_trace(student, inputs, H, params):
    """state_gradient_norms takes arguments that require gradients and such that do not, returns a result that does not, and leaves no
    .grad behind"""
    given = [inputs, H, *params.values()]
    with right_parts(student, "state_gradient_norms", irnn=right_walk):
        plain = student.state_gradient_norms(inputs, H, params)
        asked = [t.clone().requires_grad_() for t in given]
        again = student.state_gradient_norms(asked[0], asked[1], dict(zip(params, asked[2:], strict=True)))
    return {
        "norms": again.detach(),
        "the result requires grad": [plain.requires_grad, again.requires_grad],
        "requires_grad of the arguments": [t.requires_grad for t in [*given, *asked]],
        "a .grad is left": any(t.grad is not None for t in [*given, *asked]),
    }


exercise.leaves_its_inputs_alone(
    "irnn and state_gradient_norms leave inputs, states and parameters unchanged",
    points=0.25,
    about=[irnn, state_gradient_norms],
)
exercise.lets_gradients_through(
    "irnn lets gradients flow back through all steps, to the inputs, to the first state and to the parameters",
    points=0.5,
    about=[walks_along_the_sequence, returns_the_last_state, walks_at_the_limits],
)
exercise.keeps_the_dtype(
    "irnn and state_gradient_norms work in float64 too, to its full precision",
    points=0.25,
    about=[irnn, state_gradient_norms],
)

exercise.hint(
    """Take one unit, no inputs, and a state of 3. What is the state after 100 steps with W_hh = 1, with 0.9 and with 1.1? And how much does it
    change if the 3 becomes a 4?"""
)
exercise.hint(
    """torch.randn draws with a standard deviation of 1, so multiply by std. It takes generator=generator, and None is fine. torch.eye makes the
    identity.""",
    helps=init_irnn,
)
exercise.hint(
    """A tensor that is computed from one that requires gradients is no leaf. So let requires_grad_() be the last thing that happens to each
    parameter.""",
    helps=makes_leaves,
)
exercise.hint(
    """irnn is rnn with torch.relu in the place of torch.tanh. Use W_hh and b_h although they start as the identity and as zeros, because
    training changes them.""",
    helps=irnn,
)
exercise.hint(
    """torch.autograd.grad(L, states) gives dL/dH[t] for a list of states, if each of them was used to make the next. A slice of the stacked
    outputs was not: it lies beside the way.""",
    helps=measures_the_way_back,
)
exercise.hint(
    """By hand: G = ones(n, h) at the last state; one step back is (G * (H[t] > 0)) @ W_hh.T, because the ReLU lets through what was positive.
    Detached copies of the arguments leave no .grad.""",
    helps=[measures_the_way_back, leaves_no_trace],
)
