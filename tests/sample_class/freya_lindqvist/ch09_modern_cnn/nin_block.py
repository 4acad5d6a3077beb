from torch import nn


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    # TODO: make the three convolutions and put a ReLU after each of them.
    conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding)
    # first one works, others to do
    return nn.Sequential(conv, nn.ReLU())
