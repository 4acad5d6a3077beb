"""What people get wrong about mlp_concise."""

import torch
from torch import nn

from autograder.spec import misconception, reference, slip

LAYERS = "nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10)"
NOT_GENERATED = ("input_changed",)  # images_scaled_in_place says more
DRAW = "nn.init.normal_(layer.weight, std=0.01)"


@slip(LAYERS, LAYERS + ", nn.Softmax(dim=1)")
def softmax_on_the_logits():
    """A softmax follows the last layer. The network gives logits: cross-entropy applies the softmax itself, and twice is
    once too often."""


@slip(LAYERS, LAYERS + ", nn.LogSoftmax(dim=1)")
def log_softmax_on_the_logits():
    """A log_softmax follows the last layer. The network gives logits: cross-entropy takes the logarithm of the softmax
    itself."""


@slip(LAYERS, LAYERS + ", nn.ReLU()")
def relu_on_the_logits():
    """A ReLU follows the last layer, so that no logit can be negative. Nothing belongs after that layer."""


@slip("nn.ReLU(), ", "")
def no_activation():
    """No activation stands between the two layers, so that they are one linear map together. A ReLU belongs there."""


@slip("nn.ReLU()", "nn.Sigmoid()")
def sigmoid_instead_of_relu():
    """The activation is a sigmoid. It is a ReLU here."""


@slip("nn.ReLU()", "nn.Tanh()")
def tanh_instead_of_relu():
    """The activation is tanh. It is a ReLU here."""


@slip("nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10)", "nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10)")
def another_width():
    """The hidden layer is not 256 wide: its weight has the shape (256, 784)."""


@slip("nn.ReLU(), ", "nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), ")
def a_layer_too_many():
    """There is a dense layer too many: one hidden layer of 256, and then the layer of 10."""


@slip("nn.Linear(256, 10)", "nn.Linear(256, 10, bias=False)")
def last_layer_without_bias():
    """The last layer has no bias. Both layers have one."""


@slip("nn.ReLU(), ", "nn.ReLU(), nn.Dropout(0.2), ")
def dropout_added():
    """The network does not do the same in both modes: there is dropout in it. It is not asked for here."""


@slip("nn.Flatten()", "nn.Flatten(1, 3)")
def images_only():
    """Only images (n, 1, 28, 28) are taken. Any shape (n, ...) with 784 numbers a sample will do: nn.Flatten() joins all
    axes but the first."""


@misconception
def flattened_column_by_column():
    """The images are flattened column by column. The 784 numbers belong in the order of the rows, as nn.Flatten() has
    them."""

    class Turned(nn.Sequential):
        def forward(self, X):
            return super().forward(X.transpose(-1, -2))

    return Turned(*reference.build_mlp())


@slip("    for layer in net:\n        if isinstance(layer, nn.Linear):\n            " + DRAW + "\n", "")
def weights_as_nn_linear_has_them():
    """The weights start as nn.Linear draws them. Here they come from N(0, 0.01^2): nn.init.normal_(layer.weight,
    std=0.01)."""


@slip(DRAW, "nn.init.normal_(layer.weight, std=0.01**0.5)")
def variance_of_one_hundredth():
    """The weights have the standard deviation 0.1. Their variance is 0.01^2, so that the deviation is 0.01."""


@slip(DRAW, "nn.init.normal_(layer.weight, std=0.01**2)")
def variance_taken_as_std():
    """The weights have the standard deviation 0.0001: the variance 0.01^2 was taken for it. It is 0.01."""


@slip(DRAW, "nn.init.normal_(layer.weight, 0.01)")
def mean_of_one_hundredth():
    """The weights have the mean 0.01 and the deviation 1: the second argument of nn.init.normal_ is the mean. Write
    std=0.01."""


@slip(DRAW, "nn.init.normal_(layer.weight)")
def deviation_of_one():
    """The weights have the standard deviation 1, which is what nn.init.normal_ takes if nothing is said. Write
    std=0.01."""


@slip(DRAW, "nn.init.uniform_(layer.weight, -0.01, 0.01)")
def uniform_weights():
    """The weights are uniform. They are asked for from the normal distribution, N(0, 0.01^2)."""


@slip(DRAW, "nn.init.xavier_uniform_(layer.weight)")
def xavier_weights():
    """The weights start by Xavier's rule. Here they come from N(0, 0.01^2), whatever the size of the layer."""


@slip(DRAW, "nn.init.zeros_(layer.weight)")
def weights_of_zero():
    """The weights start at zero, so that all units get the same gradients and stay alike. Draw them from N(0, 0.01^2)."""


@slip("isinstance(layer, nn.Linear):", "isinstance(layer, nn.Linear) and layer.out_features == 256:")
def last_weights_left_alone():
    """Only the weights of the hidden layer come from N(0, 0.01^2). Those of the last layer do so too."""


@slip(DRAW, DRAW + "\n            nn.init.normal_(layer.bias, std=0.01)")
def biases_drawn_as_weights():
    """The biases are drawn from N(0, 0.01^2) like the weights. They start at zero, or as nn.Linear starts them."""


@slip(DRAW, DRAW + "\n            nn.init.ones_(layer.bias)")
def biases_of_one():
    """The biases start at 1. They start at zero, or as nn.Linear starts them."""


@slip("    net = nn.Sequential", "    import torch\n\n    torch.manual_seed(0)\n    net = nn.Sequential")
def seed_set_inside():
    """Every network starts with the same weights: a seed is set inside. Whoever calls sets a seed, or does not."""


@misconception
def generator_of_its_own():
    """The weights do not come from torch's global generator: with the same seed set outside, they differ. Draw without
    generator=, and without numpy."""
    net = reference.build_mlp()
    for layer in (net[1], net[3]):
        own = torch.Generator()
        own.seed()
        nn.init.normal_(layer.weight, std=0.01, generator=own)
    return net


MADE = []


@misconception
def one_network_for_all():
    """The network is made once, and every call gives the same one: training one then trains the other too. Make it
    anew, layers and all."""
    if not MADE:
        MADE.append(reference.build_mlp())
    net = MADE[0]
    for layer in (net[1], net[3]):
        nn.init.normal_(layer.weight, std=0.01)
    return net


@slip("    return net", "    net[1].weight.requires_grad_(False)\n    return net")
def hidden_weights_frozen():
    """The weights of the hidden layer are frozen: requires_grad is False, and they keep their first values for ever."""


@misconception
def hidden_layer_detached():
    """No gradient arrives at the hidden layer: its output is detached. Leave out detach, .data and torch.no_grad()."""

    class Detached(nn.Sequential):
        def forward(self, X):
            return self[3](self[2](self[1](self[0](X))).detach())

    return Detached(*reference.build_mlp())


@misconception
def images_scaled_in_place():
    """The images are changed in place, so that whoever passed them has others afterwards. Make new ones: X = X / 2, not
    X /= 2."""

    class InPlace(nn.Sequential):
        def forward(self, X):
            given = X.clone()
            X /= 2
            return super().forward(given)

    return InPlace(*reference.build_mlp())
