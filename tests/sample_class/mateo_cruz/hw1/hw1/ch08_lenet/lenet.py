from torch import nn


class Stage(nn.Sequential):
    def __init__(self, layer, after=None):
        layers = [layer, nn.Sigmoid()] + ([after] if after else [])
        super().__init__(*layers)


class LeNet(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.body = nn.ModuleDict({
            "c1": Stage(nn.Conv2d(1, 6, 5, padding=2), nn.AvgPool2d(2)),
            "c3": Stage(nn.Conv2d(6, 16, 5), nn.AvgPool2d(2)),
            "flatten": nn.Flatten(),
            "f5": Stage(nn.Linear(400, 120)),
            "f6": Stage(nn.Linear(120, 84)),
            "logits": nn.Linear(84, classes),
        })
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)

    def forward(self, x):
        for stage in self.body.values():
            x = stage(x)
        return x


lenet = LeNet
