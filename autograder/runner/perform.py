"""Runs checks beside the student's code: loads the source, calls a check's run, and observes.

Nothing here knows what is right. What a run returns, or how it failed, becomes an ``Outcome``.
"""

from __future__ import annotations
import __future__

import ast
import linecache
import random
import re
import sys
import traceback
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np
import torch

from autograder.runner.outcome import Kind, Outcome
from autograder.spec.errors import Forbidden, Unfit
from autograder.spec.exercise import Exercise
from autograder.spec.observed import changed, elsewhere, has_tensors, seen
from autograder.spec.properties import Probe
from autograder.spec.values import map_tensors

MODULE = "submission"
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign)
OUT_OF_MEMORY = re.compile(r"can't allocate memory|not enough memory|out of memory|std::bad_alloc", re.IGNORECASE)
MAX_TEXT = 2000
MAX_TRACE, MAX_LINE = 8, 300


class MissingEntryError(AttributeError):
    """The file does not define a name that the exercise asks for."""


class Student:
    """What a run reaches of the student's file: its names, as attributes."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        try:
            return vars(self._module)[name]
        except KeyError:
            raise MissingEntryError(name) from None


class Session:
    """One solution of one exercise, loaded once, run case by case."""

    def __init__(self, exercise: Exercise, device: str = "cpu") -> None:
        self.exercise = exercise
        self.device = torch.device(device)
        self.home = self.device.type
        self.filename = "solution.py"
        self.student = Student(ModuleType(MODULE))

    def load(self, source: str, filename: str) -> Outcome:
        """Executes the source as a module of its own; nothing of the submission is on ``sys.path``."""
        self.filename = filename
        module = ModuleType(MODULE)
        module.__file__ = filename
        sys.modules[MODULE] = module
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        self.student = Student(module)
        try:
            self._execute(source, module)
        except BaseException as error:
            return self._failure(error)
        missing = [name for name in self.exercise.entries if not hasattr(module, name)]
        if missing:
            return Outcome(Kind.MISSING, message=", ".join(missing))
        return Outcome(Kind.RETURNED)

    def _execute(self, source: str, module: ModuleType) -> None:
        """Runs the file statement by statement: a self-test in it that calls what is forbidden is left out."""
        tree = ast.parse(source, self.filename)
        flags = 0
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                for alias in node.names:
                    flags |= getattr(__future__, alias.name).compiler_flag
        module.__doc__ = ast.get_docstring(tree)
        for node in tree.body:
            code = compile(ast.Module([node], []), self.filename, "exec", flags, dont_inherit=True)
            try:
                exec(code, vars(module))
            except Forbidden:
                if isinstance(node, DEFINITIONS):
                    raise

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
        """An exception as an outcome, with the lines of the student's file that led to it."""
        trace, line = self._trace(error)
        chain = list(_chain(error))
        message = _text(error)
        outcome = Outcome(Kind.RAISED, error=type(error).__name__, message=message, trace=trace, line=line)
        if isinstance(error, Unfit):
            return Outcome(Kind.UNFIT, message=error.text, facts=error.facts, line=line)
        if isinstance(error, MissingEntryError):
            return Outcome(Kind.MISSING, message=message)
        if forbidden := next((e for e in chain if isinstance(e, Forbidden)), None):
            name, family = (*forbidden.args, "", "")[:2]
            return Outcome(Kind.FORBIDDEN, message=str(name), facts={"family": str(family)}, trace=trace, line=line)
        if isinstance(error, MemoryError) or OUT_OF_MEMORY.search(message):
            outcome.kind = Kind.MEMORY
        elif isinstance(error, NotImplementedError) and not message:
            outcome.kind = Kind.UNFINISHED
        return outcome

    def _trace(self, error: BaseException) -> tuple[list[str], int | None]:
        if isinstance(error, SyntaxError) and error.filename == self.filename:
            code = (error.text or "").strip()[:MAX_LINE]
            return [f"line {error.lineno}: {code}"], error.lineno
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == self.filename]
        lines = [f"line {f.lineno}, in {f.name}: {(f.line or '').strip()[:MAX_LINE]}" for f in frames]
        return lines[-MAX_TRACE:], frames[-1].lineno if frames else None


def _text(error: BaseException) -> str:
    try:
        return (error.msg if isinstance(error, SyntaxError) else str(error))[:MAX_TEXT]
    except BaseException:  # an exception class of the student's may do anything here
        return ""


def _chain(error: BaseException | None) -> Any:
    seen = 0
    while error is not None and seen < 10:
        yield error
        error, seen = error.__cause__ or error.__context__, seen + 1
