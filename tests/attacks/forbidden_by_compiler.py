# exercise: ch07_convolution/corr2d
# expect: status=forbidden|error score=0
# why: has the operator called by TorchScript, by vmap and below autograd
import torch
from torch.nn import functional as F


class Hidden(torch.autograd.Function):
    @staticmethod
    def forward(ctx, X, K):
        return F.conv2d(X, K)


ROUTES = [
    lambda X, K: torch.jit.trace(lambda a, b: F.conv2d(a, b), (X, K))(X, K),
    lambda X, K: torch.jit.CompilationUnit("def f(a, b):\n    return torch.conv2d(a, b)\n").f(X, K),
    lambda X, K: torch.vmap(F.conv2d)(X[None], K[None])[0],
    Hidden.apply,
]


def corr2d(X, K):
    refused = None
    for route in ROUTES:
        try:
            return route(X[None, None], K[None, None])[0, 0]
        except RuntimeError as error:
            refused = error
    raise refused
