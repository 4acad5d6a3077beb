"""What in a solution a person should look at. Nobody loses a mark by it.

No honest solution needs these: they reach past what Python and torch promise, into the process that runs the checks.
A look at the syntax tree finds who uses them openly; who hides them is stopped by the runner, not here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from autograder.intake.names import imports
from autograder.intake.notebooks import MAX_PARSED, parse
from autograder.intake.places import place
from autograder.messages import _
from autograder.syntax import UNPARSABLE

MAX_FLAGS = 10
# Modules, with all that is in them.
MODULES = (
    "_ctypes", "_posixsubprocess", "_socket", "_thread", "_xxsubinterpreters", "autograder", "builtins", "cffi",
    "ctypes", "faulthandler", "gc", "http", "mmap", "multiprocessing", "posix", "pty", "requests", "resource",
    "signal", "socket", "solutions", "subprocess", "torch._C", "torch._dynamo", "torch._inductor", "torch._ops",
    "torch.library", "torch.multiprocessing", "torch.ops", "torch.utils._python_dispatch",
    "torch.utils.cpp_extension", "urllib",
)  # fmt: skip
# Functions of these modules alone: the rest of each is harmless.
FUNCTIONS = {
    "os": r"_exit|abort|dup2?|exec[lv]\w*|fork\w*|kill(?:pg)?|open|pidfd_open|pipe2?|popen|posix_spawnp?|setsid"
    r"|spawn[lv]\w*|system|write",
    "sys": r"_current_frames|_getframe\w*|addaudithook|meta_path|modules|path_hooks|setprofile|settrace",
    "inspect": r"currentframe|getinnerframes|getouterframes|getsource\w*|getmembers\w*|stack|trace",
    "threading": r"_start_new_thread|setprofile|settrace",
    "importlib": r"machinery|reload|util",
}
# Attributes, whatever they are taken from.
ATTRIBUTES = {
    "__builtins__", "__closure__", "__code__", "__globals__", "__loader__", "__subclasses__", "_current_frames",
    "_disable_current_modes", "_getframe", "ag_frame", "cr_frame", "currentframe", "f_back", "f_builtins", "f_globals",
    "f_locals", "gi_frame", "tb_frame", "_DisableTorchDispatch", "DisableTorchFunction", "DisableTorchFunctionSubclass",
}  # fmt: skip
# Names, called or not.
NAMES = {"__builtins__", "__loader__", "eval", "exec", "globals"}
# A module of torch's or numpy's leads to Python's own that it has imported: torch.hub.sys. These are its own.
_HEADS = {m.partition(".")[0] for m in MODULES} - {"torch", "autograder", "solutions"} | FUNCTIONS.keys()
_ITS_OWN = {"torch.signal"}
_FILES = re.compile(r"/(?:proc|dev/fd)\b")
_REPLACING = re.compile(r"^[ \t]*(?!self\b)\w+(?:\.\w+)+(?:\s*=\s*\w+(?:\.\w+)*)*\s*=(?!=)", re.MULTILINE)
# What is nobody's but theirs; torch.backends holds settings.
_THEIRS = re.compile(r"(?:torch|numpy|builtins|math|random|operator)\.(?!backends\b)")
_LOOKUPS = {
    "__import__",
    "import_module",
    "find_spec",
    "getattr",
    "hasattr",
    "setattr",
    "delattr",
    "attrgetter",
    "vars",
}
_IMPORTERS = {"__import__", "import_module"}
# Without any of these words the tree is not looked at: a class is large, and nearly everybody is honest.
_WORDS = {m.rpartition(".")[2] for m in MODULES} | ATTRIBUTES | NAMES | _LOOKUPS | {"__dict__"}
_WORDS |= _HEADS | {f"_{head}" for head in _HEADS}
_WORD = re.compile(r"\w+")


def flags(source: str) -> list[str]:
    """What a person should look at, each with its line: ``ctypes (line 12)``. Source that does not parse has none."""
    if _WORDS.isdisjoint(_WORD.findall(source)) and not (_FILES.search(source) or _REPLACING.search(source)):
        return []
    if len(source) > MAX_PARSED:
        return [_("too much code to look through")]
    try:
        tree = parse(source)
    except UNPARSABLE:
        return []
    found: dict[str, int] = {}
    for what, line in _Look(tree).all():
        found[what] = min(line, found.get(what, line))
    ordered = sorted(found.items(), key=lambda item: item[1])
    return [f"{what} ({place(source, line)})" for what, line in ordered[:MAX_FLAGS]]


class _Look:
    """A walk over the tree, with what its imports call things."""

    def __init__(self, tree: ast.Module) -> None:
        self.nodes = list(ast.walk(tree))
        self.inner = {id(n.value) for n in self.nodes if isinstance(n, ast.Attribute)}
        self.called = imports(self.nodes)
        all_ = (alias for n in self.nodes if isinstance(n, ast.Import | ast.ImportFrom) for alias in n.names)
        self.imported = {alias.asname or alias.name.partition(".")[0] for alias in all_}

    def all(self) -> Iterator[tuple[str, int]]:
        texts = {id(n.value) for n in self.nodes if isinstance(n, ast.Expr)}
        for node in self.nodes:
            for what in self._one(node, texts):
                if what:
                    yield what, getattr(node, "lineno", 0)

    def _one(self, node: ast.AST, texts: set[int]) -> Iterator[str | None]:
        if isinstance(node, ast.Import):
            yield from (_known(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield _known(f"{node.module}.{alias.name}") or (alias.name if alias.name in ATTRIBUTES else None)
        elif isinstance(node, ast.Attribute):
            if node.attr in ATTRIBUTES:
                yield node.attr
            elif node.attr == "__dict__" and self._is_imported(node.value):
                yield f"{self._dotted(node.value)}.__dict__"
            elif id(node) not in self.inner:  # the longest chain tells of all that it goes on from
                yield _known(self._dotted(node))
        elif isinstance(node, ast.Name) and node.id in NAMES:
            yield node.id
        elif isinstance(node, ast.Call):
            yield from self._lookup(node)
        elif isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                yield from (self._replaced(part) for part in ast.walk(target) if isinstance(part, ast.Attribute))
        elif isinstance(node, ast.Subscript):
            text = _text(node.slice)
            yield text if text in ATTRIBUTES or text in ("_C", "ctypes", "gc") else None
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in texts:
            found = _FILES.search(node.value)
            yield found[0] if found else None

    def _lookup(self, call: ast.Call) -> Iterator[str | None]:
        """Names that are looked up as strings: ``__import__("gc")``, ``getattr(torch, "_C")``."""
        function = self._dotted(call.func).rpartition(".")[2]
        if function not in _LOOKUPS:
            return
        if function == "vars" and call.args and self._is_imported(call.args[0]):
            yield f"vars({self._dotted(call.args[0])})"
        if function == "setattr" and len(call.args) > 1 and _THEIRS.match(f"{self._dotted(call.args[0])}."):
            yield _replacing(self._dotted(call.args[0]))
        looks_up = function == "getattr" and len(call.args) > 1 and self._is_imported(call.args[0])
        if looks_up and _text(call.args[1]) is None:
            yield _("a name of {module} that is computed").format(module=self._dotted(call.args[0]))
        for argument in call.args[:2]:
            text = _text(argument)
            if not text:
                continue
            owner = self._dotted(call.args[0]) if len(call.args) > 1 and argument is call.args[1] else ""
            last = text.rpartition(".")[2]
            yield _known(f"{owner}.{text}") or _known(text) or (last if last in ATTRIBUTES or last == "_C" else None)
        if function in _IMPORTERS and call.args and _text(call.args[0]) is None:
            yield _("a module whose name is computed")

    def _replaced(self, target: ast.Attribute) -> str | None:
        """A function of torch or Python that something else is put in the place of."""
        dotted = self._dotted(target)
        if isinstance(target.ctx, ast.Store) and self._is_imported(target) and _THEIRS.match(dotted):
            return _replacing(dotted)
        return None

    def _is_imported(self, node: ast.AST) -> bool:
        """Whether this is, or begins with, something that an import brought in."""
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id in self.imported

    def _dotted(self, node: ast.AST) -> str:
        """A chain of attributes as a dotted name, as the imports resolve it; empty for anything else."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        return ".".join([self.called.get(node.id, node.id), *reversed(parts)])


def _replacing(dotted: str) -> str:
    return _("functions of its own in the place of {module}'s").format(module=dotted.partition(".")[0])


def _known(dotted: str) -> str | None:
    """The module or function of the lists that this is, lies in, or leads to."""
    parts = dotted.split(".")
    for start, part in enumerate(parts):
        name = part.lstrip("_") if start and part not in _HEADS else part  # random._os
        if start and (name not in _HEADS or ".".join(parts[: start + 1]) in _ITS_OWN):
            continue
        if found := _listed(".".join([name, *parts[start + 1 :]])):
            return found
    return None


def _listed(dotted: str) -> str | None:
    for module in MODULES:
        if dotted == module or dotted.startswith(f"{module}."):
            return module
    module, _dot, rest = dotted.partition(".")
    name = rest.partition(".")[0]
    if module in FUNCTIONS and name and re.fullmatch(FUNCTIONS[module], name):
        return f"{module}.{name}"
    return None


def _text(node: ast.AST) -> str | None:
    """A string, also one that is added up from pieces; None for what is not constant."""
    pieces: list[str] = []
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            waiting += [node.right, node.left]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            pieces.append(node.value)
        else:
            return None
    return "".join(pieces)
