"""Collects every text that a learner reads into a template of the message catalogue, for translators."""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator
from pathlib import Path

from autograder import catalog
from autograder.messages import DOMAIN

PACKAGE = Path(__file__).parents[1]
MARKERS = {"_", "N_", "ngettext"}

Message = str | tuple[str, str]


def template() -> bytes:
    """The template, without dates: the same for the same texts. Needs Babel."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    found = Catalog(project=DOMAIN)
    for place, message in sorted(messages(), key=lambda pair: (pair[0], str(pair[1]))):
        found.add(message, locations=[(place, 0)])
    buffer = io.BytesIO()
    write_po(buffer, found, omit_header=True, sort_by_file=True, include_lineno=False, width=100)
    return buffer.getvalue()


def messages() -> Iterator[tuple[str, Message]]:
    """Every message with the file it comes from."""
    yield from _interface()
    yield from _pages()
    yield from _content()


def _interface(package: Path = PACKAGE) -> Iterator[tuple[str, Message]]:
    """Texts marked in the code."""
    for path in sorted(package.rglob("*.py")):
        place = f"autograder/{path.relative_to(package).as_posix()}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in MARKERS:
                continue
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if node.func.id == "ngettext" and len(texts) == 2:
                yield place, (texts[0], texts[1])
            elif texts and texts[0]:
                yield place, texts[0]


def _pages() -> Iterator[tuple[str, Message]]:
    """Texts marked in the templates of pages."""
    from jinja2.ext import babel_extract

    for path in sorted((PACKAGE / "report" / "templates").glob("*")):
        with path.open("rb") as file:
            options = {"trimmed": "true", "silent": "false"}
            for _line, function, texts, _comments in babel_extract(file, ("_", "gettext", "ngettext"), [], options):
                place = f"autograder/report/templates/{path.name}"
                if isinstance(texts, tuple):
                    strings = [t for t in texts if isinstance(t, str)]
                    yield place, (strings[0], strings[1]) if function == "ngettext" else strings[0]
                elif texts:
                    yield place, texts


def _content() -> Iterator[tuple[str, Message]]:
    """Titles, the lines of checks, hints, the sentences of misconceptions, names of axes."""
    for title in catalog.manifest().values():
        yield "autograder/catalog.toml", title
    for id, entry in catalog.entries().items():
        yield "autograder/catalog.toml", entry.title
        if not catalog.checks_file(id).exists():
            continue
        exercise = catalog.load_exercise(id)
        place = f"autograder/checks/{id}.py"
        for check in exercise.checks:
            yield place, check.line
            for axis in (*check.axes, *(a for axes in check.results.values() for a in axes)):
                yield place, axis.replace("_", " ")
        for name in exercise.sizes:
            yield place, name.replace("_", " ")
        for hint in exercise.hints:
            yield place, hint.text
        for misconception in catalog.load_misconceptions(id)[0]:
            yield f"autograder/misconceptions/{id}.py", misconception.sentence
