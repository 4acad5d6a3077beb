from torch import nn


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    block = nn.Sequential()
    block.add_module("conv", nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding))
    block.add_module("relu", nn.ReLU())
    for i in (1, 2):
        block.add_module(f"mlp{i}", nn.Conv2d(out_channels, out_channels, 1))
        block.add_module(f"relu{i}", nn.ReLU())
    return block
