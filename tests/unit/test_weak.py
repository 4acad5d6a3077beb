"""What the audit puts in the place of results: zeros, or what was written down."""

from __future__ import annotations

import torch

from autograder.workshop import weak


def test_a_function_that_is_returned_gives_what_was_written_down():
    """As modules do: it is what it returns that counts, not that a function came back."""
    given = weak._giving(lambda X: lambda Z: Z + X, torch.zeros(2), makes=True)
    assert given(torch.ones(2))(torch.ones(2)).tolist() == [0.0, 0.0]


def test_nothing_is_done_to_what_is_passed_in():
    X = torch.ones(2)
    assert weak._giving(lambda X: X.add_(1), torch.zeros(2), makes=False)(X).tolist() == [0.0, 0.0]
    assert X.tolist() == [1.0, 1.0]


def test_a_dict_of_tensors_becomes_one_of_zeros():
    assert weak._zeroed({"W": torch.ones(1), "b": (2.0, [torch.ones(1)])}) == {"W": 0, "b": (0.0, [0])}
