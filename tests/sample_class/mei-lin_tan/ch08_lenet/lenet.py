from collections import OrderedDict

from torch import nn

σ = nn.Sigmoid


def lenet():
    return nn.Sequential(OrderedDict(
        c1=nn.Conv2d(1, 6, 5, 1, 2), a1=σ(), s2=nn.AvgPool2d(2),
        c3=nn.Conv2d(6, 16, 5), a3=σ(), s4=nn.AdaptiveAvgPool2d(5),
        flat=nn.Flatten(1),
        f5=nn.Linear(16 * 5 ** 2, 120), a5=σ(), f6=nn.Linear(120, 84), a6=σ(), out=nn.Linear(84, 10),
    ))
