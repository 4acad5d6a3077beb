"""Dense layers as convolutions, so that a trained network reads pictures of any size.

A network such as VGG ends in dense layers. The first of them reads the last map of the convolutions, c channels of
h x w, flattened channel by channel: number (a * h + i) * w + j of the row is element (i, j) of channel a. So each of
its outputs is a weighted sum over a window of h x w, over all channels, and that is one place of a convolution:

    Y[o] = b[o] + sum over a, i, j of W[o, (a * h + i) * w + j] * X[a, i, j]

On a larger map the same kernel finds more places, and gives the layer's answer at each of them. The dense layers behind
it read one number for each channel: at every place, they are convolutions of 1x1. The scores for the classes are then a
map as well. VGG averages them over the map, at several sizes of the same picture.

Read: Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition" (2014), section 3.2.
"""

import copy
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def dense_to_conv(layer: nn.Linear, in_channels: int, kernel_size: int | tuple[int, int]) -> nn.Conv2d:
    """The convolution that does at each place of a map what a dense layer does to one that is flattened.

    layer: reads maps (in_channels, h, w), flattened as nn.Flatten does. kernel_size: (h, w), or an int for both.
    Returns a new nn.Conv2d from in_channels to layer.out_features with a kernel of h x w, stride 1, no padding, and
    copies of the layer's weights and bias; no bias if the layer has none. Maps (n, in_channels, h, w) give
    (n, out_features, 1, 1), which is the layer's output; larger ones (n, in_channels, H, W) give
    (n, out_features, H - h + 1, W - w + 1), its output for the window at each place.
    The convolution has the dtype and the device of the layer's weight, whatever torch's defaults are, and all of its
    parameters require grad, even if those of the layer are frozen. The two share no memory: who trains or changes one
    leaves the other as it is. The layer is not changed.
    Raises ValueError if layer.in_features is not in_channels * h * w.
    """
    # TODO: make h and w of kernel_size, and refuse a layer that reads another number of features.
    # TODO: make the convolution, and copy weights and bias into it: in which order do the weights stand?
    ### BEGIN SOLUTION
    h, w = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    if layer.in_features != in_channels * h * w:
        raise ValueError("the layer reads another number of features")
    weight, bias = layer.weight, layer.bias
    like = {"device": weight.device, "dtype": weight.dtype}
    conv = nn.Conv2d(in_channels, layer.out_features, (h, w), bias=bias is not None, **like)
    with torch.no_grad():
        conv.weight.copy_(weight.reshape(conv.weight.shape))
        if bias is not None:
            conv.bias.copy_(bias)
    return conv
    ### END SOLUTION


def fully_convolutional(head: nn.Sequential, in_channels: int, kernel_size: int | tuple[int, int]) -> nn.Sequential:
    """The dense end of a network as convolutions: it reads maps of any size, from that of the kernel up.

    head: an nn.Sequential of nn.Flatten, nn.Linear, and then any number of nn.Linear, nn.ReLU and nn.Dropout in any
    order. Its first dense layer reads maps (in_channels, h, w); kernel_size: (h, w), or an int for both.
    Returns a new nn.Sequential without the flattening: the first dense layer as dense_to_conv makes it with
    kernel_size, each later one as a convolution of 1x1, with copies of its weights and bias, too, and each nn.ReLU and
    nn.Dropout as a new one, in its place, with the same p (whether they work in place does not matter). It maps
    (n, in_channels, H, W) to (n, outputs, H - h + 1, W - w + 1), and is in training mode if head is, else in evaluation
    mode, with all that is in it. head is not changed, and no module and no parameter is in both.
    Raises ValueError if head does not begin with nn.Flatten and nn.Linear.
    """
    # TODO: refuse a head that begins otherwise, or that is too short.
    # TODO: go through the layers: which convolution takes the place of which dense layer?
    # TODO: in which mode is what you return?
    ### BEGIN SOLUTION
    if len(head) < 2 or not isinstance(head[0], nn.Flatten) or not isinstance(head[1], nn.Linear):
        raise ValueError("head should begin with nn.Flatten and nn.Linear")
    layers: list[nn.Module] = [dense_to_conv(head[1], in_channels, kernel_size)]
    for layer in head[2:]:
        if isinstance(layer, nn.Linear):
            layers.append(dense_to_conv(layer, layer.in_features, 1))
        else:
            layers.append(copy.deepcopy(layer))
    return nn.Sequential(*layers).train(head.training)
    ### END SOLUTION


def multi_scale(net: Callable[[Tensor], Tensor], X: Tensor, sizes: Sequence[int]) -> Tensor:
    """Probabilities of the classes, averaged over several sizes of the same pictures.

    net: a module or a function that maps images (n, c, s, s) to score maps (n, C, h_s, w_s), where h_s and w_s depend
    on s; X: images (n, c, H, W), also with H != W; sizes: ints, at least one.
    For each s of sizes, X is resized to (s, s), enlarged or made smaller, whatever H and W are, by F.interpolate:
    bilinear, with align_corners=False, no antialias. net is called once with the result. Its scores are averaged over
    all places of the map, and softmax makes probabilities of the classes of them.
    Returns the mean of these probabilities over the sizes (n, C), in the dtype of X; a size that is listed twice counts
    twice. The gradient flows to X and to what net computes with. If net is a module, its mode is left alone: who wants
    evaluation mode sets it beforehand. X stays as it is.
    Raises ValueError if there are no sizes.
    """
    # TODO: refuse an empty list of sizes.
    # TODO: for each size: resize X, call net, and make probabilities of its scores. What is averaged before softmax,
    # and what after it?
    ### BEGIN SOLUTION
    if not sizes:
        raise ValueError("at least one size is needed")
    found = []
    for s in sizes:
        images = F.interpolate(X, size=(s, s), mode="bilinear", align_corners=False)
        found.append(net(images).mean(dim=(2, 3)).softmax(dim=1))
    return torch.stack(found).mean(dim=0)
    ### END SOLUTION
