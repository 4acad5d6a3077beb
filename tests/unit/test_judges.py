"""Judges: type, shape, dtype, finiteness, value, in this order, each with a sentence that names it."""

from __future__ import annotations

import math

import pytest
import torch

from autograder.spec.judges import By, Close, Mistake, OneOf, SameTypes, Statistic, Threshold, Want, same_value
from autograder.spec.values import Opaque, to_dtype

X = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def want(value, dtype=torch.float32, **more):
    exact = to_dtype(value, torch.float64)
    return Want(value=value, exact=exact, spread=[exact], dtype=dtype, **more)


@pytest.mark.parametrize(
    ("got", "says"),
    [
        (None, "is a return missing"),
        (X.tolist(), "got a list of 2 items"),
        (Opaque("numpy.ndarray"), "numpy.ndarray"),
        (X.T, "last two axes are swapped"),
        (X[0], "the number of axes is 1, not 2"),
        (X.reshape(3, 2, 1)[..., 0], "shape"),
        (X.double(), "expected dtype float32, got float64"),
        (X.long(), "int64"),
        (torch.full_like(X, math.nan), "got nan"),
        (torch.full_like(X, math.inf), "got inf"),
        (X + 1e-3, "6 of 6 elements differ"),
    ],
)
def test_what_is_wrong_with_a_tensor(got, says):
    mistake = Close().verdict(got, want(X), {})
    assert mistake is not None
    assert says in mistake.message


def test_axes_are_called_swapped_where_the_values_say_so():
    assert "swapped" not in Close().verdict(X.reshape(3, 2), want(X), {}).message
    assert "swapped" in Close().verdict(X.T + 1e-7, want(X), {}).message


def test_a_return_is_missing_only_where_nothing_came():
    assert "return" in Close().verdict(None, want({"a": X}), {}).message
    assert "return" not in Close().verdict({"a": None}, want({"a": X}), {}).message


def test_rounding_is_forgiven_and_nothing_else():
    assert Close().verdict(X * (1 + 1e-7), want(X), {}) is None
    assert Close().verdict(X.double() * (1 + 1e-7), want(X.double(), torch.float64), {}) is not None
    one_off = X.clone()
    one_off[1, 2] += 1e-4
    assert "1 of 6" in Close().verdict(one_off, want(X), {}).message


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_stated_share_is_granted_to_each_element_in_every_dtype(dtype):
    value = torch.tensor([10.0, -1.0, 0.0, math.inf], dtype=dtype)
    judge = Close(relative=1e-3)
    assert judge.verdict(value * 1.0009, want(value, dtype), {}) is None
    assert judge.verdict(2.0 * 1.0009, want(2.0, dtype), {}) is None
    wrong = [value * 1.0011, value + torch.tensor([0, 0.0011, 0, 0]), value + torch.tensor([0, 0, 1e-2, 0])]
    wrong += [value.clamp(max=1e30), torch.full_like(value, math.nan)]
    for got in wrong:
        assert judge.verdict(got.to(dtype), want(value, dtype), {}) is not None
    assert judge.verdict(2.0 * 1.0011, want(2.0, dtype), {}) is not None
    assert Close().verdict(value * 1.0009, want(value, dtype), {}) is not None


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_stated_difference_is_granted_to_each_element_in_every_dtype(dtype):
    value, judge = torch.tensor([0.9, 0.0, 0.5], dtype=dtype), Close(within=0.01)
    for off, right in ((0.0099, True), (0.0102, False)):
        for sign in (1, -1):
            assert (judge.verdict(value + sign * off, want(value, dtype), {}) is None) is right
        assert (judge.verdict(0.5 + off, want(0.5, dtype), {}) is None) is right
    assert judge.verdict(torch.full_like(value, math.nan), want(value, dtype), {}) is not None


def test_what_is_made_of_a_result_has_no_more_digits_than_it():
    judge = Close(of=lambda got: got.double() / 3)
    assert judge.verdict(X * (1 + 1e-7), want(X), {}) is None
    assert judge.verdict(X * (1 + 1e-4), want(X), {}) is not None
    assert judge.verdict(X.double() * (1 + 1e-7), want(X.double(), torch.float64), {}) is not None


