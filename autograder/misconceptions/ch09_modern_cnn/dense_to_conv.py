"""What people get wrong about dense layers as convolutions, and about several scales."""

from torch import nn
from torch.nn import functional as F

from autograder.spec import misconception, reference, slip

LAID = "weight.reshape(conv.weight.shape)"
COPY = f"conv.weight.copy_({LAID})"
BIAS = "        if bias is not None:\n            conv.bias.copy_(bias)\n"
FITS = "    if layer.in_features != in_channels * h * w:\n"
MAKE = "(h, w), bias=bias is not None, **like)"
END = "    return conv\n"
BEGINS = "if len(head) < 2 or not isinstance(head[0], nn.Flatten) or not isinstance(head[1], nn.Linear):"
LATER = "dense_to_conv(layer, layer.in_features, 1)"
OTHER = "copy.deepcopy(layer)"
RETURN = "return nn.Sequential(*layers).train(head.training)"
RESIZE = 'F.interpolate(X, size=(s, s), mode="bilinear", align_corners=False)'
SCORES = "net(images).mean(dim=(2, 3)).softmax(dim=1)"
MEAN = "torch.stack(found).mean(dim=0)"


@slip(LAID, "weight.reshape(-1, h, w, in_channels).permute(0, 3, 1, 2)")
def channels_last():
    """dense_to_conv reads the weights as if the channels had been flattened last. nn.Flatten puts them first: all of
    channel 0, row by row, then all of channel 1."""


@slip(LAID, "weight.reshape(-1, in_channels, w, h).transpose(2, 3)")
def rows_and_columns_of_the_kernel_swapped():
    """dense_to_conv lays the kernels transposed: a map is flattened row by row, so w neighbours in the row of weights are
    one row of the kernel."""


@slip(LAID, f"{LAID}.flip(2, 3)")
def kernels_flipped():
    """dense_to_conv turns the kernels by half a turn. nn.Conv2d does not turn them, it lays them on as they are: nothing has
    to be undone."""


@slip(f"        {COPY}\n", "")
def weights_left_random():
    """dense_to_conv leaves the convolution with its random weights. Copy those of the layer into it."""


@slip(BIAS, "")
def bias_left_random():
    """dense_to_conv copies the weights, but leaves the convolution with its random bias. Copy that of the layer, too."""


@slip(BIAS, "        if bias is not None:\n            conv.bias.zero_()\n")
def bias_zero():
    """dense_to_conv sets the bias to 0. It should be a copy of the layer's."""


@slip("bias=bias is not None", "bias=True")
def always_a_bias():
    """dense_to_conv makes a convolution with a random bias of a layer that has none. If layer.bias is None, say bias=False
    to nn.Conv2d."""


@slip(("bias=bias is not None", "bias=False"), (BIAS, ""))
def never_a_bias():
    """dense_to_conv makes a convolution without a bias, although the layer has one."""


@slip("    h, w = (kernel_size, kernel_size)", "    w, h = (kernel_size, kernel_size)")
def width_before_height():
    """dense_to_conv reads a pair as (width, height). It is (height, width), as in nn.Conv2d."""


@slip("else kernel_size\n    if layer", "else (kernel_size[0],) * 2\n    if layer")
def height_for_both():
    """dense_to_conv takes the first number of a pair for both. Kernels need not be square."""


@slip(FITS, "    if False:\n")
def features_not_compared():
    """dense_to_conv does not compare the layer's in_features with in_channels * h * w, so that the weights do not fit
    somewhere later on. Compare first, and raise ValueError."""


@slip(
    (FITS, "    if layer.in_features % (h * w):\n"),
    ("nn.Conv2d(in_channels,", "nn.Conv2d(layer.in_features // (h * w),"),
)
def channels_taken_from_the_layer():
    """dense_to_conv computes the channels from the layer's in_features and does not look at in_channels. If they do not
    agree, the map is another one than was meant: raise ValueError."""


@slip(
    (FITS, "    if layer.in_features < in_channels * h * w:\n"),
    (LAID, "weight[:, : in_channels * h * w].reshape(conv.weight.shape)"),
)
def features_cut_off():
    """dense_to_conv takes the first in_channels * h * w features of a layer that has more. Such a layer does not read this
    map: raise ValueError."""


