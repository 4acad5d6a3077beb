"""A submission is bounded as a whole, and a busy machine is no fault of it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from autograder import catalog
from autograder.classroom import grade as grading
from autograder.intake.classes import read_class
from autograder.judging import expectations
from autograder.judging.assess import assess
from autograder.judging.grader import Grader, Library
from autograder.judging.job import EXERCISE_SECONDS, HASTE_SECONDS, LEISURE_SECONDS, STUDENT_SECONDS, Job, Leisure
from autograder.results import ExerciseResult, Status
from autograder.runner import child_handle
from autograder.runner.limits import MAX_THREADS, Budget, Limits
from autograder.runner.outcome import Kind
from autograder.runner.watch import SPENT_SECONDS, Watch
from autograder.runner.wire import encode
from support import CORR2D, RIGHT, hand_in

REST = {"path": "", "careful": False, "companions": {}, "skipped": {}}


def doing(line: str) -> str:
    """A right answer that does this in each call."""
    return f"import threading, time\n{RIGHT}".replace("    return", f"    {line}\n    return")


def measured(runner, source: str, seconds: float) -> ExerciseResult:
    exercise, found = catalog.load_exercise(CORR2D), expectations.get(runner, CORR2D, "public")
    return assess(runner, exercise, found, source, "corr2d.py", seconds=seconds)


def load(runner, source: str, limits: Limits, budget: Budget | None = None):
    with runner.child(CORR2D) as child:
        child.budget = budget or Budget()
        return child.load(source, "a.py", limits)


def test_what_stays_below_each_limit_meets_the_one_of_the_whole(runner):
    started = time.monotonic()
    result = measured(runner, doing("time.sleep(1.5)"), 2.0)
    assert result.status is Status.TIMEOUT
    assert result.stalled
    messages = [check.message for check in result.checks if check.status is Status.TIMEOUT]
    assert messages
    assert all("which is all that it may take" in message for message in messages)
    assert all(check.status is not Status.UNGRADED for check in result.checks)
    assert "which is all that it may take" in next(c.detail.discreet for c in result.checks if c.detail.discreet)
    assert time.monotonic() - started < 60


def test_many_loops_without_end_meet_it_too(runner):
    loops = "while True:\n    try:\n        while True: pass\n    except BaseException: pass\n" * 5
    budget = Budget(4.0)
    outcome = load(runner, loops + RIGHT, Limits(60), budget)
    assert outcome.kind is Kind.SPENT
    assert not budget.left
    assert budget.used < 8


def test_who_has_no_time_left_is_told_so_and_nothing_runs(runner):
    result = measured(runner, RIGHT, 0.0)
    assert result.status is Status.TIMEOUT
    assert result.seconds == 0
    assert f"your submission had taken more than {STUDENT_SECONDS:.0f} s" in result.checks[0].message


def test_a_right_answer_in_haste_keeps_all_marks(runner):
    result = measured(runner, RIGHT, HASTE_SECONDS)
    assert result.score == result.max_score
    assert not result.stalled


def test_a_submission_that_takes_long_has_less_for_each_exercise_and_in_the_end_nothing():
    leisure, job = Leisure(), Job("ann", CORR2D, None)
    slow = ExerciseResult(CORR2D, Status.TIMEOUT, 0, 1, seconds=LEISURE_SECONDS)
    assert leisure.given(job).seconds == EXERCISE_SECONDS
    leisure.take(job, slow)
    assert leisure.given(job).seconds == HASTE_SECONDS
    assert leisure.given(Job("bob", CORR2D, None)).seconds == EXERCISE_SECONDS
    for _ in range(int(STUDENT_SECONDS / LEISURE_SECONDS)):
        leisure.take(job, slow)
    assert leisure.given(job).seconds == 0


def test_sleeping_is_told_from_looping_and_both_from_waiting_for_a_processor(runner, monkeypatch):
    assert load(runner, "while True: pass", Limits(0.5)).kind is Kind.TIMEOUT
    assert load(runner, "import time; time.sleep(1000)", Limits(0.3)).kind is Kind.STALLED
    monkeypatch.setattr(child_handle, "starved_seconds", lambda _pid: time.monotonic())
    budget = Budget()
    assert load(runner, RIGHT + "import time; time.sleep(1.6)", Limits(0.3), budget).kind is Kind.RETURNED
    assert budget.used < 1.2


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="the system does not tell")
def test_the_system_tells_how_long_a_process_waits_for_a_processor(runner):
    """As many processes as the machine cannot run at a time: each waits for about what the others take."""
    line = f"{RIGHT}import time\nend = time.monotonic() + 1.5\nwhile time.monotonic() < end: pass\n"
    children = [runner.child(CORR2D) for _ in range(2 * (os.cpu_count() or 1))]
    clocks = []
    try:
        for child in children:
            child.walls()
            clocks.append(child_handle.Clock(child.process.pid))
            child.post(encode({"op": "load", "source": line, "filename": "a.py", **REST}))
            child.link.wait(0.0)
        outcomes = [child.answer(Limits(30)) for child in children]
        assert {outcome.kind for outcome in outcomes} == {Kind.RETURNED}
        assert min(clock.waited() / (time.monotonic() - clock.started) for clock in clocks) < 0.8
    finally:
        for child in children:
            child.close()


def test_too_many_threads_end_a_process(runner):
    line = "threading.stack_size(1 << 15); [threading.Thread(target=time.sleep, args=(9,), daemon=True).start()"
    result = measured(runner, doing(f"{line} for _ in range({2 * MAX_THREADS})]; time.sleep(3)"), EXERCISE_SECONDS)
    assert result.score == 0
    assert f"started more than {MAX_THREADS} threads" in result.checks[0].message


def test_a_statement_that_only_waited_is_known_from_one_that_computed():
    watch = Watch()
    watch.spent, watch.computed = SPENT_SECONDS + 1, 0.5
    assert watch.waited(SPENT_SECONDS)
    watch.computed = SPENT_SECONDS + 1
    assert not watch.waited(SPENT_SECONDS)


class Busy:
    """An executor on a machine that is busy until no other job is done."""

    isolation, walls, escapes = "strict", [], []

    def __init__(self, grader: Grader) -> None:
        self.grader = grader
        self.alone_with: list[str] = []

    def run(self, jobs):
        for job in jobs:
            result = self.grader.grade(job)
            if job.student == "starved":
                result.stalled, result.status, result.score = True, Status.TIMEOUT, 0.0
            yield job, result

    def alone(self, job):
        self.alone_with.append(job.student)
        return self.grader.grade(job)

    def close(self) -> None:
        pass


def test_what_the_wall_clock_alone_ended_is_run_again_when_nothing_else_runs(tmp_path, runner):
    for student in ("ann", "starved", "zoe"):
        hand_in(tmp_path / "class" / student, RIGHT)
    library = Library(lambda id: expectations.get(runner, id, "public"))
    busy = Busy(Grader(runner, library))
    found = read_class(tmp_path / "class", [CORR2D])
    done = grading.grade_with(lambda: busy, found, [CORR2D], tmp_path / "out")
    assert busy.alone_with == ["starved"]
    assert done.graded == 3
    marks = json.loads((tmp_path / "out" / "results.json").read_text())["submissions"]
    assert {s["student"]: s["score"] == s["max_score"] for s in marks} == {"ann": True, "starved": True, "zoe": True}
