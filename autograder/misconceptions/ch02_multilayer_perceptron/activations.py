"""What people get wrong about activations."""

import torch

from autograder.spec import misconception, reference, slip


@misconception
def sigmoid_mirrored(x):
    """sigmoid has e^x in the denominator, so that it falls from 1 to 0. The exponent is -x."""
    return 1 - reference.sigmoid(x)


@misconception
def sigmoid_of_e_to_the_x(x):
    """sigmoid is computed as e^x / (1 + e^x), which is inf / inf = NaN for large x. Divide both by e^x where x is
    positive."""
    return torch.exp(x) / (1 + torch.exp(x))


@misconception
def sigmoid_by_the_formula(x):
    """sigmoid is computed as 1 / (1 + e^-x) everywhere. Where x is very negative e^-x is infinite: the value is still 0,
    but the gradient is 0 * inf = NaN."""
    return 1 / (1 + torch.exp(-x))


@misconception
def sigmoid_overflows_in_the_other_branch(x):
    """sigmoid overflows in the branch that torch.where does not take: its gradient is 0 * inf = NaN all the same. Make
    the exponent safe before exp."""
    return torch.where(x >= 0, 1 / (1 + torch.exp(-x)), torch.exp(x) / (1 + torch.exp(x)))


@misconception
def sigmoid_of_the_absolute_value(x):
    """sigmoid goes through |x|, whose gradient at 0 is 0, and so the gradient at 0 is 0 and not 1/4. Take
    torch.where(x >= 0, -x, x)."""
    e = torch.exp(-x.abs())
    return torch.where(x >= 0, 1, e) / (1 + e)


@misconception(entry="tanh")
def tanh_without_the_2(x):
    """tanh is computed with e^-x instead of e^-2x: that is tanh(x / 2)."""
    return reference.tanh(x / 2)


@misconception(entry="tanh")
def tanh_by_the_formula(x):
    """tanh is computed as its formula everywhere. Where x is very negative e^-2x is infinite, and inf / inf is NaN:
    multiply both by e^2x there."""
    return (1 - torch.exp(-2 * x)) / (1 + torch.exp(-2 * x))


@misconception(entry="tanh")
def tanh_of_sinh_and_cosh(x):
    """tanh is computed as (e^x - e^-x) / (e^x + e^-x), which overflows on both sides: inf / inf is NaN. Divide both by
    the larger of the two powers."""
    return (torch.exp(x) - torch.exp(-x)) / (torch.exp(x) + torch.exp(-x))


@misconception(entry="tanh")
def tanh_overflows_in_the_other_branch(x):
    """tanh overflows in the branch that torch.where does not take: its gradient is 0 * inf = NaN all the same. Make the
    exponent safe before exp."""
    up, down = torch.exp(2 * x), torch.exp(-2 * x)
    return torch.where(x >= 0, (1 - down) / (1 + down), (up - 1) / (up + 1))


@misconception(entry="tanh")
def tanh_of_the_absolute_value(x):
    """tanh goes through |x| and sign(x), which have no gradient at 0, and so the gradient at 0 is 0 and not 1. Take
    torch.where(x >= 0, -2 * x, 2 * x)."""
    e = torch.exp(-2 * x.abs())
    return torch.sign(x) * (1 - e) / (1 + e)


@misconception(entry="relu")
def relu_as_absolute_value(x):
    """relu turns negative values round. They become 0."""
    return x.abs()


@misconception(entry="relu")
def relu_as_a_step(x):
    """relu returns 1 for positive values: that is its derivative. It returns x there."""
    return (x > 0).to(x.dtype)


@slip("torch.where(x > 0, x, alpha * x)", "torch.maximum(x, alpha * x)")
def leaky_relu_as_a_maximum():
    """leaky_relu takes the larger of x and alpha * x, which are swapped once alpha is above 1. Look at the sign of
    x."""


@slip("torch.where(x > 0, x, alpha * x)", "torch.where(x > 0, x, alpha)")
def leaky_relu_with_a_constant():
    """leaky_relu returns alpha itself for negative values. It is alpha * x."""


@slip("torch.where(x > 0, x, alpha * x)", "torch.where(x > 0, x, -alpha * x)")
def leaky_relu_turned_up():
    """leaky_relu rises to the left of 0. alpha * x is negative there, as x is."""


@slip("torch.where(x > 0, x, alpha * x)", "torch.where(x > 0, alpha * x, x)")
def leaky_relu_with_swapped_sides():
    """leaky_relu has alpha on the positive side. It stands on the negative one."""


@slip("a.reshape(()) if len(a) == 1", "a if len(a) == 1")
def prelu_gains_an_axis():
    """prelu of a single number has shape (1,), since a has. The result has the shape of x, here ()."""


@slip("a.reshape(-1, *[1] * (x.dim() - 2))", "a")
def prelu_along_the_last_axis():
    """prelu lines a up with the last axis of x, as broadcasting does by itself. The channels are on axis 1."""


@misconception(entry="prelu")
def prelu_along_the_first_axis(x, a):
    """prelu lines a up with the batch, axis 0 of x. The channels are on axis 1."""
    if len(a) == 1 or x.shape[0] != len(a):
        return reference.prelu(x, a)
    return torch.where(x > 0, x, a.reshape(-1, *[1] * (x.dim() - 1)) * x)


@misconception(entry="prelu")
def prelu_with_the_first_slope(x, a):
    """prelu takes a[0] for all channels. Each channel has its own slope."""
    return reference.prelu(x, a[:1])


@slip("torch.where(x > 0, x, slope * x)", "torch.maximum(x, slope * x)")
def prelu_as_a_maximum():
    """prelu takes the larger of x and a * x, which are swapped once a is above 1. Look at the sign of x."""


@misconception(entry="prelu")
def prelu_with_a_fixed_slope(x, a):
    """No gradient arrives at a: the slope became a number on the way (.item(), .detach(), .data), and could not be
    learned."""
    return reference.prelu(x, a.detach())


@slip("pieces.amax(-1)", "pieces.clamp(min=0).amax(-1)")
def maxout_never_negative():
    """maxout compares with 0 as well, as relu does. The largest piece may be negative."""


@slip("pieces.amax(-1)", "pieces.sum(-1)")
def maxout_summed():
    """maxout adds up the pieces of a unit. It takes the largest."""


@slip("pieces.amax(-1)", "pieces.amax(1)")
def maxout_over_the_units():
    """maxout takes the maximum over the units. It is over the pieces of each unit, the last axis."""


@slip('"nd,dmk->nmk", x, W) + b', '"nd,dmk->nmk", x, W)')
def maxout_without_the_bias():
    """maxout forgets the bias. Each piece has its own, and it is added before the maximum."""


@misconception(entry="maxout")
def maxout_with_the_bias_behind(x, W, b):
    """maxout takes the maximum of the products, and adds the largest bias to it. Each piece gets its own bias before
    the maximum."""
    return reference.maxout(x, W, torch.zeros_like(b)) + b.amax(-1)


@misconception(entry="maxout")
def maxout_with_swapped_axes(x, W, b):
    """maxout takes the first of the two last axes of W and b for the pieces. Units come first: (d, m, k) and (m, k)."""
    d, m, k = W.shape
    return reference.maxout(x, W.reshape(d, k, m).mT, b.reshape(k, m).T)
