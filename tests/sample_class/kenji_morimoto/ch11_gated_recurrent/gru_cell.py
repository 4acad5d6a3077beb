import torch


def sigmoid(x):
    return 1 / (1 + torch.exp(-x))


def tanh(x):
    return (torch.exp(x) - torch.exp(-x)) / (torch.exp(x) + torch.exp(-x))


def gru_cell(X, H, params):
    z = sigmoid(X @ params["W_xz"] + H @ params["W_hz"] + params["b_z"])
    r = sigmoid(X @ params["W_xr"] + H @ params["W_hr"] + params["b_r"])
    h = tanh(X @ params["W_xh"] + (r * H) @ params["W_hh"] + params["b_h"])
    return z * H + (1 - z) * h
