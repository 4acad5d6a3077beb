"""The student's copy: it has what a student needs, it works, and nothing that is secret is in it, however wrapped up."""

from __future__ import annotations

import ast
import base64
import bz2
import dataclasses
import gzip
import html
import importlib.util
import io
import json
import lzma
import os
import py_compile
import shutil
import subprocess
import sys
import tarfile
import textwrap
import zipfile
import zlib
from pathlib import Path
from urllib.parse import quote

import pytest
import torch
import yaml

from autograder import catalog
from autograder.bridges import github
from autograder.judging import expectations
from autograder.judging.stubs import bare, cut
from autograder.workshop import release as releasing
from autograder.workshop.leaks import SHORTEST, Search, squeeze, statements
from autograder.workshop.release import LeakError, ReleaseError, pins, release
from support import CORR2D, DROPOUT, KIT, copy_of_the_kit, step_of_workflow

SECRET = "not-for-students-4711"
NIN = "ch09_modern_cnn/nin_block"
REFERENCE = bare((KIT / "solutions" / f"{CORR2D}.py").read_text(encoding="utf-8"))
MISCONCEPTIONS = (KIT / "autograder" / "misconceptions" / f"{CORR2D}.py").read_text(encoding="utf-8")
HONEST = """
import torch


def corr2d(X, K):
    patches = torch.nn.functional.unfold(X[None, None], K.shape)
    return (K.reshape(1, -1) @ patches[0]).reshape([n - k + 1 for n, k in zip(X.shape, K.shape)])
"""
UNSCALED = """
import torch

def dropout(X, p, training=True):
    return X * (torch.rand(X.shape) >= p) if training else X
"""

pytestmark = pytest.mark.tools


@pytest.fixture(scope="module")
def copied(runner, tmp_path_factory):
    """A release of the whole kit."""
    return release(runner, tmp_path_factory.mktemp("release") / "copy", list(catalog.entries()), [SECRET])


@pytest.fixture
def copy(copied, tmp_path):
    """The folder of a copy that a test may change."""
    return shutil.copytree(copied.folder, tmp_path / "copy")


@pytest.fixture(scope="module")
def search():
    return Search([SECRET])


