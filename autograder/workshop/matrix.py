"""The matrix of an audit at the command line: solutions by checks."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.messages import _
from autograder.report.terminal import FACES
from autograder.results import Status
from autograder.workshop.audit import Audit


def show_audit(console: Console, audit: Audit) -> None:
    """Every solution's result at every check, then what is still missing, step by step."""
    console.print(Text(audit.id, "bold"))
    if audit.matrix:
        table = Table(box=None, header_style="dim", padding=(0, 1, 0, 0))
        table.add_column(_("solution"))
        checks = list(audit.matrix["(reference)"]) if "(reference)" in audit.matrix else []
        for number in range(1, len(checks) + 1):
            table.add_column(str(number), justify="center")
        table.add_column(_("score"), justify="right")
        for name, row in audit.matrix.items():
            cells = []
            for check in checks:
                status, named = row.get(check, (Status.SKIPPED, ""))
                face, style = FACES[status]
                cells.append(Text(face + ("!" if named == name else ""), style))
            table.add_row(name, *cells, f"{audit.scores[name]:g}/{audit.max_score:g}")
        console.print(table)
        legend = "  ".join(f"{number} {check}" for number, check in enumerate(checks, 1))
        console.print(Text(legend, "dim"))
        text = _("! the misconception was recognised; nearest one {margin:.3g} tolerances away; {seeds} seeds")
        console.print(Text(text.format(margin=audit.margin, seeds=audit.seeds), "dim"))
    for step, problem in enumerate(audit.problems, 1):
        console.print(Text(f"  {step}. {problem}", "red"))
    console.print()
