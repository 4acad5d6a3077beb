"""The page on model selection: the polynomial experiment gives what the page says."""

from __future__ import annotations

import re

import pytest

import pages
from pages import PAGES, near

CHAPTER = "ch03_model_selection"
PAGE = PAGES[CHAPTER]
ROWS = re.findall(r"^(\d+) +(\d+) +(\d{3,}) +([\d.]+) +([\d.]+)$", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def script():
    return pages.script(CHAPTER)


def test_the_table_has_the_three_experiments(script):
    assert [tuple(map(int, row[:3])) for row in ROWS] == [found[1:] for found in script.EXPERIMENTS]


@pytest.mark.parametrize(("degree", "n", "epochs", "training", "test"), ROWS)
def test_losses_in_the_table(script, degree, n, epochs, training, test):
    found = script.experiment(int(degree), int(n), int(epochs))
    assert found.training_loss == near(training)
    assert found.test_loss == near(test)


def test_losses_in_the_text(script):
    many = script.experiment(19, 100, 1500)
    assert (many.training_loss, many.test_loss) == (near("0.011"), near("0.011"))
    other = script.experiment(19, 20, 1500, draw=7)
    assert f"seed 7 in place of {script.DRAW}" in PAGE
    assert other.training_loss == near("0.046")
    assert other.test_loss == pytest.approx(0.046, abs=1e-3)