def test_what_is_0_may_be_given_a_scale():
    left, off = torch.full((2,), 1e-7), torch.full((2,), 1e-4)
    assert Close().verdict(left, want(torch.zeros(2)), {}) is not None
    assert Close(scale=1).verdict(left, want(torch.zeros(2)), {}) is None
    assert Close(scale=1).verdict(off, want(torch.zeros(2)), {}) is not None


def test_nan_is_never_a_wildcard():
    with_nan = X.clone()
    with_nan[0, 0] = math.nan
    assert Close().verdict(with_nan, want(X), {}) is not None
    assert Close().verdict(X, want(with_nan), {}) is not None
    assert Close().verdict(with_nan, want(with_nan), {}) is None
    infinite = torch.tensor([1.0, math.inf, -math.inf])
    assert Close().verdict(infinite, want(infinite), {}) is None
    assert Close().verdict(-infinite, want(infinite), {}) is not None


@pytest.mark.parametrize(
    ("got", "value", "right"),
    [
        (1, 1, True),
        (True, 1, False),
        (1.0, 1, False),
        (1, 1.0, False),
        (torch.tensor(1.0), 1.0, False),
        ("a", "a", True),
        ([1, 2], [1, 2], True),
        ([1, 2], (1, 2), False),
        ([1, 2, 3], [1, 2], False),
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {"b": 1}, False),
        ([([1, 2], -0.5)], [([1, 2], -0.5)], True),
        ([([1, 2], -0.5001)], [([1, 2], -0.5)], False),
        ([([1, 3], -0.5)], [([1, 2], -0.5)], False),
        (math.nan, 0.5, False),
        (math.nan, math.nan, True),
    ],
)
def test_plain_values(got, value, right):
    assert (Close().verdict(got, want(value), {}) is None) is right


def test_axes_are_named():
    mistake = Close().verdict(
        torch.zeros(4, 6, 2),
        want(torch.zeros(4, 2, 6), sizes={"batch": 4, "q": 2, "k": 6}, axes=("batch", "q", "k")),
        {},
    )
    assert (
        "expected shape (batch 4, q 2, k 6), got (batch 4, k 6, q 2): the last two axes are swapped" in mistake.message
    )


def test_missing_gradients_are_named():
    reference = {"gradient of X": X}
    mistake = Close().verdict({"gradient of X": None}, want(reference), {})
    assert "no gradient arrives at X" in mistake.message
    mistake = Close().verdict({"gradient of parameter 0": None}, want({"gradient of parameter 0": X}), {})
    assert "requires_grad is False" in mistake.message


def test_statistics_allow_six_deviations():
    judge = Statistic(share=lambda p, n: (p, math.sqrt(p * (1 - p) / n)))
    inputs = {"p": 0.3, "n": 10_000}
    expected = want({"share": 0.299, "rows": 2})
    deviation = math.sqrt(0.3 * 0.7 / 10_000)
    assert judge.verdict({"share": 0.3 + 5.9 * deviation, "rows": 2}, expected, inputs) is None
    assert "about 0.3" in judge.verdict({"share": 0.3 + 6.1 * deviation, "rows": 2}, expected, inputs).message
    assert judge.verdict({"share": 0.3, "rows": 3}, expected, inputs) is not None
    assert judge.verdict({"share": math.nan, "rows": 2}, expected, inputs) is not None
    assert judge.same({"share": 0.7, "rows": 2}, {"share": 0.702, "rows": 2}, expected, inputs)
    assert not judge.same({"share": 0.7, "rows": 2}, {"share": 0.45, "rows": 2}, expected, inputs)


def test_a_judge_of_the_authors():
    judge = By(lambda got, limit: Mistake("too large", code="large") if got > limit else None)
    assert judge.verdict(2, want(1), {"limit": 3}) is None
    assert judge.verdict(4, want(1), {"limit": 3}).message == "too large"
    assert "expected a Python int" in judge.verdict("4", want(1), {"limit": 3}).message
    assert judge.same(4, 5, want(1), {"limit": 3})


