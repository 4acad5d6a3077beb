"""What people get wrong about mlp_scratch."""

from autograder.spec import misconception, reference, slip

DRAW = "std * torch.randn(num_inputs, num_outputs, generator=generator)"
ASK = "params += [W.requires_grad_(), b.requires_grad_()]"
LAYER = "H = H @ params[k] + params[k + 1]"


@slip(DRAW, "std * torch.randn(num_outputs, num_inputs, generator=generator)")
def weights_as_in_nn_linear():
    """The weights have the shape (outputs, inputs), as in nn.Linear. Here a layer is X @ W + b, and W is (inputs,
    outputs)."""


@slip(ASK, "params += [(W.requires_grad_(), b.requires_grad_())]")
def list_of_pairs():
    """The list holds pairs (W, b). It should be flat: [W1, b1, W2, b2, ...]."""


@slip("    return params\n", "    return params[::2] + params[1::2]\n")
def weights_before_biases():
    """All weights come first, then all biases. Each W is followed by its own b: [W1, b1, W2, b2, ...]."""


@slip("    return params\n", "    return tuple(params)\n")
def tuple_of_parameters():
    """The parameters come in a tuple. They are asked for as a list."""


@slip("b = torch.zeros(num_outputs)", "b = torch.zeros(1, num_outputs)")
def biases_with_two_axes():
    """The biases have the shape (1, outputs). A bias is a vector, (outputs,); broadcasting adds it to every row."""


@slip("b = torch.zeros(num_outputs)", "b = std * torch.randn(num_outputs, generator=generator)")
def random_biases():
    """The biases are random. They start at zero; that the weights differ is enough to make the units differ."""


@slip(ASK, "params += [W, b]")
def no_gradients_asked_for():
    """The parameters do not ask for gradients, and no backward pass would fill their .grad: call .requires_grad_() on
    each."""


@slip(ASK, "params += [W.requires_grad_(), b]")
def biases_frozen():
    """The biases do not ask for gradients. They are learned too: call .requires_grad_() on each of them."""


@slip(DRAW, "std * torch.randn(num_inputs, num_outputs, generator=generator, requires_grad=True)")
def no_leaves():
    """The weights are results: requires_grad was set before the factor std came in, and .grad stays None in what is
    returned. Ask for gradients last."""


@slip(DRAW, "(" + DRAW + ").double()")
def weights_in_float64():
    """The weights are float64. The default, float32, is asked for."""


@slip("std * torch.randn", "std**0.5 * torch.randn")
def std_taken_as_variance():
    """std is taken for the variance, and its root is the factor. It is the standard deviation itself: std *
    torch.randn(...)."""


@slip("std * torch.randn", "std * (2 / num_inputs) ** 0.5 * torch.randn")
def scaled_by_the_inputs():
    """The deviation depends on the sizes of the layer, as in Kaiming's or Xavier's rule. Here it is std in each layer."""


@slip(DRAW, "std * 12**0.5 * (torch.rand(num_inputs, num_outputs, generator=generator) - 0.5)")
def uniform_weights():
    """The weights are uniform. They are asked for from N(0, std^2), as torch.randn draws them."""


@slip(DRAW, "std * (2 * torch.rand(num_inputs, num_outputs, generator=generator) - 1)")
def uniform_between_minus_std_and_std():
    """The weights are uniform from -std to std, which makes their standard deviation std / sqrt(3). They are asked for from
    N(0, std^2), as torch.randn draws them."""


@slip(DRAW, "std * torch.rand(num_inputs, num_outputs, generator=generator)")
def uniform_from_zero():
    """The weights are uniform from 0 to std, none of them negative. torch.rand draws so; torch.randn draws from the normal
    distribution with the mean 0."""


@slip(DRAW, "std * torch.randn(num_inputs, num_outputs, generator=generator).clamp(-2, 2)")
def large_weights_clamped():
    """Large weights are cut off. N(0, std^2) has no bounds: one weight in twenty is further than 2 std from 0."""


