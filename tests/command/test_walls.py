"""The walls themselves: on older kernels, on the other architecture, around a GPU; and what happens where one is missing."""

from __future__ import annotations

import json
import os
import platform
import re
import struct
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from autograder.runner import lockdown
from autograder.runner.bubblewrap import behind_bubblewrap
from autograder.runner.limits import Limits
from autograder.runner.zygote_pool import ZygotePool
from support import CORR2D, KIT, RIGHT, copy_of_the_kit, hand_in, lay

PID = 4711
MACHINES = ["x86_64", "aarch64"]
HEADERS = {"x86_64": "x86_64-linux-gnu/asm/unistd_64.h", "aarch64": "asm-generic/unistd.h"}
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="these walls are Linux's")

ALLOW = lockdown.RET_ALLOW
REFUSE = lockdown.RET_ERRNO | lockdown.EPERM


def verdict(program: bytes, machine: str, number: int, *arguments: int) -> int:
    """What a filter says to a system call: the four instructions that it is made of, as the kernel runs them."""
    padded = (*arguments, *[0] * (6 - len(arguments)))
    data = struct.pack("<IIQ6Q", number, lockdown.AUDIT_ARCH[machine], 0, *padded)
    code = [struct.unpack("HBBI", program[at : at + 8]) for at in range(0, len(program), 8)]
    at = accumulator = 0
    while True:
        operation, if_true, if_false, value = code[at]
        at += 1
        if operation == lockdown.RETURN:
            return value
        if operation == lockdown.LOAD:
            (accumulator,) = struct.unpack_from("<I", data, value)
        else:
            tests = {lockdown.EQUAL: accumulator == value, lockdown.AT_LEAST: accumulator >= value}
            tests[lockdown.ANY_BIT] = bool(accumulator & value)
            at += if_true if tests[operation] else if_false


def known(name: str, machine: str) -> int | None:
    tables = lockdown.ALLOWED | lockdown.REFUSED
    tables |= {"clone": lockdown.CLONE, "clone3": lockdown.CLONE3, "kill": lockdown.KILL, "tgkill": lockdown.TGKILL}
    tables |= {"ioctl": lockdown.IOCTL, "fcntl": lockdown.FCNTL, "prlimit64": lockdown.PRLIMIT}
    return tables[name][MACHINES.index(machine)]


@pytest.mark.parametrize("machine", MACHINES)
def test_the_filter_allows_what_is_listed_and_nothing_else(machine):
    program = lockdown._filter(machine, PID)
    listed = {numbers[MACHINES.index(machine)] for numbers in lockdown.ALLOWED.values()} - {None}
    special = {known(name, machine) for name in ("clone", "clone3", "kill", "tgkill", "ioctl", "fcntl", "prlimit64")}
    for number in range(600):
        if number not in special:
            assert verdict(program, machine, number) == (ALLOW if number in listed else REFUSE), number
    for number in (lockdown.X32 | 1, lockdown.X32 | 39, 2**32 - 1):
        assert verdict(program, machine, number) == REFUSE
    other = next(name for name in MACHINES if name != machine)
    assert verdict(program, other, 0) == lockdown.RET_KILL


@pytest.mark.parametrize("gpu", [False, True])
@pytest.mark.parametrize("machine", MACHINES)
def test_threads_and_signals_to_oneself_pass(machine, gpu):
    program = lockdown._filter(machine, PID, gpu)

    def says(name, *arguments):
        return verdict(program, machine, known(name, machine), *arguments)

    assert says("clone", lockdown.CLONE_THREAD | 0x100) == ALLOW
    assert says("clone", 17) == REFUSE
    assert says("clone3") == lockdown.RET_ERRNO | lockdown.ENOSYS
    assert says("tgkill", PID, PID, 6) == says("kill", PID) == ALLOW
    assert says("tgkill", PID + 1, PID, 6) == says("kill", 1) == says("kill", 2**32 - 1) == REFUSE
    assert says("prlimit64", 0, 7, 0) == ALLOW
    assert says("prlimit64", PID + 1, 7, 0) == REFUSE


