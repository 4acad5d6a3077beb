"""What joins the grader to a process with student code: requests go in, answers and what is printed come out."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import threading
from collections import deque
from contextlib import suppress
from queue import SimpleQueue
from typing import Protocol

from autograder.runner.limits import MAX_OUTPUT

CHUNK = 1 << 18
# What may lie here unread before the process has to wait.
MAX_WAITING = 16 << 20
MAX_PAGES = 256
SETTLE_SECONDS = 1.0


class Link(Protocol):
    """``received``: the bytes of answers so far; whoever reads a frame takes it away."""

    received: bytearray

    def send(self, data: bytes) -> None:
        """Queues bytes for the process."""

    def wait(self, seconds: float) -> bool:
        """Waits for something to come, at most so long; False once nothing can come any more."""

    def printed(self) -> bytes:
        """What was printed up to the last answer, the beginning of it; then forgets it."""

    def close(self) -> None:
        """Lets go of both ends."""


class SocketLink:
    """A socket for requests and answers, a pipe for what is printed; it works while somebody waits."""

    def __init__(self, channel: socket.socket, output: int) -> None:
        self.received = bytearray()
        self._channel = channel
        self._output = output
        self._unsent = bytearray()
        self._printed = bytearray()
        channel.setblocking(False)
        os.set_blocking(output, False)

    def send(self, data: bytes) -> None:
        self._unsent += data

    def wait(self, seconds: float) -> bool:
        watched: list[socket.socket | int] = [self._channel, self._output]
        readable, writable, _ = select.select(watched, [self._channel] if self._unsent else [], [], seconds)
        if self._output in readable and not self._drain():
            # Closed by the student's code: nothing more will be printed, and nothing more is watched.
            os.close(self._output)
            self._output = os.open(os.devnull, os.O_WRONLY)
        try:
            if writable:
                del self._unsent[: self._channel.send(self._unsent[:CHUNK])]
            if self._channel in readable:
                chunk = self._channel.recv(CHUNK)
                self.received += chunk
                return bool(chunk)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return True

    def _drain(self) -> bool:
        """Takes what was printed, keeps the beginning; False once nothing can come any more."""
        for _round in range(64):
            try:
                chunk = os.read(self._output, CHUNK)
            except BlockingIOError:
                return True
            except OSError:
                return False
            if not chunk:
                return False
            self._printed += chunk[: max(0, MAX_OUTPUT - len(self._printed))]
        return True

    def printed(self) -> bytes:
        self._drain()
        text = bytes(self._printed)
        self._printed.clear()
        return text

    def close(self) -> None:
        os.close(self._output)
        self._channel.close()


class PipeLink:
    """The three pipes of a process that was started with them, each served by a thread: so it works on any system.

    Requests go to its standard input, answers come from its standard output, what is printed from its standard
    error. There a ``mark`` after each answer tells what was printed before it: two pipes keep no order.
    """

    def __init__(self, process: subprocess.Popen[bytes], mark: bytes) -> None:
        self.received = bytearray()
        self._mark = mark
        self._change = threading.Condition()
        self._unsent: SimpleQueue[bytes | None] = SimpleQueue()
        self._arrived = bytearray()
        self._pages: deque[bytes] = deque()  # what was printed, up to each mark
        self._page = bytearray()
        self._tail = b""  # printed, but it may be the beginning of a mark
        self._answers_end = self._output_ends = self._closed = False
        work = {self._write: process.stdin, self._read_answers: process.stdout, self._read_output: process.stderr}
        for target, stream in work.items():
            threading.Thread(target=target, args=(stream,), daemon=True).start()

    def send(self, data: bytes) -> None:
        self._unsent.put(data)

    def wait(self, seconds: float) -> bool:
        with self._change:
            self._change.wait_for(lambda: self._arrived or self._answers_end, seconds)
            open_still = bool(self._arrived) or not self._answers_end
            self.received += self._arrived
            self._arrived.clear()
            self._change.notify_all()
            return open_still

    def printed(self) -> bytes:
        with self._change:
            if not self._change.wait_for(lambda: self._pages or self._output_ends or not self._mark, SETTLE_SECONDS):
                self._mark = b""  # the student's code leads it elsewhere: no use in waiting again
                self._keep(self._tail)
                self._tail = b""
            if self._pages:
                return self._pages.popleft()
            text = bytes(self._page + self._tail)
            self._page.clear()
            self._tail = b""
            return text[:MAX_OUTPUT]

    def beginnings(self) -> str:
        """What was printed so far: why a process did not start. Waits for the end of it."""
        with self._change:
            self._change.wait_for(lambda: self._output_ends, SETTLE_SECONDS)
            return bytes(self._page + self._tail).decode("utf-8", "replace")

    def _write(self, stream: _Stream) -> None:
        with suppress(OSError, ValueError), stream:
            while (data := self._unsent.get()) is not None:
                view = memoryview(data)
                while view:
                    view = view[stream.write(view) or 0 :]

    def _read_answers(self, stream: _Stream) -> None:
        with suppress(OSError), stream:
            while chunk := stream.read(CHUNK):
                with self._change:
                    self._change.wait_for(lambda: len(self._arrived) < MAX_WAITING or self._closed)
                    if not self._closed:
                        self._arrived += chunk
                    self._change.notify_all()
        with self._change:
            self._answers_end = True
            self._change.notify_all()

    def _read_output(self, stream: _Stream) -> None:
        with suppress(OSError), stream:
            while chunk := stream.read(CHUNK):
                with self._change:
                    self._take(chunk)
                    self._change.notify_all()
        with self._change:
            self._output_ends = True
            self._change.notify_all()

    def _take(self, chunk: bytes) -> None:
        if not self._mark:
            self._keep(chunk)
            return
        *pages, rest = (self._tail + chunk).split(self._mark)
        for page in pages:
            self._keep(page)
            if len(self._pages) < MAX_PAGES:
                self._pages.append(bytes(self._page))
            self._page.clear()
        certain = max(0, len(rest) - len(self._mark) + 1)
        self._keep(rest[:certain])
        self._tail = rest[certain:]

    def _keep(self, text: bytes) -> None:
        self._page += text[: max(0, MAX_OUTPUT - len(self._page))]

    def close(self) -> None:
        with self._change:
            self._closed = True
            self._change.notify_all()
        self._unsent.put(None)


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...

    def write(self, data: memoryview, /) -> int: ...

    def __enter__(self) -> object: ...

    def __exit__(self, *_: object) -> None: ...
