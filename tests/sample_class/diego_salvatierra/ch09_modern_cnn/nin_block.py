# NiN block = conv + relu + 1x1 conv + relu + 1x1 conv + relu
# (I counted three relus in Figure 8.3.1.)
import torch.nn as nn


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    # a list for the layers
    layers = []
    # the convolution
    layers.append(nn.Conv2d(in_channels, out_channels, kernel_size=kernel_size, stride=stride, padding=padding))
    # the activation
    layers.append(nn.ReLU())
    # twice:
    for _ in range(2):
        # the 1x1 convolution
        layers.append(nn.Conv2d(out_channels, out_channels, kernel_size=1, stride=1, padding=0))
        # the activation
        layers.append(nn.ReLU())
    # *layers unpacks the list
    return nn.Sequential(*layers)
