"""Checks of googlenet.

After the network as a whole, its parts are judged by kind, over all blocks, since these share a class in most solutions. Each
layer is known by its weight, whenever it is called, computes on numbers of its own, and gives on what a check needs: so what
is wrong in one part shows in no other.
"""

import torch
from torch import Tensor

from autograder.checks.ch09_modern_cnn._shared import (
    SEED,
    asks_for_a_new_network,
    asks_for_the_meta_device,
    gradients_of,
    made,
    weights,
)
from autograder.spec import (
    Close,
    Exercise,
    Layers,
    load_parameters,
    normal,
    right_shapes,
    rows,
    seeded,
    shapes_of,
)

exercise = Exercise(entry="googlenet", forbid="models")

# For each block its name, the channels that it reads, and its numbers.
BLOCKS = {
    "3a": (192, 64, (96, 128), (16, 32), 32),
    "3b": (256, 128, (128, 192), (32, 96), 64),
    "4a": (480, 192, (96, 208), (16, 48), 64),
    "4b": (512, 160, (112, 224), (24, 64), 64),
    "4c": (512, 128, (128, 256), (24, 64), 64),
    "4d": (512, 112, (144, 288), (32, 64), 64),
    "4e": (528, 256, (160, 320), (32, 128), 128),
    "5a": (832, 256, (160, 320), (32, 128), 128),
    "5b": (832, 384, (192, 384), (48, 128), 128),
}
KERNELS = {"1": "1x1", "2": "1x1 3x3", "3": "1x1 5x5", "4": "1x1"}
LAYERS = [
    *("the 7x7 convolution of stage 1", "the 1x1 convolution of stage 2", "the 3x3 convolution of stage 2"),
    *(f"the {k} convolution of path {p} in block {b}" for b in BLOCKS for p, found in KERNELS.items() for k in found.split()),
    "the dense layer",
]  # fmt: skip
FIRST = {block: 3 + 6 * i for i, block in enumerate(BLOCKS)}  # the layer that is path 1 of each block
DENSE = len(LAYERS) - 1
PATH = {first + i: path for first in FIRST.values() for i, path in enumerate((1, 2, 2, 3, 3, 4))}
BEHIND_POOLS = [1, FIRST["3a"], FIRST["4a"], FIRST["5a"]]


def shapes(in_channels=1, num_classes=10):
    found = [(64, in_channels, 7, 7), (64, 64, 1, 1), (192, 64, 3, 3)]
    for c, c1, c2, c3, c4 in BLOCKS.values():
        found += [(c1, c, 1, 1), (c2[0], c, 1, 1), (c2[1], c2[0], 3, 3)]
        found += [(c3[0], c, 1, 1), (c3[1], c3[0], 5, 5), (c4, c, 1, 1)]
    return [*found, (num_classes, 1024)]


def kernels(size):
    """The convolutions in blocks with a kernel of this size."""
    return [k for k in PATH if shapes()[k][2] == size]


@exercise.check(points=1, judge=right_shapes(LAYERS), inputs={"sizes": (1, 10)}, also=[{"sizes": (3, 7)}])
def has_its_parameters(student, sizes):
    """has the weights and biases of 57 convolutions and a dense layer, in their order, for any number of channels and
    classes"""
    return shapes_of(made(lambda: student.googlenet(*sizes), torch.zeros(())))


MAKING = [
    add(exercise, lambda student: student.googlenet(3, 7), has_its_parameters)
    for add in (asks_for_the_meta_device, asks_for_a_new_network)
]


@exercise.call(seed=SEED, classes=10, X=normal(2, 1, 40, 72), axes=("images", "classes"))
def logits(student, seed, classes, X):
    net = made(lambda: student.googlenet(X.shape[1], classes), X)
    return load_parameters(net, weights(shapes(X.shape[1], classes), seed, X)).eval()(X)


# Of 32 rows each pooling finds an even number, of which rounding up would make another one. Large pixels show what
# normalizes.
@logits.check(
    points=0.75,
    judge=Close(loosen=10),
    also=rows("classes X", (10, normal(2, 1, 32, 32, std=30.0)), (7, normal(1, 3, 32, 56)), (10, normal(2, 1, 3, 1))),
)
def computes_the_logits():
    """maps images of any size to logits as it should, stage after stage"""


