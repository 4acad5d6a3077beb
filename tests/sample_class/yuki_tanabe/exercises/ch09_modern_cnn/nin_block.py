from torch import nn


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    block, c = nn.Sequential(), in_channels
    for k, s, p in [(kernel_size, stride, padding), (1, 1, 0), (1, 1, 0)]:
        block.extend([nn.Conv2d(c, out_channels, k, s, p), nn.ReLU()])
        c = out_channels
    return block
