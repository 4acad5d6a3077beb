import numpy as np
import torch


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_cell(X, H, params):
    P = {k: v.detach().numpy() for k, v in params.items()}
    x, h = X.detach().numpy(), H.detach().numpy()
    z = sigmoid(x @ P["W_xz"] + h @ P["W_hz"] + P["b_z"])
    r = sigmoid(x @ P["W_xr"] + h @ P["W_hr"] + P["b_r"])
    g = np.tanh(x @ P["W_xh"] + (r * h) @ P["W_hh"] + P["b_h"])
    return torch.tensor(z * h + (1 - z) * g)
