"""What people get wrong about parameter_count."""

from autograder.spec import misconception, reference, slip


@slip((" + bias * outputs", ""), (" + bias * out_channels", ""))
def biases_forgotten():
    """The biases are not counted. With bias=True each output, or output channel, has one more parameter."""


@slip(("bias * outputs", "outputs"), ("bias * out_channels", "out_channels"))
def biases_always_counted():
    """The biases are counted even with bias=False."""


@slip(("bias * outputs", "bias"), ("bias * out_channels", "bias"))
def one_bias_for_all():
    """A single bias is counted for the whole layer. Each output, or output channel, has its own."""


@slip(("bias * outputs", "bias * inputs"), ("bias * out_channels", "bias * in_channels"))
def bias_for_each_input():
    """A bias is counted for each input or input channel. Biases belong to the outputs."""


@slip("bias * out_channels", "bias * in_channels * out_channels")
def bias_for_each_kernel():
    """A bias is counted for each pair of an input and an output channel. The input channels are summed first: one bias
    for each output channel."""


@slip("kernel_size * kernel_size", "kernel_size")
def side_instead_of_area():
    """An int as kernel_size is one side of a square kernel: the kernel has kernel_size * kernel_size weights."""


@slip("in_channels * out_channels * kernel", "out_channels * kernel")
def input_channels_share_a_kernel():
    """One kernel is counted for each output channel. It has a layer for each input channel: multiply by in_channels
    too."""


@misconception(entry="conv_parameters")
def channels_not_crossed(in_channels, out_channels, kernel_size, bias=True):
    """Input and output channels are counted as if each input channel had its own output (a depthwise layer). Every
    output channel has a kernel for every input channel."""
    return reference.conv_parameters(1, out_channels, kernel_size, bias) + reference.conv_parameters(
        in_channels - 1, 1, kernel_size, False
    )


@slip("inputs * outputs", "inputs + outputs")
def units_counted():
    """The inputs and the outputs are counted, not what connects them: each input has a weight for each output."""


@slip("prod(n)", "n[-1]")
def last_axis_only():
    """Of the shape only the last axis is counted, as nn.Linear does, which acts on the last axis. Here all elements of
    the input are inputs: multiply all sizes."""


@slip(("prod(n)", "sum(n)"), ("prod(kernel_size)", "sum(kernel_size)"))
def sizes_added():
    """The sizes in the tuple are added. The number of elements of a shape is the product of its sizes."""


@slip(
    "inputs, outputs = (prod(n) if isinstance(n, tuple) else n for n in (num_inputs, num_outputs))",
    "inputs, outputs = prod(num_inputs) if isinstance(num_inputs, tuple) else num_inputs, num_outputs",
)
def outputs_are_one_number():
    """Only num_inputs may be a tuple. num_outputs may be a shape too, whose elements are all outputs: multiply its sizes
    as well."""


@slip("prod(kernel_size)", "kernel_size[0] ** 2")
def first_side_squared():
    """Of the tuple only the first size is used, as if all kernels were square. Multiply the sizes of all dimensions."""


@slip("prod(kernel_size)", "kernel_size[0] * kernel_size[-1]")
def two_dimensions_only():
    """Kernels of two dimensions are taken for granted. A tuple has one size for each dimension: multiply all it has."""


@slip(
    ("inputs * outputs", "float(inputs) * num_outputs"),
    ("in_channels * out_channels", "float(in_channels) * out_channels"),
)
def counted_in_floats():
    """The numbers go through floats. They are exact only up to 2**53, and the type is no int: count in Python ints,
    with math.prod."""


@slip(
    (
        "inputs * outputs + bias * outputs",
        "(inputs * outputs + bias * outputs + 2**31) % 2**32 - 2**31",
    ),
    (
        "in_channels * out_channels * kernel + bias * out_channels",
        "(in_channels * out_channels * kernel + bias * out_channels + 2**31) % 2**32 - 2**31",
    ),
)
def counted_in_32_bits():
    """The numbers are counted in 32 bits and wrap around at 2**31. Python ints never do."""


@slip(
    (", bias: bool = True)", ")"),
    ("bias * outputs", "outputs"),
    ("bias * out_channels", "out_channels"),
    everywhere=True,
)
def no_bias_argument():
    """There is no argument bias, so a call with bias=False raises TypeError: declare bias=True behind the others, and
    count the biases only if it is true."""
