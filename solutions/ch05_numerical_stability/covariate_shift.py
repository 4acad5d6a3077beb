"""Covariate shift: the inputs come from elsewhere, and what an input means has not changed.

A model was trained on samples from p(x) and is used on samples from q(x), while p(y | x) is the same for both. Its
training error then counts regions that hardly matter any more, and neglects those that do. If each training sample gets
the weight q(x) / p(x), the mean of the weighted losses is an estimate of the mean loss under q.

Neither density need be known. Mix samples of both, train a logistic classifier to tell test rows from training rows,
and it learns the quotient. With h(x) = <w, x> + b and both domains counting the same,

    P(x is a test row) = 1 / (1 + exp(-h(x)))        so that  q(x) / p(x) = P / (1 - P) = exp(h(x))

Labels of test rows are not needed for this, just the rows.

Nothing is forbidden in this file: torch.optim and F.binary_cross_entropy_with_logits are welcome.

Read: Dive into Deep Learning, section 4.7.3.2; Shimodaira (2000), "Improving predictive inference under covariate shift
by weighting the log-likelihood function".
"""

import torch
from torch import Tensor


def importance_weights(
    X_train: Tensor, X_test: Tensor, num_steps: int = 500, lr: float = 0.5, max_weight: float | None = None
) -> Tensor:
    """The weight exp(h(x)) of each training row, with h from a domain classifier.

    X_train: (n, d). X_test: (m, d). n, m and d are 1 or more and may differ; both have the same floating dtype, float32
    or float64, and stay as they are.
    h(x) = <w, x> + b starts with w = 0, b = 0. Each of the num_steps >= 0 is one of gradient descent with rate lr, w
    and b together, on

        ( mean over training rows of log(1 + e^h)  +  mean over test rows of log(1 + e^-h) ) / 2

    These are two means: both domains count the same, however many rows they have. Nothing is random.
    Returns (n,), detached, in the dtype of X_train: exp(h(x)) of the training rows after the last step, which is 1 for
    each of them with num_steps = 0.
    max_weight: a number above 0, or None. Larger weights are replaced by it, and the others stay as they are. The
    weights are not scaled to any sum or mean.
    h may be as large as some hundreds, in the steps and at the end, and no NaN comes of it. Where exp(h) overflows, the
    weight is inf without max_weight, and max_weight with it.
    """
    # TODO: the derivative of log(1 + e^h) with respect to h, and that of log(1 + e^-h); which function never overflows?
    # TODO: the steps of w and b. How is each domain's mean taken?
    # TODO: the weights of the training rows.
    ### BEGIN SOLUTION
    X_train, X_test = X_train.detach(), X_test.detach()
    w, b = X_train.new_zeros(X_train.shape[1]), X_train.new_zeros(())
    for _ in range(num_steps):
        slope_train = torch.sigmoid(X_train @ w + b) / (2 * len(X_train))
        slope_test = -torch.sigmoid(-(X_test @ w + b)) / (2 * len(X_test))
        w = w - lr * (X_train.T @ slope_train + X_test.T @ slope_test)
        b = b - lr * (slope_train.sum() + slope_test.sum())
    weights = torch.exp(X_train @ w + b)
    return weights if max_weight is None else weights.clamp(max=max_weight)
    ### END SOLUTION


def weighted_risk(losses: Tensor, weights: Tensor) -> Tensor:
    """The mean of weights_i * losses_i over the n samples: divided by n, and not by the sum of the weights.

    losses: (n,), floating. weights: (n,), of the same dtype. n >= 1.
    Returns a tensor of shape (), in their dtype. Gradients flow to losses, and none to weights: these are taken for
    constants, whether they require a gradient or not.
    """
    # TODO: one line.
    ### BEGIN SOLUTION
    return (weights.detach() * losses).mean()
    ### END SOLUTION
