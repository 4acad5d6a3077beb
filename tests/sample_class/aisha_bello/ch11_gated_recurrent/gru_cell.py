import torch


def gru_cell(X, H, params):
    print("GRU", X.shape, H.shape, {k: tuple(v.shape) for k, v in params.items()})
    gate = lambda n: X @ params["W_x" + n] + H @ params["W_h" + n] + params["b_" + n]
    z, r = torch.sigmoid(gate("z")), torch.sigmoid(gate("r"))
    print("z", z, "r", r, flush=True)
    n = torch.tanh(X @ params["W_xh"] + torch.mm(r * H, params["W_hh"]) + params["b_h"])
    print("n", n)
    return n - z * n + z * H
