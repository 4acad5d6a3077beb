"""``python -m autograder`` and the command ``kata``."""

from __future__ import annotations

import atexit
import os
import sys


def main() -> None:
    """Runs the command line."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # lanes judge at the same time: more threads would only wait
    from autograder.cli import run

    status: list[int] = []
    atexit.register(_leave, status)  # what is registered first is called last
    try:
        run()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            status.append(end.code or 0)
        raise


def _leave(status: list[int]) -> None:
    """Ends the process at once: to take torch apart would take half a second, and the system frees it all anyway."""
    if status:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except OSError:
            return  # Python says what is wrong with them
        os._exit(status[0])


if __name__ == "__main__":
    main()
