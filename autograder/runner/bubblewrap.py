"""A second wall around the zygote, where bubblewrap is installed: namespaces of its own, in which there is only what
it needs. Of Python's folders, which may hold a whole course, that is what student code may read, and what starts it.
Should a child ever get past its own walls, it finds no home, no solution, no other process and no network.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from autograder import catalog
from autograder.runner.lockdown import readable_names, readable_paths

# Where the loader looks for itself, and where torch learns what the processor can do.
SYSTEM = ("/lib", "/lib64", "/sys/devices/system/cpu")


def behind_bubblewrap(command: list[str], kit: Path) -> list[str]:
    """The command behind the second wall; the command itself where bubblewrap is not installed."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        return command
    package = kit / "autograder"
    shown = [*readable_paths(), *map(Path, (*readable_names(), *SYSTEM)), *_interpreter()]
    shown += [package, catalog.datasets_folder()]
    binds = [["--ro-bind", str(path), str(path)] for path in sorted(set(shown)) if path.exists()]
    hidden = [package / name for name in ("misconceptions", "expectations", "judging", "classroom", "marks")]
    return [
        bwrap,
        "--unshare-all",
        "--die-with-parent",
        *(word for bind in binds if not bind[1].startswith("/dev/") for word in bind),
        *(word for folder in hidden if folder.exists() for word in ("--tmpfs", str(folder))),
        *("--proc", "/proc", "--dev", "/dev", "--chdir", "/"),
        *command,
    ]


def _interpreter() -> list[Path]:
    """What starts Python: its program, by each name that leads to it, and what tells where its library is."""
    program = Path(sys.executable)
    found = [program]
    while program.is_symlink():
        program = Path(os.path.normpath(program.parent / program.readlink()))
        found.append(program)
    return [*found, program.resolve(), Path(sys.prefix, "pyvenv.cfg")]