def kata(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the copy's own command in its folder: without network, where the system lets a test take it away."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KATA_")}
    environment |= {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"}
    alone = ["unshare", "--net"] if _can_unshare() else []
    command = [*alone, sys.executable, "-m", "autograder", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


def _can_unshare() -> bool:
    return (
        bool(shutil.which("unshare"))
        and not subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode
    )


# What is in it


def test_a_copy_holds_what_a_student_needs_and_nothing_else(copied):
    files = {p.relative_to(copied.folder).as_posix() for p in copied.folder.rglob("*") if p.is_file()}
    for id in catalog.entries():
        stub = (copied.folder / "exercises" / f"{id}.py").read_text(encoding="utf-8")
        assert stub == cut(catalog.solution_file(id).read_text(encoding="utf-8"))
        assert f"autograder/expectations/{id}.bin" in files
    for chapter in catalog.manifest():
        assert {f"exercises/{chapter}/README.md", f"notebooks/{chapter}.ipynb"} <= files
    assert {
        "README.md",
        "Makefile",
        "LICENSE",
        "pyproject.toml",
        "requirements.lock",
        "autograder/datasets/digits.py",
    } <= files
    assert "exercises/ch07_convolution/pictures/window.png" in files
    parts = {part for name in files for part in Path(name).parts}
    assert not parts & {"solutions", "misconceptions", "workshop", "tests", "__pycache__", ".kata", "draw.py"}
    assert not [name for name in files if name.endswith((".pyc", "/audit.py"))]


def test_a_copy_of_one_chapter_tells_nothing_of_the_others(runner, tmp_path):
    done = release(runner, tmp_path / "copy", [CORR2D])
    names = set(done.files)
    assert {f"exercises/{CORR2D}.py", f"autograder/checks/{CORR2D}.py", "autograder/checks/__init__.py"} <= names
    assert not [n for n in names if "dropout" in n or "pool2d" in n or "ch13" in n]
    listed = kata(done.folder, "list").stdout
    assert "corr2d" in listed
    assert "pool2d" not in listed
    assert kata(done.folder, "check").returncode == 0


def test_what_the_checks_of_a_chapter_share_goes_along_and_what_its_misconceptions_share_does_not(tmp_path):
    kit, chapter = copy_of_the_kit(tmp_path / "kit"), "ch07_convolution"
    for name in ("LICENSE", "pyproject.toml", "requirements.lock"):
        shutil.copy(KIT / name, kit)
    for folder in ("checks", "misconceptions"):
        (kit / "autograder" / folder / chapter / "_shelf.py").write_text(
            "def window(X, k):\n    return X[:k, :k].flip(0).flip(1) + k\n"
        )
    (kit / "autograder/checks/ch13_attention/_shelf.py").write_text("NOTHING = 1\n")
    checks = kit / "autograder" / "checks" / f"{CORR2D}.py"
    text = checks.read_text(encoding="utf-8")
    shared = "import torch\nfrom autograder.checks.ch07_convolution._shelf import window\n"
    checks.write_text(text.replace("from autograder", f"{shared}\nfrom autograder", 1), encoding="utf-8")
    leaking = kata(kit, "release", str(tmp_path / "copy"), "corr2d")
    assert leaking.returncode == 1, leaking.stderr  # this shelf of the checks tells what that of misconceptions does
    assert "_shelf.py:2" in leaking.stdout + leaking.stderr
    (kit / "autograder/checks" / chapter / "_shelf.py").write_text("def window(X, k):\n    return k\n")
    made = kata(kit, "release", str(tmp_path / "copy"), "corr2d")
    assert made.returncode == 0, made.stderr
    names = {path.relative_to(tmp_path / "copy").as_posix() for path in (tmp_path / "copy").rglob("*.py")}
    assert {name for name in names if "_shelf" in name} == {f"autograder/checks/{chapter}/_shelf.py"}
    (tmp_path / "copy" / "exercises" / f"{CORR2D}.py").write_text(HONEST)
    checked = kata(tmp_path / "copy", "check", "corr2d")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_what_is_said_of_mutants_stays_here(copied):
    checks = {name: content for name, content in copied.files.items() if name.startswith("autograder/checks/")}
    assert b"exercise.equivalent(" in catalog.checks_file(CORR2D).read_bytes()
    assert f"autograder/checks/{CORR2D}.py" in checks
    assert not any(b"exercise.equivalent(" in content for content in checks.values())


def test_the_packages_are_pinned_and_only_those_that_a_student_needs(copied):
    lock = (copied.folder / "requirements.lock").read_text(encoding="utf-8").splitlines()
    ours = (KIT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    assert set(lock) <= set(ours)
    names = {line.partition("==")[0] for line in lock}
    assert {"torch", "torchvision", "numpy", "typer", "rich", "msgspec", "jinja2", "matplotlib", "setuptools"} <= names
    assert not names & {"nbgrader", "otter-grader", "distributed", "pytest", "ruff", "mypy", "selenium", "jupyterlab"}
    assert "colorama==" in "".join(pins("colorama==1 ; sys_platform == 'win32'\nclick==8\nruff==1", ["colorama"]))


def test_nothing_of_the_misconceptions_code_is_in_expectations(copied):
    for path in copied.folder.rglob("*.bin"):
        found = expectations.Expectations.from_bytes(path.read_bytes())
        assert found.seed == "public"
        assert found.sentences
        outcomes = [o for name in found.sentences for o in found.wrong.of(name).values()]
        assert outcomes
        assert not any(o.trace or o.output for o in outcomes)


# Nothing secret is in it


def test_every_body_of_a_solution_and_every_exercise_is_searched_for(search):
    for id in catalog.entries():
        source = catalog.solution_file(id).read_text(encoding="utf-8").splitlines()
        begins = [i for i, line in enumerate(source, 1) if line.strip() == "### BEGIN SOLUTION"]
        ends = [i for i, line in enumerate(source, 1) if line.strip() == "### END SOLUTION"]
        for begin, end in zip(begins, ends, strict=True):
            body = {squeeze(s) for s in statements("\n".join(source), [range(begin, end)])}
            told = {s for s in body if len(s) >= SHORTEST}
            assert not told or told & set(search.fragments), f"{id}: nothing of lines {begin} to {end} can be found"
        assert any(f"the solution of {id}:" in what for what in search.fragments.values()), id
        assert any(f"a misconception of {id}:" in what for what in search.fragments.values()), id


def test_a_body_of_each_solution_and_each_file_of_misconceptions_is_found(search):
    for id in catalog.entries():
        for path in (catalog.solution_file(id), catalog.misconceptions_file(id)):
            assert search.in_file("notes.txt", path.read_bytes()), path


def pyc(text: str) -> bytes:
    source = Path(os.environ["PYTEST_SCRATCH"], "leak.py")
    source.write_text(text, encoding="utf-8")
    return Path(py_compile.compile(str(source), str(source.with_suffix(".pyc")), doraise=True) or "").read_bytes()


def notebook(source: str, output: str) -> bytes:
    cell = {"cell_type": "code", "source": source.splitlines(True), "outputs": [{"text": output.splitlines(True)}]}
    return json.dumps({"cells": [cell]}, indent=1).encode()


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def tarred(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def highlighted(text: str) -> str:
    words = html.escape(text).replace("(", '</span><span class="p">(</span><span class="n">')
    return f'<pre><span class="n">{words}</span></pre>'


PADDING = b"\n" * 3
WRAPPED = base64.b64encode(REFERENCE.encode())
WRAPPINGS = {
    "as it is": ("exercises/corr2d.py", lambda: REFERENCE.encode(), ":25:"),
    "written anew by Python": ("a.py", lambda: ast.unparse(ast.parse(REFERENCE)).encode(), ":"),
    "one statement among other text": ("README.md", lambda: b"so\n\n    rows, columns = X.shape[0] - h + 1, X.shape[1] - w + 1\n", ":3:"),
    "broken over lines": ("b.py", lambda: b"rows, columns = (\n    X.shape[0] - h + 1,  # down\n    X.shape[1] - w + 1,\n)", ":1:"),
    "commented out": ("c.py", lambda: b"pass\n# rows, columns = X.shape[0] - h + 1, X.shape[1] - w + 1\n", ":2:"),
    "a diff": ("fix.patch", lambda: "".join(f"+{line}" for line in REFERENCE.splitlines(True)).encode(), ":"),
    "a text in Python": ("d.py", lambda: f"x = {REFERENCE!r}".encode(), ":1:"),
    "a notebook's cell": ("n.ipynb", lambda: notebook(REFERENCE, ""), ":"),
    "a notebook's output": ("n.ipynb", lambda: notebook("help(corr2d)", REFERENCE), ":"),
    "JSON in JSON": ("n.json", lambda: json.dumps(json.dumps({"a": REFERENCE})).encode(), ":1:"),
    "a highlighted page": ("n.html", lambda: highlighted(REFERENCE).encode(), ":"),
    "two bytes a character": ("u.txt", lambda: REFERENCE.encode("utf-16"), ":"),
    "another alphabet": ("l.txt", lambda: b"\xe9\n" + REFERENCE.encode(), ":"),
    "base64": ("x.json", lambda: PADDING + b'{"data": "' + WRAPPED + b'"}', " (base64):4:"),
    "base64 in lines": ("x.eml", lambda: base64.encodebytes(REFERENCE.encode()), " (base64):1:"),
    "base64 twice": ("x.txt", lambda: base64.b64encode(WRAPPED), " (base64)"),
    "hexadecimal": ("x.txt", lambda: REFERENCE.encode().hex().encode(), " (hexadecimal):1:"),
    "a loose git object": (".git/objects/ab/cd", lambda: zlib.compress(b"blob 9\0" + REFERENCE.encode()), " (compressed):"),
    "a git pack": (".git/objects/pack/a.pack", lambda: b"PACK\0\0\0\2\0\0\0\1\xb5\x0a" + zlib.compress(REFERENCE.encode()) + b"#" * 20, " (compressed):"),
    "gzip": ("x.gz", lambda: gzip.compress(REFERENCE.encode()), " (compressed):"),
    "bzip2": ("x.bz2", lambda: bz2.compress(REFERENCE.encode()), " (compressed):"),
    "xz": ("x.xz", lambda: lzma.compress(REFERENCE.encode()), " (compressed):"),
    "cut off": ("x.gz.part", lambda: gzip.compress(REFERENCE.encode() + os.urandom(9000))[:4000], " (compressed):"),
    "a zip": ("x.zip", lambda: zipped("inner.txt", REFERENCE.encode()), "/inner.txt:"),
    "a zip behind something": ("x.png", lambda: b"\x89PNG" + zipped("inner.txt", REFERENCE.encode()), "/inner.txt:"),
    "a zip in a zip": ("x.zip", lambda: zipped("y.zip", zipped("z.txt", REFERENCE.encode())), "/y.zip/z.txt:"),
    "a tar": ("x.tgz", lambda: tarred("inner.txt", REFERENCE.encode()), "/inner.txt:"),
    "compiled in a zip": ("x.whl", lambda: zipped("m.pyc", pyc(REFERENCE)), "/m.pyc: compiled"),
    "compiled": ("a/m.pyc", lambda: pyc("x = 1"), ": compiled"),
    "compiled under another name": ("a/data.bin", lambda: pyc("x = 1"), ": compiled"),
    "a folder of solutions": ("solutions/a.txt", lambda: b"-", ": a folder of this name"),
    "a sealed archive": ("x.7z", lambda: b"7z\xbc\xaf\x27\x1c" + b"-" * 40, ": an archive"),
    "a damaged archive": ("x.zip", lambda: zipped("inner.txt", b"-" * 100)[:60], ": an archive"),
    "wrapped too deep": ("x", lambda: _deep(8), ": wrapped up too deeply"),
    "misconceptions": ("m.py", lambda: MISCONCEPTIONS.encode(), ": a misconception of ch07_convolution/corr2d"),
    "one misconception": ("m.md", lambda: b"`return reference.corr2d(X, K.flip(0, 1))`", ":1: a misconception of"),
    "a slip": ("m.txt", lambda: b"nn.Conv2d(6, 16, kernel_size=5, padding=2)", ":1: a misconception of ch08_lenet/lenet"),
    "the secret seed": ("notes.txt", lambda: f"\nseed: {SECRET}\n".encode(), ":2: the secret seed"),
    "percent-encoding": ("x.url", lambda: quote(REFERENCE).encode(), ":"),
    "escapes of a string": ("x.js", lambda: "".join(f"\\u{ord(c):04x}" for c in REFERENCE).encode(), ":"),
    "short escapes of a string": ("x.js", lambda: "".join(f"\\x{ord(c):02x}" for c in REFERENCE).encode(), ":"),
    "base32": ("x.txt", lambda: b"at " + base64.b32encode(REFERENCE.encode()), " (base32):1:"),
    "base32 in lines": ("x.txt", lambda: "\n".join(textwrap.wrap(base64.b32encode(REFERENCE.encode()).decode(), 60)).encode(), " (base32):1:"),
    "base85": ("x.txt", lambda: b'x = "' + base64.b85encode(REFERENCE.encode()) + b'"', " (base85):1:"),
    "base85 of Adobe": ("x.txt", lambda: base64.a85encode(REFERENCE.encode()), " (base85):1:"),
    "base85, compressed": ("x.txt", lambda: b'x = "' + base64.b85encode(zlib.compress(REFERENCE.encode())) + b'"', " (compressed):"),
    "deflated without a head": ("x.bin", lambda: zlib.compress(REFERENCE.encode())[2:-4], " (compressed):"),
    "deflated, in base64": ("x.txt", lambda: base64.b64encode(zlib.compress(REFERENCE.encode())[2:-4]), " (compressed):"),
    "the secret seed in capitals": ("a.txt", lambda: SECRET.upper().encode(), ":1: the secret seed"),
    "the secret seed, glued": ("a.txt", lambda: f"x{SECRET}0y".encode(), ":1: the secret seed"),
    "the secret seed in base64": ("a.txt", lambda: base64.b64encode(SECRET.encode()), ":1: the secret seed"),
    "the secret seed in base64, glued": ("a.txt", lambda: base64.b64encode(b"a" + SECRET.encode() + b"bc"), ":1: the secret seed"),
    "the secret seed in base32": ("a.txt", lambda: base64.b32encode(b"ab" + SECRET.encode()), ":1: the secret seed"),
    "the secret seed in hexadecimal": ("a.txt", lambda: SECRET.encode().hex().upper().encode(), ":1: the secret seed"),
    "the secret seed in an address": ("a.txt", lambda: "".join(f"%{b:02X}" for b in SECRET.encode()).encode(), ": the secret seed"),
    "the secret seed, wrapped": ("notes.txt", lambda: base64.b64encode(f"the seed is: {SECRET}".encode()), "(base64):1: the secret"),
}  # fmt: skip


def _deep(levels: int) -> bytes:
    content = REFERENCE.encode()
    for _level in range(levels):
        content = zlib.compress(content)
    return content


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_a_leak_is_found(search, wrapping, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTEST_SCRATCH", str(tmp_path))
    name, make, shown = WRAPPINGS[wrapping]
    found = [str(leak) for leak in search.in_file(name, make())]
    assert any(line.startswith(name) and shown in line for line in found), found


def test_expectations_of_another_seed_are_found(search, runner):
    public = expectations.get(runner, CORR2D, "public")
    assert search.in_file("a.bin", public.to_bytes()) == []
    other = expectations.Expectations.from_bytes(public.to_bytes())
    other.seed = "other"
    assert "expectations of the seed 'other'" in str(search.in_file("a.bin", other.to_bytes()))
    other.seed = "public"  # a false label: the inputs tell
    case = other.cases["sums_each_window", 0]
    other.cases["sums_each_window", 0] = dataclasses.replace(case, inputs={**case.inputs, "K": case.inputs["K"] + 1})
    assert "that the public seed does not draw" in str(search.in_file("a.bin", gzip.compress(other.to_bytes())))


@pytest.mark.parametrize(
    "text",
    [
        HONEST,
        UNSCALED,
        "for i in range(n):\n    loss.backward()\n    optimizer.step()\nreturn Y",
        "h, w = K.shape",
        "public",
    ],
)
def test_what_everybody_writes_is_no_leak(search, text):
    assert search.in_file("a.py", text.encode()) == []
    assert all(len(fragment) >= SHORTEST for fragment in search.fragments)


def test_noise_is_no_leak(search):
    noise = torch.randint(256, (400_000,), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    assert search.in_file("noise.bin", noise.numpy().tobytes()) == []
    assert search.in_file("plain.bin", b"A" * 100_000) == []


def test_links_and_caches_are_refused(search, tmp_path):
    (tmp_path / "a" / "__pycache__").mkdir(parents=True)
    (tmp_path / "a" / "link.py").symlink_to(KIT / "solutions" / f"{CORR2D}.py")
    (tmp_path / "folder").symlink_to(KIT / "solutions")
    (tmp_path / "fine.txt").write_text("fine")
    assert sorted(leak.file for leak in search.in_folder(tmp_path)) == ["a/__pycache__", "a/link.py", "folder"]


# Where it is written


def test_a_leak_in_the_kit_stops_the_release(runner, tmp_path, monkeypatch):
    kit = copy_of_the_kit(tmp_path / "kit", "exercises", "solutions")
    for name in ("LICENSE", "pyproject.toml", "requirements.lock"):
        shutil.copy(KIT / name, kit)
    with (kit / "exercises" / "ch07_convolution" / "README.md").open("a", encoding="utf-8") as page:
        page.write("\nFor the impatient:\n\n    rows, columns = X.shape[0] - h + 1, X.shape[1] - w + 1\n")
    monkeypatch.setenv("KATA_HOME", str(kit))
    monkeypatch.setenv("KATA_CACHE", str(expectations.cache_folder()))
    catalog.kit_root.cache_clear()
    try:
        with pytest.raises(LeakError, match="Nothing was written") as caught:
            release(runner, tmp_path / "copy", [CORR2D])
    finally:
        monkeypatch.setenv("KATA_HOME", str(KIT))
        catalog.kit_root.cache_clear()
    # The page is in the notebook too.
    assert {leak.file for leak in caught.value.leaks} == {
        "exercises/ch07_convolution/README.md",
        "notebooks/ch07_convolution.ipynb",
    }
    assert all("the solution of ch07_convolution/corr2d: rows, columns" in leak.what for leak in caught.value.leaks)
    assert not (tmp_path / "copy").exists()


def test_a_leak_beside_it_stops_the_release_and_nothing_is_removed(runner, tmp_path):
    folder = tmp_path / "copy"
    release(runner, folder, [DROPOUT])
    (folder / "my notes.txt").write_text("\n" + REFERENCE, encoding="utf-8")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    command = [sys.executable, "-m", "autograder", "release", str(folder), "dropout"]
    done = subprocess.run(command, cwd=KIT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "my notes.txt:25: the solution of ch07_convolution/corr2d: rows, columns =" in done.stderr
    assert "Nothing was written or removed." in done.stderr
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_folder_that_is_no_release_is_refused(runner, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ReleaseError, match="neither empty nor an earlier release"):
        release(runner, tmp_path, [NIN])
    with pytest.raises(ReleaseError, match="is not a folder"):
        release(runner, tmp_path / "thesis.txt", [NIN])
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / releasing.MARK).write_text("[1]")
    with pytest.raises(ReleaseError, match="damaged"):
        release(runner, tmp_path / "broken", [NIN])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["broken", "thesis.txt"]
    command = [sys.executable, "-m", "autograder", "release", str(tmp_path), "nin_block"]
    assert subprocess.run(command, cwd=KIT, capture_output=True).returncode == 2


def test_an_update_replaces_what_it_made_and_leaves_the_rest(runner, tmp_path):
    folder = tmp_path / "copy"
    (folder / ".git").mkdir(parents=True)  # a fresh repository may be released into
    release(runner, folder, [NIN, DROPOUT])
    (folder / "dates.txt").write_text("Monday")
    (folder / "autograder" / "datasets" / "digits.py").unlink()
    done = release(runner, folder, [NIN])
    assert done.kept == ["dates.txt"]
    assert f"exercises/{DROPOUT}.py" in done.removed
    assert not (folder / "exercises" / "ch04_regularization").exists()
    assert (folder / "autograder" / "datasets" / "digits.py").exists()
    assert (folder / ".git").is_dir()
    assert any("Left alone" in line and "dates.txt" in line for line in done.lines())

    (folder / "README.md").write_text("our course")
    (folder / "exercises" / f"{NIN}.py").write_text(HONEST)
    with pytest.raises(ReleaseError, match=r"README\.md, exercises/ch09_modern_cnn/nin_block\.py") as caught:
        release(runner, folder, [NIN])
    assert "--force" in str(caught.value)
    assert (folder / "README.md").read_text() == "our course"
    release(runner, folder, [NIN], force=True)
    assert "raise NotImplementedError" in (folder / "exercises" / f"{NIN}.py").read_text()
    # What was changed by hand and is no longer part of it is somebody's own now.
    (folder / "exercises" / f"{NIN}.py").write_text(HONEST)
    assert release(runner, folder, [DROPOUT]).kept == ["dates.txt", f"exercises/{NIN}.py"]


def test_a_mark_cannot_make_it_remove_other_files(runner, tmp_path):
    victim = tmp_path / "victim.txt"
    victim.write_text("mine")
    folder = tmp_path / "copy"
    folder.mkdir()
    names = {"../victim.txt": releasing._digest(b"mine"), str(victim): releasing._digest(b"mine")}
    (folder / releasing.MARK).write_text(json.dumps({"files": names}))
    assert release(runner, folder, [NIN]).removed == []
    assert victim.read_text() == "mine"


def test_seeds_that_the_cache_tells_of_are_looked_for(runner, tmp_path, monkeypatch):
    monkeypatch.setenv("KATA_CACHE", str(tmp_path))
    expectations.get(runner, "ch07_convolution/conv2d", "exam-2026-B")
    (tmp_path / "broken.bin").write_bytes(b"\x05\0\0\0nonsense")
    assert releasing.known_seeds() == {"exam-2026-B"}


# It works


def test_a_student_works_in_the_copy_and_the_secret_seed_agrees(copy, tmp_path):
    assert kata(copy, "check").stdout.startswith("Nothing is started yet.")
    assert importlib.util.find_spec("autograder.misconceptions") is not None  # here, but not in the copy:
    commands = kata(copy, "--help").stdout
    assert "check" in commands
    assert not [word for word in ("grade", "release", "export", "audit", "sync") if f" {word} " in commands]

    (copy / "exercises" / f"{CORR2D}.py").write_text(HONEST)
    (copy / "exercises" / f"{DROPOUT}.py").write_text(UNSCALED)
    right = kata(copy, "check", "corr2d")
    assert right.returncode == 0, right.stderr + right.stdout
    assert "10 of 10 points  All correct, well done!" in right.stdout
    wrong = kata(copy, "check", "dropout")
    assert wrong.returncode == 1
    assert "What is kept is not scaled: divide it by 1 - p" in wrong.stdout
    assert "Hint 1 of" in kata(copy, "hint", "dropout").stdout
    assert ":)" in kata(copy, "list", "corr2d").stdout
    refused = kata(copy, "check", "corr2d", "--seed", "another")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("kata: This is a student's copy")
    assert refused.stderr.count("\n") == 1

    shutil.copytree(copy / "exercises", tmp_path / "class" / "ada")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "autograder", "grade", str(tmp_path / "class"), "--out", str(out)]
    command += ["--seed", SECRET, "--exercise", "corr2d", "--exercise", "dropout"]
    graded = subprocess.run(command, cwd=KIT, capture_output=True, text=True)
    assert graded.returncode == 0, graded.stderr
    (ada,) = json.loads((out / "results.json").read_bytes())["submissions"]
    marks = {e["id"]: (e["score"], e["max_score"]) for e in ada["exercises"]}
    assert marks[CORR2D] == (10, 10)
    said = wrong.stdout.splitlines()[-1]
    assert said.startswith(f"{marks[DROPOUT][0]:g} of {marks[DROPOUT][1]:g} points"), said

    assert kata(copy, "reset", "dropout", "--yes").returncode == 0
    assert "raise NotImplementedError" in (copy / "exercises" / f"{DROPOUT}.py").read_text()


def test_the_workflow_of_github_checks_the_copy(copy, tmp_path):
    """What runs at a student's push, where the copy is the repository."""
    subprocess.run([sys.executable, "-m", "autograder", "export", "github", str(copy)], cwd=KIT, check=True)
    plan = yaml.safe_load((copy / github.PATH).read_text())
    (copy / "exercises" / f"{CORR2D}.py").write_text(HONEST)
    (copy / "exercises" / f"{DROPOUT}.py").write_text(UNSCALED)
    environment = {"GITHUB_STEP_SUMMARY": tmp_path / "summary.md", "KATA_HOME": copy, "PYTHONPATH": copy}
    done = step_of_workflow(plan, "Check", copy, **environment)
    assert done.returncode == 1, done.stderr
    shown = (tmp_path / "summary.md").read_text()
    assert "| ✅ | `ch07_convolution/corr2d` | right | 10/10 |" in shown
    assert "| ❌ | `ch04_regularization/dropout` | wrong |" in shown
    assert "What is kept is not scaled: divide it by 1 - p" in shown


def test_every_reference_passes_in_the_copy(copy):
    """Training too: what the judges need is in the expectations."""
    for id in catalog.entries():
        source = bare(catalog.solution_file(id).read_text(encoding="utf-8"))
        (copy / "exercises" / f"{id}.py").write_text(source, encoding="utf-8")
    done = kata(copy, "check")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert done.stdout.count("All correct, well done!") == len(catalog.entries())


def test_a_hidden_check_shows_nothing_of_its_inputs(copy):
    checks = copy / "autograder" / "checks" / f"{CORR2D}.py"
    text = checks.read_text(encoding="utf-8")
    first = "@corr2d.check(\n"
    assert first in text
    checks.write_text(text.replace(first, f"{first}    hidden=True,\n", 1), encoding="utf-8")
    wrong = HONEST.replace("K.reshape", "-K.reshape")
    (copy / "exercises" / f"{CORR2D}.py").write_text(wrong, encoding="utf-8")
    shown = kata(copy, "check", "corr2d").stdout
    hidden = shown.split("wrong: ")[1]
    assert "This check is hidden: its inputs are not shown." in hidden
    assert not [word for word in ("tensor", "expected", "X (", "probably") if word in hidden]


def test_what_is_shipped_needs_no_version_and_no_time_of_its_own(copied, monkeypatch):
    monkeypatch.setattr(catalog, "is_student_copy", lambda: True)
    monkeypatch.setattr(
        catalog, "expectations_file", lambda id: copied.folder / "autograder/expectations" / f"{id}.bin"
    )
    monkeypatch.setattr(expectations, "expectations_key", lambda *_: pytest.fail("no key is asked for"))
    found = expectations.get(None, CORR2D, "public", "cuda")
    assert found.id == CORR2D
    with pytest.raises(catalog.NotInCopyError):
        expectations.get(None, CORR2D, "secret")
    with pytest.raises(catalog.NotInCopyError):
        expectations.get(None, "ch99_nothing/nothing", "public")
