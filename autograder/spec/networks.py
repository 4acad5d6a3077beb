"""What the checks of networks are written with: weights to load, layers one by one, and two judges.

Nothing here knows how a student's network is built or what its parts are called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import partial
from itertools import zip_longest
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from autograder.messages import N_, _
from autograder.spec.errors import Unfit
from autograder.spec.inputs import Draw, Input, drawn
from autograder.spec.judges import By, Mistake
from autograder.spec.tools import parameters_of
from autograder.spec.values import map_tensors, tensors


def xavier(shapes: Sequence[Sequence[int]], gain: float = 1.0, bias: float = 0.1) -> Input:
    """Weights of these shapes from N(0, gain^2 * 2 / (fan in + fan out)), each followed by biases of that deviation."""

    def draw(d: Draw) -> list[Tensor]:
        found = []
        for out, *rest in shapes:
            field = torch.Size(rest[1:]).numel()
            std = gain * (2 / (field * (out + rest[0]))) ** 0.5
            found.append(std * torch.randn(out, *rest, generator=d.generator, dtype=torch.float64))
            found.append(bias * torch.randn(out, generator=d.generator, dtype=torch.float64))
        return [weight.to(d.dtype) for weight in found]

    return drawn(draw)


def shapes_of(net: nn.Module) -> list[list[int]]:
    """The shapes of a network's parameters, in order, for ``right_shapes`` to judge."""
    return [list(parameter.shape) for parameter in parameters_of(net)]


