import torch
from torch import nn


class NiN(nn.Module):
    """conv, then the 1x1 convolutions as einsum over the channels"""

    def __init__(self, cin, c, k, s, p):
        super().__init__()
        self.conv = nn.Conv2d(cin, c, k, s, p)
        bound = c ** -.5
        u = lambda *shape: nn.Parameter(torch.empty(*shape).uniform_(-bound, bound))
        self.W2, self.b2 = u(c, c, 1, 1), u(c)
        self.W3, self.b3 = u(c, c, 1, 1), u(c)

    def forward(self, x):
        x = self.conv(x).relu()
        for W, b in ((self.W2, self.b2), (self.W3, self.b3)):
            x = (torch.einsum('oixy,nihw->nohw', W, x) + b[:, None, None]).relu()
        return x


nin_block = NiN
