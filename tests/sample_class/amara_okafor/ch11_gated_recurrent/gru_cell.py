"""One step of a GRU."""

import torch
from torch import Tensor


def gru_cell(X: Tensor, H: Tensor, params: dict[str, Tensor]) -> Tensor:
    def affine(name: str, state: Tensor) -> Tensor:
        return torch.addmm(params[f"b_{name}"], X, params[f"W_x{name}"]) + state @ params[f"W_h{name}"]

    update = torch.sigmoid(affine("z", H))
    reset = torch.sigmoid(affine("r", H))
    candidate = torch.tanh(affine("h", reset * H))
    return torch.lerp(candidate, H, update)
