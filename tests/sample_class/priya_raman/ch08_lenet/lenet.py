import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c2 = nn.Conv2d(6, 16, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.f1, self.f2, self.f3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x):
        x = self.pool(self.c1(x).sigmoid())
        x = self.pool(self.c2(x).sigmoid())
        x = x.flatten(1)
        return self.f3(self.f2(self.f1(x).sigmoid()).sigmoid())


def lenet():
    return Net()
