"""Says in words what of a file was left out when it was loaded, and why; and what is missed where it is used."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.intake.places import place
from autograder.messages import N_, _, ngettext
from autograder.runner.outcome import MAX_LINE

MAX_SAID = 8
MAX_FACT = 200
WHY = {
    "missing": N_("{module} is not installed here"),
    "unavailable": N_("{module} is not available here"),
    "not handed in": N_("{module} is not among the files that were handed in"),
    "forbidden": N_("it uses {banned}, which is switched off in this exercise"),
    "input": N_("it asks for input"),
    "exit": N_("it ends the program"),
    "assertion": N_("its assertion does not hold"),
    "slow": N_("it takes longer than a second"),
    "late": N_("the statements above it took too long"),
    "stuck": N_("it takes very long, and cannot be interrupted"),
    "crash": N_("it ends the whole process"),
    "memory": N_("it needs more memory than there is here"),
    "writes": N_("it writes a file"),
    "reads": N_("it reads a file that is not here"),
    "network": N_("it needs the network"),
    "program": N_("it starts another process"),
    "gpu": N_("there is no GPU here"),
    "absent": N_("it uses {name}, which was left out"),
    "syntax": N_("it is not Python: {message}"),
    "syntax of another": N_("{module}, line {at}, is not Python: {message}"),
    "no name": N_("{module} does not define {name}"),
    "magic": N_("it is a command of Jupyter's, not Python"),
    "raised": N_("it raised {error}: {message}"),
}
# Of an import: what is said of a name that is used.
_WHICH = {
    "missing": N_("which is not installed here"),
    "unavailable": N_("which is not available here"),
    "not handed in": N_("which was not handed in"),
}
_DECORATOR = N_("the decorator in {place} was left out: {why}")
_LEFT_OUT = N_("{place} was left out: {why}")
_OFF = N_("{banned} is switched off in this exercise")


def left_out(notes: Sequence[Mapping[str, Any]], source: str) -> list[str]:
    """A sentence for each statement that was left out, the first of them."""
    said = [_sentence(note, source) for note in notes[:MAX_SAID]]
    if len(notes) > MAX_SAID:
        more = len(notes) - MAX_SAID
        text = ngettext("and {n} more statement was left out", "and {n} more statements were left out", more)
        said.append(text.format(n=more))
    return said


def _sentence(note: Mapping[str, Any], source: str) -> str:
    text = _DECORATOR if note.get("part") == "decorator" else _LEFT_OUT
    return _(text).format(place=_place(note.get("line"), note.get("file"), source), why=why(note))


def why(note: Mapping[str, Any]) -> str:
    """Why a statement was left out."""
    key = str(note.get("why"))
    if key == "forbidden" and note.get("import"):
        return filled(_(_OFF), note)
    if key == "absent":
        which = _WHICH.get(str(note.get("because")))
        if which is not None:
            return filled(_("it uses {name}, {which}"), {**note, "which": _(which)})
        note = {**note, "name": str(note.get("name")).partition(".")[0]}
    return filled(_(WHY.get(key, WHY["raised"])), note)


def missed(called: str, name: str, facts: Mapping[str, Any], at: str, source: str) -> str:
    """What is said where something is used that is not there. facts: the note on what was left out."""
    values = {"called": called, "name": name, "at": at, "why": why(facts)}
    values["place"] = _place(facts.get("made at"), facts.get("made in"), source)
    if facts.get("defines") == name and not at:
        return filled(_("{place} defines {name}, and was left out: {why}"), values)
    if not facts.get("import"):
        return filled(_("{called} uses {name}, which {place} was to make; it was left out: {why}{at}"), values)
    if facts.get("star"):
        return filled(_("{called} uses {name}, which is defined nowhere; {place} was left out: {why}{at}"), values)
    which = _WHICH.get(str(facts.get("why")))
    if which is None:
        return filled(_("{called} uses {name}; {place} was left out: {why}{at}"), values)
    module = str(facts.get("module", ""))
    if module and module != name:
        return filled(_("{called} uses {name}, and {why}{at}"), values)
    return filled(_("{called} uses {name}, {which}{at}"), {**values, "which": _(which)})


def _place(line: Any, file: Any, source: str) -> str:
    number = line if type(line) is int and 0 <= line <= MAX_LINE else 0
    return _("{file}, line {line},").format(file=str(file)[:MAX_FACT], line=number) if file else place(source, number)


def filled(text: str, facts: Mapping[str, Any]) -> str:
    """A text with its fields filled in. Both may come from a student's code: nothing is looked up in the values."""
    texts = {name: str(fact)[:MAX_FACT] if name != "called" else str(fact) for name, fact in facts.items()}
    return re.sub(r"\{(\w+)\}", lambda field: texts.get(field[1], field[0]), text)
