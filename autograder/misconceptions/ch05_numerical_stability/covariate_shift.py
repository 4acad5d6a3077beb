"""What people get wrong about covariate_shift."""

from autograder.spec import slip

TRAIN = "slope_train = torch.sigmoid(X_train @ w + b) / (2 * len(X_train))"
TEST = "slope_test = -torch.sigmoid(-(X_test @ w + b)) / (2 * len(X_test))"
STEP_OF_W = "w = w - lr * (X_train.T @ slope_train + X_test.T @ slope_test)"
STEP_OF_B = "b = b - lr * (slope_train.sum() + slope_test.sum())"
WEIGHTS = "weights = torch.exp(X_train @ w + b)"
RESULT = "return weights if max_weight is None else weights.clamp(max=max_weight)"
RISK = "return (weights.detach() * losses).mean()"


@slip(WEIGHTS, "weights = torch.exp(-(X_train @ w + b))")
def upside_down():
    """importance_weights is upside down, p / q: rows near to the test rows get the smaller weights. The domains or a sign were
    swapped; e^h should be large where test rows lie."""


@slip(WEIGHTS, "weights = torch.sigmoid(X_train @ w + b)")
def probabilities_for_weights():
    """importance_weights returns P(x is a test row). The weight is P / (1 - P), which is exp(h)."""


@slip(WEIGHTS, "weights = X_train @ w + b")
def logits_for_weights():
    """importance_weights returns h, which is negative for some rows. The weight is exp(h)."""


@slip(RESULT, f"weights = weights / weights.mean()\n    {RESULT}")
def weights_with_mean_1():
    """importance_weights scales the weights to the mean 1. They are exp(h), whatever they add up to."""


@slip(RESULT, f"weights = weights / weights.sum()\n    {RESULT}")
def weights_that_add_up_to_1():
    """importance_weights scales the weights to the sum 1. They are exp(h), whatever they add up to."""


@slip((TRAIN, TRAIN.replace("2 * ", "")), (TEST, TEST.replace("2 * ", "")))
def without_one_half():
    """The steps of importance_weights go twice as far: the two means are added, without the half. The loss is half of their
    sum."""


@slip((TRAIN, TRAIN.replace("2 * len(X_train)", "2")), (TEST, TEST.replace("2 * len(X_test)", "2")))
def rows_added_up():
    """importance_weights takes the sum over the rows of a domain. Take the mean of each, or the steps grow with the number of
    rows."""


@slip(
    (TRAIN, TRAIN.replace("(2 * len(X_train))", "(len(X_train) + len(X_test))")),
    (TEST, TEST.replace("(2 * len(X_test))", "(len(X_train) + len(X_test))")),
)
def one_mean_over_all_rows():
    """importance_weights takes one mean over all n + m rows, so that the larger domain counts more, and all weights are off by a
    factor. Take the mean of each domain by itself."""


@slip(TEST, TEST.replace("len(X_test)", "len(X_train)"))
def test_rows_divided_by_n():
    """importance_weights divides the sum over the test rows by n. There are m of them."""


@slip(STEP_OF_W, "pass")
def w_stays_0():
    """In importance_weights w stays 0, and all rows get the same weight. It is trained as b is."""


@slip(STEP_OF_B, "pass")
def b_stays_0():
    """In importance_weights b stays 0. It is trained as w is."""


@slip(f"{STEP_OF_W}\n        {STEP_OF_B}", f"{STEP_OF_W}\n        {TEST}\n        {TRAIN}\n        {STEP_OF_B}")
def b_steps_behind_w():
    """importance_weights moves w first, and takes the gradient of b at the new w. Both belong to the same point."""


@slip(
    "    for _ in range(num_steps):\n",
    "    w = w + 0.1 * torch.randn(w.shape, generator=torch.Generator().manual_seed(0)).to(w)\n    for _ in range(num_steps):\n",
)
def random_start():
    """importance_weights starts with a random w. Both w and b start at 0, which is fine here: nothing is symmetric."""


@slip("range(num_steps)", "range(num_steps + 1)")
def a_step_more():
    """importance_weights takes one step too many. With num_steps = 0 every weight is 1."""


@slip(
    (TRAIN, "slope_train = (X_train @ w + b) / (2 * len(X_train))"),
    (TEST, "slope_test = (X_test @ w + b - 1) / (2 * len(X_test))"),
)
def squared_loss_for_domains():
    """importance_weights fits h to 0 and 1 by squares. Only with the logistic loss is e^h the quotient of the densities."""


