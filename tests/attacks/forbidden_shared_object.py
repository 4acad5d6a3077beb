# exercise: ch07_convolution/corr2d
# expect: status=forbidden score=0
# why: loads the compiled part of another library by its path, past the import system
import glob
import importlib.util
import os
import sys

import torch

FOLDERS = [path for path in sys.path if os.path.isdir(path)]


def torchvision():
    for folder in FOLDERS:
        for path in glob.glob(os.path.join(folder, "torchvision", "_C*.so")):
            torch.ops.load_library(path)


def scipy():
    for folder in FOLDERS:
        for path in glob.glob(os.path.join(folder, "scipy", "signal", "_sigtools*.so")):
            spec = importlib.util.spec_from_file_location("_sigtools", path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module


def corr2d(X, K):
    try:
        torchvision()
    except RuntimeError:
        return torch.from_numpy(scipy()._correlateND(X.detach().numpy(), K.detach().numpy(), None, 0))
    (h, w), (rows, columns) = K.shape, (X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
    still = X.new_zeros(1, 2 * h * w, rows, columns)
    all_of_it = X.new_ones(1, h * w, rows, columns)
    shifted = torch.ops.torchvision.deform_conv2d
    return shifted(X[None, None], K[None, None], still, all_of_it, X.new_zeros(1), 1, 1, 0, 0, 1, 1, 1, 1, True)[0, 0]
