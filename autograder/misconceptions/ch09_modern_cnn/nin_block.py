"""What people get wrong about nin_block."""

import torch
from torch import nn

from autograder.spec import misconception, reference, slip


@misconception
def last_relu_missing(in_channels, out_channels, kernel_size, stride, padding):
    """The ReLU after the last convolution is missing: there is one after each of the three, so that the output is never
    negative."""
    return reference.nin_block(in_channels, out_channels, kernel_size, stride, padding)[:5]


@misconception
def relu_missing_between_pointwise(in_channels, out_channels, kernel_size, stride, padding):
    """There is no ReLU between the two 1x1 convolutions: two linear maps in a row are one linear map. A ReLU follows
    each convolution."""
    layers = list(reference.nin_block(in_channels, out_channels, kernel_size, stride, padding))
    return nn.Sequential(*layers[:3], *layers[4:])


@misconception
def first_relu_missing(in_channels, out_channels, kernel_size, stride, padding):
    """There is no ReLU after the first convolution: one follows each of the three convolutions."""
    layers = list(reference.nin_block(in_channels, out_channels, kernel_size, stride, padding))
    return nn.Sequential(layers[0], *layers[2:])


@misconception
def only_the_last_relu(in_channels, out_channels, kernel_size, stride, padding):
    """Only the last convolution is followed by a ReLU. Without one in between, the three convolutions are one linear
    map: put a ReLU after each."""
    layers = list(reference.nin_block(in_channels, out_channels, kernel_size, stride, padding))
    return nn.Sequential(layers[0], layers[2], layers[4], layers[5])


@misconception
def no_relu(in_channels, out_channels, kernel_size, stride, padding):
    """There is no ReLU at all: three convolutions in a row are one linear map. Put a ReLU after each."""
    return reference.nin_block(in_channels, out_channels, kernel_size, stride, padding)[0:5:2]


@misconception
def relu_before_convolution(in_channels, out_channels, kernel_size, stride, padding):
    """Each ReLU comes before its convolution. It comes after: convolution, ReLU, 1x1, ReLU, 1x1, ReLU."""
    layers = list(reference.nin_block(in_channels, out_channels, kernel_size, stride, padding))
    return nn.Sequential(layers[1], layers[0], layers[3], layers[2], layers[5], layers[4])


@slip("nn.ReLU()", "nn.Sigmoid()", everywhere=True)
def sigmoid_instead_of_relu():
    """The activation is a sigmoid, as in LeNet. The NiN block uses ReLU."""


@slip("nn.ReLU()", "nn.LeakyReLU()", everywhere=True)
def leaky_relu():
    """Negative values come through, made smaller: that is a leaky ReLU. ReLU makes them 0."""


@misconception
def one_pointwise_convolution(in_channels, out_channels, kernel_size, stride, padding):
    """One 1x1 convolution is missing: after the first convolution come two of them, each with a weight and a bias of
    its own (one layer used twice does not do)."""
    return reference.nin_block(in_channels, out_channels, kernel_size, stride, padding)[:4]


@slip(("nn.Conv2d(in_channels, ", "nn.LazyConv2d("), ("nn.Conv2d(out_channels, ", "nn.LazyConv2d("), everywhere=True)
def lazy_convolutions():
    """nn.LazyConv2d waits for the first input to learn its channels. Here they are given: nn.Conv2d(in_channels,
    ...)."""


@misconception
class dense_layers_on_the_channels(nn.Module):
    """The 1x1 convolutions are nn.Linear layers. That can do the same, but their weights are (out_channels,
    out_channels), and four axes are wanted: nn.Conv2d(..., kernel_size=1)."""

    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding)
        self.dense = nn.Sequential(
            nn.Linear(out_channels, out_channels), nn.ReLU(), nn.Linear(out_channels, out_channels), nn.ReLU()
        )

    def forward(self, X):
        return self.dense(torch.relu(self.conv(X)).movedim(1, -1)).movedim(-1, 1)


@slip("kernel_size=1)", "kernel_size=3, padding=1)", everywhere=True)
def three_by_three_convolutions():
    """The second and third convolution are 3x3. They are 1x1: a dense layer on the channels of each pixel."""


@slip("kernel_size=1)", "kernel_size=kernel_size)", everywhere=True)
def kernel_size_everywhere():
    """All three convolutions have the given kernel size. It is for the first; the other two are 1x1."""


@slip("kernel_size=1)", "kernel_size=1, stride=stride)", everywhere=True)
def stride_everywhere():
    """The 1x1 convolutions have the stride too, so the image shrinks three times. Only the first one takes it."""


@slip("kernel_size=1)", "kernel_size=1, padding=padding)", everywhere=True)
def padding_everywhere():
    """The 1x1 convolutions are padded too, so the image grows a border each time. Only the first one takes the
    padding."""


@slip("kernel_size=1)", "kernel_size=1, stride=stride, padding=padding)", everywhere=True)
def stride_and_padding_everywhere():
    """The 1x1 convolutions have the stride and the padding too. Only the first convolution takes them."""


