"""What people get wrong about GoogLeNet."""

from torch import nn

from autograder.spec import misconception, reference, slip

STEM = "nn.Conv2d(in_channels, 64, kernel_size=7, stride=2, padding=3),\n        nn.ReLU(),"
ONE = "nn.Conv2d(64, 64, kernel_size=1),\n        nn.ReLU(),"
THREE = "nn.Conv2d(64, 192, kernel_size=3, padding=1),\n        nn.ReLU(),"
POOL = "nn.MaxPool2d(kernel_size=3, stride=2, padding=1),"
INSIDE = "nn.MaxPool2d(kernel_size=3, stride=1, padding=1),"
B4C = "Inception(512, 128, (128, 256), (24, 64), 64),"
B4E = "Inception(528, 256, (160, 320), (32, 128), 128),"
B5A = "Inception(832, 256, (160, 320), (32, 128), 128),"
LAST = "nn.Linear(1024, num_classes),"
MEAN = "nn.AdaptiveAvgPool2d(1),"
JOINED = "[self.path1(X), self.path2(X), self.path3(X), self.path4(X)]"
AFTER = "            nn.ReLU(),\n"
REDUCED2 = "            nn.Conv2d(in_channels, c2[0], kernel_size=1),\n"
REDUCED3 = "            nn.Conv2d(in_channels, c3[0], kernel_size=1),\n"
PROJECTION = "            nn.Conv2d(in_channels, c4, kernel_size=1),\n"


@slip(POOL, "nn.MaxPool2d(kernel_size=3, stride=2),", everywhere=True)
def pooling_not_padded():
    """The pooling between the stages has no padding, as in AlexNet, so that 48 columns become 23. padding=1 makes them 24."""


@slip(POOL, "nn.MaxPool2d(kernel_size=3, stride=2, padding=1, ceil_mode=True),", everywhere=True)
def sizes_rounded_up():
    """The pooling between the stages rounds up (ceil_mode=True) on top of its padding. Here sizes round down."""


@slip(POOL, "nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True),", everywhere=True)
def rounded_up_instead_of_padded():
    """The pooling between the stages rounds up instead of being padded (ceil_mode=True), as torchvision has it: the sizes are
    the same, but the windows begin at the border, not one pixel before. Here padding=1, and sizes round down."""


@slip(B4E + "\n        " + POOL, B4E + "\n        nn.MaxPool2d(kernel_size=2, stride=2),")
def last_pooling_of_2x2():
    """The pooling after stage 4 has windows of 2x2, as in torchvision. All poolings are 3x3, with stride 2 and padding 1."""


@slip(B4E + "\n        " + POOL, B4E)
def pooling_after_stage_4_missing():
    """No pooling follows stage 4. Each of the first four stages ends with one."""


@slip(THREE + "\n        " + POOL, THREE)
def pooling_after_stage_2_missing():
    """No pooling follows stage 2. Each of the first four stages ends with one."""


@slip(MEAN, POOL + "\n        " + MEAN)
def pooling_after_stage_5():
    """Max pooling follows stage 5 too. Behind its last block comes the mean over the whole map, and nothing else."""


@slip(POOL, "nn.AvgPool2d(kernel_size=3, stride=2, padding=1),", everywhere=True)
def average_pooling():
    """The pooling between the stages takes the average. It takes the largest number of each window."""


@slip(INSIDE, POOL)
def path_4_moves_by_two():
    """The pooling of path 4 moves by 2, as that between the stages does, so that its map is smaller than those of the other
    paths. Inside the block stride=1."""


@slip(INSIDE, "nn.AvgPool2d(kernel_size=3, stride=1, padding=1),")
def average_in_path_4():
    """Path 4 takes the average of each window, as in Inception-v3. Here it takes the largest number."""


@slip(INSIDE + "\n" + PROJECTION, PROJECTION.strip() + "\n            " + INSIDE + "\n")
def pooled_after_the_convolution():
    """The pooling of path 4 comes after its convolution. It comes first."""


@slip(INSIDE + "\n", "")
def no_pooling_in_path_4():
    """Path 4 has no pooling: it begins with max pooling of 3x3, and the 1x1 convolution follows."""


