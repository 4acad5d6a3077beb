"""What a file is that Python cannot read: a newer Python, an old one, a web page, a merge that was not finished ..."""

from __future__ import annotations

import re
import sys

from autograder.messages import _

RUNNING = sys.version_info[:2]
MAX_LINE, MAX_HEAD = 300, 4000  # some patterns take time that grows with the cube of a line
_MERGE = re.compile(r"^(?:<{7}|>{7})(?: |$)", re.MULTILINE)
_HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body|div|table|p|meta)\b", re.IGNORECASE | re.DOTALL
)
_SMART = re.compile("[\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb\u2032\u2033\u00b4]")
# Python 2, by what a line that cannot be read looks like.
_OLD = (
    re.compile(r"\s*print\s+[^=(\s]"),
    re.compile(r"\s*print\s*>>"),
    re.compile(r"\s*exec\s+[^=(\s]"),
    re.compile(r"\s*except\s+[\w.]+\s*,\s*[a-z_]\w*\s*:"),
    re.compile(r"\s*raise\s+[\w.]+\s*,\s*\S"),
    re.compile(r"[^#'\"]*`[^`]+`"),
    re.compile(r"[^#'\"]*<>"),
    re.compile(r".*\bur['\"]"),
)
_OLD_NUMBER = re.compile(r"^leading zeros in decimal integer|^Missing parentheses in call to '(?:print|exec)'")
# What Python can read only from a version on, by what a line looks like. An older one stumbles over the line.
_NEW = (
    ((3, 14), re.compile(r"\s*except\*?\s+[\w.]+(?:\s*,\s*[\w.]+)+\s*:")),
    ((3, 14), re.compile(r".*\b(?:t|T|tr|rt|Tr|tR|TR|Rt|rT|RT)(?:'|\")")),
    ((3, 12), re.compile(r"\s*(?:async\s+)?def\s+\w+\s*\[")),
    ((3, 12), re.compile(r"\s*class\s+\w+\s*\[")),
    ((3, 12), re.compile(r"\s*type\s+\w+\s*(?:\[.*\])?\s*=")),
    ((3, 12), re.compile(r".*\b[rR]?[fF][rR]?(['\"]).*\{[^}]*\1")),
    ((3, 12), re.compile(r".*\b[rR]?[fF][rR]?(['\"]).*\{[^}]*[\\#]")),
    ((3, 15), re.compile(r"\s*lazy\s+(?:from|import)\b")),
)


def kind(source: str, line: int | None, message: str, error: str, running: tuple[int, int] = RUNNING) -> str:
    """What such a file is, in a sentence; empty where nothing more can be said than Python says.

    line, message and error: what Python stumbled over. running: the version that reads it.
    """
    head = source[:MAX_HEAD]
    if _HTML.match(head):
        return _("this is a web page, saved under the name of a Python file: save or download the file itself")
    if head.lstrip().startswith("{") and '"cells"' in source:
        return _("this is a notebook, saved under the name of a Python file: give it the suffix .ipynb")
    if _MERGE.search(source):
        return _("it has the marks of a merge that was not finished (<<<<<<<, =======, >>>>>>>): keep one of the sides")
    lines = source.split("\n")
    there = lines[line - 1][:MAX_LINE] if line and 0 < line <= len(lines) else ""
    if error == "TabError" or (error == "IndentationError" and _mixes(lines, line or 0)):
        return _("tabs and spaces are mixed in its indentation: use spaces only")
    if any(pattern.match(there) for pattern in _OLD) or _OLD_NUMBER.search(message):
        return _("this is Python 2, and it is graded with Python {running}").format(running="{}.{}".format(*running))
    for since, pattern in _NEW:
        if since > running and pattern.match(there):
            text = _("this needs Python {needed}; it is graded with Python {running}")
            return text.format(needed="{}.{}".format(*since), running="{}.{}".format(*running))
    if _SMART.search(there) and ("invalid character" in message or "unterminated" in message):
        return _("these are typographic quotation marks: type straight ones, ' or \"")
    return ""


def _mixes(lines: list[str], line: int) -> bool:
    """Whether indentations near a line are partly of tabs and partly of spaces."""
    near = [text[: len(text) - len(text.lstrip())] for text in lines[max(0, line - 3) : line + 1]]
    return any("\t" in indent for indent in near) and any(" " in indent for indent in near)
