"""The command line. It knows every part and has no logic of its own; what needs torch is imported when it is used."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder import __version__, catalog
from autograder.messages import _

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.runner.pool import Runner

WRONG, USAGE = 1, 2

app = typer.Typer(
    name="kata",
    help=_("Automatically graded exercises for deep learning in PyTorch."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
STUDENT, INSTRUCTOR, AUTHOR = _("For learners"), _("For instructors"), _("For authors")

Ids = Annotated[
    list[str] | None, typer.Argument(help=_("exercises or chapters, as 'corr2d' or 'ch07'"), show_default=False)
]
Id = Annotated[str, typer.Argument(help=_("an exercise, as 'corr2d'"))]


class Device(StrEnum):
    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


class Fail(Exception):
    """Ends the command with one clear sentence."""

    def __init__(self, sentence: str, status: int = USAGE) -> None:
        super().__init__(sentence)
        self.status = status


def run() -> None:
    """Runs the command line and exits with its status."""
    try:
        sys.exit(app(standalone_mode=False))
    except (Fail, catalog.UnknownExerciseError, catalog.NoKitError) as error:
        _error(str(error))
        sys.exit(getattr(error, "status", USAGE))
    except typer.Exit as error:
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        _error(_("Stopped."))
        sys.exit(130)
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        _error(error.format_message())
        sys.exit(USAGE)


def _error(sentence: str) -> None:
    print(f"kata: {sentence}", file=sys.stderr)


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def _resolve(names: list[str] | None) -> list[str]:
    chosen = [id for name in names or [] for id in catalog.resolve(name)]
    return list(dict.fromkeys(chosen)) or list(catalog.entries())


def _version(wanted: bool) -> None:
    if wanted:
        print(f"torchkata {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=_("Show the version."))
    ] = False,
) -> None:
    pass


@app.command("list", rich_help_panel=STUDENT, help=_("Show the exercises and how far you are."))
def list_(names: Ids = None) -> None:
    from rich.text import Text

    from autograder import progress

    states = progress.load()
    ids = _resolve(names)
    console = _console()
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


@app.command(rich_help_panel=STUDENT, help=_("Check your solutions and learn what is wrong."))
def check(
    names: Ids = None,
    seed: Annotated[str, typer.Option(help=_("other inputs"))] = "public",
    device: Annotated[Device, typer.Option(help=_("where your code runs"))] = Device.CPU,
    fast: Annotated[bool, typer.Option("--fast", help=_("leave out the training runs"))] = False,
) -> None:
    ids = [id for name in names or [] for id in catalog.resolve(name)]
    catalog.kit_root()
    runner = _runner(_device(device), trusted=True)
    try:
        status = _check(runner, ids, seed, _device(device), fast)
    finally:
        runner.close()
    raise typer.Exit(status)


def _check(runner: Runner, ids: list[str], seed: str, device: str, fast: bool) -> int:
    from rich.text import Text

    from autograder import progress
    from autograder.grading import expectations
    from autograder.grading.assess import assess, not_attempted, without_run
    from autograder.grading.results import Status
    from autograder.grading.sources import read_source
    from autograder.grading.stubs import is_untouched
    from autograder.report import terminal

    console = _console()
    states = progress.load()
    chosen = ids or list(catalog.entries())
    wrong = checked = 0
    for id in chosen:
        path = catalog.exercise_file(id)
        shown = str(path.relative_to(catalog.kit_root()))
        if not path.exists():
            if ids:
                text = _("{path} does not exist: 'kata reset {name}' makes it anew.")
                raise Fail(text.format(path=shown, name=id.split("/")[1]))
            continue
        exercise = catalog.load_exercise(id)
        source = read_source(path)
        try:
            expected = expectations.get(runner, id, seed, device)
        except (expectations.BrokenExerciseError, OSError) as error:
            raise Fail(_("The grader failed, not you: {error}").format(error=error), WRONG) from None
        if not source.problem and is_untouched(source.text, expected.stub):
            if not ids:
                continue
            result = not_attempted(exercise, "")
        elif source.problem:
            result = without_run(exercise, Status.ERROR, source.problem)
        else:
            result = assess(runner, exercise, expected, source.text, path.name, training=not fast)
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


@app.command(rich_help_panel=STUDENT, help=_("Give the next hint for an exercise."))
def hint(
    name: Id,
    all_hints: Annotated[bool, typer.Option("--all", help=_("all hints at once"))] = False,
    again: Annotated[bool, typer.Option("--again", help=_("from the first one on"))] = False,
) -> None:
    from rich.text import Text

    from autograder import progress

    id = _one(name)
    exercise = catalog.load_exercise(id)
    states = progress.load()
    state = states.setdefault(id, progress.State())
    # Hints for what fails come first; the others follow in the author's order.
    helpful = [h for h in exercise.hints if not h.helps or not state.failed or set(h.helps) & set(state.failed)]
    ordered = helpful + [h for h in exercise.hints if h not in helpful]
    seen = 0 if again else state.hints
    if seen >= len(ordered):
        seen = len(ordered) - 1
    last = len(ordered) if all_hints else seen + 1
    console = _console()
    for number in range(0 if all_hints else seen, last):
        heading = _("Hint {number} of {total}").format(number=number + 1, total=len(ordered))
        console.print(Text.assemble((heading, "bold"), "  ", _(ordered[number].text)))
    state.hints = last
    progress.save(states)


@app.command(rich_help_panel=STUDENT, help=_("Put the untouched stub back; your file is kept aside."))
def reset(
    name: Id,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("do not ask"))] = False,
) -> None:
    from autograder import progress
    from autograder.grading.stubs import cut

    id = _one(name)
    path, solution = catalog.exercise_file(id), catalog.solution_file(id)
    if solution.exists():
        stub = cut(solution.read_text(encoding="utf-8"))
    else:
        from autograder.grading.expectations import shipped_stub

        stub = shipped_stub(id)
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


@app.command(rich_help_panel=INSTRUCTOR, help=_("Grade a folder that holds one folder for each student."))
def grade(
    submissions: Annotated[Path, typer.Argument(help=_("the folder of submissions"))],
    out: Annotated[Path, typer.Option(help=_("where results go"))],
    exercise: Annotated[
        list[str] | None, typer.Option(help=_("an exercise or chapter; may be repeated"), show_default=False)
    ] = None,
    seed: Annotated[str, typer.Option(help=_("your secret: other inputs than the learners have"))] = "public",
    jobs: Annotated[int, typer.Option(min=0, help=_("how many at a time (0: one for each core)"))] = 0,
    device: Annotated[Device, typer.Option(help=_("where student code runs"))] = Device.AUTO,
) -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    ids = _resolve(exercise)
    catalog.kit_root()
    from autograder.grading.sources import IntakeError, read_class

    try:
        found = read_class(submissions, ids)
    except IntakeError as error:
        raise Fail(str(error)) from None
    runner = _runner(_device(device))
    from autograder.grading import grade as grading
    from autograder.report import html, terminal

    console = _console()
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    bar = Progress(*columns, console=console)
    try:
        with bar:
            task = bar.add_task(_("grading"), total=None)
            done = grading.grade(
                runner, found, ids, out, seed=seed, device=_device(device), jobs=jobs,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )  # fmt: skip
        page = html.write_report(done.results, out, done.changes)
    except grading.OutputError as error:
        raise Fail(str(error)) from None
    except OSError as error:
        text = _("The results could not be written: {reason}. What was graded is kept; run the same command again.")
        raise Fail(text.format(reason=error.strerror or error), WRONG) from None
    except KeyboardInterrupt:
        raise Fail(_("Stopped. Run the same command again and it goes on where it was."), 130) from None
    finally:
        runner.close()
    terminal.show_class(console, done, ids)
    for submission in done.results.submissions:
        for note in submission.notes:
            console.print(f"  {submission.student}: {note}", style="dim", markup=False)
    text = _("{graded} graded, {reused} reused. Isolation: {isolation}.")
    console.print(text.format(graded=done.graded, reused=done.reused, isolation=done.results.isolation))
    console.print(_("Report: {page}").format(page=page), soft_wrap=True, markup=False)
    if done.ungraded:
        for student, id in done.ungraded[:10]:
            _error(_("not graded, by no fault of the student's: {student}, {id}").format(student=student, id=id))
        raise typer.Exit(WRONG)


@app.command(rich_help_panel=AUTHOR, help=_("Cut the stubs and the message catalogue from the sources."))
def sync() -> None:
    from autograder.workshop import messages, sync

    for path in [*sync.sync(), *messages.sync()]:
        print(path.relative_to(catalog.kit_root()))


@app.command(rich_help_panel=AUTHOR, help=_("Make the files of a new exercise, with what to fill in marked TODO."))
def new(name: Annotated[str, typer.Argument(help=_("chapter/exercise"))]) -> None:
    from autograder.workshop.new import ExistsError, new
    from autograder.workshop.sync import sync

    catalog.kit_root()
    try:
        for path in [*new(name), *sync()]:
            print(path.relative_to(catalog.kit_root()))
    except ExistsError as error:
        raise Fail(str(error)) from None
    print(_("Fill in what is marked TODO; 'kata audit {name}' says what comes next.").format(name=name.split("/")[1]))


@app.command(
    rich_help_panel=AUTHOR, help=_("Prove the checks: the reference passes, every mistake fails and is named.")
)
def audit(
    names: Ids = None,
    seeds: Annotated[int, typer.Option(min=1, help=_("how many seeds"))] = 20,
) -> None:
    ids = _resolve(names)
    catalog.kit_root()
    runner = _runner("cpu", trusted=True)
    from autograder.report.matrix import show_audit
    from autograder.workshop.audit import audit

    console = _console()
    try:
        audits = []
        for id in ids:
            audits.append(audit(runner, id, seeds))
            show_audit(console, audits[-1])
    finally:
        runner.close()
    red = [a.id for a in audits if not a.green]
    count = sum(len(a.misconceptions) for a in audits)
    if red:
        text = _("{n} of {total} exercises are not in order: {names}")
        _error(text.format(n=len(red), total=len(ids), names=", ".join(red)))
        raise typer.Exit(WRONG)
    text = _("All {total} exercises are in order, with {count} misconceptions, over {seeds} seeds.")
    console.print(text.format(total=len(ids), count=count, seeds=seeds), style="green")


@app.command(rich_help_panel=AUTHOR, help=_("Measure what training reaches, over many seeds, and set the thresholds."))
def calibrate(
    names: Ids = None,
    seeds: Annotated[int, typer.Option(min=2, help=_("how many seeds"))] = 30,
    device: Annotated[Device, typer.Option(help=_("where to train"))] = Device.AUTO,
) -> None:
    ids = _resolve(names)
    catalog.kit_root()
    runner = _runner(_device(device), trusted=True)
    from autograder.workshop.calibrate import calibrate

    try:
        for id in ids:
            if any(c.training for c in catalog.load_exercise(id).checks):
                calibrate(runner, id, seeds, _device(device))
                print(catalog.calibration_file(id).name)
    finally:
        runner.close()


def _one(name: str) -> str:
    ids = catalog.resolve(name)
    if len(ids) > 1:
        raise Fail(_("{name} is a chapter: name one exercise of it.").format(name=name))
    return ids[0]


def _device(device: Device) -> str:
    if device is not Device.AUTO:
        return str(device)
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _runner(device: str, trusted: bool = False) -> Runner:
    """Where student code will run; ``trusted``: the code is one's own, and no secret is near."""
    if device != "cpu":
        from autograder.runner.spawn import SpawnPool

        return SpawnPool(device)
    from autograder.runner.pool import ZygotePool

    return ZygotePool(forked=trusted)
