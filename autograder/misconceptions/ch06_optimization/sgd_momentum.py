"""What people get wrong about sgd_momentum."""

from autograder.misconceptions.ch06_optimization._shared import wrong_steps
from autograder.spec import slip

# The steps return nothing that could have a dtype.
NOT_GENERATED = tuple(
    f"{f}_{kind}" for f in ("sgd", "momentum") for kind in ("output_always_float32", "precision_lost")
)
FOR, ZIP = "        for p in params:\n", "        for p, state in zip(params, states, strict=True):\n"
PLAIN = '            p -= hyper["lr"] * p.grad\n'
START = '            v = state.setdefault("v", torch.zeros_like(p))\n'
UPDATE = '            v.mul_(hyper["momentum"]).add_(p.grad)\n'
STEP = '            p -= hyper["lr"] * v\n'

wrong_steps(__name__, "sgd", FOR, "", PLAIN)
wrong_steps(__name__, "momentum", ZIP, START, STEP)


@slip(PLAIN, PLAIN.replace("-=", "+="))
def climbs():
    """sgd follows the gradient uphill. Descent subtracts lr * g."""


@slip(PLAIN, "            p -= p.grad\n")
def lr_forgotten():
    """sgd subtracts the whole gradient, whatever lr is. Multiply it by lr."""


@slip((FOR, ZIP), (PLAIN, '            p -= state.setdefault("lr", hyper["lr"]) * p.grad\n'))
def first_lr_kept():
    """sgd goes on with the lr of its first call. Read hyper at each call: schedules change it."""


@slip((FOR, ZIP), (PLAIN, PLAIN + '            state["t"] = state.get("t", 0) + 1\n'))
def sgd_counts_steps():
    """sgd puts something into states. Its step needs nothing from the one before: the dicts stay empty."""


@slip(UPDATE, '            v.mul_(hyper["momentum"]).add_((1 - hyper["momentum"]) * p.grad)\n')
def gradient_dampened():
    """v takes only the share 1 - momentum of each gradient, as a running mean does. Here it takes the whole: v <- momentum * v +
    g."""


@slip((UPDATE, '            v.mul_(hyper["momentum"]).add_(hyper["lr"] * p.grad)\n'), (STEP, "            p -= v\n"))
def lr_inside_v():
    """v adds up lr * g, and so keeps old rates when lr changes. That is the older form; here v adds up the gradients alone, and
    the step is lr * v."""


@slip(STEP, '            p -= hyper["lr"] * (p.grad + hyper["momentum"] * v)\n')
def nesterov():
    """The step is lr * (g + momentum * v), which looks ahead: Nesterov's momentum. The plain one steps by lr * v."""


@slip(START, "            v = torch.zeros_like(p)\n")
def velocity_not_kept():
    """Each step of momentum is a plain one, since v begins at 0 every time. Keep it in the parameter's dict."""


@slip(UPDATE, '            state["v"] = hyper["momentum"] * v + p.grad\n')
def moves_by_the_old_velocity():
    """The step takes v as it was before this gradient, so that the first one does not move at all. Bring v up to date first."""


@slip(UPDATE, '            v.add_(p.grad).mul_(hyper["momentum"])\n')
def gradient_fades_at_once():
    """momentum multiplies the new gradient too: momentum * (v + g). Only what was there before fades: momentum * v + g."""


@slip(START, '            v = state.setdefault("v", p.grad.clone())\n')
def begins_with_a_gradient():
    """v begins with the first gradient, to which the first step adds it again. It begins at 0, so that the first step is
    lr * g."""


@slip(UPDATE, '            v.mul_(1 - hyper["momentum"]).add_(p.grad)\n')
def momentum_reversed():
    """v keeps the share 1 - momentum of what it was. momentum is what is kept: 0.9 is a long memory."""


@slip(UPDATE, '            v.mul_(state.setdefault("momentum", hyper["momentum"])).add_(p.grad)\n')
def first_momentum_kept():
    """momentum goes on with the hyper of the first call. Read it at each: both numbers may change."""


@slip(UPDATE, '            v.copy_(p.grad.add_(hyper["momentum"] * v))\n')
def velocity_in_the_gradient():
    """.grad is changed, as by p.grad.add_(momentum * v). It belongs to whoever calls: make a new tensor, or write into v."""


@slip(UPDATE, '            v = state["v"] = p.grad.add_(hyper["momentum"] * v)\n')
def gradient_is_the_velocity():
    """v is .grad itself, which the step writes into, and then the next backward(). Keep a tensor of your own."""


@slip(START, '            v = state.setdefault("v", torch.zeros(p.shape))\n')
def state_always_float32():
    """v is float32, whatever the parameter is: torch.zeros(p.shape) makes it so. torch.zeros_like(p) takes dtype and
    device, too."""


@slip(
    START,
    '            if not hyper["momentum"]:\n                p -= hyper["lr"] * p.grad\n                continue\n'
    + START,
)
def plain_steps_leave_v_alone():
    """A step with momentum = 0 leaves v as it was. v becomes g then, from which a later step with another momentum goes on."""
