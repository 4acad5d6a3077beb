"""The chapters' pages: what is in their blocks, and what the names in these stand for."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType
from typing import Any

import pytest
import torch

from support import KIT

PAGES = {page.parent.name: page.read_text(encoding="utf-8") for page in sorted(KIT.glob("exercises/*/README.md"))}
BLOCKS = {
    chapter: "\n".join(re.findall(r"^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
    for chapter, text in PAGES.items()
}


def equations(chapter: str) -> list[str]:
    """The lines of the blocks that state an equation."""
    lines = BLOCKS[chapter].splitlines()
    return [line.strip() for line in lines if " == " in line and not line.startswith(">>> ")]


def names(chapter: str) -> dict[str, Any]:
    """What the reference solutions of a chapter define, and the values that its page gives a name.

    A list of numbers on a page stands for a float32 tensor; what cannot be computed is a formula.
    """
    found: dict[str, Any] = {"torch": torch, "tensor": torch.tensor, "generator": torch.Generator().manual_seed(0)}
    for path in sorted((KIT / "solutions" / chapter).glob("*.py")):
        module = ModuleType(path.stem)
        exec(compile(path.read_text(encoding="utf-8"), path, "exec"), vars(module))
        found |= vars(module)
    for name, text in re.findall(r"^(\w+) = (.+(?:\n +.+)*)$", BLOCKS[chapter], re.MULTILINE):
        try:
            value = eval(text, found)
        except (SyntaxError, NameError, TypeError):
            continue
        found[name] = torch.tensor(value, dtype=torch.float32) if _is_numbers(value) else value
    return found


def _is_numbers(value: Any) -> bool:
    """Whether it is a list of numbers, or of such lists."""
    return isinstance(value, list) and all(isinstance(item, int | float) or _is_numbers(item) for item in value)


def script(chapter: str) -> ModuleType:
    """The module that draws a chapter's pictures."""
    path = KIT / "exercises" / chapter / "pictures" / "draw.py"
    spec = importlib.util.spec_from_file_location(f"of_{chapter}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def near(number: str) -> Any:
    """What rounds to the number as it is printed."""
    return pytest.approx(float(number), abs=0.6 * 10.0 ** -len(number.partition(".")[2]))
