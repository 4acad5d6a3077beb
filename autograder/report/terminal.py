"""What a person reads at the command line: results of checks, of a class, of an audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.cells import cell_len
from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from autograder.messages import _, ngettext
from autograder.report import pictures
from autograder.report.glance import Chapter, Column, Glance, Part, full, glance, parts, share
from autograder.report.said import Audience, Said, one_line, said
from autograder.report.words import PANELS, WORDS
from autograder.results import CheckResult, ExerciseResult, Grading, Results, Status, SubmissionResult

FACES = {
    Status.PASSED: (":)", "green"),
    Status.FAILED: (":(", "red"),
    Status.NOT_ATTEMPTED: ("..", "dim"),
    Status.ERROR: ("x(", "red"),
    Status.TIMEOUT: ("zz", "magenta"),
    Status.MEMORY: ("00", "magenta"),
    Status.FORBIDDEN: (":X", "yellow"),
    Status.SKIPPED: ("--", "dim"),
    Status.UNGRADED: ("??", "cyan"),
}
SHOWN_FAILURES = 2
MAX_NOTES, MAX_PLAIN = 40, 300
MAX_ROWS = 40
FEW_EXERCISES = 7


def show_exercise(
    console: Console, result: ExerciseResult, title: str, path: str, audience: Audience = Audience.STUDENT
) -> None:
    """A line for each check, then the first failures in full."""
    console.print()
    heading = Text.assemble((title, "bold"), "  ", (path, "dim"))
    console.print(heading)
    lines = Table.grid(padding=(0, 2, 0, 0))
    for check in result.checks:
        lines.add_row(*_line(check, audience))
    console.print(Padding(lines, (0, 0, 0, 2)))
    for text in result.left_out:  # no failures: only what a learner may wonder about
        console.print(Padding(Text(one_line(text, MAX_PLAIN), "dim"), (0, 0, 0, 2)))
    shown = [c for c in result.checks if c.failed]
    if result.status is Status.NOT_ATTEMPTED and not any(c.detail.trace for c in result.checks):
        text = _("Not started yet: open {path} and begin.").format(path=path)
        why = text if audience is Audience.STUDENT else result.note or result.checks[0].message
        console.print(Padding(Text(one_line(why, MAX_PLAIN)), (1, 0, 0, 2)))
        return
    first = _distinct(shown, audience)[:SHOWN_FAILURES]
    for check in first:
        console.print(Padding(failure(check, console.width, audience), (1, 0, 0, 2)))
    hidden = len(shown) - len(first)
    if hidden > 0:
        text = ngettext(
            "{n} more check fails; it may be the same mistake.",
            "{n} more checks fail; they may be the same mistake.",
            hidden,
        )
        console.print(Padding(Text(text.format(n=hidden), style="dim"), (1, 0, 0, 2)))


def _distinct(checks: Sequence[CheckResult], audience: Audience) -> list[CheckResult]:
    """The checks without those that would say the same again."""
    kept: dict[str, CheckResult] = {}
    for check in checks:
        kept.setdefault(said(check, audience).gist, check)
    return list(kept.values())


def _line(check: CheckResult, audience: Audience) -> tuple[Text, Text, Text]:
    face, style = FACES[check.status]
    told = said(check, audience)
    line = Text(told.line)
    if check.status not in (Status.PASSED, Status.FAILED):
        line.append(f" [{told.word}]", style)
    return Text(face, f"bold {style}"), line, Text(f"{check.score:g}/{check.max_score:g}", "dim")


def failure(check: CheckResult, width: int, audience: Audience = Audience.STUDENT) -> Group:
    """One failure: what was called, what came, what is probably wrong, how to see it again."""
    _face, style = FACES[check.status]
    told = said(check, audience)
    parts: list[RenderableType] = [Text.assemble((told.word, f"bold {style}"), ": ", told.line), Text(told.message)]
    parts += [Text(f"  {line}", "dim") for line in told.trace]
    if told.picture and _shows_pictures(told, width):
        parts.append(_pictures(told))
    elif told.expected and "\n" in told.expected + told.got:
        parts.append(_beside(told, width))
    if told.diagnosis:
        title = _("probably")
        parts.append(Panel(Text(told.diagnosis), style="yellow", expand=False, title=title, title_align="left"))
    if told.printed:
        parts.append(Text(_("your code printed:"), "dim"))
        parts += [Text(f"  {line[:MAX_PLAIN]}", "dim") for line in told.printed.rstrip().splitlines()[:6]]
    if told.snippet:
        parts.append(Text(_("to see it again:"), "dim"))
        parts += [Text(f"  {line}") for line in told.snippet.splitlines()]
    return Group(*parts)


def _shows_pictures(told: Said, width: int) -> bool:
    return 3 * len(told.picture["wanted"][0]) + 8 <= width


def _pictures(told: Said) -> Table:
    """The image wanted, the image that came, and where they differ."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    shown = pictures.panels(told.picture["wanted"], told.picture["came"])
    for name, _pixels in shown:
        table.add_column(_(PANELS[name]), no_wrap=True)
    table.add_row(*(Text("\n").join(pictures.blocks(pixels)) for _name, pixels in shown))
    return table