@slip(JOINED, "[self.path1(X), self.path3(X), self.path2(X), self.path4(X)]")
def paths_2_and_3_exchanged():
    """Paths 2 and 3 stand in each other's place when the channels are joined. The order is 1, 2, 3, 4."""


@slip(JOINED, "[self.path4(X), self.path3(X), self.path2(X), self.path1(X)]")
def joined_backwards():
    """The channels of the paths are joined in the wrong order: path 4 comes first. The order is 1, 2, 3, 4."""


@misconception
def numbers_of_a_block_exchanged(in_channels=1, num_classes=10):
    """Block 4b has the numbers of paths 2 and 3 exchanged. A block is written (c1, c2, c3, c4), and 4b is (160, (112, 224), (24,
    64), 64)."""
    net = reference.googlenet(in_channels, num_classes)
    block, wrong = net[12], type(net[12])(512, 160, (24, 64), (112, 224), 64)
    assert block.path1[0].out_channels == 160
    net[12] = wrong
    return net


@slip(B4C, "Inception(512, 128, (112, 256), (24, 64), 64),")
def one_number_wrong():
    """Block 4c has another number than in the table: it is (128, (128, 256), (24, 64), 64)."""


@slip(B4C + "\n", "\n")
def a_block_missing():
    """A block of stage 4 is missing. Stages 3, 4 and 5 have two, five and two blocks."""


@slip("kernel_size=5, padding=2", "kernel_size=3, padding=1")
def three_by_three_in_path_3():
    """Path 3 has kernels of 3x3, as in torchvision's GoogLeNet, where it is a known mistake. They are 5x5, with padding 2."""


@slip("c3[1], kernel_size=5, padding=2)", "c3[1], kernel_size=5, padding=2, padding_mode='replicate')")
def border_repeated():
    """The 5x5 convolutions repeat the border of the map instead of padding it with zeros."""


@slip("kernel_size=7, stride=2, padding=3", "kernel_size=7, stride=2")
def stem_not_padded():
    """The 7x7 convolution of stage 1 has no padding. padding=3 and stride 2 halve the image."""


@slip("kernel_size=7, stride=2, padding=3", "kernel_size=7, padding=3")
def stem_without_stride():
    """The 7x7 convolution of stage 1 has stride 1. With stride 2 it halves the image."""


@slip("nn.Conv2d(64, 192, kernel_size=3, padding=1)", "nn.Conv2d(64, 192, kernel_size=3)")
def stage_2_not_padded():
    """The 3x3 convolution of stage 2 has no padding, and two rows and columns are lost. padding=1 keeps the size."""


@slip((STEM, STEM.replace("\n        nn.ReLU(),", "")), (ONE, ONE.replace("\n        nn.ReLU(),", "")))
def no_relu_in_the_stem():
    """No ReLU follows the convolutions of stages 1 and 2, or not all of them. One follows each of the 57 convolutions."""


@slip((REDUCED2 + AFTER, REDUCED2), (REDUCED3 + AFTER, REDUCED3))
def no_relu_after_the_reductions():
    """No ReLU stands between the two convolutions of paths 2 and 3: they are then a single linear map. One follows each of the 57
    convolutions."""


@slip(PROJECTION + AFTER, PROJECTION)
def no_relu_in_path_4():
    """No ReLU follows the convolution of path 4. One follows each of the 57 convolutions."""


@slip("nn.ReLU()", "nn.Identity()", everywhere=True)
def no_relu_at_all():
    """There are no ReLUs: without them all convolutions are a single linear map. One follows each of the 57."""


@slip(LAST, LAST + "\n        nn.ReLU(),")
def relu_on_the_logits():
    """A ReLU follows the dense layer, so that no logit is negative. Logits are any real numbers: nothing follows."""


@slip(LAST, LAST + "\n        nn.Softmax(dim=1),")
def softmax_on_the_logits():
    """A softmax follows the dense layer. The network gives logits: cross-entropy applies the softmax itself, and twice is once
    too often."""


