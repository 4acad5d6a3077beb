"""Where no zygote can be: workers, started ahead, one for each job. For other systems than Linux, and for GPUs.

A worker is an interpreter that has imported torch, and made its context on a GPU (which no fork survives), before
there is a job for it. It gets one and is thrown away; the next one starts in the background. A job comes over standard
input and answers leave by standard output: so it works wherever Python does.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from typing import NoReturn

from autograder.runner.launch import zygote_environment
from autograder.runner.limits import GPU_MEMORY_MB, MEMORY_MB
from autograder.runner.link import PipeLink
from autograder.runner.wire import decode, encode
from autograder.runner.zygote_pool import SIGKILL, START_SECONDS, Child, RunnerError

_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from autograder.runner.worker_pool import main; main(sys.argv[2])"
)
MAX_JOB = 1 << 16
TRIES = 2
# A worker that hangs outlives a grader that was killed, where the system has no way to bind the two: not for ever.
ORPHAN_CPU_SECONDS = 3600
GPU_SETTINGS = ("CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH")
KEPT = ("LANG", "TORCHDYNAMO_DISABLE", "CUDA_VISIBLE_DEVICES", "CUBLAS_WORKSPACE_CONFIG", "SYSTEMROOT")


class SpawnedProcess:
    """A process that the grader started itself."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._end_group()

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


class SpawnPool:
    """Workers on a device, so many of them ahead. Their walls are those that the system gives: never ``strict``."""

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


def main(device: str) -> NoReturn:
    """The worker: makes everything ready, waits for a job, serves it, ends."""
    try:
        _work(device)
    except BaseException as error:
        with suppress(OSError):
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(70)


def _work(device: str) -> None:
    """Student code runs in here, with the channel on descriptors that have no other use."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG

    import gc

    import torch

    from autograder.catalog import load_exercise
    from autograder.runner.bans import HIDDEN, ban, ban_imports
    from autograder.runner.child import limit, read_frame, serve
    from autograder.runner.warm import warm, warm_training
    from autograder.spec.forbidden import families

    torch.set_num_threads(1)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    warm()
    if device != "cpu":
        torch.zeros(1, device=device)
    gc.collect()
    gc.freeze()

    payload = read_frame(requests, MAX_JOB)
    if payload is None:
        return  # the grader has ended
    job = decode(payload)
    exercise = load_exercise(job["exercise"])
    if any(check.training for check in exercise.checks):
        warm_training()
    lockdown = None
    if sys.platform == "linux":
        from autograder.runner.lockdown import Lockdown

        lockdown = Lockdown(gpu=device != "cpu")  # it looks at places that are banned from here on
    ban_imports(HIDDEN)
    ban((*exercise.forbid, *families(job["forbid"])), gpu=device != "cpu")
    for name in set(os.environ) - set(KEPT):
        del os.environ[name]
    # On a GPU address space says nothing about memory: its driver reserves far more than it uses.
    memory_mb = MEMORY_MB + job["memory_mb"] if device == "cpu" else 0
    walls = limit(memory_mb, 0 if sys.platform == "linux" else ORPHAN_CPU_SECONDS)
    if device != "cpu":
        walls += _limit_gpu(device, GPU_MEMORY_MB + job["memory_mb"])
    if lockdown:
        walls += lockdown.lock()
    serve(exercise, requests, answers, device, walls=walls, mark=bytes.fromhex(job["mark"]))


def _limit_gpu(device: str, memory_mb: int) -> list[str]:
    """Caps what torch allocates on the GPU: a limit for mistakes, since code that goes around torch is not held."""
    import torch

    if device == "cuda":
        share = memory_mb * 2**20 / torch.cuda.get_device_properties(0).total_memory
        torch.cuda.set_per_process_memory_fraction(min(1.0, share))
    elif device == "mps":
        torch.mps.set_per_process_memory_fraction(min(1.0, memory_mb * 2**20 / torch.mps.recommended_max_memory()))
    else:
        return []
    return ["GPU memory limit"]
