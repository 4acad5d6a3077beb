"""Walking through what inputs and results are made of: tensors in dicts, lists and tuples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

GRADIENT = "gradient of "  # how the paths of gradients begin


class Opaque:
    """Stands for a value that cannot travel: only the name of its type is known."""

    def __init__(self, type_name: str, text: str = "") -> None:
        self.type_name = type_name
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Opaque) and other.type_name == self.type_name

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{self.type_name}>"


def map_tensors(value: Any, function: Callable[[Tensor], Any]) -> Any:
    """A copy of the value with every tensor replaced by ``function(tensor)``, in plain lists and tuples."""
    if isinstance(value, Tensor):
        return function(value)
    if isinstance(value, dict):
        return {key: map_tensors(item, function) for key, item in value.items()}
    if isinstance(value, list | tuple):
        items = [map_tensors(item, function) for item in value]
        return items if isinstance(value, list) else tuple(items)  # a named tuple takes no list
    return value


def tensors(value: Any, path: str = "") -> Iterator[tuple[str, Tensor]]:
    """Every tensor inside a value with its path, such as ``params['W_xz']``."""
    if isinstance(value, Tensor):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from tensors(item, f"{path}[{key!r}]")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from tensors(item, f"{path}[{index}]")


def to_dtype(value: Any, dtype: torch.dtype) -> Any:
    """A copy in which every floating tensor has the given dtype."""
    return map_tensors(value, lambda t: t.to(dtype) if t.is_floating_point() else t)
