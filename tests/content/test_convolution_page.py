"""The page on convolution: its worked example, its kernels, and the one that is learned."""

from __future__ import annotations

import re

import pytest
import torch

import pages

CHAPTER = "ch07_convolution"
BLOCKS = pages.BLOCKS[CHAPTER]


@pytest.fixture(scope="module")
def names():
    return pages.names(CHAPTER)


def test_the_worked_example(names):
    torch.testing.assert_close(names["corr2d"](names["X"], names["K"]), names["Y"])
    torch.testing.assert_close(names["conv2d"](names["X"], names["K"]), names["C"])
    drawn = pages.script(CHAPTER)
    assert drawn.X.tolist() == names["X"].tolist()
    assert drawn.K.tolist() == names["K"].tolist()


@pytest.mark.parametrize("kernel", ["edge", "sharpen", "gaussian_blur"])
def test_the_kernels_on_the_page(names, kernel):
    (text,) = re.findall(r"^edge +sharpen +blur\n((?:.+\n){3})", BLOCKS, re.MULTILINE)
    rows = [[int(number) for number in re.findall(r"-?\d+", line)[:9]] for line in text.splitlines()]
    first = 3 * ["edge", "sharpen", "gaussian_blur"].index(kernel)
    printed = torch.tensor([row[first : first + 3] for row in rows], dtype=torch.float32)
    torch.testing.assert_close(printed / (16 if kernel == "gaussian_blur" else 1), names[f"{kernel}_kernel"]())


def test_the_kernel_that_is_learned(names):
    image = torch.ones(6, 8, dtype=torch.float64)
    image[:, 2:6] = 0
    wanted = names["corr2d"](image, torch.tensor([[1.0, -1.0]], dtype=torch.float64))
    rows = re.findall(r"^(\d+) +\[ *([-\d.]+), +([-\d.]+)\] +([\d.]+)$", BLOCKS, re.MULTILINE)
    assert len(rows) == 5
    for updates, first, second, loss in rows:
        K, _ = names["learn_kernel"](image, wanted, int(updates), 0.03)
        _, losses = names["learn_kernel"](image, wanted, int(updates) + 1, 0.03)
        assert K.flatten().tolist() == pytest.approx([float(first), float(second)], abs=6e-5)
        assert losses[-1].item() == pytest.approx(float(loss), abs=6e-5)