@slip(MAKE, "(h, w), padding=(h // 2, w // 2), bias=bias is not None, **like)")
def padded():
    """dense_to_conv's convolution is padded. Zeros around the map would be answers for windows that are not there: padding is
    0, and a map of the kernel's size has one answer."""


@slip(MAKE, "(h, w), (h, w), bias=bias is not None, **like)")
def stride_of_the_kernel():
    """dense_to_conv's convolution goes on by a whole kernel at a time. The layer's output is asked for at every place: stride
    1."""


@slip(COPY, f"conv.weight = nn.Parameter({LAID})")
def weight_shared():
    """dense_to_conv's convolution looks at the memory of the layer's weight: reshape and view copy nothing, nor does
    nn.Parameter or .data. Whoever trains one trains the other, too: copy the numbers, as copy_ and clone do."""


@slip("conv.bias.copy_(bias)", "conv.bias = bias")
def bias_shared():
    """dense_to_conv's convolution has the very bias of the layer. Copy its numbers, as copy_ and clone do."""


@slip((COPY, f"conv.weight = nn.Parameter({LAID})"), ("conv.bias.copy_(bias)", "conv.bias = bias"))
def all_shared():
    """dense_to_conv's convolution has weights and bias in the memory of the layer's, so that training one changes the other,
    too. reshape, view and .data copy nothing; copy_ and clone do."""


@slip('like = {"device": weight.device, "dtype": weight.dtype}', 'like = {"device": weight.device}')
def always_float32():
    """dense_to_conv makes a float32 convolution of any layer. Give nn.Conv2d the dtype of the layer's weight."""


@slip('like = {"device": weight.device, "dtype": weight.dtype}', 'like = {"dtype": weight.dtype}')
def on_the_default_device():
    """dense_to_conv makes the convolution on torch's default device, and the layer may lie on another, such as a GPU. Give
    nn.Conv2d the device of the layer's weight."""


@slip(END, "    return conv.requires_grad_(False)\n")
def frozen():
    """dense_to_conv's convolution cannot be trained: requires_grad is False for its parameters."""


@slip(END, "    return conv.requires_grad_(weight.requires_grad)\n")
def frozen_like_the_layer():
    """dense_to_conv freezes the convolution where the layer is frozen. It should always be one that can be trained."""


@slip(END, "    return nn.Sequential(conv)\n")
def convolution_wrapped():
    """dense_to_conv returns the convolution inside of another module. Asked for is the nn.Conv2d itself."""


@slip(COPY, f"layer.weight.data = {LAID}\n        conv.weight.copy_(layer.weight)")
def layer_reshaped():
    """dense_to_conv gives the layer's own weight four axes. The layer is still needed as it was: reshape what it gives,
    not what it has."""


@slip(END, "    layer.requires_grad_(False)\n    return conv\n")
def layer_frozen():
    """dense_to_conv freezes the layer. It should stay as it is."""


@slip(RETURN, "return nn.Sequential(nn.Flatten(), *layers).train(head.training)")
def flatten_kept():
    """fully_convolutional still flattens, so that the map is gone before the convolutions see it. Leave nn.Flatten out."""


@slip(LATER, OTHER)
def later_layers_stay_dense():
    """fully_convolutional makes a convolution of the first dense layer alone. The later ones get maps too, and nn.Linear
    would read their last axis: make convolutions of 1x1 of them."""


@slip(LATER, "nn.Conv2d(layer.in_features, layer.out_features, 1)")
def later_layers_left_random():
    """fully_convolutional makes new convolutions in the place of the later dense layers, but leaves them with random weights
    and biases. Those of the dense layers belong into them."""


@misconception(entry="fully_convolutional")
def later_biases_left_random(head, in_channels, kernel_size):
    """fully_convolutional copies the weights of the later dense layers, and leaves the convolutions with their random biases.
    Copy the biases, too."""
    net = reference.fully_convolutional(head, in_channels, kernel_size)
    for conv in net[1:]:
        if isinstance(conv, nn.Conv2d) and conv.bias is not None:
            conv.bias = nn.Conv2d(1, conv.out_channels, 1).to(conv.weight).bias
    return net


