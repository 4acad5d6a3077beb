"""What people get wrong about gradients through many layers."""

from autograder.spec import slip

DRAW = "std * torch.randn(width, width, **draw)"
MATRICES = f"[{DRAW} for _ in range(depth)]"
STEP = "        H = H + out if residual else out\n"
OWN = "own = [W.detach().requires_grad_() for W in weights]"
NORMS = "return torch.stack([g.double().norm() for g in grads])"
SIGMOID = '"sigmoid": torch.sigmoid'
RELU = '"relu": torch.relu'
KNOWN = "if activation not in functions or len(weights) == 0:"


@slip("std = scale / width**0.5", "std = scale")
def width_left_out():
    """The weights of deep_weights do not depend on the width: their standard deviation is scale. Sums over width inputs
    would then grow from layer to layer; it should be scale / sqrt(width)."""


@slip("std = scale / width**0.5", "std = scale / width")
def divided_by_the_width():
    """deep_weights divides by the width, not by its root. scale^2 / width is the variance, the deviation scale /
    sqrt(width)."""


@slip("std = scale / width**0.5", "std = scale**2 / width")
def variance_as_deviation():
    """deep_weights takes scale^2 / width for the standard deviation. It is the variance: take the root."""


@slip("std = scale / width**0.5", "std = (scale / width) ** 0.5")
def scale_under_the_root():
    """deep_weights has the variance scale / width: the scale, too, stands under the root. It is a factor of the weights, and
    its square one of the variance."""


@slip(DRAW, "std * 3**0.5 * (2 * torch.rand(width, width, **draw) - 1)")
def uniform_weights():
    """deep_weights has the right variance, but draws from a uniform distribution. N(...) is the normal one: torch.randn."""


@slip(DRAW, "std * torch.rand(width, width, **draw)")
def never_negative():
    """deep_weights is never negative, as torch.rand is not. N(0, ...) has mean 0: torch.randn."""


@slip(DRAW, "scale * torch.linalg.qr(torch.randn(width, width, **draw)).Q")
def orthogonal_weights():
    """deep_weights draws orthogonal matrices, or makes all rows equally long. That is a good start, but here each element is
    drawn independently of the others."""


@slip(MATRICES, f"[{DRAW}] * depth")
def one_matrix_for_all():
    """deep_weights repeats one matrix in all layers. That is a recurrent network; here each layer has its own draws."""


@slip(MATRICES, "list(std * torch.randn(depth, 1, width, **draw).repeat(1, width, 1))")
def one_row_repeated():
    """deep_weights draws one row for each matrix and repeats it. Draw each element by itself."""


@slip(f"return {MATRICES}", "return std * torch.randn(depth, width, width, **draw)")
def one_tensor_for_all():
    """deep_weights returns one tensor of three dimensions. A list of matrices is asked for."""


@slip(DRAW, f"({DRAW}).requires_grad_()")
def weights_that_ask():
    """The weights of deep_weights require grad. They are asked for without."""


@slip(DRAW, "std * torch.randn(width, width, dtype=torch.float64, **draw)")
def weights_in_float64():
    """The weights of deep_weights are float64. float32 is asked for."""


@slip(DRAW, "std * torch.randn(width, width)")
def global_generator():
    """deep_weights draws from torch's global generator. Hand over the one that is given: torch.randn(...,
    generator=generator)."""


@slip("    std = scale", "    generator.manual_seed(0)\n    std = scale")
def seeded_again():
    """deep_weights seeds the generator, so that each call gives the same weights. Seeds are the caller's: go on drawing."""


@slip(DRAW, "torch.eye(width) + " + DRAW)
def identity_added():
    """deep_weights adds the identity matrix. The residual connection is a matter of gradient_norms; the weights have mean
    0."""


@slip(DRAW, "0.5 ** (scale > 1) * " + DRAW)
def not_proportional():
    """deep_weights does not grow in proportion to scale. It is a plain factor: twice the scale makes every number twice as
    large, without a limit and without a seed that depends on it."""


@slip(
    '    if depth < 1:\n        raise ValueError(f"depth should be at least 1, got {depth}")\n',
    "",
)
def no_layers_taken():
    """deep_weights takes a depth of 0 or less and returns an empty list. Raise ValueError."""


@slip("if depth < 1:", "if depth <= 1:")
def one_layer_refused():
    """deep_weights refuses a depth of 1. A single layer is allowed."""


@slip(OWN, "alone = {id(W): W.detach().requires_grad_() for W in weights}\n    own = [alone[id(W)] for W in weights]")
def uses_added_up():
    """Where one tensor stands at several positions, each of them gets the sum of the gradients of all. Autograd adds up what
    arrives at one leaf: make a detached leaf that requires grad for each position."""


@slip(STEP, "        H = H + out if residual else out if W is not own[-1] else H @ W\n")
def last_layer_linear():
    """There is no activation after the last layer. As opposed to a classifier, here each layer has one."""


@slip(STEP, "        H = H + out if residual and W is not own[-1] else out\n")
def last_layer_without_residual():
    """The last layer has no residual connection. Every layer has one."""


@slip(STEP, "        H = functions[activation](H + H @ W) if residual else out\n")
def added_before_the_activation():
    """With residual connections what came in is added before the activation: act(H + H W). It is added behind it, H + act(H
    W): only then does the gradient have a way around the activation."""


