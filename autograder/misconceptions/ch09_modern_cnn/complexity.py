"""What people get wrong about complexity."""

from autograder.misconceptions.passes import wrong_passes
from autograder.spec import misconception, reference, slip

PARAMETERS = "sum(p.numel() for p in net.parameters())"
COUNT = "flops.append(2 * output.numel() * weights_per_output)"
PER_OUTPUT = "layer.weight.numel() // len(layer.weight)"
LAYERS = "[module for module in net.modules() if isinstance(module, nn.Conv2d | nn.Linear)]"
IS_LAYER = "isinstance(module, nn.Conv2d | nn.Linear)"


@slip(PARAMETERS, "sum(p.numel() for p in net.parameters() if p.requires_grad)")
def trainable_parameters_only():
    """Frozen parameters are left out of the count. They are parameters too, whether requires_grad is True or not."""


@slip(PARAMETERS, "sum(t.numel() for t in net.state_dict().values())")
def state_dict_counted():
    """The elements of net.state_dict() are counted. It has buffers in it too, such as running means, and what is shared
    once for each of its names: net.parameters() has neither."""


@slip(PARAMETERS, "sum(t.numel() for t in [*net.parameters(), *net.buffers()])")
def buffers_counted():
    """Buffers are counted as parameters. Running means and variances are not learned: net.parameters() alone counts."""


@slip(PARAMETERS, "sum(p.numel() for _, p in net.named_parameters(remove_duplicate=False))")
def shared_parameters_counted_again():
    """A parameter is counted once for each place that it stands in. What is shared is stored once, and counts once."""


@slip(PARAMETERS, "sum(p.numel() for module in net.modules() for p in module._parameters.values() if p is not None)")
def counted_layer_by_layer():
    """Parameters are added up layer by layer, so that one that two layers share counts twice. net.parameters() has each
    once."""


@slip(PARAMETERS, "sum(p.numel() for layer in layers for p in layer.parameters())")
def parameters_of_layers_only():
    """Only the parameters of convolutions and dense layers are counted. Norms and modules of one's own have some, too: all
    in net.parameters() count."""


@slip(PARAMETERS, "sum(p.numel() for p in net.parameters() if p.dim() > 1)")
def weights_only():
    """Only the weights are counted. Biases, and the scales of norms, are parameters, too."""


@slip(PARAMETERS, "len(list(net.parameters()))")
def tensors_counted():
    """The tensors in net.parameters() are counted. A tensor has p.numel() parameters in it: add these up."""


@misconception
def parameters_of_what_is_called(net, input_shape):
    """Parameters are counted in a hook, so that those of a layer that is never called are left out. They are part of net
    all the same: net.parameters()."""
    called = []
    handles = [m.register_forward_hook(lambda m, inputs, output: called.append(m)) for m in net.modules()]
    try:
        _parameters, flops = reference.parameters_and_flops(net, input_shape)
    finally:
        for handle in handles:
            handle.remove()
    return sum(p.numel() for p in {p for m in called for p in m._parameters.values() if p is not None}), flops


@slip("2 * output.numel()", "output.numel()")
def multiply_adds_counted():
    """Multiply-adds are counted (MACs). Each is a multiplication and an addition, so 2 flops."""


@slip(PER_OUTPUT, "layer.weight.numel()")
def all_weights_at_each_output():
    """Each element of the output is said to take all weights of its layer. It takes those of its own channel or feature
    alone."""


@slip(PER_OUTPUT, "(layer.weight.numel() // len(layer.weight) * getattr(layer, 'groups', 1))")
def groups_ignored():
    """Groups are ignored. In a convolution with groups each output channel sees only in_channels / groups of the input."""


@slip(PER_OUTPUT, "layer.weight.numel() // len(layer.weight) // getattr(layer, 'groups', 1)")
def groups_counted_twice():
    """The flops are divided by groups twice. layer.weight has in_channels / groups channels already."""


@slip(
    PER_OUTPUT,
    "(layer.in_channels // layer.groups * layer.kernel_size[0] ** 2 if hasattr(layer, 'groups') else layer.in_features)",
)
def first_side_squared():
    """Kernels are taken for squares: the first side is squared. kernel_size is a pair, (height, width): multiply both."""


@slip(
    PER_OUTPUT,
    "(layer.weight[0, 0].numel() if hasattr(layer, 'groups') else layer.in_features)",
)
def input_channels_forgotten():
    """The input channels of a convolution are forgotten. Its window goes through all in_channels / groups of them."""


@slip(COUNT, "flops.append(2 * inputs[0][0].numel() * len(inputs[0]) * len(layer.weight))")
def kernel_forgotten():
    """The flops of a convolution are those of a dense layer at each pixel of its input. Each element of the output takes a
    whole window: in_channels / groups * kernel height * kernel width."""


