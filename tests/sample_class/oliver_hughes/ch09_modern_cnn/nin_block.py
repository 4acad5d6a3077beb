import torch.nn as nn


def conv(i, o, *args):
    return nn.Sequential(nn.Conv2d(i, o, *args), nn.BatchNorm2d(o), nn.ReLU())


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    return nn.Sequential(
        conv(in_channels, out_channels, kernel_size, stride, padding),
        conv(out_channels, out_channels, 1),
        conv(out_channels, out_channels, 1),
    )
