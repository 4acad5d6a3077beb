import torch

torch.set_default_dtype(torch.float64)


def gru_cell(X, H, params):
    X, H = X.double(), H.double()
    P = {name: value.double() for name, value in params.items()}
    Z = torch.sigmoid(X @ P["W_xz"] + H @ P["W_hz"] + P["b_z"])
    R = torch.sigmoid(X @ P["W_xr"] + H @ P["W_hr"] + P["b_r"])
    G = torch.tanh(X @ P["W_xh"] + (R * H) @ P["W_hh"] + P["b_h"])
    return Z * H + (1 - Z) * G
