"""What is seen of the calls of an entry point: the kinds of its arguments, and its results.

This file stands alone, since its text becomes part of mutants (see ``faults``).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import torch

# What watches a call: it is told the kinds of the arguments, these by name, and the result, and gives the result.
Watch = Callable[[list[str], dict[str, Any], Any], Any]


def watched(entry: Callable[..., Any], watch: Watch) -> Callable[..., Any]:
    """The entry point, each of whose calls is watched; where it makes a module, each call of that."""
    signature = inspect.signature(entry)

    def call(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs).arguments
        made = entry(*args, **kwargs)
        said = [kind for name in signature.parameters for kind in kinds(name, given)]
        if not isinstance(made, torch.nn.Module):
            return watch(said, given, made)

        def forward(net: torch.nn.Module, args: Any, kwargs: Any, result: Any) -> Any:
            given = inspect.signature(net.forward).bind(*args, **kwargs).arguments
            mode = "it is in training" if net.training else "it is in evaluation"
            return watch([*said, mode, *(kind for name in given for kind in kinds(name, given))], given, result)

        made.register_forward_hook(forward, with_kwargs=True)
        return made

    return call


def kinds(name: str, given: dict[str, Any]) -> Iterator[str]:
    """What may decide which branch of a function an argument takes, as statements of it."""
    if name not in given:
        yield f"{name} is left out"
        return
    value = given[name]
    if isinstance(value, torch.Tensor):
        yield f"{name} has {value.dim()} axes"
        if 1 in value.shape:
            yield f"{name} has an axis of size 1"
        if not value.is_contiguous():
            yield f"{name} is not contiguous"
    elif value is None or isinstance(value, bool | str):
        yield f"{name} is {value!r}"
    elif isinstance(value, int | float):
        yield f"{name} is a number"
        yield f"{name} is {value if value in (0, 1) else _span(value)}"
    elif isinstance(value, list | tuple | dict):
        yield f"{name} is {'a' if value else 'an empty'} {type(value).__name__}"


def _span(value: float) -> str:
    return "negative" if value < 0 else "between 0 and 1" if value < 1 else "more than 1"
