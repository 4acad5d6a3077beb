"""What people get wrong about VGG."""

from autograder.spec import misconception, reference, slip

CONVOLUTION = "nn.Conv2d(channels, out_channels, kernel_size=3, padding=1)"
POOL = "nn.MaxPool2d(kernel_size=2, stride=2)"
STACK = "[in_channels] + [out_channels] * (num_convs - 1)"
DENSE = "nn.Linear(channels * 7 * 7, 4096),\n        nn.ReLU(),\n        nn.Dropout(0.5),"
NEXT = "nn.Linear(4096, 4096),\n        nn.ReLU(),\n        nn.Dropout(0.5),"
LAST = "nn.Linear(4096, num_classes),"


@slip(CONVOLUTION, "nn.Conv2d(channels, out_channels, kernel_size=3)")
def convolutions_not_padded():
    """The convolutions of vgg_block have no padding, so that each takes two rows and two columns away. padding=1 keeps the
    size: only pooling makes images smaller."""


@slip(CONVOLUTION, "nn.Conv2d(channels, out_channels, kernel_size=5, padding=2)")
def kernels_of_5x5():
    """The kernels of vgg_block are 5x5. VGG has 3x3 throughout: two of them see as much, with fewer weights."""


@slip(STACK, "[in_channels] * num_convs")
def all_from_in_channels():
    """Every convolution of vgg_block reads in_channels. Only the first one does: what it makes has out_channels, which the
    next one reads."""


@slip(STACK, "[in_channels] + [out_channels] * num_convs")
def one_convolution_too_many():
    """vgg_block has one convolution more than num_convs. The first one is among them: num_convs - 1 follow it."""


@slip(STACK, "[in_channels]")
def only_one_convolution():
    """vgg_block has a single convolution, whatever num_convs says."""


@slip(CONVOLUTION + ", nn.ReLU()]", CONVOLUTION + "]")
def block_without_relu():
    """vgg_block has no ReLUs: its convolutions are then a single linear map. Each convolution has one."""


@slip(
    (CONVOLUTION + ", nn.ReLU()]", CONVOLUTION + "]"),
    ("nn.Sequential(*layers, nn.MaxPool2d", "nn.Sequential(*layers, nn.ReLU(), nn.MaxPool2d"),
)
def one_relu_in_the_block():
    """vgg_block has a ReLU at its end alone. Each of its convolutions has one, else several of them are a single linear
    map."""


@slip(CONVOLUTION + ", nn.ReLU()]", CONVOLUTION + ", nn.BatchNorm2d(out_channels), nn.ReLU()]")
def batch_norm_in_the_block():
    """vgg_block has batch normalization, which came a year later, as torchvision's vgg11_bn has it. Here a ReLU follows each
    convolution directly."""


@slip(POOL, "nn.AvgPool2d(kernel_size=2, stride=2)")
def average_pooling():
    """The pooling of vgg_block takes the average. VGG takes the largest number of each window."""


@slip(POOL, "nn.MaxPool2d(kernel_size=3, stride=2)")
def windows_of_3x3():
    """The windows of the pooling are 3x3, as in AlexNet. In VGG they are 2x2, and do not overlap."""


@slip(POOL, "nn.MaxPool2d(kernel_size=2, stride=2, ceil_mode=True)")
def sizes_rounded_up():
    """The pooling rounds sizes up (ceil_mode=True). Sizes round down: of 7 rows 3 are left."""


@slip(POOL, "nn.MaxPool2d(kernel_size=2, stride=1)")
def pooling_moves_by_one():
    """The pooling moves by 1, so that images lose a row and a column. It moves by 2, and halves them."""


@slip("return nn.Sequential(*layers, " + POOL + ")", "return nn.Sequential(*layers)")
def block_without_pooling():
    """vgg_block has no pooling. Max pooling of 2x2 stands at its end, once, and halves the image."""


@slip("nn.ReLU()]", "nn.ReLU(), " + POOL + "]")
def pooling_after_each_convolution():
    """There is pooling after each convolution of vgg_block. It comes once, at the end of the block."""


@slip("        channels = out_channels\n", "")
def blocks_read_in_channels():
    """Every block of vgg reads in_channels. A block reads what the one before it makes: go on with its out_channels."""


@slip("for num_convs, out_channels in arch:", "for num_convs, out_channels in arch[:1]:")
def only_the_first_block():
    """vgg has one block, whatever arch says. It has one for each pair of arch."""


@slip("for num_convs, out_channels in arch:", "for out_channels, num_convs in arch:")
def pairs_read_backwards():
    """The pairs of arch are read backwards. They are (num_convs, out_channels)."""


@slip("nn.Linear(channels * 7 * 7, 4096)", "nn.Linear(512 * 7 * 7, 4096)")
def channels_of_vgg_11():
    """The first dense layer reads 512 * 7 * 7 numbers, as in VGG-11, whatever arch says. It reads the channels of the last
    block."""


@slip("num_classes),  # logits", "10),  # logits")
def ten_classes():
    """The last dense layer has 10 outputs, whatever num_classes says."""


