"""What people get wrong about global average pooling."""

from autograder.spec import slip

MEAN = "X.mean(dim=(2, 3))"


@slip(MEAN, "X.mean(dim=(2, 3), keepdim=True)")
def axes_kept():
    """The axes of the pixels are still there, with size 1, as nn.AdaptiveAvgPool2d leaves them. The result has shape
    (n, c)."""


@slip(MEAN, "X.mean(dim=(2, 3), keepdim=True).squeeze()")
def squeezed():
    """squeeze() drops every axis of size 1, also that of a single image or of a single channel: the result always has
    shape (n, c)."""


@slip(MEAN, "X.sum(dim=(2, 3))")
def sum_instead_of_mean():
    """The pixels are summed, not averaged: divide by their number, h * w."""


@slip(MEAN, "X.amax(dim=(2, 3))")
def maximum():
    """The largest pixel of each channel is taken: that is global max pooling. The mean is asked for."""


@slip(MEAN, "X.sum(dim=(2, 3)) / X.shape[2] ** 2")
def images_taken_for_square():
    """The sum is divided by the square of the height. Images need not be square: h * w pixels are in each channel."""


@slip(MEAN, "X.sum(dim=(2, 3)) / X[0].numel()")
def divided_by_all_channels():
    """The sum of a channel is divided by the pixels of all channels. Each channel has h * w pixels of its own."""


@slip(MEAN, "X.mean(dim=(1, 2))")
def channels_taken_for_last():
    """The mean goes over axes 1 and 2, as if the channels came last. Here they are axis 1, and the pixels lie along axes
    2 and 3."""


@slip(MEAN, "X.mean(dim=1)")
def mean_over_the_channels():
    """The mean goes over the channels of each pixel. It goes over the pixels of each channel: the axes 2 and 3."""


@slip(MEAN, "X.mean(dim=3)")
def only_the_rows():
    """The mean goes over the columns alone, so that one number is left of each row. It goes over rows and columns, axes
    2 and 3."""


@slip(MEAN, "X.mean(dim=(0, 2, 3))")
def mean_over_the_images():
    """The mean goes over the images too, as in batch normalization. Each image has a mean of its own."""


@slip(MEAN, "X.mean()")
def mean_of_everything():
    """All numbers are averaged to a single one. Each channel of each image has a mean of its own: (n, c) of them."""


@slip(MEAN, "X.mean(dim=(2, 3)).T")
def images_and_channels_swapped():
    """The result has shape (c, n). The images come first: (n, c)."""


@slip(MEAN, "X.reshape(X.shape[0], X.shape[1], -1).mean(dim=-1)")
def pixels_counted_by_reshape():
    """With no images reshape cannot find out what -1 stands for, and raises RuntimeError. Name the axes in mean, or use
    flatten(2); the result then has shape (0, c)."""


@slip(("if X.dim() != 4:", "if X.dim() < 2:"), (MEAN, "X.mean(dim=(-2, -1))"))
def any_number_of_axes():
    """Whatever has two axes or more is taken. X has four: raise ValueError for any other number."""


@slip(("if X.dim() != 4:", "if X.dim() not in (3, 4):"), (MEAN, "X.mean(dim=(-2, -1))"))
def single_image_taken():
    """A single image without the axis of the images, (c, h, w), is taken too, as nn.AdaptiveAvgPool2d does. Here it
    raises ValueError."""


@slip("if X.dim() != 4:", "if X.dim() < 4:")
def more_axes_taken():
    """An X with more than four axes is taken: raise ValueError for these too."""


@slip(("if X.dim() != 4:", "if len(X) == 0 or X.dim() != 4:"))
def no_images_refused():
    """No images raise ValueError. They are fine: the result then has shape (0, c)."""
