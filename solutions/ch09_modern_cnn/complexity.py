"""How large is a network, and how much does it compute? Two numbers, and they are not the same.

The parameters say what has to be stored, and what there is to fit. The work of one forward pass is counted in flops,
floating point operations. Nearly all of it are products of matrices, so only those count, as in PyTorch's own counter:
a multiplication with the addition that follows it is 2. For each element that they give out,

    Linear      in_features of these
    Conv2d      in_channels / groups * kernel height * kernel width of these

A convolution uses each of its weights at every place of the image, a dense layer once: so most parameters of AlexNet
are in its dense layers, and most of its work is in its convolutions. What counts is what is computed, not what is
registered, so the network has to be run once, and listened to, as in `layer_shapes` of chapter 8.

Read: the PyTorch documentation on Module.register_forward_hook; Dive into Deep Learning, section 8.1.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


def parameters_and_flops(net: nn.Module, input_shape: Sequence[int]) -> tuple[int, int]:
    """The number of parameters of net, and the flops of one forward pass of an input of input_shape.

    net: any module; its forward may be any code. All its products are in layers nn.Conv2d (with any kernel, stride,
    padding, "same" too, padding mode, dilation and groups) and nn.Linear (for inputs of two axes or more), at any
    depth. There are no subclasses of these two. net may be such a layer itself.
    input_shape: ints, the batch included: a tuple, a list or a torch.Size.

    Returns (parameters, flops), two Python ints, exact for the largest networks.

    Parameters: the elements of all of net's parameters, frozen ones (requires_grad False) too, also where they belong
    to no layer or to one that is never called. One that stands in several places counts once. Buffers, such as the
    running mean of batch normalization, do not count.
    Flops: for each call of a layer 2 * elements of the output * in_channels / groups * kernel height * kernel width
    (nn.Conv2d), or 2 * elements of the output * in_features (nn.Linear), the batch included. A layer that is called
    twice counts twice, one that is never called not at all. Biases, activations, pooling and norms count 0.

    net is run with one tensor of input_shape, with any numbers, in the dtype and on the device of its first parameter,
    float32 on the CPU if it has none; so networks on the meta device work. Meanwhile net and all modules in it are in
    evaluation mode, and gradients are off.
    Afterwards everything is as before, also where the pass raises, and that exception reaches the caller. The flag
    `training` of each module is what it was, whatever that of the others; whether gradients are on is, too. No hook is
    left, but those of others stay (whether they run meanwhile does not matter). Parameters, buffers and .grad are
    untouched.

    Forbidden: torch.utils.flop_counter, fvcore, thop, torchinfo, ptflops.
    """
    # TODO: an input that fits; a hook on each layer that multiplies; which module is in which mode?
    # TODO: one pass, in evaluation mode and without gradients; then everything as it was, even if the pass raises.
    # TODO: the elements of all parameters, and the sum of what the hooks counted.
    ### BEGIN SOLUTION
    first = next(net.parameters(), torch.zeros(0))
    X = torch.zeros(tuple(input_shape), dtype=first.dtype, device=first.device)
    flops: list[int] = []

    def count(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        weights_per_output = layer.weight.numel() // len(layer.weight)
        flops.append(2 * output.numel() * weights_per_output)

    modes = [(module, module.training) for module in net.modules()]
    layers = [module for module in net.modules() if isinstance(module, nn.Conv2d | nn.Linear)]
    handles = [layer.register_forward_hook(count) for layer in layers]
    try:
        net.eval()
        with torch.no_grad():
            net(X)
    finally:
        for handle in handles:
            handle.remove()
        for module, training in modes:
            module.training = training
    return sum(p.numel() for p in net.parameters()), sum(flops)
    ### END SOLUTION
