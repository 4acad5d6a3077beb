"""What people get wrong about output_shape."""

from autograder.spec import misconception, reference, slip

COUNT = "(n + 2 * padding - k) // stride + 1"


@slip("2 * padding", "padding", everywhere=True)
def padding_counted_once():
    """The padding is added once. It comes on each side, left and right, so the input grows by 2 * padding."""


@slip(COUNT, "-((n + 2 * padding - k) // -stride) + 1")
def rounded_up():
    """The number of steps is rounded up. A window that sticks out at the end does not count: round down."""


@slip(COUNT, "(2 * (n + 2 * padding - k) + stride) // (2 * stride) + 1")
def rounded_to_nearest():
    """The number of steps is rounded to the nearest whole number. Only whole steps count: round down, with //."""


@slip(COUNT, "(n + 2 * padding - k + 1) // stride")
def one_added_before_dividing():
    """The 1 is added before the division by the stride. The first window needs no step: divide first, then add 1."""


@slip(COUNT, "(n + 2 * padding - k) // stride")
def first_window_forgotten():
    """Only the steps are counted. With no step at all there is one window already: add 1."""


@slip(COUNT, "(n + 2 * padding - k) / stride + 1")
def not_rounded():
    """The division leaves a fraction. There are only whole windows: round down, with // instead of /."""


@slip(COUNT, "int((n + 2 * padding - k) / stride) + 1")
def divided_as_float():
    """The division goes through a float, which keeps about 16 digits: large sizes come out wrong. The operator //
    rounds down and is exact."""


@slip(COUNT, "(n + 2 * padding - 1) // stride + 1")
def size_over_stride():
    """The padded size is divided by the stride, whatever the kernel. That is right only where the kernel is no larger
    than one step: take k off first, then divide, then add 1."""


@slip(COUNT, "max(n + 2 * padding - stride * (k - 1), 1)")
def stride_multiplies_the_kernel():
    """The stride acts on the kernel, as a dilation would. It is the step from one window to the next, and divides what
    is left beside the first window."""


@slip("if k > n + 2 * padding:", "if k > n:")
def padding_forgotten_for_large_kernels():
    """The kernel is compared with n alone. With padding a kernel larger than n may fit: compare it with n + 2 *
    padding."""


@slip("if k > n + 2 * padding:", "if k >= n + 2 * padding:")
def kernel_as_large_refused():
    """A kernel just as large as the padded input is refused. It fits, in exactly one place."""


@slip(
    ("raise ValueError(", "str("),
    ("min(n, k, stride) < 1 or padding < 0", "False"),
    (COUNT, "(n + 2 * padding - k) // (stride or 1) + 1"),
    everywhere=True,
)
def anything_goes():
    """Arguments that make no sense give a number. A wrong number goes unnoticed for long: raise ValueError."""


@misconception(entry="receptive_field")
def strides_left_out(layers):
    """The strides are left out. After a stride of 2, neighbours lie two input positions apart: all later kernels span
    more."""
    reference.receptive_field(layers)
    return 1 + sum(kernel - 1 for kernel, _stride in layers)


@slip(
    "        span += (kernel - 1) * step\n        step *= stride",
    "        step *= stride\n        span += (kernel - 1) * step",
)
def own_stride_counts():
    """A layer's own stride widens its own kernel. It acts only on the layers after it: first add, then multiply."""


@slip("span += (kernel - 1) * step", "span += kernel * step - (span == step == 1)")
def kernels_added():
    """The kernels are added in full. The one position from which a kernel starts is in the span already: it adds kernel
    - 1."""


@slip("span, step = 1, 1", "span, step = 0, 1")
def starts_at_nothing():
    """The sum starts at 0. Without any layer an element sees one position, itself: start at 1."""


@slip("    for kernel, stride in layers", "    if not layers:\n        return 0\n    for kernel, stride in layers")
def no_layers_see_nothing():
    """Without any layer the answer is 0. The output is the input then, and each element sees itself: 1."""


@slip("step *= stride", "step += stride - 1")
def strides_added():
    """The strides are added up. Steps of steps multiply: two strides of 2 make neighbours 4 positions apart."""


@misconception(entry="receptive_field")
def layers_from_the_output(layers):
    """The layers are taken from the output to the input. The list begins at the input: a stride widens the layers that
    come after it in the list."""
    return reference.receptive_field(layers[::-1])
