"""A runner that starts a fresh interpreter for each solution: slow to start, but it can hold a CUDA context.

CUDA and fork do not mix, so a zygote cannot serve a GPU.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from autograder.runner.limits import MEMORY_MB
from autograder.runner.pool import START_SECONDS, Child, zygote_environment

_START = "import sys; sys.path.insert(0, sys.argv[1]); from autograder.runner.spawn import main; main(*sys.argv[2:])"


class SpawnedProcess:
    """A process that the grader started itself."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid

    def kill(self) -> None:
        self._process.kill()

    def exit_code(self) -> int | None:
        try:
            return self._process.wait(10)
        except subprocess.TimeoutExpired:
            return None

    def release(self) -> None:
        self._process.wait()


class SpawnPool:
    """One fresh process for each child, on the given device."""

    isolation = "process"

    def __init__(self, device: str) -> None:
        self.device = device

    def child(self, exercise: str, *, forbid: tuple[str, ...] = (), memory_mb: int = 0) -> Child:
        channel, theirs = socket.socketpair()
        output, their_output = os.pipe()
        # On a GPU address space says nothing about memory: CUDA reserves far more than it uses.
        limit = 0 if self.device == "cuda" else MEMORY_MB + memory_mb
        kit = str(Path(__file__).parents[2])
        arguments = [kit, exercise, self.device, ",".join(forbid), str(limit), str(theirs.fileno())]
        environment = zygote_environment()
        if self.device == "cuda":
            visible = os.environ.get("CUDA_VISIBLE_DEVICES")
            environment.pop("CUDA_VISIBLE_DEVICES")
            environment |= {"CUBLAS_WORKSPACE_CONFIG": ":4096:8"}
            environment |= {"CUDA_VISIBLE_DEVICES": visible} if visible else {}
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", _START, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=their_output,
            stderr=their_output,
            pass_fds=[theirs.fileno()],
            cwd="/",
            env=environment,
            start_new_session=True,
        )
        theirs.close()
        os.close(their_output)
        return Child(channel, output, SpawnedProcess(process), START_SECONDS)

    def close(self) -> None:
        """Nothing outlives its child."""


def main(exercise_id: str, device: str, forbid: str, memory_mb: str, descriptor: str) -> NoReturn:
    """The spawned process: loads the exercise, disables what is forbidden, serves."""
    try:
        import torch

        from autograder.catalog import load_exercise
        from autograder.runner.bans import HIDDEN, ban, ban_imports
        from autograder.runner.child import limit, serve
        from autograder.spec.forbidden import families

        exercise = load_exercise(exercise_id)
        torch.set_num_threads(1)
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
        if device != "cpu":
            torch.zeros(1, device=device)  # the context, before the clock of the first check runs
        ban_imports(HIDDEN)
        ban((*exercise.forbid, *families(forbid.split(",") if forbid else ())), gpu=device != "cpu")
        os.environ.clear()
        limit(int(memory_mb), 0)
        channel = int(descriptor)
        stream = os.fdopen(channel, "r+b", buffering=0, closefd=False)
        serve(exercise, os.fdopen(channel, "rb", closefd=False), stream, device)
    finally:
        os._exit(70)
