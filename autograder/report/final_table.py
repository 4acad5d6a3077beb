"""The table of final marks in the terminal: the raw mark, each rule's effect, the final mark."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.marks.finals import Final, Finals, shown
from autograder.messages import _
from autograder.report.said import one_line
from autograder.report.terminal import MAX_ROWS

SHOWN_NAMES = 10


def show_finals(console: Console, finals: Finals) -> None:
    """The students whose mark a rule changed, or all of a small class; then what a person should look at."""
    rows = finals.students
    if len(rows) > MAX_ROWS:
        rows = [f for f in rows if f.final != f.raw][:MAX_ROWS]
    console.print(_table(rows))
    if len(rows) < len(finals.students):
        text = _("{n} of {total} students are shown.")
        console.print(Text(text.format(n=len(rows), total=len(finals.students)), "dim"))
    ungraded = [f.student for f in finals.students if f.ungraded]
    for said, names in (
        (_("No time of submission is known; counted as in time:"), finals.timeless),
        (_("Part of it could not be graded; the final mark is not final:"), ungraded),
        (_("Named in the policy, but nobody in the class:"), finals.strangers),
    ):
        if names:
            more = _(" and {n} more").format(n=len(names) - SHOWN_NAMES) if len(names) > SHOWN_NAMES else ""
            console.print(Text(f"{said} {', '.join(map(one_line, names[:SHOWN_NAMES]))}{more}"))


def _table(rows: list[Final]) -> Table:
    table = Table(header_style="bold", pad_edge=False, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column(_("student"), no_wrap=True, max_width=24)
    table.add_column(_("raw"), justify="right")
    effects = {
        _("dropped"): [f.drop_effect for f in rows],
        _("extra"): [f.extra_effect for f in rows],
        _("lateness"): [f.late_effect for f in rows],
        _("scale"): [f.scale_effect for f in rows],
        _("rounding"): [f.rounding_effect for f in rows],
    }
    met = {name: values for name, values in effects.items() if any(values)}
    late = any(f.late for f in rows)
    if late:
        table.add_column(_("late"), justify="right", no_wrap=True)
    for name in met:
        table.add_column(name, justify="right")
    table.add_column(_("final"), justify="right", style="bold", no_wrap=True)
    for place, f in enumerate(rows):
        changes = [f"{values[place]:+.4g}" if values[place] else "" for values in met.values()]
        times = [shown(f.late)] if late else []
        whole = f"{f.final:.6g}/{f.final_max:.6g}"
        table.add_row(Text(one_line(f.student)), f"{f.raw:g}/{f.raw_max:g}", *times, *changes, whole)
    return table
