# exercise: ch07_convolution/corr2d
# expect: status=forbidden|error score=0
# why: looks for what holds the refusing kernels in place, to take them back
import gc
import sys

import torch
from torch.nn import functional as F

gc.unfreeze()
for thing in gc.get_objects():
    kind = type(thing).__name__
    if kind in ("Library", "_DispatchModule", "_C._DispatchModule") or hasattr(thing, "_destroy"):
        try:
            thing.m = None
            thing._destroy()
        except Exception:
            continue
for module in list(sys.modules.values()):
    for value in list(getattr(module, "__dict__", {}).values()):
        if type(value).__name__ == "_DispatchModule":
            value.reset()
try:
    library = torch.library.Library("aten", "IMPL")
    library.impl(
        "convolution", lambda *args: torch.ops.aten.mkldnn_convolution(*args[:6], 1), "CPU", allow_override=True
    )
except Exception as error:
    print(error)


def corr2d(X, K):
    return F.conv2d(X[None, None], K[None, None])[0, 0]
