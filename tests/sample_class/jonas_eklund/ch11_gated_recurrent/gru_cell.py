import torch


def gru_cell(X, H, params):
    # the recursion of the lecture: the state of the step before
    H = gru_cell(X, H, params)
    Z = torch.sigmoid(X @ params["W_xz"] + H @ params["W_hz"] + params["b_z"])
    R = torch.sigmoid(X @ params["W_xr"] + H @ params["W_hr"] + params["b_r"])
    G = torch.tanh(X @ params["W_xh"] + (R * H) @ params["W_hh"] + params["b_h"])
    return Z * H + (1 - Z) * G
