"""What people get wrong about dead units."""

from autograder.spec import slip

# What is above 0 is so in float32, too.
NOT_GENERATED = ("dead_units_output_always_float32", "dead_units_precision_lost")

DEAD = "dead.append(~(Z > 0).any(dim=0))"
LAYER = "Z = H @ params[k] + params[k + 1]"
LAYERS = "range(0, len(params) - 2, 2)"
SLOPE = "slope = torch.where(Z > 0, torch.ones_like(Z), alpha)"
ERROR = "error = (Z * slope) @ W2 + b2 - y"
BACK = "dZ = (2 / error.numel() * error) @ W2.T * slope"
NORM = "return torch.sqrt((dW1**2).sum(dim=0) + db1**2)"


@slip(DEAD, "dead.append(~(Z > 0).all(dim=0))")
def silent_for_some_row():
    """dead_units calls a unit dead as soon as one row does not activate it. A unit is dead where no row does."""


@slip(DEAD, "dead.append(~(Z.mean(dim=0) > 0))")
def mean_decides():
    """dead_units looks at the mean over the rows. One row above 0 is enough to keep a unit alive, whatever the others say."""


@slip(DEAD, "dead.append(~(Z[:1] > 0).any(dim=0))")
def first_row_alone():
    """dead_units looks at the first row alone. A unit is dead where none of all rows activates it."""


@slip(DEAD, "dead.append((Z > 0).any(dim=0))")
def alive_for_dead():
    """dead_units is the wrong way round: it should be True where a unit is dead."""


@slip(DEAD, "dead.append(~(Z > 0).any(dim=1))")
def rows_for_units():
    """dead_units says of each row whether any unit is active. It should say of each unit whether any row activates it: look
    along dim=0."""


@slip(DEAD, "dead.append((Z < 0).all(dim=0))")
def zero_is_alive():
    """dead_units takes a pre-activation of exactly 0 for active. The output is 0 there, so the unit is dead if it is never
    above 0."""


@slip(DEAD, "dead.append(~(Z > 1e-6).any(dim=0))")
def small_is_dead():
    """dead_units takes small outputs for 0. Only what is never above 0 is dead: another unit of measurement should not change
    that."""


@slip(LAYER, "Z = H @ params[k]")
def bias_left_out():
    """dead_units leaves the biases out. A pre-activation is H W + b, and a negative bias is the usual cause of a dead unit."""


@slip("H = torch.relu(Z)", "H = Z")
def fed_with_pre_activations():
    """dead_units feeds the next layer with the pre-activations. It gets the outputs: a ReLU comes in between."""


@slip("H = torch.relu(Z)", "H = torch.nn.functional.leaky_relu(Z)")
def fed_through_a_leak():
    """dead_units feeds the next layer through a leaky ReLU. Here it is a plain one, 0 where z is negative."""


@slip("H = torch.relu(Z)", "H = torch.relu(H @ params[k])")
def fed_without_biases():
    """dead_units feeds the next layer without the biases of the one below: relu(H W + b)."""


@slip(LAYERS, "range(0, len(params), 2)")
def output_layer_counted():
    """dead_units returns a tensor for the output layer too. It has no ReLU, and so no dead units: hidden layers alone."""


@slip(LAYERS, "range(0, min(2, len(params) - 2), 2)")
def first_layer_alone():
    """dead_units stops after the first hidden layer. There is a tensor for each of them."""


@slip(DEAD, "dead.append((~(Z > 0).any(dim=0)).long())")
def numbers_for_bools():
    """dead_units returns numbers, 0 and 1. Bool tensors are asked for, which can be used as masks."""


@slip("    return dead\n", "    return tuple(dead)\n")
def tuple_of_masks():
    """dead_units returns a tuple. A list is asked for."""


@slip(DEAD, "dead.append(~(Z > 0).any(dim=0, keepdim=True))")
def masks_of_two_axes():
    """The tensors of dead_units have the shape (1, n_l). One axis is asked for, (n_l,)."""


@slip("2 / error.numel() * error", "2 * error")
def sum_of_squares():
    """The gradients of unit_gradient_norms are those of the sum of the squares. The loss is their mean: divide by the number
    of elements of y."""


