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
    """Source text in the encoding that the file declares (UTF-8 if none), as Python itself reads it; or in UTF-16."""
    try:
        text = content.decode(_utf16(content) or _declared(content)).removeprefix("\ufeff")
    except SyntaxError:
        return Source(filename, problem=_("the file is not UTF-8 and does not say what else it is: save it as UTF-8"))
    except (ValueError, LookupError):
        return Source(filename, problem=_("the file is not in the encoding it should be in: save it as UTF-8"))
    if "\0" in text:
        return Source(filename, problem=_("the file has NUL bytes in it: it is not Python text"))
    return Source(filename, text=plain(text))


def _declared(content: bytes) -> str:
    if b"\0" in content:  # whatever it declares
        return "latin-1"
    encoding, _lines = tokenize.detect_encoding(io.BytesIO(content).readline)
    if codecs.lookup(encoding).name in SLOW:
        raise LookupError(encoding)
    return encoding


def _utf16(content: bytes) -> str:
    """Which UTF-16 a text is in, by its mark or since every other byte is zero; empty if in none."""
    for encoding, mark, high in (("utf-16-le", codecs.BOM_UTF16_LE, 1), ("utf-16-be", codecs.BOM_UTF16_BE, 0)):
        zeros, pairs = content[high::2].count(0), len(content) // 2
        if content.startswith(mark) or (pairs > 3 and zeros > 0.9 * pairs and not content[1 - high :: 2].count(0)):
            return encoding
    return ""


def plain(text: str) -> str:
    """Text with one kind of line end, and without halves of characters, which no file can hold."""
    return text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
