"""The runner: whatever student code does costs that check of that student, and nothing else."""

from __future__ import annotations

import json
import os
import platform
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import catalog
from autograder.intake.archives import Caps
from autograder.intake.cells import Workbook
from autograder.intake.notebooks import read_notebook
from autograder.judging import expectations
from autograder.judging.running import run_through
from autograder.judging.trial import Trial
from autograder.results import Status
from autograder.runner.child_handle import CLOSING_SECONDS
from autograder.runner.limits import Limits
from autograder.runner.outcome import Kind
from autograder.runner.worker_pool import WorkerPool
from autograder.runner.zygote_pool import ZygotePool
from support import CORR2D

RIGHT = """
import torch
def corr2d(X, K):
    windows = X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1)
    return (windows * K).sum((-1, -2))
"""


def statuses(result):
    return [check.status for check in result.checks]


def misbehave_on_float64(line: str) -> str:
    """Right, but for one check: there it runs the line."""
    return RIGHT.replace("    windows", f"    if X.dtype == torch.float64:\n        {line}\n    windows")


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("import os; os._exit(0)", Status.ERROR),
        ("import os; os.abort()", Status.ERROR),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", Status.ERROR),
        ("import sys; sys.exit(0)", Status.ERROR),
        ("raise KeyboardInterrupt", Status.ERROR),
        ("torch.zeros(1 << 40)", Status.MEMORY),
        ("x = [torch.empty(1 << 24) for _ in range(1 << 20)]", Status.MEMORY),
        ("def f(): f()\n        f()", Status.ERROR),
        ("return 1 / 0", Status.ERROR),
        ("return X.repeat(2000, 300)", Status.FAILED),
        ("import os; os.closerange(1, 3); return X", Status.FAILED),
    ],
)
def test_misbehaviour_costs_one_check(grade_source, line, status):
    result = grade_source(CORR2D, misbehave_on_float64(line))
    by_name = {check.name: check for check in result.checks}
    assert by_name["keeps_the_dtype"].status is status, by_name["keeps_the_dtype"].message
    others = {name: check.status for name, check in by_name.items() if name != "keeps_the_dtype"}
    if (
        others["takes_views"] is Status.ERROR
    ):  # it looks at views in float64 too: whatever ends the process ends it there
        assert "os." in line
        del others["takes_views"]
    assert set(others.values()) == {Status.PASSED}, others


def test_an_endless_loop_costs_what_meets_it(grade_source):
    result = grade_source(CORR2D, misbehave_on_float64("while True: pass"))
    late = {check.name for check in result.checks if check.status is Status.TIMEOUT}
    assert late == {"keeps_the_dtype", "takes_views"}
    assert all(check.status is Status.PASSED for check in result.checks if check.name not in late)
    assert result.seconds < 40  # without what a busy machine lets it wait


def test_a_flood_of_output_is_cut_and_harms_nothing(grade_source):
    result = grade_source(CORR2D, RIGHT.replace("    windows", "    print('x' * 5_000_000)\n    windows"))
    assert result.status is Status.PASSED
    assert all(len(check.detail.output) <= 2000 for check in result.checks)


def test_code_at_the_top_of_the_file_that_crashes_fails_everything_once(grade_source):
    for source in ("import os\nos._exit(3)", "1/0", "def corr2d(X, K)\n", "while True: pass", "corr2d = 1/0"):
        result = grade_source(CORR2D, source)
        assert result.score == 0
        assert set(statuses(result)) <= {Status.ERROR, Status.TIMEOUT, Status.SKIPPED}


def test_taking_something_out_of_an_input_changes_it(grade_source, reference):
    source = reference("ch11_gated_recurrent/gru_cell").replace('params["W_xz"]', 'params.pop("W_xz")')
    assert "pop" in source
    checks = {check.name: check for check in grade_source("ch11_gated_recurrent/gru_cell", source).checks}
    assert "changed its input params['W_xz'] in place" in checks["leaves_its_inputs_alone"].message
    assert checks["computes_the_new_state"].status is Status.PASSED


def test_messages_show_the_students_lines_only(grade_source):
    result = grade_source(CORR2D, "def corr2d(X, K):\n    return helper(X)\n\ndef helper(X):\n    return X.nonsense\n")
    check = result.checks[0]
    assert check.detail.trace == ["line 2, in corr2d: return helper(X)", "line 5, in helper: return X.nonsense"]
    assert "AttributeError" in check.message
    assert "line 5" in check.message
    assert "autograder" not in check.message + "".join(check.detail.trace)


