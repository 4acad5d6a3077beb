"""What people get wrong about NiN."""

from torch import nn

from autograder.spec import misconception, reference, slip

LARGE = "nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding),\n        nn.ReLU(),"
POINTWISE = "nn.Conv2d(out_channels, out_channels, kernel_size=1),"
FIRST = "nin_block(in_channels, 96, kernel_size=11, stride=4),"
SECOND = "nin_block(96, 256, kernel_size=5, padding=2),"
THIRD = "nin_block(256, 384, kernel_size=3, padding=1),"
LAST = "nin_block(384, num_classes, kernel_size=3, padding=1),"
POOL = "nn.MaxPool2d(kernel_size=3, stride=2),"
THIRD_POOL = POOL + "  # (n, 384, 5, 5)\n"
DROPOUT = "        nn.Dropout(0.5),\n"
MEAN = "nn.AdaptiveAvgPool2d(1),"
FLAT = "nn.Flatten(),"


@slip(LARGE + "\n        " + POINTWISE + "\n        nn.ReLU(),", LARGE + "\n        " + POINTWISE)
def no_relu_between_the_1x1():
    """No ReLU stands between the two 1x1 convolutions of a block: they are then a single linear map. One follows each of
    the three convolutions."""


@slip(LARGE, LARGE.replace("\n        nn.ReLU(),", ""))
def no_relu_after_the_large_kernel():
    """No ReLU follows the first convolution of a block: it and the 1x1 behind it are then a single linear map."""


@slip(
    (LARGE, LARGE.replace("\n        nn.ReLU(),", "")),
    (POINTWISE + "\n        nn.ReLU(),\n        " + POINTWISE, POINTWISE + "\n        " + POINTWISE),
)
def relu_only_at_the_end_of_a_block():
    """A block has one ReLU, at its end: its three convolutions are then a single linear map. One follows each of them."""


@slip("nn.ReLU(),\n    )", ")")
def no_relu_at_the_end_of_a_block():
    """A block ends without a ReLU. One follows each of its three convolutions."""


@slip("nn.ReLU()", "nn.Sigmoid()", everywhere=True)
def sigmoid_instead_of_relu():
    """The activation is a sigmoid, as in LeNet. NiN has ReLUs."""


@slip(LAST, "nin_block(384, num_classes, kernel_size=3, padding=1)[:-1],")
def last_relu_left_out():
    """The last block has no ReLU at its end, as if its maps were logits. It is made like the others, as in the book: a ReLU
    comes before the mean, and no score is negative."""


@slip((LAST, "nin_block(384, num_classes, kernel_size=3, padding=1)[:-1],"), (FLAT, FLAT + " nn.ReLU(),"))
def relu_after_the_mean():
    """The last ReLU comes after the mean. It comes before: negative pixels count as 0, and do not take from the others."""


@slip(FIRST, "nin_block(in_channels, 96, kernel_size=11, stride=4, padding=2),")
def first_block_padded():
    """The first convolution has padding 2, as in AlexNet. Here it has none: 54 columns of 224."""


@slip(FIRST, "nin_block(in_channels, 96, kernel_size=11),")
def first_block_without_stride():
    """The first convolution has stride 1. It takes four pixels at a time: stride=4."""


@slip(FIRST, "nin_block(in_channels, 96, kernel_size=11, stride=2),")
def stride_of_two():
    """The first convolution has stride 2. It takes four pixels at a time: stride=4 leaves 54 columns of 224."""


@slip((SECOND, SECOND.replace(", padding=2", "")), (THIRD, THIRD.replace(", padding=1", "")))
def inner_blocks_not_padded():
    """The second and the third block are not padded, so that their maps come out smaller. padding=2 and padding=1 keep the
    size there."""


@slip(LAST, LAST.replace(", padding=1", ""))
def last_block_not_padded():
    """The last block is not padded, so that its maps come out smaller. padding=1 keeps the size."""


