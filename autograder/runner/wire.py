"""The wire format between grader and runner: plain data and tensors, in frames that cannot carry code.

A frame is a u64 length and a payload; a payload is a u32 length, a JSON header and the tensors' raw bytes, in order.
In the header a list is ``["l", ...]``, a tuple ``["t", ...]``, a dict ``["d", [key, value], ...]``, a tensor
``["T", dtype, shape]``; None, bool, int, float and str stand for themselves; anything else becomes its type's name.
The decoder trusts nothing: it refuses what is not exactly this.
"""

from __future__ import annotations

import json
import math
import struct
from typing import Any

import torch
from torch import Tensor

from autograder.spec.values import Opaque

DTYPES = {
    str(d).removeprefix("torch."): d
    for d in (
        torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16,
        torch.int8, torch.uint8, torch.bool, torch.complex64, torch.complex128,
    )
}  # fmt: skip
FRAME = struct.Struct("<Q")
HEADER = struct.Struct("<I")
MAX_DEPTH = 40
MAX_AXES = 16
MAX_INT_BITS = 4096


class WireError(ValueError):
    """The bytes are not a frame of this format."""


def encode(value: Any) -> bytes:
    """The payload of a frame for a value; what cannot travel is replaced by an ``Opaque``."""
    blobs: list[bytes] = []
    header = json.dumps(_pack(value, blobs, 0), separators=(",", ":")).encode()
    return b"".join([HEADER.pack(len(header)), header, *blobs])


def decode(payload: bytes | memoryview) -> Any:
    """The value of a payload; its tensors are copies. Raises ``WireError``."""
    view = memoryview(payload)
    try:
        (length,) = HEADER.unpack_from(view)
        tree = json.loads(bytes(view[HEADER.size : HEADER.size + length]))
        value, end = _unpack(tree, view, HEADER.size + length, 0)
    except (struct.error, ValueError, TypeError, KeyError, RecursionError, RuntimeError) as error:
        raise WireError(str(error)) from None
    if end != len(view):
        raise WireError("bytes are left over")
    return value


def _pack(value: Any, blobs: list[bytes], depth: int) -> Any:
    if depth >= MAX_DEPTH:
        return ["?", "a value nested too deeply", ""]
    kind = type(value)
    if value is None or kind is bool or kind is float or kind is str:
        return value.encode("utf-8", "replace").decode() if kind is str else value
    if isinstance(value, float):  # numpy's float64 is one
        return float.__float__(value)
    if kind is int and value.bit_length() <= MAX_INT_BITS:
        return value
    if kind is list or isinstance(value, tuple):
        return ["l" if kind is list else "t", *(_pack(item, blobs, depth + 1) for item in value)]
    if isinstance(value, dict) and all(type(key) in (str, int) for key in value):
        return ["d", *([key, _pack(item, blobs, depth + 1)] for key, item in value.items())]
    if isinstance(value, Tensor) and _travels(value):
        plain = value.detach().cpu().resolve_conj().resolve_neg().as_subclass(Tensor)
        plain = plain.clone(memory_format=torch.contiguous_format)  # strides of axes of size 1 may be anything
        blobs.append(plain.reshape(-1).view(torch.uint8).numpy().tobytes() if plain.numel() else b"")
        return ["T", str(plain.dtype).removeprefix("torch."), list(plain.shape)]
    if isinstance(value, Opaque):
        return ["?", value.type_name, value.text]
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return ["?", f"{module}{kind.__qualname__}", ""]


def _travels(value: Tensor) -> bool:
    name = str(value.dtype).removeprefix("torch.")
    return name in DTYPES and value.layout is torch.strided and value.device.type != "meta"


def _unpack(tree: Any, view: memoryview, at: int, depth: int) -> tuple[Any, int]:
    if depth > MAX_DEPTH:
        raise WireError("nested too deeply")
    if not isinstance(tree, list):
        if isinstance(tree, dict):
            raise WireError("an untagged object")
        if isinstance(tree, str):
            tree.encode()  # raises where half a character could never be written down
        return tree, at
    tag, *items = tree
    if tag in ("l", "t"):
        values = []
        for item in items:
            value, at = _unpack(item, view, at, depth + 1)
            values.append(value)
        return (values if tag == "l" else tuple(values)), at
    if tag == "d":
        mapping = {}
        for key, item in items:
            if type(key) not in (str, int) or key in mapping:
                raise WireError("a bad key")
            str(key).encode()
            mapping[key], at = _unpack(item, view, at, depth + 1)
        return mapping, at
    if tag == "T":
        name, shape = items
        if len(shape) > MAX_AXES or any(type(n) is not int or not 0 <= n < 2**40 for n in shape):
            raise WireError("a bad shape")
        dtype = DTYPES[name]
        size = math.prod(shape) * dtype.itemsize
        if at + size > len(view):
            raise WireError("a tensor is cut off")
        if size == 0:
            return torch.empty(shape, dtype=dtype), at
        return torch.frombuffer(bytearray(view[at : at + size]), dtype=dtype).reshape(shape), at + size
    if tag == "?":
        type_name, text = items
        type_name, text = str(type_name)[:200], str(text)[:200]
        (type_name + text).encode()
        return Opaque(type_name, text), at
    raise WireError("an unknown tag")
