"""What people get wrong about Inception."""

import torch
from torch import nn

from autograder.spec import misconception, reference, slip

ACTIVATED = "nn.ReLU()"
POOLING = "            nn.MaxPool2d(kernel_size=3, stride=1, padding=1),\n"
PROJECTION = "            nn.Conv2d(in_channels, c4, kernel_size=1),\n"
REDUCED2 = "            nn.Conv2d(in_channels, c2[0], kernel_size=1),  # fewer channels: the 3x3 costs less\n"
REDUCED3 = "            nn.Conv2d(in_channels, c3[0], kernel_size=1),\n"
JOINED = "torch.cat([path(X) for path in paths], dim=1)"
PATHS = "(self.path1, self.path2, self.path3, self.path4)"
AFTER = "            nn.ReLU(),\n"


@slip("padding=2", "padding=1")
def five_by_five_padded_by_one():
    """The 5x5 convolution has padding 1, as the 3x3 has, so that what it gives is smaller. A 5x5 kernel keeps the size
    with padding 2."""


@slip(("kernel_size=3, padding=1)", "kernel_size=3)"), (", padding=2", ""))
def convolutions_not_padded():
    """The 3x3 and the 5x5 convolution are not padded: what they give is smaller than what the other paths give. Padding
    1 and padding 2 keep the size."""


@slip("kernel_size=1", "kernel_size=1, padding=1", everywhere=True)
def one_by_one_padded():
    """The 1x1 convolutions are padded, so that the images grow a border. A 1x1 kernel keeps the size without any
    padding."""


@slip("stride=1, padding=1", "padding=1")
def pooling_moves_by_its_size():
    """The pooling has no stride of its own: it then moves by its size, 3, and what it gives is smaller. Here it moves by
    1."""


@slip("stride=1, padding=1", "stride=2, padding=1")
def pooling_moves_by_two():
    """The pooling moves by 2, as that between the stages of GoogLeNet does, and halves the image. Inside the block it
    moves by 1."""


@slip("stride=1, padding=1", "stride=1")
def pooling_not_padded():
    """The pooling is not padded, so that what it gives is smaller. A window of 3x3 that moves by 1 keeps the size with
    padding 1."""


@slip("nn.MaxPool2d", "nn.AvgPool2d")
def average_pooling():
    """Path 4 takes the average of each window, as in Inception-v3. Here it takes the maximum."""


@slip(POOLING, "            nn.ZeroPad2d(1),\n            nn.MaxPool2d(kernel_size=3, stride=1),\n")
def pooling_padded_with_zeros():
    """The images are padded with zeros before the pooling: at the border these beat negative pixels. The padding of
    nn.MaxPool2d is minus infinity, which never wins."""


@slip(POOLING + PROJECTION, PROJECTION + POOLING)
def pooled_after_the_convolution():
    """The pooling of path 4 comes after its convolution. First the maximum of each window, then the 1x1 convolution: the
    two do not commute."""


@slip(POOLING, "")
def pooling_missing():
    """Path 4 has no pooling: it begins with max pooling of 3x3, and the 1x1 convolution follows."""


@slip(
    (REDUCED2 + AFTER, ""), (REDUCED3 + AFTER, ""), ("c2[0], c2", "in_channels, c2"), ("c3[0], c3", "in_channels, c3")
)
def no_reduction():
    """The 3x3 and the 5x5 convolution read X itself: that is the naive version of the block. A 1x1 convolution comes
    before each of them and makes the channels fewer."""


@slip("kernel_size=5, padding=2", "kernel_size=3, padding=1")
def three_by_three_in_path_3():
    """Path 3 has a kernel of 3x3, as in torchvision's GoogLeNet, where it is a known mistake. It is 5x5, with padding
    2."""


@slip(
    "nn.Conv2d(c3[0], c3[1], kernel_size=5, padding=2)",
    "nn.Conv2d(c3[0], c3[1], kernel_size=3, padding=1), nn.ReLU(), nn.Conv2d(c3[1], c3[1], kernel_size=3, padding=1)",
)
def two_small_kernels_in_path_3():
    """Path 3 has two 3x3 convolutions for the 5x5, as later versions of Inception have. Here it is a single 5x5."""