@slip(POINTWISE, "nn.Conv2d(out_channels, out_channels, 1, padding=padding),", everywhere=True)
def one_by_one_padded():
    """The 1x1 convolutions have the padding of the block, so that the maps grow a border. Only the first convolution has
    it."""


@slip(POINTWISE, "nn.Conv2d(out_channels, out_channels, kernel_size, padding=padding),", everywhere=True)
def large_kernels_throughout():
    """All three convolutions of a block have its large kernel. The second and the third are 1x1."""


@slip(POINTWISE + "\n        nn.ReLU(),\n        " + POINTWISE, POINTWISE)
def one_pointwise_convolution():
    """A block has one 1x1 convolution. Two of them follow the large kernel, each with weights of its own."""


@slip(POOL, "nn.MaxPool2d(kernel_size=2, stride=2),", everywhere=True)
def windows_of_2x2():
    """The pooling has windows of 2x2, as in VGG. They are 3x3, with stride 2, so that they overlap."""


@slip(POOL, "nn.MaxPool2d(kernel_size=3),", everywhere=True)
def pooling_moves_by_its_size():
    """The pooling moves by 3, the size of its windows, as it does unless it is told otherwise. Here stride=2."""


@slip(POOL, "nn.MaxPool2d(kernel_size=3, stride=2, padding=1),", everywhere=True)
def pooling_padded():
    """The pooling is padded, as in GoogLeNet. Here it is not: 26 of 54 columns are left."""


@slip(POOL, "nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True),", everywhere=True)
def sizes_rounded_up():
    """Max pooling rounds sizes up (ceil_mode=True), as Caffe's NiN did: a window may hang over the edge. Here sizes round
    down."""


@slip("nn.MaxPool2d", "nn.AvgPool2d", everywhere=True)
def average_pooling():
    """The pooling between the blocks takes the average. It takes the largest number of each window."""


@slip(THIRD_POOL, "\n")
def third_pooling_missing():
    """No pooling follows the third block. There is one after each block but the last."""


@slip(LAST, LAST + " nn.MaxPool2d(kernel_size=3, stride=2, padding=1),")
def pooling_after_the_last_block():
    """Max pooling follows the last block too. Behind the last block comes the mean over the whole map, and nothing else."""


@slip(MEAN, "nn.AdaptiveMaxPool2d(1),")
def largest_instead_of_mean():
    """The scores are the largest numbers of the last maps. They are the means over all pixels."""


@slip(MEAN, "nn.AvgPool2d(kernel_size=5),")
def mean_of_5x5():
    """The mean is that of a window of 5x5, which is right for images of 224x224 alone. Take it over the whole map, whatever its
    size."""


@slip(MEAN, "")
def maps_flattened():
    """The last maps are flattened as they are. Each is to become one number, its mean: the scores have the shape (n,
    num_classes)."""


@slip(FLAT, "")
def axes_left():
    """The scores have two axes of size 1 more, which nn.AdaptiveAvgPool2d(1) leaves. nn.Flatten() takes them away."""


@slip(FLAT, FLAT + " nn.Softmax(dim=1),")
def softmax_on_the_scores():
    """A softmax follows the mean, as the paper draws it. Here the network returns the means: cross-entropy applies the softmax
    itself, and twice is once too often."""


@slip(FLAT, FLAT + " nn.Linear(num_classes, num_classes),")
def dense_layer_at_the_end():
    """A dense layer follows the mean, as in GoogLeNet. NiN has none: the last block has a map for each class, and the means are
    the scores."""


@slip((LAST, LAST.replace("num_classes", "384")), (FLAT, FLAT + " nn.Linear(384, num_classes),"))
def classes_by_a_dense_layer():
    """The last block has 384 maps, and a dense layer makes classes of their means. NiN has no dense layer: its last block has a
    map for each class."""


@slip(DROPOUT, "")
def no_dropout():
    """Nothing is dropped in training mode, or so early that the third pooling still finds a number that was kept in nearly every
    window. A Dropout of 0.5 stands between the third pooling and the last block."""


