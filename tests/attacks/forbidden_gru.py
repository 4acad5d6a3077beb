# exercise: ch11_gated_recurrent/gru_cell
# expect: status=forbidden score=0
# why: the ready-made cell, with the weights put in their places
import torch


def gru_cell(X, H, params):
    def stack(kind):
        return torch.cat([params[f"{kind}{gate}"].T for gate in "rzh"])

    bias = torch.cat([params[f"b_{gate}"] for gate in "rzh"])
    routes = [torch.gru_cell, torch.ops.aten.gru_cell, torch._VF.gru_cell]
    refused = None
    for route in routes:
        try:
            return route(X, H, stack("W_x"), stack("W_h"), bias, torch.zeros_like(bias))
        except RuntimeError as error:
            refused = error
    raise refused
