"""Shuts a process off from files, network and other processes: Landlock for files, a seccomp allowlist for the rest.

Linux on x86-64 and aarch64, without privileges or a container. After ``lock`` the process can read the Python
installation and nothing else, write nothing, open no socket, start no process and signal nobody but itself.
"""

from __future__ import annotations

import ctypes
import os
import platform
import socket
import struct
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

PR_SET_NO_NEW_PRIVS, PR_SET_DUMPABLE, PR_SET_SECCOMP = 38, 4, 22
SECCOMP_MODE_FILTER = 2

LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
LANDLOCK_CREATE_RULESET_VERSION = 1
LANDLOCK_RULE_PATH_BENEATH = 1
# Rights on files by the version of the interface that brought them; later kernels know more of them.
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
READ_FILE, READ_DIR = 1 << 2, 1 << 3
# From these versions on also TCP, and sockets and signals beyond the process: a second wall behind seccomp.
NETWORK_SINCE, ALL_NETWORK = 4, 0b11
SCOPES_SINCE, ALL_SCOPES = 6, 0b11

# System calls that computing needs, by name: (x86-64, aarch64); None where the machine has no such call.
ALLOWED = {
    "read": (0, 63), "write": (1, 64), "close": (3, 57), "stat": (4, None), "fstat": (5, 80), "lstat": (6, None),
    "poll": (7, None), "lseek": (8, 62), "mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215),
    "brk": (12, 214), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139),
    "pread64": (17, 67), "pwrite64": (18, 68), "readv": (19, 65), "writev": (20, 66), "access": (21, None),
    "pipe": (22, None), "select": (23, None), "sched_yield": (24, 124), "mremap": (25, 216), "madvise": (28, 233),
    "dup": (32, 23), "dup2": (33, None), "nanosleep": (35, 101), "getpid": (39, 172), "exit": (60, 93),
    "uname": (63, 160), "fcntl": (72, 25), "getcwd": (79, 17), "readlink": (89, None), "gettimeofday": (96, 169),
    "getrlimit": (97, 163), "getrusage": (98, 165), "sysinfo": (99, 179), "times": (100, 153), "getuid": (102, 174),
    "getgid": (104, 176), "geteuid": (107, 175), "getegid": (108, 177), "getppid": (110, 173),
    "sigaltstack": (131, 132), "gettid": (186, 178), "futex": (202, 98), "sched_getaffinity": (204, 123),
    "getdents64": (217, 61), "set_tid_address": (218, 96), "clock_gettime": (228, 113), "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115), "exit_group": (231, 94), "openat": (257, 56), "newfstatat": (262, 79),
    "readlinkat": (267, 78), "faccessat": (269, 48), "pselect6": (270, 72), "ppoll": (271, 73),
    "set_robust_list": (273, 99), "dup3": (292, 24), "pipe2": (293, 59), "prlimit64": (302, 261),
    "getrandom": (318, 278), "statx": (332, 291), "rseq": (334, 293), "faccessat2": (439, 439),
}  # fmt: skip
CLONE, CLONE3, IOCTL, KILL, TGKILL = (56, 220), (435, 435), (16, 29), (62, 129), (234, 131)
CLONE_THREAD = 0x10000
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
EPERM, ENOTTY, ENOSYS = 1, 25, 38

RET_KILL, RET_ERRNO, RET_ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
AT_NUMBER, AT_ARCH, AT_ARGUMENT = 0, 4, 16


class LockdownError(OSError):
    """The kernel refused, or this system has no such walls."""


def readable_paths() -> list[Path]:
    """What student code may read: Python, its packages, the system's libraries, a source of random numbers."""
    paths = [sys.prefix, sys.base_prefix, "/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64"]
    paths += ["/usr/share/zoneinfo", "/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/zero", "/dev/urandom"]
    return [path for path in dict.fromkeys(Path(p).resolve() for p in paths) if path.exists()]


class Lockdown:
    """The walls, made ready once and put up in each process that is forked afterwards."""

    def __init__(self) -> None:
        """Raises ``LockdownError`` where the system has no such walls."""
        if sys.platform != "linux" or platform.machine() not in AUDIT_ARCH or sys.maxsize < 2**32:
            raise LockdownError(ENOSYS, "no lockdown for this system")
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._libc.syscall.restype = ctypes.c_long
        self.ruleset = _ruleset(self._libc)  # a descriptor: the process that locks itself must have it open

    def lock(self) -> None:
        """Shuts this process off for good. Raises ``LockdownError``; then nothing may be run in it."""
        _check(self._libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
        _check(self._libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        _check(self._libc.syscall(LANDLOCK_RESTRICT_SELF, self.ruleset, 0))
        os.close(self.ruleset)
        program = _filter(platform.machine(), os.getpid())
        instructions = ctypes.create_string_buffer(program, len(program))
        header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(instructions))
        buffer = ctypes.create_string_buffer(header, len(header))
        _check(self._libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, buffer, 0, 0))