def look(student, X, out, values=()):
    """What is seen of the network whose layers give these maps on, where they are not asked what they make."""
    numbers = torch.randn(2 * 1024 * 20, generator=seeded(1)).to(X)
    channels = [shape[1] for shape in shapes()]
    into = [numbers[: 2 * c * 20].view(2, c, 4, 5) for c in channels]
    into = [X, *into[1:DENSE], numbers[: 2 * 1024].view(2, 1024)]
    net = load_parameters(made(student.googlenet, X), values, exactly=False).eval()
    return Layers(net, LAYERS, into, out, shapes())


def given_on(X, values):
    """For each layer its values (2, channels, rows, columns), or fewer that are the same for many, as maps of 7x8."""
    return [v.to(X).expand(2, shape[0], *(7, 8)[: len(shape) - 2]) for v, shape in zip(values, shapes(), strict=True)]


def same_pixels(seed, X):
    """The same positive map in all channels: in which order these are joined does not matter."""
    maps = torch.rand(2, 1, 7, 8, generator=seeded(seed)) + 0.1
    return given_on(X, [*DENSE * [maps], torch.ones(1)])


def reaching(found, places, told):
    names = [*LAYERS, ""]
    return {f"what reaches {names[k]}" if names[k] else "what is returned": told(found.reaching(k)) for k in places}


@exercise.call(seed=SEED, X=normal(2, 1, 23, 26))
def convolutions(student, seed, X, own):
    found = look(student, X, same_pixels(seed, X), weights(shapes(), seed, X, own))
    return {f"what {LAYERS[k]} makes": found.made(k) for k in own}


@convolutions.check(points=0.75, follows_from=computes_the_logits, own=[0, 1, 2])
def has_the_first_two_stages():
    """stage 1 has a convolution of 7x7 with stride 2 and padding 3; stage 2 one of 1x1 and one of 3x3 with padding 1"""


@convolutions.check(points=0.75, follows_from=computes_the_logits, own=kernels(1))
def has_1x1_convolutions_in_the_blocks():
    """each block has four convolutions of 1x1, with its numbers of channels"""


@convolutions.check(points=0.5, follows_from=computes_the_logits, own=kernels(3))
def has_3x3_convolutions_in_the_blocks():
    """path 2 of each block goes on with a convolution of 3x3 and padding 1"""


@convolutions.check(points=0.5, follows_from=computes_the_logits, own=kernels(5))
def has_5x5_convolutions_in_the_blocks():
    """path 3 of each block goes on with a convolution of 5x5 and padding 2"""


@exercise.check(points=1, follows_from=computes_the_logits, seed=SEED, X=normal(2, 1, 23, 26))
def has_a_relu_after_each_convolution(student, seed, X):
    """follows each of the 57 convolutions with a ReLU"""
    sizes = torch.rand(2, 1024, 1, 1, generator=seeded(seed)) + 0.5
    signed = sizes * (1 - 2 * (torch.arange(1024) % 2)).view(-1, 1, 1)
    values = [signed[:, : shape[0]] for shape in shapes()[:-1]]
    found = look(student, X, given_on(X, [*values, torch.ones(1)]))
    inside = [k for first in FIRST.values() for k in (first, first + 2, first + 4)]

    def peaks(maps):  # in order of size, not of channels: how the paths are joined is another check's matter
        return maps.flatten(2).amax(2).sort(1)[0] if isinstance(maps, Tensor) and maps.dim() == 4 else maps

    ends = reaching(found, [DENSE], lambda means: means.flatten(1).sort(1)[0])
    return {**reaching(found, [1, 2, *inside], peaks), **ends}


@exercise.check(points=0.5, follows_from=computes_the_logits, seed=SEED, X=normal(2, 1, 23, 26))
def joins_the_paths(student, seed, X):
    """joins the paths of each block on the channels, in the order 1, 2, 3, 4"""
    of_path = 1 + torch.rand(5, generator=seeded(seed)) + torch.arange(5)
    found = look(student, X, given_on(X, [of_path[PATH.get(k, 0)] for k in range(DENSE + 1)]))
    behind = [*FIRST.values()][1:]
    return reaching(found, behind, lambda maps: maps[0].flatten(1).amax(1)) | reaching(
        found, [DENSE], lambda means: means[0].flatten()
    )