def test_messages_name_the_cell(grade_source):
    def answer(*sources: str) -> str:
        """The work in a notebook of these cells, the last of which is the exercise's own."""
        cells = [{"cell_type": "code", "source": text, "metadata": {}, "outputs": []} for text in sources]
        cells[-1]["metadata"] = {"torchkata": {"id": CORR2D}}
        content = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
        return Workbook(read_notebook(content, Caps())).answer({CORR2D, "corr2d"}, ("corr2d",), ()).text

    wrong = answer("import math", "%matplotlib inline\n\ndef corr2d(X, K):\n    return math.no_such(X)")
    check = grade_source(CORR2D, wrong).checks[0]
    assert "(line 4 of code cell 2)" in check.message
    assert check.detail.trace == ["line 4 of code cell 2, in corr2d: return math.no_such(X)"]
    broken = grade_source(CORR2D, answer("def corr2d(X, K)\n    return X")).checks[0]
    assert "(line 1 of code cell 1)" in broken.message
    assert grade_source(CORR2D, answer("import torch", RIGHT)).score > 0


def test_self_tests_at_the_end_of_a_file_may_use_what_is_forbidden(grade_source):
    test = "\nimport torch.nn.functional as F\nassert F.conv2d(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 2, 2)).sum() == 16\n"
    assert grade_source(CORR2D, RIGHT + test).status is Status.PASSED


def test_future_imports_dataclasses_and_helpers_work(grade_source):
    source = "from __future__ import annotations\nfrom dataclasses import dataclass\n" + RIGHT
    source += "\n@dataclass\nclass Size:\n    rows: Unknown = 3\n"
    assert grade_source(CORR2D, source).status is Status.PASSED


@pytest.mark.parametrize("module", ["solutions.ch07_convolution.corr2d", "autograder.misconceptions", "tests.conftest"])
def test_solutions_cannot_be_imported(grade_source, module):
    unused = grade_source(CORR2D, f"import {module} as other\n" + RIGHT)
    assert unused.status is Status.PASSED
    assert "is not available here" in unused.left_out[0]
    for used in (
        f"import {module} as other\n",
        "",
        f"try:\n    import {module} as other\nexcept BaseException:\n    pass\n",
    ):
        inside = "" if used else f"import {module} as other; "
        result = grade_source(CORR2D, f"{used}def corr2d(X, K):\n    {inside}return other.corr2d(X, K)\n")
        assert result.score == 0
        assert ("is not available here" if "try" not in used else "NameError") in result.checks[0].message


def test_a_child_knows_nothing_of_its_neighbours(runner):
    with runner.child(CORR2D) as child:
        child.load(
            "import torch, builtins\nbuiltins.mark = 1\ntorch.allclose = None\ndef corr2d(X, K): pass",
            "a.py",
            Limits(5),
        )
    with runner.child(CORR2D) as child:
        loaded = child.load(
            "import torch, builtins\nassert not hasattr(builtins, 'mark') and torch.allclose", "b.py", Limits(5)
        )
        assert loaded.kind is Kind.MISSING
        assert not loaded.notes


def test_the_environment_and_open_files_stay_outside(runner, monkeypatch):
    monkeypatch.setenv("KATA_TEST_SECRET", "hunter2")
    source = """
import json
import os
for name in ("KATA_TEST_SECRET", "HOME", "KATA_HOME"):
    assert name not in os.environ, name
def is_open(fd):
    try:
        return bool(os.fstat(fd))
    except OSError:
        return False
assert len([fd for fd in range(1024) if is_open(fd)]) <= 4
assert os.getcwd() == "/"
import sys
assert "autograder.judging.expectations" not in sys.modules and "autograder.judging" not in sys.modules
def corr2d(X, K): pass
"""
    with runner.child(CORR2D) as child:
        loaded = child.load(source, "a.py", Limits(5))
        assert loaded.kind is Kind.RETURNED, (loaded.message, loaded.trace)
        assert not loaded.notes


def test_a_killed_zygote_is_nobodys_fault(grade_source):
    from autograder import catalog
    from autograder.judging import expectations
    from autograder.judging.assess import assess

    pool = ZygotePool()
    expected = expectations.get(pool, CORR2D, "public")
    exercise = catalog.load_exercise(CORR2D)
    assert assess(pool, exercise, expected, RIGHT, "corr2d.py").status is Status.PASSED
    os.killpg(pool._zygote.pid, signal.SIGKILL)
    result = assess(pool, exercise, expected, RIGHT, "corr2d.py")
    pool.close()
    assert result.status is Status.PASSED, "a new zygote takes its place"


def test_a_busy_zygote_does_not_change_how_a_process_ended():
    pool = ZygotePool()
    try:
        with pool.child(CORR2D) as child:
            child.walls()
            zygote = int(Path(f"/proc/{child.process.pid}/stat").read_text().rpartition(")")[2].split()[1])
            os.kill(zygote, signal.SIGSTOP)
            wake = threading.Timer(CLOSING_SECONDS + 1, os.kill, (zygote, signal.SIGCONT))
            wake.start()
            outcome = child.load("import os; os._exit(3)", "a.py", Limits(10))
            wake.join()
        assert (outcome.kind, outcome.message) == (Kind.CRASHED, "exit 3")
    finally:
        pool.close()


