"""The page on softmax regression: training gives what the page says."""

from __future__ import annotations

import re

import pages
from pages import BLOCKS, near

CHAPTER = "ch01_softmax_regression"


def test_losses_and_accuracies_in_the_table():
    script = pages.script(CHAPTER)
    rows = {
        name: numbers.split()
        for name, numbers in re.findall(r"^(epochs|loss, training|accuracy, test) +([\d. ]+)$", BLOCKS[CHAPTER], re.M)
    }
    assert [int(epochs) for epochs in rows["epochs"]] == script.EPOCHS
    for epochs, loss, accuracy in zip(*rows.values(), strict=True):
        found = script.trained(int(epochs))
        assert found.loss == near(loss)
        assert found.accuracy == near(accuracy)
