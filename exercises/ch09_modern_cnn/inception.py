"""The Inception block of GoogLeNet: four paths side by side, joined on the channels.

Which kernel size is best, 1x1, 3x3 or 5x5? The block takes all of them, and a max pooling too, and leaves the choice to
the next layer:

    path 1    1x1, c1                                                        (n, c1,    H, W)
    path 2    1x1, c2[0]                      then  3x3, padding 1, c2[1]    (n, c2[1], H, W)
    path 3    1x1, c3[0]                      then  5x5, padding 2, c3[1]    (n, c3[1], H, W)
    path 4    max pooling 3x3, padding 1      then  1x1, c4                  (n, c4,    H, W)
    joined in this order                               (n, c1 + c2[1] + c3[1] + c4, H, W)

A size, such as 3x3, stands for a convolution; each of the six is followed by a ReLU. Everything has stride 1, the
pooling too. So all four paths keep height and width, and their results fit side by side.

Read: Dive into Deep Learning, section 8.4; Szegedy and others, "Going Deeper with Convolutions" (2014).
"""

import torch
from torch import Tensor, nn


class Inception(nn.Module):
    """The block as a module. Training and evaluation mode do the same."""

    def __init__(self, in_channels: int, c1: int, c2: tuple[int, int], c3: tuple[int, int], c4: int):
        """c1, c4: channels that path 1 and path 4 end with. c2, c3: those after the first and after the second
        convolution of path 2 and path 3.

        The parameters are those of the six convolutions, each with a bias: path 1; path 2, 1x1 then 3x3; path 3, 1x1
        then 5x5; path 4. They are registered in this order, weight before bias, all of them trainable, and have their
        shapes from the start (no Lazy modules), also under torch.device("meta"). The checks load their own values.
        There are no other parameters and no normalisation. Any structure of modules will do, and all of PyTorch's
        layers are welcome. torchvision.models and timm are forbidden.
        """
        super().__init__()
        # TODO: make the layers of the four paths, path by path.
        raise NotImplementedError

    def forward(self, X: Tensor) -> Tensor:
        """X: (n, in_channels, H, W), any H and W from 1 up; it stays as it is. Returns (n, c1 + c2[1] + c3[1] + c4, H,
        W). Gradients flow to X and to all twelve parameters."""
        # TODO: send X through each path, and join the four results on the channels.
        raise NotImplementedError
