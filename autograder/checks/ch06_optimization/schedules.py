"""Checks of schedules."""

import torch

from autograder.spec import Close, Exercise, Family, drawn, rows

SCHEDULER = Family(
    name="lr_scheduler",
    names=("torch.optim.lr_scheduler",),
    advice="Write it as its formula: powers, // and math.cos are welcome.",
)
exercise = Exercise(entry=("exponential_decay", "step_decay", "warmup_cosine"), forbid=SCHEDULER, gradients=False)


def between(low, high):
    """A rate with two decimals."""
    return drawn(lambda d: round(low + (high - low) * torch.rand((), generator=d.generator).item(), 2))


def as_float(value):
    """A number of any kind as a float: its type is another check's matter."""
    return float(value) if isinstance(value, torch.Tensor | int) and not isinstance(value, bool) else value


LARGE, SMALL = between(0.5, 1.0), between(0.01, 0.2)
given = {"then": as_float, "judge": Close(loosen=8, scale=1)}  # also for who computes in float32
exponential_decay = exercise.call("exponential_decay", step=4, base_lr=LARGE, gamma=between(0.7, 0.95), **given)
step_decay = exercise.call("step_decay", step=7, base_lr=LARGE, step_size=3, gamma=between(0.3, 0.8), **given)
warmup_cosine = exercise.call(
    "warmup_cosine", step=7, base_lr=LARGE, final_lr=SMALL, warmup_steps=4, total_steps=16, **given
)


@exponential_decay.check(
    points=0.75,
    cases=rows("step", 4, 1, 2, 0, 9) + rows("step gamma", (3, 1.0), (2, 1.25), (1000, 0.99), (30, 0.95)),
)
def decays_exponentially():
    """exponential_decay is base_lr * gamma^step"""


@step_decay.check(
    points=0.75,
    cases=rows("step step_size", (7, 3), (1, 5), (0, 1), (3, 1), (11, 4), (299, 100)) + rows("gamma", 1.0, 1.5),
)
def decays_in_steps():
    """step_decay is base_lr * gamma^(step // step_size)"""


@step_decay.check(points=0.5, cases=rows("step step_size", (3, 3), (2, 3), (6, 3), (5, 3), (4, 3), (1, 1)))
def drops_at_step_size():
    """step_decay drops first at step = step_size, and not before"""


@warmup_cosine.check(
    points=0.5,
    cases=rows("step", 1, 2, 3) + rows("step warmup_steps total_steps", (0, 5, 9), (5, 8, 8)),
)
def warms_up():
    """warmup_cosine rises from 0 at step 0 to base_lr, by the same amount in each of warmup_steps steps"""


@warmup_cosine.check(
    points=0.75,
    cases=rows("step", 5, 7, 10, 13, 15)
    + rows("step warmup_steps total_steps", (1, 0, 3), (90, 10, 100), (10, 5, 25))
    + rows("base_lr final_lr", (SMALL, LARGE), (LARGE, 0.0)),
)
def falls_along_a_cosine():
    """warmup_cosine goes from base_lr to final_lr along half a cosine after the warm-up, downwards or upwards"""


@warmup_cosine.check(
    points=0.5,
    cases=rows("step", 4, 16, 17, 100)
    + rows("step base_lr final_lr", (16, SMALL, LARGE), (40, SMALL, LARGE))
    + rows("step warmup_steps total_steps", (0, 0, 5), (0, 0, 0), (6, 6, 6), (7, 6, 6), (5, 0, 5)),
)
def joins_its_parts():
    """warmup_cosine is base_lr at step = warmup_steps, and final_lr from step = total_steps on"""


@exponential_decay.refuses(points=0.25, cases=rows("step", -1, -7, 0, 1))
def exponential_decay_refuses():
    """exponential_decay raises ValueError if step < 0, and only then"""


@step_decay.refuses(
    points=0.25, cases=rows("step step_size", (-1, 3), (-4, 3), (2, 0), (2, -2), (0, 0), (0, 1), (0, 3), (2, 1))
)
def step_decay_refuses():
    """step_decay raises ValueError if step < 0 or step_size < 1, and only then"""


@warmup_cosine.refuses(
    points=0.25,
    cases=rows(
        "step warmup_steps total_steps",
        *((-1, 4, 16), (-3, 0, 5), (2, -1, 5), (2, -3, -2), (2, 6, 5), (9, 6, 5), (0, 1, 0)),
        *((0, 4, 16), (0, 0, 0), (3, 5, 5), (99, 5, 5), (0, 0, 4)),
    ),
)
def warmup_cosine_refuses():
    """warmup_cosine raises ValueError if step or warmup_steps < 0 or total_steps < warmup_steps, and only then"""


def of_small(got, small):
    """How much of small each rate is, beside what the function makes of 1: a wrong formula is another check's matter."""
    divisible = {name: all(isinstance(one, float) and one for one in pair) for name, pair in got.items()}
    return {name: part / whole / small if divisible[name] else 0.0 for name, (part, whole) in got.items()}


@exercise.check(
    points=0.25,
    judge=Close(of=of_small, loosen=8),
    small=drawn(lambda d: 1e-6 * (1 + 9 * torch.rand((), generator=d.generator).item())),
)
def keeps_the_digits_of_small_rates(student, small):
    """all three give small rates, such as 0.000003, with as many digits as large ones"""
    return {
        "exponential_decay": [as_float(student.exponential_decay(3, rate, 0.7)) for rate in (small, 1.0)],
        "step_decay": [as_float(student.step_decay(5, rate, 2, 0.7)) for rate in (small, 1.0)],
        "warmup_cosine at step 1": [as_float(student.warmup_cosine(1, rate, 0.0, 3, 9)) for rate in (small, 1.0)],
        "warmup_cosine at step 5": [as_float(student.warmup_cosine(5, rate, 0.0, 3, 9)) for rate in (small, 1.0)],
    }


exercise.returns_python_numbers("all three return Python floats", points=0.25)

exercise.hint(
    """Write the rates of the first seven steps in a row, for base_lr = 8, gamma = 1/2 and step_size = 3. Exponential: 8, 4, 2, 1
    and so on. In steps: 8, 8, 8, 4, 4, 4, 2."""
)
exercise.hint(
    """step // step_size counts the drops: it is 0 for the first step_size steps, which are those from 0 to step_size - 1.""",
    helps=step_decay,
)
exercise.hint(
    """cos(0) is 1 and cos(pi) is -1, so (1 + cos(pi * x)) / 2 goes from 1 to 0. What goes from 1 to 0 is the share of the way
    between the two rates that is still ahead: final_lr + (base_lr - final_lr) * share.""",
    helps=[falls_along_a_cosine],
)
exercise.hint(
    """Ask the questions in their order: is it before warmup_steps, is it at total_steps or beyond? What is left after these two
    never divides by 0, not even for warmup_steps = 0 or warmup_steps = total_steps.""",
    helps=[warms_up, joins_its_parts],
)
exercise.hint(
    """gamma ** -1 works without complaint, so ask for step < 0 yourself. step % 0 would raise another exception than
    ValueError.""",
    helps=[exponential_decay_refuses, step_decay_refuses, warmup_cosine_refuses],
)

exercise.equivalent(
    "operands swapped: step - warmup_steps -> warmup_steps - step",
    "cos(-x) is cos(x).",
)
exercise.equivalent(
    "operands swapped: total_steps - warmup_steps -> warmup_steps - total_steps",
    "cos(-x) is cos(x).",
)