@slip(STEP, "        H = X.detach() + out if residual else out\n")
def input_added_each_time():
    """With residual connections X is added at each layer. It should be what came into this layer, H_(l-1)."""


@slip(STEP, "        H = out\n")
def residual_ignored():
    """residual changes nothing. With it a layer is H + act(H W)."""


@slip("residual: bool = False", "residual: bool = True")
def residual_by_default():
    """residual is True where the argument is left out. Its default is False."""


@slip("H.mean()", "H.sum()")
def loss_is_a_sum():
    """The norms are too large by the number of elements of H_L, and all by the same factor: the loss is their mean, not their
    sum."""


@slip("H.mean()", "H.sum(1).mean()")
def mean_over_rows_alone():
    """The norms are too large by the number of columns of H_L: the loss is the mean over all elements, not over rows alone."""


@slip("H.mean()", "(H**2).mean()")
def loss_of_squares():
    """The loss is the mean of the squares. It should be the mean of the elements of H_L themselves."""


@slip(NORMS, "return torch.stack([g.double().norm() for g in grads[::-1]])")
def output_first():
    """The norms come in reverse order, as a backward pass meets the layers. Element 0 belongs to W_1, next to the input."""


@slip(NORMS, "return torch.stack([g.double().square().sum() for g in grads])")
def norms_squared():
    """The norms lack their root: it is the root of the sum of squares."""


@slip(NORMS, "return torch.stack([g.double().abs().mean() for g in grads])")
def mean_of_sizes():
    """The mean of the absolute values is returned for each layer. The Frobenius norm is the root of the sum of squares."""


@slip(NORMS, "return torch.stack([torch.linalg.matrix_norm(g.double(), 2) for g in grads])")
def spectral_norm():
    """The largest singular value of each gradient is returned. The Frobenius norm is the root of the sum of all squares."""


@slip(NORMS, "return torch.stack([(g**2).sum().sqrt().double() for g in grads])")
def squared_in_the_dtype():
    """The squares in the norm are computed in the dtype of X, where they become 0 or inf long before the gradients do.
    Convert the gradient first, g.double(), then take its norm."""


@slip(NORMS, "return torch.stack([g.double().norm() + 1e-8 for g in grads])")
def small_number_added():
    """A small number is added to each norm. A gradient that vanishes is then no longer seen."""


@slip(NORMS, "return torch.stack([g.double().nan_to_num(0, 0, 0).norm() for g in grads])")
def overflow_hidden():
    """What is inf or NaN in a gradient is replaced. That a gradient overflows is what is to be seen: leave it."""


@slip(("H = X.detach()", "H = X.detach().double()"), (OWN, OWN.replace("detach()", "detach().double()")))
def computed_in_float64():
    """The passes run in float64, whatever the dtype of X, so that nothing in float16 becomes 0 or inf. Only the norm is taken
    in float64."""


@slip(("H = X.detach()", "H = X.detach().float()"), (OWN, OWN.replace("detach()", "detach().float()")))
def computed_in_float32():
    """The passes run in float32, whatever the dtype of X: what float16 does not hold is not lost, and float64 loses digits.
    Leave X and the weights in their dtype."""


@slip("g.double().norm() for", "g.norm() for")
def norms_in_the_dtype():
    """The norms have the dtype of X. float64 is asked for: convert each gradient, then take its norm."""


@slip(NORMS, "return torch.stack([g.double().norm().float() for g in grads])")
def norms_in_float32():
    """The norms are float32. float64 is asked for."""


@slip("torch.autograd.grad(H.mean(), own)", "torch.autograd.grad(H.mean(), own, create_graph=True)")
def graph_returned():
    """The result requires grad and holds the whole graph. Return it detached."""


@slip(NORMS, "return torch.stack([g.double().norm() for g in grads])[:, None]")
def column_returned():
    """The norms come as a column, (L, 1). The shape is (L,)."""


@slip(
    ("own = [W.detach().requires_grad_() for W in weights]", "own = [W.requires_grad_() for W in weights]"),
    ("grads = torch.autograd.grad(H.mean(), own)", "H.mean().backward()\n    grads = [W.grad.clone() for W in own]"),
)
def gradients_left():
    """The gradients stay in .grad of the weights, where backward() writes them, and add up at the next call.
    torch.autograd.grad returns them and writes nothing."""


@slip(SIGMOID, '"sigmoid": lambda Z: torch.tanh(Z / 2)')
def symmetric_sigmoid():
    """The sigmoid runs from -1 to 1, as tanh does. It is 1 / (1 + e^-z), from 0 to 1."""


@slip(RELU, '"relu": lambda Z: torch.where(Z >= 0, Z, 0)')
def derivative_1_at_0():
    """Where its input is exactly 0, relu lets the gradient through. Its derivative there is 0."""


@slip(RELU, '"relu": lambda Z: torch.nn.functional.leaky_relu(Z, 0.01)')
def leaky():
    """relu lets something through where its input is negative. It is 0 there, and so is its derivative."""


@slip(KNOWN, "functions.setdefault(activation, torch.tanh)\n    if len(weights) == 0:")
def unknown_activation_taken():
    """gradient_norms takes an activation that it does not know for one of the others. Raise ValueError."""


@slip(
    (KNOWN, "if activation not in functions:"),
    ("    own = [", "    if len(weights) == 0:\n        return torch.zeros(0, dtype=torch.float64)\n    own = ["),
)
def empty_result_for_no_weights():
    """Without weights gradient_norms returns an empty tensor. Raise ValueError."""
