"""What people get wrong about LeNet."""

import torch
from torch import nn

from autograder.spec import misconception, reference, slip


@slip("nn.Linear(84, 10),", "nn.Linear(84, 10), nn.Softmax(dim=1),")
def softmax_on_the_logits():
    """A softmax follows the last dense layer. The network gives logits: cross-entropy applies the softmax itself, and
    twice is once too often."""


@slip("nn.Linear(84, 10),", "nn.Linear(84, 10), nn.Sigmoid(),")
def sigmoid_on_the_logits():
    """A sigmoid follows the last dense layer and squeezes the scores into (0, 1). Logits are any real numbers: nothing
    follows."""


@slip("nn.Linear(84, 10),", "nn.Linear(84, 10), nn.LogSoftmax(dim=1),")
def log_softmax_on_the_logits():
    """A log_softmax follows the last dense layer. The network gives logits: cross-entropy takes the logarithm of the
    softmax itself; only F.nll_loss wants it done before."""


@slip("nn.Sigmoid()", "nn.ReLU()", everywhere=True)
def relu_instead_of_sigmoid():
    """The activation is a ReLU, as in later networks. This LeNet has sigmoids."""


@slip("nn.Sigmoid()", "nn.Tanh()", everywhere=True)
def tanh_instead_of_sigmoid():
    """The activation is tanh, as in the paper of 1998. This LeNet has sigmoids."""


@slip("nn.AvgPool2d", "nn.MaxPool2d", everywhere=True)
def max_pooling():
    """The pooling takes the largest of each 2x2 window. LeNet takes the average."""


@slip("nn.AvgPool2d(kernel_size=2, stride=2),  # (n, 16", "nn.MaxPool2d(kernel_size=2, stride=2),  # (n, 16")
def max_pooling_at_the_end():
    """The second pooling takes the largest of each 2x2 window. LeNet takes the average in both."""


@slip("nn.AvgPool2d(kernel_size=2, stride=2),  # (n, 6", "nn.MaxPool2d(kernel_size=2, stride=2),  # (n, 6")
def max_pooling_at_the_beginning():
    """The first pooling takes the largest of each 2x2 window. LeNet takes the average in both."""


@slip("120),\n        nn.Sigmoid(),", "120),")
def no_sigmoid_before_the_layer_of_84():
    """No sigmoid follows the dense layer of 120. Only the last layer, that of 10, goes without."""


@slip(
    "        nn.Sigmoid(),\n        nn.AvgPool2d(kernel_size=2, stride=2),",
    "        nn.AvgPool2d(kernel_size=2, stride=2), nn.Sigmoid(),",
    everywhere=True,
)
def pooled_before_the_sigmoid():
    """The pooling comes before the sigmoid. First the sigmoid of each pixel, then the average: the two do not
    commute."""


@slip("        nn.Sigmoid(),\n        nn.AvgPool2d", "        nn.AvgPool2d", everywhere=True)
def no_sigmoid_after_the_convolutions():
    """No sigmoid follows the convolutions. Each of the two has one, before its pooling."""


@slip("padding=2),  # (n, 6, 28, 28)\n        nn.Sigmoid(),", "padding=2),")
def no_sigmoid_after_the_first_convolution():
    """No sigmoid follows the first convolution. Each of the two has one, before its pooling."""


@slip("5),  # (n, 16, 10, 10)\n        nn.Sigmoid(),", "5),")
def no_sigmoid_after_the_second_convolution():
    """No sigmoid follows the second convolution. Each of the two has one, before its pooling."""


@slip(("120),\n        nn.Sigmoid(),", "120),"), ("84),\n        nn.Sigmoid(),", "84),"))
def no_sigmoid_between_dense_layers():
    """No sigmoid stands between the dense layers: without one in between, dense layers in a row are just one linear
    map. One follows the layer of 120 and one the layer of 84."""


@slip("84),\n        nn.Sigmoid(),", "84),")
def no_sigmoid_before_the_last_layer():
    """No sigmoid follows the dense layer of 84. Only the last layer, that of 10, goes without."""


@misconception
def channels_flattened_last():
    """The channels are moved to the end before the image is flattened. There are 400 numbers either way, but they
    belong in the order channel, row, column."""
    net = reference.lenet()
    net[6] = ChannelsLast()
    return net


class ChannelsLast(nn.Module):
    def forward(self, X):
        return X.permute(0, 2, 3, 1).flatten(1)


