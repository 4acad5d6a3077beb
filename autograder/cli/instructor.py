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
    Id,
    Ids,
    app,
    choose_device,
    complain,
    new_console,
    open_files,
    resolve,
    resolve_one,
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


@app.command(
    rich_help_panel=INSTRUCTOR,
    help=_("Grade a class, a folder that holds one folder for each student; or one student's folder."),
)
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
    student: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help=_("only this student of the class; may be repeated"), show_default=False),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help=_("who should hand in: Moodle's or Canvas's sheet, or a column student")),
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
    from autograder.classroom.grade import grade_with, within
    from autograder.intake.guard import guarded

    open_files()
    if (submissions is None) == (nbgrader is None):
        raise KitError(_("Give either the folder of submissions or --nbgrader."))
    if nbgrader and (exercise or policy or student or roster):
        text = _("--nbgrader grades a whole assignment, by nbgrader's rules: leave out what chooses a part of it.")
        raise KitError(text)
    ids = resolve(exercise)
    if submissions and not student and (one := within(out, submissions, ids)):
        submissions, student = one[0], [one[1]]
    if student and (policy or roster or cluster.startswith("shard:")):
        text = _("--student grades some of a class: leave out --policy, --roster and parts of the class.")
        raise KitError(text)
    catalog.kit_root()
    shard = cluster if cluster.startswith("shard:") else ""
    class_ = _read(submissions, _course(*nbgrader) if nbgrader else None, ids, policy, shard, student or [])
    absent = _absent(roster, class_.found) if roster else []
    for note in class_.found.notes:
        complain(note)
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
                done = grade_with(
                    *(start, found, ids, out, seed, where, report, shard),
                    everyone=class_.everyone,
                    absent=absent,
                    origin=_origin(submissions, nbgrader),
                    same_class=same_class,
                    show_inputs=show_inputs,
                )
            page, finals = _write(class_, done, out, junit, absent)
        except OSError as error:
            text = _("The results could not be written: {reason}. What was graded is kept; run the same command again.")
            raise KitError(text.format(reason=error.strerror or error), WRONG) from None
        except KeyboardInterrupt:
            raise KitError(_("Stopped. Run the same command again and it resumes where it stopped."), 130) from None
    unwritten = class_.course.write(done.results) if class_.course else []
    _show(done, ids, finals, walls, page)
    for name in unwritten[:MAX_SAID]:
        text = _("not in nbgrader's gradebook: {student}; 'nbgrader autograde' says why")
        complain(text.format(student=name))
    _say_ungraded(done)
    if absent:
        listed = ", ".join(absent[:MAX_SAID]) + (" ..." if len(absent) > MAX_SAID else "")
        complain(_("handed in nothing: {names}").format(names=listed))
    if done.ungraded or unwritten:
        raise typer.Exit(WRONG)


def _origin(submissions: Path | None, nbgrader: tuple[Path, str] | None) -> str:
    """Where a class comes from: by this an output folder knows it again."""
    if nbgrader:
        return f"{nbgrader[0].resolve()} {nbgrader[1]}"
    return str((submissions or Path()).resolve())


@dataclass
class _Class:
    """What is to be graded: the submissions, the policy for them, and the course of nbgrader's that they come from.

    everyone: the whole class, where the submissions are some of it.
    """

    found: Submissions
    policy: Prepared | None
    course: Course | None
    everyone: Sequence[str] = ()


def _read(
    submissions: Path | None,
    course: Course | None,
    ids: Sequence[str],
    policy: Path | None,
    shard: str,
    chosen: Sequence[str],
) -> _Class:
    from autograder.bridges import times
    from autograder.classroom.merge import part
    from autograder.intake.classes import read_class

    folder = submissions or Path()
    found = course.read() if course else read_class(folder, ids, chosen)
    prepared = times.prepare(policy, folder, found) if policy else None
    return _Class(part(found, shard) if shard else found, prepared, course, found.everyone if chosen else ())


