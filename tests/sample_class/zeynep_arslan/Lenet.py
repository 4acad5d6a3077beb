from torch import nn


def lenet():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