@exercise.call(seed=SEED, X=normal(2, 1, 23, 26))
def pooled(student, seed, X, places):
    return reaching(look(student, X, same_pixels(seed, X)), places, lambda maps: maps[:, :1])


@pooled.check(points=0.75, follows_from=computes_the_logits, places=BEHIND_POOLS)
def pools_between_the_stages():
    """max pooling of 3x3 with stride 2 and padding 1 ends each of the first four stages"""


@pooled.check(
    points=0.75,
    follows_from=computes_the_logits,
    places=[first + 5 for first in FIRST.values() if first not in BEHIND_POOLS],
)
def pools_in_path_4():
    """path 4 of each block begins with max pooling of 3x3 with stride 1 and padding 1"""


@pooled.check(points=0.75, follows_from=computes_the_logits, places=[DENSE])
def takes_the_mean_of_each_map(student, seed, X, places):
    """the dense layer reads the mean of each map of the last block"""
    return reaching(look(student, X, same_pixels(seed, X)), places, lambda means: means)


@exercise.check(
    points=0.5, follows_from=computes_the_logits, seed=SEED, X=normal(2, 1, 23, 26), Y=normal(2, 10, away=0.1)
)
def ends_with_the_dense_layer(student, seed, X, Y):
    """returns what the dense layer makes, as it is: no ReLU and no softmax on it"""
    found = look(student, X, [*same_pixels(seed, X)[:-1], Y], weights(shapes(), seed, X, [DENSE]))
    return {"what the dense layer makes": found.made(DENSE), "what the network returns": found.after(DENSE)}


@logits.check(points=0.25, needs=computes_the_logits, judge=Close(loosen=10))
def does_the_same_in_training(student, seed, classes, X):
    """does the same in training mode: there is no dropout, and no normalization"""
    return load_parameters(made(student.googlenet, X), weights(shapes(), seed, X)).train()(X)


@logits.check(points=0.5, judge=Close(loosen=1e4), needs=computes_the_logits, dtypes=["float64"])
def lets_gradients_through(student, seed, classes, X):
    """lets gradients flow to all parameters"""
    # In float64, where rounding decides at no ReLU and at no pooling.
    net = load_parameters(made(student.googlenet, X), weights(shapes(), seed, X)).eval()
    net(X).square().sum().backward()
    return gradients_of(net, LAYERS)


exercise.leaves_its_inputs_alone("leaves the images unchanged", points=0.25)


exercise.hint(
    """Begin with the block: it is the exercise inception. Then write the nine of them down with their numbers, and ask of each
    how many channels the one before it gives: c1 + c2[1] + c3[1] + c4."""
)
exercise.hint(
    """Follow an image of 96x96 through your stages: 96, 48, 24, 12, 6, 3. Pooling of 3x3 with stride 2 halves an even number
    only with padding 1, and nn.MaxPool2d has no padding unless it is told.""",
    helps=[computes_the_logits, pools_between_the_stages, has_the_first_two_stages],
)
exercise.hint(
    """If the parameters do not fit, the first that differs tells the block: each has twelve, and before the first block there are
    six. In c2 and c3 the first number is for the 1x1, the second for the large kernel. The blocks read 192, 256, 480, 512,
    512, 512, 528, 832 and 832 channels, because that is what comes before.""",
    helps=[has_its_parameters, convolutions],
)
exercise.hint(
    """There are two kinds of pooling: that in path 4 keeps the size and has stride=1, that between the stages has stride=2. Both
    are 3x3 and have padding=1, since only then paths fit side by side and sizes halve.""",
    helps=[pools_in_path_4, pools_between_the_stages],
)
exercise.hint(
    """A ReLU follows each of the 57 convolutions, the three before the first block too, and none follows the dense layer, since
    a logit may be negative.""",
    helps=[has_a_relu_after_each_convolution, ends_with_the_dense_layer],
)
exercise.hint(
    """The end is nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1024, num_classes): whatever size the last maps have, 1024 means
    are left of them. What the paper has there beside that, a dropout of 0.4, is not asked for.""",
    helps=[takes_the_mean_of_each_map, does_the_same_in_training, ends_with_the_dense_layer],
)
exercise.hint(
    """Make all layers inside of googlenet(), at each call, by their constructors: what is made there by hand with a fixed
    device="cpu" does not come along to the meta device, nor to a GPU.""",
    helps=[*MAKING, lets_gradients_through],
)