@pytest.mark.parametrize("machine", MACHINES)
def test_around_a_gpu_what_leads_out_is_refused_and_the_rest_passes(machine):
    program = lockdown._filter(machine, PID, gpu=True)
    for name, numbers in lockdown.REFUSED.items():
        if (number := numbers[MACHINES.index(machine)]) is not None:
            assert verdict(program, machine, number) == REFUSE, name
    for name in ("read", "write", "openat", "mmap", "futex", "ioctl"):
        assert verdict(program, machine, known(name, machine)) == ALLOW, name


@pytest.mark.parametrize("machine", MACHINES)
def test_the_numbers_are_those_of_the_kernels_headers(machine):
    header = Path("/usr/include", HEADERS[machine])
    if not header.exists():
        pytest.skip(f"{header} is not installed")
    theirs = {n: int(number) for n, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)\s", header.read_text())}
    if machine == "aarch64":
        theirs["newfstatat"] = theirs["fstatat"]
    ours = lockdown.ALLOWED | lockdown.REFUSED | {"seccomp": lockdown.SECCOMP}
    for name in (*ours, "clone", "clone3", "kill", "tgkill", "ioctl", "fcntl", "prlimit64"):
        number = ours["seccomp"][MACHINES.index(machine)] if name == "seccomp" else known(name, machine)
        if name in theirs or number is None:
            assert number == theirs.get(name), name
        else:
            assert number >= 424, f"{name} is older than these headers"  # later numbers are the same everywhere


PEEK = """
import torch

def corr2d(X, K):
    import os
    for path in {paths!r}:
        for look in (os.listdir, lambda path: open(path).read()):
            try:
                look(path)
            except OSError:
                continue
            return torch.zeros(1)
    return right(X, K)

"""


