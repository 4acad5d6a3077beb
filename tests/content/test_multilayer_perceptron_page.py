"""The page on multilayer perceptrons: its equations hold for the chapter's own functions."""

from __future__ import annotations

import ast
import importlib.util
import re

import pytest
import torch

from support import KIT

PAGE = (KIT / "exercises" / "ch02_multilayer_perceptron" / "README.md").read_text(encoding="utf-8")
BLOCKS = "\n".join(re.findall(r"^```\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE))
CLAIMS = [line.strip() for line in BLOCKS.splitlines() if " == " in line]


@pytest.fixture(scope="module")
def names():
    """All that the reference solutions of the chapter define, and the values that the page gives names to."""
    found = {"tensor": torch.tensor}
    for path in sorted((KIT / "solutions" / "ch02_multilayer_perceptron").glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"of_the_page_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found |= vars(module)
    for name, text in re.findall(r"^(X|y) = (\[.*\])$", BLOCKS, re.MULTILINE):
        found[name] = torch.tensor(ast.literal_eval(text), dtype=torch.float32)
    for name, text in re.findall(r"^(W1|b1|W2|b2) = (tensor.*)$", BLOCKS, re.MULTILINE):
        found[name] = eval(text, {"tensor": torch.tensor})
    (text,) = re.findall(r"^params = (\[tensor.*\])$", BLOCKS, re.MULTILINE)
    pairs = re.findall(r"^(\w+) = (\(tensor.*\))$", BLOCKS, re.MULTILINE)
    found |= {name: eval(pair, {"tensor": torch.tensor}) for name, pair in pairs}
    return found | {"params": eval(text, {"tensor": torch.tensor})}


@pytest.mark.parametrize("claim", CLAIMS)
def test_each_equation_on_the_page_holds(names, claim):
    assert eval(claim, dict(names)), claim
