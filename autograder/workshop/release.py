"""The student's copy: everything needed to solve exercises and to check them, and no solution.

What goes in is chosen here, kind by kind; what must not be in is proven by ``leaks``, on every byte, before anything is
written. The expectations are those of the public seed: for it a student's own machine is the grader, so they hold what
the judges need, test labels too. What counts is graded elsewhere, with a seed that is not in the copy.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path, PurePosixPath
from string import Template

from packaging.requirements import Requirement

import autograder
from autograder import catalog
from autograder.errors import WRONG, KitError
from autograder.files import write_atomically
from autograder.judging import expectations
from autograder.judging.expectations import Expectations
from autograder.judging.stubs import cut
from autograder.messages import _
from autograder.runner.protocol import Runner
from autograder.seeds import PUBLIC, text_of
from autograder.syntax import without_equivalents
from autograder.workshop.leaks import Leak, Search
from autograder.workshop.notebooks import chapter_notebook, to_bytes

MARK = ".torchkata.json"  # by which an earlier release is known, with what was written
TEMPLATES = Path(__file__).parent / "templates"
LEFT_OUT = {"misconceptions", "workshop", "expectations", "__pycache__"}
KINDS = {".py", ".toml", ".json", ".html", ".css", ".js", ".mo"}
PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp"}
NOTEBOOKS = ("jupyterlab",)
# A student's machine may be so much slower than the one that timed the reference, and it cannot time it again.
SLOWER = 5.0
MIN_SEED = 8
_SEED = re.compile(rb'\["seed",("(?:[^"\\]|\\.)*")\]')  # near the beginning of what the wire format makes of them
PLATFORMS = (("linux", "Linux", "posix"), ("win32", "Windows", "nt"), ("darwin", "Darwin", "posix"))


class ReleaseError(KitError):
    """The copy cannot be made; the message is a sentence."""


class LeakError(ReleaseError):
    """The copy would hold what it must not. Nothing was written."""

    status = WRONG

    def __init__(self, leaks: Sequence[Leak]) -> None:
        text = _("No copy was made: {n} leaks. Nothing was written or removed.")
        super().__init__(text.format(n=len(leaks)))
        self.leaks = leaks


@dataclass(frozen=True)
class Release:
    """What was written to a folder, what of an earlier release was removed, and what was left alone."""

    folder: Path
    exercises: int
    files: dict[str, bytes]
    removed: list[str]
    kept: list[str]
    searched: int

    def lines(self) -> Iterator[str]:
        """What there is to say, line by line."""
        size = sum(map(len, self.files.values())) / 2**20
        text = _("{folder}: {files} files for {n} exercises, {size:.1f} MB.")
        yield text.format(folder=self.folder, files=len(self.files), n=self.exercises, size=size)
        text = _("None of {n} statements of solutions and misconceptions is in it, and no secret seed.")
        yield text.format(n=self.searched)
        if self.removed:
            yield _("Removed, as no longer part of it: {names}").format(names=_some(self.removed))
        if self.kept:
            yield _("Left alone, as it was not made by this command: {names}").format(names=_some(self.kept))


def release(
    runner: Runner, folder: Path, ids: Sequence[str], seeds: Iterable[str] = (), force: bool = False
) -> Release:
    """Writes the copy of some exercises to a new folder, or over an earlier release.

    seeds: secret ones, to be looked for beside those that the kit's cache knows. force: replaces files of the earlier
    release that were changed since. Raises ``ReleaseError``, ``LeakError`` or ``OSError``.
    """
    for id in ids:
        if not catalog.solution_file(id).is_file():
            text = _("The solution of {id} is not in this kit: release from the instructor's copy.")
            raise ReleaseError(text.format(id=id))
    earlier = _earlier(folder)
    files = dict(contents(runner, ids))
    old = {name: digest for name, digest in earlier.items() if (folder / name).is_file()}
    own = {name for name, digest in old.items() if _digest((folder / name).read_bytes()) == digest}
    changed = [name for name in sorted(set(old) - own) if name in files and not _is(folder / name, files[name])]
    if changed and not force:
        text = _("Changed since the last release: {names}. Move them away, or add --force to replace them.")
        raise ReleaseError(text.format(names=_some(changed)))
    removed = sorted(own - set(files))
    search = Search([*seeds, *known_seeds()])
    leaks = search.in_files(files.items())
    if folder.is_dir():
        leaks += search.in_folder(folder, {*files, *removed, MARK})
    if leaks:
        raise LeakError(leaks)
    kept = sorted(set(_names(folder)) - {*files, *removed, MARK})
    _write(folder, files, removed)
    return Release(folder, len(ids), files, removed, kept, len(search.fragments))


def contents(runner: Runner, ids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Every file of the copy, by path."""
    root, package = catalog.kit_root(), catalog.MANIFEST.parent
    chapters = list(dict.fromkeys(id.split("/")[0] for id in ids))
    for id in ids:
        stub = cut(catalog.solution_file(id).read_text(encoding="utf-8")).encode()
        yield f"exercises/{id}.py", stub
        yield f"autograder/expectations/{id}.stub", stub
        yield f"autograder/expectations/{id}.bin", _expectations(runner, id).to_bytes()
    for chapter in chapters:
        for path in sorted((root / "exercises" / chapter).rglob("*")):
            if path.is_file() and (path.name == "README.md" or path.suffix in PICTURES):
                yield path.relative_to(root).as_posix(), path.read_bytes()
        yield f"notebooks/{chapter}.ipynb", to_bytes(chapter_notebook(chapter, ids))
    yield f"{package.name}/{catalog.MANIFEST.name}", _manifest(ids).encode()
    datasets = catalog.datasets_folder()
    places = {path: package.name / path.relative_to(package) for path in package.rglob("*")}
    places |= {path: Path(package.name, "datasets", path.relative_to(datasets)) for path in datasets.rglob("*")}
    for path, name in sorted(places.items()):
        is_there = path.is_file() and path.suffix in KINDS and path != catalog.MANIFEST
        if is_there and not LEFT_OUT & set(name.parts) and _is_for(name, ids):
            content = path.read_bytes()
            yield name.as_posix(), without_equivalents(content) if path.suffix == ".py" else content
    yield "LICENSE", (root / "LICENSE").read_bytes()
    yield from _project(root, ids, chapters)


