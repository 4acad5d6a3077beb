"""What people get wrong about AlexNet."""

from autograder.spec import misconception, reference, slip

FIRST = "nn.Conv2d(in_channels, 96, kernel_size=11, stride=4, padding=2),"
SECOND = "nn.Conv2d(96, 256, kernel_size=5, padding=2),"
FIFTH = "nn.Conv2d(384, 256, kernel_size=3, padding=1),"
DENSE = "nn.Linear(256 * 6 * 6, 4096),\n        nn.ReLU(),\n        nn.Dropout(0.5),"
NEXT = "nn.Linear(4096, 4096),\n        nn.ReLU(),\n        nn.Dropout(0.5),"
LAST = "nn.Linear(4096, num_classes),"
POOL = "nn.MaxPool2d(kernel_size=3, stride=2),"


@slip(LAST, LAST + " nn.ReLU(),")
def relu_on_the_logits():
    """A ReLU follows the last dense layer, so that no logit is negative. Logits are any real numbers: nothing follows."""


@slip(LAST, LAST + " nn.Softmax(dim=1),")
def softmax_on_the_logits():
    """A softmax follows the last dense layer. The network gives logits: cross-entropy applies the softmax itself, and
    twice is once too often."""


@slip(LAST, LAST + " nn.LogSoftmax(dim=1),")
def log_softmax_on_the_logits():
    """A log_softmax follows the last dense layer. The network gives logits: cross-entropy does that itself."""


@slip(LAST, LAST + " nn.Dropout(0.5),")
def dropout_on_the_logits():
    """In training mode logits are dropped: a Dropout follows the last dense layer. It belongs after the two hidden dense
    layers."""


@slip(
    (FIRST, FIRST.replace("padding=2", "padding=1")),
    ("nn.Linear(256 * 6 * 6, 4096)", "nn.Linear(256 * 5 * 5, 4096)"),
)
def padding_of_the_book():
    """The first convolution has padding 1, as in the book: 54 columns, and 256 * 5 * 5 = 6400 numbers to be flattened. Here it
    has padding 2: 55 columns, and 256 * 6 * 6 = 9216."""


@slip(FIRST, "nn.Conv2d(in_channels, 96, kernel_size=11, padding=2, stride=2),")
def stride_of_two():
    """The first convolution has stride 2. It takes four pixels at a time: stride=4 makes 55 columns of 224."""


@slip(SECOND, "nn.Conv2d(96, 256, kernel_size=3, padding=1),")
def small_second_kernel():
    """The second convolution has kernels of 3x3. They are 5x5, with padding 2."""


@slip(
    (SECOND, SECOND.replace(", padding=2", "")),
    ("nn.Linear(256 * 6 * 6, 4096)", "nn.Linear(256 * 5 * 5, 4096)"),
)
def no_padding_in_the_second():
    """The second convolution has no padding, and four rows and columns are lost. padding=2 keeps 27 of 27."""


@slip((FIFTH, FIFTH.replace("256", "384")), ("nn.Linear(256 * 6 * 6", "nn.Linear(384 * 6 * 6"))
def three_times_384():
    """The fifth convolution has 384 channels, as it is often printed. They are 384, 384 and 256: 9216 = 256 * 6 * 6."""


@misconception
def channels_of_2014(in_channels=1, num_classes=10):
    """These are the channels of 2014 (64, 192, 384, 256, 256), which torchvision has too. AlexNet of 2012 has 96, 256, 384, 384
    and 256."""
    net = reference.alexnet(in_channels, num_classes)
    channels = (in_channels, 64, 192, 384, 256, 256)
    for i, place in enumerate((0, 3, 6, 8, 10)):
        old = net[place]
        net[place] = type(old)(channels[i], channels[i + 1], old.kernel_size, old.stride, old.padding)
    return net


@slip("nn.MaxPool2d", "nn.AvgPool2d", everywhere=True)
def average_pooling():
    """The pooling takes the average, as LeNet does. AlexNet takes the largest number of each window."""


@slip("nn.MaxPool2d(kernel_size=3, stride=2),  # (n, 96", "nn.MaxPool2d(kernel_size=2, stride=2),  # (n, 96")
def small_window_after_the_first():
    """The first max pooling has windows of 2x2. They are 3x3, one apart from the next by 2, so that they overlap."""


@slip("nn.MaxPool2d(kernel_size=3, stride=2),  # (n, 256, 13", "nn.MaxPool2d(kernel_size=2, stride=2),  # (n, 256, 13")
def small_window_after_the_second():
    """The second max pooling has windows of 2x2. They are 3x3, one apart from the next by 2, so that they overlap."""


@slip("kernel_size=3, stride=2)", "kernel_size=3, stride=2, ceil_mode=True)", everywhere=True)
def sizes_rounded_up():
    """Max pooling rounds sizes up (ceil_mode=True): a window may hang over the edge. Sizes round down, as they do unless it is
    asked otherwise."""


@slip("padding=2),  # (n, 96, 55, 55)\n        nn.ReLU(),", "padding=2),")
def no_relu_after_the_first():
    """No ReLU follows the first convolution. Only the last dense layer goes without."""