@on_linux
def test_a_virtual_environment_around_everything_shows_nothing(tmp_path):
    """The kit, the class and its results below sys.prefix: they are no part of what Python needs."""
    course = tmp_path / "course"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", course], check=True)
    (packages,) = course.glob("lib/python*/site-packages")
    (packages / "others.pth").write_text(sysconfig.get_path("purelib"))
    kit = copy_of_the_kit(course / "kit")
    there = [course, kit / "solutions", kit / "solutions" / f"{CORR2D}.py", course / "class" / "ann", course / "out"]
    there += [course / "class" / "ann" / f"{CORR2D}.py", course / "out" / ".grading.sqlite"]
    hand_in(course / "class" / "ann", RIGHT)
    right = RIGHT.replace("def corr2d", "def right")
    hand_in(course / "class" / "eve", PEEK.format(paths=[str(path) for path in there]) + right)
    start = [course / "bin" / "python", "-m", "autograder", "grade"]
    done = subprocess.run(
        [*start, course / "class", "--out", course / "out", "--exercise", "corr2d"],
        cwd=kit, env=os.environ | {"PYTHONPATH": str(kit)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Isolation: strict" in done.stdout
    marks = {s["student"]: s["score"] for s in json.loads((course / "out" / "results.json").read_text())["submissions"]}
    assert marks == {"ann": 10, "eve": 10}, "she found something to read"


TRIAL = """
import json, os, sys
from autograder.runner import lockdown
version, gpu, only, secret, grader = sys.argv[1:]
if version != "own":
    lockdown.landlock_version = lambda _libc: int(version)
walls = lockdown.Lockdown(gpu=bool(gpu))
if only:
    walls._walls = {name: wall for name, wall in walls._walls.items() if name.startswith(only)}
if gpu:
    import threading, torch
standing = walls.lock()
found = lockdown.escapes(secret, int(grader))
if gpu:
    layer = torch.nn.Conv2d(1, 1, 2)
    layer(torch.ones(1, 1, 4, 4)).sum().backward()
    worker = threading.Thread(target=print)
    worker.start()
    worker.join()
print(json.dumps([standing, found]))
"""


def trial(tmp_path, version="own", gpu=False, only=""):
    """The walls that stood, and what could be done behind them."""
    secret = tmp_path / "secret"
    secret.write_text("secret")
    arguments = [str(version), "yes" if gpu else "", only, str(secret), str(os.getpid())]
    done = subprocess.run(
        [sys.executable, "-c", TRIAL, *arguments], cwd=KIT, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    assert secret.read_text() == "secret"
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def version(runner):
    versions = [wall.split()[1] for wall in runner.walls if wall.startswith("landlock")]
    if not versions:
        pytest.skip("this kernel has no Landlock")
    return int(versions[0])


@on_linux
@pytest.mark.parametrize("older", range(1, 8))
def test_every_version_of_landlock_is_enough(tmp_path, version, older):
    if older > version:
        pytest.skip(f"this kernel has version {version}")
    standing, found = trial(tmp_path, older)
    assert standing == [f"landlock {older}", "seccomp"]
    assert found == []


@on_linux
@pytest.mark.parametrize("older", [1, 3])
def test_landlock_alone_shuts_files_off_in_every_version(tmp_path, version, older):
    standing, found = trial(tmp_path, older, only="landlock")
    assert standing == [f"landlock {older}"]
    files = {"read a file", "read /etc/passwd", "write a file", "make a file", "list a folder", "write to a device"}
    assert not files & set(found)
    assert "open a TCP socket" in found


@on_linux
def test_the_walls_around_a_gpu_leave_it_working_and_shut_the_rest(tmp_path, version):
    standing, found = trial(tmp_path, gpu=True)
    assert standing == [f"landlock {version}", "seccomp"]
    # What its driver needs; this is why the level on a GPU is never strict.
    assert set(found) <= {"read its own process", "make a memory file", "have the grader signalled"}


# A kernel that lacks something: its system calls end in ENOSYS, for kata and all that it starts.
OLD_KERNEL = """
import ctypes, os, struct, sys
from autograder.runner import lockdown as l
code = [(l.LOAD, 0, 0, l.AT_NUMBER)]
for number in sys.argv[1].split(","):
    code += l._when(int(number), [l._refuse(l.ENOSYS)])
program = l._assemble([*code, l.ALLOW])
held = ctypes.create_string_buffer(program, len(program))
header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(held))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(l.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.create_string_buffer(header, len(header)), 0, 0) == 0
os.execv(sys.executable, [sys.executable, "-m", "autograder", *sys.argv[2:]])
"""
NO_LANDLOCK = "444,445,446"
NO_SECCOMP = str(lockdown.SECCOMP[MACHINES.index(platform.machine()) if platform.machine() in MACHINES else 0])


def kata(*arguments, without="", **environment):
    command = [
        sys.executable,
        *(["-c", OLD_KERNEL, without] if without else ["-m", "autograder"]),
        *map(str, arguments),
    ]
    env = os.environ | {"COLUMNS": "200"} | environment
    return subprocess.run(command, cwd=KIT, env=env, capture_output=True, text=True, timeout=300)


@pytest.fixture
def one_student(tmp_path):
    hand_in(tmp_path / "class" / "ada", RIGHT)
    return [tmp_path / "class", "--exercise", "corr2d", "--out", tmp_path / "out"]


@on_linux
@pytest.mark.parametrize(
    ("without", "deed", "path"),
    [
        (NO_LANDLOCK, "read /etc/passwd", ""),
        (NO_SECCOMP, "open a TCP socket", ""),
        (NO_LANDLOCK, "write to a device", None),
    ],
)
def test_where_a_wall_is_missing_strangers_are_not_graded(one_student, tmp_path, without, deed, path):
    environment = {} if path is None else {"PATH": path}  # without a path no bubblewrap is found
    done = kata("grade", *one_student, without=without, **environment)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    for part in ("Nothing was graded", deed, "--trust-students", "isolation: process"):
        assert part in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out" / "results.json").exists()


@on_linux
def test_whoever_trusts_them_is_told_the_level_everywhere(one_student, tmp_path, runner):
    if runner.isolation == "strict":
        assert kata("grade", *one_student).returncode == 0
        before = (tmp_path / "out" / "results.json").read_bytes()
        # What is there already needs no run of student's code; with other inputs it does.
        assert kata("grade", *one_student, without=NO_LANDLOCK).returncode == 0
        assert kata("grade", *one_student, "--seed", "other", without=NO_LANDLOCK).returncode == 2
        assert (tmp_path / "out" / "results.json").read_bytes() == before
    one_student[-1] = tmp_path / "trusted"
    done = kata("grade", *one_student, "--trust-students", without=NO_LANDLOCK)
    assert done.returncode == 0, done.stderr
    assert "Isolation: process." in done.stdout
    assert "Around student code: seccomp" in done.stdout
    results = json.loads((tmp_path / "trusted" / "results.json").read_bytes())
    assert results["isolation"] == "process"
    assert results["submissions"][0]["score"] == results["submissions"][0]["max_score"] > 0
    page = (tmp_path / "trusted" / "report.html").read_text(encoding="utf-8")
    assert "<code>process</code>" in page
    assert "no defence against code that wants to cheat" in page


@on_linux
def test_a_child_whose_walls_are_not_the_witnesss_runs_nothing(runner, monkeypatch):
    from autograder.runner.protocol import RunnerError

    pool = ZygotePool()
    assert pool.isolation
    monkeypatch.setattr(pool, "_walls", ["a wall that is not there"])
    with pool.child(CORR2D) as child, pytest.raises(RunnerError, match="did not start"):
        child.load("raise SystemExit", "a.py", Limits(5))
    pool.close()


@on_linux
def test_a_gpu_takes_trust(one_student, tmp_path):
    done = kata("grade", *one_student, "--device", "cuda")
    assert done.returncode == 2
    assert "GPU" in done.stderr
    assert "--trust-students" in done.stderr
    assert not (tmp_path / "out" / "results.json").exists()


@on_linux
def test_ones_own_code_is_checked_at_any_level(tmp_path):
    kit = copy_of_the_kit(tmp_path / "kit", "exercises", "solutions", "autograder")
    hand_in(kit / "exercises", RIGHT)
    done = kata("check", "corr2d", without=NO_LANDLOCK, KATA_HOME=str(kit))
    assert done.returncode == 0, done.stderr


@on_linux
def test_a_second_wall_that_the_system_refuses_is_left_out(tmp_path, monkeypatch, runner):
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    pool = ZygotePool()
    assert pool.isolation == runner.isolation
    assert "bubblewrap" not in pool.walls
    with pool.child(CORR2D) as child:
        assert child.load(RIGHT, "a.py", Limits(20)).kind == "returned"
    pool.close()


def test_behind_the_second_wall_there_is_only_what_is_needed(runner):
    if "bubblewrap" not in runner.walls:
        pytest.skip("bubblewrap is not installed, or the system does not allow it")
    look = "import os, sys\nfor path in sys.argv[1:]: print(os.listdir(path) if os.path.exists(path) else None)\n"
    look += "print(len([name for name in os.listdir('/proc') if name.isdigit()]))"
    paths = [KIT, KIT / "autograder" / "misconceptions", "/tmp", "/home", KIT / "autograder" / "checks"]
    command = behind_bubblewrap([sys.executable, "-I", "-c", look, *map(str, paths)], KIT)
    kit, misconceptions, tmp, home, checks, processes = subprocess.check_output(command, text=True).splitlines()
    assert set(eval(kit)) <= {"autograder", "datasets", Path(sys.prefix).name}
    assert misconceptions == "[]"
    # Where the kit itself or its Python lies below one of these, the way to it is there and nothing else.
    way = {part for place in (KIT, Path(sys.prefix), Path(sys.base_prefix)) for part in place.parts}
    assert {*(eval(tmp) or []), *(eval(home) or [])} <= way
    assert "ch07_convolution" in checks
    assert int(processes) <= 2


def test_a_course_within_the_environment_is_behind_the_second_wall_too(runner, tmp_path):
    if "bubblewrap" not in runner.walls:
        pytest.skip("bubblewrap is not installed, or the system does not allow it")
    prefix = tmp_path / "env"
    venv.create(prefix, symlinks=True)
    lay(prefix, {"course/solutions/corr2d.py": RIGHT, "share/class/ann/corr2d.py": RIGHT})
    look = "import os, sys, encodings, ctypes; print(os.listdir(sys.prefix), [os.path.exists(p) for p in sys.argv[1:]])"
    start = (
        "import subprocess, sys; from pathlib import Path; kit, packages, look = sys.argv[1:4]\n"
        "sys.path += [kit, packages]; from autograder.runner.bubblewrap import behind_bubblewrap\n"
        "command = behind_bubblewrap([sys.executable, '-I', '-c', look, *sys.argv[4:]], Path(kit))\n"
        "sys.exit(subprocess.call(command))"
    )
    words = KIT, sysconfig.get_path("purelib"), look, prefix / "course", prefix / "share"
    done = subprocess.run(
        [prefix / "bin" / "python", "-I", "-c", start, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    inside, _, seen = done.stdout.partition("] ")
    assert set(eval(inside + "]")) <= {"bin", "lib", "lib64", "pyvenv.cfg"}
    assert eval(seen) == [False, False]
