from torch import sigmoid, tanh


def gru_cell(X, H, params):
    h = H.shape[1]
    state = []
    for x, old in zip(X, H):   # one example after another
        pre = {g: x @ params["W_x" + g] + params["b_" + g] for g in ("z", "r", "h")}
        z = sigmoid(pre["z"] + old @ params["W_hz"])
        r = sigmoid(pre["r"] + old @ params["W_hr"])
        n = tanh(pre["h"] + (r * old) @ params["W_hh"])
        state.append((z * old + (1 - z) * n).reshape(1, h))
    from torch import cat
    return cat(state)
