import torch


def gru_cell(X, H, params):
    cell = torch.nn.GRUCell(X.shape[1], H.shape[1])
    order = "rzh"
    with torch.no_grad():
        cell.weight_ih.copy_(torch.cat([params[f"W_x{g}"].T for g in order]))
        cell.weight_hh.copy_(torch.cat([params[f"W_h{g}"].T for g in order]))
        cell.bias_ih.copy_(torch.cat([params[f"b_{g}"] for g in order]))
        cell.bias_hh.zero_()
    return cell(X, H)