@slip(DRAW, "std * 2**0.5 * torch.erfinv(0.9545 * (2 * torch.rand(num_inputs, num_outputs, generator=generator) - 1))")
def truncated_normal_weights():
    """The normal distribution is truncated, as by trunc_normal_. N(0, std^2) has no bounds: one weight in twenty is further
    than 2 std from 0."""


@slip(DRAW, "std * (0.5 + torch.randn(num_inputs, num_outputs, generator=generator))")
def mean_not_zero():
    """The mean of the weights is not 0: as many should be negative as positive. torch.randn has the mean 0, torch.rand
    0.5."""


@slip(DRAW, "std * torch.randn(1, num_outputs, generator=generator).repeat(num_inputs, 1)")
def one_row_repeated():
    """One row is drawn and repeated for every input. Each entry of W is drawn by itself."""


@slip(DRAW, "std * torch.randn(num_inputs, 1, generator=generator).repeat(1, num_outputs)")
def all_units_alike():
    """All units of a layer start with the same weights, get the same gradients, and stay alike. Each entry of W is drawn
    by itself."""


@slip("        W = std", "        generator.manual_seed(0)\n        W = std")
def seeded_in_each_layer():
    """The generator is seeded in each layer, so that layers repeat each other. Go on drawing from the
    generator as it is."""


@slip("    params = []\n", "    params = []\n    generator.manual_seed(0)\n")
def seeded_again():
    """The generator is seeded inside, and each call gives the same. The caller has seeded it: go on drawing from it."""


@slip(DRAW, "std * torch.randn(num_inputs, num_outputs)")
def global_generator():
    """The numbers come from torch's global generator. Hand over the one that is given: torch.randn(...,
    generator=generator)."""


@slip("if k < last:", "if True:")
def relu_on_the_output():
    """A ReLU follows the last layer too. The outputs may have any sign: no activation after the last layer."""


@slip("if k < last:", "if False:")
def no_relu():
    """There is no ReLU, and without one the whole stack is a single linear map. It stands after each layer but the
    last."""


@slip("if k < last:", "if k == 0 and k < last:")
def one_relu_only():
    """Only the first layer has a ReLU. One stands after each layer but the last."""


@slip("X.flatten(start_dim=1)", "torch.relu(X.flatten(start_dim=1))")
def relu_on_the_input():
    """The input goes through a ReLU, too. X @ W1 + b1 comes first."""


@slip(LAYER, "H = H @ params[k]")
def biases_left_out():
    """The biases are left out: a layer is X @ W + b."""


@slip(
    ("        " + LAYER, "        H = H @ params[k] + (k == last) * params[k + 1]"),
    ("H = torch.relu(H)", "H = torch.relu(H) + params[k + 1]"),
)
def bias_behind_the_relu():
    """The bias is added after the ReLU. It belongs to the layer, before it: relu(X @ W + b)."""


@slip("torch.relu(H)", "torch.sigmoid(H)")
def sigmoid_for_relu():
    """The hidden layers end in a sigmoid. A ReLU is asked for, max(x, 0)."""


@slip("torch.relu(H)", "H.abs()")
def absolute_value_for_relu():
    """What is negative in a hidden layer becomes positive. A ReLU makes 0 of it."""


@misconception(entry="mlp")
def two_layers_at_most(X, params):
    """Only the first two layers are computed. The list may hold any number: go through all of it."""
    return reference.mlp(X, params[:4])


@slip("X.flatten(start_dim=1)", "X.transpose(1, -1).flatten(start_dim=1)")
def flattened_in_another_order():
    """Samples are flattened in another order. Row by row the last index runs fastest, as X.flatten(start_dim=1) has it."""


@slip("H = X.flatten(start_dim=1)", "H = X")
def samples_not_flattened():
    """Samples of several axes are not flattened. Each becomes a vector first:
    X.flatten(start_dim=1)."""