@misconception(entry="fully_convolutional")
def later_layers_in_float32(head, in_channels, kernel_size):
    """fully_convolutional makes the later convolutions in float32, whatever the dtype of head is. Give nn.Conv2d the dtype of
    the dense layer."""
    net = reference.fully_convolutional(head, in_channels, kernel_size)
    for conv in net[1:]:
        conv.float()
    return net


@misconception(entry="fully_convolutional")
def later_layers_need_a_bias(head, in_channels, kernel_size):
    """fully_convolutional's later convolutions have a random bias where the dense layer has none. Say bias=False to nn.Conv2d
    there."""
    net = reference.fully_convolutional(head, in_channels, kernel_size)
    for conv in net[1:]:
        if isinstance(conv, nn.Conv2d) and conv.bias is None:
            conv.bias = nn.Conv2d(1, conv.out_channels, 1).to(conv.weight).bias
    return net


@misconception(entry="fully_convolutional")
def later_weights_shared(head, in_channels, kernel_size):
    """fully_convolutional's later convolutions have the biases of head's layers, and weights that are views of theirs. Copy
    the numbers, so that each can be trained alone."""
    net = reference.fully_convolutional(head, in_channels, kernel_size)
    for conv, layer in zip(list(net)[1:], list(head)[2:], strict=True):
        if isinstance(layer, nn.Linear):
            conv.weight, conv.bias = nn.Parameter(layer.weight.data[:, :, None, None]), layer.bias
    return net


@misconception(entry="fully_convolutional")
def large_kernels_later(head, in_channels, kernel_size):
    """fully_convolutional gives the later convolutions the size of the kernel, too. A later dense layer reads one number for
    each channel, so its convolution is 1x1."""
    net = reference.fully_convolutional(head, in_channels, kernel_size)
    made = []
    for m in net:
        if isinstance(m, nn.Conv2d):
            m = nn.Conv2d(m.in_channels, m.out_channels, kernel_size, bias=m.bias is not None, dtype=m.weight.dtype)
        made.append(m)
    for conv, right in zip(made, net, strict=True):
        if isinstance(conv, nn.Conv2d) and conv.weight.shape == right.weight.shape:
            conv.load_state_dict(right.state_dict())
    return nn.Sequential(net[0], *made[1:]).train(head.training)


@slip(OTHER, "layer")
def layers_used_again():
    """fully_convolutional puts layers of head itself into what it returns. Whoever sets the mode of one sets that of the other,
    too: make new ones, or copy them."""


@slip(OTHER, "nn.Dropout() if isinstance(layer, nn.Dropout) else nn.ReLU()")
def dropout_with_its_default():
    """fully_convolutional makes nn.Dropout() without a p, which is 0.5. Give it the p of the one in head."""


@slip(OTHER, "nn.Dropout2d(layer.p) if isinstance(layer, nn.Dropout) else nn.ReLU()")
def dropout_of_channels():
    """fully_convolutional puts nn.Dropout2d in the place of nn.Dropout: it drops whole channels, at all places together. Keep
    nn.Dropout."""


@slip(
    "            layers.append(copy.deepcopy(layer))\n",
    "            if isinstance(layer, nn.ReLU):\n                layers.append(nn.ReLU())\n",
)
def dropout_left_out():
    """fully_convolutional leaves dropout out. It does nothing in evaluation mode, but the result may be trained on: keep it."""


@slip(
    "            layers.append(copy.deepcopy(layer))\n",
    "            if isinstance(layer, nn.Dropout):\n                layers.append(nn.Dropout(layer.p))\n",
)
def relu_left_out():
    """fully_convolutional leaves ReLU out, so that nothing bends between the layers. Keep each in its place."""


@slip("            layers.append(copy.deepcopy(layer))\n", "            pass\n")
def only_dense_layers_kept():
    """fully_convolutional leaves out all but the dense layers. nn.ReLU and nn.Dropout belong into the result, too."""


@slip(RETURN, "return nn.Sequential(*layers)")
def mode_forgotten():
    """What fully_convolutional returns is in training mode, as any new nn.Sequential, even if head is not. Dropout would drop:
    set the mode of head, by .train(head.training)."""


