"""What people get wrong about l1_decay."""

from autograder.spec import misconception, reference, slip

BETWEEN = "torch.where(x > t, x - t, torch.where(x < -t, x + t, 0))"
STEP = "            p -= lr * p.grad\n"
DECAY = "                p.copy_(soft_threshold(p, lr * decay))\n"
DECAYED = "            if p.dim() >= 2:\n" + DECAY
# The step returns nothing that could have a dtype.
NOT_GENERATED = ("sgd_l1_decay_output_always_float32",)
SKIPPED = "            if p.grad is None:\n                continue\n"


@slip("w.abs().sum()", "w.sum().abs()")
def penalty_of_the_sum():
    """l1_penalty takes the absolute value of the sum, in which weights of different sign cancel. Take that of each element
    first."""


@slip("w.abs().sum()", "w.abs().mean()")
def penalty_is_a_mean():
    """l1_penalty takes the mean of |w_i|. It is their sum, and no elements have the sum 0."""


@slip("w.abs().sum()", "(w**2).sum()")
def penalty_is_squared():
    """l1_penalty adds squares. That is the L2 penalty; here absolute values are added."""


@slip("w.abs().sum()", "w.abs().sum(-1)")
def penalty_of_each_row():
    """l1_penalty of a matrix adds along its last axis only. All elements go into one sum, and the result has shape ()."""


@slip("w.abs().sum()", "torch.where(w > 0, w, -w).sum()")
def gradient_of_one_side_at_0():
    """The gradient of l1_penalty at 0 is that of one side, as torch.where gives it. It should be 0 there, as that of abs
    is: else weights that are 0 are pushed off."""


@slip("w.abs().sum()", "(w**2).sqrt().sum()")
def gradient_of_a_root_at_0():
    """The gradient of l1_penalty at 0 is NaN, as that of a root is: its slope there is infinite. abs has the gradient
    0."""


@slip(BETWEEN, "torch.where(x.abs() > t, x, 0)")
def hard_threshold():
    """soft_threshold leaves what is larger than t as it is: that is the hard threshold, with a jump at t. The soft one also
    brings it t nearer to 0."""


@slip(BETWEEN, "x - t * x.sign()")
def goes_past_0():
    """soft_threshold subtracts t * sign(x) everywhere, and takes what is smaller than t to the other side of 0. Between -t
    and t the result is 0."""


@slip(BETWEEN, "torch.where(x > t, x - t, 0)")
def negative_side_forgotten():
    """soft_threshold is 0 for all negative numbers. Where x < -t it is x + t."""


@slip(BETWEEN, "x.clamp(-t, t)")
def clamped():
    """soft_threshold clamps x to [-t, t]. That is what it takes away: soft_threshold(x, t) = x - x.clamp(-t, t)."""


@slip(BETWEEN, "(x.abs() - t).clamp(min=0)")
def sign_lost():
    """soft_threshold is never negative, since the sign of x got lost. Multiply by it again."""


@slip(BETWEEN, "torch.where(x > t, x + t, torch.where(x < -t, x - t, 0))")
def away_from_0():
    """soft_threshold moves what is beyond t away from 0. It comes nearer to 0: x - t where x > t, x + t where x < -t."""


@slip(BETWEEN, "torch.where(x.abs() > t, x - t, 0)")
def t_subtracted_on_both_sides():
    """soft_threshold subtracts t from negative numbers too, which takes them further from 0. Where x < -t it is x + t."""


@slip("if not t >= 0:", "if t < 0:")
def nan_taken():
    """soft_threshold takes NaN for a threshold. Every comparison with NaN is False, t < 0 too: ask for `not t >= 0`."""


@slip("if not t >= 0:", "if t != t:")
def negative_t_taken():
    """soft_threshold takes a t below 0, which would make numbers larger. Raise ValueError."""


@slip("if not t >= 0:", "if not t > 0:")
def t_of_0_refused():
    """soft_threshold refuses t = 0. It is allowed, and gives x: that is a step with lr = 0, or with decay = 0."""


@slip(DECAYED, DECAY.replace("                p", "            p"))
def biases_decayed():
    """sgd_l1_decay shrinks biases as well. Only weights, of two or more dimensions, are shrunk."""


@slip("p.dim() >= 2", "p.dim() != 1")
def number_taken_for_a_weight():
    """sgd_l1_decay shrinks tensors without a dimension as if they were weights. These are biases too."""


@slip("p.dim() >= 2", "p.dim() == 2")
def only_matrices_decayed():
    """sgd_l1_decay shrinks only tensors of two dimensions. Those with more, as the kernels of a convolution are, are weights
    too."""


