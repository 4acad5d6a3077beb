"""Chooses where student code runs: a zygote on Linux, workers started ahead elsewhere and on a GPU."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.runner.protocol import Runner


def start_runner(device: str = "cpu", *, forked: bool = False, lanes: int = 1, private: Sequence[Path] = ()) -> Runner:
    """A runner for a device; whoever asks closes it.

    forked: the zygote is a fork of this process, which must hold no secret: faster to start, for a learner's own code.
    lanes: how many solutions run at a time. private: what no submission may read, such as the class.
    """
    if device != "cpu" or sys.platform != "linux":
        from autograder.runner.worker_pool import WorkerPool

        return WorkerPool(device, lanes)
    from autograder.runner import launch

    zygote = launch.fork() if forked else launch.execute()  # it imports torch while this process does
    from autograder.runner.zygote_pool import ZygotePool

    return ZygotePool(zygote, private)
