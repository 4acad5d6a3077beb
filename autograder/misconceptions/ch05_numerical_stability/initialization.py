"""What people get wrong about the weights to start with."""

from autograder.spec import slip

FANS = "return W.shape[1] * k, W.shape[0] * k"
BOUND = "a = math.sqrt(6 / (fan_in + fan_out))"
XAVIER = "std = math.sqrt(2 / (fan_in + fan_out))"
KAIMING = "std = math.sqrt(2 / fan_in)"
NORMAL = "return W.normal_(0, std)"
LAST = "        return W."
UNIFORM = "return W.uniform_(-a, a)"
AFTER_KAIMING = "std = math.sqrt(2 / fan_in)\n    with torch.no_grad():\n        return W.normal_(0, std)"
RAISES = '        raise ValueError(f"fans need two dimensions or more, got shape {tuple(W.shape)}")\n'


@slip(BOUND, "a = math.sqrt(2 / (fan_in + fan_out))")
def bound_is_the_deviation():
    """The bound a of xavier_uniform_ is sqrt(2 / (fan_in + fan_out)), which should be the standard deviation. That of
    U(-a, a) is a / sqrt(3), so there is a 6 under the root of a."""


@slip(BOUND, "a = 6 / (fan_in + fan_out)")
def bound_without_a_root():
    """The bound of xavier_uniform_ lacks its root: a = sqrt(6 / (fan_in + fan_out))."""


@slip(BOUND, "a = math.sqrt(12 / (fan_in + fan_out))")
def bound_of_twice_the_variance():
    """xavier_uniform_ has twice the variance that is asked for: 12 stands under the root, or 6 above the mean of the two
    fans. It is 6 above their sum; 12 would belong to an interval of length a."""


@slip(UNIFORM, "return W.uniform_(0, a)")
def never_negative():
    """xavier_uniform_ draws from U(0, a), which is never negative. Its mean should be 0: U(-a, a)."""


@slip(UNIFORM, "return W.normal_(0, a / math.sqrt(3))")
def normal_for_uniform():
    """xavier_uniform_ has the right mean and variance, but not the shape of a uniform distribution, in which every number
    between -a and a is as probable as any other."""


@slip(XAVIER, "std = 2 / (fan_in + fan_out)")
def xavier_variance_as_deviation():
    """xavier_normal_ takes 2 / (fan_in + fan_out) for the standard deviation. It is the variance: take the root."""


@slip(XAVIER, "std = math.sqrt(6 / (fan_in + fan_out))")
def bound_as_deviation():
    """xavier_normal_ takes the bound of the uniform rule for its standard deviation. The 6 belongs to U(-a, a), whose
    variance is a^2 / 3; here it is sqrt(2 / (fan_in + fan_out))."""


@slip(XAVIER, "std = math.sqrt(1 / (fan_in + fan_out))")
def xavier_with_a_1():
    """xavier_normal_ has half the variance that is asked for. 1 would stand above the mean of the two fans; above their sum
    stands 2."""


@slip(KAIMING, "std = 2 / fan_in")
def kaiming_variance_as_deviation():
    """kaiming_normal_ takes 2 / fan_in for the standard deviation. It is the variance: take the root."""


@slip(KAIMING, "std = math.sqrt(1 / fan_in)")
def kaiming_without_the_2():
    """kaiming_normal_ has the variance 1 / fan_in. A ReLU sets half of the units to 0 and so halves the mean square, which
    the 2 makes up for: 2 / fan_in."""


@slip(KAIMING, "std = math.sqrt(2 / _fan_out)")
def outputs_for_inputs():
    """kaiming_normal_ divides by fan_out, or takes W for (in, out). W is (out, in, *kernel), as in nn.Linear and nn.Conv2d,
    so that fan_in comes from W.shape[1], and the variance is 2 / fan_in."""


@slip(KAIMING, "std = math.sqrt(2 / (fan_in + _fan_out))")
def xavier_for_kaiming():
    """kaiming_normal_ has the variance of Xavier's rule. Kaiming's is 2 / fan_in: the way back does not count."""


@slip(AFTER_KAIMING, AFTER_KAIMING.replace("W.normal_(0, std)", "W.normal_(0, std).clamp_(-2 * std, 2 * std)"))
def large_weights_cut():
    """kaiming_normal_ has no elements far from 0, as after trunc_normal_ or clamp, or as in a uniform distribution. Of a normal
    one every twentieth number is further than two standard deviations from 0, and a few are at three and beyond."""


@slip(FANS, "return W.shape[1], W.shape[0]")
def kernel_left_out():
    """Both fans leave the kernel out. Where W has more than two dimensions, an output element is a sum over the inputs and
    over all k places of the kernel: fan_in = in * k, and likewise fan_out = out * k."""


@slip(FANS, "return W.shape[1] * k, W.shape[0]")
def kernel_in_one_fan():
    """The kernel counts for fan_in alone. On the way back an input element collects gradients from k places of each output
    channel, so fan_out = out * k."""


