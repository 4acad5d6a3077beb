"""Plays the same hostile solutions to nbgrader, otter and kata, and says what came of each.

python benchmarks/attacks.py           writes the table of docs/attacks.md
python benchmarks/attacks.py NAME ...  plays these only, and prints the row

Every solution of corr2d here is wrong: it returns zeros. The tests of nbgrader and otter compare with
``torch.allclose``. The attacks are harmless: they touch a file, open a connection to this machine, or print a secret
that was put there for them. Each tool runs as it is installed, as the user who runs this script, in no container.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import nbformat

KIT = Path(__file__).parents[1]
PAGE = KIT / "docs" / "attacks.md"
ID = "ch07_convolution/corr2d"
SECONDS = 90.0  # after which a run counts as one that would not end
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls alembic

WRONG = """
import torch
def corr2d(X, K):
    return torch.zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
"""
TEST = """X = torch.arange(9.0).reshape(3, 3)
K = torch.arange(4.0).reshape(2, 2)
expected = torch.tensor([[19.0, 25.0], [37.0, 43.0]])
assert torch.allclose(corr2d(X, K), expected)
"""
INSIDE = WRONG.replace("    return", "    attack()\n    return")
# What is tried -> source. @SECRET@ is a file, @TRACE@ a file to make, @OTHER@ another student's file, @PORT@ a server.
ATTACKS = {
    "nothing: a wrong solution": WRONG,
    "replaces torch.allclose": WRONG + "torch.allclose = lambda *args, **kwargs: True\n",
    "returns a tensor class that is close to everything": """
import torch
class Yes(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        if function.__name__ == "allclose":
            return True
        return super().__torch_function__(function, types, args, kwargs or {})
def corr2d(X, K):
    return torch.zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1).as_subclass(Yes)
""",
    "takes the expected tensor from the caller's variables": """
