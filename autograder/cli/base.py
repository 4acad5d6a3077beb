"""What all commands share: the application, one-sentence errors, names of exercises, where code runs."""

from __future__ import annotations

import errno
import io
import os
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from autograder import __version__, catalog
from autograder.errors import FAULT, USAGE, WRONG, KitError
from autograder.messages import _
from autograder.seeds import PUBLIC, SHORT, in_round, is_short

if TYPE_CHECKING:
    from rich.console import Console

app = typer.Typer(
    name="kata",
    help=_("Automatically graded exercises for deep learning in PyTorch."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
LEARNER, INSTRUCTOR, AUTHOR = _("For learners"), _("For instructors"), _("For authors")

Ids = Annotated[
    list[str] | None, typer.Argument(help=_("exercises or chapters, as 'corr2d' or 'ch07'"), show_default=False)
]
Id = Annotated[str, typer.Argument(help=_("an exercise, as 'corr2d'"))]
FEW_FILES, MANY_FILES = 256, 4096  # a process with student code may open as many as the first


class Device(StrEnum):
    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


def run() -> NoReturn:
    """Runs the command line and exits with its status."""
    _streams()
    try:
        status = _status()
        sys.stdout.flush()
    except Exception as error:
        status = _ended(error)
    sys.exit(status)


def _streams() -> None:
    """Makes the standard streams such as take whatever is written: a closed one takes it nowhere, and what an encoding
    cannot show, such as a student's name, is escaped."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:  # closed: the next file that is opened, such as the store, must not take its place
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _status() -> int | None:
    if catalog.is_student_copy():
        app.registered_commands = [c for c in app.registered_commands if c.rich_help_panel == LEARNER]
        app.registered_groups.clear()
    try:
        status: int | None = app(standalone_mode=False)
        return status
    except typer.Exit as end:
        return end.exit_code
    except (KeyboardInterrupt, typer.Abort):
        complain(_("Stopped."))
        return 130


def _ended(error: Exception) -> int:
    """The one place where errors end: in a sentence, whatever they are. Gives the status."""
    if isinstance(error, KitError):
        complain(str(error))
        return error.status
    if hasattr(error, "format_message"):  # of the command line's own
        complain(error.format_message())
        return USAGE
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EPIPE):
        if error.errno != errno.EPIPE:  # whoever read has left, as 'head' does: nothing to say
            complain(_("There is no room left to write: {reason}").format(reason=error))
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what waits to be written goes nowhere
        return WRONG
    from autograder.cli import fault

    complain(fault.report(error, sys.argv[1:]))
    return FAULT


def complain(sentence: str) -> None:
    print(f"kata: {sentence}", file=sys.stderr)


def new_console() -> Console:
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def open_files() -> None:
    """Sees to it that enough files may be open for a class: what a shell allows at first may be few.

    Raises ``KitError`` where the system allows no more.
    """
    if sys.platform == "win32":
        return
    import resource

    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MANY_FILES if most == resource.RLIM_INFINITY else min(most, MANY_FILES)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    if 0 <= wanted < FEW_FILES:
        text = _("Only {n} files may be open at a time: raise that limit, as with 'ulimit -n 1024', and grade again.")
        raise KitError(text.format(n=wanted))


def secret(seed: str, number: int = 1) -> str:
    """The seed of a round, with a warning where it is one that might be guessed."""
    if number > 1 and seed == PUBLIC:
        raise KitError(_("--round needs a secret --seed: the public inputs are the same in every round."))
    if is_short(seed):
        complain(_("the seed is short and might be guessed: take at least {n} characters.").format(n=SHORT))
    return in_round(seed, number)


def resolve(names: list[str] | None) -> list[str]:
    chosen = [id for name in names or [] for id in catalog.resolve(name)]
    return list(dict.fromkeys(chosen)) or list(catalog.entries())


def resolve_one(name: str) -> str:
    ids = catalog.resolve(name)
    if len(ids) > 1:
        raise KitError(_("{name} is a chapter: name one exercise of it.").format(name=name))
    return ids[0]


def choose_device(device: Device, trusted: bool = True) -> str:
    """auto: a GPU if there is one, but not for code that is not trusted: on a GPU it cannot be shut off."""
    if device is not Device.AUTO:
        return str(device)
    if not trusted:
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


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
