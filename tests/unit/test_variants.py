"""Each operator and each style writes the same in another way, and only in another way."""

from __future__ import annotations

import ast
from types import ModuleType

import pytest
import torch

from autograder import catalog
from autograder.judging.stubs import bare
from autograder.workshop.variants import CERTAIN, LINES, OPERATORS, SURE, variants


def made(body: str, parameters: str = "X, K") -> dict[str, list[str]]:
    """The bodies of the variants of a function, by operator."""
    found: dict[str, list[str]] = {}
    for variant in variants(f"def f({parameters}):\n    {body}\n", ["f"]):
        function = next(n for n in ast.parse(variant.source).body if isinstance(n, ast.FunctionDef) and n.name == "f")
        found.setdefault(variant.what, []).append("\n".join(map(ast.unparse, function.body)))
    return found


@pytest.mark.parametrize(
    ("what", "body", "variant"),
    [
        ("commuted", "return X + K", "return K + X"),
        ("commuted", "return X - K", "return -K + X"),
        ("commuted", "return X >= K", "return K <= X"),
        ("another grouping", "return X + K + b", "return X + (K + b)"),
        ("quotient as a product", "return X / K", "return X * (1 / K)"),
        ("power as a product, root as a power", "return X ** 2", "return X * X"),
        ("power as a product, root as a power", "return torch.sqrt(X)", "return X ** 0.5"),
        ("mean as a sum", "return X.mean()", "return X.sum() / X.numel()"),
        ("mean as a sum", "return X.mean(-1)", "return X.sum(-1) / X.shape[-1]"),
        ("mean as a sum", "return torch.mean(X, dim=0)", "return torch.sum(X, dim=0) / X.shape[0]"),
        ("product of matrices written otherwise", "return X @ K", "return torch.matmul(X, K)"),
        ("ready-made function written out", "return torch.relu(X)", "return X.clamp(min=0)"),
        ("function for a method, or method for a function", "return X.sum(0)", "return torch.sum(X, 0)"),
        ("function for a method, or method for a function", "return torch.exp(X)", "return X.exp()"),
        ("function for a method, or method for a function", "return X.flip(0, 1)", "return torch.flip(X, (0, 1))"),
        ("loop reversed", "for i in range(3):\n        f(i)", "for i in reversed(range(3)):\n    f(i)"),
        ("another sampler", "return torch.rand(X.shape)", "return torch.empty(X.shape).uniform_()"),
        (
            "another sampler",
            "return torch.randn(2, generator=g)",
            "return torch.empty(2).normal_(generator=g)",
        ),
        ("layers nested otherwise", "return nn.Sequential(a, b)", "return nn.Sequential(nn.Identity(), a, b)"),
        ("parameters made in another order", "self.a = 1\n    self.b = 2", "self.b = 2\nself.a = 1"),
        ("condition turned", "return X if K else b", "return b if not K else X"),
        ("range given in full", "return range(n)", "return range(0, n, 1)"),
    ],
)
def test_an_operator_writes_the_same_in_another_way(what, body, variant):
    assert variant in made(body)[what]


def test_every_operator_is_tried_above():
    tried = next(m for m in test_an_operator_writes_the_same_in_another_way.pytestmark if m.name == "parametrize").args[
        1
    ]
    assert {what for what, _body, _variant in tried} == set(OPERATORS)


@pytest.mark.parametrize("body", ["return [X] + [K]", "return 'a' + K", "return (X,) + K"])
def test_lists_and_texts_do_not_commute(body):
    assert "commuted" not in made(body)


MATMUL = """
import torch

def mix(X, K, scale=1.0):
    products = X @ K
    total = torch.softmax(products, dim=-1).mean(0, keepdim=True)
    return total * scale, products
"""


def run(source: str, *inputs: torch.Tensor) -> list[torch.Tensor]:
    module = ModuleType("variant")
    exec(compile(source, "variant", "exec"), vars(module))
    return list(module.mix(*inputs, scale=2.0))


def test_variants_of_a_right_function_give_what_it_gives(capsys):
    X, K = torch.randn(4, 3), torch.randn(3, 5)
    want = run(MATMUL, X, K)
    found = variants(MATMUL, ["mix"])
    for variant in found:
        if variant.what == "first row and the rest joined":
            continue  # a mean over rows is none of each row
        for mine, right in zip(run(variant.source, X, K), want, strict=True):
            assert torch.allclose(mine, right, atol=1e-6), variant
            assert mine.dtype == right.dtype, variant
    assert {*CERTAIN, *LINES, "locals renamed"} == SURE <= {variant.what for variant in found}
    assert "called with" in capsys.readouterr().out


def test_variants_can_be_varied_again():
    X, K = torch.randn(4, 3), torch.randn(3, 5)
    want = run(MATMUL, X, K)
    certain = [variant for variant in variants(MATMUL, ["mix"]) if variant.what in SURE]
    for first in certain:
        for second in variants(first.source, ["mix"]):
            if second.what in SURE:
                assert torch.equal(run(second.source, X, K)[1], want[1]), (first.what, second.what)


def test_who_is_given_a_generator_draws_from_no_other():
    source = "import torch\n\ndef mix(generator):\n    return torch.rand(3, generator=generator)\n"
    found = variants(source, ["mix"])
    assert {"draws from the global generator", "by way of a helper"} & {v.what for v in found} == {"by way of a helper"}
    helped = next(v.source for v in found if v.what == "by way of a helper")
    assert "draws from the global generator" not in {v.what for v in variants(helped, ["mix"])}


def test_a_view_is_not_contiguous_and_rows_are_joined_one_by_one():
    source = "import torch\n\ndef mix(X, scale):\n    assert len(X) < 3\n    return X * scale, X\n"
    found = {variant.what: variant.source for variant in variants(source, ["mix"])}
    assert not run(found["result is a view that is not contiguous"], torch.randn(2, 3))[0].is_contiguous()
    with pytest.raises(AssertionError):
        run(source, torch.randn(3, 2))
    assert len(run(found["first row and the rest joined"], torch.randn(3, 2))[0]) == 3


@pytest.mark.parametrize("id", sorted(catalog.entries()))
def test_variants_of_a_reference_are_python_and_differ(id):
    source = bare(catalog.solution_file(id).read_text(encoding="utf-8"))
    found = variants(source, catalog.entry_points(id))
    assert len({variant.what for variant in found}) >= 5
    texts = [variant.source for variant in found]
    assert len(set(texts)) == len(texts)
    for text in texts:
        compile(text, "variant", "exec")