def test_nothing_is_left_behind():
    pool = ZygotePool()
    with pool.child(CORR2D) as child:
        child.load("def corr2d(X, K): pass", "a.py", Limits(5))
        pids = [pool._zygote.pid, child.process.pid]
    pool.close()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and any(Path(f"/proc/{pid}/cmdline").exists() and running(pid) for pid in pids):
        time.sleep(0.05)
    assert not [pid for pid in pids if running(pid)]


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_the_spawned_runner_gives_the_same_results(grade_source):
    from autograder import catalog
    from autograder.judging import expectations
    from autograder.judging.assess import assess

    pool = WorkerPool("cpu")
    exercise = catalog.load_exercise(CORR2D)
    expected = expectations.get(pool, CORR2D, "public")
    for source in (RIGHT, misbehave_on_float64("import os; os._exit(1)"), "def corr2d(X, K): return X"):
        spawned, forked = assess(pool, exercise, expected, source, "corr2d.py"), grade_source(CORR2D, source)
        assert [(c.status, c.message) for c in spawned.checks] == [(c.status, c.message) for c in forked.checks]


@pytest.mark.gpu
def test_every_reference_passes_on_the_gpu(reference):
    import torch

    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    from autograder import catalog
    from autograder.judging import expectations
    from autograder.judging.assess import assess

    pool = WorkerPool("cuda")
    for id in catalog.entries():
        expected = expectations.get(pool, id, "public", "cuda")
        result = assess(pool, catalog.load_exercise(id), expected, reference(id), "solution.py")
        assert result.status is Status.PASSED, [(c.name, c.message) for c in result.checks]


def test_a_message_from_the_students_process_is_only_text(grade_source):
    source = """
from autograder.spec import Unfit
def corr2d(X, K):
    raise Unfit("{a.__class__} {a} {b:99999999d} {missing}", a="fact", b=1)
"""
    message = grade_source(CORR2D, source).checks[0].message
    assert "{a.__class__} fact {b:99999999d} {missing}" in message


def test_changed_inputs_are_named(grade_source):
    harmless = (
        "    Y = (X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K).sum((-1, -2))\n    X.zero_()\n    return Y\n"
    )
    result = grade_source(CORR2D, "def corr2d(X, K):\n" + harmless)
    wrong = {check.name: check.message for check in result.checks if check.status is not Status.PASSED}
    assert not {"sums_each_window", "reaches_the_borders", "keeps_the_dtype"} & wrong.keys()
    assert "changed its input X in place" in wrong["leaves_its_inputs_alone"]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator has other gaps")
def test_what_is_allocated_after_gaps_were_taken_lies_side_by_side():
    code = """
import ctypes
from autograder.runner.memory import CHUNK_HEADER, fill_gaps
LIBC = ctypes.CDLL(None)
LIBC.malloc.restype = ctypes.c_void_p
LIBC.free.argtypes = [ctypes.c_void_p]
blocks = [LIBC.malloc(240) for _ in range(3000)]
for block in blocks[::2]:
    LIBC.free(block)  # 1,500 gaps
fill_gaps()
blocks = [LIBC.malloc(240) for _ in range(200)]
print(sum(b - a == 240 + CHUNK_HEADER for a, b in zip(blocks, blocks[1:])))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert int(done.stdout) > 150, done.stderr


@pytest.mark.parametrize(("source", "outcomes"), [(RIGHT.replace("* K", "+ K"), 1), (RIGHT, None)])
def test_a_run_may_end_with_the_first_case_that_goes_wrong(runner, source, outcomes):
    exercise, expected = catalog.load_exercise(CORR2D), expectations.get(runner, CORR2D, "public")
    found = []
    for first in (True, False):
        with Trial(runner, exercise, source, "corr2d.py") as trial:
            found.append(len(run_through(trial, expected, training=False, first=first).outcomes))
    assert found[0] == (outcomes or found[1])
    assert found[1] > 1


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux alone")
def test_a_check_has_the_memory_that_it_asks_for_whatever_ran_before(runner):
    source = RIGHT.replace("    return", "    hoard = torch.ones(1000 << 20, dtype=torch.uint8)\n    return")
    exercise, expected = catalog.load_exercise(CORR2D), expectations.get(runner, CORR2D, "public")
    check = exercise.checks[0]
    found = []
    with Trial(runner, exercise, source, "corr2d.py") as trial:
        for memory_mb in (0, 1000, 500):
            asking = replace(check, memory_mb=memory_mb)
            request = expected.request(check, check.cases[0], Limits(20.0))
            found += [outcome.kind for _index, outcome in trial.run(asking, [request])]
    assert found == [Kind.MEMORY, Kind.RETURNED, Kind.RETURNED]
