import torch


def gru_cell(X, H, params):
    W = params
    z = (X.matmul(W["W_xz"]).add(H.matmul(W["W_hz"])).add(W["b_z"])).sigmoid()
    r = (X.matmul(W["W_xr"]).add(H.matmul(W["W_hr"])).add(W["b_r"])).sigmoid()
    c = (X.matmul(W["W_xh"]).add(r.mul(H).matmul(W["W_hh"])).add(W["b_h"])).tanh()
    H = H.mul_(z)
    return H + c * (1 - z)
