"""A class of attackers, graded with the real command: none gets a mark, learns a secret, or harms anybody.

Each file of ``tests/attacks`` is what a hostile student hands in, with what must come of it in its header; honest
neighbours are graded between them. The class is graded twice: by whoever runs the tests, and, if that is root, by an
ordinary user.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import platform
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder import catalog
from support import CORR2D, KIT

ATTACKS = KIT / "tests" / "attacks"
NOBODY = 65534
PR_SET_CHILD_SUBREAPER = 36
MARK = "kata_attack"  # in the name of every file that an attack would leave
NEIGHBOURS_EVERY = 12
# What reads the answers for names that are not welcome would stop most attacks before they run: here the walls are tried.
PAST_THE_FENCE = """
import autograder.judging.grader as grader
grader.strangers = lambda *_: []
from autograder.__main__ import main
main()
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="student code is shut off on Linux only")


@dataclass
class Attack:
    """A hostile submission. Its header: ``# exercise:``, ``# expect: status=A|B score=N``, ``# why:``, and where need
    be ``# beside:`` (further names that the file is handed in under) and ``# machine:`` (that it is written for)."""

    name: str
    text: str
    header: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Attack:
        text = path.read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if line.startswith("# ") and ": " in line]
        return cls(path.stem, text, dict(line[2:].split(": ", 1) for line in reversed(lines)))

    @property
    def exercise(self) -> str:
        return self.header["exercise"]

    @property
    def expected(self) -> dict[str, str]:
        return dict(part.split("=") for part in self.header["expect"].split())

    @property
    def runs_here(self) -> bool:
        return self.header.get("machine", platform.machine()) == platform.machine()


SUITE = [Attack.read(path) for path in sorted(ATTACKS.glob("*.py"))]
CONTROLS = {attack.name: attack for attack in SUITE if attack.name.startswith("control_")}
NAMES = [attack.name for attack in SUITE]


@pytest.fixture(scope="module", params=["this user", "an ordinary user"])
def graded(request, runner):
    """The whole class, graded once, with the state of the world before and after."""
    if runner.isolation != "strict":
        pytest.skip(f"this kernel does not lock down: {runner._escapes}")
    ordinary = request.param == "an ordinary user"
    if ordinary and os.geteuid() != 0:
        pytest.skip("only root can become another user, and the tests already run as an ordinary one")
    with World() as world:
        become = as_nobody(world.top) if ordinary else []
        if ordinary:
            world.give_to(NOBODY)
            if reason := shut_out(become, world.cache):
                pytest.skip(f"an ordinary user cannot run the kit from here: {reason}")
        world.hand_in()
        before = world.state()
        chosen = [f"--exercise={id}" for id in sorted({attack.exercise for attack in SUITE})]
        command = [
            "grade",
            str(world.folder),
            "--out",
            str(world.out),
            "--device",
            "cpu",
            "--seed",
            "a secret",
            "--show-inputs",
            *chosen,
        ]
        done = run([*become, sys.executable, "-c", PAST_THE_FENCE, *command], world.environment())
        assert (world.out / "results.json").exists(), done.stderr
        yield SimpleNamespace(
            world=world,
            done=done,
            before=before,
            after=world.state(),
            orphans=orphans(done.children),
            heard=world.heard(),
            results=json.loads((world.out / "results.json").read_bytes()),
        )


