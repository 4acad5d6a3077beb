"""What people get wrong about linear_collapse."""

import torch

from autograder.spec import misconception, reference, slip

JOINED = "        b = b @ W_l + b_l\n"
ACTIVE = "active = x @ W + b > 0"
LOCAL_W = "W = torch.where(active, W, 0) @ W_l"
LOCAL_B = "b = torch.where(active, b, 0) @ W_l + b_l"


@slip(JOINED, "        b = b_l\n")
def only_the_last_bias():
    """collapse gives the bias of the last layer. The biases before it go through the later layers: b @ W_l + b_l."""


@slip(JOINED, "        b = b @ W_l\n")
def only_the_first_bias():
    """collapse carries b1 through the layers, and adds no other bias. Each layer adds its own: b @ W_l + b_l."""


@misconception(entry="collapse")
def no_biases(params):
    """The b of collapse is zero. The biases do not vanish: they go through the later layers, b @ W_l + b_l."""
    W, b = reference.collapse(params)
    return W, torch.zeros_like(b)


@misconception(entry="collapse")
def biases_carried_one_layer_only(params):
    """Each bias goes through one layer only. It goes through all that follow: join what has come so far, b @ W_l + b_l,
    not the bias of the layer before."""
    W, b = reference.collapse(params)
    if len(params) > 4:
        b = params[-3] @ params[-2] + params[-1]
    return W, b


@slip(JOINED, "        b = (b + b_l.mean()) @ W_l\n")
def bias_added_before_the_weights():
    """The b of collapse adds before it multiplies. A layer multiplies first: b @ W_l + b_l."""


@misconception(entry="collapse")
def weights_as_in_nn_linear(params):
    """The W of collapse is transposed, (n_L, n_0), as nn.Linear has it. Here a layer is X @ W + b: W is (n_0, n_L)."""
    W, b = reference.collapse(params)
    return W.T, b


@misconception(entry="collapse")
def two_layers_at_most(params):
    """collapse joins the first layer and the last. The list may hold any number: go through all of it."""
    if len(params) <= 4:
        return reference.collapse(params)
    W, b = reference.collapse(params[:4])
    size = params[-2].shape[1]
    return (W @ W.new_ones(W.shape[1], size)), (b @ W.new_ones(W.shape[1], size))


@slip("        W = W @ W_l\n" + JOINED, "        W = torch.relu(W) @ W_l\n        b = torch.relu(b) @ W_l + b_l\n")
def relu_in_the_collapse():
    """collapse takes the ReLU of weights and biases. There is no activation in this stack: matrix products and sums alone."""


@misconception(entry="collapse")
def bias_with_two_axes(params):
    """The b of collapse has the shape (1, n_L). A bias is a vector, (n_L,)."""
    W, b = reference.collapse(params)
    return W, b[None]


@misconception(entry="collapse")
def one_layer_becomes_the_identity(params):
    """For a single layer collapse has nothing to join, and gives an identity. Begin with W1 and b1, and join the others."""
    if len(params) > 2:
        return reference.collapse(params)
    return torch.eye(*params[0].shape, dtype=params[0].dtype), torch.zeros_like(params[1])


@slip((LOCAL_W, "W = W @ W_l"), (LOCAL_B, JOINED.strip()))
def relu_left_out():
    """local_map takes no unit out, as if there were no ReLU. What is inactive at x is made 0, in W and in b."""


@slip(LOCAL_B, JOINED.strip())
def biases_of_inactive_units_kept():
    """The W of local_map is right, but its b has the biases of inactive units in it. Such a unit gives 0: b is masked as W
    is."""


@slip(LOCAL_W, "W = W @ W_l")
def weights_of_inactive_units_kept():
    """The b of local_map is masked, but its W is not. An inactive unit gives 0: its column of W is made 0, too."""


@slip(ACTIVE, "active = x @ W + b >= 0")
def active_at_0():
    """A unit whose pre-activation is exactly 0 is taken as active. Active means greater than 0: > instead of >=."""


@slip(ACTIVE, "active = x @ W > 0")
def bias_left_out_of_the_test():
    """Which units are active is read from x @ W. The bias belongs to the pre-activation: x @ W + b > 0."""


@slip(ACTIVE, "active = x @ W + b <= 0")
def active_units_taken_out():
    """The active units are taken out, and the others kept. The mask is 1 where x @ W + b > 0."""


@slip(
    (LOCAL_W, "pre = x @ W + b\n        W = (W * torch.relu(pre)) @ W_l"),
    (LOCAL_B, "b = (b * torch.relu(pre)) @ W_l + b_l"),
)
def multiplied_by_the_activation():
    """local_map multiplies by what the units give. The ReLU passes an active unit on as it is: multiply by 1 or 0."""


@slip(ACTIVE, "active = x @ W + b > 0 if W is params[0] else torch.ones_like(b, dtype=torch.bool)")
def first_hidden_layer_only():
    """Units are taken out of the first hidden layer alone. There is a ReLU after every layer but the last."""


@misconception(entry="local_map")
def active_in_the_linear_stack(x, params):
    """Which units of a later layer are active is read from the stack without ReLUs. Their inputs are the outputs of the layer
    before, in which inactive units give 0."""
    W, b = params[0], params[1]
    for k in range(2, len(params), 2):
        whole_W, whole_b = reference.collapse(params[:k])
        active = x @ whole_W + whole_b > 0
        W, b = (W * active) @ params[k], (b * active) @ params[k] + params[k + 1]
    return W, b


@misconception(entry="local_map")
def outputs_cut_off(x, params):
    """Outputs that are negative at x are taken out, as if a ReLU came last. There is none after the last layer."""
    W, b = reference.local_map(x, params)
    positive = x @ W + b > 0
    return W * positive, b * positive


@misconception(entry="local_map")
def output_for_b(x, params):
    """The b of local_map is the output of the network at x. It is what is left of that without x @ W."""
    W, b = reference.local_map(x, params)
    return W, x @ W + b


@misconception(entry="local_map")
def output_at_0_for_b(x, params):
    """The b of local_map is the output of the network for an input of zeros. There other units are active than at x: carry
    the biases through the layers with the units of x."""
    W, _b = reference.local_map(x, params)
    return W, reference.local_map(torch.zeros_like(x), params)[1]


@misconception(entry="local_map")
def jacobian_not_transposed(x, params):
    """The W of local_map is the Jacobian, (n_L, n_0). It is asked for as (n_0, n_L), so that x @ W + b is the output."""
    W, b = reference.local_map(x, params)
    return W.T, b


@slip(ACTIVE, "active = b > 0")
def tested_by_the_bias():
    """Which units are active is read from their biases alone. It depends on x: x @ W + b > 0."""
