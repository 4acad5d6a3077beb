"""report.html, the class at a glance, and report/NAME.html, a page for each student.

Every page is one file that opens from disk without network. What a submission brought in (names, messages, output)
is hostile: templates escape everything, and a content security policy lets nothing run or load but our own script.
A student's page tells nothing about other students, so that it can be handed out.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup, escape

from autograder.files import write_atomically
from autograder.marks.finals import Final, summary
from autograder.messages import _, ngettext
from autograder.report import curves
from autograder.report import pictures as images
from autograder.report.glance import Chapter, Column, Glance, Part, chapter_of, full, glance, parts, share
from autograder.report.said import Said, clean, said
from autograder.report.words import PANELS, WORDS
from autograder.results import (
    Change,
    ExerciseResult,
    Results,
    Status,
    SubmissionResult,
)

PAGES = "report"
GENERATOR = b'<meta name="generator" content="torchkata">'
KEY = re.compile(rb'<meta name="torchkata-content" content="([0-9a-f]+)">')
# From this many cells on, rows are laid out only when they come into sight.
MANY_CELLS = 4000
# Up to this many columns their titles are written across, above that upwards.
FEW_COLUMNS = 10
# Up to this many exercises each has a column in the class's table; of more each chapter has one.
MANY_EXERCISES = 20
MAX_SHOWN = 4000
MAX_LOOKS = 200  # students that a person should look at, on the class page
WINDOWS_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)$")


class Face(NamedTuple):
    """How a status looks: a letter for the style sheet, a sign, a word."""

    letter: str
    sign: str
    word: str


SIGNS = {
    Status.PASSED: "p✓",
    Status.FAILED: "f✗",
    Status.NOT_ATTEMPTED: "n○",
    Status.ERROR: "e!",
    Status.TIMEOUT: "t◷",
    Status.MEMORY: "m▲",
    Status.FORBIDDEN: "x⊘",
    Status.SKIPPED: "s…",
    Status.UNGRADED: "u?",
}
FACES = {status: Face(look[0], look[1], WORDS[status]) for status, look in SIGNS.items()}


def write_report(
    results: Results,
    folder: Path,
    changes: Sequence[Change] = (),
    when: datetime | None = None,
    finals: Mapping[str, Final] | None = None,
    absent: Sequence[str] = (),
) -> Path:
    """Writes folder/report.html and folder/report/; returns the first.

    changes: marks that differ from an earlier grading. when: the date printed; now if not given. finals: the marks
    that count, where a policy makes them. absent: who handed in nothing. Pages that would not change are left alone,
    pages of students who are no longer there are removed.
    """
    when = when or datetime.now()
    pages = folder / PAGES
    pages.mkdir(parents=True, exist_ok=True)
    view = glance(results)
    files = page_names(view.students)
    _write_student_pages(pages, results, view, files, when, finals or {})
    path = folder / "report.html"
    _write(path, _class_page(results, view, files, list(changes), when, absent))
    kept = set(files)
    for old in pages.glob("*.html"):
        if old.name not in kept and GENERATOR in old.open("rb").read(400):
            old.unlink()
    return path


def page_names(students: Sequence[str]) -> list[str]:
    """A file name for each student: safe on every system, different for each, the same at every grading."""
    taken: set[str] = set()
    names = []
    for student in students:
        plain = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode().lower()
        stem = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-")
        digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        # Of all that would be called alike one has the plain name, whoever else is in the class or joins it.
        told = student == (stem.replace("-", " ").title() if "-" in stem else stem)
        if not told or len(stem) > 40 or WINDOWS_DEVICES.match(stem):
            stem = f"{stem[:30].strip('-') or 'student'}-{digest}"
        name, number = stem, 1
        while name in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name)
        names.append(f"{name}.html")
    return names


def _write(path: Path, content: bytes) -> None:
    if not path.is_file() or path.read_bytes() != content:
        write_atomically(path, content)


def _write_student_pages(
    pages: Path,
    results: Results,
    view: Glance,
    files: Sequence[str],
    when: datetime,
    finals: Mapping[str, Final],
) -> None:
    """Draws the pages whose content is another than the one they have; a key in each page says which that is."""
    columns = {c.id: c for c in view.columns}
    shared = _facts(results, when.strftime("%Y-%m-%d")) | {"columns": columns}
    common = repr((results.kit_version, results.isolation, results.environment, shared["seed"], _drawn_by()))
    template = templates().get_template("student.html")
    order = {column.id: place for place, column in enumerate(view.columns)}
    for submission, file in zip(results.submissions, files, strict=True):
        final = finals.get(submission.student)
        titles = [(columns[e.id].title, columns[e.id].anchor, columns[e.id].chapter) for e in submission.exercises]
        content = repr((common, final, titles, submission))
        key = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        if _key(pages / file) == key:
            continue
        exercises = sorted(submission.exercises, key=lambda e: order[e.id])
        text = template.render(
            shared,
            key=key,
            submission=submission,
            exercises=exercises,
            chapters=_by_chapter(submission, exercises, view),
            folded=len(submission.exercises) > MANY_EXERCISES,
            hidden=any(c.visibility == "hidden" for e in submission.exercises for c in e.checks),
            final=final,
        )
        _write(pages / file, text.encode("utf-8", "replace"))


def _by_chapter(
    submission: SubmissionResult, exercises: Sequence[ExerciseResult], view: Glance
) -> list[tuple[Chapter, Part, list[ExerciseResult]]]:
    """A student's exercises as the page has them, chapter by chapter."""
    mine, found = parts(submission), []
    for chapter in view.chapters:
        if chapter.id in mine:
            found.append((chapter, mine[chapter.id], [e for e in exercises if chapter_of(e.id) == chapter.id]))
    return found


