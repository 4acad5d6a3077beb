"""What people get wrong about layer_shapes."""

from autograder.misconceptions.passes import wrong_passes
from autograder.spec import misconception, reference, slip

LAYERS = "[module for module in net.modules() if not list(module.children())]"
NAME = "type(layer).__name__"


@slip(LAYERS, "list(net.modules())")
def containers_listed():
    """Modules that hold others have entries too, such as nn.Sequential and net itself. A layer is a module without
    children."""


@slip(
    (LAYERS, "[]"),
    ("net(X)\n", "for layer in net.children():\n                note(layer, (), X := layer(X))\n"),
)
def steps_through_the_children():
    """The children of net are called one after the other, as nn.Sequential does it. Another forward calls them otherwise, and
    only net itself knows how: call net once, and listen to its layers by hooks."""


@slip(LAYERS, "list(net.children())")
def children_only():
    """Only the children of net are listened to. What lies deeper is missed, and a child that holds others is no layer:
    net.modules() goes through all."""


@slip(LAYERS, "[module for module in net.modules() if not list(module.children()) and list(module.parameters())]")
def only_with_parameters():
    """Layers without parameters are left out. Activations, pooling and flatten are layers too, and change shapes."""


@slip(
    LAYERS,
    "[module for module in net.modules() if type(module).__module__.startswith('torch.nn') and not list(module.children())]",
)
def own_classes_left_out():
    """Layers of classes of one's own are left out. Any module without children is a layer, whoever wrote it."""


@slip(LAYERS, "[module for module in net.modules() if module is not net and not list(module.children())]")
def net_left_out():
    """net itself is never taken for a layer. If it has no children, it is one, and the only one."""


@slip(LAYERS, "[m for _, m in net.named_modules(remove_duplicate=False) if not list(m.children())]")
def listened_to_twice():
    """A layer that has two names in net gets two hooks, so that each of its calls is noted twice. net.modules() goes through
    each module once."""


@misconception
def in_order_of_registration(net, input_shape):
    """The layers are listed in the order in which they were registered. What counts is the order in which they are called,
    and how often."""
    found = {}
    for layer in [module for module in net.modules() if not list(module.children())]:
        found[layer] = None
        layer.register_forward_hook(lambda layer, inputs, output: found.update({layer: tuple(output.shape)}))
    reference.layer_shapes(net, input_shape)
    for layer in found:
        layer._forward_hooks.popitem()
    return [(type(layer).__name__, shape) for layer, shape in found.items() if shape is not None]


@slip(
    ("found: list[tuple[str, tuple[int, ...]]] = []", "found, seen = [], []"),
    (
        "found.append((type(layer).__name__, tuple(output.shape)))",
        "if layer not in seen:\n            seen.append(layer)\n            found.append((type(layer).__name__, tuple(output.shape)))",
    ),
)
def only_the_first_call():
    """A layer that is called twice has one entry. Every call counts."""


@slip(NAME, "next(name for name, module in net.named_modules() if module is layer)")
def names_in_net():
    """The entries have the names of the layers in net, such as "0" or "body.1". Asked for is the name of the class:
    type(layer).__name__."""


@slip(NAME, "str(layer)")
def written_out():
    """The entries have all that print(layer) shows. Asked for is the name of the class alone: type(layer).__name__."""


@slip("tuple(output.shape)))", "tuple(inputs[0].shape)))")
def shapes_of_the_inputs():
    """The shapes are those of what goes into the layers. Asked for is what comes out."""


@slip("tuple(output.shape)))", "tuple(output.shape[1:])))")
def batch_left_out():
    """The shapes lack their first axis. The batch belongs to them."""


@slip("            net(X)\n", "            net(X)\n            found.clear()\n            net(X)\n")
def two_passes():
    """net is called twice. One pass is enough."""


@slip("return found", "return {str(i): pair for i, pair in enumerate(found)}")
def dict_returned():
    """A dict is returned. Asked for is a list of pairs, because a class name may come twice."""


@slip(
    "found.append((type(layer).__name__, tuple(output.shape)))",
    "found.append([type(layer).__name__, list(output.shape)])",
)
def lists_inside():
    """The entries are lists. Asked for are tuples (class name, shape), the shape a tuple of ints or a torch.Size."""


wrong_passes(__name__)
