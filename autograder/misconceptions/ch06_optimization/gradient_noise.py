"""What people get wrong about the noise of a gradient."""

from autograder.spec import slip

ROWS = "torch.randint(len(X), (num_batches, batch_size), generator=generator, device=X.device)"
ERROR = "error = X[rows] @ w - y[rows]"
GRADIENTS = "(error.unsqueeze(2) * X[rows]).mean(dim=1)"
MEAN = "mean = gradients.mean(dim=0)"
VARIANCE = "((gradients - mean) ** 2).sum() / (num_batches - 1)"
REFUSED = "if batch_size < 1 or num_batches < 2:"


@slip(
    ROWS,
    "torch.stack([torch.randperm(len(X), generator=generator)[:batch_size] for _ in range(num_batches)])",
)
def drawn_without_replacement():
    """The rows of a minibatch are drawn without replacement. Each is drawn from all n, also if it has been drawn before: else the
    noise falls faster than 1 / batch_size, and is gone at n."""


@slip(ROWS, "torch.randint(len(X), (1, batch_size), generator=generator).expand(num_batches, -1)")
def one_minibatch_for_all():
    """All minibatches have the same rows, so that their gradients do not scatter. Draw each of them anew."""


@slip(ROWS, "torch.randint(len(X), (num_batches, 1), generator=generator).expand(-1, batch_size)")
def one_row_for_all():
    """All rows of a minibatch are the same one. Draw batch_size of them, independently of each other."""


@slip(ROWS, "torch.randint(len(X), (num_batches, batch_size))")
def global_generator():
    """The rows are drawn from torch's global generator. Hand the given one over: generator=generator."""


@slip(ROWS, "torch.randint(len(X), (num_batches, batch_size), generator=generator.manual_seed(0))")
def seeded_at_each_call():
    """The generator is seeded at each call, so that each draws the same rows. Draw from the state in which it comes."""


@slip(ROWS, "torch.randint(len(X) - 1, (num_batches, batch_size), generator=generator) if len(X) > 1 else " + ROWS)
def last_row_never_drawn():
    """One of the rows is never drawn. The upper end of torch.randint is not included: it is n, not n - 1."""


@slip(GRADIENTS, "(error.unsqueeze(2) * X[rows]).sum(dim=1)")
def rows_added_up():
    """The gradients of a minibatch's rows are added up. It is their mean that stands in for the full gradient: its noise falls
    with batch_size, that of the sum grows."""


@slip(GRADIENTS, "2 * (error.unsqueeze(2) * X[rows]).mean(dim=1)")
def square_not_halved():
    """The gradient is twice as large as asked for. The loss is half of the square, and the half cancels the 2 of the derivative."""


@slip(ERROR, "error = y[rows] - X[rows] @ w")
def error_the_wrong_way_round():
    """The gradient has the wrong sign: the error is <x, w> - y, prediction less label."""


@slip(ERROR, "error = X[rows] @ w")
def labels_left_out():
    """The labels are missing in the gradient, which is x (<x, w> - y)."""


@slip(
    "    gradients = (error.unsqueeze(2) * X[rows]).mean(dim=1)\n    mean = gradients.mean(dim=0)\n",
    "    gradients = (error.unsqueeze(2) * X[rows]).flatten(0, 1)\n    mean = gradients.mean(dim=0)\n"
    "    num_batches = len(gradients)\n",
)
def variance_of_single_rows():
    """The variance is that of single rows' gradients, whatever the batch size. It is asked of the gradients of minibatches: average
    over the rows of each first."""


@slip(VARIANCE, "((gradients - mean) ** 2).sum() / num_batches")
def divided_by_all():
    """The variance is divided by num_batches, and comes out too small: half as large as it should be with two minibatches. The
    mean is that of the same gradients, so divide by num_batches - 1."""


@slip(VARIANCE, "((gradients - mean) ** 2).mean()")
def mean_over_the_coordinates():
    """The variance is too small, as a mean over the coordinates is, or a root. It is the sum over the coordinates, since
    |g_k - mean|^2 is the squared length of a vector, and that of a single minibatch's gradient."""


@slip(VARIANCE, "((gradients - mean) ** 2).sum(dim=0) / (num_batches - 1)")
def variance_of_each_coordinate():
    """The variance of each coordinate is returned. They are to be added up, to a result of shape ()."""


@slip("return mean, variance", "return variance, mean")
def exchanged():
    """Mean and variance are exchanged: the mean, of shape (d,), comes first."""


@slip("return mean, variance", "return mean, variance.item()")
def variance_as_a_number():
    """The variance is returned as a Python number. It should be a tensor of shape (), in the dtype of X: leave .item() out."""


@slip(
    "variance = ((gradients - mean) ** 2).sum() / (num_batches - 1)",
    "alone = (X @ w - y).unsqueeze(1) * X\n    variance = (alone - alone.mean(dim=0)).square().sum() / len(X) / batch_size",
)
def variance_of_all_rows_by_formula():
    """The variance is V / batch_size, computed from all rows, which is only its mean over many calls. Measure it on the minibatches
    that were drawn, around their mean."""


@slip("mean = gradients.mean(dim=0)", "mean = ((X @ w - y).unsqueeze(1) * X).mean(dim=0)")
def full_gradient_for_the_mean():
    """The mean is the full gradient, computed from all rows. It is asked of the minibatches that were drawn, and scatters around the
    full gradient."""


@slip(ROWS, "torch.randint(len(X), (num_batches, min(batch_size, len(X))), generator=generator)")
def batch_size_capped():
    """No minibatch is larger than n. Rows are drawn with replacement, so that batch_size may be any number."""


@slip(VARIANCE, "(gradients**2).sum() / (num_batches - 1)")
def not_around_the_mean():
    """The variance is around 0. Subtract the mean of the gradients first."""


@slip("X, y, w = X.detach(), y.detach(), w.detach()", "X, y = X.detach(), y.detach()")
def not_detached():
    """The result hangs on the graph of w. Detach w, or compute under torch.no_grad(): the gradient is a formula here."""


@slip(REFUSED, "if batch_size < 1 or batch_size > len(X) or num_batches < 2:")
def large_batches_refused():
    """batch_size above n is refused. It is allowed, as rows are drawn with replacement."""


@slip(REFUSED, "if batch_size < 1 or num_batches < 1:")
def one_minibatch_taken():
    """A single minibatch does not raise ValueError, though it has no variance: 0 / 0."""


@slip(REFUSED, "if num_batches < 2:")
def empty_minibatches_taken():
    """batch_size = 0 does not raise ValueError, though the mean of no rows is NaN."""
