"""What people get wrong about adaptive."""

from autograder.misconceptions.ch06_optimization._shared import SKIP, wrong_steps
from autograder.spec import slip
from autograder.spec.misconception import shared_slip

# The steps return nothing that could have a dtype.
NOT_GENERATED = tuple(
    f"{f}_{kind}" for f in ("adagrad", "rmsprop", "adam") for kind in ("output_always_float32", "precision_lost")
)
SUM = "            s += p.grad**2\n"
SUM_STEP = '            p -= hyper["lr"] * p.grad / (s.sqrt() + hyper["eps"])\n'
START = '            mean = state.setdefault("mean", torch.zeros_like(p))\n'
MEAN = '            mean.mul_(hyper["alpha"]).add_((1 - hyper["alpha"]) * p.grad**2)\n'
MEAN_STEP = '            p -= hyper["lr"] * p.grad / (mean.sqrt() + hyper["eps"])\n'
COUNT = '            t = state["t"] = state.get("t", 0) + 1\n'
FIRST, SECOND = (
    "            m.mul_(beta1).add_((1 - beta1) * p.grad)\n",
    "            v.mul_(beta2).add_((1 - beta2) * p.grad**2)\n",
)
HATS = "m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)"
ADAM_STEP = '            p -= hyper["lr"] * m_hat / (v_hat.sqrt() + hyper["eps"])\n'
FOR = "        for p, state in zip(params, states, strict=True):\n"
SUM_START = '            s = state.setdefault("s", torch.zeros_like(p))\n'
ADAM_START = '            m = state.setdefault("m", torch.zeros_like(p))\n'

for rule, start, step, squares, mean in (
    ("adagrad", SUM_START, SUM_STEP, "s", "s"),
    ("rmsprop", START, MEAN_STEP, "mean", "s"),
    ("adam", ADAM_START, ADAM_STEP, "v_hat", "v"),
):
    wrong_steps(__name__, rule, FOR, start, step)
    shared_slip(
        __name__,
        f"{rule}_eps_inside_the_root",
        f"""{rule} adds eps inside the root: sqrt({mean} + eps), as some books have it. Here, and in torch.optim, it
        stands outside: sqrt({mean}) + eps.""",
        (f'({squares}.sqrt() + hyper["eps"])', f'({squares} + hyper["eps"]).sqrt()'),
    )
    shared_slip(
        __name__,
        f"{rule}_eps_of_ones_own",
        f"""{rule} has an eps of its own, such as 1e-8. Take hyper["eps"].""",
        (f'{squares}.sqrt() + hyper["eps"]', f"{squares}.sqrt() + 1e-8"),
    )
    shared_slip(
        __name__,
        f"{rule}_eps_left_out",
        f"""{rule} does without eps, and a gradient of 0 in the first step makes 0 / 0 = NaN. Add hyper["eps"] to the root.""",
        (f'{squares}.sqrt() + hyper["eps"]', f"{squares}.sqrt()"),
    )


@slip(SUM, "            s.copy_(p.grad**2)\n")
def last_square_alone():
    """adagrad keeps the last square alone, and divides each gradient by its own size. It adds up all squares so far."""


@slip(SUM, "            s += p.grad.abs()\n")
def sum_without_squares():
    """adagrad adds up absolute values before the root. It adds up squares."""


@slip(SUM_STEP, SUM_STEP.replace("s.sqrt()", "s"))
def adagrad_without_root():
    """adagrad divides by the sum itself, so that steps in units of 1 / gradient come out. Divide by the root of the sum."""


@slip(
    SUM, '            s += p.grad**2\n            state["n"] = state.get("n", 0) + 1\n            s = s / state["n"]\n'
)
def adagrad_takes_the_mean():
    """adagrad divides by the root of the mean of the squares. It is that of their sum, which grows: its steps get shorter."""


@slip((SUM, ""), (SUM_STEP, SUM_STEP + SUM))
def adagrad_divides_by_the_old_sum():
    """adagrad divides by the sum without the new square, which is 0 in the first step. Add first, then step."""


@slip(
    MEAN,
    MEAN.replace('mul_(hyper["alpha"])', 'mul_(1 - hyper["alpha"])').replace(
        '(1 - hyper["alpha"]) *', 'hyper["alpha"] *'
    ),
)
def alpha_reversed():
    """rmsprop gives the new square the share alpha. alpha is what stays of the old mean; the new square has 1 - alpha."""


@slip(MEAN, MEAN.replace('(1 - hyper["alpha"]) * ', ""))
def new_square_in_full():
    """rmsprop adds the whole new square, and so the mean is 1 / (1 - alpha) times too large in the long run. Multiply it by
    1 - alpha."""


@slip(
    MEAN,
    MEAN + '            mean = mean / (1 - hyper["alpha"] ** state.setdefault("t", 1))\n            state["t"] += 1\n',
)
def rmsprop_corrected():
    """rmsprop corrects its mean as Adam does. It takes the mean as it is, although it begins too small."""


@slip(START, '            mean = state.setdefault("mean", p.grad**2)\n')
def mean_begins_with_a_square():
    """rmsprop begins its mean with the first square. It begins with 0, so the first step is 1 / sqrt(1 - alpha) times lr."""