def test_any_of_several_answers_is_right():
    judge = OneOf(lambda want, sizes, n: (want, want + sizes["out"] + n))
    expected = want(6, sizes={"out": 3})
    assert judge.verdict(6, expected, {"n": 1}) is None
    assert judge.verdict(10, expected, {"n": 1}) is None
    assert judge.verdict(9, expected, {"n": 1}).message == "expected 6, got 9"
    assert "expected a Python int" in judge.verdict(6.0, expected, {"n": 1}).message
    assert judge.same(9, 9, expected, {"n": 1})
    assert not judge.same(9, 8, expected, {"n": 1})


@pytest.mark.parametrize(
    ("got", "right"),
    [
        ([([7, 8], 1.5)], True),
        ([([7, 8], 1)], False),
        ([[[7, 8], 1.5]], False),
        ([([7, torch.tensor(8)], 1.5)], False),
        ([([7], 1.5)], False),
        ([([7, 8], math.nan)], True),
    ],
)
def test_types_are_judged_and_numbers_are_not(got, right):
    expected = want([([1, 2], 0.5)])
    mistake = SameTypes().verdict(got, expected, {})
    assert (mistake is None) == right
    assert SameTypes().same(got, got, expected, {}) != right


def test_a_statistic_knows_what_the_reference_returned():
    judge = Statistic(of=lambda got: {"mean": got.mean().item()}, mean=lambda want, p: (p, 1 / len(want)))
    expected = want(torch.zeros(100))
    assert judge.verdict(torch.full((100,), 0.55), expected, {"p": 0.5}) is None
    assert "mean: expected about 0.5" in judge.verdict(torch.full((100,), 0.57), expected, {"p": 0.5}).message
    assert judge.same(torch.full((100,), 0.9), torch.full((100,), 0.92), expected, {"p": 0.5})


def test_thresholds_tell_not_learning_from_too_little():
    def accuracy(got, labels):
        return (got["predictions"] == labels).double().mean().item()

    judge = Threshold(accuracy, chance=0.1)
    labels = torch.arange(100) % 10
    inputs = {"labels": labels}
    value = {"predictions": labels, "losses": [1.0]}
    calibrated = want(value, calibration={"threshold": 0.8, "typical": 0.9})
    assert judge.verdict(value, calibrated, inputs) is None
    weak = {"predictions": torch.where(torch.arange(100) < 60, labels, -1), "losses": [1.0]}
    assert "not enough" in judge.verdict(weak, calibrated, inputs).message
    constant = {"predictions": torch.zeros_like(labels), "losses": [2.3]}
    assert "nothing was learned" in judge.verdict(constant, calibrated, inputs).message
    with pytest.raises(LookupError):
        judge.verdict(value, want(value), inputs)


def test_same_value_sees_differences_that_matter():
    assert same_value([X, 1.0, "a"], [X * (1 + 1e-6), 1.0 + 1e-9, "a"])
    assert not same_value([X], [X * 1.01])
    assert not same_value(X, X.double())
    assert same_value(math.nan, math.nan)


def test_what_is_known_beforehand_is_measured_by_the_judge():
    def share(got, p):
        if got.all():
            raise Mistake("all of them")
        return {"share": got.double().mean().item()}

    judge = Statistic(of=share, share=lambda p, n: (p, math.sqrt(p * (1 - p) / n)))
    zeros = torch.tensor([True, False] * 50)
    wanted = Want(zeros, zeros, [], torch.float32)
    inputs = {"p": 0.5, "n": 10_000}
    assert judge.verdict(zeros.flip(0), wanted, inputs) is None
    assert "share" in judge.verdict(torch.arange(100) == 0, wanted, inputs).message
    assert judge.verdict(torch.ones(100, dtype=torch.bool), wanted, inputs).message == "all of them"
    # A claim of the number itself is a result of another type.
    assert judge.verdict({"share": 0.5}, wanted, inputs) is not None
    assert judge.same(torch.arange(100) < 3, torch.arange(100) > 95, wanted, inputs)
    assert not judge.same(torch.arange(100) < 3, torch.arange(100) < 60, wanted, inputs)
    assert not judge.same(torch.arange(100) < 3, {"share": 0.03}, wanted, inputs)