import sys
import torch
def corr2d(X, K):
    shape = (X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
    frame = sys._getframe(1)
    while frame is not None:
        for value in [*frame.f_locals.values(), *frame.f_globals.values()]:
            if isinstance(value, torch.Tensor) and tuple(value.shape) == shape and value is not K and value is not X:
                return value
        frame = frame.f_back
    return torch.zeros(shape)
""",
    "keeps the error of a failing test from being seen": WRONG
    + """
try:
    from IPython.core.interactiveshell import InteractiveShell
    InteractiveShell.showtraceback = InteractiveShell._showtraceback = lambda *args, **kwargs: None
except ImportError:
    pass
""",
    "changes the classes of the grading library": WRONG
    + """
import sys
for name in ("otter.test_files.abstract_test", "autograder.results", "nbgrader.utils"):
    try:
        module = __import__(name, fromlist=["x"])
    except ImportError:
        continue
    for thing in vars(module).values():
        if isinstance(thing, type) and hasattr(thing, "score") and not thing.__module__.startswith("pydantic"):
            thing.score = property(lambda self: 10, lambda self, value: None)
    if name.startswith("nbgrader"):
        module.determine_grade = lambda *args, **kwargs: (10, 10)
""",
    "ends the process with status 0": INSIDE + "import os\ndef attack():\n    os._exit(0)\n",
    "prints a file of the grader's account": INSIDE + "def attack():\n    print(open('@SECRET@').read())\n",
    "prints the grader's environment": INSIDE + "import os\ndef attack():\n    print(dict(os.environ))\n",
    "writes a file": INSIDE + "def attack():\n    open('@TRACE@', 'w').close()\n",
    "changes another student's submission": INSIDE + "def attack():\n    open('@OTHER@', 'a').write(' ')\n",
    "starts a program": INSIDE
    + "import subprocess\ndef attack():\n    subprocess.run(['touch', '@TRACE@'], check=True)\n",
    "connects to a server": INSIDE
    + "import socket\ndef attack():\n    socket.create_connection(('127.0.0.1', @PORT@)).close()\n",
    "goes on in another process": INSIDE
    + """
import os, time
def attack():
    if os.fork() == 0:
        os.setsid()
        time.sleep(3)
        open('@TRACE@', 'w').close()
        os._exit(0)
""",
    "never ends": INSIDE + "def attack():\n    while True:\n        pass\n",
}


class Trial:
    """One attack on one tool: a folder of its own, with a secret, a trace to leave, and a server to reach."""

    def __init__(self, source: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="attacks-"))
        self.secrets = [secrets.token_hex(16), secrets.token_hex(16)]
        self.trace = self.folder / "trace"
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.setblocking(False)
        secret, self.other = self.folder / "secret", self.folder / "other"
        secret.write_text(self.secrets[0])
        self.other.write_text("honest")
        told = {"SECRET": secret, "TRACE": self.trace, "OTHER": self.other, "PORT": self.server.getsockname()[1]}
        for name, value in told.items():
            source = source.replace(f"@{name}@", str(value))
        self.source = source
        self.said = ""
        self.ended = True

    def call(self, *command: object) -> None:
        """Runs a tool, by its module's name, in the folder of the trial."""
        environment = os.environ | {"KATA_HOME": str(KIT), "ATTACK_SECRET": self.secrets[1]}
        line = [sys.executable, "-m", *map(str, command)]
        try:
            done = subprocess.run(
                line, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
            )
            self.said += done.stdout + done.stderr
        except subprocess.TimeoutExpired:
            self.ended = False

    def came_of_it(self, score: float | None, written: Path) -> str:
        """The cell of the table. written: where the tool puts what people read."""
        effects = []
        if score:
            effects.append("full marks" if score == 10 else f"{score:g} of 10 marks")
        content = self.said.encode() + b"".join(p.read_bytes() for p in written.rglob("*") if p.is_file())
        if any(secret.encode() in content for secret in self.secrets):
            effects.append("secret in the output")
        if "fork" in self.source:
            time.sleep(4)  # for what is left behind to show itself
        if self.trace.exists():
            effects.append("file written")
        if self.other.read_text() != "honest":
            effects.append("file changed")
        try:
            self.server.accept()
            effects.append("connection made")
        except BlockingIOError:
            pass
        if not self.ended:
            effects.append(f"did not end in {SECONDS:.0f} s")
        return (
            "**" + ", ".join(effects) + "**" if effects else "no marks" if score == 0 else "no mark given: not graded"
        )

    def close(self) -> None:
        self.server.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def play_nbgrader(trial: Trial) -> str:
    cells = [
        _cell("import torch\n", "imports", locked=True),
        _cell(trial.source, "corr2d"),
        _cell(TEST, "test", points=10),
    ]
    source = trial.folder / "source" / "hw" / "hw.ipynb"
    _write(cells, source)
    trial.call("nbgrader", "generate_assignment", "hw")
    submitted = trial.folder / "submitted" / "s" / "hw" / "hw.ipynb"
    submitted.parent.mkdir(parents=True)
    shutil.copy(source, submitted)
    trial.call("nbgrader", "autograde", "hw")
    query = (
        "from nbgrader.api import Gradebook as G; print(G('sqlite:///gradebook.db').find_submission('hw', 's').score)"
    )
    done = subprocess.run([sys.executable, "-c", query], cwd=trial.folder, capture_output=True, text=True, check=False)
    graded = (trial.folder / "autograded" / "s").exists()
    score = float(done.stdout) if graded and done.stdout else None
    return trial.came_of_it(score, trial.folder / "autograded")


def _cell(text: str, name: str, *, points: int = 0, locked: bool = False) -> nbformat.NotebookNode:
    cell = nbformat.v4.new_code_cell(text)
    solution = not (points or locked)
    cell.metadata.nbgrader = {
        "schema_version": 3, "grade_id": name, "solution": solution, "grade": bool(points), "locked": not solution,
        "task": False, **({"points": points} if points else {}),
    }  # fmt: skip
    return cell


def _write(cells: list[nbformat.NotebookNode], path: Path) -> None:
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def play_otter(trial: Trial) -> str:
    tests, out = trial.folder / "tests", trial.folder / "out"
    tests.mkdir()
    out.mkdir()
    body = "".join(f"    {line}\n" for line in TEST.splitlines())
    head = "OK_FORMAT = False\nimport torch\nfrom otter.test_files import test_case\nname = 'corr2d'\npoints = 10\n"
    (tests / "corr2d.py").write_text(f"{head}@test_case(points=10)\ndef test_corr2d(corr2d):\n{body}")
    trial.call(
        "otter", "generate", "-t", tests, "-o", trial.folder / "autograder.zip", "--no-environment", "--no-requirements"
    )
    notebook = trial.folder / "hw.ipynb"
    _write([nbformat.v4.new_code_cell(trial.source)], notebook)
    trial.call("otter", "run", "--no-logo", "-a", trial.folder / "autograder.zip", "-o", out, notebook)
    results = out / "results.json"
    score = None
    if results.exists():
        score = sum(float(test.get("score") or 0) for test in json.loads(results.read_text())["tests"])
    return trial.came_of_it(score, out)


def play_kata(trial: Trial) -> str:
    path = trial.folder / "class" / "s" / f"{ID}.py"
    path.parent.mkdir(parents=True)
    path.write_text(trial.source)
    out = trial.folder / "out"
    trial.call("autograder", "grade", trial.folder / "class", "--out", out, "--exercise", ID, "--device", "cpu")
    results = out / "results.json"
    score = None
    if results.exists():
        exercise = json.loads(results.read_text())["submissions"][0]["exercises"][0]
        score = None if exercise["status"] == "ungraded" else exercise["score"]
    return trial.came_of_it(score, out)


TOOLS = {"nbgrader": play_nbgrader, "otter": play_otter, "torchkata": play_kata}


def row(name: str) -> str:
    cells = []
    for play in TOOLS.values():
        trial = Trial(ATTACKS[name])
        try:
            cells.append(play(trial))
        finally:
            trial.close()
    line = f"| {name} | {' | '.join(cells)} |"
    print(line, flush=True)
    return line


TEXT = """# What hostile solutions come to

Each cell is from a run of `python benchmarks/attacks.py`: the same wrong solution of corr2d, with what it tries, handed
to `nbgrader autograde` ({nbgrader}), `otter run` ({otter}) and `kata grade` ({kata}). All three ran as they are
installed, in one account, without a container. Where submissions are not trusted, nbgrader and otter are to be run in
one (`otter grade` does so); it bounds what files, programs and connections can be reached, and does not part the
solution from the test that judges it. What is in bold had an effect.

| what the solution tries | nbgrader | otter | torchkata |
|---|---|---|---|
{rows}

`tests/attacks/` holds many more, one file each with what must come of it in its header; `tests/command/test_attacks.py`
plays them all through `kata grade`, as root and as an ordinary user, between honest neighbours.

What remains possible in torchkata's strict level:

- whether a file exists can be found out (`stat`), not what is in it;
- a submission rules over its own process: with `ctypes` or `gc` it can bring disabled operators back. Such submissions
  are flagged for a person;
- what a check observes beside the results (the type of an exception, whether an input was changed, how many operators
  ran) is reported by that same process, and could be forged there. Nothing that gives marks by itself hangs on it:
  whatever is known beforehand, such as a share of zeros, is measured by the judge on what came back.
"""


def main() -> None:
    rows = [row(name) for name in sys.argv[1:] or ATTACKS]
    if not sys.argv[1:]:
        versions = {"nbgrader": version("nbgrader"), "otter": version("otter-grader"), "kata": version("torchkata")}
        PAGE.write_text(TEXT.format(rows="\n".join(rows), **versions), encoding="utf-8")


if __name__ == "__main__":
    main()
