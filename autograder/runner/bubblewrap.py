"""A second wall around the zygote, where bubblewrap is installed: namespaces of its own, in which there is only what
it needs. Should a child ever get past its own walls, it finds no home, no solution, no other process and no network.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from autograder import catalog
from autograder.runner.lockdown import readable_paths

# Where the loader looks for itself, and where torch learns what the processor can do.
SYSTEM = ("/lib", "/lib64", "/sys/devices/system/cpu")


def behind_bubblewrap(command: list[str], kit: Path) -> list[str]:
    """The command behind the second wall; the command itself where bubblewrap is not installed."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        return command
    package = kit / "autograder"
    shown = [*readable_paths(), *map(Path, (sys.prefix, sys.base_prefix, *SYSTEM)), package, catalog.datasets_folder()]
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
