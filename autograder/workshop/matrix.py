"""The matrix of an audit at the command line: solutions by checks."""

from __future__ import annotations

from rich.columns import Columns
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from autograder.messages import _
from autograder.report.terminal import FACES
from autograder.results import Status
from autograder.workshop.audit import Audit
from autograder.workshop.mutation import Mutation, Survivor
from autograder.workshop.variation import Alarm, Variation


def show_audit(console: Console, audit: Audit) -> None:
    """Every solution's result at every check, then what is still missing, step by step."""
    console.print(Text(audit.id, "bold"))
    if audit.matrix:
        checks = list(audit.matrix["(reference)"]) if "(reference)" in audit.matrix else []
        table = _table(audit, checks)
        needed = Measurement.get(console, console.options.update(width=10_000), table).maximum
        console.print(table if needed <= console.width else _list(audit, checks))
        legend = [Text(f"{number} {check}", "dim") for number, check in enumerate(checks, 1)]
        console.print(Columns(legend, padding=(0, 2)))
        text = _("! the misconception was recognised; nearest one {margin:.3g} tolerances away; {seeds} seeds")
        console.print(Text(text.format(margin=audit.margin, seeds=audit.seeds), "dim"))
    for found in audit.weak:
        console.print(Text(f"  - {found.sentence}", "yellow"))
    for check, names in audit.alike:
        text = _("  = {check} cannot tell apart: {names}")
        console.print(Text(text.format(check=check, names=", ".join(names)), "dim"))
    for step, problem in enumerate(audit.problems, 1):
        console.print(Text(f"  {step}. {problem}", "red"))
    console.print()


def show_mutation(console: Console, id: str, found: Mutation) -> None:
    """What became of the mutants of an exercise: first the holes, then what an author may want to know."""
    console.print(Text(id, "bold"))
    text = _(
        "{killed} of {all} mutants lose marks, {named} of them are named; {equivalent} are presumed equivalent, "
        "{judged} of them judged so"
    )
    counts = {"killed": found.killed, "all": found.mutants, "named": found.named, "equivalent": len(found.equivalent)}
    console.print(text.format(**counts, judged=sum(bool(survivor.why) for survivor in found.equivalent)))
    for survivor in found.holes:
        console.print(Text(f"  {_survivor(survivor)}", "red"), soft_wrap=True)
        console.print(Text(_("      keeps all marks, but: {witness}").format(witness=survivor.witness), "red"))
    for survivor in found.equivalent:
        console.print(Text(f"  = {_survivor(survivor)}", "dim"), soft_wrap=True)
        if survivor.why:
            console.print(Text(_("      judged equivalent: {why}").format(why=survivor.why), "dim"))
    for name in found.unmatched:
        text = _("  equivalent({name!r}, ...) matches no mutant that keeps all marks: name the one meant, or none")
        console.print(Text(text.format(name=name), "red"), soft_wrap=True)
    for check in found.trained:
        count, alone = found.by.get(check, (0, 0))
        text = _("  {check}: {count} mutants lose marks at it, {alone} of them at it alone")
        console.print(text.format(check=check, count=count, alone=alone))
    if idle := sorted(name for name in found.checks if name not in found.by):
        console.print(_("  no mutant loses marks at: {checks}").format(checks=", ".join(idle)))
    if replaceable := sorted(name for name, (_all, alone) in found.by.items() if not alone):
        console.print(_("  no mutant loses marks at this check alone: {checks}").format(checks=", ".join(replaceable)))
    if proposals := sorted(found.unnamed.items(), key=lambda item: -item[1])[:3]:
        kinds = ", ".join(f"{what} ({count})" for what, count in proposals)
        console.print(_("  often killed, never named: {kinds}").format(kinds=kinds))
    console.print()


def _survivor(survivor: Survivor | Alarm) -> str:
    return _("line {line}, {what}: {change}").format(line=survivor.line, what=survivor.what, change=survivor.change)


