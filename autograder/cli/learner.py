"""Commands of a learner: list, check, hint, reset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder import catalog, progress
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
from autograder.intake.classes import read_source
from autograder.intake.locating import read_file
from autograder.intake.trees import on_disk
from autograder.messages import _
from autograder.runner.start import start_runner

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.results import ExerciseResult


@app.command("list", rich_help_panel=LEARNER, help=_("Show the exercises and how far you are."))
def list_(names: Ids = None) -> None:
    from rich.text import Text

    states, ids = progress.load(), resolve(names)
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
    ids = list(dict.fromkeys(id for name in names or [] for id in catalog.resolve(name)))
    if chosen := ids or _begun():
        results = _check(chosen, seed, choose_device(device), fast)
    else:
        results = []
        print(_("Nothing is started yet. 'kata list' shows the exercises; open one in exercises/ and begin."))
    if junit:
        from autograder.report.junit import to_xml

        _write(junit, to_xml((r.id, r) for r in results), "wb")
    if summary:
        from autograder.bridges import github

        _write(summary, github.summary(results).encode(), "ab")
    raise typer.Exit(WRONG if any(c.failed for r in results for c in r.checks) else 0)


def _begun() -> list[str]:
    """The exercises whose file is there and not the stub any more. Torch is not needed to tell."""
    from autograder.judging.stubs import handed_out, is_untouched

    begun = []
    for id in catalog.entries():
        if (path := catalog.exercise_file(id)).exists():
            source, stub = read_file(on_disk(path)), handed_out(id)
            if source.problem or stub is None or not is_untouched(source.text, stub):
                begun.append(id)
    return begun


def _write(path: Path, content: bytes, mode: str) -> None:
    with writing(path), path.open(mode) as file:
        file.write(content)


def _check(ids: list[str], seed: str, device: str, fast: bool) -> list[ExerciseResult]:
    """Checks exercises and shows what came out, one after the other."""
    files = {id: _file(id) for id in ids}
    runner = start_runner(device, forked=True)
    results = []
    try:
        from autograder.judging.grader import Grader

        grader = Grader.public(runner, seed, device, training=not fast)
        console, states = new_console(), progress.load()
        for id, path in files.items():
            with console.status(_("checking {name}").format(name=id.split("/")[1])):
                result = grader.check(id, read_source(path)).opened()
            results.append(result)
            _show(console, result, path)
            state = states.setdefault(id, progress.State())
            state.status, state.score, state.max_score = str(result.status), result.score, result.max_score
            state.source = progress.digest(id)
            state.failed = [c.name for c in result.checks if c.failed]
            progress.save(states)
    finally:
        runner.close()
    return results


def _file(id: str) -> Path:
    path = catalog.exercise_file(id)
    if not path.exists():
        text = _("{path} does not exist: 'kata reset {name}' recreates it.")
        raise KitError(text.format(path=_shown(path), name=id.split("/")[1]))
    return path


def _shown(path: Path) -> str:
    return str(path.relative_to(catalog.kit_root()))


def _show(console: Console, result: ExerciseResult, path: Path) -> None:
    from rich.text import Text

    from autograder.report import terminal
    from autograder.results import Status

    terminal.show_exercise(console, result, _(catalog.entries()[result.id].title), _shown(path))
    points = _("{score:g} of {most:g} points").format(score=result.score, most=result.max_score)
    total = Text(points, "bold")
    if result.status is Status.PASSED:
        total.append(_("  All correct, well done!"), "green")
    elif result.status is not Status.UNGRADED and catalog.load_exercise(result.id).hints:
        total.append(_("  need a hint? kata hint {name}").format(name=result.id.split("/")[1]), "dim")
    console.print()
    console.print(total)


@app.command(rich_help_panel=LEARNER, help=_("Give the next hint for an exercise."))
def hint(
    name: Id,
    all_hints: Annotated[bool, typer.Option("--all", help=_("all hints at once"))] = False,
    again: Annotated[bool, typer.Option("--again", help=_("from the first one on"))] = False,
) -> None:
    from rich.text import Text

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


@app.command(rich_help_panel=LEARNER, help=_("Restore the original stub; your file is backed up."))
def reset(
    name: Id,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("do not ask"))] = False,
) -> None:
    from autograder.judging.stubs import handed_out

    id = resolve_one(name)
    path, stub = catalog.exercise_file(id), handed_out(id)
    if stub is None:
        raise KitError(_("The stub of {id} is not in this kit.").format(id=id))
    shown = path.relative_to(catalog.kit_root())
    if path.exists() and path.read_text(encoding="utf-8", errors="replace") == stub:
        print(_("{path} is the untouched stub already.").format(path=shown))
        return
    if not yes and path.exists() and not typer.confirm(_("Restore the stub in {path}?").format(path=shown)):
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