@slip("num_steps: int = 500, lr: float = 0.5", "num_steps: int = 100, lr: float = 0.1")
def other_defaults():
    """The defaults of importance_weights are others. It takes 500 steps with the rate 0.5 if nothing else is said."""


@slip(RESULT, "return weights.clamp(max=10.0 if max_weight is None else max_weight)")
def always_limited():
    """importance_weights limits the weights without max_weight as well. None is no limit."""


@slip(RESULT, "return weights")
def never_limited():
    """importance_weights does not use max_weight. Larger weights become max_weight."""


@slip(
    RESULT,
    "return weights if max_weight is None else torch.where(weights > max_weight, torch.zeros_like(weights), weights)",
)
def large_weights_become_0():
    """importance_weights gives rows whose weight is too large none at all. They get max_weight."""


@slip(RESULT, "return weights if max_weight is None else weights * min(1.0, max_weight / float(weights.max()))")
def all_scaled_down():
    """importance_weights scales all weights so that the largest is max_weight. The others should stay as they are."""


@slip(
    RESULT,
    "return weights if max_weight is None else weights.clamp(min=1 / max_weight if max_weight > 1 else None, max=max_weight)",
)
def limited_from_below():
    """importance_weights raises small weights, to 1 / max_weight. Only those above max_weight change."""


@slip(
    (WEIGHTS, "weights = X_train @ w + b"),
    (
        RESULT,
        RESULT.replace("weights", "weights.exp()", 1).replace(
            " else weights.clamp(max=max_weight)", " else weights.clamp(max=max_weight).exp()"
        ),
    ),
)
def logits_limited():
    """importance_weights limits h by max_weight. It is the weight, exp(h), that must not be larger."""


@slip(
    (TRAIN, TRAIN.replace("torch.sigmoid(X_train @ w + b)", "(X_train @ w + b).exp() / (1 + (X_train @ w + b).exp())"))
)
def exp_in_the_steps():
    """importance_weights becomes NaN where h is large: exp(h) overflows within the steps, and inf / inf is NaN. Use
    torch.sigmoid, F.softplus or F.binary_cross_entropy_with_logits."""


@slip(WEIGHTS, "p = torch.sigmoid(X_train @ w + b)\n    weights = p / (1 - p)")
def quotient_of_probabilities():
    """importance_weights divides P by 1 - P, which loses digit after digit as P comes near to 1 and is 0 in float32 from h = 17
    on. Their quotient is exp(h): no division is needed."""


@slip("    X_train, X_test = X_train.detach(), X_test.detach()\n", "")
def weights_with_a_graph():
    """importance_weights requires a gradient where X_train or X_test does. It is detached."""


@slip(RESULT, "weights = weights[:, None]\n    " + RESULT)
def weights_in_a_column():
    """The weights of importance_weights stand in a column, (n, 1), which would meet n losses as n * n products. The shape is
    (n,)."""


@slip(RISK, "return (weights.detach() * losses).sum() / weights.detach().sum()")
def divided_by_the_weights():
    """weighted_risk divides by the sum of the weights. Divide by n: the weights are q / p, and their mean need not be 1 in a
    sample."""


@slip(RISK, "return (weights.detach() * losses).sum()")
def losses_added_up():
    """weighted_risk adds up the weighted losses. Take their mean."""


@slip(RISK, "return weights.detach().mean() * losses.mean()")
def means_multiplied():
    """weighted_risk multiplies two means, so that it does not matter which loss has which weight. Multiply row by row first."""


@slip(RISK, "return losses.mean()")
def weights_not_used():
    """weighted_risk is the mean of the losses. Each should count weights_i times."""


@slip(RISK, "return (weights.detach() * losses).mean(dim=0, keepdim=True)")
def risk_of_shape_1():
    """weighted_risk has the shape (1,). It has the shape ()."""


@slip(RISK, "return weights.detach() * losses")
def not_averaged():
    """weighted_risk returns n numbers. It should return one, their mean."""


@slip(RISK, "return (weights * losses).mean()")
def gradient_to_weights():
    """weighted_risk lets gradients flow to weights. They are constants here: detach them."""


NOT_GENERATED = ("weighted_risk_contiguous_inputs_only",)  # of a vector .view(-1) takes any
