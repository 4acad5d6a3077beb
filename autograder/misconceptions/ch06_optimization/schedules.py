"""What people get wrong about schedules."""

import torch

from autograder.spec import misconception, reference, slip

EXPONENTIAL = "    return base_lr * gamma**step\n"
STEPS = "gamma ** (step // step_size)"
BELOW_0 = '    if step < 0:\n        raise ValueError("step is at least 0")\n'
SIZE = "if step < 0 or step_size < 1:"
REFUSED = "if step < 0 or warmup_steps < 0 or total_steps < warmup_steps:"
WARM = "    if step < warmup_steps:\n        return base_lr * step / warmup_steps\n"
OVER = "    if step >= total_steps:\n        return final_lr\n"
SHARE = "    x = (step - warmup_steps) / (total_steps - warmup_steps)\n"
COSINE = "return final_lr + (base_lr - final_lr) * (1 + math.cos(math.pi * x)) / 2"


@slip(EXPONENTIAL, "    return base_lr * gamma * step\n")
def gamma_times_step():
    """exponential_decay multiplies by gamma * step. It is a power: gamma ** step."""


@slip(EXPONENTIAL, "    return base_lr * math.exp(-gamma * step)\n")
def natural_exponential():
    """exponential_decay is base_lr * exp(-gamma * step), which is in use too. Here the rate is multiplied by gamma in each step."""


@slip(EXPONENTIAL, "    return base_lr * gamma ** (step + 1)\n")
def steps_from_1():
    """exponential_decay is one step ahead: at step 0 the rate is base_lr, since steps count from 0."""


@slip(EXPONENTIAL, "    return (base_lr * gamma) ** step\n")
def base_raised_too():
    """exponential_decay raises base_lr to the power, too. Only gamma is: base_lr * gamma ** step."""


@slip(EXPONENTIAL, "    return base_lr / (1 + gamma * step)\n")
def inverse_time():
    """exponential_decay is base_lr / (1 + gamma * step): that is decay by inverse time. Here it is base_lr * gamma ** step."""


@slip(EXPONENTIAL, "    return round(base_lr * gamma**step, 6)\n")
def rounded():
    """exponential_decay rounds the rate, which shows where it is small. Leave all digits there: rounding is for print."""


@slip(
    (EXPONENTIAL, "    return round(base_lr * gamma**step, 6)\n"),
    ("return base_lr * " + STEPS, f"return round(base_lr * {STEPS}, 6)"),
    ("return base_lr * step / warmup_steps", "return round(base_lr * step / warmup_steps, 6)"),
    (COSINE, COSINE.replace("return ", "return round(") + ", 6)"),
)
def all_rounded():
    """Rates are rounded to six digits behind the point, which is 0.000003 or nothing where they are small. Leave all digits
    there: rounding is for print."""


@slip(STEPS, "gamma ** (step / step_size)")
def no_steps():
    """step_decay falls in every step, since step / step_size is no whole number. Drop what is behind the point: //."""


@slip(STEPS, "gamma ** -(-step // step_size)")
def rounded_up():
    """step_decay rounds step / step_size up, and drops after step 0 already. Round down: //."""


@slip(
    STEPS,
    "gamma ** max((step - 1) // step_size, 0)",
)
def drops_late():
    """step_decay drops one step after step_size. At step = step_size the first drop is there."""


@slip(STEPS, "gamma ** ((step + 1) // step_size)")
def drops_early():
    """step_decay drops one step before step_size, as if steps counted from 1. They count from 0."""


@slip(STEPS, "(gamma if step >= step_size else 1.0)")
def one_drop_alone():
    """step_decay drops only once. It does so every step_size steps: gamma ** (step // step_size)."""


@slip(STEPS, "gamma ** (step % step_size)")
def remainder_taken():
    """step_decay takes the remainder, step % step_size, and begins anew each time. The whole part counts the drops: //."""


@slip(WARM, WARM.replace("step / warmup", "(step + 1) / warmup"))
def warm_up_from_1():
    """warmup_cosine begins the warm-up with base_lr / warmup_steps. At step 0 the rate is 0: base_lr * step / warmup_steps."""


@slip(WARM, WARM.replace("base_lr * step", "final_lr + (base_lr - final_lr) * step"))
def warm_up_from_final_lr():
    """warmup_cosine begins the warm-up at final_lr. It begins at 0."""


@slip(WARM, "    if step < warmup_steps:\n        return base_lr\n")
def no_warm_up():
    """warmup_cosine has the rate base_lr from the beginning. In the warm-up it rises from 0: base_lr * step / warmup_steps."""


