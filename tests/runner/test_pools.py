"""Both ways to run student code keep the same promises: forked from a zygote, or in workers started ahead."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.classroom import grade as grading
from autograder.intake.classes import read_class
from autograder.results import Status
from autograder.runner.limits import MAX_OUTPUT, Limits
from autograder.runner.outcome import Kind
from autograder.runner.protocol import RunnerError
from autograder.runner.wire import encode
from autograder.runner.worker_pool import WorkerPool
from autograder.runner.zygote_pool import ZygotePool
from support import CORR2D, FLIPPED, KIT, RIGHT, hand_in

LIMITS = Limits(10)


@pytest.fixture(scope="module", params=["zygote", "workers"])
def pool(request):
    made = ZygotePool() if request.param == "zygote" else WorkerPool("cpu", spares=2)
    yield made
    made.close()


def load(pool, source, limits=LIMITS, **how):
    with pool.child(CORR2D, **how) as child:
        return child.load(source, "a.py", limits)


def call(child, limits=LIMITS):
    import torch

    inputs = {"X": torch.ones(4, 5), "K": torch.ones(2, 3)}
    return child.ask(encode({"op": "run", "check": "sums_each_window", "case": 0, "inputs": inputs, "seed": 1}), limits)


@pytest.mark.parametrize(
    ("line", "kind", "message"),
    [
        ("import os; os._exit(0)", Kind.CRASHED, "exit 0"),
        ("import os; os._exit(70)", Kind.CRASHED, "exit 70"),
        ("import ctypes; ctypes.string_at(1)", Kind.CRASHED, "SIGSEGV"),
        ("[os.close(d) for d in range(3, 256) if is_open(d)]", Kind.CRASHED, ""),
        ("while True: pass", Kind.TIMEOUT, ""),
        ("import time; time.sleep(1000)", Kind.STALLED, ""),
    ],
)
def test_what_ends_a_process_is_told_apart(pool, line, kind, message):
    source = "import os, torch\ndef is_open(d):\n    try:\n        return bool(os.fstat(d))\n    except OSError: pass\n"
    started = time.monotonic()
    outcome = load(pool, source + line, Limits(0.5) if kind in (Kind.TIMEOUT, Kind.STALLED) else LIMITS)
    assert outcome.kind is kind, outcome
    assert message in outcome.message
    assert time.monotonic() - started < 60


def test_what_takes_long_or_too_much_memory_at_the_top_is_left_out(pool):
    lines = [
        "hoard = [torch.ones(1 << 24) for _ in range(1 << 20)]",  # first: the more is spent, the less time is left
        "while True: pass",
        "import time; time.sleep(1000)",
    ]
    outcome = load(pool, "import torch\n" + RIGHT + "\n".join(lines), Limits(60))
    assert outcome.kind is Kind.RETURNED
    assert [note["why"] for note in outcome.notes] == ["memory", "slow", "slow"]


def test_a_process_works_on_whatever_it_prints_or_closes(pool):
    source = RIGHT.replace("    return", "    print('mine', flush=True)\n    return")
    with pool.child(CORR2D) as child:
        assert child.load(source + "print('x' * 3_000_000)\n", "a.py", LIMITS).output == "x" * MAX_OUTPUT
        for _time in range(2):
            outcome = call(child)
            assert outcome.kind is Kind.RETURNED
            assert outcome.output == "mine\n"
            assert outcome.value.tolist() == [[6.0] * 3] * 3
        assert child.alive
    shut = RIGHT.replace("    return", "    import os\n    os.close(1)\n    os.close(2)\n    return")
    with pool.child(CORR2D) as child:
        child.load(shut, "a.py", LIMITS)
        assert call(child).kind is Kind.RETURNED


def test_what_is_printed_belongs_to_the_answer_that_follows_it(pool):
    import torch

    source = RIGHT.replace("    return", "    print(int(X[0, 0]))\n    return")
    with pool.child(CORR2D) as child:
        child.load(source, "a.py", LIMITS)
        for number in range(20):
            inputs = {"X": torch.full((4, 5), float(number)), "K": torch.ones(2, 3)}
            request = {"op": "run", "check": "sums_each_window", "case": 0, "inputs": inputs, "seed": 1}
            assert child.ask(encode(request), LIMITS).output == f"{number}\n"


def test_a_huge_answer_is_cut_off_and_its_author_alone_pays(pool):
    with pool.child(CORR2D) as child:
        child.load("def corr2d(X, K):\n    return X.repeat(3000, 1000)\n", "a.py", LIMITS)
        assert call(child, Limits(10, answer=1 << 20)).kind is Kind.OVERSIZED
        assert not child.alive
    flood = "import os\nwhile True:\n    for d in range(3, 20):\n        try: os.write(d, bytes(1 << 16))\n        except OSError: pass\n"
    assert load(pool, flood, Limits(2)).kind in (Kind.CRASHED, Kind.OVERSIZED, Kind.TIMEOUT)


def test_nothing_carries_over_to_the_next_job(pool, monkeypatch):
    monkeypatch.setenv("KATA_TEST_SECRET", "hunter2")
    first = "import builtins, torch, os\nbuiltins.mark = 1\ntorch.ones = None\nos.environ['MARK'] = '1'\n"
    assert load(pool, first + RIGHT).kind is Kind.RETURNED
    check = "import builtins, torch, os, sys\nassert not hasattr(builtins, 'mark') and torch.ones(1) == 1\n"
    check += "assert not {'MARK', 'HOME', 'KATA_TEST_SECRET'} & set(os.environ)\nassert os.getcwd() == '/'\n"
    check += "assert not [m for m in sys.modules if m.startswith(('solutions', 'autograder.judging'))]\n"
    outcome = load(pool, check + RIGHT)
    assert outcome.kind is Kind.RETURNED, outcome
    assert not outcome.notes


def test_forbidden_families_of_the_exercise_and_of_the_check_are_off(pool):
    source = "import torch\ndef corr2d(X, K):\n    return torch.conv2d(X[None, None], K[None, None])[0, 0]\n"
    with pool.child(CORR2D) as child:
        child.load(source, "a.py", LIMITS)
        assert call(child).kind is Kind.FORBIDDEN
    dropped = source.replace("torch.conv2d(X[None, None], K[None, None])[0, 0]", "torch.dropout(X, 0.5, True)")
    with pool.child(CORR2D, forbid=("dropout",)) as child:
        child.load(dropped, "a.py", LIMITS)
        assert call(child).kind is Kind.FORBIDDEN


def test_seconds_are_what_it_took_even_if_nobody_waited(pool):
    with pool.child(CORR2D) as child:
        busy = "    import time\n    end = time.process_time() + 0.4\n    while time.process_time() < end: pass\n    return"
        child.load(RIGHT.replace("    return", busy), "a.py", LIMITS)
        import torch

        inputs = {"X": torch.ones(4, 5), "K": torch.ones(2, 3)}
        child.post(encode({"op": "run", "check": "sums_each_window", "case": 0, "inputs": inputs, "seed": 1}))
        time.sleep(2)
        assert 0.35 < child.answer(LIMITS).seconds < 5


def test_an_exercise_that_cannot_be_loaded_is_the_graders_fault(pool):
    with pytest.raises(RunnerError, match="no_such"):
        pool.child("ch07_convolution/no_such")


def test_a_class_gets_the_same_marks_from_both(tmp_path, pool, runner):
    sources = {"right": RIGHT, "flipped": FLIPPED, "exits": "import os\nos._exit(1)\n"}
    for student, source in sources.items():
        hand_in(tmp_path / "class" / student, source)
    found = read_class(tmp_path / "class", [CORR2D])
    graded = []
    for which in (runner, pool):
        done = grading.grade(which, found, [CORR2D], tmp_path / f"out{len(graded)}", jobs=2)
        assert (done.graded, done.ungraded) == (3, [])
        checks = [
            (s.student, c.name, c.status, c.score, c.message)
            for s in done.results.submissions
            for e in s.exercises
            for c in e.checks
        ]
        graded.append(checks)
    assert graded[0] == graded[1]
    assert len({status for _student, _name, status, _score, _message in graded[0]} - {Status.SKIPPED}) == 3


def test_a_worker_that_was_killed_while_it_waited_is_replaced():
    pool = WorkerPool("cpu", spares=2)
    waiting = pool._spares.get(timeout=60)
    pool._spares.put(waiting)
    waiting.kill()
    assert load(pool, RIGHT).kind is Kind.RETURNED
    pool.close()
    with pytest.raises(RunnerError):
        pool.child(CORR2D)


def test_workers_have_the_walls_that_the_system_gives():
    pool = WorkerPool("cpu")
    secret = f"open({str(KIT / 'solutions' / f'{CORR2D}.py')!r}).read()"
    outcome = load(pool, f"{RIGHT}\n{secret}\n")
    pool.close()
    assert pool.isolation == "process"
    if any(wall.startswith("landlock") for wall in pool.walls):
        assert [note["why"] for note in outcome.notes] == ["reads"]


ORPHANS = """
import sys, time
from autograder.runner.limits import Limits
from autograder.runner.worker_pool import WorkerPool
pool = WorkerPool("cpu", spares=2)
child = pool.child("ch07_convolution/corr2d")
spare = pool._spares.get()
print(child.process.pid, spare.pid, flush=True)
child.load("import re\\nre.match('(a+)+$', 'a' * 50 + 'b')\\nclass Loop:\\n    while True:\\n        try:\\n            while True: pass\\n        except BaseException: pass", "a.py", Limits(1000))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux binds a process to its parent")
def test_workers_die_with_the_grader():
    grader = subprocess.Popen([sys.executable, "-c", ORPHANS], cwd=KIT, stdout=subprocess.PIPE, text=True)
    pids = [int(pid) for pid in grader.stdout.readline().split()]
    assert len(pids) == 2
    grader.send_signal(signal.SIGKILL)
    grader.communicate()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and any(map(is_running, pids)):
        time.sleep(0.05)
    assert not [pid for pid in pids if is_running(pid)]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


