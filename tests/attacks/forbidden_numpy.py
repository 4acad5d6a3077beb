# exercise: ch07_convolution/corr2d
# expect: status=forbidden|error score=0
# why: looks for numpy's correlation under every name that it has
import importlib
import sys

import numpy as np
import torch

for name in ("numpy._core._multiarray_umath", "numpy._core.multiarray"):
    kept = sys.modules.pop(name)
    try:
        importlib.import_module(name)
    except ImportError:
        sys.modules[name] = kept
NAMES = ("correlate", "correlate2", "convolve")
FOUND = [
    vars(module)[name]
    for module in list(sys.modules.values())
    if getattr(module, "__name__", "").startswith("numpy")
    for name in NAMES
    if name in vars(module)
]


def corr2d(X, K):
    refused = None
    for function in FOUND:
        try:
            a, b = X.detach().numpy(), K.detach().numpy()
            rows = [sum(function(a[i + k], b[k], 0) for k in range(len(b))) for i in range(len(a) - len(b) + 1)]
            return torch.from_numpy(np.stack(rows)).to(X.dtype)
        except (RuntimeError, TypeError, ValueError) as error:
            refused = error
    raise refused
