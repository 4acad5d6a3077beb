"""What is seen beside student code: whether inputs changed, where results lie, whether they have a graph.

A student's file may put anything in the place of ``torch.equal``, of a tensor's methods or of Python's own functions.
So all that is used here was bound before such a file is loaded: the methods of the C class below ``torch.Tensor``, and
a copy of the built-in functions. Values are compared as bytes in memory, past every operator that could be replaced.
"""

from __future__ import annotations

import builtins
import ctypes
from collections.abc import Iterator
from typing import Any

import torch

# Functions look up what is built in where it was when they were made: here.
globals()["__builtins__"] = dict(vars(builtins))

_TENSOR = torch._C.TensorBase
_CHAR = ctypes.c_char
_data_ptr, _numel, _element_size = _TENSOR.data_ptr, _TENSOR.numel, _TENSOR.element_size
_is_contiguous, _contiguous, _cpu, _detach = _TENSOR.is_contiguous, _TENSOR.contiguous, _TENSOR.cpu, _TENSOR.detach
_shape, _dtype, _device, _requires_grad = (
    vars(_TENSOR)[name].__get__ for name in ("shape", "dtype", "device", "requires_grad")
)
_items = dict.items
_PLAIN = (int, float, bool, str, type(None))
_without_functions, _without_modes = torch._C.DisableTorchFunction, torch._C._DisableTorchDispatch

Seen = dict[str, tuple[Any, ...]]


def seen(inputs: dict[str, Any]) -> Seen:
    """What there is to see of every tensor, number and text in the inputs, by path, to be compared with what there is
    later."""
    with _without_functions():
        guard = _without_modes()
        found: Seen = {}
        for name, item in _items(inputs):
            for path, part in _parts(item, name):
                if isinstance(part, _TENSOR):
                    found[path] = (tuple(_shape(part)), _dtype(part), _content(part))
                elif type(part) in _PLAIN:
                    found[path] = (type(part), repr(part))
        del guard
    return found


def changed(before: Seen, inputs: dict[str, Any]) -> list[str]:
    """The paths at which the inputs are no longer what they were."""
    now = seen(inputs)
    return [path for path in {**before, **now} if path not in before or path not in now or before[path] != now[path]]


def has_tensors(value: Any) -> bool:
    """Whether there is a tensor in a value."""
    for _found in _tensors(value, ""):
        return True
    return False


def elsewhere(value: Any, home: str) -> list[str]:
    """The paths of the tensors in a result that lie on a device of another type."""
    with _without_functions():
        return [path or "result" for path, t in _tensors(value, "") if _device(t).type != home]


def has_graph(value: Any) -> bool:
    """Whether a tensor in a value asks for a gradient."""
    with _without_functions():
        for _path, t in _tensors(value, ""):
            if _requires_grad(t):
                return True
    return False


def _tensors(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """As ``values.tensors``."""
    for where, part in _parts(value, path):
        if isinstance(part, _TENSOR):
            yield where, part


def _parts(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Everything inside a value that holds nothing itself, with its path."""
    if isinstance(value, dict):
        for key, item in _items(value):
            yield from _parts(item, f"{path}[{key!r}]")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _parts(item, f"{path}[{index}]")
    else:
        yield path, value


def _content(t: Any) -> bytes:
    if _device(t).type != "cpu":
        t = _cpu(_detach(t))
    if not _is_contiguous(t):
        t = _contiguous(_detach(t))
    size = _numel(t) * _element_size(t)
    return bytes((_CHAR * size).from_address(_data_ptr(t))) if size else b""
