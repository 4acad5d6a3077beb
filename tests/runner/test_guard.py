"""Submissions are read in a process of its own: whatever one does to its reader, the others are read."""

from __future__ import annotations

import os
import signal
import time
from functools import partial
from pathlib import Path

import pytest

from autograder.intake import guard as guards
from autograder.intake.guard import Guard, guarded
from autograder.intake.model import Source, Student, Submission, Submissions


def harmless(name: str) -> Submission:
    return Submission(name, {"corr2d": Source("a.py", text="pass")}, notes=["\N{SNOWMAN}"], ids={"sid": "1"})


def busy(name: str) -> Submission:
    while True:
        pass


def asleep(name: str) -> Submission:
    time.sleep(1000)
    return harmless(name)


def greedy(name: str) -> Submission:
    return harmless(name * (guards.MEMORY_MB << 21))


def killed(name: str) -> Submission:
    os.kill(os.getpid(), signal.SIGKILL)
    return harmless(name)


def killed_once(mark: Path, name: str) -> Submission:
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return harmless(name)


def failing(name: str) -> Submission:
    raise RuntimeError("with what a student wrote")


def no_text(name: str) -> Submission:
    return Submission(name, notes=["\udce9"])


def class_of(*reads) -> Submissions:
    return Submissions([Student(str(n), partial(read, str(n)), {"sid": "1"}) for n, read in enumerate(reads)])


@pytest.mark.parametrize(
    ("read", "says"),
    [
        (busy, "takes too long"),
        (asleep, "takes too long"),
        (greedy, "MemoryError"),
        (killed, "killed twice"),
        (failing, "RuntimeError"),
        (no_text, "UnicodeEncodeError"),
    ],
)
def test_what_a_submission_does_to_its_reader_harms_no_other(monkeypatch, read, says):
    monkeypatch.setattr(guards, "CPU_SECONDS", 0.3)
    monkeypatch.setattr(guards, "WALL_SECONDS", 1 if read is asleep else 20)
    with guarded(class_of(harmless, read, harmless)) as submissions:
        first, bad, last = submissions
        assert len(submissions) == 3
        assert submissions[-1:] == [last]
    assert (first, last) == (harmless("0"), harmless("2"))
    assert says in bad.unreadable
    assert (bad.student, bad.ids, bad.sources) == ("1", {"sid": "1"}, {})


def test_a_reader_that_was_killed_is_replaced(tmp_path):
    with guarded(class_of(partial(killed_once, tmp_path / "mark"), harmless)) as submissions:
        assert list(submissions) == [harmless("0"), harmless("1")]


def test_without_its_keeper_the_grader_reads_itself():
    guard = Guard(class_of(harmless, harmless))
    try:
        os.kill(guard._pid, signal.SIGKILL)
        assert list(guard) == [harmless("0"), harmless("1")]
    finally:
        guard.close()


def test_no_process_is_left():
    before = children()
    with guarded(class_of(harmless)) as submissions:
        assert submissions[0] == harmless("0")
        assert children() - before
    assert not children() - before


def children() -> set[int]:
    return {int(child) for path in Path("/proc/self/task").glob("*/children") for child in path.read_text().split()}