def _key(page: Path) -> str:
    """The key of a page that is there; empty if it has none."""
    try:
        with page.open("rb") as file:
            found = KEY.search(file.read(600))
    except OSError:
        return ""
    return found[1].decode() if found else ""


@cache
def _drawn_by() -> str:
    """A hash of what draws the pages."""
    digest = hashlib.sha256(os.environ.get("KATA_LANG", "").encode())
    for path in (*sorted(Path(__file__).parent.glob("*.py")), *sorted((Path(__file__).parent / "templates").iterdir())):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _class_page(
    results: Results,
    view: Glance,
    files: Sequence[str],
    changes: list[Change],
    when: datetime,
    absent: Sequence[str],
) -> bytes:
    template = templates().get_template("class.html")
    links = {student: f"{PAGES}/{file}" for student, file in zip(view.students, files, strict=True)}
    grouped = len(view.columns) > MANY_EXERCISES and len(view.chapters) > 1
    heads: Sequence[Column | Chapter] = view.chapters if grouped else view.columns

    def rows() -> Iterator[Markup]:
        for submission, file in zip(results.submissions, files, strict=True):
            page = f"{PAGES}/{file}"
            cells = _chapter_cells if grouped else _cells
            yield _row(submission, cells(submission, view, page), page)

    text = template.render(
        _facts(results, when.strftime("%Y-%m-%d %H:%M")),
        key="",
        hidden=view.hidden,
        view=view,
        rows=rows(),
        absent=absent,
        links=links,
        changes=changes,
        columns={c.id: c for c in view.columns},
        heads=heads,
        grouped=grouped,
        many=len(heads) * len(files) > MANY_CELLS,
        upright=len(heads) > FEW_COLUMNS,
    )
    return text.encode("utf-8", "replace")


def _facts(results: Results, date: str) -> dict[str, Any]:
    """What is printed on every page."""
    return {
        "results": results,
        "date": date,
        # Pages may be handed out: an instructor's seed stays a secret.
        "seed": results.seed if results.seed == "public" else _("the instructor's own"),
        "FACES": {status: face._replace(word=_(face.word)) for status, face in FACES.items()},
    }


