import torch


def gru_cell(X, H, params):
    # both gates in one matrix product each
    cat = lambda fmt: torch.cat([params[fmt.format(g)] for g in 'zr'], -1)
    Z, R = (X @ cat('W_x{}') + H @ cat('W_h{}') + cat('b_{}')).sigmoid().chunk(2, -1)
    G = (torch.cat([X, R * H], 1) @ torch.cat([params['W_xh'], params['W_hh']]) + params['b_h']).tanh()
    return G + Z * (H - G)