@slip("k = math.prod(W.shape[2:])", "k = math.prod(W.shape[2:3])")
def first_kernel_axis_alone():
    """Only the first axis of the kernel counts. k is the product of all its sizes: 15 for one of 3 x 5."""


@slip("k = math.prod(W.shape[2:])", "k = sum(W.shape[2:]) or 1")
def kernel_sizes_added():
    """The sizes of the kernel are added up. k is their product: 15 places for one of 3 x 5."""


@slip("    if W.dim() < 2:\n" + RAISES, "    W = W if W.dim() > 1 else W.reshape(-1, 1)\n")
def vectors_taken():
    """A tensor of fewer than two dimensions is filled. A bias has no fans: raise ValueError."""


@slip("if W.dim() < 2:", "if W.dim() < 1:")
def index_error():
    """For a vector another exception is raised than ValueError: W.shape[1] is an IndexError. Look at W.dim() first."""


@slip("if W.dim() < 2:", "if W.dim() != 2:")
def matrices_alone():
    """Only matrices are taken. Weights of convolutions have three dimensions or more: refuse fewer than two alone."""


@slip("with torch.no_grad():", "with torch.set_grad_enabled(True):", everywhere=True)
def recorded():
    """A leaf that requires grad is not filled: autograd does not let it be changed in place where it records. Fill it
    in torch.no_grad(), or through W.detach() or W.data."""


@slip(LAST, "        return W.clone().", everywhere=True)
def new_tensor_returned():
    """W is left as it was, and a new tensor comes back. The underscore in the name says that W itself is filled: the layer
    that holds it never sees another one."""


@slip(LAST, "        W.", everywhere=True)
def nothing_returned():
    """Nothing is returned. As with all of torch's functions of that kind it is W itself."""


@slip(LAST, "        return W.data.", everywhere=True)
def alias_returned():
    """Another tensor is returned that shares the memory of W, as W.data and W.detach() do. It should be W itself."""


@slip(LAST, "        W.data = torch.empty(W.shape)\n        return W.", everywhere=True)
def new_memory():
    """W gets new memory, as by W.data = ..., of the default dtype. Whoever shares the old memory, such as a view or a tied
    layer, does not see the new numbers: write into W, by W.copy_(...), W.uniform_(...) or W.normal_(...)."""


@slip(
    (UNIFORM, "W.reshape(-1).uniform_(-a, a)\n        return W"),
    (NORMAL, "W.reshape(-1).normal_(0, std)\n        return W"),
    everywhere=True,
)
def copy_of_a_view_filled():
    """Where W is a view that does not lie in memory row by row, such as W.T, a copy of it is filled: reshape, flatten and
    contiguous make one there. Work on W itself."""


@slip(UNIFORM, "return W.add_(torch.empty_like(W).uniform_(-a, a))")
def added_to_the_old():
    """xavier_uniform_ adds random numbers to what is in W. They should take its place."""


@slip(LAST, "        W.requires_grad_(False)\n        return W.", everywhere=True)
def frozen():
    """Afterwards W does not require grad any more, and would never be trained. Under torch.no_grad() it can be filled without
    switching that off."""


@slip(LAST, "        W.requires_grad_()\n        return W.", everywhere=True)
def asks_for_gradients():
    """Afterwards W requires grad although it did not before. That is up to the caller: leave it as it is."""


@slip(LAST, "        W.grad = None\n        return W.", everywhere=True)
def gradient_cleared():
    """W.grad is cleared. Only the values of W change."""


@slip(LAST, "        torch.manual_seed(0)\n        return W.", everywhere=True)
def same_at_each_call():
    """Each call draws the same numbers: a seed is set inside, or a generator is made inside that always begins alike. Layers
    of the same shape would start equal. Go on drawing from torch's global generator."""


@slip(UNIFORM, "return W.uniform_(-a, a, generator=torch.Generator().manual_seed(torch.Generator().seed()))")
def other_generator():
    """xavier_uniform_ does not draw from torch's global generator: the same state of it gives other numbers. Then
    torch.manual_seed no longer makes an experiment repeatable."""


@slip(UNIFORM, "return W.copy_(torch.empty(W.shape[1:]).uniform_(-a, a).expand(W.shape))")
def all_units_alike():
    """xavier_uniform_ gives all units the same weights: one row is repeated for each output. They would get the same
    gradients and stay alike. Draw each element by itself."""


@slip(AFTER_KAIMING, AFTER_KAIMING.replace("W.normal_(0, std)", "W.copy_(torch.randn(W[:, :1].shape) * std)"))
def all_inputs_alike():
    """kaiming_normal_ repeats what it draws: one number for all inputs of a unit, or one row for all units. Draw each element
    by itself."""


@slip(NORMAL, "W.normal_()\n        return W.sub_(W.mean()).div_(W.std(correction=0)).mul_(std)", everywhere=True)
def made_exactly_as_asked_for():
    """What is drawn is shifted and scaled until mean and variance are exactly right. Elements are not independent any more
    then: the last one follows from the others. The variance is that of the distribution, and a draw is off by chance."""
