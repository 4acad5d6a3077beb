"""Inputs of a check: declared by named dimensions, drawn by the grader from a seed.

A declaration is a plain value, an ``Input``, or a dict, list or tuple of these. Dimensions are names;
each name stands for one size in the whole check, and the sizes of a case are pairwise different, so
that a swapped axis shows. Floating values are rounded to two decimals: they can be read, and typed again.
"""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import torch
from torch import Tensor

Dim = str | int
Sizes = Mapping[str, int]
Size = tuple[int, int] | str  # the smallest and the largest, or a formula of other sizes


class _LeftOut:
    def __repr__(self) -> str:
        return "LEFT_OUT"


LEFT_OUT = _LeftOut()  # the value of an argument that a call leaves to its default

DEFAULT = range(2, 8)  # sizes of a dimension of which nothing is said
DECIMALS = 2
OFF_GRID = 0.00005  # half the step of products of two rounded values


@dataclass(frozen=True)
class Draw:
    """What an input is drawn with: the generator, the sizes of the dimensions, the floating dtype, the device.

    data: the data set that is asked for; none: whichever serves the device best.
    """

    generator: torch.Generator
    sizes: Sizes
    dtype: torch.dtype
    device: str = "cpu"
    data: str = ""

    def size(self, dim: Dim) -> int:
        return dim if isinstance(dim, int) else self.sizes[dim]

    def shape(self, dims: Iterable[Dim]) -> tuple[int, ...]:
        return tuple(self.size(dim) for dim in dims)


@dataclass(frozen=True)
class Input:
    """One declared input: its dimensions and the function that draws it. own_dtype: it has a floating dtype of its own,
    whatever the case's is."""

    dims: tuple[Dim, ...]
    draw: Callable[[Draw], Any]
    secret: bool = False
    own_dtype: bool = False
    extra_dims: tuple[str, ...] = field(default=())

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dim for dim in (*self.dims, *self.extra_dims) if isinstance(dim, str))


def _rounded(values: Tensor) -> Tensor:
    return torch.round(values, decimals=DECIMALS) + 0.0  # + 0.0: no negative zeros in messages


def normal(*dims: Dim, mean: float = 0.0, std: float = 1.0, shift: float = 0.0, away: float = 0.0) -> Input:
    """Floating values from N(mean, std^2), each moved so far away from 0, rounded to two decimals, then shifted.

    Sums of products of rounded values are now and then exactly 0, where a ReLU has no derivative. A bias shifted by
    ``OFF_GRID`` keeps them off.
    """

    def draw(d: Draw) -> Tensor:
        values = torch.randn(d.shape(dims), generator=d.generator, dtype=torch.float64)
        values = mean + std * values
        return (_rounded(values + away * values.sign()) + shift).to(d.dtype)

    return Input(dims, draw)


def uniform(*dims: Dim, low: float = 0.0, high: float = 1.0) -> Input:
    """Floating values, uniform in [low, high), rounded to two decimals."""

    def draw(d: Draw) -> Tensor:
        values = torch.rand(d.shape(dims), generator=d.generator, dtype=torch.float64)
        return _rounded(low + (high - low) * values).to(d.dtype)

    return Input(dims, draw)


def distinct(*dims: Dim, low: float = -3.0, high: float = 3.0) -> Input:
    """Floating values that all differ (evenly spaced, shuffled): no ties for max, sort or argmax."""

    def draw(d: Draw) -> Tensor:
        shape = d.shape(dims)
        count = int(torch.Size(shape).numel())
        values = torch.linspace(low, high, max(count, 2), dtype=torch.float64)[:count]
        return values[torch.randperm(count, generator=d.generator)].reshape(shape).to(d.dtype)

    return Input(dims, draw)


def integers(*dims: Dim, low: int = 0, high: Dim) -> Input:
    """int64 values in [low, high); ``high`` may name a dimension (labels below the number of classes)."""

    def draw(d: Draw) -> Tensor:
        return torch.randint(low, d.size(high), d.shape(dims), generator=d.generator)

    return Input(dims, draw, extra_dims=(high,) if isinstance(high, str) else ())


def size(dim: str) -> Input:
    """The size of a named dimension, as a Python int."""
    return Input((), lambda d: d.size(dim), extra_dims=(dim,))


def whole(low: int, high: int) -> Input:
    """A Python int in [low, high]."""
    return Input((), lambda d: int(torch.randint(low, high + 1, (), generator=d.generator)))


