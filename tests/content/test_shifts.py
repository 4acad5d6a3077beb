"""The page on numerical stability: what each shift costs, without and with what helps, is what the page says."""

from __future__ import annotations

import re

import pages
from pages import BLOCKS, PAGES, near

CHAPTER = "ch05_numerical_stability"


def test_figures_in_the_table():
    script = pages.script(CHAPTER)
    covariate = script.covariate()
    found = {
        "covariate shift": covariate.errors,
        "label shift": script.label().accuracies,
        "concept shift": [errors.mean().item() for errors in script.concept().values()],
    }
    for name, (without, helped) in found.items():
        row = re.search(rf"^{name} +([\d.]+) +([\d.]+) ", BLOCKS[CHAPTER], re.M)
        assert row, name
        assert without == near(row[1])
        assert helped == near(row[2])
    left = covariate.weights.sum() ** 2 / covariate.weights.square().sum()
    assert f"in the picture {left:.0f} of {len(covariate.x)}" in PAGES[CHAPTER]