def known_seeds() -> set[str]:
    """Secret seeds that the kit's cache tells of, but for those that are ordinary words: they may be anywhere."""
    found = set()
    for path in expectations.cache_folder().glob("*.bin"):
        with path.open("rb") as file:
            if match := _SEED.search(file.read(1000)):
                found.add(text_of(json.loads(match[1])))
    return {seed for seed in found - {PUBLIC} if len(seed) >= MIN_SEED and re.search(r"\d", seed)}


def pins(lock: str, wanted: Iterable[str]) -> list[str]:
    """The lines of a lock file that some packages need, on any system, themselves and by way of others."""
    lines: dict[str, list[str]] = {}
    for line in lock.splitlines():
        if match := re.match(r"[\w.-]+", line):
            lines.setdefault(_plain(match[0]), []).append(line)
    todo, needed = [Requirement(name) for name in wanted], set()
    while todo:
        requirement = todo.pop()
        name = _plain(requirement.name)
        for extra in requirement.extras or {""}:
            if (name, extra) not in needed and name in lines:
                needed.add((name, extra))
                todo += _needs(name, extra)
    return [line for name, found in lines.items() if name in {name for name, _extra in needed} for line in found]


def _needs(name: str, extra: str) -> Iterator[Requirement]:
    try:
        found = [Requirement(text) for text in requires(name) or []]
    except PackageNotFoundError:  # of another system
        return
    for (system, platform, kind), python in itertools.product(PLATFORMS, ("3.11", "3.14")):
        here = {"sys_platform": system, "platform_system": platform, "os_name": kind, "python_version": python}
        yield from (r for r in found if r.marker is None or r.marker.evaluate({**here, "extra": extra}))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _expectations(runner: Runner, id: str) -> Expectations:
    found = Expectations.from_bytes(expectations.get(runner, id, PUBLIC).to_bytes())
    for case in found.cases.values():
        case.seconds *= SLOWER
    return found


