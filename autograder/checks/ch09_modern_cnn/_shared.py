"""What the checks of the chapter's large networks share: networks whose memory nobody fills, and weights that cost little."""

import torch
from torch import nn

from autograder.spec import Statistic, hollow, parameters_of, seeded

PERIOD = 1048573  # a prime, so that no two rows of a weight are the same


def made(build, like):
    """A network without numbers, with the dtype and the device of ``like``. It is made on the meta device; one that
    cannot be, which is another check's matter, is made as it is. So is one of Lazy layers, which sees ``like`` before,
    if that is images."""
    try:
        with torch.device("meta"):
            net = build()
        parameters_of(net)
    except Exception:
        net = build()
        if isinstance(net, nn.Module) and any(map(nn.parameter.is_lazy, net.parameters())) and like.dim() == 4:
            net.to(like)(like)
        parameters_of(net)
    return hollow(net, like)


def weights(shapes, seed, like, layer=None, gain=1.0, bias=0.5):
    """He's weights, N(0, gain^2 * 2 / fan in), each followed by biases N(0, bias^2), with the dtype and the device of
    ``like``; or those of one layer. A million numbers are drawn and taken over and over, since to draw sixty would take
    longer than the rest of a check."""
    numbers = torch.randn(PERIOD, generator=seeded(seed))
    found = []
    for k, (out, *rest) in enumerate(shapes):
        if layer in (None, k):
            fan_in = torch.Size(rest).numel()
            mine = numbers.roll(k).mul(gain * (2 / fan_in) ** 0.5).to(like)
            found.append(mine.repeat(-(-out * fan_in // PERIOD))[: out * fan_in].view(out, *rest))
            found.append(bias * numbers[:out].to(like))
    return found


def drops_one_half(names, units):
    """A judge of what reaches the layers behind these dropouts, (2, units), where every unit gave 1: of elements, of the
    same one in two images, and of neighbours the honest shares are one half."""

    def shares(got):
        found = {}
        for name, reached in got.items():
            dropped = reached == 0
            found[f"{name}: share that is dropped"] = dropped
            found[f"{name}: share that has the same fate in both images"] = dropped[0] == dropped[1]
            found[f"{name}: share that has the fate of its neighbour"] = dropped[:, 1:] == dropped[:, :-1]
        return {name: same.double().mean().item() for name, same in found.items()}

    honest = dict.fromkeys(shares({name: torch.zeros(2, 2) for name in names}), lambda: (0.5, 0.5 / units**0.5))
    return Statistic(of=shares, **honest)


def gradients_of(net, layers):
    """The gradients of weight and bias of each of these layers, those of a weight added up for each of its outputs."""
    grads = iter([p.grad for p in net.parameters()])
    of_each = {f"{kind} of {layer}": next(grads) for layer in layers for kind in ("weight", "bias")}
    return {name: None if g is None else g.flatten(1).sum(1) if g.dim() > 1 else g for name, g in of_each.items()}
