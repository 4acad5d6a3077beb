"""Why a statement was left out: what its exception tells, as a key and facts that the grader makes a sentence of."""

from __future__ import annotations

import errno
import os
import re
import traceback
from collections import deque
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import Any

from autograder.runner.companions import PACKAGE, is_of_the_hand_in
from autograder.spec.errors import Absent, Forbidden

Facts = dict[str, Any]

MAX_FACT = 200
MAX_FRAMES = 100
# What torch says where there is no such device; of a GPU that is there it says other things.
GPU = re.compile(
    r"NVIDIA (?:driver|GPU)|No (?:CUDA|HIP) GPUs|CUDA driver|on a CUDA device|cudaGetDeviceCount"
    r"|not linked with support for mps"
    r"|not compiled with (?:CUDA|MPS|XPU)|'(?:CUDA|MPS|XPU)' backend|device type (?:at start of device string: )?cuda"
)
MEMORY = re.compile(r"can't allocate memory|not enough memory|out of memory|std::bad_alloc", re.IGNORECASE)
_WRITING = re.compile(
    r"PytorchStreamWriter|open file failed|Parent directory .* does not exist|^File .* cannot be opened|read-only",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"cannot import name '(\w+)' from '([\w.]+)' \((?!most likely)")
_NETWORK = re.compile(r"[/\\](?:socket|ssl|urllib[/\\]\w+|http[/\\]client|requests[/\\]\w+|urllib3[/\\].*)\.py$")
_PROGRAMS = re.compile(r"[/\\](?:subprocess|multiprocessing[/\\]\w+|pty|concurrent[/\\]futures[/\\]process)\.py$")


class TooLongError(BaseException):
    """Raised in a statement that has run for too long; with True if the clock on the wall alone says so."""


def reason(error: BaseException, stranger: str = "", others: Collection[str] = ()) -> Facts:
    """What to say of a statement that raised: ``why``, and what goes with it.

    stranger: the library whose own import failed, where it was one's. others: files that it may have imported.
    """
    if isinstance(error, Absent):
        return {"why": "absent", "name": error.name, "because": str(error.note.get("why", ""))}
    if isinstance(error, Forbidden):
        name, family = (*map(str, error.args), "", "")[:2]
        if stranger:
            return {"why": "unavailable", "module": stranger, "banned": name, "family": family}
        return {"why": "forbidden", "name": name, "banned": name, "family": family}
    if isinstance(error, TooLongError):
        return {"why": "slow", "waited": True} if True in error.args[:1] else {"why": "slow"}
    if isinstance(error, ModuleNotFoundError):
        return _no_module(error)
    if isinstance(error, SystemExit):
        return {"why": "exit"}
    message = text(error).strip().partition("\n")[0]
    if isinstance(error, EOFError) or message.startswith("input()") or type(error).__name__ == "BdbQuit":
        return {"why": "input"}
    if GPU.search(message):
        return {"why": "gpu"}
    if isinstance(error, AssertionError):
        return {"why": "assertion"}
    if isinstance(error, MemoryError) or MEMORY.search(message):
        return {"why": "memory"}
    if isinstance(error, SyntaxError):
        if error.filename in others:
            return {"why": "syntax of another", "module": error.filename, "at": error.lineno or 0, "message": message}
        return {"why": "syntax", "message": message}
    if isinstance(error, ImportError) and (found := _NO_NAME.match(message)):
        return {"why": "no name", "name": found[1], "module": found[2].removeprefix(f"{PACKAGE}.")}
    if why := _outside(error, message):
        return {"why": why}
    return {"why": "raised", "error": type(error).__name__[:MAX_FACT], "message": message}


def _no_module(error: ModuleNotFoundError) -> Facts:
    name = str(error.name or "")[:MAX_FACT]
    root = name.partition(".")[0]
    if is_of_the_hand_in(root):
        return {"why": "not handed in", "module": name.removeprefix(f"{PACKAGE}.")}
    return {"why": "unavailable" if "stands alone" in text(error) else "missing", "module": name}


def _outside(error: BaseException, message: str) -> str:
    """What of the world outside was missed: files, network, other processes; empty for anything else."""
    files = [frame.f_code.co_filename for frame in frames(error.__traceback__)]
    refused = isinstance(error, OSError | RuntimeError)
    if refused and any(map(_NETWORK.search, files)) and not isinstance(error, FileNotFoundError):
        return "network"
    if refused and any(map(_PROGRAMS.search, files)):
        return "program"
    if _WRITING.search(message):
        return "writes"
    if isinstance(error, ConnectionError | TimeoutError):
        return "network"
    if isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError):
        return "reads"
    if isinstance(error, OSError):
        if error.errno in (errno.EFBIG, errno.EROFS, errno.ENOSPC):
            return "writes"
        if isinstance(error, PermissionError) and error.filename is not None:
            return "reads" if _is_there(error.filename) or "chdir(" in _last_line(error) else "writes"
    return ""


def _is_there(path: Any) -> bool:
    """Whether a path that was refused exists: then it was to be read, else it was to be made."""
    try:
        return Path(os.fsdecode(path)).exists()
    except (TypeError, ValueError, OSError):
        return False


def _last_line(error: BaseException) -> str:
    """The line of code that raised."""
    found = traceback.extract_tb(error.__traceback__, limit=-1)
    return (found[-1].line or "") if found else ""


def frames(trace: TracebackType | None) -> list[Any]:
    """The frames of a traceback, from the outermost; of very many the first and the last."""
    first: list[Any] = []
    last: deque[Any] = deque(maxlen=MAX_FRAMES)
    while trace is not None:
        (first if len(first) < MAX_FRAMES else last).append(trace.tb_frame)
        trace = trace.tb_next
    return [*first, *last]


def stranger(error: BaseException, own: Any) -> str:
    """The library whose own import was refused or failed; empty where the student's files did what was refused.

    own: the names of these files.
    """
    if isinstance(error, Forbidden) and len(error.args) < 3:
        return ""  # no module is meant, but a function that was called
    inside = False
    for frame in frames(error.__traceback__):
        if frame.f_code.co_filename in own:
            inside = True
        elif inside and frame.f_code.co_name == "<module>":
            return str(frame.f_globals.get("__name__", ""))[:MAX_FACT]
    return ""


def text(error: BaseException, most: int = MAX_FACT) -> str:
    """The message of an exception, whatever its class does."""
    try:
        return str(error.msg if isinstance(error, SyntaxError) else error)[:most]
    except BaseException:  # an exception class of the student's may do anything here
        return ""
