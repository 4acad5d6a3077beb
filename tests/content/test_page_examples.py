"""The examples on the chapters' pages: what stands behind >>> gives what stands below it."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest
import torch

from support import KIT

BLOCK = re.compile(r"^```\n(.*?)^```", re.DOTALL | re.MULTILINE)
PAGES = [page for page in sorted(KIT.glob("exercises/*/README.md")) if ">>> " in page.read_text(encoding="utf-8")]


def names(chapter: str) -> dict[str, object]:
    """What the reference solutions of a chapter define, and torch."""
    found: dict[str, object] = {"torch": torch}
    for path in sorted((KIT / "solutions" / chapter).glob("*.py")):
        exec(compile(path.read_text(encoding="utf-8"), path, "exec"), found)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_examples_give_what_the_page_says(page: Path) -> None:
    text = "\n".join(BLOCK.findall(page.read_text(encoding="utf-8")))
    test = doctest.DocTestParser().get_doctest(text, names(page.parent.name), page.parent.name, str(page), 0)
    said: list[str] = []
    done = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert test.examples
    assert not done.failed, "".join(said)
