"""What people get wrong about learning rates."""

from autograder.spec import slip

# A relative error of 1e-3 is allowed.
NOT_GENERATED = ("largest_rate_precision_lost", "condition_number_precision_lost")

STEP = "w = w - lr * X.T @ error / len(X)"
LOSS = "losses.append((error**2).mean() / 2)"
RATE = "(2 / torch.linalg.eigvalsh(A)[-1])"
NUMBER = "(s[0] / s[-1]) ** 2"
LOOP = (
    "    for step in range(num_steps + 1):\n        error = X @ w - y\n        losses.append((error**2).mean() / 2)\n"
)
RANK = "    if torch.linalg.matrix_rank(X64) < X.shape[1]:\n        return torch.tensor(math.inf, dtype=X.dtype)\n"


@slip(STEP, "w = w - lr * X.T @ error")
def gradient_added_up():
    """descend adds the gradient up over the rows. The loss is a mean, so divide by n: else the rate that is good depends on how
    many rows there are."""


@slip(STEP, "w = w - 2 * lr * X.T @ error / len(X)")
def square_not_halved_in_the_gradient():
    """descend takes steps twice as long as asked for. The loss is half a square, and the half cancels the 2 of the derivative."""


@slip(STEP, "w = w + lr * X.T @ error / len(X)")
def uphill():
    """descend goes up: it adds the gradient of the loss. Subtract it, or use y - X w for the error."""


@slip(STEP, "w = w - lr * X.T @ error / X.shape[1]")
def divided_by_d():
    """descend divides the gradient by the number of columns. The mean is over the n rows."""


@slip(LOSS, "losses.append((error**2).mean())")
def losses_not_halved():
    """The losses of descend are twice as large as asked for: half of the mean of the squares."""


@slip(LOSS, "losses.append((error**2).sum() / 2)")
def losses_added_up():
    """The losses of descend are sums over the rows. The loss is their mean."""


@slip(LOSS, "losses.append(error.abs().mean() / 2)")
def absolute_errors():
    """The losses of descend are made of absolute errors. They are half the mean of the squares."""


@slip("return w, torch.stack(losses)", "return w, torch.stack(losses[1:]) if losses[1:] else X.new_zeros(0)")
def no_loss_before_the_first_step():
    """losses[0] is the loss after the first step. It should be the one at w = 0, so that there are num_steps + 1 in all."""


@slip("return w, torch.stack(losses)", "return w, torch.stack(losses[:-1]) if losses[1:] else X.new_zeros(0)")
def no_loss_after_the_last_step():
    """The loss after the last step is left out. num_steps steps have num_steps + 1 losses between and around them."""


@slip("        if step < num_steps:\n            w = w", "        if True:\n            w = w")
def one_step_too_many():
    """descend takes one step more than num_steps. The last loss is followed by none."""


@slip("w = X.new_zeros(X.shape[1])", "w = X.new_ones(X.shape[1])")
def starts_at_ones():
    """descend starts somewhere else than at w = 0: losses[0] has to be half the mean of y^2."""


@slip(
    "for step in range(num_steps + 1):",
    "for step in range(num_steps + 1 if lr * X.square().sum() < 2 * len(X) else 1):",
)
def refuses_large_rates():
    """descend takes no steps where the rate looks too large. All steps are asked for, since a run that diverges is a result,
    too."""


@slip(LOSS, LOSS + "\n        if not losses[-1].isfinite():\n            break")
def stops_at_infinity():
    """descend stops where the loss is no longer finite. All steps are asked for: inf and NaN may stand at the end."""


@slip(LOSS, LOSS + "\n        if losses[-1] > losses[0]:\n            break")
def stops_where_the_loss_grows():
    """descend stops where the loss grows. All steps are asked for, whatever becomes of the loss."""


@slip("    X, y = X.detach(), y.detach()\n", "")
def not_detached():
    """What descend returns still hangs on the graph of X or y. Detach them first, or take the steps under torch.no_grad()."""


