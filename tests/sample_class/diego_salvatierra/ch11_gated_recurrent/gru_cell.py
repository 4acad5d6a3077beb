# Gated recurrent unit, one step.
import torch


def gru_cell(X, H, params):
    # ---- 1. unpack the parameters by their name ----
    W_xz = params["W_xz"]  # input  -> update gate
    W_hz = params["W_hz"]  # hidden -> update gate
    b_z = params["b_z"]    # bias of the update gate
    W_xr = params["W_xr"]  # input  -> reset gate
    W_hr = params["W_hr"]  # hidden -> reset gate
    b_r = params["b_r"]    # bias of the reset gate
    W_xh = params["W_xh"]  # input  -> candidate
    W_hh = params["W_hh"]  # hidden -> candidate
    b_h = params["b_h"]    # bias of the candidate
    # ---- 2. the gates, both between 0 and 1 ----
    # Z.shape == R.shape == H.shape
    Z = torch.sigmoid(torch.matmul(X, W_xz) + torch.matmul(H, W_hz) + b_z)
    R = torch.sigmoid(torch.matmul(X, W_xr) + torch.matmul(H, W_hr) + b_r)
    # ---- 3. the candidate, between -1 and 1 ----
    # careful: * is elementwise, @ is the matrix product
    H_candidate = torch.tanh(torch.matmul(X, W_xh) + torch.matmul(R * H, W_hh) + b_h)
    # ---- 4. the new state ----
    H_new = Z * H + (1 - Z) * H_candidate
    # ---- 5. return it ----
    return H_new
