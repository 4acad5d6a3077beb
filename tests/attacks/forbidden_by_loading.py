# exercise: ch07_convolution/corr2d
# expect: status=forbidden score=0
# why: imports what is forbidden in every way in which the loader goes on after a failure, then uses what is left of it
import sys
import torch, torchvision, scipy.signal
from scipy.signal import convolve2d, correlate2d
from torchvision import ops as shapes, no_such_name
import torchvision.ops.deform_conv as deform

try:
    import torchvision.extension
except BaseException as error:
    caught = error
for name in ("torchvision", "torchvision.ops", "scipy.signal", "scipy.signal._signaltools"):
    try:
        __import__(name)
    except BaseException:
        continue
LEFT = [module for name, module in sys.modules.items() if name.startswith(("torchvision", "scipy.signal"))]


@torch.no_grad()
def corr2d(X, K):
    for module in LEFT:
        for name in ("correlate2d", "convolve2d", "deform_conv2d"):
            if hasattr(module, name):
                return torch.from_numpy(getattr(module, name)(X.detach().numpy(), K.detach().numpy(), "valid"))
    return torch.as_tensor(correlate2d(X.detach().numpy(), K.detach().numpy(), mode="valid"))