def _is_for(name: Path, ids: Sequence[str]) -> bool:
    """Whether a file of the package is about exercises of the copy, if it is about exercises at all."""
    _package, folder, *rest = name.parts
    if folder != "checks" or len(rest) < 2:
        return True
    id = f"{rest[0]}/{rest[1].partition('.')[0]}"
    return id in ids if id in catalog.entries() else any(i.startswith(f"{rest[0]}/") for i in ids)


def _manifest(ids: Sequence[str]) -> str:
    lines = []
    for chapter, title in catalog.manifest().items():
        rows = [entry for id, entry in catalog.entries().items() if id in ids and entry.chapter == chapter]
        if rows:
            lines += [f"[{chapter}]", f"title = {_quoted(title)}"]
        for entry in rows:
            facts = f"title = {_quoted(entry.title)}, difficulty = {entry.difficulty}, minutes = {entry.minutes}"
            lines.append(f"{entry.name} = {{ {facts} }}")
        lines += [""] * bool(rows)
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _project(root: Path, ids: Sequence[str], chapters: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """The files that make a project of it."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    core = pins(lock, [*project["dependencies"], "setuptools"])
    for name, lines in {"requirements": core, "notebook": pins(lock, NOTEBOOKS)}.items():
        yield f"{name}.lock", "".join(f"{line}\n" for line in lines).encode()
    titles = [(chapter, _(catalog.manifest()[chapter])) for chapter in chapters]
    values = {
        "count": str(len(ids)),
        "example": (example := ids[0].split("/")[1]),
        "gap": " " * len(f" {example} "),
        "chapters": "\n".join(f"- [{title}](exercises/{chapter}/README.md)" for chapter, title in titles),
        "python": project["requires-python"],
        "dependencies": "\n".join(f"    {_quoted(text)}," for text in project["dependencies"]),
    }
    for name, template in {"README.md": "README.md", "pyproject.toml": "project.toml"}.items():
        yield name, Template((TEMPLATES / template).read_text(encoding="utf-8")).substitute(values).encode()
    yield "Makefile", (TEMPLATES / "Makefile").read_bytes()
    yield ".gitignore", (TEMPLATES / "gitignore").read_bytes()


def _earlier(folder: Path) -> dict[str, str]:
    """What an earlier release wrote, with hashes; nothing in a new folder. Raises ``ReleaseError``."""
    try:
        recorded: dict[str, str] = json.loads((folder / MARK).read_bytes())["files"]
        return {name: digest for name, digest in recorded.items() if _is_inside(name)}
    except FileNotFoundError:
        if any(path.name != ".git" for path in folder.iterdir()) if folder.is_dir() else folder.exists():
            text = _("{folder} is neither empty nor an earlier release: name a new folder.")
            raise ReleaseError(text.format(folder=folder)) from None
        return {}
    except (NotADirectoryError, ValueError, KeyError, AttributeError, TypeError):
        text = _("{folder} is not a folder, or its {mark} is damaged: name a new folder.")
        raise ReleaseError(text.format(folder=folder, mark=MARK)) from None


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _write(folder: Path, files: dict[str, bytes], removed: Sequence[str]) -> None:
    record = {"kit_version": autograder.__version__, "files": {name: _digest(c) for name, c in sorted(files.items())}}
    folder.mkdir(parents=True, exist_ok=True)
    # First of all: a release that is interrupted is known as one.
    write_atomically(folder / MARK, json.dumps(record, indent=1).encode() + b"\n")
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if not _is(folder / name, content):
            write_atomically(folder / name, content)
    for name in removed:
        path = folder / name
        path.unlink()
        while path.parent != folder and not any(path.parent.iterdir()):
            path = path.parent
            path.rmdir()


def _is(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _names(folder: Path) -> Iterator[str]:
    """Every file below a folder, by path; of a version control only its folder."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        name = path.relative_to(folder)
        if not path.is_dir() and name.parts[0] != ".git":
            yield name.as_posix()


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return _("{names} and {n} more").format(names=shown, n=len(names) - 5) if len(names) > 5 else shown
