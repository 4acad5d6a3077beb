"""How large a learning rate may be, and how many steps it takes: gradient descent on a bowl.

A linear model without a bias, with the loss of linear regression:

    f(w) = the mean over the n rows x of X of (<x, w> - y)^2 / 2

f is a bowl: its Hessian A = X^T X / n is the same everywhere. Along each eigenvector of A, a step of gradient descent
multiplies the distance from the minimum by 1 - lr * eigenvalue. The distance shrinks where that is less than 1 in size,
which takes lr < 2 / eigenvalue. So the largest eigenvalue says how large lr may be, and the smallest one how many steps
are left then.

Read: Dive into Deep Learning, section 12.3 (gradient descent) and 12.6.1 (ill-conditioned problems); Boyd and
Vandenberghe (2004), "Convex Optimization", section 9.3.
"""

import math

import torch
from torch import Tensor


def descend(X: Tensor, y: Tensor, lr: float, num_steps: int) -> tuple[Tensor, Tensor]:
    """Gradient descent on f, with all rows in every step: num_steps steps w <- w - lr * (the gradient at w) from w = 0.

    X (n, d), y (n,): floating, of one dtype; n, d >= 1. num_steps: an int from 0 up.
    Returns (w, losses): w (d,) after the last step; losses (num_steps + 1,), where losses[k] is f after k steps, and so
    losses[0] is f(0). Both in the dtype of X, and detached (requires_grad is False) even if X requires grad. All steps
    are taken, even if the loss grows: inf and NaN may then stand at the end.
    """
    # TODO: one loss before each step, and one after the last.
    ### BEGIN SOLUTION
    X, y = X.detach(), y.detach()
    w = X.new_zeros(X.shape[1])
    losses = []
    for step in range(num_steps + 1):
        error = X @ w - y
        losses.append((error**2).mean() / 2)
        if step < num_steps:
            w = w - lr * X.T @ error / len(X)
    return w, torch.stack(losses)
    ### END SOLUTION


def largest_rate(X: Tensor) -> Tensor:
    """2 / (the largest eigenvalue of A). With any lr between 0 and this, descend comes to a minimum; above it, it
    diverges from almost every start.

    X (n, d): floating, with an element that is not 0.
    Returns a tensor of shape (), in the dtype of X, with a relative error below 1e-3.
    """
    # TODO: the eigenvalues of a symmetric matrix; mind the 1 / n.
    ### BEGIN SOLUTION
    X64 = X.double()
    A = X64.T @ X64 / len(X)
    return (2 / torch.linalg.eigvalsh(A)[-1]).to(X.dtype)
    ### END SOLUTION


def condition_number(X: Tensor) -> Tensor:
    """(The largest eigenvalue of A) / (the smallest one): 1 for a round bowl. The larger it is, the longer and narrower
    is the bowl, and the more steps the best lr takes.

    It is inf where A is singular, which is where the rank of X, as torch.linalg.matrix_rank finds it in float64, is
    below d. With fewer rows than columns it always is.
    X (n, d): floating; n, d >= 1.
    Returns a tensor of shape (), in the dtype of X, with a relative error below 1e-3 for numbers up to 1e4: in float32,
    compute in float64.
    """
    # TODO: ask for the rank first, since the smallest eigenvalue that is computed is hardly ever exactly 0.
    ### BEGIN SOLUTION
    X64 = X.double()
    if torch.linalg.matrix_rank(X64) < X.shape[1]:
        return torch.tensor(math.inf, dtype=X.dtype)
    s = torch.linalg.svdvals(X64)  # the square roots of the eigenvalues of X^T X
    return ((s[0] / s[-1]) ** 2).to(X.dtype)
    ### END SOLUTION