@slip(
    ("nn.Conv2d(in_channels, c2[0], kernel_size=1)", "nn.Conv2d(in_channels, c2[0], kernel_size=3, padding=1)"),
    ("nn.Conv2d(c2[0], c2[1], kernel_size=3, padding=1)", "nn.Conv2d(c2[0], c2[1], kernel_size=1)"),
    ("nn.Conv2d(in_channels, c3[0], kernel_size=1)", "nn.Conv2d(in_channels, c3[0], kernel_size=5, padding=2)"),
    ("nn.Conv2d(c3[0], c3[1], kernel_size=5, padding=2)", "nn.Conv2d(c3[0], c3[1], kernel_size=1)"),
)
def large_kernels_first():
    """In paths 2 and 3 the large kernel comes before the 1x1. The 1x1 comes first: it makes the channels fewer, so that
    the large kernel has less to do."""


@misconception
def pairs_read_backwards(in_channels, c1, c2, c3, c4):
    """c2 and c3 are read backwards: their first number is for the 1x1 convolution, the second for the 3x3 or 5x5 that
    follows it."""
    return reference.Inception(in_channels, c1, c2[::-1], c3[::-1], c4)


@slip(ACTIVATED, "nn.Identity()", everywhere=True)
def no_relu():
    """There is no ReLU at all: a 1x1 convolution and the next one are then a single linear map. One follows each of the
    six."""


@slip(
    ("  # fewer channels: the 3x3 costs less\n" + AFTER, "\n"),
    (REDUCED3 + AFTER, REDUCED3),
)
def relu_only_at_the_end_of_each_path():
    """No ReLU stands between the two convolutions of paths 2 and 3: without one they are a single linear map. One
    follows each of the six convolutions."""


@slip(
    ("kernel_size=1), nn.ReLU())", "kernel_size=1))"),
    ("kernel_size=3, padding=1),\n" + AFTER, "kernel_size=3, padding=1),\n"),
    ("kernel_size=5, padding=2),\n" + AFTER, "kernel_size=5, padding=2),\n"),
    (PROJECTION + AFTER, PROJECTION),
)
def no_relu_at_the_end():
    """The paths end without a ReLU. One follows each of the six convolutions, so that no output is negative."""


@slip(PROJECTION + AFTER, PROJECTION)
def no_relu_in_path_4():
    """No ReLU follows the convolution of path 4. One follows each of the six convolutions."""


@slip(("kernel_size=1), nn.ReLU())", "kernel_size=1))"), (PROJECTION + AFTER, PROJECTION))
def no_relu_after_single_convolutions():
    """No ReLU follows the convolutions of paths 1 and 4. One follows each of the six convolutions."""


@slip(ACTIVATED, "nn.Sigmoid()", everywhere=True)
def sigmoid_instead_of_relu():
    """The activation is a sigmoid, as in LeNet. The Inception block uses ReLU."""


@slip(ACTIVATED, "nn.LeakyReLU()", everywhere=True)
def leaky_relu():
    """Negative values come through, made smaller: that is a leaky ReLU. ReLU makes them 0."""


@misconception
def batch_norm_inside(*sizes):
    """There is batch normalisation in the block, as in later versions of Inception. This block has none: a ReLU follows
    each convolution directly."""
    block = reference.Inception(*sizes)
    for name, path in list(block.named_children()):
        pairs = [(layer, nn.BatchNorm2d(layer.out_channels)) for layer in path if isinstance(layer, nn.Conv2d)]
        first = [] if isinstance(path[0], nn.Conv2d) else [path[0]]
        setattr(block, name, nn.Sequential(*first, *(part for pair in pairs for part in (*pair, nn.ReLU()))))
    return block