def right_shapes(names: Sequence[str]) -> By:
    """A judge of ``shapes_of`` a network whose layers, so named, have a weight and a bias each."""

    def judge(got: list[list[int]], want: list[list[int]]) -> Mistake | None:
        for place, (mine, right) in enumerate(zip_longest(got, want)):
            if right is None:
                text = _("there should be {expected} parameters, but there are {got}")
                return Mistake(text.format(expected=len(want), got=len(got)), code=f"{len(got)} parameters")
            if mine != right:
                text = _("parameter {place} should be the {kind} of {layer}, of shape {expected}, but {got}")
                kind = _("bias") if place % 2 else _("weight")
                there = _("has the shape {shape}").format(shape=mine) if mine is not None else _("there is none")
                values = {"place": place, "kind": kind, "layer": names[place // 2], "expected": right, "got": there}
                return Mistake(text.format(**values), code=f"parameters {got}")
        return None

    return By(judge)


def same_twice() -> By:
    """A judge of a dict of two results for the same images, named by when they came: they agree, and different images
    have different results. What is right is another check's matter."""

    def judge(got: Mapping[str, Tensor]) -> Mistake | None:
        (when, first), (then, second) = got.items()
        if len(first) > 1 and torch.allclose(first[0], first[1]):
            return Mistake(_("{when}, all images have the same result").format(when=when), code="constant")
        if not torch.allclose(first.double(), second.double(), rtol=1e-4, atol=1e-4):
            text = _("{when} and {then}, the same images have different results")
            return Mistake(text.format(when=when, then=then), code="different")
        return None

    return By(judge)


class Layers(TorchFunctionMode):
    """Sends ``into[0]`` through a network whose layers, those with a weight of two axes or more, are to be ``names``.

    At each of them, known by its weight, the signal is taken out and replaced by a given one, so that what is wrong in
    one layer, or between two, shows there and nowhere else: each layer computes on its tensor of ``into``, whatever
    reaches it, and gives on its tensor of ``out`` instead of what it makes. Padding before a layer, by ``F.pad``, is a
    part of it. Afterwards ``around(k)`` says what layer k makes of ``into[k]``, and what reaches the next layer, or is
    returned in the end, when it gives ``out[k]``; ``after(k)`` says the latter alone, with k = -1 what reaches the
    first layer. For what never came about they raise ``Unfit``, which names the layer, or what stopped the network. A
    layer that is not asked about computes nothing, so that in a large network only one needs weights that are there
    (``hollow``).

    Layers come in the order in which they are called. Where that is free, as for paths side by side, or where one that
    is missing should not cost the others, give the ``shapes`` of the weights: each layer is then known by the place of
    its weight among the parameters, or by its shape where there are others. ``made(k)`` says what layer k makes, and
    ``reaching(k)`` what reaches it, with k = len(names) what is returned.
    """

    def __init__(
        self,
        net: nn.Module,
        names: Sequence[str],
        into: Sequence[Tensor],
        out: Sequence[Tensor],
        shapes: Sequence[Sequence[int]] = (),
    ) -> None:
        super().__init__()
        self.names, self.into, self.out = names, into, out
        weights = [p for p in net.parameters() if p.dim() > 1]
        self._places = _places([list(p.shape) for p in weights], [*map(list, shapes)])
        self._weights = {_memory(p): i for i, p in enumerate(weights)}
        self._in_order = not shapes
        self._calls = 0
        self._padded: list[tuple[Any, Any, Any]] = []  # what F.pad made, and its arguments
        self._reached: dict[int, Any] = {}
        self._made: dict[int, Callable[[], Any]] = {}  # what each layer makes, if it is asked
        self._stopped: Exception | None = None
        try:
            with self:
                result = net(into[0].clone())
        except Exception as error:
            self._stopped = error
        else:
            self._reached[self._calls if self._in_order else len(names)] = result

    def __torch_function__(self, function: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None) -> Any:
        arguments = (args, kwargs or {})
        if function is F.pad:
            self._padded.append((function(*args, **(kwargs or {})), *arguments))
            return self._padded[-1][0]
        weighty = [(t, self._weights.get(_memory(t))) for _path, t in tensors(arguments) if t.dim() > 1]
        signals = [t for t, weight in weighty if weight is None and t.is_floating_point()]
        held = [weight for _t, weight in weighty if weight is not None]
        k = self._calls if self._in_order else self._places.get(held[0], len(self.names)) if held else 0
        if len(signals) != 1 or not held or k == len(self.names):
            return function(*args, **(kwargs or {}))
        self._calls += 1
        given, reached = self.into[k], signals[0]
        for padded, (before, amount), named in self._padded:
            if padded is signals[0]:
                given, reached = F.pad(given, amount, **named), before
        self._reached.setdefault(k, reached)
        positional, named = map_tensors(arguments, lambda t: given if t is signals[0] else t)
        self._made.setdefault(k, partial(_called, torch.is_grad_enabled(), function, positional, named))
        return self.out[k].clone()  # an activation may work in place

    def made(self, k: int) -> Any:
        self._there(k, self._made)
        try:
            return self._made[k]()
        except Exception as error:
            text = N_("{layer} cannot take an input of shape {shape}: {error}")
            said = str(error).partition("\n")[0]
            raise Unfit(text, layer=self.names[k], shape=list(self.into[k].shape), error=said) from None

    def reaching(self, k: int) -> Any:
        self._there(k, self._reached)
        return self._reached[k]

    def after(self, k: int) -> Any:
        if k >= 0 and self._in_order:
            self._there(k, self._made)
        return self.reaching(k + 1)

    def around(self, k: int) -> dict[str, Any]:
        reached = self.after(k)
        following = f"what reaches {self.names[k + 1]}" if k + 1 < len(self.names) else "what the network returns"
        return {f"what {self.names[k]} makes": self.made(k), following: reached}

    def _there(self, k: int, found: Mapping[int, Any]) -> None:
        """Raises where nothing came to layer k, or to the end."""
        if k in found:
            return
        if self._stopped is not None:
            raise self._stopped
        if self._in_order:
            text = N_("there is no {layer}: only {got} layers with a weight were found")
            raise Unfit(text, layer=self.names[k].removeprefix("the "), got=self._calls)
        raise Unfit(N_("there is no {layer}, or nothing reaches it"), layer=self.names[k].removeprefix("the "))


def _called(gradients: bool, function: Callable[..., Any], positional: Sequence[Any], named: Mapping[str, Any]) -> Any:
    with torch.set_grad_enabled(gradients):
        return function(*positional, **named)


def _places(got: Sequence[list[int]], want: Sequence[list[int]]) -> dict[int, int]:
    """For weights of these shapes, by their places, which of those that are wanted they are. Where kernels have the
    same sizes, it is that of the same place. Else it is one of the same shape, in runs as long as possible, and then
    the next that is left: any, or where there are more or fewer than are wanted, one with a kernel of the same size."""
    if [shape[2:] for shape in got] == [shape[2:] for shape in want]:
        return {i: i for i in range(len(got))}
    runs = SequenceMatcher(None, [*map(tuple, got)], [*map(tuple, want)], autojunk=False).get_matching_blocks()
    found = {run.a + i: run.b + i for run in runs for i in range(run.size)}

    def take(fits: Callable[[list[int], list[int]], bool]) -> None:
        for i, shape in enumerate(got):
            left = (k for k in range(len(want)) if k not in found.values() and fits(shape, want[k]))
            if i not in found and (k := next(left, None)) is not None:
                found[i] = k

    take(lambda mine, right: mine == right)
    take(lambda mine, right: len(got) == len(want) or mine[2:] == right[2:])
    return found


def hollow(net: nn.Module, like: Tensor) -> nn.Module:
    """Puts a parameter of zeros that takes no memory, with the dtype and the device of ``like``, into the place of each
    one, so that a large network costs nothing but for what is loaded into it afterwards: such a parameter takes the
    very tensor that ``load_parameters`` gives it."""
    made: dict[nn.Parameter, nn.Parameter] = {}  # one in two places stays one
    for part in net.modules():
        for name, parameter in part._parameters.items():
            if parameter is not None and parameter not in made:
                made[parameter] = nn.Parameter(
                    like.new_zeros(()).expand(parameter.shape), requires_grad=parameter.requires_grad
                )
            if parameter is not None:
                part._parameters[name] = made[parameter]
    return net


def _memory(t: Tensor) -> int:
    """Where a tensor lies: a weight is known by it in a view of it too, such as its transpose."""
    return t.untyped_storage().data_ptr()
