"""Commands of an instructor: grade, merge, release, export."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder import catalog
from autograder.cli.base import (
    INSTRUCTOR,
    Device,
    Ids,
    app,
    choose_device,
    complain,
    new_console,
    open_files,
    resolve,
    secret,
)
from autograder.cli.export import export
from autograder.errors import WRONG, KitError, needs
from autograder.messages import _
from autograder.runner.start import start_runner

if TYPE_CHECKING:
    from autograder.bridges.nbgrader.fast import Course
    from autograder.bridges.times import Prepared
    from autograder.classroom.executor import Executor, Local
    from autograder.intake.classes import Submissions
    from autograder.marks.finals import Finals
    from autograder.results import Grading

MAX_LEAKS, MAX_SAID = 40, 10  # lines on the terminal
app.add_typer(export, name="export", rich_help_panel=INSTRUCTOR)


@app.command(rich_help_panel=INSTRUCTOR, help=_("Grade a class: a folder that holds one folder for each student."))
def grade(
    out: Annotated[Path, typer.Option(help=_("where results go"))],
    submissions: Annotated[
        Path | None,
        typer.Argument(
            help=_("a folder or archive of the class, also as Moodle, Canvas or Gradescope deliver it"),
            show_default=False,
        ),
    ] = None,
    exercise: Annotated[
        list[str] | None, typer.Option(help=_("an exercise or chapter; may be repeated"), show_default=False)
    ] = None,
    seed: Annotated[str, typer.Option(help=_("your secret: inputs that differ from the learners'"))] = "public",
    jobs: Annotated[int, typer.Option(min=0, help=_("how many at a time (0: as many as keep all cores busy)"))] = 0,
    device: Annotated[Device, typer.Option(help=_("where student code runs"))] = Device.AUTO,
    cluster: Annotated[
        str,
        typer.Option(metavar="WHERE", help=_("local:N, tls://HOST:PORT, a scheduler's file, or one part: shard:I/N")),
    ] = "",
    trust_students: Annotated[
        bool, typer.Option("--trust-students", help=_("grade even where their code cannot be shut off; allows GPUs"))
    ] = False,
    junit: Annotated[bool, typer.Option("--junit", help=_("write junit.xml as well"))] = False,
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("rules for lateness, extra credit and more: OUT/final.csv"))
    ] = None,
    round_: Annotated[
        int, typer.Option("--round", min=1, help=_("of an assignment that is handed in again: each draws anew"))
    ] = 1,
    show_inputs: Annotated[
        bool, typer.Option("--show-inputs", help=_("students see inputs and results, though the seed is secret"))
    ] = False,
    same_class: Annotated[
        bool, typer.Option("--same-class", help=_("OUT holds this class's results, though it lay elsewhere then"))
    ] = False,
    nbgrader: Annotated[
        tuple[Path, str] | None,
        typer.Option(metavar="COURSE ASSIGNMENT", help=_("grade what nbgrader collected, into its gradebook")),
    ] = None,
) -> None:
    from autograder.classroom.grade import grade_with
    from autograder.intake.guard import guarded

    open_files()
    if (submissions is None) == (nbgrader is None):
        raise KitError(_("Give either the folder of submissions or --nbgrader."))
    if nbgrader and (exercise or policy):
        text = _("--nbgrader grades a whole assignment, by nbgrader's rules: leave out --exercise and --policy.")
        raise KitError(text)
    ids = resolve(exercise)
    catalog.kit_root()
    shard = cluster if cluster.startswith("shard:") else ""
    class_ = _read(submissions, _course(*nbgrader) if nbgrader else None, ids, policy, shard)
    if class_.course:
        ids, seed = class_.course.ids, class_.course.seed if seed == "public" else seed
    seed = secret(seed, round_)
    where = choose_device(device, trust_students)
    walls: list[str] = []
    with ExitStack() as opened:
        found = opened.enter_context(guarded(class_.found))  # before there are threads and torch

        def start() -> Executor:
            private = [out, *([submissions] if submissions else [])]
            executor = _executor(where, seed, jobs, "" if shard else cluster, trust_students, private)
            opened.callback(executor.close)
            walls.extend(executor.walls)
            return executor

        try:
            with _progress() as report:
                origin = _origin(submissions, nbgrader)
                done = grade_with(start, found, ids, out, seed, where, report, shard, origin, same_class, show_inputs)
            page, finals = _write(class_, done, out, junit)
        except OSError as error:
            text = _("The results could not be written: {reason}. What was graded is kept; run the same command again.")
            raise KitError(text.format(reason=error.strerror or error), WRONG) from None
        except KeyboardInterrupt:
            raise KitError(_("Stopped. Run the same command again and it resumes where it stopped."), 130) from None
    unwritten = class_.course.write(done.results) if class_.course else []
    _show(done, ids, finals, walls, page)
    for student in unwritten[:MAX_SAID]:
        text = _("not in nbgrader's gradebook: {student}; 'nbgrader autograde' says why")
        complain(text.format(student=student))
    for student, id in done.ungraded[:MAX_SAID]:
        complain(_("not graded, through no fault of the student's: {student}, {id}").format(student=student, id=id))
    if done.ungraded or unwritten:
        raise typer.Exit(WRONG)


def _origin(submissions: Path | None, nbgrader: tuple[Path, str] | None) -> str:
    """Where a class comes from: by this an output folder knows it again."""
    if nbgrader:
        return f"{nbgrader[0].resolve()} {nbgrader[1]}"
    return str((submissions or Path()).resolve())


@dataclass
class _Class:
    """What is to be graded: the submissions, the policy for them, and the course of nbgrader's that they come from."""

    found: Submissions
    policy: Prepared | None
    course: Course | None


