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


# A number with three decimals or more: the last one may depend on the machine's order of additions.
NUMBER = re.compile(r"-?\d+\.(\d{3,})(?:e([+-]\d+))?")


class ToTheLastDigit(doctest.OutputChecker):
    """Takes what is the same up to the last digit of such numbers."""

    def check_output(self, want, got, optionflags):
        if super().check_output(want, got, optionflags):
            return True
        pairs = zip(NUMBER.finditer(want), NUMBER.finditer(got), strict=False)
        return NUMBER.sub("#", want) == NUMBER.sub("#", got) and all(_near(*pair) for pair in pairs)


def _near(want, got):
    digits, exponent = want.groups()
    return float(got[0]) == pytest.approx(float(want[0]), rel=0, abs=1.1 * 10.0 ** (int(exponent or 0) - len(digits)))


@pytest.mark.parametrize("chapter", [chapter for chapter, text in BLOCKS.items() if ">>> " in text])
def test_examples_give_what_the_page_says(chapter):
    test = doctest.DocTestParser().get_doctest(BLOCKS[chapter], dict(names(chapter)), chapter, chapter, 0)
    said: list[str] = []
    done = doctest.DocTestRunner(ToTheLastDigit(), verbose=False).run(test, out=said.append)
    assert test.examples
    assert not done.failed, "".join(said)


@pytest.mark.parametrize(
    ("got", "same"),
    [
        ("(0.1235, 7)", True),
        ("(0.1236, 7)", False),
        ("(0.1234, 8)", False),
        ("(0.12345, 7)", True),
        ("0.1234, 7", False),
    ],
)
def test_only_the_last_digit_of_an_example_is_free(got, same):
    assert ToTheLastDigit().check_output("(0.1234, 7)", got, 0) is same


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
