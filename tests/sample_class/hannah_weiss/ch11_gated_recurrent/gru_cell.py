import torch


def gru_cell(X, H, params):
    # a table of all products first, it is tidy but uses a bit of memory (a few MB)
    scratch = torch.zeros(1000, 1000)
    gates = {}
    for g in "zr":
        scratch[: len(X), : H.shape[1]] = (X @ params["W_x" + g] + H @ params["W_h" + g] + params["b_" + g]).detach()
        gates[g] = torch.sigmoid(X @ params["W_x" + g] + H @ params["W_h" + g] + params["b_" + g])
    cand = torch.tanh(X @ params["W_xh"] + (gates["r"] * H) @ params["W_hh"] + params["b_h"])
    return gates["z"] * H + (1 - gates["z"]) * cand
