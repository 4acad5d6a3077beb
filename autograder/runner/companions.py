"""The other files of a hand-in, as modules: they come as data with the answer, and are never on disk.

However the file is called in an import (``corr2d``, ``.corr2d``, ``exercises.ch07_convolution.corr2d``), the file of
that name counts that lies nearest to the answer. What is installed or built in is not replaced by them, save what a
file of the hand-in would hide from any script that lies beside it.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from types import ModuleType
from typing import Any

# The package that an answer lies in, so that it can say ``from .corr2d import corr2d``.
PACKAGE = "hand_in"
# Folders of the kit, with what no student wrote, or what must not help anybody: their files are never served.
KIT = {"autograder", "solutions", "tests", "benchmarks", "datasets", ".kata"}
_CHAPTER = re.compile(r"exercises|ch\d+_\w+")


def may_be_served(path: PurePosixPath) -> bool:
    """Whether a file may be imported by an answer: Python, and not in a folder of the kit."""
    return path.suffix == ".py" and not KIT & set(path.parts[:-1])


def is_of_the_hand_in(name: str) -> bool:
    """Whether the first part of a dotted name can only mean files that were handed in."""
    return name == PACKAGE or bool(_CHAPTER.fullmatch(name))


class Companions(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds these files alone, each of them one module, whatever it is called. files: texts by path.

    path, answer: where the answer lies, and its module, which these files may import too.
    load: runs a text as a module; told the module, the text and its path.
    """

    def __init__(
        self,
        files: Mapping[str, str],
        path: str,
        answer: ModuleType,
        load: Callable[[ModuleType, str, str], None],
    ) -> None:
        paths = {PurePosixPath(path): text for path, text in files.items()}
        self.files = {path: text for path, text in paths.items() if may_be_served(path)}
        self.files[PurePosixPath(path)] = ""  # never run again
        self.here = PurePosixPath(path).parent
        self._made = {path: answer}
        self._load = load

    @property
    def package(self) -> str:
        """What the answer is in, as a dotted name."""
        return ".".join([PACKAGE, *self.here.parts])

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: Any = None) -> Any:
        parts = fullname.split(".")
        ours = is_of_the_hand_in(parts[0]) or self._is_folder(parts[0])
        if parts[0] in sys.stdlib_module_names or (len(parts) > 1 and not ours):
            return None
        file = self._file(parts[1:] if parts[0] == PACKAGE else parts)
        if file is None and not (ours and self._may_hold(parts)):
            return None
        return importlib.machinery.ModuleSpec(fullname, self, origin=str(file or ""), is_package=file is None)

    def _may_hold(self, parts: list[str]) -> bool:
        """Whether a name may be a folder: the packages themselves, chapters, and the folders that there are."""
        return is_of_the_hand_in(parts[-1]) or self._is_folder(parts[-1])

    def _is_folder(self, name: str) -> bool:
        return any(name in path.parts[:-1] for path in self.files)

    def _file(self, parts: list[str]) -> PurePosixPath | None:
        """The file that a name means: one at the end of whose path stand most of its parts, the nearest of several."""
        for length in range(len(parts), 0, -1):
            wanted = (*parts[-length:-1], f"{parts[-1]}.py")
            found = [path for path in self.files if path.parts[-length:] == wanted]
            if found:
                return min(found, key=lambda path: (path.parent != self.here, len(path.parts), path))
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._made.get(spec.origin or "")

    def exec_module(self, module: ModuleType) -> None:
        origin = (module.__spec__.origin if module.__spec__ else None) or ""
        if not origin or origin in self._made:
            return
        self._made[origin] = module
        module.__file__ = origin
        try:
            self._load(module, self.files[PurePosixPath(origin)], origin)
        except BaseException:
            del self._made[origin]
            raise
