"""What is said of an error that nobody expected: where its details are, and what to do with them. No traceback."""

from __future__ import annotations

import platform
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from autograder import __version__, catalog
from autograder.errors import KitError
from autograder.messages import _

PACKAGES = ("torch", "torchvision", "numpy", "typer", "msgspec")
SECRET = "--seed"


def report(error: BaseException, arguments: Sequence[str]) -> str:
    """Keeps the details of an error in a file; the sentence that names it."""
    said = traceback.format_exception_only(error)[-1].strip().partition("\n")[0]
    path = _keep(details(error, arguments))
    if path is None:
        text = _("The grader failed, not you ({error}): tell whoever gave you this kit, and say what you did.")
        return text.format(error=said)
    text = _(
        "The grader failed, not you ({error}). The details are in {path}: send that file to whoever gave you this kit,"
        " and say what you did."
    )
    return text.format(error=said, path=path)


def details(error: BaseException, arguments: Sequence[str]) -> str:
    """All that helps to find the fault; the instructor's seed stays a secret."""
    lines = [f"kata {' '.join(map(repr, without_seed(arguments)))}", f"torchkata {__version__}"]
    lines.append(f"Python {platform.python_version()} on {platform.platform()}")
    lines += [f"{name} {_version(name)}" for name in PACKAGES]
    return "\n".join([*lines, "", *traceback.format_exception(error)])


def without_seed(arguments: Sequence[str]) -> list[str]:
    """A command's arguments, with nothing in the place of a seed."""
    shown, hide = [], False
    for argument in arguments:
        name, equals, _value = argument.partition("=")
        shown.append("..." if hide else f"{name}=..." if name == SECRET and equals else argument)
        hide = argument == SECRET
    return shown


def _keep(text: str) -> Path | None:
    name = f"fault-{datetime.now():%Y%m%d-%H%M%S-%f}.txt"
    for folder in _folders():
        try:
            folder.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return folder / name
    return None


def _folders() -> list[Path]:
    try:
        return [catalog.kit_root() / ".kata", Path(tempfile.gettempdir())]
    except (KitError, OSError):
        return [Path(tempfile.gettempdir())]


def _version(name: str) -> str:
    loaded = sys.modules.get(name)
    try:
        return version(name)
    except PackageNotFoundError:
        return str(getattr(loaded, "__version__", "is not installed"))