@slip("2 / error.numel() * error", "2 / len(X) * error")
def mean_over_rows_alone():
    """unit_gradient_norms divides by the number of rows alone. The mean is over all elements, rows and columns."""


@slip("2 / error.numel() * error", "1 / error.numel() * error")
def factor_2_left_out():
    """The norms are half as large as they should be: the derivative of e^2 is 2 e, and the loss is not halved."""


@slip(NORM, "return torch.sqrt((dW1**2).sum(dim=0))")
def bias_not_counted():
    """unit_gradient_norms leaves out the gradient of the bias. Weights and bias of a unit make one vector."""


@slip(NORM, "return torch.sqrt((dW1**2).sum(dim=0)) + db1.abs()")
def norms_added():
    """unit_gradient_norms adds the norm of the weights' gradient and that of the bias. They make one vector: the root of
    the sum of all squares."""


@slip(NORM, "return (dW1**2).sum(dim=0) + db1**2")
def root_left_out():
    """unit_gradient_norms lacks the root: the L2 norm is the root of the sum of squares."""


@slip(NORM, "return dW1.abs().sum(dim=0) + db1.abs()")
def absolute_values_added():
    """unit_gradient_norms adds up absolute values. The L2 norm is the root of the sum of squares."""


@slip("dW1, db1 = X.T @ dZ, dZ.sum(dim=0)", "dW1, db1 = X.T @ dZ, dZ.mean(dim=0)")
def bias_averaged_over_rows():
    """unit_gradient_norms averages the gradient of the bias over the rows. The division is in the loss already: add up."""


@slip(BACK, BACK.replace(" * slope", ""))
def slope_left_out():
    """unit_gradient_norms goes back past the activation: dH has to be multiplied by its slope. With alpha = 0 that is what
    makes the gradient of a dead unit 0."""


@slip(BACK, BACK.replace("* slope", "* (Z > 0)"))
def no_leak_on_the_way_back():
    """unit_gradient_norms has a leak on the way there, but on the way back its slope is 0 where z is negative. The derivative
    of alpha * z is alpha."""


@slip(ERROR, "error = torch.relu(Z) @ W2 + b2 - y")
def no_leak_on_the_way_there():
    """unit_gradient_norms has a leak on the way back only. On the way there act(z) is alpha * z where z is not above 0."""


@slip(SLOPE, "slope = torch.where(Z > 0, torch.ones_like(Z), float(alpha != 0))")
def leak_of_slope_1():
    """With alpha > 0 unit_gradient_norms lets everything through. The slope is alpha where z is not above 0."""


@slip(SLOPE, "slope = torch.where(Z > 0, torch.ones_like(Z), min(alpha, 1))")
def slope_below_1_alone():
    """unit_gradient_norms is wrong for an alpha above 1. Then act(z) is not the larger of z and alpha * z: ask whether z >
    0."""


@slip("alpha: float = 0.0", "alpha: float = 0.01")
def leaky_by_default():
    """Where alpha is left out unit_gradient_norms has a leak, as nn.LeakyReLU has. The default is 0, a plain ReLU."""


@slip("torch.where(Z > 0,", "torch.where(Z >= 0,")
def slope_1_at_0():
    """Where z is exactly 0 unit_gradient_norms takes the slope 1. It is alpha there."""


@slip(ERROR, "error = (Z * slope) @ W2 - y")
def output_bias_left_out():
    """unit_gradient_norms leaves out b_2. It changes the error, and with it all gradients."""


@slip("    X, y, W1, b1, W2, b2 = (t.detach() for t in (X, y, *params))\n", "    W1, b1, W2, b2 = params\n")
def graph_kept():
    """The result of unit_gradient_norms requires grad where an argument does, and holds its graph. Detach what comes in, or
    what is returned."""


@slip(NORM, "if params[0].requires_grad:\n        params[0].grad = dW1\n    " + NORM)
def gradients_left():
    """unit_gradient_norms leaves gradients in .grad of its arguments, as backward() does where they require grad.
    torch.autograd.grad returns them and writes nothing."""
