import torch
from torch import nn


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc = nn.ModuleList([nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)])
        self.pool = nn.AvgPool2d(2)
        print(self)

    def forward(self, x):
        print("in ", x.shape)
        x = self.pool(torch.sigmoid(self.conv1(x)))
        print("1. ", x.shape)
        x = self.pool(torch.sigmoid(self.conv2(x)))
        print("2. ", x.shape)
        x = x.reshape(x.size(0), -1)
        for i, layer in enumerate(self.fc):
            x = layer(x)
            if i < 2:
                x = torch.sigmoid(x)
        print("out", x.shape)
        return x


def lenet():
    return LeNet()
