"""The documents: links arrive, and what they list is what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.marks.finals import COLUMNS
from autograder.results import GRAVITY, Status
from autograder.tables import CHECK_FIELDS
from support import KIT

PAGES = sorted([*KIT.glob("*.md"), *(KIT / "docs").glob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")


def text_of(page: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_arrives(page: Path) -> None:
    for link in LINK.findall(text_of(page)):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_of_the_documents_can_be_found() -> None:
    linked = {
        (page.parent / link.partition("#")[0]).resolve() for page in PAGES for link in LINK.findall(text_of(page))
    }
    assert [page.name for page in PAGES if page.parent.name == "docs" and page not in linked] == []


def test_results_name_every_field_column_and_status() -> None:
    page = (KIT / "docs" / "results.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w.]+)`", page))
    assert [name for name in (*CHECK_FIELDS, *COLUMNS, *Status) if name != "student" and name not in named] == []
    listed = page[page.index("An exercise has the first of these") : page.index("## grades.csv")]
    assert tuple(re.findall(r"`(\w+)`", listed)) == (*GRAVITY, Status.PASSED)


def test_the_glossary_gives_each_word_one_meaning() -> None:
    page = (KIT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = [word for line in page.splitlines() for word in re.findall(r"\*\*(.+?)\*\*", line)]
    assert len(words) > 50
    assert len(set(words)) == len(words)