def _beside(told: Said, width: int) -> Table:
    """Expected and got next to each other where there is room, else one below the other."""
    expected, got = told.expected, told.got
    widest = [max(map(len, text.splitlines()), default=0) for text in (expected, got)]
    table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim")
    if sum(widest) + 8 <= width:
        table.add_column(_("expected"))
        table.add_column(_("got"))
        table.add_row(Text(expected), Text(got))
    else:
        table.show_header = False
        table.add_row(Text(_("expected"), "dim"), Text(expected))
        table.add_row(Text(_("got"), "dim"), Text(got))
    return table


def show_class(console: Console, grading: Grading, ids: Sequence[str]) -> None:
    """The class at a glance: students by exercises or chapters if it is small, else a line for each of these."""
    submissions = grading.results.submissions
    view = glance(grading.results)
    if len(submissions) <= MAX_ROWS:
        console.print(_students(view, submissions, ids, console.width))
    else:
        console.print(_lines(view.columns if len(view.columns) <= MAX_ROWS else view.chapters))
    if view.misconceptions:
        console.print(Text(_("Most common misconceptions:"), "bold"))
        for met in view.misconceptions[:5]:
            console.print(Text(f"  {len(met.students):3}  {met.column.name}: {met.sentence}"))
    if grading.changes:
        console.print(Text(_("Marks that changed since the last run:"), "bold"))
        for change in grading.changes[:20]:
            text = f"  {change.student}  {change.exercise}  {change.before:g} -> {change.after:g}"
            console.print(Text(text))
        if len(grading.changes) > 20:
            console.print(Text(_("  and {n} more").format(n=len(grading.changes) - 20)))


@dataclass(frozen=True)
class _Column:
    """A column of a table of students. least: its least width."""

    heading: str
    cells: Sequence[Text]
    least: int = 0
    style: str = ""

    @property
    def width(self) -> int:
        return max(self.least, cell_len(self.heading), *(cell.cell_len for cell in self.cells), 0)


def _students(view: Glance, submissions: Sequence[SubmissionResult], ids: Sequence[str], width: int) -> Group:
    """Students by exercises; where there is no room for all of them by chapters."""
    few = len(ids) <= FEW_EXERCISES
    longest = 19 if few else 12
    names = [Text(one_line(s.student, MAX_PLAIN)) for s in submissions]
    room = width - 2 - min(longest, _Column(_("student"), names).width)
    rows = [_by_exercise(submissions, ids, few)] if few else _rows(_by_exercise(submissions, ids, few), room)
    if len(rows) > 1 and len(view.chapters) > 1:
        rows = _rows(_by_chapter(submissions, view.chapters), room)
        listed = [f"{chapter.short} {chapter.title}" for chapter in view.chapters]
        text = _("Percent of the points; {face} not graded, {none} not started. Each exercise is in the report.")
        said = text.format(face=FACES[Status.UNGRADED][0], none=FACES[Status.NOT_ATTEMPTED][0])
    else:
        listed = [f"{number} {id.split('/')[1]}" for number, id in enumerate(ids, 1)]
        met = {e.status for s in submissions for e in s.exercises}
        said = "  ".join(f"{FACES[s][0]} {_(WORDS[s])}" for s in FACES if s in met and s is not Status.PASSED)
    tables = [_table(names, row, longest) for row in rows]
    legend = Columns([Text(name, "dim") for name in listed], padding=(0, 2))
    return Group(*tables, legend, Text(said, "dim"), "")


