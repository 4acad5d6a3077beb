"""What people get wrong about noise on the inputs."""

from autograder.spec import slip

LOSS = "((X @ w - y) ** 2).mean() / 2"
TIKHONOV = f"return {LOSS} + sigma**2 * (w**2).sum() / 2"
PENALTY = "((X * w) ** 2).sum(dim=1).mean() / 2"
DROPOUT = f"return {LOSS} + p / (1 - p) * penalty"
LOSSES = "losses = [((noise(X) @ w - y) ** 2).mean() / 2 for _ in range(num_draws)]"
MEAN = "torch.stack(losses).mean()"
NO_DRAWS = "    if num_draws < 1:\n"


@slip(
    (TIKHONOV, TIKHONOV.replace(LOSS, LOSS[:-4])),
    (DROPOUT, DROPOUT.replace(LOSS, LOSS[:-4])),
    (LOSSES, LOSSES.replace(".mean() / 2", ".mean()")),
)
def losses_not_halved():
    """The loss of each function is twice as large as asked for: the mean of the squares is halved."""


@slip(
    (TIKHONOV, TIKHONOV.replace("y) ** 2).mean()", "y) ** 2).sum()")),
    (DROPOUT, DROPOUT.replace("y) ** 2).mean()", "y) ** 2).sum()")),
    (LOSSES, LOSSES.replace(".mean()", ".sum()")),
)
def losses_added_up():
    """The squares are added up. The loss is their mean over the n rows, or noise would count less the more rows there are."""


@slip("(w**2).sum() / 2", "(w**2).sum()")
def tikhonov_penalty_not_halved():
    """The penalty of tikhonov_loss is twice as large as asked for: the loss is half the square, and so is what noise adds to it."""


@slip("sigma**2 *", "sigma *")
def sigma_is_the_variance():
    """tikhonov_loss takes sigma for the variance. It is the standard deviation, and what counts is its square."""


@slip("(w**2).sum() / 2", "(w**2).sum() / 2 / len(X)")
def tikhonov_penalty_a_row():
    """tikhonov_loss divides its penalty by n. Every row has noise of its own, each adds sigma^2 |w|^2 / 2, and so does their
    mean."""


@slip("(w**2).sum() / 2", "(w**2).mean() / 2")
def tikhonov_mean_of_the_weights():
    """tikhonov_loss takes the mean of the squared weights. The noise of every input reaches the prediction, so they add up."""


@slip("(w**2).sum() / 2", "(w**2).sum().sqrt() / 2")
def tikhonov_norm_not_squared():
    """tikhonov_loss takes the root of the sum. The variance of <e, w> is sigma^2 |w|^2, with the norm squared."""


@slip("(w**2).sum() / 2", "w.abs().sum() / 2")
def tikhonov_absolute_values():
    """tikhonov_loss adds up absolute values, which is the L1 penalty. Normal noise amounts to the L2 penalty, with squares."""


@slip("(w**2).sum() / 2", "((X * w) ** 2).sum(dim=1).mean() / 2")
def normal_noise_scaled_by_the_inputs():
    """The penalty of tikhonov_loss depends on the inputs. Normal noise is equally large whatever it is added to; only dropout
    is larger for larger inputs."""


@slip("p / (1 - p) * penalty", "p * (1 - p) * penalty")
def variance_of_a_bernoulli():
    """dropout_loss has p (1 - p), the variance of what is 0 or 1. Inverted dropout also divides by 1 - p, which divides the
    variance by (1 - p)^2: p / (1 - p)."""


@slip("p / (1 - p) * penalty", "(1 - p) / p * penalty")
def p_is_kept():
    """dropout_loss has (1 - p) / p, as if p were the probability of being kept. It is that of being dropped."""


@slip("p / (1 - p) * penalty", "p * penalty")
def not_rescaled():
    """dropout_loss multiplies its penalty by p. What is kept is divided by 1 - p, so that the factor is p / (1 - p)."""


@slip("p / (1 - p) * penalty", "p / (1 - p) ** 2 * penalty")
def second_moment():
    """dropout_loss divides by (1 - p)^2. The variance of a kept or dropped x_j / (1 - p) is x_j^2 p / (1 - p)."""


