"""The other Python files of a hand-in that an answer imports, itself or by way of these: they come along as texts.

Only what an import names comes along, so that a result depends on it alone. What is the kit's own never does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import PurePosixPath

from autograder import catalog
from autograder.intake.model import Source
from autograder.runner.companions import may_be_served

MAX_FILES, MAX_CHARACTERS = 40, 1 << 20
_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import\b([^\n#]*)|import[ \t]+([^\n#]+))", re.MULTILINE)
_NAME = re.compile(r"\w+")


def with_companions(source: Source, path: PurePosixPath, files: Mapping[PurePosixPath, Callable[[], str]]) -> Source:
    """The source with those of the files that it imports. files: how to read each, by path; path: the source's own.

    What cannot be read is left out: the import then says that it is not there. Of many files those nearest to the top
    come along.
    """
    if len(files) < 2 or not _IMPORT.search(source.text):
        return source
    texts: dict[str, str] = {}
    room = MAX_CHARACTERS
    waiting = [source.text]
    while waiting and len(texts) < MAX_FILES:
        named = imported(waiting.pop())
        for file, read in sorted(files.items(), key=lambda item: (len(item[0].parts), item[0])):
            if str(file) in texts or file == path or not named & _names(file) or not may_be_served(file):
                continue
            text = read()
            if not text or len(text) > room or text in _solutions() or len(texts) >= MAX_FILES:
                continue
            room -= len(text)
            texts[str(file)] = text
            waiting.append(text)
    return replace(source, companions=texts, path=str(path)) if texts else source


def _names(file: PurePosixPath) -> set[str]:
    """What an import that means a file must name: the file, or the folder that it makes a package."""
    return {file.parent.name if file.name == "__init__.py" else file.stem}


def imported(text: str) -> set[str]:
    """All the words of the imports in a text, which need not be Python; comments have none."""
    return {word for found in _IMPORT.finditer(text) for part in found.groups("") for word in _NAME.findall(part)}


@cache
def _solutions() -> frozenset[str]:
    """The texts of the kit's own solutions, where it has them."""
    found = []
    for id in catalog.entries():
        try:
            found.append(catalog.solution_file(id).read_text(encoding="utf-8"))
        except (OSError, catalog.NoKitError):
            continue
    return frozenset(found)
