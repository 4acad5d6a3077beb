"""What an answer may be written with, where an exercise asks to write something from scratch.

Ready-made functions have more doors than anybody can list, so here stands what is welcome: public names of torch and
numpy, and modules of Python's own that do no such work. The syntax tree of the answer, which is the entry points and
what they need, is read; each name is resolved through the imports and assignments to what it is. What cannot be
resolved is no evidence: the runner's bans hold whatever it is called.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from autograder.intake.cells import needed
from autograder.intake.notebooks import parse

# Modules; what is not a module in them is welcome, and of those below them only what is listed too.
WELCOME = frozenset(
    {
        "torch", "torch.accelerator", "torch.amp", "torch.autograd", "torch.autograd.functional",
        "torch.autograd.forward_ad", "torch.autograd.grad_mode", "torch.autograd.graph", "torch.autograd.profiler",
        "torch.autograd.variable", "torch.backends", "torch.cpu", "torch.cuda", "torch.cuda.amp", "torch.distributions",
        "torch.fft", "torch.func", "torch.functional", "torch.linalg", "torch.mps", "torch.nn", "torch.nn.functional",
        "torch.nn.init", "torch.nn.modules", "torch.nn.parameter", "torch.nn.utils", "torch.nn.utils.clip_grad",
        "torch.nn.utils.parametrizations", "torch.nn.utils.parametrize", "torch.nn.utils.rnn", "torch.optim",
        "torch.optim.lr_scheduler", "torch.optim.optimizer", "torch.profiler", "torch.random", "torch.serialization",
        "torch.signal", "torch.sparse", "torch.special", "torch.testing", "torch.types", "torch.utils",
        "torch.utils.checkpoint", "torch.utils.data", "torch.version",
        "numpy", "numpy.exceptions", "numpy.fft", "numpy.lib", "numpy.lib.stride_tricks", "numpy.linalg", "numpy.ma",
        "numpy.polynomial", "numpy.random", "numpy.testing", "numpy.typing", "numpy.version",
    }
)  # fmt: skip
# Of these everything in them too: plotting, progress and types, which answer nothing, and building blocks.
HARMLESS = frozenset(
    {
        "IPython", "einops", "jaxtyping", "matplotlib", "opt_einsum", "seaborn", "tqdm", "typing_extensions",
        "torch.distributions", "torch.nn.modules", "torch.optim", "torch.backends", "torch.utils.data",
        "torch.utils.tensorboard",
    }
)  # fmt: skip
# Here names of their own are used by many, an underscore before them or not.
FREELY_USED = ("torch.nn.init", "torch.nn.modules", "torch.optim", "torch.utils.data")
# Modules of Python's own that call, load or look up code by other ways.
STRANGE = frozenset(
    {
        "_thread", "ast", "builtins", "code", "codeop", "ctypes", "dis", "gc", "imp", "importlib", "marshal",
        "multiprocessing", "pickle", "pkgutil", "runpy", "shelve", "subprocess", "zipimport",
    }
)  # fmt: skip
# Beside the student's own modules, what was written for a course: whether it is here, its import tells.
OWN = ("autograder", "d2l")


@dataclass(frozen=True)
class Stranger:
    """A name in an answer that is not of the welcome ones, as it is really called, and its line."""

    name: str
    line: int


def strangers(source: str, entries: Sequence[str], own: Sequence[str] = ()) -> list[Stranger]:
    """What an answer uses beyond the welcome modules, in the order of the lines. own: modules that were handed in.

    Nothing for a source that does not parse.
    """
    try:
        found = list(_Reading(parse(source), own).strangers())
        if not found:  # mostly: the answer need not be told from the rest
            return []
        lines = needed(source, entries)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    answer = [stranger for stranger in found if stranger.line in lines]
    return sorted(dict.fromkeys(answer), key=lambda stranger: stranger.line)


class _Reading:
    """A walk over a tree, with what imports and plain assignments call things."""

    def __init__(self, tree: ast.Module, own: Sequence[str]) -> None:
        self.nodes = list(ast.walk(tree))
        self.own = {*OWN, *own}
        self.called: dict[str, str] = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self.called[alias.asname or alias.name.partition(".")[0]] = (
                        alias.name if alias.asname else alias.name.partition(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    self.called[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        for node in self.nodes:  # F = torch.nn.functional
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute | ast.Name):
                dotted = self._dotted(node.value)
                for target in node.targets:
                    if dotted and isinstance(target, ast.Name):
                        self.called.setdefault(target.id, dotted)

    def strangers(self) -> Iterator[Stranger]:
        inner = {id(node.value) for node in self.nodes if isinstance(node, ast.Attribute)}
        for node in self.nodes:
            # The longest chain tells of all that it goes on from.
            if isinstance(node, ast.Attribute | ast.Name | ast.Call) and id(node) not in inner:
                name = self._stranger(self._dotted(node))
                if name:
                    yield Stranger(name, node.lineno)

    def _stranger(self, dotted: str) -> str:
        return "" if not dotted or dotted.partition(".")[0] in self.own else stranger(dotted)

    def _dotted(self, node: ast.expr) -> str:
        """A chain of attributes as a dotted name; empty if it does not begin with something imported."""
        parts: list[str] = []
        while True:
            if isinstance(node, ast.Attribute):
                parts.append(node.attr)
                node = node.value
            elif (attribute := _looked_up(node)) is not None:
                assert isinstance(node, ast.Call)
                parts += reversed(attribute.split("."))
                node = node.args[0]
            else:
                break
        if not isinstance(node, ast.Name) or node.id not in self.called:
            return ""
        return ".".join([self.called[node.id], *reversed(parts)])


def _looked_up(node: ast.expr) -> str | None:
    """The attribute in ``getattr(x, "attribute")``."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr"):
        return None
    name = node.args[1] if len(node.args) > 1 else None
    return name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else None


@cache
def stranger(dotted: str) -> str:
    """The name under which something is not welcome; empty where it is."""
    root, *rest = dotted.split(".")
    if root not in ("torch", "numpy"):
        return "" if _is_harmless(root) or not _is_here(root) else dotted
    path, here = root, sys.modules.get(root)
    for part in rest:
        own = path.startswith(FREELY_USED)  # _pair, _LRScheduler, _calculate_fan_in_and_fan_out
        if part.startswith("_") and not part.startswith("__") and not own:
            return f"{path}.{part}"
        path = f"{path}.{part}"
        here = getattr(here, part, sys.modules.get(path))
        if not isinstance(here, ModuleType):
            # What torch has not loaded may still be a module that it has.
            return path if here is None and _is_module(path) and not _is_welcome(path) else ""
        if not _is_welcome(here.__name__):
            return path if here.__name__ == path else f"{path} ({here.__name__})"
        path = here.__name__
    return ""


def _is_welcome(module: str) -> bool:
    root = module.partition(".")[0]
    if root not in ("torch", "numpy"):
        return _is_harmless(root)
    return module in WELCOME or any(module.startswith(f"{whole}.") for whole in HARMLESS)


def _is_harmless(root: str) -> bool:
    return root in HARMLESS or (root in sys.stdlib_module_names and root not in STRANGE and not root.startswith("_"))


@cache
def _is_here(root: str) -> bool:
    """Whether a package is installed; one that is not, its import tells of."""
    try:
        return importlib.util.find_spec(root) is not None
    except (ImportError, ValueError):
        return False


@cache
def _is_module(path: str) -> bool:
    try:
        return importlib.util.find_spec(path) is not None
    except (ImportError, ValueError, AttributeError):
        return False