@slip(
    COUNT,
    "flops.append(2 * inputs[0].numel() // inputs[0].shape[1] * layer.weight.numel() if output.dim() == 4 and "
    "hasattr(layer, 'groups') else 2 * output.numel() * weights_per_output)",
)
def size_of_the_input():
    """A convolution is said to work at every pixel of its input. It does at each place of its output, of which stride and
    missing padding leave fewer: output.numel() has them."""


@slip(COUNT, "flops.append(2 * output[0].numel() * weights_per_output)")
def one_image_counted():
    """The flops of one image are counted. The batch is part of the input, and so of output.numel()."""


@slip(
    COUNT,
    "flops.append(2 * len(output) * len(layer.weight) * layer.in_features if hasattr(layer, 'in_features') else "
    "2 * output.numel() * weights_per_output)",
)
def further_axes_forgotten():
    """Of the input of a dense layer only the batch is counted, not its further axes. A dense layer works at all places of
    them: output.numel()."""


@slip(COUNT, "flops.append(2 * output.numel() * weights_per_output + (layer.bias is not None) * output.numel())")
def biases_counted():
    """The additions of biases are counted. Here products count alone, as in PyTorch's counter: in_features, or in_channels
    / groups * kernel height * kernel width of them for each element of the output."""


@slip(COUNT, "flops.append((2 * weights_per_output - 1) * output.numel())")
def one_addition_less():
    """Of n products the n - 1 additions are counted. By the convention asked for each multiplication has its addition:
    2 * n."""


@slip(
    (LAYERS, "[module for module in net.modules() if not list(module.children())]"),
    (
        "        weights_per_output = layer",
        "        if not isinstance(layer, nn.Conv2d | nn.Linear):\n            return flops.append(output.numel())\n"
        "        weights_per_output = layer",
    ),
)
def activations_counted():
    """Layers such as activations, pooling and norms are counted, with one flop for each element. They count 0 here, as in
    PyTorch's counter."""


@slip(IS_LAYER, "isinstance(module, nn.Conv2d)")
def dense_layers_forgotten():
    """Only convolutions are counted. Dense layers multiply, too."""


@slip(IS_LAYER, "isinstance(module, nn.Linear)")
def convolutions_forgotten():
    """Only dense layers are counted. Convolutions multiply, too, and mostly more."""


@slip(LAYERS, "[module for module in net.children() if isinstance(module, nn.Conv2d | nn.Linear)]")
def children_only():
    """Only the children of net are listened to. What lies deeper is missed, and net itself: net.modules() goes through
    all."""


@slip(IS_LAYER, "module is not net and isinstance(module, nn.Conv2d | nn.Linear)")
def net_left_out():
    """net itself is never listened to. It may be a convolution or a dense layer."""


@slip(
    LAYERS,
    "[m for _, m in net.named_modules(remove_duplicate=False) if isinstance(m, nn.Conv2d | nn.Linear)]",
)
def listened_to_twice():
    """A layer that has two names in net gets two hooks, so that each of its calls is counted twice. net.modules() goes
    through each module once."""


@slip(
    ("flops: list[int] = []", "flops, seen = [], []"),
    (
        COUNT,
        "if layer not in seen:\n            seen.append(layer)\n            flops.append(2 * output.numel() * weights_per_output)",
    ),
)
def only_the_first_call():
    """A layer that is called twice counts once. Every call takes its flops."""


@misconception
def as_if_all_were_called_once(net, input_shape):
    """Each layer counts once, as it is registered, also one that is never called. What is computed depends on the calls."""
    calls = {}

    def note(layer, inputs, output):
        calls[layer] = 2 * output.numel() * (layer.weight.numel() // len(layer.weight))

    layers = [m for m in net.modules() if isinstance(m, reference.nn.Conv2d | reference.nn.Linear)]
    handles = [layer.register_forward_hook(note) for layer in layers]
    try:
        parameters, _flops = reference.parameters_and_flops(net, input_shape)
    finally:
        for handle in handles:
            handle.remove()
    return parameters, sum(calls.get(layer, 2 * layer.weight.numel() * input_shape[0]) for layer in layers)


@slip("        net.eval()\n", "        net.eval()\n        input_shape = list(input_shape)\n        X = X[:1]\n")
def batch_of_one():
    """net is run with a batch of 1, not with input_shape as it is. A network may do with its batch what it likes."""


@slip(COUNT, "flops.append(2.0 * output.numel() * weights_per_output)")
def counted_in_floats():
    """The flops go through floats, as / makes them. They are exact only up to 2**53, and the type is no int: divide with
    //."""


@slip("return sum(p", "return list((sum(p.numel() for p in net.parameters()), sum(flops)))\n    return sum(p")
def list_returned():
    """A list is returned. Asked for is a tuple (parameters, flops) of two Python ints."""


@slip(f"{PARAMETERS}, sum(flops)", f"sum(flops), {PARAMETERS}")
def flops_first():
    """The flops come first, as in thop and ptflops. Asked for is (parameters, flops)."""


wrong_passes(__name__)