@slip(RETURN, "return nn.Sequential(*layers).train()")
def always_in_training_mode():
    """What fully_convolutional returns is in training mode, as all new modules are, and dropout drops, even if head is in
    evaluation mode: give it the mode of head."""


@slip(RETURN, "return nn.Sequential(*layers).eval()")
def always_in_evaluation_mode():
    """What fully_convolutional returns is always in evaluation mode. It should be in that of head."""


@slip(RETURN, "net = nn.Sequential(*layers).train(head.training)\n    head.eval()\n    return net")
def head_set_to_evaluation():
    """fully_convolutional sets head itself to evaluation mode. head is not to be changed, and the result has its mode."""


@slip(RETURN, "mode = head.training\n    del head[0]\n    return nn.Sequential(*layers).train(mode)")
def flatten_taken_out_of_head():
    """fully_convolutional takes nn.Flatten out of head itself, which then no longer works. Put a new nn.Sequential together
    and leave head as it is."""


@slip(BEGINS, "if not isinstance(head[0], nn.Flatten):")
def only_flatten_looked_for():
    """fully_convolutional asks only whether the first layer is nn.Flatten, and does not raise ValueError for all heads that
    begin otherwise: there may be one layer or none, or no nn.Linear in the second place."""


@slip(BEGINS, "if nn.Flatten not in map(type, head) or nn.Linear not in map(type, head):")
def looked_for_anywhere():
    """fully_convolutional looks for nn.Flatten and nn.Linear anywhere in head. These two have to be the first layers, in this
    order."""


@slip(BEGINS, "if False:")
def any_head_taken():
    """fully_convolutional does not look how head begins, and something else than ValueError comes of it, or nothing. Ask for
    two layers at least, nn.Flatten and nn.Linear, and raise ValueError otherwise."""


@slip(RETURN, "return nn.Sequential(*layers, nn.Softmax(1)).train(head.training)")
def softmax_added():
    """fully_convolutional adds a softmax. It returns scores, as head does: averages over places come before softmax."""


@slip(RETURN, "return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1)).train(head.training)")
def averaged_over_places():
    """fully_convolutional averages over the places of the map. It returns the whole map: whoever uses it decides."""


@slip(SCORES, "net(images).softmax(dim=1).mean(dim=(2, 3))")
def softmax_at_each_place():
    """multi_scale makes probabilities at each place and averages these. The scores are averaged over the places first, softmax
    comes after that."""


@slip(SCORES, "net(images).mean(dim=(2, 3))")
def no_softmax():
    """multi_scale averages scores over the sizes. Each size has its softmax first: what is averaged are probabilities."""


@slip(SCORES, "net(images).mean(dim=(2, 3)).log_softmax(dim=1)")
def log_probabilities():
    """multi_scale averages logarithms of probabilities. Asked for are the probabilities themselves: softmax, not
    log_softmax."""


@slip((SCORES, "net(images).mean(dim=(2, 3))"), (MEAN, "torch.stack(found).mean(dim=0).softmax(dim=1)"))
def scores_averaged_over_the_sizes():
    """multi_scale averages the scores over the sizes and takes softmax once, at the end. Each size has its softmax; the mean is
    one of probabilities."""


@slip(SCORES, "net(images).mean(dim=(2, 3)).softmax(dim=0)")
def softmax_over_the_images():
    """multi_scale takes softmax over the images. It is taken over the classes, axis 1, for each image alone."""


@slip(SCORES, "net(images).amax(dim=(2, 3)).softmax(dim=1)")
def largest_score():
    """multi_scale takes the largest score of each class over the places. Asked for is the mean."""


@slip(SCORES, "net(images).sum(dim=(2, 3)).softmax(dim=1)")
def scores_summed():
    """multi_scale adds the scores up over the places, so that larger maps make for harder probabilities. Take their mean."""


@slip(SCORES, "net(images)[:, :, 0, 0].softmax(dim=1)")
def first_place_only():
    """multi_scale looks at the first place of the map alone. Average over all of them."""


