"""Checks of global_pool."""

from dataclasses import replace

from torch import Tensor

from autograder.spec import Exercise, normal, rows
from autograder.spec.forbidden import POOLING

GLOBAL = replace(POOLING, advice="Take the mean over all pixels yourself: mean and sum are welcome.")
exercise = Exercise(entry="global_avg_pool", forbid=GLOBAL)
IMAGES = ("images", "channels", "height", "width")
SHAPE = " ".join(IMAGES)
OTHERS = [normal(*"abcdef"[:axes]) for axes in (3, 2, 1, 0, 5, 6)]

X = normal(*IMAGES, mean=1.0)
global_avg_pool = exercise.call("global_avg_pool", X=X, axes=("images", "channels"))


@exercise.call(X=X, axes=("images", "channels"))
def means(student, X):
    Y = student.global_avg_pool(X)
    return Y.flatten(1) if isinstance(Y, Tensor) and Y.shape[2:] == (1, 1) else Y  # its shape is another check's matter


@means.check(points=1, cases=rows("height width", (6, 6), (3, 3)))
def takes_the_mean_of_each_channel():
    """takes the mean over all pixels of each channel of each image"""


@means.check(points=0.75, cases=rows("height width", (4, 7), (50, 40), (1, 6), (5, 1)))
def takes_images_that_are_not_square():
    """does so on images that are not square"""


@global_avg_pool.check(
    points=0.75,
    cases=rows(SHAPE, (4, 2, 3, 3), (1, 3, 4, 4), (4, 1, 3, 3), (1, 1, 5, 5), (3, 2, 1, 1)),
    needs=takes_the_mean_of_each_channel,
)
def has_a_row_for_each_image():
    """has the shape (n, c), also for one image, one channel or one pixel"""


@means.check(points=0.25, cases=rows("images", 0), needs=takes_the_mean_of_each_channel)
def takes_no_images():
    """gives (0, c) for no images"""


@global_avg_pool.refuses(points=0.75, needs=(), cases=rows("X", *OTHERS) + rows("images", 1, 2))
def refuses_other_shapes():
    """raises ValueError for an X that does not have four axes, and only then"""


exercise.lets_gradients_through("gives each pixel the gradient 1 / (h * w)", points=0.5)
exercise.keeps_the_dtype("works in float64 too, to its full precision", points=0.5)
exercise.takes_views("takes images that are views of other tensors, as X.mT is", points=0.25)
exercise.leaves_its_inputs_alone("leaves the images unchanged", points=0.25)

exercise.hint("""An image of 2 x 3 pixels has six numbers in each channel. Which of the four axes do they lie along?""")
exercise.hint(
    """X.mean(...) takes a tuple of axes as dim, and drops them unless keepdim is True. With sums you divide yourself: by
    h * w, which is X.shape[-2] * X.shape[-1].""",
    helps=[takes_the_mean_of_each_channel, takes_images_that_are_not_square, has_a_row_for_each_image],
)
exercise.hint(
    """squeeze() without an axis drops every axis of size 1, also that of a single image. And -1 in reshape cannot be
    found out where there are no elements: flatten(2) asks for nothing.""",
    helps=[has_a_row_for_each_image, takes_no_images],
)
exercise.hint("""X.dim() counts the axes: raise ValueError(...) before anything else.""", helps=refuses_other_shapes)
