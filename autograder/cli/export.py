"""``kata export``: the exercises in the forms that other tools take. What a tool needs is imported when it is used."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder import catalog
from autograder.cli.base import secret
from autograder.errors import KitError, needs, writing
from autograder.messages import _
from autograder.runner.start import start_runner

export = typer.Typer(help=_("Make the exercises, or the marks, ready for another tool."), no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(metavar="DIR", help=_("the folder to write to"))]
ShowInputs = Annotated[
    bool, typer.Option("--show-inputs", help=_("students see inputs and results, though the seed is secret"))
]


@export.command(help=_("Make a notebook of each chapter."))
def notebook(
    folder: Folder,
    chapters: Annotated[
        list[str] | None, typer.Argument(metavar="CHAPTER", help=_("chapters, as 'ch07'"), show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_("replace notebooks that are different"))] = False,
) -> None:
    with needs("bridges"):
        from autograder.workshop import notebooks
    ids = [id for name in chapters or list(catalog.manifest()) for id in catalog.resolve(name)]
    made = {folder / f"{c}.ipynb": notebooks.chapter_notebook(c) for c in dict.fromkeys(i.split("/")[0] for i in ids)}
    files = {path: notebooks.to_bytes(content) for path, content in made.items()}
    with writing(folder):
        for path, content in files.items():
            # It may be one that somebody has worked in.
            if path.exists() and path.read_bytes() != content and not force:
                text = _("{path} already exists and is different: move it away, or add --force to replace it.")
                raise KitError(text.format(path=path))
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in files.items():
            path.write_bytes(content)
            print(path)


@export.command(help=_("Make the workflow that checks every push on GitHub; DIR is the repository."))
def github(
    folder: Folder,
    force: Annotated[bool, typer.Option("--force", help=_("replace a workflow that is different"))] = False,
) -> None:
    from autograder.bridges import github

    path, content = folder / github.PATH, github.workflow()
    with writing(path):
        if path.exists() and path.read_text(encoding="utf-8") != content and not force:
            text = _("{path} already exists and is different: move it away, or add --force to replace it.")
            raise KitError(text.format(path=path))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    print(path)


@export.command(help=_("Make a course directory for nbgrader, with an assignment for each chapter."))
def nbgrader(
    folder: Folder,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="CHAPTER", help=_("chapters or exercises"), show_default=False)
    ] = None,
    assignment: Annotated[
        str, typer.Option("--as", metavar="NAME", help=_("one assignment of them all, with this name"))
    ] = "",
    seed: Annotated[str, typer.Option(help=_("your secret: inputs that differ from the learners'"))] = "public",
    force: Annotated[bool, typer.Option("--force", help=_("replace files that are different"))] = False,
) -> None:
    with needs("bridges"):
        from autograder.bridges.nbgrader import course
    ids = [id for name in names or list(catalog.manifest()) for id in catalog.resolve(name)]
    if Path(assignment).name != assignment or "+" in assignment:
        raise KitError(
            _("{name} cannot be the name of an assignment: leave out folders and '+'.").format(name=assignment)
        )
    with writing(folder):
        written = course.write(folder, ids, secret(seed), assignment, force)
    for path in written:
        print(path)
    print(_("Next, in {folder}: nbgrader generate_assignment {name}").format(folder=folder, name=written[-1].stem))


@export.command(help=_("Make master notebooks for otter assign, and the kit that grades inside of otter."))
def otter(
    folder: Folder,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="CHAPTER", help=_("chapters or exercises"), show_default=False)
    ] = None,
    assignment: Annotated[
        str, typer.Option("--as", metavar="NAME", help=_("one notebook of them all, with this name"))
    ] = "",
    seed: Annotated[str, typer.Option(help=_("your secret: inputs that differ from the learners'"))] = "public",
    force: Annotated[bool, typer.Option("--force", help=_("replace master notebooks that are there"))] = False,
    trust_students: Annotated[
        bool, typer.Option("--trust-students", help=_("grade even where their code cannot be shut off"))
    ] = False,
    show_inputs: ShowInputs = False,
) -> None:
    with needs("bridges"):
        from autograder.bridges import otter as bridge
    ids = list(dict.fromkeys(id for name in names or list(catalog.manifest()) for id in catalog.resolve(name)))
    if Path(assignment).name != assignment:
        raise KitError(_("{name} cannot be the name of a notebook: leave the folder out.").format(name=assignment))
    assignments = bridge.plan(ids, assignment)
    for path in (folder / f"{name}.ipynb" for name in assignments):
        if path.exists() and not force:
            raise KitError(_("{path} already exists: move it away, or add --force to replace it.").format(path=path))
    chosen = {"--trust-students": trust_students, "--show-inputs": show_inputs}
    options = [option for option, wanted in chosen.items() if wanted]
    settings = {"seed": secret(seed)} | ({"options": options} if options else {})
    runner = start_runner(forked=True)
    try:
        with writing(folder):
            written = bridge.write(folder, assignments, settings, runner)
    finally:
        runner.close()
    for path in written:
        print(path)
    print(_("Next: otter assign {path} {result}").format(path=written[0], result=folder / "dist" / written[0].stem))


Results = Annotated[Path, typer.Option("--results", metavar="OUT", help=_("the folder that 'kata grade' wrote to"))]
To = Annotated[
    Path | None, typer.Option("--to", metavar="FILE", help=_("the file to write; else NAME-filled.csv beside yours"))
]
UseFinal = Annotated[bool, typer.Option("--final", help=_("marks after the policy (OUT/final.csv), not the raw ones"))]
Known = Annotated[
    Path | None,
    typer.Option(
        "--match",
        metavar="CSV",
        help=_("columns student,id: who is who where names do not tell; a line for each of a group"),
    ),
]


@export.command(help=_("Make the autograder that Gradescope takes: a zip, with your solutions in it."))
def gradescope(
    target: Annotated[Path, typer.Argument(metavar="FILE.zip", help=_("the file to write"))],
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help=_("chapters or exercises"), show_default=False)
    ] = None,
    seed: Annotated[str, typer.Option(help=_("your secret: inputs that differ from the learners'"))] = "public",
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("rules for lateness and more, applied there"))
    ] = None,
    show_inputs: ShowInputs = False,
) -> None:
    from autograder.bridges import gradescope as bridge
    from autograder.marks.policy import load

    ids = list(dict.fromkeys(id for name in names or list(catalog.manifest()) for id in catalog.resolve(name)))
    if policy is not None:
        load(policy)
    bridge.write_zip(target, ids, secret(seed), policy, show_inputs)
    print(target)
    print(_("Set TORCH_INDEX in its setup.sh, or the build takes long. The time limit is in run_autograder."))


@export.command(help=_("Fill the gradebook that you exported from Canvas; nothing else in it is touched."))
def canvas(
    gradebook: Annotated[Path, typer.Argument(metavar="GRADEBOOK.csv", help=_("as exported from Canvas"))],
    results: Results,
    assignment: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TITLE", help=_("the column for the total, or NAME=TITLE for an exercise or chapter; repeatable")
        ),
    ] = None,
    to: To = None,
    final: UseFinal = False,
    known: Known = None,
) -> None:
    from autograder.bridges import class_marks as marks
    from autograder.bridges.canvas import fill_gradebook

    target = to or gradebook.with_name(f"{gradebook.stem}-filled.csv")
    columns = [_column(said) for said in assignment or []]
    if final and any(ids for _title, ids in columns):
        raise KitError(_("--final is for the total: a policy gives no marks for single exercises."))
    given = marks.Marks.read(results, final)
    done = fill_gradebook(gradebook, target, given, columns, marks.read_known(known) if known else {})
    text = _("{changed} cells changed, {kept} were right already.")
    print(text.format(changed=done.changed, kept=done.kept))
    _listed(_("Other points there:"), done.scaled)
    _listed(_("Replaced:"), done.replaced)
    _listed(_("Left as it was:"), done.left)
    _unmatched(done.unmatched)
    _listed(_("Handed in nothing:"), done.absent)
    _which_marks(results, final)
    print(target)


@export.command(help=_("Fill Moodle's grading worksheet, and make the zip of feedback files."))
def moodle(
    worksheet: Annotated[Path, typer.Argument(metavar="WORKSHEET.csv", help=_("as downloaded from Moodle"))],
    results: Results,
    feedback: Annotated[
        Path | None, typer.Option(metavar="FILE.zip", help=_("also write each student's page, for Moodle to hand out"))
    ] = None,
    to: To = None,
    final: UseFinal = False,
    known: Known = None,
) -> None:
    from autograder.bridges import class_marks as marks
    from autograder.bridges.moodle import fill_worksheet, write_feedback

    target = to or worksheet.with_name(f"{worksheet.stem}-filled.csv")
    given = marks.Marks.read(results, final)
    done = fill_worksheet(worksheet, target, given, marks.read_known(known) if known else {})
    missing = write_feedback(feedback, given, done.people) if feedback else []
    text = _("{changed} grades changed, {kept} right already, {comments} comments changed. Marks are out of {most:g}.")
    print(text.format(changed=done.changed, kept=done.kept, comments=done.comments, most=done.most))
    if not done.has_comments:
        print(_("There is no column for comments: switch 'Feedback comments' on in the assignment to have them."))
    _listed(_("Left as it was:"), done.left)
    _listed(_("Without a page in the report:"), missing)
    _unmatched(done.unmatched)
    _listed(_("Handed in nothing:"), done.absent)
    _which_marks(results, final)
    print(target)
    if feedback:
        print(feedback)


def _column(said: str) -> tuple[str, list[str]]:
    """The title of a column and the exercises for it: 'Homework 1' for the total, 'ch07=Homework 1'."""
    name, equals, title = said.partition("=")
    if equals:
        try:
            return title, catalog.resolve(name)
        except catalog.UnknownExerciseError:
            pass  # a title may have an equals sign in it
    return said, []


def _listed(heading: str, lines: list[str]) -> None:
    from autograder.report.said import one_line

    if lines:
        print(heading)
    for line in lines:
        print(f"  {one_line(line)}")


def _unmatched(students: dict[str, str]) -> None:
    _listed(_("Not found there, and not filled in:"), [f"{student}: {why}" for student, why in students.items()])


def _which_marks(results: Path, final: bool) -> None:
    if not final and (results / "final.csv").is_file():
        print(_("These are the raw marks. For those after the policy, add --final."))
