import torch
from torch import nn


class Gate(nn.Module):
    def __init__(self, W_x, W_h, b, activation):
        super().__init__()
        self.W_x, self.W_h, self.b = W_x, W_h, b
        self.activation = activation

    def forward(self, x, h):
        return self.activation(x @ self.W_x + h @ self.W_h + self.b)


class Cell(nn.Module):
    def __init__(self, params):
        super().__init__()

        def gate(name, activation):
            return Gate(params[f"W_x{name}"], params[f"W_h{name}"], params[f"b_{name}"], activation)

        self.update, self.reset = gate("z", torch.sigmoid), gate("r", torch.sigmoid)
        self.candidate = gate("h", torch.tanh)

    def forward(self, x, h):
        z = self.update(x, h)
        return z * h + (1 - z) * self.candidate(x, self.reset(x, h) * h)


def gru_cell(X, H, params):
    return Cell(params)(X, H)
