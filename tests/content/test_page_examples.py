"""What the chapters' pages say in numbers: examples behind >>>, and equations, hold for the reference solutions."""

from __future__ import annotations

import doctest
import re
from functools import cache

import pytest

import pages
from autograder import catalog
from pages import BLOCKS, PAGES

CHAPTERS = [chapter for chapter in PAGES if pages.equations(chapter)]
names = cache(pages.names)


@pytest.mark.parametrize("chapter", [chapter for chapter, text in BLOCKS.items() if ">>> " in text])
def test_examples_give_what_the_page_says(chapter):
    test = doctest.DocTestParser().get_doctest(BLOCKS[chapter], dict(names(chapter)), chapter, chapter, 0)
    said: list[str] = []
    done = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert test.examples
    assert not done.failed, "".join(said)


@pytest.mark.parametrize(("chapter", "equation"), [(c, equation) for c in CHAPTERS for equation in pages.equations(c)])
def test_each_equation_on_a_page_holds(chapter, equation):
    assert eval(equation, dict(names(chapter))), equation


def test_there_are_equations_to_check():
    assert len(pages.equations("ch07_convolution")) >= 15
    assert len(pages.equations("ch03_model_selection")) >= 5


@pytest.mark.parametrize("chapter", [chapter for chapter, text in PAGES.items() if "\n| `" in text])
def test_a_page_lists_the_exercises_in_the_order_of_the_manifest(chapter):
    listed = [id.split("/")[1] for id in catalog.entries() if id.startswith(f"{chapter}/")]
    assert re.findall(r"^\| `(\w+)` \|", PAGES[chapter], re.MULTILINE) == listed


def test_what_the_bootstrap_leaves_out():
    (sizes,) = re.findall(r"^n +((?:\d+ +)+)without end$", BLOCKS["ch03_model_selection"], re.MULTILINE)
    (shares,) = re.findall(r"^left out +(.*?)1/e", BLOCKS["ch03_model_selection"], re.MULTILINE)
    for n, share in zip(sizes.split(), re.findall(r"[\d.]+", shares), strict=True):
        assert 100 * (1 - 1 / int(n)) ** int(n) == pytest.approx(float(share), abs=0.05)
