"""Misconceptions: how they are written, which are generated, and the wrong solutions that come of them."""

from __future__ import annotations

import importlib
import sys

import pytest
import torch
from torch import nn

from autograder.spec.generated import KINDS, generated
from autograder.spec.misconception import Misconception, collect, slip
from autograder.spec.tools import as_view

SOLUTION = """import torch

def double(X):
    return X + X

def triple(X):
    return double(X) + X
"""
WRITTEN = '''"""What people get wrong about double."""

import math
import torch

from autograder.spec import misconception, reference, slip
from wrong_ideas._shared import TOO_MUCH, by as times

UNUSED = "X + X"


@slip(UNUSED, "X * X")
def squared():
    """It is squared,
    not doubled."""


@misconception
def doubled_twice(X):
    """It is doubled twice."""
    return reference.double(helper(X))


def helper(X):
    """Not a misconception."""
    return reference.double(X)


@misconception(entry="triple", sentence=TOO_MUCH)
def tenfold(X):
    return times(X, 10)


@slip(("return X", "return 2 * X"), ("2 * X", "3 * X"), sentence=TOO_MUCH)
def one_more(): ...


@misconception
class Doubled:
    """A class."""

    def __init__(self, X):
        self.X = X


@slip("X", "Y", everywhere=True)
def other_name():
    """Another name."""
'''
SHARED = '''"""The shelf."""

import operator

UNUSED = "unused"
TOO_MUCH = "It is too much."


def by(X, n):
    return operator.mul(X, n)
'''


@pytest.fixture
def written(tmp_path, monkeypatch):
    """The misconceptions above as a module that lies beside its chapter's shelf."""
    folder = tmp_path / "wrong_ideas"
    folder.mkdir()
    for name, text in (("__init__", ""), ("double", WRITTEN), ("_shared", SHARED)):
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("wrong_ideas.double")
    for name in [name for name in sys.modules if name.split(".")[0] == "wrong_ideas"]:
        del sys.modules[name]


def run(text):
    names = {}
    exec(text, names)
    return names


def test_the_name_is_the_functions_and_the_sentence_its_docstring_or_the_shelfs(written):
    found, _needed = collect(written)
    assert {m.name: m.sentence for m in found} == {
        "squared": "It is squared, not doubled.",
        "doubled_twice": "It is doubled twice.",
        "tenfold": "It is too much.",
        "one_more": "It is too much.",
        "Doubled": "A class.",
        "other_name": "Another name.",
    }


def test_each_becomes_a_wrong_solution(written):
    found, needed = collect(written)
    made = {m.name: m.solution(SOLUTION, ("double", "triple"), needed) for m in found}
    assert run(made["squared"])["double"](5) == 25
    assert run(made["doubled_twice"])["double"](5) == 20
    assert run(made["tenfold"])["triple"](5) == 50
    assert run(made["tenfold"])["double"](5) == 10
    assert run(made["one_more"])["double"](5) == 20
    assert run(made["Doubled"])["double"](5).X == 5
    assert made["other_name"] == SOLUTION.replace("X", "Y")


def test_a_wrong_solution_holds_what_its_code_needs_and_no_sentence(written):
    found, needed = collect(written)
    assert needed.splitlines()[0] == "import operator"  # of the shelf; neither math nor the texts of edits
    assert "UNUSED" not in needed
    text = next(m for m in found if m.name == "Doubled").solution(SOLUTION, ("double",), needed)
    assert "class Doubled:\n\n    def __init__" in text
    assert "A class." not in text


@pytest.mark.parametrize(
    ("edits", "everywhere", "says"),
    [
        ([("X - X", "X")], False, "wrong: the solution does not contain 'X - X'"),
        ([("X - X", "X")], True, "wrong: the solution does not contain 'X - X'"),
        ([("X + X", "0"), ("X + X", "1")], False, "wrong: the solution does not contain 'X + X'"),
        ([("return ", "return 2 * ")], False, "wrong: the solution contains 'return ' 2 times: write more of it"),
    ],
)
def test_an_edit_fits_in_exactly_one_place(edits, everywhere, says):
    with pytest.raises(LookupError, match="wrong: the solution") as caught:
        Misconception("wrong", "", tuple(edits), everywhere).solution(SOLUTION, ("double",))
    assert str(caught.value).startswith(says)


@pytest.mark.parametrize("edits", [(), ("a",), ("a", "b", "c"), ("a", ("b", "c")), (("a", "b", "c"),)])
def test_an_edit_is_a_pair_of_texts(edits):
    with pytest.raises(TypeError, match="an edit is"):
        slip(*edits)


def test_the_sentence_is_said_once():
    def silent(): ...

    def spoken():
        """A sentence."""

    with pytest.raises(ValueError, match="silent: say the learner's sentence once"):
        slip("a", "b")(silent)
    with pytest.raises(ValueError, match="spoken: say the learner's sentence once"):
        slip("a", "b", sentence="Another.")(spoken)


