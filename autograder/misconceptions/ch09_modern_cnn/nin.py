"""What people get wrong about NiN."""

from autograder.spec import misconception, reference, slip

BLOCK = "nn.Sequential(first, nn.ReLU(), others[0], nn.ReLU(), others[1], nn.ReLU())"
POOL = "        nn.MaxPool2d(kernel_size=3, stride=2),\n"
LAST = "        block(384, num_classes, kernel_size=3, stride=1, padding=1),\n"
MEAN = "        nn.AdaptiveAvgPool2d(1),\n        nn.Flatten(),\n"
DROPOUT = "        nn.Dropout(0.5),\n"


@slip(MEAN, "        nn.AdaptiveMaxPool2d(1),\n        nn.Flatten(),\n")
def largest_of_each_map():
    """The largest number of each map is taken. The logits are means: global average pooling."""


@slip(MEAN, "        nn.AdaptiveAvgPool2d(1),\n")
def axes_kept():
    """The two axes of the pixels are still there, with size 1. Logits have shape (n, num_classes): flatten them."""


@slip(MEAN, "        nn.AvgPool2d(kernel_size=5),\n        nn.Flatten(),\n")
def mean_over_5x5():
    """The mean goes over 5x5 pixels, which are all of them for images of 224 only. It goes over the whole map, whatever its
    size."""


@slip((LAST, LAST.replace("num_classes", "384")), (MEAN, MEAN + "        nn.Linear(384, num_classes),\n"))
def dense_layer_at_the_end():
    """A dense layer follows the mean, as in GoogLeNet. In NiN the last block has a map for each class, and its mean is the
    logit."""


@slip(MEAN, MEAN + "        nn.Softmax(dim=1),\n")
def softmax_at_the_end():
    """A softmax follows the mean. The network gives logits: cross-entropy applies the softmax itself, and twice is once too
    often."""


@slip(LAST, LAST.rstrip("\n,") + "[:-1],\n")
def no_last_relu():
    """The last block goes without its last ReLU, so that logits may be negative. That is reasonable, but not this network: as in
    the book, every convolution has one."""


@slip(BLOCK, "nn.Sequential(first, nn.ReLU(), others[0], others[1])")
def relu_after_the_first_alone():
    """Only the first convolution of a block has a ReLU: the two of 1x1 are then a single linear map. Each of the three has
    one."""


@slip(BLOCK, "nn.Sequential(first, nn.ReLU(), others[0], nn.ReLU())")
def one_convolution_of_1x1():
    """A block has one convolution of 1x1. It has two, each with its ReLU."""


@slip("nn.Conv2d(out, out, kernel_size=1)", "nn.Conv2d(out, out, kernel_size=1, padding=1)")
def small_ones_padded():
    """The 1x1 convolutions are padded, so that the images grow a border. Only the first convolution of a block has a
    padding."""


@slip("nn.Conv2d(out, out, kernel_size=1)", "nn.Conv2d(out, out, kernel_size=3, padding=1)")
def small_ones_of_3x3():
    """The second and third convolution of a block have kernels of 3x3. They are 1x1, a small dense network at each pixel."""


@slip("stride=4, padding=0", "stride=4, padding=2")
def padded_like_alexnet():
    """The first convolution has padding 2, as in AlexNet. In NiN it has none."""


@slip("stride=4, padding=0", "stride=2, padding=0")
def stride_of_two():
    """The first convolution has stride 2. It takes four pixels at a time."""


@slip("kernel_size=5, stride=1, padding=2", "kernel_size=5, stride=1, padding=0")
def no_padding_in_the_second():
    """The second block has no padding, and four rows and columns are lost. padding=2 keeps the size."""


@slip(
    "block(384, num_classes, kernel_size=3, stride=1, padding=1)",
    "block(384, num_classes, kernel_size=3, stride=1, padding=0)",
)
def no_padding_in_the_last():
    """The last block has no padding: of a map of 1x1 nothing would be left. padding=1 keeps the size."""