# What Windows has not; the modules must not even ask for it.
ELSEWHERE = """
import os, select, signal, socket, sys
for name in ("resource", "fcntl", "pwd", "grp"):
    sys.modules[name] = None
for owner, names in ((os, ("fork", "pidfd_open", "set_blocking", "setsid", "pipe2", "sysconf", "killpg")),
                     (signal, ("SIGXCPU", "pidfd_send_signal")), (socket, ("AF_UNIX", "recv_fds", "send_fds"))):
    for name in names:
        if hasattr(owner, name):
            delattr(owner, name)
def no_select(*_):
    raise OSError("no select on pipes")
"""
ELSEWHERE_GRADER = """
from autograder.runner import worker_pool as spawn
from autograder.runner.limits import Limits
spawn._START = {prelude!r} + spawn._START.replace("main(sys", "sys.platform = 'win32'; main(sys")
select.select = no_select
sys.platform = "win32"
os.environ["SYSTEMROOT"] = "/"
pool = spawn.WorkerPool("cpu")
with pool.child("ch07_convolution/corr2d") as child:
    outcome = child.load("print('h\\u00e9')\\ndef corr2d(X, K): pass", "a.py", Limits(20))
    print(outcome.kind, ascii(outcome.output), child.walls())
with pool.child("ch07_convolution/corr2d") as child:
    print(child.load("while True: pass", "a.py", Limits(0.5)).kind)
pool.close()
"""


def test_workers_need_nothing_that_other_systems_lack():
    script = ELSEWHERE + ELSEWHERE_GRADER.replace("{prelude!r}", repr(ELSEWHERE))
    done = subprocess.run([sys.executable, "-c", script], cwd=KIT, capture_output=True, text=True, timeout=200)
    assert done.stdout.splitlines() == ["returned 'h\\xe9\\n' []", "timeout"], done.stderr[-3000:]