def _absent(roster: Path, found: Submissions) -> list[str]:
    """Who should have handed in and did not."""
    from autograder.bridges.absent import absent

    return absent(roster, found.people)


def _say_ungraded(done: Grading) -> None:
    whose: dict[str, list[str]] = {}
    for student, id in sorted(done.ungraded):
        whose.setdefault(student, []).append(id.split("/")[1])
    for student, names in list(whose.items())[:MAX_SAID]:
        text = _("not graded, a person must look: {student} ({names})")
        complain(text.format(student=student, names=", ".join(names)))
    if len(whose) > MAX_SAID:
        complain(_("and {n} more students; notes.csv has them all").format(n=len(whose) - MAX_SAID))


def _write(class_: _Class, done: Grading, out: Path, junit: bool, absent: Sequence[str]) -> tuple[Path, Finals | None]:
    """All files beside the results themselves: the report's page, and the marks after a policy. Raises ``OSError``."""
    from autograder.bridges import class_marks as marks
    from autograder.files import write_atomically
    from autograder.marks import finals
    from autograder.report import html

    made = class_.policy.finals(done.results.submissions) if class_.policy else None
    final = {f.student: f for f in made.students} if made else {}
    page = html.write_report(done.results, out, done.changes, finals=final, absent=absent)
    if not class_.everyone:
        marks.write_people(out, class_.found.people)
    if junit:
        from autograder.report.junit import of_class

        write_atomically(out / "junit.xml", of_class(done.results))
    if made is not None:
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


@app.command(
    rich_help_panel=INSTRUCTOR,
    help=_("Show what was graded of a student's exercise: the mark is read from OUT, the text from the class."),
)
def show(
    student: Annotated[str, typer.Argument(help=_("a student, as the report has the name"))],
    exercise: Id,
    out: Annotated[Path, typer.Option("--results", metavar="OUT", help=_("the folder that 'kata grade' wrote to"))],
    folder: Annotated[
        Path | None,
        typer.Option("--class", metavar="CLASS", help=_("the class; else where it lay when it was graded")),
    ] = None,
) -> None:
    from autograder.classroom.show import look_up
    from autograder.report import terminal
    from autograder.report.said import Audience, clean

    id = resolve_one(exercise)
    shown = look_up(out, folder, student, id)
    console = new_console()
    where = shown.file.file if shown.file else shown.source.filename if shown.source else _("nothing was handed in")
    if shown.result is None:
        print(_("{student}, {id}: not graded yet.").format(student=student, id=id))
    else:
        title = f"{student}: {_(catalog.entries()[id].title)}"
        terminal.show_exercise(console, shown.result, title, where, Audience.INSTRUCTOR)
        points = _("{score:g} of {most:g} points")
        print(f"\n{points.format(score=shown.result.score, most=shown.result.max_score)}")
    for note in shown.notes:
        print(clean(note))
    if shown.result is not None and not shown.same:
        print(_("What lies there, or what grades it, has changed since: grade it again."))
    print(_("To grade it again: {command}").format(command=shown.again))
    print(
        _("What was graded, from {file}:").format(file=clean(where))
        if shown.same
        else _("What lies there, in {file}:").format(file=clean(where))
    )
    print(f"\n{clean(shown.source.text or shown.source.problem) if shown.source else where}")


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
    _say_ungraded(whole)
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
    with_holes: Annotated[
        bool, typer.Option("--with-holes", help=_("also exercises in whose checks 'kata audit --mutants' found holes"))
    ] = False,
) -> None:
    ids = resolve(names)
    catalog.kit_root()
    from autograder.workshop import mutation
    from autograder.workshop.release import LeakError, release

    known = {} if with_holes else mutation.known()
    if red := [id for id in ids if id in known and not known[id].green]:
        text = _("The checks of {names} are not proven: see 'kata audit {first} --mutants', or add --with-holes.")
        raise KitError(text.format(names=", ".join(red), first=red[0].split("/")[1]))

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
