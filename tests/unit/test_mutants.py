"""Each operator makes the mistakes that it is there for, one at a time, and nothing that is not Python."""

from __future__ import annotations

import ast

import pytest

from autograder import catalog
from autograder.judging.stubs import bare
from autograder.workshop.mutants import OPERATORS, mutants
from autograder.workshop.mutation import one_a_line


def made(body: str, parameters: str = "X, K") -> dict[str, list[str]]:
    """The bodies of the mutants of a function, by operator."""
    found: dict[str, list[str]] = {}
    for mutant in mutants(f"def f({parameters}):\n    {body}\n"):
        tree = ast.parse(mutant.source).body[0]
        assert isinstance(tree, ast.FunctionDef)
        found.setdefault(mutant.what, []).append("\n".join(map(ast.unparse, tree.body)))
    return found


@pytest.mark.parametrize(
    ("what", "body", "mutant"),
    [
        ("another tensor of the same role", "return X @ W_xz", "return X @ W_xr"),
        ("gradient cut", "Y = torch.softmax(X, 1)", "Y = torch.softmax(X, 1).detach()"),
        ("precision lost", "return X * K", "return (X * K).float()"),
        ("factor or term dropped", "return X / math.sqrt(d)", "return X"),
        ("another size", "return X.shape[-1]", "return X.shape[-2]"),
        ("another size", "h, w = K.shape", "w, h = K.shape"),
        ("slice moved", "return X[i:i + h]", "return X[i + 1:i + h]"),
        ("operands swapped", "return X @ K", "return K @ X"),
        ("another nonlinearity, or none", "return torch.sigmoid(X)", "return torch.tanh(X)"),
        ("another nonlinearity, or none", "return torch.sigmoid(X)", "return X"),
        ("another reduction", "return X.sum(0)", "return X.mean(0)"),
        ("another axis", "return X.sum(dim=-1)", "return X.sum(dim=0)"),
        ("another axis", "return X.sum(dim=-1)", "return X.sum()"),
        ("transposed", "return X @ K.mT", "return X @ K"),
        ("transposed", "return X @ K", "return X @ K.mT"),
        ("shape step dropped or turned", "return X.unsqueeze(1)", "return X"),
        ("shape step dropped or turned", "return X.view(a, b)", "return X.view(b, a)"),
        ("keepdim turned", "return X.sum(0, keepdim=True)", "return X.sum(0)"),
        ("keepdim turned", "return X.sum(0)", "return X.sum(0, keepdim=True)"),
        ("layer left out or swapped", "return nn.Sequential(a, b)", "return nn.Sequential(b)"),
        ("layer left out or swapped", "return nn.Sequential(a, b)", "return nn.Sequential(b, a)"),
        ("range moved", "return range(n)", "return range(n - 1)"),
        ("another filling", "return torch.rand(3)", "return torch.randn(3)"),
        ("copy dropped, or done in place", "return X.clone()", "return X"),
        ("copy dropped, or done in place", "return X.masked_fill(K, 0)", "return X.masked_fill_(K, 0)"),
        ("copy dropped, or done in place", "X = X + 1", "X += 1"),
        ("infinity weakened", "return float('-inf')", "return -1000.0"),
        ("root or small term dropped", "return torch.sqrt(X)", "return X"),
        ("mode or flag fixed", "return a if training else b", "return a if False else b"),
        ("condition moved", "return X > K", "return X >= K"),
        ("condition moved", "return a and b", "return a or b"),
        ("arithmetic replaced", "return X // K", "return X / K"),
        ("number changed", "return X + 2", "return X + 3"),
        ("statement deleted", "raise ValueError('no')", "pass"),
        ("state not carried", "X += K", "X = K"),
        ("order of the update", "loss.backward()\n    opt.step()", "opt.step()\nloss.backward()"),
        ("arguments or results swapped", "return (X, K)", "return (K, X)"),
        ("arguments or results swapped", "return g(X, K)", "return g(K, X)"),
    ],
)  # fmt: skip
def test_an_operator_makes_its_mistakes(what, body, mutant):
    assert mutant in made(body, "X, K, W_xz, W_xr")[what]


def test_every_operator_is_tried_above():
    tried = next(m for m in test_an_operator_makes_its_mistakes.pytestmark if m.name == "parametrize").args[1]
    assert {what for what, _body, _mutant in tried} == set(OPERATORS)


@pytest.mark.parametrize("id", sorted(catalog.entries()))
def test_mutants_of_a_reference_are_python_differ_and_say_where(id):
    source = bare(catalog.solution_file(id).read_text(encoding="utf-8"))
    found = mutants(source)
    assert len(found) > 8
    texts = [mutant.source for mutant in found]
    assert len(set(texts)) == len(texts)
    lines = len(source.splitlines())
    for mutant in found:
        compile(mutant.source, "mutant", "exec")
        assert 1 <= mutant.line <= lines
        assert " -> " in mutant.change


def test_mutants_that_would_be_named_alike_have_numbers():
    names = [
        mutant.name for mutant in mutants("def f(X):\n    return X[1] + X[1]\n") if mutant.what == "number changed"
    ]
    assert "number changed: 1 -> 2 (1 of 2)" in names
    assert "number changed: 1 -> 2 (2 of 2)" in names
    assert len(set(names)) == len(names)


def test_one_a_line_takes_a_mutant_of_every_line_and_operators_in_turn():
    found = mutants("def f(X):\n    Y = X + 1\n    Y = Y + 1\n    return Y + 1\n")
    chosen = one_a_line(found)
    assert [mutant.line for mutant in chosen] == [2, 3, 4]
    assert len({mutant.what for mutant in chosen}) > 1
    assert set(chosen) < set(found)


def test_docstrings_annotations_and_signatures_are_left_alone():
    assert mutants('def f(X: int = 1) -> int:\n    """Returns 2 * X."""\n') == []
