"""What people get wrong about the data of the polynomial experiment."""

import torch

from autograder.spec import misconception, reference, slip

NOT_GENERATED = ("polynomial_data_input_changed",)  # it is given nothing that can change

POWER = "x**i / math.factorial(i)"
COLUMNS = f"[{POWER} for i in range(max_degree + 1)]"
NOISE = "0.1 * torch.randn(n, generator=generator)"
DRAW = "    x = torch.randn(n, generator=generator)\n"


@slip(POWER, "x**i")
def factorials_left_out():
    """The powers are not divided by their factorials: column i is x^i / i!."""


@slip("math.factorial(i)", "max(i, 1)")
def divided_by_the_degree():
    """Column i is divided by i. It is divided by the factorial, i! = 1 * 2 * ... * i."""


@slip("math.factorial(i)", "math.factorial(max(i - 1, 0))")
def factorial_of_one_less():
    """Column i is divided by (i - 1)!. It is divided by i!; as a gamma function that is math.gamma(i + 1), since gamma(i)
    is (i - 1)!."""


@slip(POWER, "(x / math.factorial(i)) ** i")
def factorial_raised_too():
    """The factorial is raised to the power as well: divide after the power is taken, x**i / i!."""


@slip(COLUMNS, COLUMNS.replace("max_degree + 1", "max(max_degree, 1)"))
def last_degree_missing():
    """The highest degree is missing: there are max_degree + 1 columns, from degree 0 up to max_degree. Twenty columns are
    degree 19."""


@slip(COLUMNS, f"{COLUMNS}[1:] or [x]")
def constant_missing():
    """The constant column is missing: column 0 is x^0 / 0! = 1. A model without a bias needs it."""


@slip(COLUMNS, COLUMNS + "[::-1]")
def highest_first():
    """The columns come in falling order, as numpy.vander has them. Column i is the power i."""


@slip(COLUMNS + ", dim=1", COLUMNS)
def rows_are_degrees():
    """The result is transposed: a row is for a sample, and a column for a degree."""


@slip(POWER, "x.abs() ** i / math.factorial(i)")
def signs_lost():
    """Odd powers of negative x come out positive. (-2)^3 is -8."""


@slip(POWER, "torch.exp(i * torch.log(x)) / math.factorial(i)")
def powers_by_logarithms():
    """Powers are taken as exp(i log x), which is NaN for negative x and for 0. Use x**i."""


@slip(POWER, "torch.where(x == 0, 0.0, x**i) / math.factorial(i)")
def zero_to_the_zero():
    """For x = 0 column 0 is 0. A polynomial has its constant there too: x^0 is 1 for every x."""


@slip("math.factorial(i)", "torch.arange(1, i + 1).prod(dtype=torch.int32)")
def factorials_in_int32():
    """From 13 on the factorials are wrong: they do not fit into an int32. Take math.factorial(i), or floats."""


@slip("math.factorial(i)", "torch.arange(1.0, i + 1).prod()")
def factorials_in_float32():
    """The factorials are computed in float32, which has no room for all digits from 14! on: with float64 samples the
    result is less precise than it should be. math.factorial(i) is exact."""


@slip(DRAW, DRAW.replace("randn", "rand"))
def uniform_samples():
    """The samples are uniform on [0, 1). N(0, 1) is the normal distribution: torch.randn."""


@slip(DRAW, DRAW + "    x = x.sort().values\n")
def sorted_samples():
    """The samples are sorted. Each is drawn independently of the others, so they come in no order: a training set of the
    first samples would otherwise hold the smallest ones only."""


@slip(NOISE, "torch.zeros(n)")
def noise_left_out():
    """The noise does not vary from label to label: there is none, or one number is added to all. Each label has a noise of
    its own: 0.1 * torch.randn(n, generator=generator)."""


@slip(NOISE, NOISE.replace("0.1", "0.1**2"))
def variance_taken_for_deviation():
    """The noise has the standard deviation 0.01. In N(0, 0.1^2) stands the variance: the standard deviation is 0.1."""


@slip(NOISE, NOISE.replace("0.1", "0.1**0.5"))
def root_of_the_deviation():
    """The noise has the standard deviation 0.316, the root of 0.1. In N(0, 0.1^2) the variance is 0.01 and the standard
    deviation 0.1."""


@slip(NOISE, "torch.randn(n, generator=generator)")
def noise_not_scaled():
    """The noise has the standard deviation 1. Multiply by 0.1."""


@slip(NOISE, "0.1 * torch.rand(n, generator=generator)")
def noise_never_negative():
    """The noise lifts all labels: its mean is not 0, as that of torch.rand, which is never negative. torch.randn draws from
    N(0, 1)."""


@slip(NOISE, "0.1 * 12**0.5 * (torch.rand(n, generator=generator) - 0.5)")
def uniform_noise():
    """The noise has the right mean and deviation, but it is uniform. It is asked for from a normal distribution:
    torch.randn."""


@slip(NOISE, "0.1 * x.abs() * torch.randn(n, generator=generator)")
def noise_grows_with_x():
    """The noise grows with x. It is independent of x: the same deviation, 0.1, everywhere."""


@slip(NOISE, "0.1 * x")
def noise_is_x():
    """The noise is 0.1 times x, so that the coefficient of x becomes 1.3. Draw other numbers for it; a generator that is
    seeded again repeats those of x."""


@slip("[5, 1.2, -3.4, 5.6]", "[5, 1.2, -3.4 * 2, 5.6 * 6]")
def factorials_cancelled():
    """The labels are 5 + 1.2 x - 3.4 x^2 + 5.6 x^3, without the factorials: the coefficients belong to x^2/2! and
    x^3/3!."""


@slip("[5, 1.2, -3.4, 5.6]", "[5, 1.2, -3.4 / 2, 5.6 / 6]")
def factorials_twice():
    """The coefficients are divided by the factorials once more, though the features hold them already: -3.4 x^2/2! has
    2! once."""


@slip("-3.4", "3.4")
def sign_of_the_square():
    """The square has the coefficient +3.4. It is -3.4."""


@slip(NOISE, "0.1 * torch.randn(n)")
def noise_from_the_global_generator():
    """The noise comes from torch's global generator. Hand over the one that is given: torch.randn(n,
    generator=generator)."""


@slip(DRAW, DRAW.replace("generator=generator", "generator=generator.manual_seed(0)"))
def seeded_inside():
    """The generator is seeded inside, so that every call gives the same data. Seeds are the caller's: draw, and leave the
    generator where it then is."""


@misconception(entry="polynomial_data")
def columns_returned(n, generator):
    """x and the labels come as columns, (n, 1). Both are vectors, (n,)."""
    x, labels = reference.polynomial_data(n, generator)
    return x[:, None], labels[:, None]


@misconception(entry="polynomial_data")
def data_in_float64(n, generator):
    """The data is float64, as numpy makes it. float32 is asked for."""
    x, labels = reference.polynomial_data(n, generator)
    return x.double(), labels.double()


@misconception(entry="polynomial_data")
def stacked(n, generator):
    """x and the labels come in one tensor of two rows. Return a tuple of two tensors."""
    return torch.stack(reference.polynomial_data(n, generator))
