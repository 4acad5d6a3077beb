"""A worker: an interpreter that makes itself ready for student code, waits for its one job, serves it, and ends."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress
from typing import NoReturn

from autograder.runner.limits import GPU_MEMORY_MB, MEMORY_MB
from autograder.runner.wire import decode

MAX_JOB = 1 << 16
# A worker that hangs outlives a grader that was killed, where the system has no way to bind the two: not for ever.
ORPHAN_CPU_SECONDS = 3600
KEPT = ("LANG", "TORCHDYNAMO_DISABLE", "CUDA_VISIBLE_DEVICES", "CUBLAS_WORKSPACE_CONFIG", "SYSTEMROOT")


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
    from autograder.runner.bans import ban, shut_off
    from autograder.runner.child import limit, read_frame, serve
    from autograder.runner.quiet import hush
    from autograder.runner.streams import open_streams
    from autograder.runner.warm import warm, warm_for

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
    warm_for(exercise)
    lockdown = None
    if sys.platform == "linux":
        from autograder.runner.lockdown import Lockdown

        lockdown = Lockdown(gpu=device != "cpu")  # it looks at places that are banned from here on
    hush()
    shut_off()
    ban((*exercise.forbid, *filter(None, map(exercise.family, job["forbid"]))), gpu=device != "cpu")
    for name in set(os.environ) - set(KEPT):
        del os.environ[name]
    # On a GPU address space says nothing about memory: its driver reserves far more than it uses.
    memory_mb = MEMORY_MB + job["memory_mb"] if device == "cpu" else 0
    walls = limit(memory_mb, 0 if sys.platform == "linux" else ORPHAN_CPU_SECONDS)
    if device != "cpu":
        walls += _limit_gpu(device, GPU_MEMORY_MB + job["memory_mb"])
    if lockdown:
        walls += lockdown.lock()
    open_streams()
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
