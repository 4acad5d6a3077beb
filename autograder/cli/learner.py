"""Commands of a learner: list, check, hint, reset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder import catalog
from autograder.cli.base import (
    LEARNER,
    Device,
    Id,
    Ids,
    app,
    choose_device,
    new_console,
    resolve,
    resolve_one,
)
from autograder.errors import WRONG, KitError, writing
from autograder.messages import _
from autograder.runner.start import start_runner

if TYPE_CHECKING:
    from autograder.results import ExerciseResult
    from autograder.runner.protocol import Runner


@app.command("list", rich_help_panel=LEARNER, help=_("Show the exercises and how far you are."))
def list_(names: Ids = None) -> None:
    from rich.text import Text

    from autograder import progress

    states = progress.load()
    ids = resolve(names)
    console = new_console()
    for chapter in dict.fromkeys(id.split("/")[0] for id in ids):
        console.print(Text.assemble((chapter, "bold"), "  ", _(catalog.manifest()[chapter])))
        for id in ids:
            if not id.startswith(f"{chapter}/"):
                continue
            entry, state = catalog.entries()[id], states.get(id, progress.State())
            mark, score = "", ""
            if state.status:
                current = state.source == progress.digest(id)
                mark = (":)" if state.status == "passed" else ":(") if current else "~~"
                score = f"{state.score:g}/{state.max_score:g}"
            minutes = _("{n} min").format(n=entry.minutes)
            row = f"  {mark:2}  {entry.name:30}  {'*' * entry.difficulty:5}  {minutes:>7}  {score:>6}  {_(entry.title)}"
            console.print(Text(row, no_wrap=True, overflow="ellipsis"))
    console.print(
        Text(_("Stars: difficulty. kata check NAME checks one; ~~ marks a file that has changed since."), "dim")
    )


@app.command(rich_help_panel=LEARNER, help=_("Check your solutions and learn what is wrong."))
def check(
    names: Ids = None,
    seed: Annotated[str, typer.Option(help=_("other inputs"))] = "public",
    device: Annotated[Device, typer.Option(help=_("where your code runs"))] = Device.CPU,
    fast: Annotated[bool, typer.Option("--fast", help=_("leave out the training runs"))] = False,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help=_("write JUnit XML"), show_default=False)] = None,
    summary: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("append the results in Markdown"), show_default=False)
    ] = None,
) -> None:
    ids = [id for name in names or [] for id in catalog.resolve(name)]
    catalog.kit_root()
    runner = start_runner(choose_device(device), forked=True)
    results: list[ExerciseResult] = []
    try:
        status = _check(runner, ids, seed, choose_device(device), fast, results)
    finally:
        runner.close()
    if junit:
        from autograder.report.junit import to_xml

        _write(junit, to_xml((r.id, r) for r in results), "wb")
    if summary:
        from autograder.bridges import github

        _write(summary, github.summary(results).encode(), "ab")
    raise typer.Exit(status)


def _write(path: Path, content: bytes, mode: str) -> None:
    with writing(path), path.open(mode) as file:
        file.write(content)


def _check(runner: Runner, ids: list[str], seed: str, device: str, fast: bool, results: list[ExerciseResult]) -> int:
    from rich.text import Text

    from autograder import progress
    from autograder.intake.classes import read_source
    from autograder.judging import expectations
    from autograder.judging.assess import assess, not_attempted, without_run
    from autograder.judging.stubs import is_untouched
    from autograder.report import terminal
    from autograder.results import Status

    console = new_console()
    states = progress.load()
    chosen = ids or list(catalog.entries())
    wrong = checked = 0
    for id in chosen:
        path = catalog.exercise_file(id)
        shown = str(path.relative_to(catalog.kit_root()))
        if not path.exists():
            if ids:
                text = _("{path} does not exist: 'kata reset {name}' makes it anew.")
                raise KitError(text.format(path=shown, name=id.split("/")[1]))
            continue
        exercise = catalog.load_exercise(id)
        source = read_source(path)
        try:
            expected = expectations.get(runner, id, seed, device)
        except (expectations.BrokenExerciseError, OSError) as error:
            raise KitError(_("The grader failed, not you: {error}").format(error=error), WRONG) from None
        if not source.problem and is_untouched(source.text, expected.stub):
            if not ids:
                continue
            result = not_attempted(exercise, "", expected.device)
        elif source.problem:
            result = without_run(exercise, Status.ERROR, source.problem, expected.device)
        else:
            result = assess(runner, exercise, expected, source.text, path.name, training=not fast)
        results.append(result)
        checked += 1
        wrong += any(c.status not in (Status.PASSED, Status.SKIPPED) for c in result.checks)
        terminal.show_exercise(console, result, _(catalog.entries()[id].title), shown)
        state = states.setdefault(id, progress.State())
        state.status, state.score, state.max_score = str(result.status), result.score, result.max_score
        state.source = progress.digest(id)
        state.failed = [c.name for c in result.checks if c.status not in (Status.PASSED, Status.SKIPPED)]
        name = id.split("/")[1]
        points = _("{score:g} of {most:g} points").format(score=result.score, most=result.max_score)
        total = Text(points, "bold")
        if result.status is Status.PASSED:
            total.append(_("  all right, well done"), "green")
        elif result.status is not Status.UNGRADED and exercise.hints:
            total.append(_("  need a hint? kata hint {name}").format(name=name), "dim")
        console.print()
        console.print(total)
    progress.save(states)
    if not checked:
        console.print(_("Nothing is started yet. 'kata list' shows the exercises; open one in exercises/ and begin."))
    return WRONG if wrong else 0


@app.command(rich_help_panel=LEARNER, help=_("Give the next hint for an exercise."))
def hint(
    name: Id,
    all_hints: Annotated[bool, typer.Option("--all", help=_("all hints at once"))] = False,
    again: Annotated[bool, typer.Option("--again", help=_("from the first one on"))] = False,
) -> None:
    from rich.text import Text

    from autograder import progress

    id = resolve_one(name)
    exercise = catalog.load_exercise(id)
    states = progress.load()
    state = states.setdefault(id, progress.State())
    ordered = exercise.hints_for(state.failed)
    seen = 0 if again else state.hints
    if seen >= len(ordered):
        seen = len(ordered) - 1
    last = len(ordered) if all_hints else seen + 1
    console = new_console()
    for number in range(0 if all_hints else seen, last):
        heading = _("Hint {number} of {total}").format(number=number + 1, total=len(ordered))
        console.print(Text.assemble((heading, "bold"), "  ", _(ordered[number].text)))
    state.hints = last
    progress.save(states)


@app.command(rich_help_panel=LEARNER, help=_("Put the untouched stub back; your file is kept aside."))
def reset(
    name: Id,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("do not ask"))] = False,
) -> None:
    from autograder import progress
    from autograder.judging.stubs import cut

    id = resolve_one(name)
    path, solution = catalog.exercise_file(id), catalog.solution_file(id)
    if solution.exists():
        stub = cut(solution.read_text(encoding="utf-8"))
    else:
        from autograder.judging.expectations import shipped

        stub = shipped(id).stub
    shown = path.relative_to(catalog.kit_root())
    if path.exists() and path.read_text(encoding="utf-8", errors="replace") == stub:
        print(_("{path} is the untouched stub already.").format(path=shown))
        return
    if not yes and path.exists() and not typer.confirm(_("Put the stub back into {path}?").format(path=shown)):
        raise typer.Exit(WRONG)
    kept = progress.back_up(id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(stub, encoding="utf-8")
    states = progress.load()
    states.pop(id, None)
    progress.save(states)
    if kept:
        text = _("{path} is the stub again; your file is kept as {kept}.")
        print(text.format(path=shown, kept=kept.relative_to(catalog.kit_root())))
    else:
        print(_("{path} is the stub again.").format(path=shown))
