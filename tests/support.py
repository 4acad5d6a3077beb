"""What several test files share: the kit, a right and a wrong answer, the real command, the starts of other tools."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from unittest import mock

KIT = Path(__file__).parents[1]
SAMPLE_CLASS = KIT / "tests" / "sample_class"
CORR2D, DROPOUT = "ch07_convolution/corr2d", "ch04_regularization/dropout"
RIGHT = "def corr2d(X, K):\n    return (X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K).sum((-1, -2))\n"
FLIPPED = RIGHT.replace("* K)", "* K.flip(0, 1))")


def kata(*arguments, cwd=KIT, home=None, **environment) -> subprocess.CompletedProcess[str]:
    """The real command, in a process of its own, with nobody's settings."""
    env = {k: v for k, v in os.environ.items() if k not in ("KATA_HOME", "KATA_LANG", "COLUMNS")}
    env |= {"COLUMNS": "100"} | ({"KATA_HOME": str(home)} if home else {}) | environment
    command = [sys.executable, "-m", "autograder", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=300)


def kata_in_process(*arguments) -> subprocess.CompletedProcess[str]:
    """The command in this process: its sentences and its status, without the seconds that a start takes."""
    from autograder.cli import run

    words, out, err = ["kata", *map(str, arguments)], io.StringIO(), io.StringIO()
    columns = mock.patch.dict(os.environ, {"COLUMNS": "100"})
    with (
        mock.patch.object(sys, "argv", words),
        columns,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            run()
        except SystemExit as end:
            status = end.code or 0
    return subprocess.CompletedProcess(words, status, out.getvalue(), err.getvalue())


def hand_in(folder: Path, text: str, id: str = CORR2D) -> Path:
    """A student's folder, or a kit's exercises, with the text as the answer to one exercise."""
    path = folder / f"{id}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def lay(folder: Path, files: dict[str, str | bytes]) -> Path:
    """A folder with these files, by their paths in it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def packed(files: dict[str, str | bytes]) -> bytes:
    """A zip archive with these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def copy_of_the_kit(root: Path, *folders: str) -> Path:
    """These folders of the kit, to write in."""
    for folder in folders or ("autograder", "datasets", "exercises", "solutions"):
        shutil.copytree(KIT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return root


# What ``kata grade`` leaves, and a worksheet of Moodle's to put it in: made up.

MOODLE_SHEET = (
    '\ufeffIdentifier,"Full name","ID number","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Online text","Last modified (grade)","Feedback comments"\n'
    '"Participant 71","Aisha Bello",17,aisha@uni.example,"Submitted for grading - 1 day late",,20.00,Yes,"Friday, 20 November 2026, 11:59 PM","see, file",-,\n'
    '"Participant 72","François Delacour",18,f@uni.example,"Submitted for grading",12.00,20.00,Yes,"Saturday, 21 November 2026, 12:05 AM",,"Monday, 2 November 2026, 9:00 AM","good, but ""late"""\n'
    '"Participant 73","Ana Wong",19,a@uni.example,"No submission",,20.00,No,-,,-,\n'
    '"Participant 74","Erik Vasa",20,e@uni.example,"Submitted for grading",5.00,20.00,Yes,"Friday, 20 November 2026, 8:00 PM",,-,\n'
)


def graded(folder: Path, *students, exercises=(CORR2D, DROPOUT)):
    """An output folder of kata grade: students as (name, score of each exercise, all out of 5)."""
    from autograder.bridges.class_marks import Marks

    folder.mkdir(exist_ok=True)
    submissions = []
    for name, *scores in students:
        rows = [
            {"id": id, "status": "ungraded" if score is None else "failed", "score": score or 0.0, "max_score": 0.0 if score is None else 5.0, "checks": []}
            for id, score in zip(exercises, scores, strict=True)
        ]  # fmt: skip
        total, most = sum(r["score"] for r in rows), sum(r["max_score"] for r in rows)
        submissions.append({"student": name, "score": total, "max_score": most, "exercises": rows})
    (folder / "results.json").write_text(json.dumps({"submissions": submissions}))
    return Marks.read(folder)


# Other tools.


def tool(*command, cwd=KIT, status=0, **environment) -> str:
    """Runs ``python -m`` with these words; what it said."""
    env = {name: value for name, value in os.environ.items() if name not in ("KATA_LANG", "PYTHONPATH")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env |= {"PATH": path, "KATA_HOME": str(KIT), "COLUMNS": "100"} | environment
    words = [sys.executable, "-m", *map(str, command)]
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, timeout=600)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def chromium(profile: Path, height: int, **capabilities):
    """A Chromium without a window. Where there is none the test is skipped, or fails if KATA_REQUIRE_BROWSER is set."""
    import pytest

    program, driver = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    if not program or not driver:
        reason = "needs chromium and chromedriver"
        pytest.fail(reason) if os.environ.get("KATA_REQUIRE_BROWSER") else pytest.skip(reason)
    webdriver = pytest.importorskip("selenium.webdriver")
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = program
    quiet = "disable-background-networking disable-component-update disable-sync no-first-run no-proxy-server"
    for flag in ["headless", "no-sandbox", "disable-gpu", *quiet.split()]:
        options.add_argument(f"--{flag}")
    options.add_argument(f"--window-size=1280,{height}")
    options.add_argument(f"--user-data-dir={profile}")
    for name, value in capabilities.items():
        options.set_capability(f"goog:{name}", value)
    return webdriver.Chrome(options=options, service=Service(driver))


def step_of_workflow(workflow, name: str, cwd: Path, **environment) -> subprocess.CompletedProcess[str]:
    """Runs a step of a GitHub workflow as GitHub's runner does."""
    import pytest

    found = next(s for s in workflow["jobs"]["check"]["steps"] if s.get("name") == name)
    script = cwd / f"{name}.sh"
    script.write_text(found["run"])
    shell = shutil.which("bash") or pytest.skip("there is no bash")
    command = [shell, "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    kept = {k: v for k, v in os.environ.items() if not k.startswith("KATA")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = kept | {"PATH": path} | {k: str(v) for k, v in environment.items()}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=600)


# nbgrader: one assignment, as a course has it.

WEEK = "week1"


def released_notebook(course: Path):
    """The notebook that the students of a course get."""
    import nbformat

    return nbformat.read(course / "release" / WEEK / f"{WEEK}.ipynb", as_version=4)


def nbgrader_cell(notebook, name: str):
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


def submit_notebook(course: Path, student: str, notebook, stamp="2026-05-01 12:00:00 UTC") -> None:
    folder = course / "submitted" / student / WEEK
    folder.mkdir(parents=True)
    (folder / f"{WEEK}.ipynb").write_text(notebook if isinstance(notebook, str) else json.dumps(notebook))
    (folder / "timestamp.txt").write_text(stamp)


def nbgrader_gradebook(course: Path):
    from nbgrader.api import Gradebook

    return Gradebook(f"sqlite:///{course}/gradebook.db", "torchkata")


# otter: a course with the assignment hw1, and its container.


def otter_notebook(course: Path, sources: dict[str, str], path: Path) -> Path:
    """The student's notebook with these sources in its cells."""
    import nbformat

    notebook = nbformat.read(course / "dist" / "student" / "hw1.ipynb", as_version=4)
    for cell in notebook.cells:
        id = cell.metadata.get("torchkata", {}).get("id")
        if id in sources:
            cell.source = sources[id]
    nbformat.write(notebook, path)
    return path


def otter_scores(results) -> dict[str, float]:
    """The marks in otter's results.json."""
    return {t["name"]: t["score"] for t in results["tests"] if "max_score" in t}


def otter_container(autograder_zip: Path, handed_in: Path, root: Path):
    """Otter's own start of a grading, in a folder laid out as in its container; its results, and what it said."""
    top = root / "autograder"
    for name in ("source", "submission", "results"):
        (top / name).mkdir(parents=True)
    (top / "submission_metadata.json").touch()
    with zipfile.ZipFile(autograder_zip) as archive:
        archive.extractall(top / "source")
    for path in handed_in.iterdir():
        shutil.move(path, top / "submission")
    start = top / "source" / "run_otter.py"
    start.write_text(start.read_text().replace('"/autograder"', repr(str(top))))
    env = {k: v for k, v in os.environ.items() if not k.startswith("KATA") and k != "PYTHONPATH"} | {"COLUMNS": "100"}
    done = subprocess.run([sys.executable, start], cwd="/", env=env, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((top / "results" / "results.json").read_text()), done.stdout


# Gradescope: the image of an autograder, and a container of it.


def gradescope_environment(**more) -> dict[str, str]:
    """A container's: nothing of ours but which Python to take."""
    return {"PATH": os.environ["PATH"], "VENV": str(Path(sys.executable).parents[1]), **more}


def gradescope_image(archive: Path, folder: Path) -> Path:
    """/autograder after the image was built: the zip extracted, setup.sh run, run_autograder copied."""
    root = folder / "autograder"
    for name in ("source", "submission", "results"):
        (root / name).mkdir(parents=True)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(root / "source")
        for info in opened.infolist():
            (root / "source" / info.filename).chmod(info.external_attr >> 16)
    command, env = [root / "source" / "setup.sh"], gradescope_environment()
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    shutil.copy(root / "source" / "run_autograder", root)
    return root


def gradescope_run(root: Path, *, process=False, within=(), **more):
    """What comes of a submission; with ``process`` on a system that cannot shut student code off."""
    command = [*within, root / "run_autograder", root]
    if process:
        code = (
            "import sys\nfrom autograder.runner.zygote_pool import ZygotePool\n"
            "ZygotePool.isolation = property(lambda self: 'process')\n"
            "from autograder.bridges.gradescope_image import main\nmain(['run', sys.argv[1]])"
        )
        command = [sys.executable, "-c", code, root]
    env = gradescope_environment(**more)
    done = subprocess.run(command, cwd=root / "source", env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return gradescope_results(root)


def gradescope_results(root: Path):
    return json.loads((root / "results" / "results.json").read_text())