FUNCTION = """
def blend(X, more, *, times=1):
    return {"blend": [X * more["Y"], times]}
"""
FACTORY = """
from torch import nn

def make(rows):
    return nn.Sequential(nn.Linear(rows, 2), nn.Sigmoid())
"""
CLASS = """
import torch
from torch import nn

class Scale(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(n))

    def forward(self, X, shift=None):
        return X * self.weight if shift is None else X * self.weight + shift
"""


def blend(names, dtype=torch.float64, change=lambda t: t):
    """What the function above gives: input, other input, and result."""
    X, Y = (change(torch.rand(2, 3, dtype=dtype, requires_grad=True)) for _ in range(2))
    return X, Y, names["blend"](X, {"Y": Y}, times=3)["blend"][0]


def modules(kind, dtype=torch.float64):
    """Modules of both kinds, from a function and from a class, with the wrong thing done to each."""
    for text, entry, size in ((FACTORY, "make", 3), (CLASS, "Scale", 3)):
        [made] = [m for m in generated([entry], {key: [entry] for key in KINDS}) if m.name == kind]
        net = run(made.solution(text, (entry,)))[entry](size)
        assert isinstance(net, nn.Module)
        yield net.to(dtype)


def wrong_blend(kind):
    [made] = [m for m in generated(["blend"], {key: ["blend"] for key in KINDS}) if m.name == kind]
    return run(made.solution(FUNCTION, ("blend",)))


def test_the_generated_cut_gradients():
    X, Y, result = blend(wrong_blend("gradient_cut"))
    assert torch.equal(result, X * Y)
    assert not result.requires_grad
    for net in modules("gradient_cut"):
        assert list(net.parameters())
        assert not net(torch.rand(4, 3, dtype=torch.float64)).requires_grad


def test_the_generated_force_float32():
    X, Y, result = blend(wrong_blend("output_always_float32"))
    assert result.dtype is torch.float32
    assert torch.equal(result, (X * Y).float())
    for net in modules("output_always_float32"):
        assert net(torch.rand(4, 3, dtype=torch.float64)).dtype is torch.float32


def test_the_generated_lose_precision():
    X, Y, result = blend(wrong_blend("precision_lost"))
    assert result.dtype is torch.float64
    assert 0 < (result - X * Y).abs().max() < 1e-6
    X, Y, result = blend(wrong_blend("precision_lost"), torch.float32)
    assert torch.equal(result, X * Y)
    for net in modules("precision_lost"):
        result = net(torch.rand(4, 3, dtype=torch.float64))
        assert result.dtype is torch.float64
        assert torch.equal(result, result.float().double())


def test_the_generated_change_an_input():
    torch.manual_seed(0)
    X, Y, _result = blend(wrong_blend("input_changed"))
    assert (X == 7).all()
    assert not (Y == 7).any()
    for net in modules("input_changed"):
        X = torch.rand(4, 3, dtype=torch.float64)
        net(X)
        assert (X == 7).all()


def test_the_generated_need_contiguous_inputs():
    wrong = wrong_blend("contiguous_inputs_only")
    X, Y, result = blend(wrong)
    assert torch.equal(result, X * Y)
    with pytest.raises(RuntimeError, match="view size is not compatible"):
        blend(wrong, change=as_view)
    *_others, net = modules("contiguous_inputs_only")
    X = torch.rand(3, 3, dtype=torch.float64)
    assert net(X, shift=X).shape == X.shape
    with pytest.raises(RuntimeError, match="view size is not compatible"):
        net(X, shift=as_view(X))


def test_only_what_is_asked_for_is_generated_and_the_authors_own_goes_before():
    assert not generated(["f"], {})
    assert [m.name for m in generated(["f"], {"views": ["f"]})] == ["contiguous_inputs_only"]
    assert [m.name for m in generated(["f"], {"dtype": ["f"]}, {"precision_lost"})] == ["output_always_float32"]
    assert [m.name for m in generated(["f", "g"], {"views": ["g"]})] == ["g_contiguous_inputs_only"]


def test_of_several_entry_points_name_and_sentence_say_which():
    one, two = generated(["f", "g"], {"gradients": ["f", "g"]})
    assert (one.name, two.name) == ("f_gradient_cut", "g_gradient_cut")
    assert one.sentence.startswith("The values of f are right")
    assert two.sentence.startswith("The values of g are right")
    assert generated(["f"], {"gradients": ["f"]})[0].sentence.startswith("The values are right")
    assert [m.name for m in generated(["f", "g"], {"gradients": ["f", "g"]}, {"g_gradient_cut"})] == ["f_gradient_cut"]
