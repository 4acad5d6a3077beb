"""Runs checks beside the student's code: loads the source, calls a check's run, and observes.

Nothing here knows what is right. What a run returns, or how it failed, becomes an ``Outcome``.
"""

from __future__ import annotations

import linecache
import random
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
import torch

from autograder.messages import N_
from autograder.runner.companions import Companions
from autograder.runner.loading import Loading, nearly
from autograder.runner.outcome import Kind, Outcome
from autograder.runner.reasons import MEMORY, frames, reason, stranger, text
from autograder.runner.standins import Note, StandIn, standins_in
from autograder.runner.watch import Watch
from autograder.spec.errors import Absent, Forbidden, Unfit
from autograder.spec.exercise import Exercise
from autograder.spec.observed import changed, elsewhere, has_tensors, seen
from autograder.spec.properties import Probe
from autograder.spec.values import map_tensors

MODULE = "submission"
MAX_TEXT = 2000
MAX_TRACE, MAX_LINE, MAX_FRAMES = 8, 300, 1000


class MissingEntryError(AttributeError):
    """The file does not define a name that the exercise asks for."""


class Student:
    """What a run reaches of the student's file: its names, as attributes."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        try:
            value = vars(self._module)[name]
        except KeyError:
            raise MissingEntryError(name) from None
        if type(value) is FunctionType and value.__code__.co_flags & (CO_COROUTINE | CO_ASYNC_GENERATOR):
            raise Unfit(N_("{name} is declared with async def, so that calling it runs nothing: write def"), name=name)
        return value


class Session:
    """One solution of one exercise, loaded once, run case by case."""

    def __init__(self, exercise: Exercise, device: str = "cpu") -> None:
        self.exercise = exercise
        self.device = torch.device(device)
        self.home = self.device.type
        self.watch = Watch()
        self.filename, self.source = "solution.py", ""
        self.loading = Loading(self.watch, {})
        self.module = ModuleType(MODULE)
        self.student = Student(self.module)

    def load(
        self,
        source: str,
        filename: str,
        companions: Mapping[str, str] | None = None,
        *,
        path: str = "",
        skipped: Mapping[int, str] | None = None,
        tell: Callable[[int], None] | None = None,
    ) -> Outcome:
        """Loads the source as a module of its own; nothing of the submission is on ``sys.path``.

        companions: the other files of the hand-in, by path, which the source may import. path: its own among them.
        skipped, tell: see ``Loading``.
        """
        self.filename, self.source = filename, source
        self.module = module = ModuleType(MODULE)
        self.student = Student(module)
        self.loading = Loading(self.watch, skipped or {}, tell)
        found = Companions(companions or {}, path or filename, module, self._companion)
        module.__file__, module.__package__ = filename, found.package
        sys.modules[MODULE] = module
        sys.argv[:] = [filename]
        if companions:
            sys.meta_path.insert(0, found)
        try:
            self._execute(module, source, filename)
        except BaseException as error:
            return self._failure(error)
        finally:
            self._settle([source, *(companions or {}).values()])
        missing = [name for name in self.exercise.entries if name not in vars(module)]
        if missing:
            return Outcome(Kind.MISSING, message=", ".join(missing), notes=self.loading.notes)
        return Outcome(Kind.RETURNED, notes=self.loading.notes)

    def _settle(self, sources: Sequence[str]) -> None:
        """Takes back what a file may have set for the whole process, and its answer does not depend on."""
        warnings.resetwarnings()  # it may have made errors of them
        warnings.simplefilter("ignore")
        moved = any("set_default" in source for source in sources)
        if moved and self.home == "cpu":  # new tensors would be made on a device that is not there
            dtype = torch.get_default_dtype()
            torch.set_default_device(None)
            torch.set_default_tensor_type(torch.FloatTensor)
            torch.set_default_dtype(dtype)

    def _companion(self, module: ModuleType, source: str, path: str) -> None:
        self._execute(module, source, path, path)

    def _execute(self, module: ModuleType, source: str, filename: str, file: str = "") -> None:
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        self.loading.run(source, filename, vars(module), file)

    def run(self, name: str, index: int, inputs: dict[str, Any], seed: int) -> Outcome:
        """Runs one case of a check on the given inputs."""
        check = self.exercise[name]
        case = check.cases[index]
        inputs = self._begin(inputs, seed)
        before = seen(inputs)
        try:
            value = check.run_of(case)(self.student, **check.arguments(case, inputs))
        except BaseException as error:
            return self._failure(error)
        # Without a tensor among its inputs a function cannot know of another device.
        misplaced = elsewhere(value, self.home) if has_tensors(inputs) else []
        return Outcome(Kind.RETURNED, value=value, changed=changed(before, inputs), misplaced=misplaced)

    def probe(self, name: str, cases: list[tuple[int, dict[str, Any], int]]) -> Outcome:
        """Runs cases of a probe, each with its inputs and seed; the value has an item for each."""
        check = self.exercise[name]
        assert isinstance(check.asks, Probe)

        def runs() -> Iterator[tuple[Any, dict[str, Any]]]:
            for index, inputs, seed in cases:
                case = check.cases[index]
                yield check.run_of(case), check.arguments(case, self._begin(inputs, seed))

        try:
            value = check.asks.together(runs(), self.student)
        except BaseException as error:
            return self._failure(error)
        return Outcome(Kind.RETURNED, value=value, misplaced=elsewhere(value, self.home))

    def _begin(self, inputs: dict[str, Any], seed: int) -> dict[str, Any]:
        """Seeds the global generators; gives the inputs on the device."""
        random.seed(seed)
        np.random.seed(seed % 2**32)
        if self.device.type == "cpu":
            torch.default_generator.manual_seed(seed)  # torch.manual_seed also writes a call stack for each GPU
        else:
            torch.manual_seed(seed)
        return map_tensors(inputs, lambda t: t.to(self.device))

    def _failure(self, error: BaseException) -> Outcome:
        """An exception as an outcome, with the lines of the student's files that led to it."""
        trace, line, file = self._trace(error)
        where: dict[str, Any] = {"trace": trace, "line": line, "file": file}
        chain = list(_chain(error))
        if isinstance(error, Unfit):
            return Outcome(Kind.UNFIT, message=error.text, facts=error.facts, **where)
        if isinstance(error, MissingEntryError):
            others = [name for name in self.exercise.entries if name != str(error)]
            return Outcome(Kind.MISSING, message=str(error), facts=nearly(self.source, str(error), others))
        if forbidden := next((e for e in chain if isinstance(e, Forbidden)), None):
            if library := stranger(forbidden, self.loading.names):  # it is the library's own import that is refused
                return self._absent(library, {**reason(forbidden, library), "import": True}, where)
            name, family = (*forbidden.args, "", "")[:2]
            return Outcome(Kind.FORBIDDEN, message=str(name), facts={"family": str(family)}, **where)
        if (absent := self._missed(error)) is not None:
            return self._absent(*absent, where)
        message = text(error, MAX_TEXT)
        outcome = Outcome(Kind.RAISED, error=type(error).__name__, message=message, **where)
        if isinstance(error, MemoryError) or MEMORY.search(message):
            outcome.kind = Kind.MEMORY
        elif isinstance(error, NotImplementedError) and not message and not file:  # a companion's is no stub of this
            outcome.kind = Kind.UNFINISHED
        return outcome

    def _absent(self, name: str, note: Note, where: dict[str, Any]) -> Outcome:
        return Outcome(Kind.ABSENT, message=name, facts=_renamed(note), **where)

    def _missed(self, error: BaseException) -> tuple[str, Note] | None:
        """What is not there, and the note on it, if that is why an exception was raised."""
        if isinstance(error, Absent):
            return error.name, error.note
        if isinstance(error, ModuleNotFoundError) and self.loading.names & {
            frame.f_code.co_filename for frame in frames(error.__traceback__)
        }:
            return str(error.name), {**reason(error), "import": True}
        inner = [f for f in frames(error.__traceback__) if f.f_code.co_filename in self.loading.names]
        if not inner:
            return None
        if isinstance(error, NameError) and not isinstance(error, UnboundLocalError):
            star = next((note for note in self.loading.notes if note.get("star")), None)
            return (str(error.name), star) if star else None
        if StandIn.__name__ in text(error):  # it was handed to a function that wants something else
            around = {**standins_in(inner[-1].f_globals), **standins_in(inner[-1].f_locals)}
            used = inner[-1].f_code
            named = [name for name in (*used.co_names, *used.co_varnames) if name in around]
            if named:
                return around[named[0]]._kata_name, around[named[0]]._kata_note
        return None

    def _trace(self, error: BaseException) -> tuple[list[str], int | None, str]:
        """The lines of the student's files that led to an exception, the last one's number, and its file."""
        if isinstance(error, SyntaxError) and error.filename in self.loading.names:
            code = (error.text or "").strip()[:MAX_LINE]
            return [f"{self._in(error.filename)}line {error.lineno}: {code}"], error.lineno, self._file(error.filename)
        whole = traceback.extract_tb(error.__traceback__, limit=-MAX_FRAMES)
        found = [f for f in whole if f.filename in self.loading.names]
        lines = [
            f"{self._in(f.filename)}line {f.lineno}, in {f.name}: {(f.line or '').strip()[:MAX_LINE]}" for f in found
        ]
        if not found:
            return [], None, ""
        return lines[-MAX_TRACE:], found[-1].lineno, self._file(found[-1].filename)

    def _file(self, filename: str) -> str:
        return "" if filename == self.filename else filename

    def _in(self, filename: str) -> str:
        return "" if filename == self.filename else f"{filename}, "


def _renamed(note: Note) -> Note:
    """A note as facts beside an outcome, whose own line and file are where something was used."""
    others = {key: value for key, value in note.items() if key not in ("line", "file")}
    return {**others, "made at": note.get("line", 0), "made in": note.get("file", "")}


def _chain(error: BaseException | None) -> Any:
    seen = 0
    while error is not None and seen < 10:
        yield error
        error, seen = error.__cause__ or error.__context__, seen + 1