class World:
    """What surrounds a run: the class, the folder of results, secrets, sockets that listen."""

    def __init__(self) -> None:
        self.top = top = Path(tempfile.mkdtemp(prefix="kata-"))  # others can get to it, unlike pytest's own folders
        top.chmod(0o755)
        self.folder, self.out, self.cache = top / "class", top / "out", top / "cache"
        self.home, self.temporary = top / "home", top / "temporary"
        for folder in (self.folder, self.out, self.cache, self.home, self.temporary):
            folder.mkdir()
        self.secrets = {name: f"{name}-{secrets.token_hex(16)}" for name in ("environment", "file", "neighbour", "key")}
        self.secret = self.home / "secret.txt"
        self.secret.write_text(self.secrets["file"])
        (self.home / ".ssh").mkdir()
        (self.home / ".ssh" / "id_ed25519").write_text(self.secrets["key"])

    def give_to(self, user: int) -> None:
        for path in (self.top, *self.top.rglob("*")):
            os.chown(path, user, user)

    def environment(self) -> dict[str, str]:
        own = {"HOME": self.home, "KATA_CACHE": self.cache, "KATA_HOME": KIT, "TMPDIR": self.temporary}
        kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
        secret = {"KATA_ATTACK_SECRET": self.secrets["environment"], "LANG": "C.UTF-8", "COLUMNS": "200"}
        return {**kept, **secret, **{name: str(path) for name, path in own.items()}}

    def __enter__(self):
        """Opens the sockets that nothing may reach."""
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.local = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.local.bind(str(self.top / "socket"))
        (self.top / "socket").chmod(0o777)
        self.local.listen()
        return self

    def __exit__(self, *_):
        for listener in (self.tcp, self.udp, self.local):
            listener.close()
        shutil.rmtree(self.top)

    def heard(self) -> list[str]:
        """The sockets that something has reached."""
        reached = []
        for name, listener in (("TCP", self.tcp), ("UDP", self.udp), ("local", self.local)):
            listener.setblocking(False)
            try:
                listener.recv(1) if name == "UDP" else listener.accept()
                reached.append(name)
            except BlockingIOError:
                continue
        return reached

    def hand_in(self) -> None:
        """One student an attack, with honest ones before, between and after them."""
        told = {
            "KIT": KIT, "OUT": self.out, "CLASS": self.folder, "CACHE": self.cache, "HOME": self.home, "SECRET": self.secret,
            "TCP": self.tcp.getsockname()[1], "UDP": self.udp.getsockname()[1], "UNIX": self.top / "socket",
        }  # fmt: skip
        students = [attack for attack in SUITE if attack.runs_here and attack.name not in CONTROLS]
        number = 0
        for index, attack in enumerate(students):
            if index % NEIGHBOURS_EVERY == 0:
                for control in CONTROLS.values():
                    self._student(f"{number:03}_{'neighbour' if number == 0 else control.name}", control, control.text)
                    number += 1
            text = attack.text
            for name, value in told.items():
                text = text.replace(f"@{name}@", str(value))
            self._student(f"{number:03}_{attack.name}", attack, text)
            number += 1
        self._student(f"{number:03}_control_right", CONTROLS["control_right"], CONTROLS["control_right"].text)

    def _student(self, student: str, attack: Attack, text: str) -> None:
        path = self.folder / student / f"{attack.exercise}.py"
        path.parent.mkdir(parents=True)
        note = f"# {self.secrets['neighbour']}\n" if attack.name in CONTROLS else ""
        for name in [path.name, *attack.header.get("beside", "").split()]:
            path.with_name(name).write_text(text + note, encoding="utf-8")

    def state(self) -> dict[str, object]:
        """All that an attack might change, but for the results."""
        import torch

        own = {str(path): fingerprint(path) for path in (self.folder, self.home, KIT / "solutions", KIT / "exercises")}
        places = [KIT, KIT / "solutions", self.out, self.top, self.temporary, Path.home(), Path(sys.prefix), Path("/")]
        places += [Path(p) for p in ("/tmp", "/var/tmp", "/dev/shm", "/usr", *sys.path) if Path(p).is_dir()]
        marked = sorted(
            {str(path) for place in places for path in place.glob(f"*{MARK}*")} - {str(KIT / "tests/attacks")}
        )
        torch_file = Path(torch.__file__).stat()
        return {**own, "marked": marked, "torch": (torch_file.st_size, torch_file.st_mtime)}

    def written(self) -> dict[str, bytes]:
        """All files of the results, with what is in them."""
        return {str(p.relative_to(self.out)): p.read_bytes() for p in self.out.rglob("*") if p.is_file()}