def _row(submission: SubmissionResult, cells: Iterable[str], page: str) -> Markup:
    """A row of the table. There may be hundreds of thousands of cells: no template, and no byte that is not needed."""
    name = escape(clean(submission.student))
    head = f'<th scope="row"><a href="{page}" title="{name}"><bdi>{name}</bdi></a></th>'
    total = share(submission)
    percent = "" if total is None else f" <small>{total:.0%}</small>"
    mark = "–" if submission.waits else points(submission.score)
    sum_ = f'<td class="sum"><b>{mark}</b>{percent}</td>'
    return Markup(f"<tr>{head}{sum_}{''.join(cells)}</tr>\n")


def _cells(submission: SubmissionResult, view: Glance, page: str) -> Iterator[str]:
    """A cell for each exercise: how it came out, and its points."""
    mine = {e.id: e for e in submission.exercises}
    for column in view.columns:
        exercise = mine.get(column.id)
        if exercise is None:
            yield "<td></td>"
            continue
        letter = FACES[exercise.status].letter
        score = points(exercise.score) if exercise.max_score else "–"
        yield f'<td class="{letter} {shade(exercise)}"><a href="{page}#{column.anchor}">{score}</a></td>'


def _chapter_cells(submission: SubmissionResult, view: Glance, page: str) -> Iterator[str]:
    """A cell for each chapter: its points, and how many of its exercises are done. data-met: what to filter by."""
    mine = parts(submission)
    for chapter in view.chapters:
        part = mine.get(chapter.id)
        if part is None:
            yield "<td></td>"
            continue
        letter = FACES[part.status].letter if part.status else "some"
        met = " ".join(FACES[status].letter for status in Status if status in part.statuses)
        score = points(part.score) if part.max_score else "–"
        link = f'<a href="{page}#{chapter.anchor}">{score}<small> {part.done}/{part.count}</small></a>'
        yield f'<td class="{letter} {shade(part)}" data-met="{met}">{link}</td>'


def shade(result: ExerciseResult | Part) -> str:
    """The class of a cell's colour: by mark, where there is one."""
    reached = share(result)
    if result.status is Status.UNGRADED or reached is None:
        return "cu"
    if result.status is Status.NOT_ATTEMPTED:
        return "cn"
    if full(result):
        return "c4"
    return f"c{0 if reached <= 0 else 1 if reached < 1 / 3 else 2 if reached < 2 / 3 else 3}"


def points(value: float) -> str:
    """A number of points, at most two digits after the point."""
    return f"{round(value, 2):g}" if abs(value) < 1e5 else f"{value:.0f}"


def percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


@cache
def templates() -> jinja2.Environment:
    """The templates of all pages. They escape what they are given."""
    folder = Path(__file__).parent / "templates"
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: clean(value) if type(value) is str else value,
    )
    environment.install_gettext_callables(_, ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {"points": points, "percent": percent, "clip": _clip, "words": _words}
    environment.globals |= {
        "MAX_LOOKS": MAX_LOOKS,
        "Status": Status,
        "summary": summary,
        "css": _css,
        "said": said,
        "curve": lambda told: curves.draw(told.curve, told.band),
        "in_words": lambda told: curves.describe(told.curve, told.band),
        "pictures": _pictures,
        "line": lambda check: said(check).line,
        "shade": shade,
        "script": {name: (folder / f"{name}.js").read_text(encoding="utf-8") for name in ("class", "student")},
        "script_hash": lambda text: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode(),
    }
    return environment


def _pictures(told: Said) -> list[tuple[str, str]]:
    """The image wanted, the image that came and where they differ, as names and addresses inside of the page."""
    shown = images.panels(told.picture["wanted"], told.picture["came"])
    return [(_(PANELS[name]), images.data_uri(pixels)) for name, pixels in shown]


def _words(name: str) -> str:
    return name.replace("_", " ")


def _clip(text: str, most: int = MAX_SHOWN) -> str:
    return text if len(text) <= most else text[:most] + " …"


def _css(text: str) -> Markup:
    """A string of a style sheet."""
    return Markup('"' + "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in text) + '"')
