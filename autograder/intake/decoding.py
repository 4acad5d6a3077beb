"""From the bytes of a Python file to its text."""

from __future__ import annotations

import codecs
import io
import tokenize

from autograder.intake.model import Source
from autograder.messages import _

# Encodings of host names, not of texts: decoding takes time that grows with the square of the length.
SLOW = {"punycode", "idna"}


def decode_source(filename: str, content: bytes) -> Source:
    """Source text in the encoding that the file declares (UTF-8 if none), as Python itself reads it."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Source(filename, problem=_("the file is saved as UTF-16: save it as UTF-8"))
    if b"\0" in content:
        return Source(filename, problem=_("the file has NUL bytes in it: it is not Python text"))
    try:
        encoding, _lines = tokenize.detect_encoding(io.BytesIO(content).readline)
        if codecs.lookup(encoding).name in SLOW:
            raise LookupError(encoding)
        text = content.decode(encoding)
    except SyntaxError:
        return Source(filename, problem=_("the file is not UTF-8 and does not say what else it is: save it as UTF-8"))
    except (ValueError, LookupError):
        return Source(filename, problem=_("the file is not in the encoding it should be in: save it as UTF-8"))
    return Source(filename, text=plain(text))


def plain(text: str) -> str:
    """Text with one kind of line end, and without halves of characters, which no file can hold."""
    return text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
