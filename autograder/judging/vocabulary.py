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
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from types import ModuleType

from autograder.intake.cells import needed
from autograder.intake.names import imports
from autograder.intake.notebooks import parse
from autograder.runner.companions import is_of_the_hand_in
from autograder.runner.quiet import LIBRARIES
from autograder.syntax import UNPARSABLE

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
        *(name.partition(".")[0] for name in LIBRARIES if name != "torch.utils.tensorboard"),
        "einops", "jaxtyping", "opt_einsum", "typing_extensions",
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
    """A name in an answer that is not of the welcome ones, as it is really called, its line, and the other file of the
    hand-in that it stands in, if it does."""

    name: str
    line: int
    file: str = ""


def strangers(source: str, entries: Sequence[str], companions: Mapping[str, str] | None = None) -> list[Stranger]:
    """What an answer uses beyond the welcome modules, in the order of the lines.

    companions: other files of the hand-in by path; of those that it imports, what it imports. Nothing for a source that
    does not parse.
    """
    files = {PurePosixPath(path): text for path, text in (companions or {}).items()}
    own = {part for path in files for part in (*path.parts[:-1], path.stem)} - {"torch", "numpy"}
    found = _in_file(source, entries, own)
    seen, waiting = set[PurePosixPath](), [source]
    while files and waiting:
        for module, names in _imports(waiting.pop()):
            for path in [path for path in files if path.stem == module and path not in seen]:
                seen.add(path)
                waiting.append(files[path])
                found += _in_file(files[path], names or _defined(files[path]), own, str(path))
    return found


def _in_file(source: str, entries: Collection[str], own: set[str], file: str = "") -> list[Stranger]:
    try:
        found = list(_Reading(parse(source), own).strangers(file))
        if not found:  # mostly: the answer need not be told from the rest
            return []
        lines = needed(source, entries)
    except UNPARSABLE:
        return []
    return sorted(dict.fromkeys(s for s in found if s.line in lines), key=lambda stranger: stranger.line)


def _imports(source: str) -> Iterator[tuple[str, list[str]]]:
    """What a file may import of its neighbours: the last part of a module's name, with the names; none is all."""
    try:
        nodes = list(ast.walk(parse(source)))
    except UNPARSABLE:
        return
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name.rpartition(".")[2], []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names = [alias.name for alias in node.names]
            yield (node.module or "").rpartition(".")[2], [] if "*" in names else names
            yield from ((name, []) for name in names)  # from . import utils


def _defined(source: str) -> list[str]:
    try:
        tree = parse(source)
    except UNPARSABLE:
        return []
    return [n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]


class _Reading:
    """A walk over a tree, with what imports and plain assignments call things."""

    def __init__(self, tree: ast.Module, own: set[str]) -> None:
        self.nodes = list(ast.walk(tree))
        self.own = own
        self.called = imports(self.nodes)
        for node in self.nodes:  # F = torch.nn.functional
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute | ast.Name):
                what = self._dotted(node.value)
                for target in node.targets:
                    if what and isinstance(target, ast.Name):
                        self.called.setdefault(target.id, what)

    def strangers(self, file: str) -> Iterator[Stranger]:
        inner = {id(node.value) for node in self.nodes if isinstance(node, ast.Attribute)}
        for node in self.nodes:
            # The longest chain tells of all that it goes on from.
            if isinstance(node, ast.Attribute | ast.Name | ast.Call) and id(node) not in inner:
                name = self._stranger(self._dotted(node))
                if name:
                    yield Stranger(name, node.lineno, file)

    def _stranger(self, dotted: str) -> str:
        root = dotted.partition(".")[0]
        return "" if not root or root in OWN or root in self.own or is_of_the_hand_in(root) else stranger(dotted)

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