@slip("w = X.new_zeros(X.shape[1])", "w = X.new_zeros(X.shape[1], requires_grad=True)")
def weights_with_a_graph():
    """w requires grad, and so does all that descend returns. The gradient is a formula here: no graph is needed, or detach."""


@slip(RATE, "(1 / torch.linalg.eigvalsh(A)[-1])")
def half_of_it():
    """largest_rate is 1 / (the largest eigenvalue). That rate is a good one, but no limit: 1 - lr * eigenvalue may come down to
    -1."""


@slip(RATE, "(2 / torch.linalg.eigvalsh(A)[0])")
def smallest_eigenvalue():
    """largest_rate takes the smallest eigenvalue. The steepest direction diverges first: the largest one counts."""


@slip(RATE, "(2 / A.trace())")
def trace():
    """largest_rate divides by the trace, the sum of all eigenvalues, which is safe but too careful. The largest one counts."""


@slip(RATE, "(2 / torch.linalg.matrix_norm(A))")
def frobenius_norm():
    """largest_rate divides by the Frobenius norm of A, which is above the largest eigenvalue. Take the spectral one."""


@slip(RATE, "(2 / A.diagonal().max())")
def diagonal():
    """largest_rate takes the largest element of the diagonal of A. Where columns are correlated, an eigenvalue is larger still."""


@slip("A = X64.T @ X64 / len(X)", "A = X64.T @ X64")
def hessian_not_divided():
    """largest_rate lacks the 1 / n of the Hessian: the loss is a mean over the rows, so A = X^T X / n."""


@slip(RATE, "(2 / torch.linalg.svdvals(X64)[0])")
def singular_value_of_X():
    """largest_rate takes the largest singular value of X. The eigenvalues of A = X^T X / n are their squares, divided by n."""


@slip("A = X64.T @ X64 / len(X)", "A = (X64 - X64.mean(0)).T @ (X64 - X64.mean(0)) / len(X)")
def covariance():
    """largest_rate takes the covariance of the columns. The model has no bias, so that means count as well: A = X^T X / n."""


@slip(NUMBER, "(s[0] / s[-1])")
def condition_of_X():
    """condition_number is that of X itself, the ratio of its singular values. The eigenvalues of A = X^T X / n are their
    squares, and so is the condition number."""


@slip(NUMBER, "(s[-1] / s[0]) ** 2")
def upside_down():
    """condition_number is the smallest eigenvalue over the largest. It is the other way round, and never below 1."""


@slip(NUMBER, "(X64.square().mean(0).max() / X64.square().mean(0).min())")
def columns_compared():
    """condition_number compares the sizes of the columns. Where these are correlated, the bowl is narrower still: the
    eigenvalues count."""


@slip(RANK, "")
def rounding_taken_for_an_eigenvalue():
    """Where A is singular, condition_number divides by what rounding left of an eigenvalue that is 0, or misses it: with fewer
    rows than columns X has fewer singular values than A has eigenvalues. Ask for the rank of X first."""


@slip("torch.linalg.matrix_rank(X64) <", "torch.linalg.matrix_rank(X64.T @ X64) <")
def rank_of_the_square():
    """condition_number takes a small singular value of X for 0. Ask for the rank of X itself, in float64: X^T X squares the
    singular values, float32 has few digits, and a limit of one's own does not know how large the others are."""


@slip(LOSS, LOSS + "\n        if losses[-1] == 0:\n            break")
def stops_at_the_minimum():
    """descend stops where the loss is 0. All steps are asked for, and num_steps + 1 losses."""


@slip("return torch.tensor(math.inf, dtype=X.dtype)", "raise ValueError")
def singular_refused():
    """condition_number raises an exception where A is singular. It should be inf: the bowl is infinitely long."""


@slip("if torch.linalg.matrix_rank(X64) < X.shape[1]:", "if torch.linalg.matrix_rank(X64) < min(X.shape):")
def fewer_rows_not_singular():
    """condition_number leaves out that A has d eigenvalues: with fewer rows than columns d - n of them are 0, and it is inf."""
