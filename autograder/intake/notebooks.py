"""Notebooks are data: from their JSON come the code cells, what each says it belongs to, and nothing else.

Outputs, kernels and all other metadata are never looked at. Formats 3 and 4 are read, also where cells are broken.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from dataclasses import dataclass, field
from typing import Any

import msgspec

from autograder.intake.archives import Caps
from autograder.intake.decoding import plain
from autograder.intake.trees import UnreadError
from autograder.messages import _
from autograder.syntax import ALONE

MAX_CELLS = 5000
MAX_CODE = 1 << 19  # characters, of all cells
MAX_PARSED = 100_000  # characters: Python's parser needs time that grows with the square of some texts' lengths
NOT_PYTHON = {
    "bash", "cmd", "html", "javascript", "js", "latex", "markdown", "perl", "ruby", "script", "sh", "svg", "system",
    "sx",
}  # fmt: skip
_CELL_MAGIC = re.compile(r"\s*%%(\S*)[ \t]*(.*)")
_LINE_MAGIC = re.compile(r"[%!?]|[^#'\"]*=\s*[%!]|[^#'\"]*\?\s*$")
_DEFINED = re.compile(r"^(?:async\s+def|def|class)\s+(\w+)", re.MULTILINE)
# Python's parser needs memory that grows with the square of a dotted name's length.
_PART = r"""[^\s.\\,;:()\[\]{}+*/=<>|&"'#-]"""
_LONG_NAME = re.compile(rf"(?<!{_PART})(?:{_PART}++[\s\\]*+\.[\s\\]*+){{100}}")


@dataclass
class Cell:
    """One code cell. number: its place among the code cells, from 1. text: Python, with magics blanked out.

    claims: the names of the exercises that it says it belongs to, full or short. tree: None where it does not parse.
    kind: ``code``, or what a person turned it into.
    """

    number: int
    text: str
    claims: set[str] = field(default_factory=set)
    tree: ast.Module | None = None
    kind: str = "code"

    @property
    def names(self) -> set[str]:
        """What it defines, as far as one can see where it does not parse."""
        return set(defined_names(self.text))


class _RawCell(msgspec.Struct):
    cell_type: Any = None
    source: Any = None
    input: Any = None
    metadata: Any = None


class _RawSheet(msgspec.Struct):
    cells: list[msgspec.Raw] = []


class _RawNotebook(msgspec.Struct):
    cells: list[msgspec.Raw] = []
    worksheets: list[_RawSheet] = []


def defined_names(text: str) -> list[str]:
    """The functions and classes that a text defines, one after another, as far as one can see without parsing it."""
    return _DEFINED.findall(text)


def looks_like_notebook(text: str) -> bool:
    """Whether a file that is called Python is a notebook."""
    return text[:200].lstrip().startswith("{") and '"cells"' in text


def is_code(kind: object, text: str, metadata: object) -> bool:
    """Whether a cell counts as code: also one that is an exercise's, defines something, and was turned into text."""
    return bool(text.strip()) and (kind == "code" or bool(_claims(metadata) and defined_names(text)))


def read_notebook(content: bytes, caps: Caps, texts: list[Cell] | None = None) -> list[Cell]:
    """The code cells of a notebook. caps: of the submission that it is of. Raises ``UnreadError``.

    texts: gets the other cells that define something, with their places among all cells.
    """
    content = content.removeprefix(b"\xef\xbb\xbf")
    if not content.strip():
        raise UnreadError(_("the notebook is empty"))
    try:
        raw = _cells(content)
    except UnicodeDecodeError:
        raise UnreadError(_("the notebook is not saved as UTF-8")) from None
    except (ValueError, RecursionError, MemoryError):
        raise UnreadError(_("this is not a notebook, or it is damaged: save it and hand it in again")) from None
    cells: list[Cell] = []
    room, room_for_texts = min(MAX_CODE, caps.code), MAX_CODE
    for place, one in enumerate(raw, 1):
        text = _text(one.source) or _text(one.input)
        if not is_code(one.cell_type, text, one.metadata):
            if texts is not None and len(text) <= min(MAX_PARSED, room_for_texts) and defined_names(text):
                room_for_texts -= len(text)
                texts.append(Cell(place, text, kind=str(one.cell_type)))
            continue
        room -= len(text)
        caps.code -= len(text)
        if len(cells) >= MAX_CELLS or room < 0:
            raise UnreadError(_("there is more code in the notebook than is read: hand in the exercises alone"))
        cells.append(_cell(len(cells) + 1, text, one.metadata, caps))
        cells[-1].kind = str(one.cell_type)
    return cells


def _cells(content: bytes) -> list[_RawCell]:
    try:
        notebook = msgspec.json.decode(content, type=_RawNotebook)
    except (msgspec.DecodeError, RecursionError):
        # Python writes NaN and halves of characters, which are no JSON; what else is wrong shows here as well.
        plain_data = json.loads(content, parse_constant=lambda _name: None)
        strict = json.dumps(plain_data, ensure_ascii=False).encode("utf-8", "replace")
        notebook = msgspec.json.decode(strict, type=_RawNotebook)
    raw = notebook.cells or [cell for sheet in notebook.worksheets for cell in sheet.cells]
    found = []
    for one in raw:
        try:
            found.append(msgspec.json.decode(one, type=_RawCell))
        except (msgspec.DecodeError, RecursionError):
            continue  # a cell that is none holds no work
    return found


def _text(source: Any) -> str:
    lines = source if isinstance(source, list) else [source]
    return plain("".join(line for line in lines if isinstance(line, str)))


def _cell(number: int, text: str, metadata: Any, caps: Caps) -> Cell:
    claims = _claims(metadata)
    lines = text.split("\n")
    first = next(i for i, line in enumerate(lines) if line.strip())
    if magic := _CELL_MAGIC.match(lines[first]):
        name, argument = magic[1].lower(), magic[2].strip()
        if name == "exercise" and argument:
            claims.add(argument.split()[0].strip("'\"").removesuffix(".py"))
        elif name in NOT_PYTHON or (name in ("writefile", "file") and not argument.endswith(".py")):
            return Cell(number, "")
        lines[first] = ""
    return _parsed(number, lines, claims, caps)


def _claims(metadata: Any) -> set[str]:
    if not isinstance(metadata, dict):
        return set()
    kit, nbgrader = metadata.get("torchkata"), metadata.get("nbgrader")
    found = [kit.get("id") if isinstance(kit, dict) else None]
    if isinstance(nbgrader, dict) and nbgrader.get("solution") is True:
        found.append(nbgrader.get("grade_id"))
    return {name for name in found if isinstance(name, str) and name}


def _parsed(number: int, lines: list[str], claims: set[str], caps: Caps) -> Cell:
    """The cell with its tree. Lines that are IPython's are blanked where Python's parser stumbles over them.

    A cell without magics costs nothing of the effort that the caps allow.
    """
    text = "\n".join(lines)
    cell = Cell(number, text, claims)
    while True:
        try:
            cell.tree = parse(cell.text)
            return cell
        except SyntaxError as error:
            line = (error.lineno or 0) - 1
            caps.effort -= len(text) + 1000
            if caps.effort < 0 or not (0 <= line < len(lines) and _LINE_MAGIC.match(lines[line].strip())):
                return cell
            indent = lines[line][: len(lines[line]) - len(lines[line].lstrip())]
            lines[line] = f"{indent}pass" if indent else ""
            cell.text = "\n".join(lines)
        except (ValueError, RecursionError, MemoryError):
            return cell


def parse(text: str) -> ast.Module:
    """The syntax tree of hostile text, without a word on standard error. Raises what ``ast.parse`` raises."""
    if len(text) > MAX_PARSED or _LONG_NAME.search(text):
        raise ValueError("a text that the parser may need very long for")
    with ALONE, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)