@slip(MEAN, "torch.stack(found).sum(dim=0)")
def sum_over_the_sizes():
    """multi_scale adds the probabilities up over the sizes. Divide by their number: probabilities of a picture sum to 1."""


@slip(MEAN, "torch.stack(found).amax(dim=0)")
def largest_probability():
    """multi_scale takes the largest probability over the sizes. Take the mean: that sums to 1."""


@slip(MEAN, "found[-1]")
def last_size_only():
    """multi_scale returns what comes of the last size. Collect the probabilities of all of them and take the mean."""


@misconception(entry="multi_scale")
def all_places_alike(net, X, sizes):
    """multi_scale averages over the places of all sizes together, so that large maps count more. Each size has probabilities
    of its own, and counts once."""
    if not sizes:
        raise ValueError("no sizes")
    maps = [net(F.interpolate(X, (s, s), mode="bilinear")) for s in sizes]
    found = [scores.mean((2, 3)).softmax(1) for scores in maps]
    counts = [scores[0, 0].numel() for scores in maps]
    return sum(p * count for p, count in zip(found, counts, strict=True)) / sum(counts)


@slip("for s in sizes:", "for s in sorted(set(sizes)):")
def each_size_once():
    """multi_scale takes a size that is listed twice only once. It counts as often as it is listed."""


@slip(RESIZE, RESIZE.replace("=False", "=True"))
def corners_aligned():
    """multi_scale resizes with align_corners=True, which puts the outer pixels of both images upon each other. Take
    align_corners=False: both images have the same edges."""


@slip(RESIZE, RESIZE.replace("=False", "=False, antialias=True"))
def antialiased():
    """multi_scale resizes with antialias, which blurs an image before it is made smaller. Here there is none."""


@slip(RESIZE, "F.interpolate(X, size=(s, s))")
def nearest_pixel():
    """multi_scale takes the nearest pixel when it resizes: that is the default of F.interpolate. Say
    mode="bilinear"."""


@slip(RESIZE, RESIZE.replace("bilinear", "bicubic"))
def bicubic():
    """multi_scale resizes with mode="bicubic". Asked for is "bilinear"."""


@slip(RESIZE, RESIZE.replace("size=(s, s)", "size=(s, round(s * X.shape[3] / X.shape[2]))"))
def proportions_kept():
    """multi_scale keeps the proportions of the images. Here each is made a square, s x s, whatever H and W are."""


@slip("        images = ", "        X = images = ")
def resized_again_and_again():
    """multi_scale resizes what it made for the size before, and details are lost on the way. Resize X itself for every
    size."""


@slip(RESIZE, f"X if s == X.shape[2] else {RESIZE}")
def not_resized_if_as_high():
    """multi_scale does not resize images whose height is s already. Their width may be another: resize always."""


@slip(RESIZE, f"X[:, :, :s, :s] if s <= min(X.shape[2:]) else {RESIZE}")
def cropped_instead():
    """multi_scale cuts a piece out where images should become smaller. Resize the whole image."""


@slip("    found = []\n", "    found = []\n    if isinstance(net, nn.Module):\n        net.eval()\n")
def net_set_to_evaluation():
    """multi_scale sets net to evaluation mode. Its mode is left alone: that is the caller's matter."""


@slip(SCORES, "torch.cat([net(image) for image in images.split(1)]).mean(dim=(2, 3)).softmax(dim=1)")
def one_image_at_a_time():
    """multi_scale calls net for each image. One call for each size is enough, with all images."""


@slip(SCORES, f"({SCORES} + {SCORES}) / 2")
def net_called_twice():
    """multi_scale calls net twice for each size. Once is enough: keep what it returned."""


@slip("    if not sizes:\n", "    if False:\n")
def no_sizes_taken():
    """multi_scale does not refuse an empty list of sizes, of which there is no mean. Raise ValueError."""


@slip(
    ('    if not sizes:\n        raise ValueError("at least one size is needed")\n', ""),
    (MEAN, "torch.stack(found).mean(dim=0) if found else X.new_zeros(len(X), 0)"),
)
def nothing_returned_for_no_sizes():
    """multi_scale returns an empty tensor where there are no sizes. Raise ValueError."""
