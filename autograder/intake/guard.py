"""Reads submissions in a process of its own, so that none can hold up or fill the grader that it is read for.

Before it has threads and torch, the grader forks a keeper, which forks one reader after another: a reader reads until a
submission takes it too long. Where the system cannot fork, the grader reads them itself.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn, overload

import msgspec

from autograder.intake.model import Submission, Submissions
from autograder.messages import _
from autograder.runner.memory import limit_memory

if TYPE_CHECKING:
    from autograder.intake.model import Student

CPU_SECONDS, WALL_SECONDS = 10.0, 120  # for one submission; the disk may be far away
MEMORY_MB = 1024  # beyond what a reader begins with
GONE_SECONDS = 10.0
CHUNK = 1 << 20
SIZE = 8


@contextmanager
def guarded(class_: Submissions) -> Iterator[Sequence[Submission]]:
    """The same submissions; one that cannot be read within the limits is ``unreadable``, and the next is read."""
    if not hasattr(os, "fork"):
        yield class_
        return
    guard = Guard(class_)
    try:
        yield guard
    finally:
        guard.close()


class Guard(Sequence[Submission]):
    """The submissions of a class, each read by a reader when it is asked for. Close it when done."""

    def __init__(self, class_: Submissions) -> None:
        self._students = class_.students
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._pid = os.fork()
        if not self._pid:
            _quietly(self._control, theirs, class_)
        theirs.close()
        self._channel: socket.socket | None = None

    def __len__(self) -> int:
        return len(self._students)

    @overload
    def __getitem__(self, index: int) -> Submission: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Submission]: ...

    def __getitem__(self, index: int | slice) -> Submission | Sequence[Submission]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        student = self._students[index]
        for _attempt in range(2):  # that a reader was killed need not be the submission's doing
            found = self._ask(index)
            if isinstance(found, Submission):
                return found
            if found in (-signal.SIGPROF, -signal.SIGALRM):
                return _unreadable(student, _("reading the submission takes too long: a person should look at it"))
            if found is None:  # somebody ended the keeper
                return student.read()
        return _unreadable(student, _("the submission cannot be read: its reader was killed twice"))

    def _ask(self, index: int) -> Submission | int | None:
        """A submission; or how the reader ended before it had it, None if nobody can tell."""
        try:
            if self._channel is None:
                self._channel, theirs = socket.socketpair()
                with theirs:
                    socket.send_fds(self._control, [b"reader"], [theirs.fileno()])
            self._channel.sendall(index.to_bytes(SIZE))
            return msgspec.msgpack.decode(_receive(self._channel), type=Submission)
        except (OSError, EOFError):
            if self._channel is not None:
                self._channel.close()
            self._channel = None
        with contextlib.suppress(OSError, ValueError):
            if select.select([self._control], [], [], GONE_SECONDS)[0]:
                return int(self._control.recv(64))
        return None

    def close(self) -> None:
        if self._channel is not None:
            self._channel.close()
        self._control.close()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._pid, 0)


def _unreadable(student: Student, sentence: str) -> Submission:
    return Submission(student.name, unreadable=sentence, ids=dict(student.ids))


def _receive(channel: socket.socket) -> bytearray:
    """One frame. Raises EOFError where there is none."""
    received = bytearray()
    size = SIZE
    while len(received) < size:
        chunk = channel.recv(CHUNK)
        if not chunk:
            raise EOFError
        received += chunk
        if size == SIZE and len(received) >= SIZE:
            size += int.from_bytes(received[:SIZE])
    return received[SIZE:]


def _quietly(ours: socket.socket, control: socket.socket, class_: Submissions) -> NoReturn:
    """The keeper's life: it says nothing, and what is typed at the terminal is for the grader to handle."""
    try:
        ours.close()
        os.setsid()
        quiet = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(quiet, descriptor)
        _keep(control, class_)
    finally:
        os._exit(0)


def _keep(control: socket.socket, class_: Submissions) -> None:
    """Starts a reader when asked to, one at a time, and tells how it ended."""
    while True:
        message, descriptors, _flags, _address = socket.recv_fds(control, 64, 1)
        if not message:
            return
        channel = socket.socket(fileno=descriptors[0])
        pid = os.fork()
        if not pid:
            try:
                control.close()
                _read(channel, class_)
            finally:
                os._exit(0)
        channel.close()
        _pid, status = os.waitpid(pid, 0)
        with contextlib.suppress(BrokenPipeError):
            control.send(str(os.waitstatus_to_exitcode(status)).encode())


def _read(channel: socket.socket, class_: Submissions) -> None:
    """The reader's life: submissions by their numbers, until nobody asks any more."""
    limit_memory(MEMORY_MB)
    while len(number := channel.recv(SIZE, socket.MSG_WAITALL)) == SIZE:
        # What is not back in time is ended by the signal itself: there is nothing to clean up.
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        signal.alarm(WALL_SECONDS)
        index = int.from_bytes(number)
        try:
            frame = msgspec.msgpack.encode(class_[index])
        except Exception as error:
            reason = _("the submission cannot be read: {reason}").format(reason=type(error).__name__)
            frame = msgspec.msgpack.encode(_unreadable(class_.students[index], reason))
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
        channel.sendall(len(frame).to_bytes(SIZE) + frame)
