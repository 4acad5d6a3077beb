"""Learning rates that depend on the step: large at first, smaller later.

    exponential_decay    base_lr * gamma^step
    step_decay           base_lr * gamma^(step // step_size)
    warmup_cosine        from 0 to base_lr in a straight line, then to final_lr along half a cosine, then constant

Steps count from 0. All three are pure functions of plain numbers: the same arguments give the same rate, whatever was
asked before. Each returns a Python float. Rates are floats >= 0, numbers of steps are ints.

Forbidden: torch.optim.lr_scheduler.

Read: Dive into Deep Learning, section 12.11 (learning rate scheduling); Loshchilov and Hutter (2017), "SGDR: Stochastic
Gradient Descent with Warm Restarts", section 3 (the cosine).
"""

import math


def exponential_decay(step: int, base_lr: float, gamma: float) -> float:
    """The rate base_lr * gamma^step: each step has gamma times the rate of the one before. gamma > 0.

    Raises ValueError if step < 0.
    """
    # TODO: refuse a negative step.
    # TODO: the formula.
    ### BEGIN SOLUTION
    if step < 0:
        raise ValueError("step is at least 0")
    return base_lr * gamma**step
    ### END SOLUTION


def step_decay(step: int, base_lr: float, step_size: int, gamma: float) -> float:
    """The rate base_lr * gamma^(step // step_size): constant for step_size steps, then gamma times that. gamma > 0.

    The first drop is at step = step_size. Raises ValueError if step < 0 or step_size < 1.
    """
    # TODO: refuse what is no schedule.
    # TODO: how many drops have there been?
    ### BEGIN SOLUTION
    if step < 0 or step_size < 1:
        raise ValueError("step is at least 0, step_size at least 1")
    return base_lr * gamma ** (step // step_size)
    ### END SOLUTION


def warmup_cosine(step: int, base_lr: float, final_lr: float, warmup_steps: int, total_steps: int) -> float:
    """A warm-up, then half a cosine, then a constant rate. The first of these lines that holds gives it:

        step < warmup_steps    base_lr * step / warmup_steps
        step >= total_steps    final_lr
        else                   final_lr + (base_lr - final_lr) * (1 + cos(pi * x)) / 2

    where x = (step - warmup_steps) / (total_steps - warmup_steps), the share of the cosine that is over. So the rate is
    0 at step 0 of a warm-up, base_lr at step = warmup_steps, and final_lr from step = total_steps on.
    warmup_steps = 0 means that there is no warm-up, warmup_steps = total_steps that there is no cosine. final_lr may be
    larger than base_lr.
    Raises ValueError if step < 0, if warmup_steps < 0, or if total_steps < warmup_steps.
    """
    # TODO: refuse what is no schedule.
    # TODO: before the cosine, behind it, and in it.
    ### BEGIN SOLUTION
    if step < 0 or warmup_steps < 0 or total_steps < warmup_steps:
        raise ValueError("step and warmup_steps are at least 0, total_steps is at least warmup_steps")
    if step < warmup_steps:
        return base_lr * step / warmup_steps
    if step >= total_steps:
        return final_lr
    x = (step - warmup_steps) / (total_steps - warmup_steps)
    return final_lr + (base_lr - final_lr) * (1 + math.cos(math.pi * x)) / 2
    ### END SOLUTION
