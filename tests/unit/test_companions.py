"""The other files of a hand-in: those that an answer imports come along, and nothing of the kit's."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from types import ModuleType

from autograder import catalog
from autograder.intake import companions
from autograder.intake.classes import read_class, read_source
from autograder.intake.companions import MAX_CHARACTERS, MAX_FILES, with_companions
from autograder.intake.model import Source
from autograder.runner.companions import Companions
from support import CORR2D, RIGHT, hand_in

PATH = PurePosixPath("ch07_convolution/conv2d.py")


def found(text: str, **files: str) -> dict[str, str]:
    """What comes along with a text. files: by path, with ``__`` for each slash."""
    readers = {PurePosixPath(name.replace("__", "/") + ".py"): (lambda text=text: text) for name, text in files.items()}
    return with_companions(Source("conv2d.py", text), PATH, {PATH: str, **readers}).companions


def test_what_is_imported_comes_along_and_the_rest_stays():
    files = {"ch07_convolution__corr2d": "a = 1", "utils": "b = 1", "unused": "c = 1"}
    assert found("from .corr2d import corr2d\n", **files) == {"ch07_convolution/corr2d.py": "a = 1"}
    assert found("def f():\n    import utils as u\n", **files) == {"utils.py": "b = 1"}
    assert found("import torch\n", **files) == {}
    assert found("from exercises.ch07_convolution.corr2d import f\n", **files).keys() == {"ch07_convolution/corr2d.py"}


def test_so_does_what_these_import():
    assert found("import a\n", a="from b import *", b="import c, d", c="pass", e="pass").keys() == {
        "a.py",
        "b.py",
        "c.py",
    }
    assert found("import a\n", a="import b", b="import a").keys() == {"a.py", "b.py"}


def test_nothing_of_the_kit_comes_along():
    files = {f"{folder}__helper": "a = 1" for folder in ("solutions", "autograder__spec", "tests", "benchmarks")}
    assert found("import helper\n", **files) == {}
    solution = catalog.solution_file(CORR2D).read_text(encoding="utf-8")
    assert found("import helper\n", helper=solution) == {}


def test_how_much_comes_along_is_bounded():
    many = {f"part{n}": "x = 1" for n in range(3 * MAX_FILES)}
    assert len(found(f"import {', '.join(many)}\n", **many)) == MAX_FILES
    large = dict.fromkeys(("one", "two", "three"), "x" * (MAX_CHARACTERS // 2))
    assert len(found("import one, two, three\n", **large)) == 2


def test_a_result_depends_on_what_comes_along():
    alone = Source("conv2d.py", "import utils")
    beside = Source("conv2d.py", "import utils", companions={"utils.py": "a = 1"}, path="conv2d.py")
    changed = Source("conv2d.py", "import utils", companions={"utils.py": "a = 2"}, path="conv2d.py")
    assert len({alone.digest, beside.digest, changed.digest}) == 3


def test_a_class_and_a_learner_have_them(tmp_path: Path):
    importing = "from .slide import slide as corr2d\n"
    for root in (tmp_path / "class" / "ann", tmp_path / "exercises"):
        hand_in(root, importing)
        (root / "ch07_convolution" / "slide.py").write_text(RIGHT)
        (root / "other.py").write_text("import ctypes")
    (submission,) = read_class(tmp_path / "class", [CORR2D])
    mine = read_source(tmp_path / "exercises" / f"{CORR2D}.py")
    for source in (submission.sources[CORR2D], mine):
        assert source.companions == {"ch07_convolution/slide.py": RIGHT}
        assert source.path == f"{CORR2D}.py"


def test_what_comes_along_is_looked_through_too(tmp_path: Path):
    hand_in(tmp_path / "class" / "ann", "import helper\n")
    (tmp_path / "class" / "ann" / "helper.py").write_text("import ctypes\n")
    (submission,) = read_class(tmp_path / "class", [CORR2D])
    assert submission.flags == ["helper.py uses ctypes (line 1): a person should look at it"]


def test_names_lead_to_the_nearest_file():
    files = dict.fromkeys(("utils.py", "ch07_convolution/utils.py", "deep/er/lone.py", "tests/secret.py"), "")
    finder = Companions(files, "ch07_convolution/conv2d.py", ModuleType("submission"), lambda *_: None)
    places = {
        "utils": "ch07_convolution/utils.py",
        "hand_in.ch07_convolution.utils": "ch07_convolution/utils.py",
        "hand_in.utils": "ch07_convolution/utils.py",
        "exercises.ch07_convolution.utils": "ch07_convolution/utils.py",
        "lone": "deep/er/lone.py",
        "deep.er.lone": "deep/er/lone.py",
        "conv2d": "ch07_convolution/conv2d.py",
        "deep": "",
        "exercises": "",
    }
    for name, place in places.items():
        assert finder.find_spec(name, None).origin == place, name
    for name in ("secret", "tests.secret", "scipy.utils", "torch.utils", "json", "exercises.nothing", "other"):
        assert finder.find_spec(name, None) is None, name


def test_the_texts_of_solutions_are_known():
    assert len(companions._solutions()) == len(catalog.entries())