@slip(PENALTY, "((X * w) ** 2).sum(dim=1).mean()")
def dropout_penalty_not_halved():
    """The penalty of dropout_loss is twice as large as asked for: the loss is half the square, and so is what dropout adds."""


@slip(PENALTY, "((X * w) ** 2).mean() / 2")
def dropout_mean_over_the_inputs():
    """dropout_loss takes the mean over the inputs too. Their noise adds up: a sum over j, a mean over the rows."""


@slip(PENALTY, "((X * w) ** 2).sum() / 2")
def dropout_sum_over_the_rows():
    """dropout_loss adds up its penalty over the rows. The loss is a mean over the rows, and so is what dropout adds."""


@slip(PENALTY, "((X @ w) ** 2).mean() / 2")
def predictions_squared():
    """The penalty of dropout_loss is the squared prediction. Every input is dropped by itself, so the variances (x_j w_j)^2 add
    up, each squared before the sum."""


@slip(PENALTY, "(w**2).sum() / 2")
def dropout_without_the_inputs():
    """The penalty of dropout_loss does not depend on X. What is dropped is x_j w_j: a weight on large inputs costs more."""


@slip("if not sigma >= 0:", "if sigma < 0:")
def nan_is_a_deviation():
    """tikhonov_loss takes NaN for a sigma. Every comparison with NaN is False, sigma < 0 too: ask for `not sigma >= 0`."""


@slip("if not sigma >= 0:", "if not sigma > 0:")
def refuses_no_noise():
    """tikhonov_loss refuses sigma = 0. It is allowed: no noise, the clean loss."""


@slip("if not sigma >= 0:", "if sigma != sigma:")
def negative_sigma_taken():
    """tikhonov_loss takes a sigma below 0. Squared it looks harmless, but no deviation is negative: raise ValueError."""


@slip("if not 0 <= p < 1:", "if not 0 <= p <= 1:")
def takes_p_1():
    """dropout_loss does not raise ValueError for p = 1, where 1 / (1 - p) is infinite and nothing is left of X."""


@slip("if not 0 <= p < 1:", "if not 0 < p < 1:")
def refuses_p_0():
    """dropout_loss refuses p = 0. It is allowed: nothing is dropped, the clean loss."""


@slip("if not 0 <= p < 1:", "if p < 0 or p >= 1:")
def nan_is_a_probability():
    """dropout_loss takes NaN for a p. Every comparison with NaN is False: ask for `not 0 <= p < 1`."""


@slip(
    (LOSSES, "inputs = [noise(X) for _ in range(num_draws)]"), (MEAN, f"{LOSS.replace('X', 'sum(inputs) / num_draws')}")
)
def inputs_averaged():
    """noisy_loss averages the noisy inputs, or their predictions, before the loss. The noise then cancels out, and with many
    draws the clean loss is left: one loss for each draw, then the mean."""


@slip(LOSSES, LOSSES.replace("noise(X)", "X") + "\n    noise(X)")
def noise_unused():
    """noisy_loss gives the loss of the clean inputs. It is X_noisy = noise(X) that goes through the model."""


@slip(
    LOSSES,
    "once = noise(X)\n    losses = [((once @ w - y) ** 2).mean() / 2 for _ in range(num_draws)]",
)
def drawn_once():
    """noisy_loss uses the same noisy inputs for every draw. Call noise anew for each loss."""


@slip(
    LOSSES,
    "losses, mine = [], X\n    for _ in range(num_draws):\n        mine = noise(mine)\n"
    "        losses.append(((mine @ w - y) ** 2).mean() / 2)",
)
def noise_upon_noise():
    """noisy_loss hands what noise returned to noise again. Each draw begins with the clean X."""


@slip(MEAN, "torch.stack(losses).sum()")
def draws_added_up():
    """noisy_loss adds up the losses of the draws. It is their mean, or it would grow with num_draws."""


@slip(MEAN, "losses[-1]")
def last_draw_alone():
    """noisy_loss returns the loss of the last draw. It is the mean over all of them."""


@slip(LOSSES, LOSSES.replace("num_draws)", "num_draws + 1)"))
def one_draw_too_many():
    """noisy_loss calls noise once more than num_draws says."""


@slip(NO_DRAWS, "    if num_draws < 0:\n")
def no_draws_taken():
    """noisy_loss does not raise ValueError for num_draws = 0: there is no mean of no losses."""
