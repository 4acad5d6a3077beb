import torch.nn as nn
import torch.nn.functional as F


class Block(nn.Module):
    def __init__(self, cin, cout, k, s, p):
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cout, k, s, p)
        self.conv2 = nn.Conv2d(cout, cout, 1)
        self.conv3 = nn.Conv2d(cout, cout, 1)

    def forward(self, x):
        return F.relu(self.conv3(self.conv2(F.relu(self.conv1(x)))))


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    return Block(in_channels, out_channels, kernel_size, stride, padding)
