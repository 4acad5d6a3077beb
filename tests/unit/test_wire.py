"""The wire format: everything that may travel comes back the same, everything else is refused."""

from __future__ import annotations

import json
import math
import random
import struct

import numpy as np
import pytest
import torch

from autograder.runner.wire import DTYPES, HEADER, WireError, decode, encode
from autograder.spec.values import Opaque


def payload(tree, blob=b""):
    header = json.dumps(tree).encode()
    return HEADER.pack(len(header)) + header + blob


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -(2**70),
        1.5,
        "häß 中文",
        [],
        (),
        {},
        [1, (2.0, ["x", None]), {"a": {"b": (1,)}, 3: False}],
        math.inf,
    ],
)
def test_plain_values_come_back_the_same(value):
    back = decode(encode(value))
    assert back == value
    assert type(back) is type(value)


def test_nan_comes_back():
    assert math.isnan(decode(encode(math.nan)))


@pytest.mark.parametrize("name", DTYPES)
def test_tensors_of_every_dtype_come_back(name):
    tensor = torch.arange(12).reshape(3, 4).to(DTYPES[name])
    back = decode(encode({"t": tensor}))["t"]
    assert back.dtype == tensor.dtype
    assert torch.equal(back, tensor)


@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (1, 1, 1), (2, 3, 4, 5)])
def test_tensors_of_every_shape_come_back(shape):
    tensor = torch.randn(shape)
    assert torch.equal(decode(encode(tensor)), tensor)


def test_views_and_parameters_travel_as_their_values():
    tensor = torch.randn(4, 6)
    parameter = torch.nn.Parameter(tensor)
    for value in (
        tensor.T,
        tensor[::2, 1:],
        tensor[::4, ::6],
        tensor.expand(3, 4, 6),
        parameter,
        -tensor.to(torch.complex64).conj(),
    ):
        assert torch.equal(decode(encode(value)), value.detach().resolve_conj())


def test_what_cannot_travel_leaves_its_name():
    class Odd:
        pass

    assert decode(encode(torch.zeros(2, 2).to_sparse())).type_name == "torch.Tensor"
    assert decode(encode([Odd()]))[0].type_name.endswith("Odd")
    assert decode(encode({1.5: 0})) == Opaque("dict")
    deep: list = []
    for _ in range(100):
        deep = [deep]
    assert isinstance(decode(encode(deep)), list)


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"\x00",
        HEADER.pack(2**31) + b"{}",
        payload({"a": 1}),
        payload(["nonsense", 1]),
        payload(["T", "float32", [2]]),
        payload(["T", "float32", [-1]]),
        payload(["T", "float32", [2**60]]),
        payload(["T", "float32", [1.0]], b"0000"),
        payload(["T", "float32", [True]], b"0000"),
        payload(["T", "object", [1]], b"0000"),
        payload(["T", "float32", [1] * 99], b"0000"),
        payload(["d", ["a", 1], ["a", 2]]),
        payload(["d", [["l"], 1]]),
        payload(["d", 5]),
        payload([]),
        payload(1, b"left over"),
        struct.pack("<I", 200_000) + b"[" * 200_000,
        payload(["l", *[["l"]]]) + b"x",
    ],
)
def test_bad_frames_are_refused(bad):
    with pytest.raises(WireError):
        decode(bad)


def test_damaged_frames_never_do_anything_else():
    rng = random.Random(0)
    good = encode({"a": [torch.randn(3), 1.5, "x"], "b": (True, None)})
    refused = 0
    for _ in range(3000):
        broken = bytearray(good)
        for _ in range(rng.randint(1, 4)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        try:
            decode(bytes(broken[: rng.randint(0, len(broken))] if rng.random() < 0.3 else broken))
        except WireError:
            refused += 1
    assert 1000 < refused < 3000


def test_a_float_of_numpy_is_a_float():
    (value,) = decode(encode([np.float64(0.5)]))
    assert (type(value), value) == (float, 0.5)
