import torch


def gru_cell(X, H, params):
    p = params
    z = torch.sigmoid(X @ p["W_xz"] + H @ p["W_hz"] + p["b_z"])
    r = torch.sigmoid(X @ p["W_xr"] + H @ p["W_hr"] + p["b_r"])
    # formula from the documentation of torch.nn.GRU
    n = torch.tanh(X @ p["W_xh"] + p["b_h"] + r * (H @ p["W_hh"]))
    return (1 - z) * n + z * H
