"""The installed kit: what it brings along, and that a foreign package called datasets is not in its way."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from support import KIT

LENET, KERNELS = "ch08_lenet/lenet", "ch07_convolution/kernels"
DRAW = f"""
import autograder, autograder.datasets.digits, datasets
from autograder.catalog import load_exercise

assert datasets.FOREIGN
print(autograder.__file__)
print(autograder.datasets.digits.__file__)
for id in ({LENET!r}, {KERNELS!r}):
    for check in load_exercise(id).checks:
        for case in check.cases:
            check.draw(case, "public", "cpu")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The kit as a wheel, built from a copy: building writes into the folder that it builds from."""
    source, built = tmp_path_factory.mktemp("source") / "kit", tmp_path_factory.mktemp("built")
    unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("autograder", "datasets"):
        shutil.copytree(KIT / name, source / name, ignore=unwanted)
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(KIT / name, source)
    pip("wheel", "--no-build-isolation", "--wheel-dir", built, source)
    return next(built.glob("*.whl"))


@pytest.fixture(scope="module")
def beside(wheel, tmp_path_factory):
    """A process's environment: the kit installed, and before it on the path a package that is called datasets."""
    site, foreign = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("foreign")
    pip("install", "--target", site, wheel)
    (foreign / "datasets").mkdir()
    (foreign / "datasets" / "__init__.py").write_text("FOREIGN = True\n")
    home = tmp_path_factory.mktemp("home")
    for folder in ("exercises", "solutions"):
        for id in (LENET, KERNELS):
            (home / folder / id).parent.mkdir(parents=True)
            shutil.copy(KIT / "solutions" / f"{id}.py", home / folder / f"{id}.py")
    path = os.pathsep.join(map(str, (foreign, site)))
    return {**os.environ, "PYTHONPATH": path, "KATA_HOME": str(home), "KATA_CACHE": str(home / "cache")}, site, home


def pip(what: str, *arguments: object) -> None:
    command = [sys.executable, "-m", "pip", what, "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps"]
    done = subprocess.run([*command, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_kit_brings_one_package_of_its_own_name(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"autograder"}
    loaders = {f"autograder/datasets/{path.name}" for path in (KIT / "datasets").glob("*.py")}
    assert len(loaders) >= 3
    assert loaders <= names


def test_inputs_are_drawn_beside_a_foreign_package_called_datasets(beside):
    environment, site, home = beside
    done = subprocess.run([sys.executable, "-c", DRAW], cwd=home, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        str(site / "autograder" / "__init__.py"),
        str(site / "autograder" / "datasets" / "digits.py"),
    ]


@pytest.mark.tools
@pytest.mark.parametrize("id", [LENET, KERNELS])
def test_a_check_on_data_runs_beside_a_foreign_package_called_datasets(beside, id):
    environment, _site, home = beside
    command = [sys.executable, "-m", "autograder", "check", id]
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_loaders_are_found_however_the_kit_was_installed(tmp_path):
    """Isolated from the working folder and the environment, as the zygote is; and in a folder that was only copied."""
    code = "import sys; sys.path[:0] = sys.argv[1:]; import autograder.datasets.photos as p; print(p.__file__)"
    command = [sys.executable, "-I", "-c", code]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert Path(said.strip()) == KIT / "datasets" / "photos.py"
    for folder, place in (("autograder", "a/autograder"), ("datasets", "a/datasets"), ("autograder", "b/autograder")):
        shutil.copytree(KIT / folder, tmp_path / place, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(KIT / "datasets", tmp_path / "b" / "autograder" / "datasets")
    for kit, place in (("a", "a/datasets"), ("b", "b/autograder/datasets")):
        said = subprocess.check_output([*command, str(tmp_path / kit)], cwd=tmp_path, text=True)
        assert Path(said.strip()) == tmp_path / place / "photos.py"


def test_a_loader_runs_as_a_module(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "autograder.datasets.fashion_mnist", "--help"],
        cwd=tmp_path,
        env={
            **os.environ,
            "HOME": str(tmp_path),
            "http_proxy": "http://127.0.0.1:9",
            "https_proxy": "http://127.0.0.1:9",
        },
        capture_output=True,
        text=True,
    )
    assert "could not be downloaded" in done.stderr
    assert "No module named" not in done.stderr
