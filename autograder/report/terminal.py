"""What a person reads at the command line: results of checks, of a class, of an audit."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from autograder.messages import _, ngettext
from autograder.report import pictures
from autograder.report.glance import Glance, glance
from autograder.report.said import Said, one_line, said
from autograder.report.words import PANELS, WORDS
from autograder.results import CheckResult, ExerciseResult, Grading, Results, Status

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


def show_exercise(console: Console, result: ExerciseResult, title: str, path: str) -> None:
    """A line for each check, then the first failures in full."""
    console.print()
    heading = Text.assemble((title, "bold"), "  ", (path, "dim"))
    console.print(heading)
    lines = Table.grid(padding=(0, 2, 0, 0))
    for check in result.checks:
        lines.add_row(*_line(check))
    console.print(Padding(lines, (0, 0, 0, 2)))
    shown = [c for c in result.checks if c.status not in (Status.PASSED, Status.SKIPPED)]
    if result.status is Status.NOT_ATTEMPTED and not any(c.detail.trace for c in result.checks):
        console.print(Padding(Text(_("Not started yet: open {path} and begin.").format(path=path)), (1, 0, 0, 2)))
        return
    for check in _distinct(shown)[:SHOWN_FAILURES]:
        console.print(Padding(failure(check, console.width), (1, 0, 0, 2)))
    hidden = len(shown) - len(_distinct(shown)[:SHOWN_FAILURES])
    if hidden > 0:
        text = ngettext(
            "{n} more check fails; it may be the same mistake.",
            "{n} more checks fail; they may be the same mistake.",
            hidden,
        )
        console.print(Padding(Text(text.format(n=hidden), style="dim"), (1, 0, 0, 2)))


def _distinct(checks: Sequence[CheckResult]) -> list[CheckResult]:
    """The checks without those that would say the same again."""
    kept: dict[str, CheckResult] = {}
    for check in checks:
        kept.setdefault(said(check).gist, check)
    return list(kept.values())


def _line(check: CheckResult) -> tuple[Text, Text, Text]:
    face, style = FACES[check.status]
    told = said(check)
    line = Text(told.line)
    if check.status not in (Status.PASSED, Status.FAILED):
        line.append(f" [{told.word}]", style)
    return Text(face, f"bold {style}"), line, Text(f"{check.score:g}/{check.max_score:g}", "dim")


def failure(check: CheckResult, width: int) -> Group:
    """One failure: what was called, what came, what is probably wrong, how to see it again."""
    _face, style = FACES[check.status]
    told = said(check)
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
    """The class at a glance: students by exercises if it is small, else a line for each exercise."""
    submissions = grading.results.submissions
    view = glance(grading.results)
    console.print(_students(grading, ids) if len(submissions) <= MAX_ROWS else _exercises(view))
    if view.misconceptions:
        console.print(Text(_("Met most often:"), "bold"))
        for met in view.misconceptions[:5]:
            console.print(Text(f"  {len(met.students):3}  {met.column.name}: {met.sentence}"))
    if grading.changes:
        console.print(Text(_("Marks that changed since the last run:"), "bold"))
        for change in grading.changes[:20]:
            text = f"  {change.student}  {change.exercise}  {change.before:g} -> {change.after:g}"
            console.print(Text(text))
        if len(grading.changes) > 20:
            console.print(Text(_("  and {n} more").format(n=len(grading.changes) - 20)))


def _students(grading: Grading, ids: Sequence[str]) -> Group:
    few = len(ids) <= FEW_EXERCISES
    table = Table(header_style="bold", pad_edge=False, box=box.SIMPLE_HEAD, padding=0)
    table.add_column(_("student"), no_wrap=True, max_width=19 if few else 12)
    for number in range(1, len(ids) + 1):
        table.add_column(str(number), justify="right", no_wrap=True, min_width=6 if few else 3)
    table.add_column(_("score"), justify="right", style="bold", no_wrap=True)
    for submission in grading.results.submissions:
        cells = []
        for exercise in submission.exercises:
            face, style = FACES[exercise.status]
            whole = exercise.status is Status.PASSED
            cells.append(Text(f"{exercise.score:g} {face}" if few and not whole else f"{exercise.score:g}", style))
        total = f"{submission.score:g}/{submission.max_score:g}"
        table.add_row(Text(one_line(submission.student, MAX_PLAIN)), *cells, total)
    names = "  ".join(f"{number} {id.split('/')[1]}" for number, id in enumerate(ids, 1))
    met = {e.status for s in grading.results.submissions for e in s.exercises}
    faces = "  ".join(f"{FACES[s][0]} {_(WORDS[s])}" for s in FACES if s in met and s is not Status.PASSED)
    return Group(table, Text(names, "dim"), Text(faces, "dim"), "")


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


def _exercises(view: Glance) -> Table:
    table = Table(header_style="bold", pad_edge=False)
    for name in (_("exercise"), _("mean"), _("of"), _("full marks"), _("started")):
        table.add_column(name, justify="left" if name == _("exercise") else "right")
    for column in view.columns:
        mean = "" if column.mean is None else f"{column.mean * column.max_score:.1f}"
        table.add_row(column.id, mean, f"{column.max_score:g}", str(column.full), str(column.started))
    return table