@slip("kernel_size, stride, padding)", "kernel_size, 1, padding)")
def stride_ignored():
    """The stride makes no difference: give it to the first convolution."""


@slip("kernel_size, stride, padding)", "kernel_size, stride, 0)")
def padding_ignored():
    """The padding makes no difference: give it to the first convolution."""


@slip("kernel_size, stride, padding)", "kernel_size, stride, (kernel_size - 1) // 2)")
def always_padded_to_the_same_size():
    """The padding follows from the kernel size, (kernel_size - 1) // 2. It is an argument of its own: take that."""


@slip(
    (
        "nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding)",
        "nn.Conv2d(in_channels, out_channels, kernel_size=1)",
    ),
    (
        "nn.Conv2d(out_channels, out_channels, kernel_size=1),\n        nn.ReLU(),\n    )",
        "nn.Conv2d(out_channels, out_channels, kernel_size, stride, padding),\n        nn.ReLU(),\n    )",
    ),
)
def pointwise_convolutions_first():
    """The 1x1 convolutions come first. The block begins with the large kernel, and the two 1x1 follow it."""


@slip("nn.ReLU(),\n    )", "nn.ReLU(),\n        nn.MaxPool2d(3, stride=2),\n    )")
def max_pooling_inside():
    """The block ends with a max pooling. In NiN the pooling stands between the blocks, not inside."""


@slip("nn.ReLU(),\n    )", "nn.ReLU(),\n        nn.AdaptiveAvgPool2d(1),\n    )")
def global_pooling_inside():
    """The block ends with global average pooling. That comes once, at the end of the whole network."""


@slip("nn.ReLU(),\n    )", "nn.ReLU(),\n        nn.Dropout(0.5),\n    )")
def dropout_inside():
    """There is dropout in the block. It belongs between blocks of the network; here both modes do the same."""


@slip("nn.ReLU()", "nn.BatchNorm2d(out_channels), nn.ReLU()", everywhere=True)
def batch_norm_inside():
    """There is batch normalisation in the block. NiN has none: convolution, ReLU, 1x1, ReLU, 1x1, ReLU."""


@slip(
    ("kernel_size, stride, padding)", "kernel_size, stride, padding, bias=False)"),
    ("kernel_size=1)", "kernel_size=1, bias=False)"),
    everywhere=True,
)
def no_bias():
    """The convolutions have no bias: leave bias=False out, each of the three has one."""


@misconception
class pointwise_registered_backwards(nn.Module):
    """The parameters stand in another order than the computation: the two 1x1 convolutions were made the other way
    round. Register layers in the order in which they are used."""

    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        layers = reference.nin_block(in_channels, out_channels, kernel_size, stride, padding)
        self.first, self.third, self.second = layers[0], layers[4], layers[2]

    def forward(self, X):
        H = torch.relu(self.second(torch.relu(self.first(X))))
        return torch.relu(self.third(H))


@misconception
class layers_in_a_plain_list(nn.Module):
    """The module has no parameters: its layers stand in a plain Python list, where PyTorch does not find them. Use
    nn.Sequential, nn.ModuleList or attributes."""

    def __init__(self, *sizes):
        super().__init__()
        self.layers = list(reference.nin_block(*sizes))

    def forward(self, X):
        for layer in self.layers:
            X = layer(X)
        return X


@misconception
def list_of_layers(in_channels, out_channels, kernel_size, stride, padding):
    """The layers come back as a list. Join them to one module: nn.Sequential(*layers)."""
    return list(reference.nin_block(in_channels, out_channels, kernel_size, stride, padding))


@misconception
def parameters_frozen(in_channels, out_channels, kernel_size, stride, padding):
    """The parameters are frozen (requires_grad=False), so the block cannot learn. Leave them as nn.Conv2d makes
    them."""
    return reference.nin_block(in_channels, out_channels, kernel_size, stride, padding).requires_grad_(False)


@misconception
class gradient_cut_inside(nn.Module):
    """Gradients stop inside the block: the first convolution gets none. Somewhere between the layers stands .detach(),
    .data or torch.no_grad()."""

    def __init__(self, *sizes):
        super().__init__()
        self.layers = reference.nin_block(*sizes)

    def forward(self, X):
        return self.layers[2:](self.layers[:2](X).detach())


@misconception
class relu_behind_autograd(nn.Module):
    """Values are cut off at 0, but gradients still flow there: the change was made behind autograd's back (.data, or
    under torch.no_grad()). Use nn.ReLU or torch.relu."""

    def __init__(self, *sizes):
        super().__init__()
        self.layers = reference.nin_block(*sizes)

    def forward(self, X):
        for layer in self.layers[0:5:2]:
            X = layer(X)
            X.data.clamp_(min=0)
        return X


@misconception
class images_changed_in_place(nn.Module):
    """The images that were passed in are changed: whoever called finds other numbers in them afterwards. X += 1, X *= 2
    and X[...] = ... write into the caller's tensor, X + 1 makes a new one."""

    def __init__(self, *sizes):
        super().__init__()
        self.layers = reference.nin_block(*sizes)

    def forward(self, X):
        Y = self.layers(X.clone())
        X -= X.mean()
        return Y
