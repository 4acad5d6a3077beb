"""No exception reaches a person as a traceback: what is known is a sentence, what is not leaves a file to report."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

import pytest

import autograder
from autograder import catalog, progress
from autograder.cli import base, fault
from autograder.errors import FAULT, USAGE, WRONG, KitError, needs, writing
from support import KIT

OPTIONAL = ("nbgrader", "otter", "nbformat", "distributed", "cryptography", "IPython", "babel", "dask")


def known_errors() -> list[type[KitError]]:
    """Every class of errors that are a sentence, in the whole package."""
    for module in pkgutil.walk_packages(autograder.__path__, "autograder."):
        if not module.name.startswith(("autograder.checks", "autograder.misconceptions", "autograder.__main__")):
            try:
                importlib.import_module(module.name)
            except ModuleNotFoundError as error:
                if str(error.name).partition(".")[0] not in OPTIONAL:
                    raise
    found, todo = [], [KitError]
    while todo:
        found.append(todo.pop())
        todo += found[-1].__subclasses__()
    return found


@pytest.fixture
def kit(tmp_path, monkeypatch):
    """A kit's folder to leave files in."""
    (tmp_path / "exercises").mkdir()
    monkeypatch.setattr(catalog, "kit_root", lambda: tmp_path)
    return tmp_path


@pytest.fixture
def ends(monkeypatch, capsys, kit):
    """ends(error, arguments) -> status and what was said, of a command in which an error is planted."""

    def run(error: BaseException, *arguments: str) -> tuple[int, str]:
        def planted() -> None:
            raise error

        monkeypatch.setattr(progress, "load", planted)
        monkeypatch.setattr(sys, "argv", ["kata", "list", *arguments])
        with pytest.raises(SystemExit) as caught:
            base.run()
        return caught.value.code, capsys.readouterr().err

    return run


def files(kit: Path) -> list[Path]:
    return sorted((kit / ".kata").glob("fault-*.txt")) if (kit / ".kata").is_dir() else []


def test_what_is_unexpected_leaves_a_file_and_says_what_to_do(ends, kit):
    status, said = ends(ZeroDivisionError("planted\nhere"), "corr2d")
    assert status == FAULT == 70
    (file,) = files(kit)
    assert said.count("\n") == 1
    assert "Traceback" not in said
    assert "not you (ZeroDivisionError: planted)" in said
    assert f"The details are in {file}: send that file to whoever gave you this kit" in said
    text = file.read_text(encoding="utf-8")
    assert text.startswith("kata 'list' 'corr2d'\ntorchkata ")
    for what in ("Traceback", "ZeroDivisionError: planted", f"Python {sys.version.split()[0]}", "\ntorch ", "\nnumpy "):
        assert what in text


def test_the_file_goes_elsewhere_where_the_kit_cannot_be_written(ends, kit, monkeypatch, tmp_path_factory):
    (kit / ".kata").write_text("in the way")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.setattr(fault.tempfile, "gettempdir", lambda: str(elsewhere))
    status, said = ends(RuntimeError("planted"))
    assert status == FAULT
    (file,) = elsewhere.glob("fault-*.txt")
    assert str(file) in said
    monkeypatch.setattr(fault.tempfile, "gettempdir", lambda: str(elsewhere / "nowhere" / "at all"))
    status, said = ends(RuntimeError("planted again"))
    assert status == FAULT
    assert "planted again" in said
    assert "Traceback" not in said


def test_a_secret_seed_is_not_in_the_file():
    shown = fault.without_seed(["grade", "class", "--seed", "secret-4711", "--seed=secret-4711", "--out", "out"])
    assert shown == ["grade", "class", "--seed", "...", "--seed=...", "--out", "out"]
    assert "4711" not in fault.details(RuntimeError("x"), ["grade", "--seed", "secret-4711"])


def test_every_error_that_is_a_sentence_ends_the_command_with_it(ends, kit):
    found = known_errors()
    assert len(found) > 15
    for kind in found:
        error = kind.__new__(kind)
        KitError.__init__(error, f"the sentence of {kind.__name__}")
        status, said = ends(error)
        assert said == f"kata: the sentence of {kind.__name__}\n"
        assert status == kind.status
        assert status in (WRONG, USAGE)
    assert ends(KitError("another status", 130)) == (130, "kata: another status\n")
    assert files(kit) == []


def test_the_command_line_leaves_errors_to_one_place():
    sources = {path.name: path.read_text(encoding="utf-8") for path in (KIT / "autograder" / "cli").glob("*.py")}
    assert [name for name, text in sources.items() if "(str(error))" in text] == ["base.py"]


def test_an_interrupt_is_no_fault(ends, kit):
    status, said = ends(KeyboardInterrupt())
    assert status == 130
    assert "Traceback" not in said
    assert files(kit) == []


def test_a_missing_extra_says_how_to_get_it():
    says = r"^This needs no_such_tool: pip install 'torchkata\[bridges\]'\.$"
    with pytest.raises(KitError, match=says), needs("bridges"):
        importlib.import_module("no_such_tool")
    with pytest.raises(ModuleNotFoundError), needs("bridges"):  # the kit's own: a fault, no extra
        importlib.import_module("autograder.no_such_module")


def test_what_cannot_be_written_is_a_sentence(tmp_path):
    place = tmp_path / "nowhere"
    says = r"nowhere cannot be written: No such file or directory\.$"
    with pytest.raises(KitError, match=says) as caught, writing(place):
        (place / "x").write_text("x")
    assert caught.value.status == USAGE


def test_a_wrong_name_in_a_notebook_is_a_sentence():
    from autograder.bridges import magic

    shown = magic.check("no such exercise <b>")
    assert "no such exercise" in shown.text
    assert "<b>" not in shown.html
    assert not shown.passed
