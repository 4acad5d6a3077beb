"""What people get wrong about augmentation."""

import random

import numpy as np
import torch
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as F

from autograder.spec import misconception, reference, slip

CROP = "v2.RandomResizedCrop(size, scale=(0.08, 1.0), ratio=(3 / 4, 4 / 3), antialias=True)"
FLIP = "v2.RandomHorizontalFlip(p=0.5)"
JITTER = "v2.ColorJitter(brightness=0.4, contrast=0.4, saturation=0.4)"
RESIZE = "v2.Resize(size * 8 // 7, antialias=True)"
MIDDLE = "v2.CenterCrop(size)"
FLOAT = "v2.ToDtype(torch.float32, scale=True)"
NORMALIZE = "v2.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])"


@slip(RESIZE, "v2.Resize((size * 8 // 7, size * 8 // 7), antialias=True)")
def made_square():
    """test_transform makes a square of every picture, which squeezes wide ones. Only the shorter side is set, and the ratio
    is kept: give v2.Resize a single number."""


@slip((RESIZE, "v2.Resize((size, size), antialias=True)"), (MIDDLE, "v2.Identity()"))
def resized_to_the_size():
    """test_transform resizes the whole picture to size x size. First the shorter side becomes size * 8 / 7, then the middle
    is cut out."""


@slip(RESIZE, "v2.Resize(size, antialias=True)")
def shorter_side_of_size():
    """test_transform resizes the shorter side to size, so that nothing of it is cut off. It becomes size * 8 / 7: 256 for
    224."""


@slip(RESIZE, "v2.Resize(size + 32, antialias=True)")
def thirty_two_more():
    """test_transform resizes the shorter side to size + 32. That is 256 for 224 alone: the side is size * 8 / 7, whatever
    size is."""


@slip(RESIZE, "v2.Resize(256, antialias=True)")
def always_256():
    """test_transform resizes the shorter side to 256, whatever size is. It is size * 8 / 7, which is 256 for 224."""


@slip(RESIZE, "v2.Identity()")
def cropped_alone():
    """test_transform cuts the middle out of the picture as it is. First its shorter side is resized to size * 8 / 7."""


@slip(MIDDLE, "v2.RandomCrop(size)")
def random_crop_in_the_test():
    """test_transform cuts out a random part. In a test nothing is drawn: take the middle, v2.CenterCrop."""


@slip(MIDDLE, "v2.Lambda(lambda X: X[..., :size, :size])")
def corner_of_the_picture():
    """test_transform cuts out the top left corner. The middle is asked for: as much is cut off on the left as on the
    right."""


@misconception(entry="test_transform")
def trained_in_the_test(size=224):
    """test_transform draws at random, as train_transform does. In a test nothing is drawn: resize, and cut out the
    middle."""
    return reference.train_transform(size)


@slip(RESIZE, "v2.Resize(size * 8 // 7, antialias=False)")
def not_smoothed_in_the_test():
    """test_transform resizes without antialiasing: of a large picture it takes single pixels, and the rest plays no part.
    Set antialias=True."""


@slip(CROP, CROP.replace("True", "False"))
def not_smoothed_in_training():
    """train_transform resizes without antialiasing, so that a fine pattern leaves noise. Set antialias=True."""


@slip(RESIZE, "v2.Resize(size * 8 // 7, v2.InterpolationMode.NEAREST)")
def nearest_pixels():
    """test_transform takes the nearest pixel instead of a mean of those around. Resize bilinearly, with antialiasing."""


@slip(FLOAT, "v2.ToDtype(torch.float32)", everywhere=True)
def not_divided():
    """The values are float32, but go up to 255: v2.ToDtype divides only if it is told scale=True."""


@slip("            " + FLOAT + ",\n", "", everywhere=True)
def left_in_uint8():
    """The results are still uint8, from 0 to 255. Convert them to float32 and divide by 255:
    v2.ToDtype(torch.float32, scale=True)."""


@slip(FLOAT, FLOAT + ", " + NORMALIZE, everywhere=True)
def normalized():
    """The pictures are normalized by ImageNet's means and deviations. Many recipes go on so, but here values stay in
    [0, 1]."""


@slip(FLOAT, FLOAT + ", v2.Lambda(lambda X: X[None])", everywhere=True)
def an_axis_in_front():
    """The result has an axis in front, as a batch of one picture. It is a single picture: (3, size, size)."""


@slip(JITTER + ",\n            " + FLOAT, JITTER + ", " + FLOAT + ", v2.Lambda(lambda X: X[None])")
def an_axis_in_front_in_training():
    """train_transform puts an axis in front, as a batch of one picture. It is a single picture: (3, size, size). Batches are
    made of them later, by the DataLoader."""


@slip(CROP, "v2.RandomCrop(size, pad_if_needed=True)")
def crop_of_fixed_size():
    """train_transform cuts out size x size pixels as they are. The crop has a random size and is resized afterwards:
    v2.RandomResizedCrop."""


@slip(CROP, CROP.replace("0.08", "0.5"))
def at_least_half():
    """train_transform never shows less than half of the picture. Shares go down to 0.08 of the area."""


@slip(CROP, CROP.replace("(0.08, 1.0)", "(0.08**2, 1.0)"))
def share_of_a_side():
    """train_transform shows crops that are too small: 0.08 is the smallest share of the area, not of a side."""


@slip(CROP, CROP.replace("(3 / 4, 4 / 3)", "(1, 1)"))
def square_crops():
    """train_transform crops squares. The ratio of width to height is drawn too, from 3/4 to 4/3."""


