"""Inputs: the same for the same seed, others for another, sizes pairwise different, numbers that can be typed again."""

from __future__ import annotations

import random

import pytest
import torch

from autograder.spec import Exercise, distinct, integers, normal, secret
from autograder.spec.inputs import draw_sizes

exercise = Exercise(entry="f", sizes={"rows": (3, 9), "columns": (3, 9)})


@exercise.check(
    points=1,
    cases=[{}, {"rows": 3}],
    dtypes=["float32", "float64"],
    X=normal("rows", "columns"),
    y=integers("rows", high="columns"),
    z=distinct("rows"),
    hidden_labels=secret(integers("rows", high=2)),
    p=0.5,
)
def run(student, X, y, z, p):
    """a line"""
    return student.f(X, y, z, p)


check = exercise["run"]


def test_the_same_seed_gives_the_same_inputs():
    for case in check.cases:
        first, again = check.draw(case, "s")[0], check.draw(case, "s")[0]
        assert all(torch.equal(first[n], again[n]) for n in ("X", "y", "z"))
        other = check.draw(case, "t")[0]
        assert other["X"].shape != first["X"].shape or not torch.equal(other["X"], first["X"])


def test_sizes_are_pairwise_different_and_overridden_by_cases():
    for seed in range(50):
        inputs, sizes = check.draw(check.cases[0], str(seed))
        assert sizes["rows"] != sizes["columns"]
        assert inputs["X"].shape == (sizes["rows"], sizes["columns"])
        assert inputs["y"].max() < sizes["columns"]
        assert len(inputs["z"].unique()) == sizes["rows"]
        assert check.draw(check.cases[2], str(seed))[1]["rows"] == 3


def test_dtype_of_the_case():
    assert check.draw(check.cases[0], "s")[0]["X"].dtype is torch.float32
    assert check.draw(check.cases[1], "s")[0]["X"].dtype is torch.float64


def test_numbers_have_two_decimals():
    X = check.draw(check.cases[1], "s")[0]["X"]
    assert torch.equal(X, torch.tensor([[float(f"{v:.2f}") for v in row] for row in X.tolist()], dtype=torch.float64))


def test_numbers_may_stay_away_from_0():
    exercise = Exercise(entry="f")
    exercise.call("f", X=normal(1000, away=0.25)).check(points=1)(calls)
    X = exercise["calls"].draw(exercise["calls"].cases[0], "seed")[0]["X"]
    assert 0.25 <= X.abs().min() < 0.3
    assert X.min() < 0 < X.max()


def calls():
    """a line"""


def test_secret_inputs_are_known():
    inputs, _sizes = check.draw(check.cases[0], "s")
    assert inputs.keys() - check.public(check.cases[0], inputs).keys() == {"hidden_labels"}


def test_sizes_that_cannot_differ_are_an_authors_mistake():
    with pytest.raises(ValueError, match="pairwise different"):
        draw_sizes(["a", "b", "c"], {"a": (1, 2), "b": (1, 2), "c": (1, 2)}, {}, None, random.Random(0))


def test_a_check_without_a_line_or_with_unknown_inputs_is_refused():
    def silent(student):
        return 1

    def unknown(student, Q):
        """a line"""

    with pytest.raises(ValueError, match="docstring"):
        exercise.check(points=1)(silent)
    with pytest.raises(ValueError, match="Q"):
        exercise.check(points=1)(unknown)