@misconception
def softmax_in_evaluation_mode():
    """Training mode gives logits, but evaluation mode gives probabilities. The network always gives logits: who wants
    probabilities applies the softmax outside."""

    class SoftmaxToo(nn.Sequential):
        def forward(self, X):
            logits = super().forward(X)
            return logits if self.training else torch.softmax(logits, 1)

    return SoftmaxToo(*reference.lenet())


@misconception
def squeezed():
    """The axis of the images is lost when there is only one: squeeze() drops every axis of size 1. A batch of one image
    gives logits of shape (1, 10)."""

    class Squeezed(nn.Sequential):
        def forward(self, X):
            return super().forward(X).squeeze()

    return Squeezed(*reference.lenet())


@slip((", padding=2)", ")"), ("16 * 5 * 5", "16 * 4 * 4"))
def no_padding():
    """The first convolution has no padding. With padding 2 it keeps the 28x28 pixels, and 16 * 5 * 5 = 400 numbers
    reach the dense layers, not 16 * 4 * 4 = 256."""


@slip(("nn.Conv2d(6, 16, kernel_size=5)", "nn.Conv2d(6, 16, kernel_size=5, padding=2)"), ("16 * 5 * 5", "16 * 7 * 7"))
def padding_in_both_convolutions():
    """Both convolutions have padding 2. Only the first has: the second makes 10x10 out of 14x14, and 16 * 5 * 5 = 400
    numbers reach the dense layers, not 16 * 7 * 7 = 784."""


@slip(
    ("nn.Flatten(),", "nn.Conv2d(16, 120, kernel_size=5), nn.Sigmoid(), nn.Flatten(),"),
    ("        nn.Linear(16 * 5 * 5, 120),\n        nn.Sigmoid(),\n", ""),
)
def third_convolution():
    """The layer of 120 is a convolution over the 5x5 pixels, as in the paper. It computes the same, but here it is a
    dense layer on 400 flattened numbers, with a weight of shape (120, 400)."""


@slip("kernel_size=5", "kernel_size=5, bias=False", everywhere=True)
def convolutions_without_bias():
    """The convolutions have no bias. All five layers have one."""


@misconception
def one_network_for_all():
    """The network is made once, and every call gives the same one: training one then trains the other too. Make it
    anew."""
    if not MADE:
        MADE.append(reference.lenet())
    return MADE[0]


MADE = []


@misconception
def convolutions_frozen():
    """No gradient arrives at the convolutions: their output is detached, so they keep their initial weights for ever.
    Leave out detach, .data and torch.no_grad()."""

    class Frozen(nn.Module):
        def __init__(self):
            super().__init__()
            net = reference.lenet()
            self.looks, self.decides = net[:7], net[7:]

        def forward(self, X):
            return self.decides(self.looks(X).detach())

    return Frozen()


@misconception
def input_detached():
    """The images are cut off from the graph: no gradient arrives at them. Inside of forward take X as it is, without
    detach or torch.tensor(X)."""

    class Detached(nn.Sequential):
        def forward(self, X):
            return super().forward(X.detach())

    return Detached(*reference.lenet())


@slip("nn.Conv2d(1, 6, kernel_size=5, padding=2)", "nn.Conv2d(1, 6, kernel_size=3, padding=1)")
def kernels_of_three():
    """The first convolution has kernels of 3x3. They are 5x5 in both convolutions; it is padding 2 that keeps the size."""


@slip(("nn.Conv2d(6, 16, kernel_size=5)", "nn.Conv2d(6, 16, kernel_size=3, padding=1)"), ("16 * 5 * 5", "16 * 7 * 7"))
def second_kernels_of_three():
    """The second convolution has kernels of 3x3. They are 5x5 in both: without padding they leave 10x10 of 14x14."""


@slip(("        nn.Linear(120, 84),\n        nn.Sigmoid(),\n", ""), ("nn.Linear(84, 10)", "nn.Linear(120, 10)"))
def dense_layer_of_84_left_out():
    """The dense layer of 84 is missing: 120 numbers become 84, and these become 10."""


@slip(("nn.Linear(16 * 5 * 5, 120)", "nn.Linear(16 * 5 * 5, 100)"), ("nn.Linear(120, 84)", "nn.Linear(100, 84)"))
def dense_layer_of_100():
    """The first dense layer gives 100 numbers. It gives 120."""


@misconception
def images_shifted_in_place():
    """The images are changed in place, so that whoever passed them has others afterwards. Make new ones: X = X - 0.5, not
    X -= 0.5."""

    class InPlace(nn.Sequential):
        def forward(self, X):
            given = X.clone()
            X -= 0.5
            return super().forward(given)

    return InPlace(*reference.lenet())