@misconception(entry="train_transform")
def ratio_of_the_picture(size=224):
    """The crop's sides are shares of the picture's own sides, so that a wide picture has wide crops. The ratio is that of
    width to height in pixels."""
    rest = reference.train_transform(size).transforms[1:]

    def cropped(X):
        height, width = X.shape[-2:]
        while True:
            share, ratio = (
                torch.empty(()).uniform_(0.08, 1),
                torch.empty(()).uniform_(np.log(3 / 4), np.log(4 / 3)).exp(),
            )
            h, w = round((height * (share / ratio).sqrt()).item()), round((width * (share * ratio).sqrt()).item())
            if h <= height and w <= width:
                break
        top, left = (torch.randint(0, room + 1, ()).item() for room in (height - h, width - w))
        X = F.resized_crop(X, top, left, h, w, [size, size], antialias=True)
        for transform in rest:
            X = transform(X)
        return X

    return cropped


@misconception(entry="train_transform")
def always_the_middle(size=224):
    """The crop always lies in the middle. Its place is drawn too, uniformly."""
    crop, *rest = reference.train_transform(size).transforms

    def cropped(X):
        found = crop.make_params([X])
        h, w = found["height"], found["width"]
        X = F.resized_crop(X, (X.shape[-2] - h) // 2, (X.shape[-1] - w) // 2, h, w, [size, size], antialias=True)
        for transform in rest:
            X = transform(X)
        return X

    return cropped


@slip(FLIP, "v2.RandomVerticalFlip(p=0.5)")
def upside_down():
    """train_transform turns half of the pictures upside down: the vertical flip swaps top and bottom. Left and right are to
    be swapped, v2.RandomHorizontalFlip."""


@slip(FLIP, FLIP + ", v2.RandomVerticalFlip(p=0.5)")
def both_flips():
    """train_transform turns pictures upside down, too. Photos stand upright: only left and right are swapped."""


@slip(FLIP, "v2.RandomHorizontalFlip(p=1)")
def always_mirrored():
    """train_transform mirrors every picture. Half of them stay as they are: the probability is 1/2."""


@slip(FLIP, "v2.Identity()")
def never_mirrored():
    """train_transform mirrors nothing. Left and right are swapped with probability 1/2."""


@slip(JITTER, "v2.Identity()")
def colours_left_alone():
    """train_transform leaves the colours as they are. Brightness, contrast and saturation are each multiplied by a factor
    from 0.6 to 1.4."""


@slip(JITTER, "v2.ColorJitter(brightness=(1, 1.4), contrast=(1, 1.4), saturation=(1, 1.4))")
def factors_above_1():
    """The factors lie between 1 and 1.4, so that no picture becomes darker or paler. They go as far below 1 as above, from 0.6
    to 1.4: 1 + 0.4 * (2 * torch.rand(()) - 1)."""


@slip(JITTER, "v2.ColorJitter(brightness=0.4)")
def brightness_alone():
    """train_transform changes the brightness alone. Contrast and saturation are changed too, each by a factor of its
    own."""


@slip(JITTER, JITTER.replace("0.4)", "0.4, hue=0.5)"))
def hue_too():
    """train_transform changes the hue, too: red becomes orange. Leave hue out."""


@slip(JITTER, "v2.RandomApply([" + JITTER + "], p=0.5)")
def now_and_then():
    """train_transform changes the colours of some pictures only. The factors are drawn for every picture."""


@misconception(entry="train_transform")
def one_factor_for_all(size=224):
    """Brightness, contrast and saturation are changed by one and the same factor. Draw one for each of them."""
    crop, flip, _jitter, convert = reference.train_transform(size).transforms

    def jitter(X):
        factor = torch.empty(()).uniform_(0.6, 1.4).item()
        return F.adjust_saturation(F.adjust_contrast(F.adjust_brightness(X, factor), factor), factor)

    return v2.Compose([crop, flip, jitter, convert])


@misconception(entry="train_transform")
def drawn_when_it_is_made(size=224):
    """train_transform draws once, when the transform is made: all pictures are then cropped and coloured alike. Draw where
    the picture comes in, so at each call."""
    transform, state = reference.train_transform(size), []

    def fixed(X):
        with torch.random.fork_rng(devices=[]):
            torch.set_rng_state(state[0])
            return transform(X)

    torch.rand(1)
    state.append(torch.get_rng_state())
    return fixed


@misconception(entry="train_transform")
def seed_set_at_each_call(size=224):
    """A seed is set at each call, so that every picture is cropped and coloured alike, and whatever else draws from torch's
    generator starts again too. Whoever trains sets a seed, once."""
    transform = reference.train_transform(size)

    def seeded(X):
        torch.manual_seed(0)
        return transform(X)

    return seeded


@misconception(entry="train_transform")
def another_generator(size=224):
    """The random numbers do not come from torch's global generator, but from Python's random or from numpy: after
    torch.manual_seed outside the pictures differ. Draw by torch."""
    transform = reference.train_transform(size)

    def drawn(X):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(random.randrange(2**40) + np.random.randint(2**20))
            return transform(X)

    return drawn


@misconception(entry="test_transform")
def generator_touched(size=224):
    """test_transform draws a random number, though its results do not show it: what training draws next then depends on
    how many tests there were before."""
    transform = reference.test_transform(size)

    def touching(X):
        torch.rand(1)
        return transform(X)

    return touching


@misconception(entry="train_transform")
def picture_changed(size=224):
    """The picture that train_transform is given is changed in place. The caller still needs it as it was: work on a copy,
    X.clone()."""
    transform = reference.train_transform(size)

    def changing(X):
        X.copy_(255 - X)
        return transform(255 - X)

    return changing