def _read(
    submissions: Path | None, course: Course | None, ids: Sequence[str], policy: Path | None, shard: str
) -> _Class:
    from autograder.bridges import times
    from autograder.classroom.merge import part
    from autograder.intake.classes import read_class

    folder = submissions or Path()
    found = course.read() if course else read_class(folder, ids)
    prepared = times.prepare(policy, folder, found) if policy else None
    return _Class(part(found, shard) if shard else found, prepared, course)


def _write(class_: _Class, done: Grading, out: Path, junit: bool) -> tuple[Path, Finals | None]:
    """All files beside the results themselves: the report's page, and the marks after a policy. Raises ``OSError``."""
    from autograder.bridges import class_marks as marks
    from autograder.files import write_atomically
    from autograder.marks import finals
    from autograder.report import html

    page = html.write_report(done.results, out, done.changes)
    marks.write_people(out, class_.found.people)
    if junit:
        from autograder.report.junit import of_class

        write_atomically(out / "junit.xml", of_class(done.results))
    if class_.policy is None:
        return page, None
    made = class_.policy.finals(done.results.submissions)
    finals.write(made, out)
    return page, made


def _show(done: Grading, ids: Sequence[str], finals: Finals | None, walls: Sequence[str], page: Path) -> None:
    from autograder.report import final_table as final
    from autograder.report import terminal

    console = new_console()
    terminal.show_class(console, done, ids)
    if finals:
        final.show_finals(console, finals)
    terminal.show_notes(console, done.results)
    text = _("{graded} graded, {reused} reused. Isolation: {isolation}.")
    console.print(text.format(graded=done.graded, reused=done.reused, isolation=done.results.isolation))
    if done.graded:
        console.print(_("Around student code: {walls}.").format(walls=", ".join(walls) or _("nothing")))
    console.print(_("Report: {page}").format(page=page), soft_wrap=True, markup=False)


def _executor(device: str, seed: str, jobs: int, cluster: str, trusted: bool, private: Sequence[Path]) -> Executor:
    """Who does the jobs. Fails where student code is not shut off, unless it is trusted.

    private: what no submission may read.
    """
    from autograder.classroom.executor import default_lanes

    lanes = jobs or default_lanes(device)
    runner = start_runner(device, lanes=lanes, private=private)
    from autograder.classroom.grade import local
    from autograder.classroom.isolation import require_strict
    from autograder.runner.protocol import RunnerError

    executor: Executor | None = None
    try:
        executor = local(runner, seed, device, lanes)
        if cluster:
            executor = _cluster(cluster, executor, device, trusted)
        if not trusted:
            require_strict(executor.isolation, device, executor.escapes)
        return executor
    except Exception as error:
        (executor or runner).close()
        if isinstance(error, RunnerError):
            text = _("Student code cannot be run here: {reason}")
            raise RunnerError(text.format(reason=error)) from None
        raise


def _cluster(where: str, alone: Local, device: str, trusted: bool) -> Executor:
    with needs("cluster"):
        from autograder.classroom.cluster import Cluster
    return Cluster(where, alone.grader, device=device, trusted=trusted)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar with the time that is left, as a function of what is done and all there is."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    console = new_console()
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(_("grading"), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _course(folder: Path, assignment: str) -> Course:
    """An assignment of an nbgrader course."""
    with needs("bridges"):
        from autograder.bridges.nbgrader.fast import Course
    return Course(folder, assignment)


@app.command(rich_help_panel=INSTRUCTOR, help=_("Join the parts of a class that were graded apart."))
def merge(
    parts: Annotated[list[Path], typer.Argument(help=_("the output folders of the parts"))],
    out: Annotated[Path, typer.Option(help=_("where the whole goes"))],
) -> None:
    from autograder.classroom.merge import merge
    from autograder.report import html, terminal

    whole, notes = merge(parts, out)
    page = html.write_report(whole.results, out)
    console = new_console()
    terminal.show_class(console, whole, sorted({e.id for s in whole.results.submissions for e in s.exercises}))
    for note in notes:
        complain(note)
    console.print(_("Report: {page}").format(page=page), soft_wrap=True, markup=False)
    if notes or whole.ungraded:
        raise typer.Exit(WRONG)


@app.command(rich_help_panel=INSTRUCTOR, help=_("Make a copy for students: everything they need and no solution."))
def release(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=_("the folder to write to"))],
    names: Ids = None,
    seed: Annotated[
        list[str] | None,
        typer.Option(help=_("a secret seed of yours, to prove that it is not in the copy; may be repeated")),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_("replace files that were changed by hand"))] = False,
) -> None:
    ids = resolve(names)
    catalog.kit_root()
    from autograder.workshop.release import LeakError, release

    runner = start_runner("cpu", forked=True)
    try:
        done = release(runner, folder, ids, seed or [], force)
    except LeakError as error:
        for leak in error.leaks[:MAX_LEAKS]:
            complain(str(leak))
        raise
    except OSError as error:
        text = _("{path} cannot be read or written: {reason}.")
        raise KitError(text.format(path=error.filename or folder, reason=error.strerror or error)) from None
    finally:
        runner.close()
    for line in done.lines():
        print(line)