@slip(SHARE, "    x = step / total_steps\n")
def cosine_from_step_0():
    """The cosine of warmup_cosine begins at step 0, so that the rate jumps down behind the warm-up. Count from warmup_steps."""


@slip(SHARE, "    x = (step - warmup_steps) / total_steps\n")
def cosine_too_long():
    """The cosine of warmup_cosine would take total_steps steps, the warm-up not counted. It has total_steps - warmup_steps."""


@slip(COSINE, "return final_lr + (base_lr - final_lr) * math.cos(math.pi * x / 2)")
def quarter_of_a_cosine():
    """warmup_cosine falls along a quarter of a cosine, slowly at first and steeply in the end. Half of one is flat at both ends."""


@slip(COSINE, "return base_lr * (1 + math.cos(math.pi * x)) / 2")
def falls_to_0():
    """warmup_cosine falls towards 0, and not to final_lr. The cosine is the share of base_lr - final_lr that is left."""


@slip(COSINE, "return final_lr + base_lr * (1 + math.cos(math.pi * x)) / 2")
def final_lr_added():
    """warmup_cosine falls from base_lr + final_lr. The way to go is base_lr - final_lr."""


@slip(COSINE, "return base_lr + (final_lr - base_lr) * x")
def straight_line():
    """warmup_cosine falls in a straight line. Take (1 + cos(pi * x)) / 2 in place of 1 - x."""


@slip(COSINE, "return final_lr + (base_lr - final_lr) * (1 + math.cos(x)) / 2")
def pi_forgotten():
    """warmup_cosine takes cos(x) without pi, and stays near base_lr until it jumps. Half a cosine goes from 0 to pi."""


@slip(COSINE, "return max(final_lr, final_lr + (base_lr - final_lr) * (1 + math.cos(math.pi * x)) / 2)")
def never_below_final_lr():
    """warmup_cosine never goes below final_lr. That is no lower limit: where it is larger than base_lr, the rate rises to it."""


@slip(OVER, "    if step == warmup_steps:\n        return base_lr\n" + OVER)
def base_lr_without_cosine():
    """warmup_cosine returns base_lr at step = total_steps where there is no cosine. From total_steps on the rate is final_lr."""


@slip(OVER, OVER.replace("step >= total_steps", "step == total_steps or total_steps == warmup_steps"))
def cosine_goes_on():
    """warmup_cosine follows the cosine beyond total_steps, where it rises again. From there on the rate is final_lr."""


@slip((OVER, ""), (WARM, OVER.replace("return final_lr", "return 0.0") + WARM))
def ends_at_0():
    """warmup_cosine is 0 from total_steps on. It stays at final_lr."""


@slip(BELOW_0, "")
def negative_step_taken():
    """exponential_decay takes a step below 0. Raise ValueError: gamma ** -1 makes a rate that is too large."""


@slip(SIZE, SIZE.replace("step_size < 1", "step_size == 0"))
def negative_step_size_taken():
    """step_decay takes a step_size below 0, with which the rate would grow. Raise ValueError for all below 1."""


@slip(BELOW_0, BELOW_0.replace("step < 0", "step <= 0"))
def step_0_refused():
    """exponential_decay refuses step 0. It is the first one: steps count from 0."""


@slip(SIZE, "if step_size < 1:")
def negative_step_decays():
    """step_decay takes a step below 0, whose rate is above base_lr. Raise ValueError."""


@slip(REFUSED, REFUSED.replace("total_steps < warmup", "total_steps <= warmup"))
def no_cosine_refused():
    """warmup_cosine refuses warmup_steps = total_steps. That is allowed, and means that there is no cosine."""


@slip(REFUSED, "if step < 0 or warmup_steps < 0:")
def warm_up_beyond_the_end_taken():
    """warmup_cosine takes a warm-up that is longer than everything. Raise ValueError if total_steps < warmup_steps."""


@slip(REFUSED, "if warmup_steps < 0 or total_steps < warmup_steps:")
def warm_up_before_0_taken():
    """warmup_cosine takes a step below 0, and returns a negative rate or one of no meaning. Raise ValueError."""


@misconception(entry="exponential_decay")
def tensor_returned(step, base_lr, gamma):
    """The rate is a tensor. Return a Python float: math.cos in place of torch.cos, or .item() in the end."""
    return torch.tensor(reference.exponential_decay(step, base_lr, gamma))
