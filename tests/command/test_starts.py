"""How a process starts and ends: what it imports, what it has done at the end, and what it says where it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.errors import FAULT, WRONG
from support import KIT, copy_of_the_kit


def test_help_and_list_do_not_import_torch():
    code = "import sys; sys.argv = ['kata', {!r}]; from autograder.cli import run\ntry:\n    run()\nexcept SystemExit as e:\n"
    code += "    assert not e.code, e.code\nassert 'torch' not in sys.modules and 'numpy' not in sys.modules"
    for argument in ("--help", "list"):
        done = subprocess.run([sys.executable, "-c", code.format(argument)], cwd=KIT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_where_nothing_more_can_be_written_there_is_one_sentence(unbuffered):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "autograder", "list"],
            cwd=KIT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "no room left" in done.stderr


def test_what_is_left_to_do_at_the_end_is_done(tmp_path):
    """The command leaves without taking torch apart; what it printed comes out, and the status is kept."""
    run = "atexit.register(open, 'done', 'w'), print('printed', end=''), sys.exit({})"
    code = f"import atexit, sys; from autograder import __main__, cli; cli.run = lambda: ({run}); __main__.main()"
    for said, status in (("3", 3), ("", 0), ("'a sentence'", 1)):
        command = [sys.executable, "-c", code.format(said)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env={"PYTHONPATH": str(KIT)})
        assert (done.returncode, done.stdout) == (status, "printed")
        (tmp_path / "done").unlink()


def test_whoever_reads_may_leave():
    command = [sys.executable, "-m", "autograder", "list"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "KATA_HOME": str(KIT)}
    process = subprocess.Popen(command, cwd=KIT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(60) == WRONG
    assert said == ""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("autograder/checks/ch07_convolution/corr2d.py", "1 / 0\n"),
        ("autograder/progress.py", "def load():\n    return {}['nothing']\n"),
    ],
)
def test_a_broken_kit_says_so_in_one_sentence(tmp_path, path, text):
    """The real command, in a kit in which a file is at fault."""
    kit = copy_of_the_kit(tmp_path / "kit")
    (kit / path).write_text(text)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KATA_")}
    command = [sys.executable, "-m", "autograder", "check", "corr2d", "--seed", "secret-4711"]
    done = subprocess.run(command, cwd=kit, env=environment, capture_output=True, text=True)
    assert done.returncode == FAULT, done.stdout + done.stderr
    (file,) = (kit / ".kata").glob("fault-*.txt")
    assert done.stderr.count("\n") == 1
    assert str(file) in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    kept = file.read_text(encoding="utf-8")
    assert "Traceback" in kept
    assert Path(path).name in kept
    assert "4711" not in kept


def test_importing_the_data_is_light():
    code = (
        "import sys; import autograder.datasets.digits, autograder.datasets.fashion_mnist; "
        "print([m for m in ('torch', 'sklearn', 'torchvision', 'numpy') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


def test_digits_are_the_same_in_every_process():
    from autograder.datasets.digits import load

    code = "from autograder.datasets.digits import load; d = load(); print(d[3][:8].tolist(), float(d[0].sum()))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    labels, _, total = said.partition("]")
    assert labels + "]" == str(load().test_labels[:8].tolist())
    assert float(total) == pytest.approx(load().train_images.sum().item(), rel=1e-5)
