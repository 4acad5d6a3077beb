"""Augmentation: what a network sees of a picture in training, and what it sees of it in a test.

A mirrored or cropped cat is a cat. In training each picture is changed at random, anew every time it comes up, so that
the network never sees the same numbers twice and has to learn what stays. In a test every picture is treated alike:
nothing is drawn, and the middle of the picture is shown.

Both are transforms: callables that make a picture of a picture, as torchvision.transforms.v2 has them. Nothing is
forbidden: put ready-made transforms together, or write your own.

Read: Dive into Deep Learning, section 14.1; the torchvision documentation, "Transforming images, videos, boxes and
more"; Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional Neural Networks" (2012),
section 4.1.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torchvision.transforms import v2


def train_transform(size: int = 224) -> Callable[[Tensor], Tensor]:
    """The transform for training: a function, a module, anything that can be called with a picture.

    size: a multiple of 7.
    The picture that it is called with: one tensor (3, H, W) in uint8, red, green and blue from 0 to 255, of any height
    and width; it stays as it is. The result: one float32 tensor (3, size, size) in [0, 1]. That is, values are divided
    by 255, and nothing else is done to normalize them.

    Each call draws anew, from torch's global generator, and sets no seed:
    - A random crop. Its share of the picture's area is uniform in [0.08, 1], its ratio of width to height (in pixels)
      is log-uniform in [3/4, 4/3], so that 3/4 and 4/3 are as probable, and its place is uniform among those that lie
      within the picture. It is resized to size x size. What becomes of a crop that does not fit into the picture is up
      to you; v2.RandomResizedCrop draws again.
    - Mirrored left to right with probability 1/2. Never upside down.
    - Brightness, contrast and saturation, each changed by a factor of its own, uniform in [0.6, 1.4]. What each factor
      means is said by v2.functional.adjust_brightness, adjust_contrast and adjust_saturation; results are clipped
      to the range of colours. The hue stays as it is.
    The order of the three is up to you. Resizing is bilinear, with antialiasing.
    """
    # TODO: put the three changes and the conversion to float32 together: which transforms of v2 draw at random?
    ### BEGIN SOLUTION
    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.08, 1.0), ratio=(3 / 4, 4 / 3), antialias=True),
            v2.RandomHorizontalFlip(p=0.5),
            v2.ColorJitter(brightness=0.4, contrast=0.4, saturation=0.4),
            v2.ToDtype(torch.float32, scale=True),
        ]
    )
    ### END SOLUTION


def test_transform(size: int = 224) -> Callable[[Tensor], Tensor]:
    """The transform for tests and for use. size, the picture and the form of the result are those of train_transform.

    The picture is resized so that its shorter side has size * 8 / 7 pixels (256 for 224), and its ratio of width to
    height is kept: the longer side is rounded down, as v2.Resize does it for a single number. Then the middle of it is
    cut out, size x size, as v2.CenterCrop does it. Resizing is bilinear, with antialiasing.
    Nothing is drawn: equal pictures give equal results, and torch's global generator is not touched. Each value may be
    off by 1.5 / 255, so that it does not matter whether you work in uint8 or in float32.
    """
    # TODO: no randomness here; what does v2.Resize do with one number, and what with two?
    ### BEGIN SOLUTION
    return v2.Compose(
        [
            v2.Resize(size * 8 // 7, antialias=True),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
        ]
    )
    ### END SOLUTION
