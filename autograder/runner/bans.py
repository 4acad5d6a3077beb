"""Disables ready-made operators in this process: in the dispatcher itself, and by name above it.

Kernels of a whole family are registered anew with one that raises, so that no spelling gets around it: ``getattr``,
``torch.ops``, jit, vmap, threads and switched-off dispatch modes all end at the dispatcher.
"""

from __future__ import annotations

import ctypes
import importlib.abc
import importlib.machinery
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from pkgutil import resolve_name
from types import FunctionType, ModuleType
from typing import Any, NoReturn

import torch

from autograder.spec.errors import Forbidden
from autograder.spec.forbidden import Family

# AutogradOther: without it the dispatcher finds a kernel for a backend without autograd ambiguous.
KEYS = (
    *("CPU", "AutogradCPU", "AutogradOther", "MkldnnCPU", "SparseCPU", "SparseCsrCPU", "QuantizedCPU"),
    *("NestedTensorCPU", "AutogradNestedTensor", "Meta"),
)
CUDA_KEYS = ("CUDA", "AutogradCUDA", "MPS", "AutogradMPS")

# No student code has any business with these.
HIDDEN = (
    "solutions",
    "exercises",
    "tests",
    "datasets",
    "autograder.datasets",
    "sklearn.datasets",
    "autograder.misconceptions",
    "autograder.judging",
    "autograder.classroom",
    "autograder.marks",
)
CHECKS = "autograder.checks"


def ban(families: Iterable[Family], gpu: bool = False) -> None:
    """Makes every operator, function and module of the families raise ``Forbidden`` from now on."""
    families = list(families)
    _ban_names(families)
    for family in families:
        if family.operators:
            _ban_operators(family, KEYS + (CUDA_KEYS if gpu else ()))
        if family.modules:
            _ban_modules(family.modules, family.name)
        if family.lost:
            sys.meta_path.insert(0, _Lost(family.lost))


def ban_imports(modules: Sequence[str]) -> None:
    """Makes modules impossible to import."""
    sys.meta_path.insert(0, _Absent(modules))


def shut_off(modules: Sequence[str] = HIDDEN) -> None:
    """Makes modules impossible to import, and the checks, which have to be loaded, impossible to reach by their names:
    where they lend a right part, it lies there."""
    for name in [name for name in sys.modules if f"{name}.".startswith(f"{CHECKS}.")]:
        del sys.modules[name]
        parent, _, own = name.rpartition(".")
        vars(sys.modules.get(parent, sys)).pop(own, None)
    ban_imports((*modules, CHECKS))


def _ban_operators(family: Family, keys: Sequence[str]) -> None:
    """Registers refusing kernels for good.

    A registration lasts as long as its handle, so the handles are kept alive where no Python code can find them:
    whoever held one could take the kernels back.
    """
    pattern = re.compile(family.operators)
    handles: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # each registration warns that it overrides a kernel
        for full in torch._C._dispatch_get_all_op_names():
            namespace, operator = full.split("::", 1)
            if not pattern.search(operator.split(".")[0]):
                continue
            if namespace not in handles:
                handles[namespace] = torch._C._dispatch_library("IMPL", namespace, "", __file__, 0)
                ctypes.pythonapi.Py_IncRef(ctypes.py_object(handles[namespace]))
            for key in keys:
                refusal = _refusal(operator.split(".")[0], family.name)
                handles[namespace].impl(operator, key, refusal, False)


def _refusal(name: str, family: str) -> Any:
    def refuse(*_args: Any, **_kwargs: Any) -> NoReturn:
        raise Forbidden(name, family)

    return refuse


def _ban_names(families: Iterable[Family]) -> None:
    """Replaces functions in every module that has them, under whatever name, and methods in their classes.

    A banned class stays where it is, so that it can be imported and named, but nothing can be done with it.
    """
    refused: dict[int, tuple[Any, Any]] = {}  # what is refused is kept: an id stands for what lives
    for family in families:
        for name in family.names:
            named = resolve_name(name)
            if not isinstance(named, ModuleType):
                owner, _dot, attribute = name.rpartition(".")
                refusal = _refusal(name, family.name)
                refused[id(named)] = named, refusal
                setattr(resolve_name(owner), attribute, refusal)
                continue
            for label, defined in _defined(name):
                refusal = _refusal(label, family.name)
                if not isinstance(defined, type):
                    refused[id(defined)] = defined, refusal
                    continue
                for method in [m for m, value in vars(defined).items() if isinstance(value, FunctionType)]:
                    setattr(defined, method, refusal)
            sys.addaudithook(_guard([name], family.name))  # nothing of it is read a second time
    for module in list(sys.modules.values()) if refused else ():
        for attribute in [a for a, value in getattr(module, "__dict__", {}).items() if id(value) in refused]:
            setattr(module, attribute, refused[id(vars(module)[attribute])][1])


def _defined(name: str) -> Iterator[tuple[str, Any]]:
    """The functions and classes that a module and those below it define, with the names to tell them by."""
    for path, module in list(sys.modules.items()):
        if f"{path}.".startswith(f"{name}."):
            for attribute, value in list(vars(module).items()):
                if callable(value) and f"{getattr(value, '__module__', '')}.".startswith(f"{name}."):
                    yield f"{name}.{attribute}", value


class _Absent(importlib.abc.MetaPathFinder):
    def __init__(self, modules: Sequence[str]) -> None:
        self.modules = tuple(modules)

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> None:
        if any(fullname == m or fullname.startswith(f"{m}.") for m in self.modules):
            raise ModuleNotFoundError(f"No module named {fullname!r}: a solution file stands alone", name=fullname)


class _Lost(_Absent, importlib.abc.Loader):
    """Of what is installed and cannot be imported: who only asks whether it is there is told so."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        try:
            super().find_spec(fullname)
        except ModuleNotFoundError:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: Any) -> NoReturn:
        super().find_spec(spec.name)
        raise AssertionError

    def exec_module(self, module: ModuleType) -> None:
        """Never reached."""


def _ban_modules(modules: Sequence[str], family: str) -> None:
    for name in [n for n in sys.modules if any(n == m or n.startswith(f"{m}.") for m in modules)]:
        del sys.modules[name]
    sys.addaudithook(_guard(modules, family))


def _guard(modules: Sequence[str], family: str) -> Callable[[str, tuple[Any, ...]], None]:
    """Refuses modules by name, and their files however they are opened or linked.

    An audit hook, since a finder in ``sys.meta_path`` can be taken out by anyone. It uses nothing that can be replaced.
    """
    names = "|".join(map(re.escape, modules))
    files = names.replace(r"\.", r"[/\\](?:.*[/\\])?")
    is_module, is_file = re.compile(rf"(?:{names})(?:\.|$)").match, re.compile(rf"[/\\](?:{files})(?:[/\\.]|$)").search
    plain = (str, bytes, int, type(None))
    kind, text, forbidden = type, str, Forbidden

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "import" or event == "open" or event == "ctypes.dlopen":
            for what in arguments[:2]:
                if kind(what) not in plain:  # a path that may say one thing here and another there
                    raise forbidden(event, family)
                if found := is_module(text(what)) or is_file(text(what)):
                    raise forbidden(found[0].replace("\\", ".").replace("/", ".").strip("."), family, event)

    return hook