def _by_exercise(submissions: Sequence[SubmissionResult], ids: Sequence[str], few: bool) -> list[_Column]:
    """The points of each exercise, with a sign of how it came out where there is room for one, and of all."""
    mine = [{e.id: e for e in s.exercises} for s in submissions]

    def cell(exercise: ExerciseResult | None) -> Text:
        if exercise is None:
            return Text()
        face, style = FACES[exercise.status]
        sign = f" {face}" if few and exercise.status is not Status.PASSED else ""
        if exercise.status is Status.UNGRADED:
            return Text(face, style)
        return Text(f"{exercise.score:g}{sign}", style)

    columns = [
        _Column(str(number), [cell(found.get(id)) for found in mine], 6 if few else 3)
        for number, id in enumerate(ids, 1)
    ]
    return [*columns, _Column(_("score"), [_total(s) for s in submissions], style="bold")]


def _total(submission: SubmissionResult) -> Text:
    if submission.waits:
        return Text(*FACES[Status.UNGRADED])
    return Text(f"{submission.score:g}/{submission.max_score:g}")


def _by_chapter(submissions: Sequence[SubmissionResult], chapters: Sequence[Chapter]) -> list[_Column]:
    """Each chapter in percent of its points, and all of them."""
    mine = [parts(s) for s in submissions]
    columns = [_Column(c.short, [_percent(found.get(c.id)) for found in mine], 3) for c in chapters]
    return [*columns, _Column(_("all"), [_percent(s) for s in submissions], 3, "bold")]


def _percent(result: Part | SubmissionResult | None) -> Text:
    status = result.status if isinstance(result, Part) else None
    if status in (Status.UNGRADED, Status.NOT_ATTEMPTED):
        return Text(*FACES[status])
    reached = share(result) if result else None
    if result is None or reached is None:
        return Text()
    # What is short of full marks is not called 100.
    return Text("100", "green") if full(result) else Text(str(min(99, round(100 * reached))))


def _rows(columns: Sequence[_Column], room: int) -> list[list[_Column]]:
    """The columns in as many rows of them as the room asks for."""
    rows: list[list[_Column]] = [[]]
    left = room
    for column in columns:
        if rows[-1] and left < column.width + 1:
            rows.append([])
            left = room
        rows[-1].append(column)
        left -= column.width + 1
    return rows


def _table(names: Sequence[Text], columns: Sequence[_Column], longest: int) -> Table:
    table = Table(header_style="bold", pad_edge=False, box=box.SIMPLE_HEAD, padding=0)
    table.add_column(_("student"), no_wrap=True, max_width=longest)
    for column in columns:
        table.add_column(column.heading, justify="right", style=column.style, no_wrap=True, min_width=column.least)
    for name, *cells in zip(names, *(column.cells for column in columns), strict=True):
        table.add_row(name, *cells)
    return table


def show_notes(console: Console, results: Results) -> None:
    """What a person should know about single submissions: every flag, and of the rest what can be read at a glance."""
    notes: list[str] = []
    for submission in results.submissions:
        notes += [
            f"  {one_line(submission.student, MAX_PLAIN)}: {one_line(note, MAX_PLAIN)}" for note in submission.notes
        ]
        for flag in submission.flags:
            console.print(
                f"  {one_line(submission.student, MAX_PLAIN)}: {one_line(flag, MAX_PLAIN)}",
                style="yellow",
                markup=False,
            )
    for note in notes[:MAX_NOTES]:
        console.print(note, style="dim", markup=False)
    if len(notes) > MAX_NOTES:
        text = _("  and {n} more notes on single submissions, in the report")
        console.print(Text(text.format(n=len(notes) - MAX_NOTES), "dim"))


def _lines(columns: Sequence[Column | Chapter]) -> Table:
    """A line for each exercise, or for each chapter."""
    table = Table(header_style="bold", pad_edge=False)
    first = _("chapter") if columns and isinstance(columns[0], Chapter) else _("exercise")
    for name in (first, _("mean"), _("of"), _("full marks"), _("started")):
        table.add_column(name, justify="left" if name == first else "right")
    for column in columns:
        mean = "" if column.mean is None else f"{column.mean * column.max_score:.1f}"
        table.add_row(column.id, mean, f"{column.max_score:g}", str(column.full), str(column.started))
    return table