@slip("p.dim() >= 2", "p.squeeze().dim() >= 2")
def one_row_taken_for_a_bias():
    """sgd_l1_decay takes a weight with one row or one column for a bias. What counts is the number of dimensions, also of
    those of size 1."""


@slip(DECAYED, "")
def weights_not_shrunk():
    """sgd_l1_decay makes plain steps of gradient descent: decay does nothing. Apply soft_threshold to the weights, with
    lr * decay."""


@slip("soft_threshold(p, lr * decay)", "soft_threshold(p, decay)")
def threshold_without_lr():
    """sgd_l1_decay thresholds by decay, and not by lr * decay. It is a step too: with half the rate it goes half as far."""


@slip(STEP + DECAYED, "            p -= lr * (p.grad + (decay * p.sign() if p.dim() >= 2 else 0))\n")
def subgradient_step():
    """sgd_l1_decay adds decay * sign(w) to the gradient. Far from 0 that is the same, but near 0 weights jump across, and none
    stays at 0: make the plain step first, and apply soft_threshold to what comes out."""


@slip(STEP + DECAYED, DECAYED + STEP)
def threshold_before_the_step():
    """sgd_l1_decay applies soft_threshold before the step along the gradient, which moves weights off 0 again. The threshold
    comes last."""


@slip(DECAY, "                p *= 1 - lr * decay\n")
def weights_shrunk_by_a_share():
    """sgd_l1_decay shrinks each weight by a share of it. That is weight decay, the step of the L2 penalty; here each comes
    nearer to 0 by the same lr * decay, and at most to 0."""


@slip("p -= lr * p.grad", "p += lr * p.grad")
def uphill():
    """sgd_l1_decay goes up along the gradient. Subtract lr * grad."""


@slip("p -= lr * p.grad", "p -= lr * p.grad if p.dim() >= 2 else 0")
def biases_not_moved():
    """sgd_l1_decay leaves the biases as they are. They are not shrunk, but they are trained: b - lr * grad."""


@slip((SKIPPED, ""), ("p -= lr * p.grad", "p -= 0 if p.grad is None else lr * p.grad"))
def none_taken_for_0():
    """sgd_l1_decay takes a .grad of None for a gradient of 0, and shrinks the weight. Whoever froze it wants it left alone
    altogether: continue with the next."""


@slip("                continue\n", "                return\n")
def stops_at_none():
    """sgd_l1_decay ends at the first tensor whose .grad is None. Those behind it have gradients: continue in place of return
    or break."""


@slip((STEP, "            p.data = p - lr * p.grad\n"))
def new_memory():
    """sgd_l1_decay assigns to p.data. That gives the tensor new memory, and whoever shares the old one, as tied layers and
    views do, does not see the step. Write into it: p -= ..., p.copy_(...)."""


@misconception(entry="sgd_l1_decay")
def new_tensors(params, lr, decay):
    """sgd_l1_decay puts new tensors into the list. The network still holds the old ones: change these in place."""
    old = list(params)
    params[:] = [p.detach().clone().requires_grad_(p.requires_grad) for p in old]
    for new, p in zip(params, old, strict=True):
        new.grad = p.grad
    reference.sgd_l1_decay(params, lr, decay)


@misconception(entry="sgd_l1_decay")
def nothing_changed(params, lr, decay):
    """sgd_l1_decay changes nothing. p = p - lr * grad gives a new tensor the name p, and the tensor in the list stays as it
    was: write into it, by p -= ... or p.copy_(...)."""


@slip(STEP, STEP + "            p.grad.zero_()\n")
def gradients_set_to_0():
    """sgd_l1_decay sets .grad to 0. That belongs to the training loop, which may want to look at it, or to add to it."""


@slip("p -= lr * p.grad", "p -= p.grad.mul_(lr)")
def gradients_scaled_in_place():
    """sgd_l1_decay changes .grad, as p.grad *= lr does, or adding to it in place. Compute what you need in a new tensor."""


@misconception(entry="sgd_l1_decay")
def no_longer_trained(params, lr, decay):
    """After sgd_l1_decay the tensors require no grad, or all do, those that were frozen as well. Work in torch.no_grad(), and
    leave requires_grad as it is."""
    reference.sgd_l1_decay(params, lr, decay)
    for p in params:
        p.requires_grad_(False)


@misconception(entry="sgd_l1_decay")
def returns_the_list(params, lr, decay):
    """sgd_l1_decay returns something. It works in place, and returns None, as functions do that change what they are
    given."""
    reference.sgd_l1_decay(params, lr, decay)
    return params


@slip("p -= lr * p.grad", "p -= (lr * p.grad.float()).to(p.dtype)")
def sgd_l1_decay_precision_lost():
    """sgd_l1_decay computes in float32, also where the parameters are float64. Compute in their dtype."""