def show_score(console: Console, id: str, found: Mutation) -> None:
    """What is known of the mutants of an exercise, in one line."""
    text = _("{id}: {killed} of {all} mutants lose marks, {holes} holes, score {score:.1%}")
    counts = {"killed": found.killed, "all": found.mutants, "holes": len(found.holes), "score": found.score}
    console.print(Text(text.format(id=id, **counts), "dim" if found.green else "red"))


def show_mutations(console: Console, found: dict[str, Mutation]) -> None:
    """The table of all exercises: mutants, those that lose marks, holes, those presumed equivalent, the score."""
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column(_("exercise"))
    for title in (_("mutants"), _("killed"), _("named"), _("equivalent"), _("holes"), _("score")):
        table.add_column(title, justify="right")
    for id, one in found.items():
        cells = map(str, (one.mutants, one.killed, one.named, len(one.equivalent), len(one.holes)))
        table.add_row(id.split("/")[1], *cells, f"{one.score:.1%}")
    console.print(table)


def show_variation(console: Console, id: str, found: Variation) -> None:
    """What became of the variants of an exercise: first the false alarms, then what is not right here."""
    console.print(Text(id, "bold"))
    text = _(
        "{variants} variants and {pairs} pairs, {seeds} seeds: {passed} keep full marks, {none} are not right here"
    )
    counts = {"variants": found.variants, "pairs": found.pairs, "passed": found.passed, "seeds": found.seeds}
    console.print(text.format(**counts, none=len(found.none_here)))
    for alarm in found.alarms:
        console.print(Text(f"  {_survivor(alarm)}", "red"))
        console.print(Text(_("      loses marks: {lost}").format(lost=alarm.lost), "red"))
    for alarm in found.none_here:
        console.print(Text(f"  - {_survivor(alarm)}: {alarm.witness}", "dim"))
    console.print()


def show_variations(console: Console, found: dict[str, Variation]) -> None:
    """The table of all exercises: variants and pairs, those that keep full marks, false alarms, those that are none."""
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column(_("exercise"))
    for title in (_("variants"), _("pairs"), _("passed"), _("false alarms"), _("not right here")):
        table.add_column(title, justify="right")
    for id, one in found.items():
        cells = map(str, (one.variants, one.pairs, one.passed, len(one.alarms), len(one.none_here)))
        table.add_row(id.split("/")[1], *cells)
    console.print(table)


def _table(audit: Audit, checks: list[str]) -> Table:
    """A column for each check."""
    table = Table(box=None, header_style="dim", padding=(0, 1, 0, 0))
    table.add_column(_("solution"))
    for number in range(1, len(checks) + 1):
        table.add_column(str(number), justify="center")
    table.add_column(_("score"), justify="right")
    for name in audit.matrix:
        table.add_row(name, *(_cell(audit, name, check) for check in checks), _score(audit, name))
    return table


def _list(audit: Audit, checks: list[str]) -> Table:
    """Where the columns do not fit: for each solution the checks that it does not pass, by their numbers."""
    table = Table(box=None, header_style="dim", padding=(0, 1, 0, 0))
    table.add_column(_("solution"), overflow="fold")
    table.add_column(_("score"), justify="right", no_wrap=True)
    table.add_column(_("all checks but"))
    for name, row in audit.matrix.items():
        others = [
            Text(f"{number} ", "dim") + _cell(audit, name, check)
            for number, check in enumerate(checks, 1)
            if row.get(check, (Status.SKIPPED, ""))[0] is not Status.PASSED
        ]
        table.add_row(name, _score(audit, name), Text("  ").join(others))
    return table


def _cell(audit: Audit, name: str, check: str) -> Text:
    status, named = audit.matrix[name].get(check, (Status.SKIPPED, ""))
    face, style = FACES[status]
    return Text(face + ("!" if named == name else ""), style)


def _score(audit: Audit, name: str) -> str:
    return f"{audit.scores[name]:g}/{audit.max_score:g}"