@slip("channels = in_channels", "channels = 1")
def one_channel():
    """The first block reads one channel, whatever in_channels says."""


@slip(LAST, LAST + " nn.ReLU(),")
def relu_on_the_logits():
    """A ReLU follows the last dense layer, so that no logit is negative. Logits are any real numbers: nothing follows."""


@slip(LAST, LAST + " nn.Softmax(dim=1),")
def softmax_on_the_logits():
    """A softmax follows the last dense layer. The network gives logits: cross-entropy applies the softmax itself, and
    twice is once too often."""


@slip(LAST, LAST + " nn.Dropout(0.5),")
def dropout_on_the_logits():
    """In training mode logits are dropped: a Dropout follows the last dense layer. It belongs after the two hidden dense
    layers."""


@slip(DENSE, DENSE.replace("        nn.ReLU(),\n", ""))
def no_relu_after_the_first_dense_layer():
    """No ReLU follows the first dense layer: together with the second one it is then a single linear map."""


@slip(NEXT, NEXT.replace("        nn.ReLU(),\n", ""))
def no_relu_after_the_second_dense_layer():
    """No ReLU follows the second dense layer: together with the last one it is then a single linear map."""


@slip(NEXT, "")
def one_hidden_dense_layer():
    """There is one hidden dense layer only. There are two of 4096, and the last one."""


@slip("nn.Dropout(0.5)", "nn.Identity()", everywhere=True)
def no_dropout():
    """Nothing is dropped in training mode. A Dropout of 0.5 follows the ReLU of each of the two hidden dense layers."""


@slip(NEXT, NEXT.replace("nn.Dropout(0.5),", ""))
def no_second_dropout():
    """Nothing of the second dense layer is dropped in training mode. Both hidden dense layers have a Dropout of 0.5."""


@slip("nn.Dropout(0.5)", "nn.Dropout(0.2)", everywhere=True)
def one_in_five_dropped():
    """Another share than one half is dropped in training mode. Both Dropouts have p = 0.5."""


@slip("nn.Dropout(0.5)", "nn.Dropout1d(0.5)", everywhere=True)
def whole_rows_dropped():
    """Not single elements are dropped but many at once, as Dropout1d and Dropout2d do. Each unit has its own fate:
    nn.Dropout."""


@slip(
    ("nn.Dropout(0.5)", "Unscaled()"),
    (
        "def vgg_block(",
        "class Unscaled(nn.Module):\n    def forward(self, X):\n"
        "        return X * torch.empty_like(X).bernoulli_(0.5) if self.training else X\n\n\ndef vgg_block(",
    ),
    ("from torch import nn", "import torch\nfrom torch import nn"),
    everywhere=True,
)
def kept_as_it_is():
    """What is kept is not divided by 0.5, so that the layers behind get half as much in training mode as in evaluation mode.
    nn.Dropout does both."""


@slip("        nn.Flatten(),\n", "        nn.Flatten(),\n        nn.Dropout(0.5),\n")
def dropout_before_the_dense_layers():
    """In training mode, what the blocks make is dropped too: a Dropout comes before the first dense layer."""


@slip("return nn.Sequential(*layers, " + POOL + ")", "return nn.Sequential(*layers, " + POOL + ", nn.Dropout(0.25))")
def dropout_in_the_block():
    """In training mode vgg_block drops elements. It has no dropout: that belongs to the dense layers of vgg."""


@slip("for num_convs, out_channels in arch:\n", "while arch:\n        num_convs, out_channels = arch.pop(0)\n")
def arch_used_up():
    """The pairs are taken out of arch, which is empty afterwards: the caller wants to keep it, and a tuple has no pop. Go
    through it with a loop."""


@slip("nn.Linear(channels * 7 * 7, 4096)", "nn.LazyLinear(4096)")
def lazy_layers():
    """The first dense layer is a Lazy one, whose weights have no shape before an image was seen. Here they have it from the
    start: it reads channels * 7 * 7 numbers."""


@slip(LAST, "nn.Linear(4096, num_classes, device='cpu'),")
def a_layer_bound_to_the_cpu():
    """A layer asks for device="cpu", so that it neither comes along to the meta device nor is made on a GPU. Leave the
    device out: whoever makes the network says where."""


@misconception(entry="vgg")
def blocks_frozen(arch, in_channels=1, num_classes=10):
    """No gradient reaches the blocks: they are frozen (requires_grad=False), or what they make is detached or computed under
    torch.no_grad(). This network learns all of its layers."""
    net = reference.vgg(arch, in_channels, num_classes)
    for layer in net[: len(arch)]:
        layer.requires_grad_(False)
    return net


@misconception(entry="vgg")
def images_changed(arch, in_channels=1, num_classes=10):
    """vgg changes the images that it is given: an operation in place (-=, mul_) writes into the caller's. Make a new tensor
    instead."""
    net = reference.vgg(arch, in_channels, num_classes)
    net.register_forward_pre_hook(lambda net, images: (images[0].clone(), images[0].zero_())[0])
    return net