@slip(
    (DROPOUT, "        Unscaled(),\n"),
    ("from torch import nn\n", "import torch\nfrom torch import nn\n"),
    (
        "def nin_block(",
        "class Unscaled(nn.Module):\n    def forward(self, X):\n"
        "        return X * torch.empty_like(X).bernoulli_(0.5) if self.training else X\n\n\ndef nin_block(",
    ),
)
def kept_as_it_is():
    """What is kept is not divided by 0.5, so that the last block gets half as much in training mode as in evaluation mode.
    nn.Dropout does both."""


@slip("nn.Dropout(0.5)", "nn.Dropout(0.2)")
def one_in_five_dropped():
    """Another share than one half is dropped in training mode: nn.Dropout(0.5)."""


@slip("nn.Dropout(0.5)", "nn.Dropout2d(0.5)")
def whole_maps_dropped():
    """Whole maps are dropped, as Dropout2d does. Each element has its own fate: nn.Dropout."""


@slip((DROPOUT, ""), (LAST, LAST + " nn.Dropout(0.5),"))
def dropout_after_the_last_block():
    """Dropout comes after the last block, and drops scores. It comes before: the last block gets what is kept."""


@slip("nn.ReLU(),\n    )", "nn.ReLU(),\n        nn.Dropout(0.5),\n    )")
def dropout_in_each_block():
    """Each block ends with a dropout. There is a single one in the network, before the last block."""


@slip("nn.Conv2d(in_channels, out_channels,", "nn.LazyConv2d(out_channels,")
def lazy_layers():
    """The first convolution of a block is a Lazy one, as in the book: its weights have no shape before an image was seen. Here
    they have it from the start."""


@slip((SECOND, SECOND.replace("256", "192")), (THIRD, THIRD.replace("256", "192")))
def channels_of_cifar():
    """The second block has 192 channels. Blocks have 96, 256, 384 and num_classes, as AlexNet's convolutions."""


@slip(LAST, LAST.replace("num_classes", "10"))
def always_ten_classes():
    """The last block has 10 maps, whatever num_classes says."""


@slip(FIRST, FIRST.replace("in_channels", "1"))
def always_one_channel():
    """The first block reads one channel, whatever in_channels says."""


@slip("stride, padding),", "stride, padding, bias=False),")
def no_bias_in_the_large_kernels():
    """The first convolution of a block has no bias. All twelve have one, since no normalization follows that would make it
    useless."""


@slip("nn.ReLU()", "nn.BatchNorm2d(out_channels), nn.ReLU()", everywhere=True)
def batch_norm_inside():
    """There is batch normalization in the blocks, which came later. NiN has none: a ReLU follows each convolution directly."""


@misconception
def blocks_frozen(in_channels=1, num_classes=10):
    """No gradient reaches the first blocks: they are frozen (requires_grad=False), or what they make is detached or computed
    under torch.no_grad(). This network learns all of its layers."""
    net = reference.nin(in_channels, num_classes)
    for block in net[:5]:
        block.requires_grad_(False)
    return net


@slip(POINTWISE + "\n        nn.ReLU(),\n    )", POINTWISE[:-2] + ", device='cpu'),\n        nn.ReLU(),\n    )")
def a_layer_bound_to_the_cpu():
    """A layer asks for device="cpu", so that it neither comes along to the meta device nor is made on a GPU. Leave the
    device out: whoever makes the network says where."""


@slip(
    ("from torch import nn\n", "from functools import cache as made_once\n\nfrom torch import nn\n"),
    ("def nin(", "@made_once\ndef nin("),
)
def one_network_for_all():
    """Every call returns the same network, made once: what one caller trains, all others see. Make the layers anew at each
    call."""


@misconception
class layers_in_a_plain_list(nn.Module):
    """The module has no parameters: its blocks stand in a plain Python list, where PyTorch does not find them. Use
    nn.Sequential or nn.ModuleList."""

    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.blocks = [*reference.nin(in_channels, num_classes)]

    def forward(self, X):
        for block in self.blocks:
            X = block(X)
        return X
