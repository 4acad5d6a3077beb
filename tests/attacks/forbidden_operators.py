# exercise: ch07_convolution/corr2d
# expect: status=forbidden score=0
# why: calls the operators below torch, one after the other, until one answers
import torch

aten = torch.ops.aten
ROUTES = [
    lambda X, K: aten.convolution(X, K, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1),
    lambda X, K: aten._convolution(X, K, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1, False, False, False, False),
    lambda X, K: aten._slow_conv2d_forward(X, K, K.shape[2:], None, [1, 1], [0, 0]),
    lambda X, K: aten.thnn_conv2d(X, K, K.shape[2:], None, [1, 1], [0, 0]),
    lambda X, K: aten.mkldnn_convolution(X, K, None, [0, 0], [1, 1], [1, 1], 1),
    lambda X, K: aten.convolution_overrideable(X, K, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1),
    lambda X, K: torch._C._nn.slow_conv3d(X[None], K[None], (1, *K.shape[2:]))[0],
    lambda X, K: torch._C._VariableFunctions.conv2d(X, K),
    lambda X, K: torch.conv3d(X[None], K[None])[0],
    lambda X, K: torch.conv_transpose2d(X, K.flip(2, 3)),
    lambda X, K: torch.mkldnn_convolution(X.to_mkldnn(), K.to_mkldnn(), None, [0, 0], [1, 1], [1, 1], 1).to_dense(),
]


def corr2d(X, K):
    refused = None
    for route in ROUTES:
        try:
            return route(X[None, None], K[None, None])[0, 0]
        except RuntimeError as error:
            refused = error
    raise refused
