"""The page on model selection: what it says in numbers is right, and it lists the exercises in their order."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
import torch

from autograder import catalog
from support import KIT

PAGE = (KIT / "exercises" / "ch03_model_selection" / "README.md").read_text(encoding="utf-8")
BLOCKS = "\n".join(re.findall(r"^```\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE))
GIVEN = re.findall(r"^(\w+) = (.+)$", BLOCKS, re.MULTILINE)
CLAIMS = [line.strip() for line in BLOCKS.splitlines() if " == " in line]


@pytest.fixture(scope="module")
def names():
    """All that the reference solutions of the chapter define, and what the page calls by a name."""
    found = {}
    for path in sorted((KIT / "solutions" / "ch03_model_selection").glob("*.py")):
        own = SimpleNamespace(__name__=path.stem)
        exec(compile(path.read_text(encoding="utf-8"), path, "exec"), vars(own))
        found |= vars(own)
    found |= {"tensor": torch.tensor, "generator": torch.Generator().manual_seed(0)}
    for name, value in GIVEN:
        found[name] = eval(value, found)
    return found


def test_the_page_lists_the_exercises_in_the_order_of_the_manifest():
    chapter = [id.split("/")[1] for id in catalog.entries() if id.startswith("ch03_model_selection/")]
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == chapter


def test_there_are_claims_to_check():
    assert len(CLAIMS) >= 5


@pytest.mark.parametrize("claim", CLAIMS)
def test_each_equation_on_the_page_holds(names, claim):
    assert eval(claim, names), claim


def test_what_the_bootstrap_leaves_out():
    (sizes,) = re.findall(r"^n +((?:\d+ +)+)without end$", BLOCKS, re.MULTILINE)
    (shares,) = re.findall(r"^left out +(.*?)1/e", BLOCKS, re.MULTILINE)
    for n, share in zip(sizes.split(), re.findall(r"[\d.]+", shares), strict=True):
        assert 100 * (1 - 1 / int(n)) ** int(n) == pytest.approx(float(share), abs=0.05)
