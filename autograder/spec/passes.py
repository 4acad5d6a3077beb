"""What the checks of functions are written with that send an input through any network, to look at its layers.

``Wired`` makes networks that call their parts otherwise than they hold them, ``Watch`` notes what passes through them,
and ``condition`` says what such a function has to leave as it was. ``NETWORKS`` are some to look at. ``reached`` and
``visited`` have a function ``look(net, shape)`` look at one, and give the notes on it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules import module as hung

from autograder.messages import N_
from autograder.spec.errors import Unfit
from autograder.spec.rows import rows
from autograder.spec.tools import error_of

HOOKS = ("_forward_pre_hooks", "_forward_hooks", "_backward_pre_hooks", "_backward_hooks")


class Watch:
    """Notes of the passes through a network that calls ``note`` in each of them, and through deep copies of it."""

    def __init__(self) -> None:
        self.inputs: list[Tensor] = []
        self.awake: dict[str, None] = {}
        self.gradients = "off"

    def __deepcopy__(self, memo: Any) -> Watch:
        return self

    def note(self, net: nn.Module, X: Tensor) -> None:
        self.inputs.append(X)
        self.awake |= dict.fromkeys(name for name, mode in modes(net).items() if mode == "training")
        if torch.is_grad_enabled():
            self.gradients = "on"

    def notes(self) -> dict[str, Any]:
        """How many passes there were, and of what; who was in training mode at any of them, and whether gradients were
        on. The size of the last axis shows that something passed, whatever else is wrong with it. Raises ``Unfit`` if
        nothing did."""
        if not self.inputs:
            raise Unfit(N_("nothing was sent through net"))
        return {
            "passes": len(self.inputs),
            "shape of its input": [*dict.fromkeys(tuple(X.shape) for X in self.inputs)],
            "dtype and device of its input": [*dict.fromkeys(f"{X.dtype} on {X.device.type}" for X in self.inputs)],
            "features that reached it": [*dict.fromkeys(tuple(X.shape[-1:]) for X in self.inputs)],
            "in training mode meanwhile": ", ".join(self.awake) or "none",
            "gradients meanwhile": self.gradients,
        }


class _Ear(nn.Module):
    """A layer that notes what passes through it, and the state of the network that it belongs to."""

    def __init__(self, watch: Watch, net: nn.Module) -> None:
        super().__init__()
        self.watch, self.of = watch, [net]  # in a list it is no part of this layer

    def forward(self, X: Tensor) -> Tensor:
        self.watch.note(self.of[0], X)
        return X


class Wired(nn.Module):
    """A network that calls its parts one after the other, in an order of its own: some twice, some never.

    calls: their names, separated by spaces; ``"body.0"`` is a part of a part. parts: registered in their order.
    watch: notes each pass, in a layer "ear" that is registered and called before all others, so that it is noticed too
    when somebody calls the parts one by one.
    """

    def __init__(self, calls: str, parts: Mapping[str, nn.Module], watch: Watch | None = None) -> None:
        super().__init__()
        self.calls = calls.split()
        if watch is not None:
            self.calls.insert(0, "ear")
            self.ear = _Ear(watch, self)
        for name, part in parts.items():
            self.add_module(name, part)

    def forward(self, X: Any) -> Any:
        for name in self.calls:
            X = self.get_submodule(name)(X)
        return X


def modes(net: nn.Module) -> dict[str, str]:
    """The mode of each module by its name; that of the network itself is "net"."""
    return {name or "net": "training" if part.training else "evaluation" for name, part in net.named_modules()}


def condition(net: nn.Module) -> dict[str, Any]:
    """What a look at a network leaves as it was: the modes of all modules, what was hung on them, their numbers, .grad,
    and whether gradients are asked for."""
    kept = [*net.named_parameters(), *net.named_buffers()]
    return {
        "modes afterwards": modes(net),
        "hooks afterwards": {name or "net": _hooks(part) for name, part in net.named_modules()}
        | {"for all modules": len(hung._global_forward_hooks) + len(hung._global_forward_pre_hooks)},
        "forward replaced": [name or "net" for name, part in net.named_modules() if "forward" in vars(part)],
        "values afterwards": {name: t.detach().clone() for name, t in kept},
        ".grad afterwards": {name: None if p.grad is None else p.grad.clone() for name, p in net.named_parameters()},
        "requires_grad afterwards": {name: p.requires_grad for name, p in net.named_parameters()},
        "gradients afterwards": "on" if torch.is_grad_enabled() else "off",
    }


def _hooks(part: nn.Module) -> int:
    return sum(len(getattr(part, name)) for name in HOOKS)


class Total(nn.Module):
    """A layer of a class of one's own, without parameters, that gives one number."""

    def forward(self, X: Tensor) -> Tensor:
        return X.sum()