def _check(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise LockdownError(code, os.strerror(code))
    return result


def _ruleset(libc: ctypes.CDLL) -> int:
    """What may be read, as a descriptor of Landlock's."""
    call = libc.syscall
    version = _check(call(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), LANDLOCK_CREATE_RULESET_VERSION))
    rights = (1 << max(count for since, count in FILE_RIGHTS.items() if since <= version)) - 1
    attribute = [rights]
    if version >= NETWORK_SINCE:
        attribute.append(ALL_NETWORK)
    if version >= SCOPES_SINCE:
        attribute.append(ALL_SCOPES)
    packed = struct.pack(f"={len(attribute)}Q", *attribute)
    ruleset = _check(call(LANDLOCK_CREATE_RULESET, packed, ctypes.c_size_t(len(packed)), 0))
    for path in readable_paths():
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            granted = READ_FILE | (READ_DIR if path.is_dir() else 0)
            rule = ctypes.create_string_buffer(struct.pack("=Qi", granted, descriptor), 12)
            _check(call(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_RULE_PATH_BENEATH, rule, 0))
        finally:
            os.close(descriptor)
    return ruleset


Instruction = tuple[int, int, int, int]


def _filter(machine: str, pid: int) -> bytes:
    """The allowlist as a BPF program. Numbers of another architecture, x32 among them, are refused."""
    column = 0 if machine == "x86_64" else 1
    signals = [*_when(KILL[column], _argument(EQUAL, pid, EPERM)), *_when(TGKILL[column], _argument(EQUAL, pid, EPERM))]
    return _fixed_rules(machine) + _assemble([*signals, _refuse(EPERM)])  # abort() signals itself


@cache
def _fixed_rules(machine: str) -> bytes:
    """All but the rules that depend on the process."""
    column = 0 if machine == "x86_64" else 1
    code: list[Instruction] = [
        (LOAD, 0, 0, AT_ARCH),
        (EQUAL, 1, 0, AUDIT_ARCH[machine]),
        (RETURN, 0, 0, RET_KILL),
        (LOAD, 0, 0, AT_NUMBER),
    ]
    for numbers in ALLOWED.values():
        if (number := numbers[column]) is not None:
            code += _when(number, [(RETURN, 0, 0, RET_ALLOW)])
    code += _when(CLONE[column], _argument(ANY_BIT, CLONE_THREAD, EPERM))  # threads, no processes
    code += _when(CLONE3[column], [_refuse(ENOSYS)])  # the C library then falls back to clone
    code += _when(IOCTL[column], [_refuse(ENOTTY)])  # Python asks whether a file is a terminal
    return _assemble(code)


def _when(number: int, body: list[Instruction]) -> list[Instruction]:
    """If the call has this number: the body, which ends in a return."""
    return [(EQUAL, 0, len(body), number), *body]


def _argument(test: int, value: int, otherwise: int) -> list[Instruction]:
    """Allowed if the first argument passes the test, else an error."""
    return [(LOAD, 0, 0, AT_ARGUMENT), (test, 0, 1, value), (RETURN, 0, 0, RET_ALLOW), _refuse(otherwise)]


def _refuse(error: int) -> Instruction:
    return (RETURN, 0, 0, RET_ERRNO | error)


def _assemble(code: list[Instruction]) -> bytes:
    return b"".join(struct.pack("HBBI", *instruction) for instruction in code)


def escapes(secret: str, grader: int) -> list[str]:
    """What a process can still do that it must not: tried by the witness, a child that is locked down as all are.

    secret: path of a file that must not be readable. grader: a process that must not be touched.
    """
    attempts: dict[str, Callable[[], object]] = {
        "read a file": lambda: Path(secret).read_bytes(),
        "read /etc/passwd": lambda: Path("/etc/passwd").read_bytes(),
        "write a file": lambda: Path(secret).write_bytes(b""),
        "make a file": lambda: Path("/tmp", f"kata-witness-{os.getpid()}").touch(exist_ok=False),
        "list a folder": lambda: os.listdir(Path(secret).parent),
        "read another process": lambda: Path(f"/proc/{grader}/environ").read_bytes(),
        "open a TCP socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "open a UDP socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "open a local socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        "start a process": _fork,
        "run a program": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "signal the grader": lambda: os.kill(grader, 0),
        "signal its group": lambda: os.killpg(os.getpgrp(), 0),
        "make a memory file": lambda: os.memfd_create("x"),
        "raise its priority": lambda: os.nice(1),
    }
    done = []
    for name, attempt in attempts.items():
        try:
            attempt()
        except OSError:
            continue
        done.append(name)
    return done


def _fork() -> None:
    if not (pid := os.fork()):
        os._exit(0)
    os.waitpid(pid, 0)
