"""The process that student code runs in: takes requests over its channel, performs them, answers.

The grader asks, the child answers, one frame each; it holds nothing that a later check will be asked.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO

from autograder.runner.memory import limit_memory
from autograder.runner.outcome import Kind, Outcome
from autograder.runner.perform import Session
from autograder.runner.wire import FRAME, decode, encode
from autograder.spec.exercise import Exercise

if sys.platform != "win32":
    import resource

MAX_REQUEST = 1 << 32
MAX_OPEN = 256  # a pipe holds memory of the kernel that no other limit counts


def read_frame(stream: BinaryIO, limit: int) -> bytes | None:
    """The next payload, None at the end of the stream."""
    head = stream.read(FRAME.size)
    if len(head) < FRAME.size:
        return None
    (length,) = FRAME.unpack(head)
    if length > limit:
        raise ValueError("a frame that is too long")
    payload = stream.read(length)
    return payload if len(payload) == length else None


def write_frame(stream: BinaryIO, payload: bytes) -> None:
    stream.write(FRAME.pack(len(payload)))
    stream.write(payload)
    stream.flush()


def limit(memory_mb: int, cpu_seconds: int = 0) -> list[str]:
    """Limits of this process: memory beyond what it has now, processor time, open files, no core dumps, no writing.

    Returns which of them there are on this system, as far as that is not the same everywhere.
    """
    if sys.platform == "win32":
        return []
    limited = []
    if memory_mb and limit_memory(memory_mb):
        limited.append("memory limit")
    if cpu_seconds:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (MAX_OPEN, MAX_OPEN))
    return limited


def _load(session: Session, request: dict[str, Any], answers: BinaryIO) -> Outcome:
    """Loads a file; told to be careful, it says before each statement which one is next."""

    def tell(number: int) -> None:
        write_frame(answers, encode(Outcome(Kind.LOADING, line=number).to_plain()))

    return session.load(
        request["source"],
        request["filename"],
        request["companions"],
        path=request["path"],
        skipped=request["skipped"],
        tell=tell if request["careful"] else None,
    )


def serve(
    exercise: Exercise,
    requests: BinaryIO,
    answers: BinaryIO,
    device: str = "cpu",
    *,
    walls: Sequence[str] = (),
    mark: bytes = b"",
) -> None:
    """Answers requests until the grader closes the channel. Never returns to the caller's code.

    The first frame tells that all is ready, and behind which walls: whatever ends this process before is the
    grader's fault, whatever does later may be the student's. mark: printed after what an answer has printed.
    """
    session = Session(exercise, device)
    session.watch.listen()
    write_frame(answers, encode({"walls": list(walls)}))
    while (payload := read_frame(requests, MAX_REQUEST)) is not None:
        request = decode(payload)
        if request["op"] == "load":
            outcome = _load(session, request, answers)
        elif request["op"] == "probe":
            outcome = session.probe(request["check"], request["cases"])
        else:
            outcome = session.run(request["check"], request["case"], request["inputs"], request["seed"])
        for name in ("stdout", "stderr", "__stdout__"):  # the file may have put anything there, or nothing
            with contextlib.suppress(BaseException):
                getattr(sys, name).flush()
        if mark:
            with contextlib.suppress(OSError):
                os.write(2, mark)
        try:
            answer = encode(outcome.to_plain())
        except BaseException as error:  # a result whose class misbehaves while it is read
            answer = encode(Outcome(Kind.RAISED, error=type(error).__name__).to_plain())
        write_frame(answers, answer)
    os._exit(0)
