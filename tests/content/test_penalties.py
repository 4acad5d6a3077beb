"""The page on regularization: weights and losses under each penalty are what the page says."""

from __future__ import annotations

import re

import pages
from pages import BLOCKS, near

CHAPTER = "ch04_regularization"


def test_weights_and_losses_in_the_table():
    found = pages.script(CHAPTER).experiment()
    rows = re.findall(r"^(?:no penalty|L2 penalty, .*?|L1 decay, .*?|limit, \d) {2,}([\d. ]+)$", BLOCKS[CHAPTER], re.M)
    assert len(rows) == len(found)
    for row, result in zip(rows, found.values(), strict=True):
        square, zeros, training_loss, test_loss = row.split()
        assert result.square == near(square)
        assert result.zeros == int(zeros)
        assert result.training_loss == near(training_loss)
        assert result.test_loss == near(test_loss)