@slip(ACTIVATED, "nn.ReLU(), nn.Dropout(0.3)", everywhere=True)
def dropout_inside():
    """There is dropout in the block. It has none: training and evaluation mode do the same."""


@slip(
    ("kernel_size=1)", "kernel_size=1, bias=False)"),
    ("kernel_size=3, padding=1)", "kernel_size=3, padding=1, bias=False)"),
    ("padding=2)", "padding=2, bias=False)"),
    everywhere=True,
)
def no_bias():
    """The convolutions have no bias: leave bias=False out, each of the six has one."""


@slip(JOINED, JOINED.replace(", dim=1", ""))
def joined_on_the_images():
    """The results are joined on axis 0, which counts the images: torch.cat does so unless it is told otherwise. The
    channels are axis 1."""


@slip(JOINED, JOINED.replace("dim=1", "dim=-1"))
def joined_on_the_columns():
    """The results are joined on the last axis, so that the images lie side by side. The channels are axis 1."""


@slip(JOINED, "sum(path(X) for path in paths)")
def paths_added():
    """The results are added, as in a residual block, which works only where all have the same number of channels. Here
    their channels are put one after the other."""


@slip(JOINED, "[path(X) for path in paths]")
def not_joined():
    """The four results come back as a list. Join them to one tensor on the channels, axis 1."""


@slip(JOINED, JOINED.replace("[path(X)", "[X, *[path(X)").replace("paths]", "paths]]"))
def input_joined_too():
    """X is joined to the results, as in DenseNet. Only the four paths are joined."""


@slip(PATHS, "(self.path4, self.path3, self.path2, self.path1)")
def joined_backwards():
    """The channels of the paths stand in the wrong order: path 4 comes first. Join them in the order 1, 2, 3, 4."""


@slip(PATHS, "(self.path1, self.path3, self.path2, self.path4)")
def joined_in_another_order():
    """Paths 2 and 3 stand in each other's place. The channels of path 1 come first, then those of 2, 3 and 4."""


@misconception
class one_by_one_registered_first(nn.Module):
    """The parameters stand in another order: the 1x1 convolutions come first. Register the layers path by path: after
    the 1x1 convolution of path 2 its 3x3, and only then path 3."""

    def __init__(self, *sizes):
        super().__init__()
        made = reference.Inception(*sizes)
        self.first = nn.ModuleList([made.path1, made.path2[:2], made.path3[:2], made.path4])
        self.then = nn.ModuleList([made.path2[2:], made.path3[2:]])

    def forward(self, X):
        one, two, three, four = (path(X) for path in self.first)
        return torch.cat([one, self.then[0](two), self.then[1](three), four], 1)


@slip(
    ("nn.Conv2d(in_channels, ", "nn.LazyConv2d("),
    ("nn.Conv2d(c2[0], ", "nn.LazyConv2d("),
    ("nn.Conv2d(c3[0], ", "nn.LazyConv2d("),
    everywhere=True,
)
def lazy_convolutions():
    """nn.LazyConv2d waits for the first input to learn its channels. Here they are given: nn.Conv2d(in_channels,
    ...)."""


@misconception
class paths_in_a_plain_list(nn.Module):
    """The module has no parameters: its paths stand in a plain Python list, where PyTorch does not find them. Use
    nn.ModuleList or attributes."""

    def __init__(self, *sizes):
        super().__init__()
        self.paths = list(reference.Inception(*sizes).children())

    def forward(self, X):
        return torch.cat([path(X) for path in self.paths], 1)


@misconception
def parameters_frozen(*sizes):
    """The parameters are frozen (requires_grad=False), so the block cannot learn. Leave them as nn.Conv2d makes
    them."""
    return reference.Inception(*sizes).requires_grad_(False)


@slip("[path(X) for path in paths]", "[*(path(X) for path in paths[:3]), self.path4[1:](self.path4[0](X).detach())]")
def pooling_detached():
    """No gradient goes back through the pooling of path 4: its result is detached, or computed under torch.no_grad().
    X gets gradients from all four paths."""