@slip(SECOND + "\n        nn.ReLU(),", SECOND)
def no_relu_after_the_second():
    """No ReLU follows the second convolution. Only the last dense layer goes without."""


@slip(
    "nn.Conv2d(256, 384, kernel_size=3, padding=1),\n        nn.ReLU(),",
    "nn.Conv2d(256, 384, kernel_size=3, padding=1),",
)
def no_relu_after_the_third():
    """No ReLU follows the third convolution. Each of the five has one."""


@slip(
    "nn.Conv2d(384, 384, kernel_size=3, padding=1),\n        nn.ReLU(),",
    "nn.Conv2d(384, 384, kernel_size=3, padding=1),",
)
def no_relu_after_the_fourth():
    """No ReLU follows the fourth convolution. Each of the five has one."""


@slip(FIFTH + "\n        nn.ReLU(),", FIFTH)
def no_relu_after_the_fifth():
    """No ReLU follows the fifth convolution. Each of the five has one, before the pooling."""


@slip(DENSE, DENSE.replace("        nn.ReLU(),\n", ""))
def no_relu_after_the_first_dense_layer():
    """No ReLU follows the first dense layer: together with the second one it is then a single linear map."""


@slip(NEXT, NEXT.replace("        nn.ReLU(),\n", ""))
def no_relu_after_the_second_dense_layer():
    """No ReLU follows the second dense layer: together with the last one it is then a single linear map."""


@slip("nn.ReLU()", "nn.Sigmoid()", everywhere=True)
def sigmoid_instead_of_relu():
    """The activation is a sigmoid, as in LeNet. AlexNet has ReLUs."""


@slip("nn.MaxPool2d(kernel_size=3, stride=2),  # (n, 256, 6, 6)\n", "")
def no_pooling_after_the_fifth():
    """No pooling follows the fifth convolution: 13 rows and columns reach the dense layer. Max pooling leaves 6 of them."""


@slip("nn.Dropout(0.5)", "nn.Identity()", everywhere=True)
def no_dropout():
    """Nothing is dropped in training mode. A Dropout of 0.5 follows the ReLU of each of the two hidden dense layers, which hold
    most of the weights."""


@slip(NEXT, NEXT.replace("nn.Dropout(0.5),", ""))
def no_second_dropout():
    """Nothing of the second dense layer is dropped in training mode. Both hidden dense layers have a Dropout of 0.5."""


@slip((DENSE, "nn.Dropout(0.5),\n        " + DENSE), (NEXT, NEXT.replace("nn.Dropout(0.5),", "")))
def dropout_before_the_layers():
    """What is dropped is what goes into the first two dense layers, as torchvision does. Here it is what comes out of them, behind
    their ReLU."""


@slip("nn.Dropout(0.5)", "nn.Dropout(0.2)", everywhere=True)
def one_in_five_dropped():
    """Another share than one half is dropped in training mode. Both Dropouts have p = 0.5."""


@slip("nn.Dropout(0.5)", "nn.Dropout1d(0.5)", everywhere=True)
def whole_rows_dropped():
    """Not single elements are dropped but many at once, as Dropout1d and Dropout2d do. Each unit has its own fate: nn.Dropout."""


@misconception
def convolutions_frozen(in_channels=1, num_classes=10):
    """No gradient reaches the convolutions: they are frozen (requires_grad=False), or what they make is detached or computed
    under torch.no_grad(). This network learns all of its layers."""
    net = reference.alexnet(in_channels, num_classes)
    for layer in net[:13]:
        layer.requires_grad_(False)
    return net


@slip("nn.ReLU()", "nn.Sequential(nn.ReLU(), nn.Dropout(0.5))", everywhere=True)
def dropout_everywhere():
    """Dropout follows the convolutions too. It belongs after the two hidden dense layers only."""


@slip(LAST, "nn.Linear(4096, num_classes, device='cpu'),")
def a_layer_bound_to_the_cpu():
    """A layer asks for device="cpu", so that it neither comes along to the meta device nor is made on a GPU. Leave the
    device out: whoever makes the network says where."""


@slip(
    ("from torch import nn", "from functools import cache as made_once\n\nfrom torch import nn"),
    ("def alexnet(", "@made_once\ndef alexnet("),
)
def one_network_for_all():
    """Every call returns the same network, made once: what one caller trains, all others see. Make the layers anew at each
    call."""


@slip(SECOND, SECOND[:-2] + ", bias=False),")
def no_bias_in_the_second():
    """The second convolution has no bias. All eight layers have one, since no normalization follows that would make it useless."""


@slip(
    "nn.ReLU(),\n        nn.MaxPool2d(kernel_size=3, stride=2),",
    "nn.ReLU(),\n        nn.LocalResponseNorm(5),\n        nn.MaxPool2d(kernel_size=3, stride=2),",
    everywhere=True,
)
def local_response_norm():
    """A local response normalization follows, as in the paper. It helps little, later networks went without, and so does this one."""


@slip("nn.Linear(256 * 6 * 6, 4096)", "nn.LazyLinear(4096)")
def lazy_layers():
    """The first dense layer is a Lazy one, whose weights have no shape before an image was seen. Here they have it from the
    start: it reads 256 * 6 * 6 numbers."""