@slip("nn.Flatten(),", "nn.Flatten(),\n        nn.Dropout(0.4),")
def dropout_of_the_paper():
    """Elements are dropped in training mode, as in the paper, which has a dropout of 0.4 before the dense layer. The book's
    network has none."""


@slip(MEAN, "nn.AdaptiveMaxPool2d(1),")
def largest_instead_of_mean():
    """What the dense layer reads are the largest numbers of the last maps. It reads their means."""


@slip(MEAN, "nn.AvgPool2d(kernel_size=7),")
def mean_of_7x7():
    """The mean is that of a window of 7x7, which is right for images of 224x224 alone. Take it over the whole map, whatever its
    size."""


@slip((MEAN, ""), (LAST, "nn.Linear(1024 * 3 * 3, num_classes),"))
def maps_flattened():
    """The last maps are flattened, 3x3 for images of 96x96. Take the mean of each: 1024 numbers are left, for images of any
    size."""


@slip(LAST, "nn.Linear(1024, 1024), nn.ReLU(), " + LAST)
def two_dense_layers():
    """There is a hidden dense layer. A single one reads the 1024 means."""


@slip(LAST, "nn.Linear(1024, 10),")
def always_ten_classes():
    """The dense layer has 10 outputs, whatever num_classes says."""


@slip("nn.Conv2d(in_channels, 64, kernel_size=7,", "nn.Conv2d(1, 64, kernel_size=7,")
def always_one_channel():
    """The first convolution reads one channel, whatever in_channels says."""


@slip(
    ("c2[0], kernel_size=1)", "c2[0], kernel_size=1, bias=False)"),
    ("c3[0], kernel_size=1)", "c3[0], kernel_size=1, bias=False)"),
)
def no_bias_in_the_reductions():
    """The first convolutions of paths 2 and 3 have no bias. All 57 have one."""


@misconception
def batch_norm(in_channels=1, num_classes=10):
    """There is batch normalization, as in torchvision and in later versions of Inception. This network has none: a ReLU follows
    each convolution directly."""
    net = reference.googlenet(in_channels, num_classes)
    net[1] = nn.Sequential(nn.BatchNorm2d(64), net[1])
    return net


@slip(POOL + "\n        " + ONE, POOL + "\n        nn.LocalResponseNorm(5),\n        " + ONE)
def local_response_norm():
    """A local response normalization follows stage 1, as in the paper. The book's network has none."""


@slip("nn.Conv2d(in_channels, c4, ", "nn.LazyConv2d(c4, ")
def lazy_layers():
    """Convolutions are Lazy ones, as in the book: their weights have no shape before an image was seen. Here they have it from the
    start."""


@misconception
class one_by_one_registered_first(nn.Module):
    """The parameters of a block stand in another order: all 1x1 convolutions come first. Register the layers path by path: after
    the 1x1 of path 2 its 3x3, and only then path 3."""

    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.net = reference.googlenet(in_channels, num_classes)
        for block in self.net:
            if hasattr(block, "path1"):
                then = nn.ModuleList([block.path2, block.path3])
                for first, path in (("first2", block.path2), ("first3", block.path3)):
                    setattr(block, first, path[0])
                del block.path2, block.path3
                path4 = block.path4
                del block.path4
                block.path4 = path4
                block.path2, block.path3 = then

    def forward(self, X):
        return self.net(X)


@misconception
def stages_frozen(in_channels=1, num_classes=10):
    """No gradient reaches the first stages: they are frozen (requires_grad=False), or what they make is detached or computed
    under torch.no_grad(). This network learns all of its layers."""
    net = reference.googlenet(in_channels, num_classes)
    for part in net[:10]:
        part.requires_grad_(False)
    return net


@slip(LAST, "nn.Linear(1024, num_classes, device='cpu'),")
def a_layer_bound_to_the_cpu():
    """A layer asks for device="cpu", so that it neither comes along to the meta device nor is made on a GPU. Leave the
    device out: whoever makes the network says where."""


@slip(
    ("import torch\n", "from functools import cache as made_once\n\nimport torch\n"),
    ("def googlenet(", "@made_once\ndef googlenet("),
)
def one_network_for_all():
    """Every call returns the same network, made once: what one caller trains, all others see. Make the layers anew at each
    call."""