@slip(POOL + DROPOUT, DROPOUT)
def no_third_pooling():
    """No pooling follows the third block. Max pooling of 3x3 with stride 2 follows each of the first three."""


@slip("nn.MaxPool2d(kernel_size=3, stride=2)", "nn.MaxPool2d(kernel_size=2, stride=2)", everywhere=True)
def windows_of_2x2():
    """The windows of the max pooling are 2x2. They are 3x3, one apart from the next by 2, so that they overlap."""


@slip("nn.MaxPool2d", "nn.AvgPool2d", everywhere=True)
def average_pooling():
    """The pooling between the blocks takes the average. It takes the largest number of each window; only the last one is a
    mean."""


@slip("stride=2)", "stride=2, ceil_mode=True)", everywhere=True)
def sizes_rounded_up():
    """Max pooling rounds sizes up (ceil_mode=True). Sizes round down, as they do unless it is asked otherwise."""


@slip(DROPOUT, "")
def no_dropout():
    """Nothing is dropped in training mode. A Dropout of 0.5 stands in front of the last block."""


@slip("nn.Dropout(0.5)", "nn.Dropout2d(0.5)")
def whole_channels_dropped():
    """Whole channels are dropped, as Dropout2d does. Each element has its own fate: nn.Dropout."""


@slip("nn.Dropout(0.5)", "nn.Dropout(0.2)")
def one_in_five_dropped():
    """Another share than one half is dropped in training mode. The Dropout has p = 0.5."""


@slip((DROPOUT, ""), (LAST, LAST + DROPOUT))
def dropout_after_the_last_block():
    """What the last block makes is dropped. Dropout stands in front of the last block, not behind it."""


@slip("nn.MaxPool2d(kernel_size=3, stride=2)", "nn.Sequential(nn.MaxPool2d(3, 2), nn.Dropout(0.5))", everywhere=True)
def dropout_after_each_pooling():
    """There is dropout after the first two poolings too. One stands in front of the last block alone."""


@slip("block(in_channels, 96", "block(1, 96")
def one_channel():
    """The first block reads one channel, whatever in_channels says."""


@slip(LAST, LAST.replace("num_classes", "10"))
def ten_classes():
    """The last block has 10 maps, whatever num_classes says."""


@slip("nn.Conv2d(channels, out, kernel_size, stride, padding)", "nn.LazyConv2d(out, kernel_size, stride, padding)")
def lazy_layers():
    """The first convolutions are Lazy ones, whose weights have no shape before an image was seen. Here they have it from the
    start: nn.Conv2d with the channels that come in."""


@slip("[nn.Conv2d(out, out, kernel_size=1) for _layer in range(2)]", "[nn.Conv2d(out, out, kernel_size=1)] * 2")
def one_layer_twice():
    """The two 1x1 convolutions of a block are one and the same layer: a list times 2 has it twice. Make two of them."""


@slip("kernel_size=1)", "kernel_size=1, device='cpu')")
def layers_bound_to_the_cpu():
    """Some layers ask for device="cpu", so that they neither come along to the meta device nor are made on a GPU. Leave the
    device out: whoever makes the network says where."""


@slip(
    ("from torch import nn", "from functools import cache as made_once\n\nfrom torch import nn"),
    ("def nin(", "@made_once\ndef nin("),
)
def one_network_for_all():
    """Every call returns the same network, made once: what one caller trains, all others see. Make the layers anew at each
    call."""


@misconception
def blocks_frozen(in_channels=1, num_classes=10):
    """No gradient reaches the first blocks: they are frozen (requires_grad=False), or what they make is detached or computed
    under torch.no_grad(). This network learns all of its layers."""
    net = reference.nin(in_channels, num_classes)
    for layer in net[:6]:
        layer.requires_grad_(False)
    return net
