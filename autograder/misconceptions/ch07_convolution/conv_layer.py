"""What people get wrong about a convolutional layer and its training."""

from autograder.misconceptions.ch07_convolution._shared import INPUT_CHANGED, ONLY_CONTIGUOUS
from autograder.spec import slip


@slip("corr2d(X, self.weight)", "corr2d(X, self.weight.flip(0, 1))")
def kernel_flipped():
    """Conv2D flips its weight: that is convolution as mathematics has it. A layer takes the weight as it is."""


@slip("else Y + self.bias", "else Y + 0 * self.bias")
def bias_left_out():
    """Conv2D has a bias but does not add it to the output."""


@slip("else Y + self.bias", "else Y - self.bias")
def bias_subtracted():
    """Conv2D subtracts its bias. The bias is added."""


@slip("if self.bias is None else", "if self.bias is None or not self.training else")
def bias_in_training_only():
    """Conv2D adds its bias in train mode alone. The layer is the same in both modes."""


@slip("if bias else None", "")
def bias_in_spite_of_false():
    """Conv2D has a bias although bias=False was given: then there should be no such parameter."""


@slip("nn.Parameter(torch.zeros(1))", "nn.Parameter(torch.randn(1))")
def bias_starts_random():
    """The bias starts random. It starts at 0; only the weight has to break the symmetry."""


@slip("torch.randn(h, w) / (h * w) ** 0.5", "torch.ones(h, w)")
def weight_starts_constant():
    """All elements of the weight start alike. Draw them at random, as with torch.randn."""


@slip("torch.randn(h, w)", "torch.randn(h, w, generator=torch.Generator().manual_seed(0))")
def weight_always_the_same():
    """Every layer starts with the same weight: a seed is set inside. Draw from torch's global generator, and set no
    seed."""


@slip("nn.Parameter(torch.zeros(1))", "torch.zeros(1)")
def bias_is_a_plain_tensor():
    """The bias is a plain tensor: only what is wrapped in nn.Parameter is a parameter, moves with the module and is
    learned."""


@slip(
    "        self.weight = nn.Parameter(torch.randn(h, w) / (h * w) ** 0.5)\n        self.bias = nn.Parameter(torch.zeros(1)) if bias else None\n",
    "        self.bias = nn.Parameter(torch.zeros(1)) if bias else None\n        self.weight = nn.Parameter(torch.randn(h, w))\n",
)
def bias_first():
    """The bias was stored before the weight. Parameters come in the order in which they are stored: weight, then
    bias."""


@slip("(kernel_size, kernel_size) if", "(kernel_size, 1) if")
def int_is_one_column():
    """An int makes a kernel of one column. It stands for a square kernel."""


@slip("corr2d(X, self.weight)", "corr2d(X, self.weight.detach())")
def weight_cut_off():
    """No gradient arrives at the weight, so it could not be learned: take self.weight itself, without .data or
    .detach()."""


@slip("** 2).sum()", "** 2).mean()")
def mean_instead_of_sum():
    """The loss is the mean of the squared errors: losses and steps are smaller by the number of outputs. Take their
    sum."""


@slip(
    ("        losses[step] = loss.detach()\n", ""),
    (
        ".detach().requires_grad_()\n    return",
        ".detach().requires_grad_()\n        losses[step] = ((corr2d(X, K) - Y) ** 2).sum().detach()\n    return",
    ),
)
def loss_after_the_step():
    """The losses are those after each update. Keep the loss before it: the first is that of the kernel 0."""


@slip("K - lr * gradient", "K - lr * gradient / 2")
def factor_two_missing():
    """The gradient lacks a factor 2, as if the loss were halved: the derivative of e^2 is 2 e."""


@slip(
    ("losses = X.new_zeros(steps)", "losses, total = X.new_zeros(steps), 0"),
    ("K = (K - lr * gradient)", "total = total + gradient\n        K = (K - lr * total)"),
)
def gradients_add_up():
    """The gradients of all steps add up, as .grad does unless it is set to zero before each backward()."""


@slip("K - lr * gradient", "K + lr * gradient")
def climbs():
    """The kernel moves along the gradient, so the loss grows. Descent subtracts it."""


@slip(".requires_grad_()\n    losses", ".add(1).requires_grad_()\n    losses")
def kernel_starts_at_one():
    """The kernel starts at 1. It starts at 0."""


@slip("return K.detach(), losses", "return K.detach().T.contiguous(), losses")
def kernel_sides_swapped():
    """The height and the width of the learned kernel are swapped: K is (H - H' + 1, W - W' + 1)."""


@slip("corr2d(X, K) - Y", "corr2d(X, K.flip(0, 1)) - Y")
def learned_kernel_flipped():
    """The learned kernel is flipped: predict with cross-correlation, not with convolution."""


@slip(
    ("losses = X.new_zeros(steps)", "losses, bias = X.new_zeros(steps), 0.0"),
    ("corr2d(X, K) - Y", "corr2d(X, K) + bias - Y"),
    ("        K = (K", "        bias = bias - lr * 2 * (corr2d(X, K) + bias - Y).sum().detach()\n        K = (K"),
)
def bias_learned_too():
    """A bias is learned beside the kernel and takes its share of the error. There is none here."""


@slip("        K = (K", "        if step == steps - 1 > 0:\n            break\n        K = (K")
def one_step_too_few():
    """One update is missing: after the last loss the kernel moves once more."""


@slip(("= X.new_zeros(steps)\n", "= X.new_zeros(max(steps, 1))\n"), ("range(steps)", "range(max(steps, 1))"))
def at_least_one_step():
    """A step is made although steps = 0 asks for none."""


@slip("return K.detach(), losses", "return K, losses")
def kernel_with_graph():
    """The returned kernel still asks for a gradient. Return K.detach()."""


@slip("(corr2d(X, K) - Y)", "(corr2d(X, K).view(-1) - Y.view(-1))", sentence=ONLY_CONTIGUOUS)
def errors_by_view(): ...


@slip(
    "    return K.detach(), losses",
    "    Y.sub_(corr2d(X, K).detach())\n    return K.detach(), losses",
    sentence=INPUT_CHANGED,
)
def errors_written_into_the_target(): ...
