"""What people get wrong about layer_shapes."""

from autograder.spec import misconception, reference, slip

LAYERS = "[module for module in net.modules() if not list(module.children())]"
MODES = "[(module, module.training) for module in net.modules()]"
RESTORE = "        for module, training in modes:\n            module.training = training\n"
REMOVE = "        for handle in handles:\n            handle.remove()\n"
NAME = "type(layer).__name__"
INPUT = "dtype=first.dtype, device=first.device"


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


@slip("torch.zeros(tuple(input_shape),", "torch.zeros((1, *input_shape),")
def batch_added():
    """A batch of 1 is put in front of input_shape, which has its batch already."""


@slip(INPUT, "dtype=torch.float32, device=first.device")
def always_float32():
    """The input is float32 whatever net computes in. It should have the dtype of the first parameter."""


@slip(INPUT, "dtype=first.dtype")
def always_on_the_cpu():
    """The input is made on the CPU, wherever net lies. It should be on the device of the first parameter, which may be meta
    or a GPU."""


@slip("next(net.parameters(), torch.zeros(0))", "next(net.parameters())")
def no_parameters_no_input():
    """A network without parameters has no first one: next(...) raises StopIteration. Give next a second argument, for what
    it returns then."""


@slip("            net(X)\n", "            net(X)\n            found.clear()\n            net(X)\n")
def two_passes():
    """net is called twice. One pass is enough."""


@slip("        net.eval()\n", "")
def not_in_evaluation_mode():
    """net stays in the mode in which it came. In training mode batch normalization takes note of what passes through, and
    refuses a batch of 1: call net.eval() first."""


@slip("with torch.no_grad():", "if True:")
def gradients_on():
    """Gradients are on during the pass, so that all of it is recorded for nothing. Call net inside with torch.no_grad():."""


@slip(
    "        with torch.no_grad():\n            net(X)\n",
    "        torch.set_grad_enabled(False)\n        net(X)\n        torch.set_grad_enabled(True)\n",
)
def gradients_always_on_again():
    """Gradients are on afterwards even if they were off before. with torch.no_grad(): puts back what there was."""


@slip(RESTORE, "        net.train()\n")
def always_back_to_training():
    """All of net is in training mode afterwards, whatever it was in before. Give each module its own mode back."""


@slip((MODES, "net.training"), (RESTORE, "        net.train(modes)\n"))
def one_mode_for_all():
    """The mode of net is given to all modules in it. One that was in another mode, such as frozen batch normalization, is not
    any more: remember the mode of each."""


@slip(MODES, "[(module, module.training) for module in [net, *net.children()]]")
def modes_of_the_children_only():
    """The modes of net and its children come back, but not those of what lies deeper: net.modules() goes through all."""


@slip(RESTORE, "")
def left_in_evaluation_mode():
    """net is left in evaluation mode, and is then trained without dropout. Give each module its mode back."""


@slip(REMOVE, "")
def hooks_left():
    """The hooks are left on net: they go on noting at every pass, and slow it down. Keep the handles, and call remove() of
    each."""


@slip(
    REMOVE,
    "        for module in net.modules():\n            module._forward_hooks.clear()\n            module._forward_pre_hooks.clear()\n",
)
def all_hooks_removed():
    """Hooks that others registered are taken away too. handle.remove() takes away your own alone."""


@slip(("    try:\n", "    if True:\n"), ("    finally:\n", "    if True:\n"))
def tidies_up_only_if_all_goes_well():
    """Where the pass raises, nothing is put back: hooks and evaluation mode stay. Tidy up in finally:, which runs in any
    case."""


@slip("    finally:\n", "    except Exception:\n        pass\n    finally:\n")
def exceptions_swallowed():
    """An exception of the pass is swallowed, and a list comes back that ends where it was raised. The caller has to learn of
    it: tidy up in finally:, without except."""


@slip("        net.eval()\n", "        net.eval()\n        net.zero_grad()\n")
def gradients_cleared():
    """What stands in .grad is cleared. It may be waiting for a step of the optimizer: leave it alone."""


@slip("return found", "return {str(i): pair for i, pair in enumerate(found)}")
def dict_returned():
    """A dict is returned. Asked for is a list of pairs, because a class name may come twice."""


@slip(
    "found.append((type(layer).__name__, tuple(output.shape)))",
    "found.append([type(layer).__name__, list(output.shape)])",
)
def lists_inside():
    """The entries are lists. Asked for are tuples (class name, shape), the shape a tuple of ints or a torch.Size."""
