"""What the checks of functions are written with that send an input through any network, to look at its layers.

``Wired`` makes networks that call their parts otherwise than they hold them, ``Watch`` notes what passes through them,
and ``condition`` says what such a function has to leave as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules import module as hung

from autograder.messages import N_
from autograder.spec.errors import Unfit

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