class Swap(nn.Module):
    """A layer with a parameter that swaps the last two axes."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, X: Tensor) -> Tensor:
        return self.scale * X.transpose(-1, -2)


class Gate(nn.Module):
    """Holds two parts and a parameter beside them, and adds what both make."""

    def __init__(self, left: nn.Module, right: nn.Module) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))
        self.left, self.right = left, right

    def forward(self, X: Tensor) -> Any:
        return self.scale * self.right(input=X) + self.left(X)


class Convert(nn.Module):
    """Goes on in float32, whatever comes."""

    def forward(self, X: Tensor) -> Tensor:
        return X.float()


class Broken(nn.Module):
    def forward(self, X: Tensor) -> Tensor:
        raise ArithmeticError("this layer always raises")


# Networks, each with the shape of its input, of named sizes.
Sized = tuple[nn.Module, tuple[int, ...]]
SIZES = {"n": (2, 12), "c": (2, 12), "d": (2, 12), "e": (2, 12), "f": (2, 12), "h": (6, 12), "w": (6, 12)}


def as_lenet(n: int, c: int, d: int, e: int, f: int, h: int, w: int) -> Sized:
    first = [nn.Conv2d(c, d, 3, padding=1), nn.Sigmoid(), nn.AvgPool2d(2), nn.Conv2d(d, e, (2, 3)), nn.Tanh()]
    return nn.Sequential(*first, nn.Flatten(), nn.Linear(e * (h // 2 - 1) * (w // 2 - 2), f)), (n, c, h, w)


def dense(n: int, c: int, d: int, **_: int) -> Sized:
    return nn.Sequential(nn.Linear(c, d), nn.Dropout(), nn.Identity(), nn.ReLU(), nn.Linear(d, c)), (n, c)


def _block(c: int, d: int) -> nn.Module:
    return nn.Sequential(nn.Conv2d(c, d, 3), nn.Sequential(nn.BatchNorm2d(d), nn.ReLU()))


def blocks(n: int, c: int, d: int, e: int, h: int, w: int, **_: int) -> Sized:
    return nn.Sequential(_block(c, d), _block(d, e)), (n, c, h, w)


def own_classes(n: int, c: int, d: int, h: int, w: int, **_: int) -> Sized:
    parts = {"gate": Gate(_block(c, d), nn.Conv2d(c, d, 3)), "body": nn.ModuleList([Total(), Swap()])}
    return Wired("body.1 gate body.0", parts), (n, c, h, w)


def called_twice(n: int, c: int, d: int, **_: int) -> Sized:
    return Wired("a b a c b", {"a": nn.Linear(c, d), "b": nn.Linear(d, c), "c": nn.LayerNorm(d)}), (n, c)


def never_called(n: int, c: int, d: int, e: int, **_: int) -> Sized:
    parts = {"a": nn.Linear(c, d), "b": nn.Sequential(nn.Linear(c, e), nn.LayerNorm(d)), "c": nn.Linear(d, e)}
    return Wired("a b.1", parts), (n, c)


def with_two_names(n: int, c: int, d: int, **_: int) -> Sized:
    there, back = nn.Linear(c, d), nn.Linear(d, c)
    parts = {"a": nn.Sequential(there, nn.LayerNorm(d)), "b": nn.Sequential(back, nn.Sequential(there)), "c": back}
    return Wired("b.0 a b c a", parts), (n, d)


NETWORKS: dict[str, Callable[..., Sized]] = {
    net.__name__: net for net in (as_lenet, dense, blocks, own_classes, called_twice, never_called, with_two_names)
}


Look = Callable[[nn.Module, Sequence[int]], Any]
FORMS: dict[str, Callable[[list[int]], Sequence[int]]] = {"tuple": tuple, "list": list, "Size": torch.Size}


def reached(look: Look, show: Collection[str], kind: str, form: str, n: int, c: int, d: int) -> dict[str, Any]:
    """Those of the notes on a pass that are to be shown, of a network of a kind.

    kind: the dtype of its first parameter, "meta" for float32 on that device, "none" for a network without any. form:
    the type of the shape that ``look`` is given.
    """
    watch = Watch()
    parts = (
        {"convert": Convert()} if kind == "none" else {"a": nn.Linear(c, d), "convert": Convert(), "b": nn.Linear(d, c)}
    )
    # To compute on the meta device, torch imports for seconds. Nothing is computed where nothing is converted.
    net = Wired("convert" if kind in ("none", "meta") else "a convert b", parts, watch)
    if kind in ("float64", "bfloat16"):
        net.a.to(getattr(torch, kind))
    if kind == "meta":
        net.to("meta")
    look(net, FORMS[form]([n, c]))
    return {name: value for name, value in watch.notes().items() if name in show}


PARTS = ("net", "ear", "norm", "body", "body.0", "body.1", "body.1.0", "body.1.1")  # of the network that is visited
MODES = rows(
    "awake", PARTS, (), [n for n in PARTS if n != "norm"], ["norm", "body.1.0"], PARTS[:-1], PARTS[1:], ["net"]
)


def visited(
    look: Look, W: Tensor, n: int, awake: Collection[str], enabled: bool = True, broken: bool = False
) -> dict[str, Any]:
    """The notes on a pass and the condition afterwards, of a network with hooks, gradients and a frozen parameter.

    W: its square weight. n: rows of its input. awake: the parts that are in training mode, as in the cases ``MODES``.
    enabled: whether gradients are on. broken: whether its last layer raises an ``ArithmeticError``, which is noted.
    """
    layer, other = (nn.Linear(len(W), len(W), bias=False) for _layer in range(2))
    last = nn.Sequential(nn.Dropout(), Broken() if broken else other)
    norm, watch = nn.BatchNorm1d(len(W)), Watch()
    net = Wired("norm body", {"norm": norm, "body": nn.Sequential(layer, last)}, watch)
    for name, module in net.named_modules():
        module.training = (name or "net") in awake
    layer.weight.data, other.weight.data = W.clone(), W.clone()
    layer.weight.grad = 2 * torch.ones_like(W)
    norm.bias.requires_grad_(False)
    layer.register_forward_hook(lambda layer, inputs, output: None)
    net.register_forward_pre_hook(lambda net, inputs: None)
    with torch.set_grad_enabled(enabled):
        raised = error_of(ArithmeticError, look, net, (n, len(W)))
        return {**watch.notes(), "raises": raised, **condition(net)}


def visited_in_vain(look: Look, W: Tensor, n: int, awake: Collection[str]) -> dict[str, Any]:
    """What becomes of an exception of the pass, and whether modes and hooks are as after a pass that raises none."""
    well, ill = (visited(look, W, n, awake, broken=broken) for broken in (False, True))
    same = {
        f"{name} as where all goes well": well[name] == ill[name]
        for name in well
        if name.startswith(("modes", "hooks", "forward"))
    }
    return {"features that reached it": ill["features that reached it"], "raises": ill["raises"], **same}
