"""What shape does each layer of a network give? Ask the network.

Whoever builds a LeNet computes by hand what reaches the first dense layer, and miscounts. The network knows: send one
input through it, and note at every layer what comes out. That works for any network, also one whose forward is Python
code that nobody can read off a list of layers, because PyTorch lets us listen. With

    handle = layer.register_forward_hook(hook)

hook(layer, inputs, output) is called after each call of the layer, until handle.remove() takes the hook away again.

To look is not to change. A layer such as batch normalization notes statistics of what passes through it in training
mode, and what is hung on a network stays there, so the network has to be put back as it was.

Read: the PyTorch documentation on Module.register_forward_hook; Dive into Deep Learning, section 7.6, which prints the
shapes of LeNet.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


def layer_shapes(net: nn.Module, input_shape: Sequence[int]) -> list[tuple[str, tuple[int, ...]]]:
    """Class name and output shape of every layer of net, in the order in which they are called.

    net: any module; its forward may be any code. A layer is a module without children, nn.ReLU() as well as a class of
    one's own; each of them returns one tensor. Modules that hold others, such as nn.Sequential, are no layers, at any
    depth, even if they have parameters of their own. If net has no children, it is the only layer.
    input_shape: ints, the batch included: a tuple, a list or a torch.Size.

    Returns a list with a tuple (class name, shape) for each call of a layer, such as ("Conv2d", (1, 6, 28, 28)). The
    shape is a tuple of ints, the batch included; a torch.Size is one. A layer that is called twice has two entries, and
    one that is never called has none, whatever their names in net and the order in which they were registered.

    net is called once, with one tensor of input_shape, with any numbers, in the dtype and on the device of its first
    parameter, float32 on the CPU if it has none; so networks on the meta device work. Meanwhile net and all modules in
    it are in evaluation mode, and gradients are off.

    Afterwards everything is as before, also where the pass raises, and that exception reaches the caller. The flag
    `training` of each module is what it was, whatever that of the others; whether gradients are on is, too. No hook is
    left, but those of others stay (whether they run meanwhile does not matter). Parameters, buffers and .grad are
    untouched. Nothing is forbidden.
    """
    # TODO: an input that fits; a hook on each layer; which module is in which mode?
    # TODO: one pass, in evaluation mode and without gradients.
    # TODO: take the hooks away and give each module its mode back, even if the pass raises.
    ### BEGIN SOLUTION
    first = next(net.parameters(), torch.zeros(0))
    X = torch.zeros(tuple(input_shape), dtype=first.dtype, device=first.device)
    found: list[tuple[str, tuple[int, ...]]] = []

    def note(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        found.append((type(layer).__name__, tuple(output.shape)))

    modes = [(module, module.training) for module in net.modules()]
    layers = [module for module in net.modules() if not list(module.children())]
    handles = [layer.register_forward_hook(note) for layer in layers]
    try:
        net.eval()
        with torch.no_grad():
            net(X)
    finally:
        for handle in handles:
            handle.remove()
        for module, training in modes:
            module.training = training
    return found
    ### END SOLUTION
