"""Hashes of everything that a result depends on: what has the same key need not be made again. Needs no torch."""

from __future__ import annotations

import hashlib
import os
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from autograder import catalog
from autograder.seeds import root
from autograder.syntax import without_equivalents

PACKAGE = Path(__file__).parents[1]
# What decides what a run gives, and so what the expectations are: the authoring API, the run side, the loaders of data.
RUN = (
    "spec/*.py",
    *(
        f"runner/{name}.py"
        for name in ("perform", "child", "bans", "wire", "outcome", "loading", "quiet", "companions")
    ),
    *(f"judging/{name}.py" for name in ("expectations", "wrong_answers", "trial", "running", "probes", "verdicts")),
    "datasets.py",
    "seeds.py",
    "syntax.py",
)
# What turns that into marks and messages.
JUDGING = ("judging/*.py", "runner/*.py", "intake/places.py", "results.py")


@cache
def torch_version() -> str:
    """The installed torch, without importing it."""
    try:
        return version("torch")
    except PackageNotFoundError:
        return "none"


def _rooms(patterns: tuple[str, ...], *more: Path) -> str:
    """A hash of the code in these files of the package, and in more."""
    digest = hashlib.sha256()
    for path in [*sorted({path for pattern in patterns for path in PACKAGE.glob(pattern)}), *more]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def kit_digest() -> str:
    """A hash of the code that decides what a run gives, and of what it runs on."""
    loaders = sorted(catalog.datasets_folder().glob("*.py"))
    return hashlib.sha256(f"{_rooms(RUN, *loaders)} {torch_version()} {platform.machine()}".encode()).hexdigest()


@cache
def _digest(stamped: tuple[tuple[Path, int], ...]) -> str:
    """A hash of files, read again only when one of them was written since."""
    digest = hashlib.sha256()
    for path, _stamp in stamped:
        content = without_equivalents(path.read_bytes()) if path.exists() else b""
        digest.update(f"{path.parent.name}/{path.name} {len(content)} ".encode() + content)
    return digest.hexdigest()


def _content(*paths: Path) -> str:
    return _digest(tuple((path, path.stat().st_mtime_ns if path.exists() else 0) for path in paths))


def _exercise_files(id: str) -> list[Path]:
    """The exercise's own files, and what it may share: with its chapter a ``_*.py`` there, with all one level up."""
    files = [catalog.solution_file(id)]
    for path in (catalog.checks_file(id), catalog.misconceptions_file(id)):
        files += [path, *sorted(path.parent.glob("_*.py")), *sorted(path.parents[1].glob("*.py"))]
    return files


def expectations_key(id: str, seed: str, device: str) -> str:
    """The hash of everything that the expectations of an exercise are made from."""
    parts = f"{id}|{root(seed, id)}|{device}|{kit_digest()}|{_content(*_exercise_files(id))}"
    return hashlib.sha256(parts.encode()).hexdigest()[:32]


@cache
def judging_digest() -> str:
    """A hash of the code that turns outcomes into marks and messages, and of the language of these."""
    return hashlib.sha256(f"{os.environ.get('KATA_LANG', '')} {_rooms(JUDGING)}".encode()).hexdigest()


def judging_key(id: str, seed: str, device: str) -> str:
    """Stands for everything that the result of an exercise depends on, save what was handed in."""
    calibrated = _content(catalog.calibration_file(id))
    return "|".join([expectations_key(id, seed, device), judging_digest(), calibrated])


def result_key(judging: str, content: str) -> str:
    """The hash of everything that a result depends on; content stands for what was handed in."""
    return hashlib.sha256(f"{content}|{judging}".encode()).hexdigest()
