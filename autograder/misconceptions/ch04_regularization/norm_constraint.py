"""What people get wrong about norm_constraint."""

import torch

from autograder.spec import misconception, reference, slip

NOT_GENERATED = ("project__input_changed",)  # that is what it is for
SUM = "sum((w**2).sum() for w in weights)"
SCALE = "            w *= (theta / s) ** 0.5\n"
WEIGHTS = "[p.detach() for p in params if p.dim() >= 2]"
W_STEP = "        w -= lr * X.T @ error / len(X)\n"
B_STEP = "        b -= lr * error.mean()\n"
AGAIN = "        project_([w], theta)\n    return"


def _sum_of(params):
    return sum((p.detach() ** 2).sum() for p in params if p.dim() >= 2)


@misconception
def each_weight_by_itself(params, theta):
    """project_ keeps each weight within theta by itself. The limit is for all of them together: one sum, and one factor."""
    s = reference.project_(params[:0], theta) + _sum_of(params)
    for p in params:
        reference.project_([p], theta)
    return s


@slip("(theta / s) ** 0.5", "theta / s")
def no_root():
    """project_ multiplies by theta / s. The sum of squares grows with the square of the factor: take the root of it."""


@slip("(theta / s) ** 0.5", "theta / s**0.5")
def theta_is_the_norm():
    """project_ multiplies by theta / sqrt(s), which makes the norm theta. It is the squared norm that should become theta: the
    factor is sqrt(theta / s)."""


@slip("if s > theta:", "if s**0.5 > theta:")
def norm_compared_with_theta():
    """project_ compares the norm with theta. The limit is for the sum of squares, without a root."""


@slip("if s > theta:", "if s > 0:")
def always_scaled():
    """project_ scales the weights up where the sum is below theta. Within the limit nothing changes: ask whether s > theta."""


@slip(SCALE, "            w.clamp_(-(theta**0.5), theta**0.5)\n")
def elements_clamped():
    """project_ clamps each element. The nearest point of the ball lies on the line to 0: multiply all of them by one number."""


@slip("(theta / s) ** 0.5", "(theta / (s + 1e-2)) ** 0.5")
def small_number_added():
    """project_ adds a small number to s against a division by 0, and the sum falls short of theta. There is no need: where s >
    theta it is above 0."""


@slip(("if s > theta:", "if s > 0:"), (SCALE, "            w.div_(s.sqrt()).mul_(s.clamp(max=theta).sqrt())\n"))
def scaled_within_the_limit():
    """project_ computes the weights anew within the limit too, and rounding changes them. They should stay exactly as they
    are, since many such steps add up: touch them only where s > theta."""


@slip("if s > theta:", "if s >= theta:")
def nan_for_zeros():
    """project_ divides 0 by 0 where all weights are 0 and theta is 0 too. Within the limit, s <= theta, nothing is to do."""


@slip(SUM, "sum((p.detach() ** 2).sum() for p in params)")
def biases_counted():
    """project_ counts biases in the sum. They are free: only tensors of two or more dimensions count."""


@slip("        for w in weights:\n" + SCALE, "        for p in params:\n            p.data *= (theta / s) ** 0.5\n")
def biases_scaled():
    """project_ scales biases as well. They are free: leave tensors of one or no dimension as they are."""


@slip(WEIGHTS, "[p.detach() for p in params if p.dim() == 2]")
def matrices_alone():
    """project_ takes only tensors of two dimensions for weights. Those with more, as the kernels of a convolution are, are
    weights too."""


@slip(WEIGHTS, "[p.detach() for p in params if p.dim() >= 2 and p.grad is not None]")
def weights_without_gradient_left_out():
    """project_ leaves out weights whose .grad is None. It has nothing to do with gradients: they count as the others do."""


@slip(WEIGHTS, "[p.detach() for p in params if p.dim() >= 2 and p.requires_grad]")
def frozen_weights_left_out():
    """project_ leaves out weights that do not require grad. They count as the others do, and are scaled as these are."""


@slip("    return s\n", "    return s**0.5\n")
def norm_returned():
    """project_ returns the norm. It is asked for the sum of squares, without a root."""


@misconception
def sum_after_returned(params, theta):
    """project_ returns the sum as it is afterwards. The one before says by how much the limit was exceeded."""
    reference.project_(params, theta)
    return reference.project_(params, float("inf"))


@misconception
def sum_with_a_graph(params, theta):
    """The sum that project_ returns is not detached, and a graph hangs on to it. Compute it in torch.no_grad(), or return
    s.detach()."""
    s = sum((p**2).sum() for p in params if p.dim() >= 2) if any(p.dim() >= 2 for p in params) else torch.tensor(0.0)
    s = s + 0 if isinstance(s, torch.Tensor) else s
    reference.project_(params, theta)
    return s


@slip("        return torch.tensor(0.0)\n", "        return 0.0\n")
def python_number_without_weights():
    """Without any weight project_ returns a Python number, as sum() of nothing is. It should be a tensor, a float32 0."""


@slip("        return torch.tensor(0.0)\n", "        return torch.tensor(0)\n")
def integer_without_weights():
    """Without any weight project_ returns an integer tensor. It should be a float32 0."""


@slip("if not theta >= 0:", "if theta < 0:")
def nan_taken():
    """project_ takes NaN for a limit. Every comparison with NaN is False, theta < 0 too: ask for `not theta >= 0`."""