def lengths(*dims: Dim, of: str, low: int = 1, beyond: int = 0, among: Sequence[Dim] = ()) -> Input:
    """int64 lengths of sequences of up to ``of`` places: from ``low`` to one short of all.

    among: lengths that are there at least once, at random places; below 0, that many short of all places; the name of a
    dimension stands for its size. beyond: draws lengths from ``of`` to that many more instead.
    """

    def draw(d: Draw) -> Tensor:
        places = d.size(of)
        first, last = (places, places + beyond) if beyond else (low, max(places - 1, low))
        found = torch.randint(first, last + 1, d.shape(dims), generator=d.generator)
        order = torch.randperm(found.numel(), generator=d.generator).tolist()
        for place, length in zip(order, among, strict=False):
            wanted = d.size(length)
            found.view(-1)[place] = wanted if wanted >= 0 else max(places + wanted, low)
        return found

    return Input(dims, draw, extra_dims=(of,))


def filled(value: float, *dims: Dim) -> Input:
    """Floating values, all equal to ``value``."""
    return Input(dims, lambda d: torch.full(d.shape(dims), value, dtype=d.dtype))


def tensor(values: Any, dtype: torch.dtype | None = None) -> Input:
    """The given values as a tensor: floating ones in the dtype of the case, or in ``dtype``."""

    def draw(d: Draw) -> Tensor:
        made = torch.as_tensor(values)
        if dtype is not None:
            return made.to(dtype)
        return made.to(d.dtype) if made.is_floating_point() else made.clone()

    return Input((), draw, own_dtype=dtype is not None and dtype.is_floating_point)


def drawn(function: Callable[[Draw], Any], *dims: Dim) -> Input:
    """Anything else: ``function`` gets a ``Draw`` and returns tensors or plain values."""
    return Input(dims, function)


def secret(declared: Input) -> Input:
    """The same input for the judge's eyes alone: it is never sent to where student code runs."""
    return replace(declared, secret=True)


def declared_inputs(declaration: Any) -> list[Input]:
    """All inputs inside a declaration, in order."""
    if isinstance(declaration, Input):
        return [declaration]
    if isinstance(declaration, Mapping):
        declaration = declaration.values()
    elif not isinstance(declaration, list | tuple):
        return []
    return [found for part in declaration for found in declared_inputs(part)]


def draw_value(declaration: Any, draw: Draw) -> Any:
    """Replaces every input inside a declaration by its value."""
    if isinstance(declaration, Input):
        return declaration.draw(draw)
    if isinstance(declaration, Mapping):
        return {key: draw_value(part, draw) for key, part in declaration.items()}
    if isinstance(declaration, list | tuple):
        return type(declaration)(draw_value(part, draw) for part in declaration)
    return declaration


def _allows(constraint: Callable[..., bool], sizes: Sizes) -> bool:
    """Asks the constraint, which names the dimensions it is about; one that lacks some of them holds."""
    about = inspect.signature(constraint).parameters
    return not about.keys() <= sizes.keys() or constraint(**{name: sizes[name] for name in about})


ATTEMPTS = 1000
SOME = 50


def draw_sizes(
    names: Iterable[str],
    ranges: Mapping[str, Size],
    fixed: Mapping[str, int],
    constraint: Callable[..., bool] | None,
    rng: random.Random,
) -> dict[str, int]:
    """Sizes for all names: fixed ones as given, the others from their range, pairwise different.

    A name whose range is a formula of others (``"height - kernel + 1"``) gets what that gives, at least 1 and different
    too. Where sizes are fixed, formulas and constraint are met if that can be done. Raises ValueError when no such
    choice is found: the ranges are too narrow.
    """
    formulas = {name: _formula(text) for name, text in ranges.items() if isinstance(text, str)}
    spans = {name: range(span[0], span[1] + 1) for name, span in ranges.items() if not isinstance(span, str)}
    free = [name for name in dict.fromkeys(names) if name not in fixed and name not in formulas]
    for attempt in range(ATTEMPTS):
        sizes = dict(fixed)
        for name in free:
            choices = [n for n in spans.get(name, DEFAULT) if n not in sizes.values()]
            if not choices:
                break
            sizes[name] = rng.choice(choices)
        else:
            derived = {n: f(sizes) for n, f in formulas.items() if f.needs <= sizes.keys() and n not in fixed}
            others = [*(sizes[name] for name in free), *derived.values()]
            apart = len(set(others)) == len(others) and not set(derived.values()) & set(fixed.values())
            met = apart and all(n >= 1 for n in derived.values())
            met = met and (constraint is None or _allows(constraint, sizes))
            if met or (fixed and attempt >= SOME):
                return sizes | derived
    raise ValueError(f"no pairwise different sizes for {', '.join(free)}: widen their ranges")


class _Formula:
    """The size of a dimension as a formula of other sizes. needs: their names."""

    def __init__(self, text: str) -> None:
        self._code = compile(text, "sizes", "eval")
        self.needs = frozenset(self._code.co_names)

    def __call__(self, sizes: Sizes) -> int:
        return int(eval(self._code, {"__builtins__": {}}, dict(sizes)))


_formula = cache(_Formula)