def fingerprint(folder: Path) -> dict[str, tuple[str, int]]:
    """Of each file below: what is in it, and its rights."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return {str(p): (hashlib.sha256(p.read_bytes()).hexdigest(), p.lstat().st_mode) for p in sorted(files)}


def as_nobody(folder: Path) -> list[str]:
    """What to put before a command to run it as an ordinary user.

    Where Python lies in a folder that others may not enter (root's home), it is shown at the same path, and nothing else
    of that folder, in a view of the files that only this command has.
    """
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"]
    python = Path(sys.base_prefix).resolve()
    shut = next((p for p in reversed(python.parents) if not p.stat().st_mode & 0o001), None)
    if shut is None:
        return become
    hold = folder / "python"
    hold.mkdir()
    script = (
        'mount --bind "$1" "$2" && mount -t tmpfs -o mode=755 tmpfs "$3" && mkdir -p "$1" && mount --bind "$2" "$1"'
    )
    script += ' && shift 3 && exec "$@"'
    return ["unshare", "--mount", "sh", "-c", script, "sh", str(python), str(hold), str(shut), *become]


def shut_out(become: list[str], folder: Path) -> str:
    """Why the ordinary user cannot run the kit; empty if they can."""
    if not all(shutil.which(program) for program in (become[0], "setpriv")):
        return "setpriv is not installed"
    solution, own = str(catalog.solution_file(CORR2D)), str(folder / "probe")
    probe = f"import autograder, os; assert os.geteuid() == {NOBODY}; open({solution!r}).read(); open({own!r}, 'w')"
    done = subprocess.run([*become, sys.executable, "-c", probe], cwd=KIT, capture_output=True, text=True, check=False)
    return done.stderr.strip().splitlines()[-1] if done.returncode else ""


def run(command: list[str], environment: dict[str, str]) -> SimpleNamespace:
    """Runs a command whose orphans, should it leave any, become children of this process."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = children()
    started = time.monotonic()
    done = subprocess.run(command, cwd=KIT, env=environment, capture_output=True, text=True, timeout=280, check=False)
    seconds = time.monotonic() - started
    return SimpleNamespace(**vars(done), children=before, seconds=seconds)


def children(pid: int | str = "self") -> set[int]:
    found = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return {int(child) for line in found for child in line}


def orphans(before: set[int]) -> list[str]:
    """What is still running of what was started since; a process may take a moment to end."""
    deadline = time.monotonic() + 5
    while (left := children() - before) and time.monotonic() < deadline:
        for pid in left:
            os.waitpid(pid, os.WNOHANG)
        time.sleep(0.05)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
    return [Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") for pid in left]


def results_of(graded, name: str) -> list[dict]:
    """The exercise that an attack is about, of each student who handed that attack in."""
    attack = next(attack for attack in SUITE if attack.name == name)
    mine = [s for s in graded.results["submissions"] if s["student"][4:] == name or (s["student"], name) == FIRST]
    return [e for submission in mine for e in submission["exercises"] if e["id"] == attack.exercise]


FIRST = ("000_neighbour", sorted(CONTROLS)[0])


def test_the_suite_is_large_and_says_what_it_expects():
    assert len(SUITE) - len(CONTROLS) >= 50
    assert sorted(CONTROLS) == ["control_right", "control_wrong"]
    for attack in SUITE:
        assert {"exercise", "expect", "why"} <= attack.header.keys(), attack.name
        assert attack.expected.keys() == {"status", "score"}, attack.name
        assert attack.expected["score"] == "0" or attack.name == "control_right", attack.name


def test_the_command_succeeds_and_nothing_is_left_ungraded(graded):
    assert graded.done.returncode == 0, graded.done.stderr
    assert graded.results["isolation"] == "strict"
    assert len(graded.results["submissions"]) == len(list(graded.world.folder.iterdir()))


@pytest.mark.parametrize("name", NAMES)
def test_each_attack_comes_to_what_it_should(graded, name):
    attack = SUITE[NAMES.index(name)]
    if not attack.runs_here:
        pytest.skip(f"written for {attack.header['machine']}")
    most = sum(check.points for check in catalog.load_exercise(attack.exercise).checks)
    results = results_of(graded, name)
    assert results
    for result in results:
        said = [(check["name"], check["status"], check["message"]) for check in result["checks"]]
        assert result["status"] in attack.expected["status"].split("|"), said
        assert result["score"] == float(attack.expected["score"]), said
        assert result["max_score"] == most, said  # no attack takes a check out of the reckoning


def test_the_neighbours_have_their_marks(graded):
    right, wrong = results_of(graded, "control_right"), results_of(graded, "control_wrong")
    assert len(right) > len(wrong) >= len(SUITE) // NEIGHBOURS_EVERY
    assert {(r["status"], r["score"]) for r in right} == {("passed", 10.0)}
    assert len({json.dumps([(c["status"], c["message"]) for c in r["checks"]]) for r in wrong}) == 1


def test_nothing_outside_changed(graded):
    assert graded.before == graded.after
    assert graded.after["marked"] == []
    assert not list(graded.world.temporary.iterdir())
    odd = [
        p for p in graded.world.out.rglob("*") if MARK in p.name or not (p.is_dir() or p.is_file()) or p.is_symlink()
    ]
    assert not odd


def test_no_process_is_left_over(graded):
    assert graded.orphans == []


def test_nothing_reached_a_socket(graded):
    assert graded.heard == []


def test_no_secret_is_in_any_output(graded):
    outputs = graded.world.written() | {"terminal": (graded.done.stdout + graded.done.stderr).encode()}
    assert {"results.json", "grades.csv", "report.html", "terminal"} <= outputs.keys()
    assert any(b"All tests passed!" in content for content in outputs.values())  # what is printed does arrive here
    for kind, secret in graded.world.secrets.items():
        assert not [name for name, content in outputs.items() if secret.encode() in content], kind


def test_nothing_in_the_report_is_markup_of_a_students(graded):
    pages = [content for name, content in graded.world.written().items() if name.endswith(".html")]
    assert any(b"kata_attack()" in page for page in pages)
    assert not [page for page in pages if b"<script>kata_attack" in page or b"<img src=x" in page]
    assert "\x1b" not in graded.done.stdout


def test_it_takes_a_bearable_time(graded):
    assert graded.done.seconds < 240, "some attack holds everybody up"


def test_the_zygotes_survive_them(runner, grade_source):
    """The same zygotes answer afterwards, have one thread each, and nobody below them is left."""
    if runner.isolation != "strict":
        pytest.skip("this kernel does not lock down")
    right = CONTROLS["control_right"].text
    assert grade_source(CORR2D, right).score == 10
    zygotes = family(runner._zygote.pid)
    for name in LETHAL:
        assert grade_source(CORR2D, SUITE[NAMES.index(name)].text).score == 0
    assert grade_source(CORR2D, right).score == 10
    deadline = time.monotonic() + 5
    while (more := family(runner._zygote.pid) - zygotes) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not more
    assert runner._zygote.pid in zygotes
    assert {len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in family(runner._zygote.pid)} == {1}


LETHAL = ("kill_others", "exit_zero", "segfault", "kill_itself", "limit_others", "signal_by_descriptor", "fork_bomb")


def family(pid: int) -> set[int]:
    """A process and all below it."""
    return {pid}.union(*map(family, children(pid)))