@slip("if not theta >= 0:", "if theta != theta:")
def negative_theta_taken():
    """A theta below 0 is taken, a limit that nothing can keep. Raise ValueError."""


@slip("if not theta >= 0:", "if not theta > 0:")
def theta_of_0_refused():
    """theta = 0 is refused. It is allowed, and makes all weights 0."""


@misconception
def weights_changed_before_refusing(params, theta):
    """project_ raises ValueError after it has changed the weights already. Look at theta first."""
    s = reference.project_(params, abs(theta) if theta == theta else 0.0)
    reference.project_(params[:0], theta)
    return s


@misconception
def new_memory(params, theta):
    """project_ assigns to w.data. That gives the tensor new memory, and whoever shares the old one, as tied layers and views
    do, does not see the step. Write into it: w.mul_(factor)."""
    for p in params:
        p.data = p.data.clone()
    return reference.project_(params, theta)


@misconception
def new_tensors(params, theta):
    """project_ puts new tensors into the list. The network still holds the old ones: change these in place."""
    params[:] = [p.detach().clone().requires_grad_(p.requires_grad) for p in params]
    return reference.project_(params, theta)


@misconception
def nothing_changed(params, theta):
    """project_ changes no weight. w = w * factor gives a new tensor the name w, and the tensor in the list stays as it was: write
    into it, by w *= factor or w.mul_(factor)."""
    return reference.project_(params, float("inf") if theta >= 0 else theta)


@misconception
def gradients_changed(params, theta):
    """project_ changes .grad, or clears it. It is about weights alone; gradients belong to the training loop."""
    s = reference.project_(params, theta)
    for p in params:
        p.grad = None
    return s


@misconception
def no_longer_trained(params, theta):
    """After project_ the tensors require no grad, or all do, those that were frozen as well. Work in torch.no_grad(), and leave
    requires_grad as it is."""
    s = reference.project_(params, theta)
    for p in params:
        p.requires_grad_(False)
    return s


@slip(AGAIN, "    project_([w], theta)\n    return")
def projected_in_the_end():
    """constrained_descent projects once, behind the loop. Every step should start from a point within the limit: project after
    each of them."""


@slip((AGAIN, "    return"), ("        error = X", "        project_([w], theta)\n        error = X"))
def projected_before_the_step():
    """constrained_descent projects before each step, and so the last one leaves the ball again. Project after it."""


@slip("X.T @ error / len(X)", "2 * X.T @ error / len(X)")
def weight_gradient_doubled():
    """The gradient of w is twice what it should be in constrained_descent. The loss is halved, and so the 2 of the square
    cancels."""


@slip((W_STEP, W_STEP.replace("X.T", "2 * X.T")), (B_STEP, B_STEP.replace("error", "2 * error")))
def loss_not_halved():
    """The gradients in constrained_descent are twice what they should be, as those of a mean of squares that is not halved."""


@slip((W_STEP, W_STEP.replace(" / len(X)", "")), (B_STEP, B_STEP.replace("mean", "sum")))
def summed_over_rows():
    """constrained_descent adds the gradients of all rows. The loss is their mean: divide by n."""


@slip(B_STEP, "        b -= lr * (X @ w + b - y).mean()\n")
def bias_sees_the_new_weight():
    """constrained_descent moves w first, and takes the gradient of b with the new w. Both gradients are taken before either
    moves."""


@slip(B_STEP, "")
def bias_not_moved():
    """constrained_descent never moves b. It is free of the limit, but it is trained."""


@slip(AGAIN, AGAIN.replace("project_([w], theta)", "project_([w], theta)\n        project_([b[None]], theta)"))
def bias_limited():
    """constrained_descent puts a limit on b too. Only w is projected."""


@slip("X.new_zeros(X.shape[1], 1), X", "0.01 * torch.randn(X.shape[1], 1, dtype=X.dtype), X")
def random_start():
    """constrained_descent starts from random numbers. Both start at 0: the loss is convex, and there is no symmetry to
    break."""


@slip("    project_([w], theta)  # changes nothing, but refuses what is no limit\n", "")
def descent_starts_unprojected():
    """constrained_descent with num_steps = 0 takes any theta. Look at theta before the loop."""


@slip("range(num_steps)", "range(max(num_steps, 1))")
def one_step_at_least():
    """constrained_descent makes a step even for num_steps = 0. Then it returns the start, zeros."""


@misconception(entry="constrained_descent")
def results_require_grad(X, y, theta, num_steps, lr):
    """The results of constrained_descent require grad. Return w.detach() and b.detach()."""
    return tuple(t.requires_grad_() for t in reference.constrained_descent(X, y, theta, num_steps, lr))


@misconception(entry="constrained_descent")
def gradients_pile_up(X, y, theta, num_steps, lr):
    """The gradients of earlier steps are still in .grad in constrained_descent, since backward() adds to what is there. Clear them
    before each step."""
    w, b = X.new_zeros(X.shape[1], 1, requires_grad=True), X.new_zeros(1, requires_grad=True)
    reference.project_([w], theta)
    for _ in range(num_steps):
        ((X @ w + b - y) ** 2).mean().div(2).backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
        reference.project_([w], theta)
    return w.detach(), b.detach()
