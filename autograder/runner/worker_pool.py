"""Where no zygote can be: workers, started ahead, one for each job. For other systems than Linux, and for GPUs.

A worker is an interpreter that has imported torch, and made its context on a GPU (which no fork survives), before
there is a job for it. It gets one and is thrown away; the next one starts in the background. A job comes over standard
input and answers leave by standard output: so it works wherever Python does.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue

from autograder.runner.child_handle import SIGKILL, START_SECONDS, Child
from autograder.runner.launch import zygote_environment
from autograder.runner.link import PipeLink
from autograder.runner.protocol import RunnerError
from autograder.runner.wire import encode

_START = "import sys; sys.path.insert(0, sys.argv[1]); from autograder.runner.worker import main; main(sys.argv[2])"
TRIES = 2
GPU_SETTINGS = ("CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH")


class SpawnedProcess:
    """A process that the grader started itself."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._end_group()

    def interrupt(self) -> None:
        if sys.platform != "win32" and self._process.poll() is None:
            self._process.send_signal(signal.SIGALRM)

    def _end_group(self) -> None:
        """Ends what it may have started, where it is the leader of a group."""
        if sys.platform != "win32":
            with suppress(OSError):
                os.killpg(self.pid, SIGKILL)

    def exit_code(self, seconds: float) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(seconds)
        return None

    def release(self) -> None:
        self._process.wait()


class WorkerPool:
    """Workers on a device, that many of them started ahead. Their walls are the system's: never ``strict``."""

    isolation = "process"

    def __init__(self, device: str, spares: int = 1) -> None:
        self.device = device
        self.escapes: list[str] = []
        self.walls: list[str] = []  # known from the first job on
        self._spares: Queue[subprocess.Popen[bytes] | OSError] = Queue()
        self._wanted = threading.Semaphore(spares)
        self._guard = threading.Lock()
        self._closed = False
        # One thread starts them all: a process that dies with its parent dies with the thread that started it.
        threading.Thread(target=self._start_ahead, daemon=True).start()

    def _start_ahead(self) -> None:
        while True:
            self._wanted.acquire()
            with self._guard:
                if self._closed:
                    return
                try:
                    self._spares.put(_start(self.device))
                except OSError as error:
                    self._spares.put(error)

    def child(self, exercise: str, *, forbid: tuple[str, ...] = (), memory_mb: int = 0) -> Child:
        for left in reversed(range(TRIES)):
            try:
                return self._child(exercise, forbid, memory_mb)
            except RunnerError:
                if not left:
                    raise
        raise AssertionError

    def _child(self, exercise: str, forbid: tuple[str, ...], memory_mb: int) -> Child:
        worker = self._next()
        mark = secrets.token_bytes(16)
        link = PipeLink(worker, mark)
        child = Child(link, SpawnedProcess(worker))
        job = {"exercise": exercise, "forbid": list(forbid), "memory_mb": memory_mb, "mark": mark.hex()}
        child.post(encode(job))
        try:
            self.walls = child.walls()
        except RunnerError as error:
            said = link.beginnings().strip().splitlines()
            raise RunnerError(f"{exercise}: {error}: {said[-1]}" if said else f"{exercise}: {error}") from None
        return child

    def _next(self) -> subprocess.Popen[bytes]:
        if self._closed:
            raise RunnerError("the runner is closed")
        try:
            worker = self._spares.get(timeout=START_SECONDS)
        except Empty:
            raise RunnerError("no process could be started in time") from None
        self._wanted.release()
        if isinstance(worker, OSError):
            raise RunnerError(f"no process could be started: {worker}")
        return worker

    def close(self) -> None:
        with self._guard:
            self._closed = True
        self._wanted.release()
        while not self._spares.empty():
            worker = self._spares.get()
            if isinstance(worker, subprocess.Popen):
                worker.kill()
                worker.communicate()


def _start(device: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", "-c", _START, str(Path(__file__).parents[2]), device],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        cwd="/",
        env=_environment(device),
        start_new_session=True,
    )


def _environment(device: str) -> dict[str, str]:
    environment = zygote_environment()
    if device == "cuda":
        del environment["CUDA_VISIBLE_DEVICES"]
        environment |= {name: os.environ[name] for name in GPU_SETTINGS if name in os.environ}
        environment["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
    if sys.platform == "win32":
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    return environment