@slip(
    (MEAN, MEAN + '            g = state["g"] = hyper["alpha"] * state.get("g", 0) + (1 - hyper["alpha"]) * p.grad\n'),
    (MEAN_STEP, MEAN_STEP.replace("mean.sqrt()", "(mean - g**2).sqrt()")),
)
def centred():
    """rmsprop subtracts the square of the mean gradient: that is the centred form. Here the mean of the squares stands
    alone."""


@slip(MEAN, MEAN.replace("p.grad**2", "(p.grad**2).mean()"))
def one_rate_for_a_tensor():
    """rmsprop has one mean for all elements of a parameter. Each element has its own: no sum or mean over a tensor."""


@slip(HATS, "m_hat, v_hat = m, v")
def means_not_corrected():
    """adam does not correct its means, which begin at 0 and are too small at first. Divide them by 1 - beta1^t and
    1 - beta2^t."""


@slip(HATS, "m_hat, v_hat = m / (1 - beta1**t), v")
def only_m_corrected():
    """adam corrects m but not v, which begins at 0 too: divide it by 1 - beta2^t."""


@slip(HATS, HATS.replace("**t", ""))
def corrected_without_t():
    """adam divides by 1 - beta in each step. The correction fades with time: 1 - beta ** t, which goes to 1."""


@slip(COUNT, '            t = state.get("t", 0)\n            state["t"] = t + 1\n')
def t_begins_at_0():
    """adam makes NaN: in the first step t is 0, and so is 1 - beta ** 0. Count before the correction, from 1."""


@slip(COUNT, COUNT.replace('("t", 0)', '("t", 1)'))
def t_begins_at_2():
    """adam begins with t = 2. In the first step of a parameter it is 1."""


@slip(COUNT, '            t = states[0]["t"] = states[0].get("t", 0) + (p is params[0])\n            t = max(t, 1)\n')
def one_t_for_all():
    """adam has one t for all parameters. One that had no gradient for a while has taken fewer steps: count in its own dict."""


@slip(HATS, "m_hat, v_hat = m.div_(1 - beta1**t), v.div_(1 - beta2**t)")
def corrected_means_kept():
    """adam keeps the corrected means and goes on from these. What is kept stays uncorrected: the corrected ones are new
    tensors."""


@slip(
    (FIRST, FIRST.replace("beta1", "beta2")),
    (SECOND, SECOND.replace("beta2", "beta1")),
    (HATS, "m_hat, v_hat = m / (1 - beta2**t), v / (1 - beta1**t)"),
)
def betas_swapped():
    """adam takes beta1 for the squares and beta2 for the gradient. beta1 belongs to m, beta2 to v."""


@slip(ADAM_STEP, '            p -= hyper["lr"] * m_hat / ((v.sqrt() + hyper["eps"]) / (1 - beta2**t) ** 0.5)\n')
def eps_before_the_correction():
    """adam adds eps to the root of the uncorrected v, and the correction then enlarges it. First correct v, then take the root,
    then add eps."""


@slip(SECOND, SECOND.replace("p.grad**2", "m**2"))
def squares_of_m():
    """adam averages the squares of m. v is the mean of the squared gradients themselves."""


@slip(ADAM_STEP, ADAM_STEP.replace("m_hat", "p.grad"))
def step_without_m():
    """adam steps along the gradient of this step alone. It follows m, the mean of the gradients, corrected."""


@slip(ADAM_STEP, ADAM_STEP.replace('hyper["lr"]', 'state.setdefault("lr", hyper["lr"])'))
def first_lr_kept():
    """adam goes on with the lr of its first call. Read hyper at each call: schedules change it."""


@slip(SKIP + START, SKIP.replace("is None", "is None or not p.grad.any()") + START)
def zeros_skipped():
    """rmsprop skips a parameter whose gradient is 0. Only None is skipped: with a gradient of 0 the means fade."""


@slip(MEAN, MEAN.replace('hyper["alpha"]', '(hyper["alpha"] or 0.99)'))
def alpha_of_0_replaced():
    """rmsprop has another alpha where it is 0, as `hyper["alpha"] or 0.99` does it. 0 is a number: nothing stays of the old
    mean then."""


@slip('hyper["beta1"], ', 'hyper["beta1"] or 0.9, ')
def beta1_of_0_replaced():
    """adam has another beta1 where it is 0, as `hyper["beta1"] or 0.9` does it. 0 is a number: m is the gradient of this step
    then."""


@slip('hyper["beta1"], hyper["beta2"]', 'hyper["beta1"], hyper["beta2"] or 0.999')
def beta2_of_0_replaced():
    """adam has another beta2 where it is 0, as `hyper["beta2"] or 0.999` does it. 0 is a number: v is the square of this step
    then."""


@slip(START, '            mean = state.setdefault("mean", torch.zeros(p.shape))\n')
def state_always_float32():
    """The mean of rmsprop is float32, whatever the parameter is: torch.zeros(p.shape) makes it so. torch.zeros_like(p) takes
    dtype and device, too."""
