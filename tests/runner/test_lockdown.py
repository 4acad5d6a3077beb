"""Student code cannot reach files, network or other processes; a level that is not proven is not claimed."""

from __future__ import annotations

import os
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

import pytest

from autograder.results import Status
from autograder.runner import lockdown
from autograder.runner.zygote_pool import ZygotePool
from support import CORR2D, KIT, RIGHT

BODY = RIGHT.partition("\n")[2]


@pytest.fixture(autouse=True)
def strict(runner):
    if runner.isolation != "strict":
        pytest.skip(f"this kernel does not lock down: {runner._escapes}")


def test_the_filter_jumps_nowhere_else():
    program = lockdown._filter("x86_64", 1)
    assert len(program) % 8 == 0
    assert len(program) // 8 < 255 * 2
    assert lockdown._filter("aarch64", 1) != program


@pytest.mark.parametrize(
    "attack",
    [
        f"open({str(KIT / 'solutions' / (CORR2D + '.py'))!r}).read()",
        f"open({str(KIT / 'autograder/misconceptions' / (CORR2D + '.py'))!r}).read()",
        f"os.listdir({str(KIT)!r})",
        "open('/etc/passwd').read()",
        f"open({str(next(Path(find_spec('sklearn').submodule_search_locations[0]).glob('datasets/data/digits*')))!r}, 'rb').read()",
        "open('/proc/self/maps').read()",
        "open(f'/proc/{os.getppid()}/environ').read()",
        "open('/tmp/kata-escape', 'w')",
        "os.mkdir('/tmp/kata-escape')",
        "os.symlink('/etc/passwd', '/tmp/kata-escape')",
        "os.fork()",
        "subprocess.run(['true'])",
        "os.system('touch /tmp/kata-escape') and error()",
        "os.execv('/bin/true', ['true'])",
        "socket.socket()",
        "socket.socketpair()",
        "os.kill(os.getppid(), 9)",
        "os.killpg(0, 9)",
        "os.kill(-1, 9)",
        "os.memfd_create('x')",
        "os.setuid(0)",
        "os.chmod(sys.executable, 0)",
        "ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) + 1 or error()",
        "ctypes.CDLL(None).syscall(41, 2, 1, 0) + 1 or error()",
        "open(os.path.join(sys.prefix, 'kata-escape'), 'w')",
    ],
)
def test_a_way_out_is_shut(grade_source, attack):
    source = "import ctypes, os, socket, subprocess, sys\n"
    source += f"def corr2d(X, K):\n    {attack}\n    print('escaped')\n{BODY}"
    source += "\ndef error():\n    raise OSError(ctypes.get_errno())\n"
    result = grade_source(CORR2D, source)
    assert result.score == 0, attack
    assert {check.status for check in result.checks} - {Status.SKIPPED} == {Status.ERROR}
    assert not any("escaped" in check.detail.output for check in result.checks)
    assert not Path("/tmp/kata-escape").exists()
    assert not Path(sys.prefix, "kata-escape").exists()


def test_honest_work_needs_none_of_that(grade_source):
    source = f"""
import collections, dataclasses, decimal, heapq, itertools, json, math, random, statistics, threading, typing
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
net = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
optimizer = torch.optim.Adam(net.parameters())
for batch, in DataLoader(TensorDataset(torch.randn(8, 4)), batch_size=4, shuffle=True):
    net(batch).sum().backward()
    optimizer.step()
torch.linalg.svd(torch.randn(4, 4))
torch.fft.fft2(torch.randn(4, 4))
torch.vmap(torch.func.grad(lambda x: (x**2).sum()))(torch.randn(3, 2))
torch.distributions.Normal(0.0, 1.0).sample()
np.linalg.solve(np.eye(3), np.ones(3))
worker = threading.Thread(target=lambda: None)
worker.start()
worker.join()
def corr2d(X, K):
{BODY}"""
    result = grade_source(CORR2D, source)
    assert result.status is Status.PASSED, result.checks[0].message


def test_a_wall_that_does_not_hold_is_not_claimed(monkeypatch):
    pool = ZygotePool()
    monkeypatch.setattr(ZygotePool, "_witness", lambda _self: {"escapes": ["read a file"], "walls": []})
    assert pool.isolation == "process"
    pool.close()


def test_a_class_or_results_that_can_be_read_are_an_escape(tmp_path):
    """As where they lie among Python's packages."""
    readable, unreadable = Path(sysconfig.get_path("purelib"), "torch"), tmp_path / "class"
    unreadable.mkdir()
    (unreadable / "ann.py").write_text("x = 1")
    pools = [ZygotePool(private=[place]) for place in (readable, unreadable)]
    assert [pool.escapes for pool in pools] == [["read the solutions, the class or its results"], []]
    for pool in pools:
        pool.close()


def test_what_may_be_read_holds_no_solution():
    for path in lockdown.readable_paths():
        assert not str(KIT / "solutions").startswith(f"{path}{os.sep}")
        assert path != Path.home()
