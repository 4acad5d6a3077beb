import torch


def gru_cell(X, H, params):
    Z = torch.sigmoid(X @ params["W_xz"] + H @ params["W_hz"] + params["b_z"])
    R = torch.sigmoid(X @ params["W_xr"] + H @ params["W_hr"] + params["b_r"])
    H_tilde = torch.tanh(X @ params["W_xh"] + (R * H) @ params["W_hh"] + params["b_h"])
    # new = keep old with 1-z, take new with z  (Cho et al.)
    return (1 - Z) * H + Z * H_tilde
