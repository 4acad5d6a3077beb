"""The leak check: no solution, no misconception and no secret seed is in a student's copy, whatever it is wrapped in.

Solutions and misconceptions are cut into statements. A file leaks if one of them is in it that is long enough to tell
and that stubs and hints do not show on purpose. Layout, comments, quotes and brackets do not count, so that reformatted
code, notebooks, diffs and pages are seen through; archives, compressed data (git objects, pictures), what addresses and
strings escape, and text in base 16, 32, 64 and 85 are opened. What cannot be looked into (compiled code, caches, links,
locked archives) is refused. A secret seed is looked for in any case, glued to other text, and in these bases. It is a
search for leaks by mistake: who wants to hide something from it can.
"""

from __future__ import annotations

import ast
import base64
import binascii
import bz2
import html
import io
import lzma
import os
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote_to_bytes

from autograder import catalog
from autograder.judging.expectations import Expectations
from autograder.judging.stubs import BEGIN, END, cut
from autograder.messages import _
from autograder.runner.wire import WireError, encode
from autograder.seeds import PUBLIC

SHORTEST = 20  # of a statement, squeezed: shorter ones, as "return Y", are in everybody's code
VARIED = 10
MAX_DEPTH = 5
MAX_SIZE = 64 << 20

REFUSED_FOLDERS = {"solutions", "misconceptions", "__pycache__", ".kata", ".venv", ".ipynb_checkpoints"}
COMPILED = {".pyc", ".pyo", ".pyd", ".so", ".dll", ".dylib", ".o", ".a"}
MAGIC_NUMBERS = range(3000, 4000)  # the first two bytes of what Python 3 compiles, since 3.0
MACHINE_CODE = (b"\x7fELF", b"MZ\x90\x00", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
SEALED = (b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf\x27\x1c", b"Rar!")

_NOISE = r"\\+[nrt]|[\s\"'\\`(),\[\]{}#]"
_COMMENT = r"#.*?(?=\\+n|\n|\Z)"
# A text with its comments, in case code was commented out; and without, in case they stand inside of statements.
_SQUEEZES = (re.compile(f"(?:{_NOISE})+"), re.compile(f"(?:{_COMMENT}|{_NOISE})+"))
_PRINTABLE = re.compile(rb"[\t\r\n\x20-\x7e]{8,}")
_TAG = re.compile(r"<[^<>]*>")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}(?:(?:\\n|[\s\"',])+[A-Za-z0-9+/_-]{16,})*(?:(?:\\n|\s)+[A-Za-z0-9+/_-]+)?")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}){20,}")
_BASE32 = re.compile(rb"[A-Z2-7]{32,}(?:(?:\\n|\s)+[A-Z2-7]{16,})*(?:(?:\\n|\s)+[A-Z2-7]+)?")
_BASE85 = {
    base64.b85decode: re.compile(rb"[0-9A-Za-z!#$%&()*+\-;<=>?@^_`{|}~]{25,}"),
    base64.a85decode: re.compile(rb"[!-uz]{25,}"),
}
_TOLD = re.compile(rb"[\t\r\n\x20-\x7e]+")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|u\{([0-9A-Fa-f]{1,6})\})")
GLUED = 8  # a seed of so many characters is no part of an ordinary word
_STREAM = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08|BZh[1-9]1AY|\xfd7zXZ\x00")


@dataclass(frozen=True)
class Leak:
    """file: where, by its path in the copy. line: 0 if it is about the file as a whole."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}" if self.line else f"{self.file}: {self.what}"


class Search:
    """Looks for what a copy must not hold. seeds: the secret ones that are known."""

    def __init__(self, seeds: Iterable[str] = ()) -> None:
        shown = squeeze("\n".join(text for id in catalog.entries() for text in _shown(id)))
        self.fragments: dict[str, str] = {}
        for id in catalog.entries():
            for what, fragments in (
                (_("the solution of"), _solution(id)),
                (_("a misconception of"), _misconceptions(id)),
            ):
                for fragment in fragments:
                    key = squeeze(fragment)
                    if len(key) >= SHORTEST:
                        first = fragment.strip().partition("\n")[0]
                        self.fragments.setdefault(key, f"{what} {id}: {first}")
        for fragment in [found for _at, found in _Index(self.fragments).in_text(shown)]:
            del self.fragments[fragment]
        self._index = _Index(self.fragments)
        self.seeds = {seed: _disguises(seed) for seed in seeds if seed != PUBLIC}

    def in_files(self, files: Iterable[tuple[str, bytes]]) -> list[Leak]:
        """The leaks of files, given by path in the copy and content."""
        return [leak for name, content in files for leak in self.in_file(name, content)]

    def in_folder(self, folder: Path, besides: Collection[str] = ()) -> list[Leak]:
        """The leaks of what lies in a folder, besides some files."""
        found: list[Leak] = []
        for where, folders, names in os.walk(folder):
            here = Path(where).relative_to(folder)
            for name in [n for n in folders if n in REFUSED_FOLDERS or Path(where, n).is_symlink()]:
                folders.remove(name)
                text = _("a folder of this name does not belong here: solutions, caches, compiled or installed files")
                found.append(Leak((here / name).as_posix(), 0, text))
            for name in names:
                path = here / name
                if path.as_posix() in besides:
                    continue
                if not (folder / path).is_file() or (folder / path).is_symlink():
                    found.append(
                        Leak(path.as_posix(), 0, _("a link, or not a plain file: what it leads to is not known"))
                    )
                else:
                    found += self.in_file(path.as_posix(), (folder / path).read_bytes())
        return found

    def in_file(self, name: str, content: bytes) -> list[Leak]:
        """The leaks of one file, the first of each line."""
        leaks: dict[tuple[str, int], Leak] = {}
        for leak in self._look(name, content, 0, 0):
            leaks.setdefault((leak.file, leak.line), leak)
        return sorted(leaks.values(), key=lambda leak: (leak.file, leak.line))

    def _look(self, name: str, content: bytes, line: int, depth: int) -> Iterator[Leak]:
        """line: where in the outermost file this is wrapped up; 0 at the outermost."""
        if reason := _refusal(name, content):
            yield Leak(name, line, reason)
            return
        for text, has_lines in _texts(content):
            for at, what in self._matches(text):
                yield Leak(name, line or (text.count("\n", 0, at) + 1 if has_lines else 0), what)
        if wrong := _of_another_seed(content):
            yield Leak(name, line, wrong)
        try:
            for label, at, inner in _unwrap(content):
                if depth == MAX_DEPTH:
                    yield Leak(name, line, _("wrapped up too deeply to be looked into"))
                    return
                outer = line or (content.count(b"\n", 0, at) + 1 if at >= 0 else 0)
                yield from self._look(f"{name}{label}", inner, outer, depth + 1)
        except _SealedError as error:
            yield Leak(name, line, str(error))

    def _matches(self, text: str) -> Iterator[tuple[int, str]]:
        """Places in a text, and what stands there."""
        for pattern in _SQUEEZES if "#" in text else _SQUEEZES[:1]:
            squeezed = pattern.sub("", text)
            if len(squeezed) < SHORTEST:
                continue
            for at, fragment in self._index.in_text(squeezed):
                yield _place(pattern, text, at), self.fragments[fragment]
        for seed, word in self.seeds.items():
            if match := word.search(text):
                yield match.start(), _("the secret seed {seed!r}").format(seed=seed)


class _Index:
    """Finds fragments in texts, in a time that does not depend on how many there are.

    Every fragment has SHORTEST characters at least, so wherever it stands in a text, one of its first STEP pieces of
    PIECE characters begins at a multiple of STEP.
    """

    PIECE = SHORTEST // 2
    STEP = SHORTEST - PIECE + 1

    def __init__(self, fragments: Iterable[str]) -> None:
        self._pieces: dict[str, list[tuple[str, int]]] = {}
        for fragment in fragments:
            for start in range(self.STEP):
                self._pieces.setdefault(fragment[start : start + self.PIECE], []).append((fragment, start))

    def in_text(self, text: str) -> Iterator[tuple[int, str]]:
        """Where each of the fragments that are in a text stands there first."""
        found: set[str] = set()
        for at in range(0, len(text) - self.PIECE + 1, self.STEP):
            for fragment, start in self._pieces.get(text[at : at + self.PIECE], ()):
                if start <= at and fragment not in found and text.startswith(fragment, at - start):
                    found.add(fragment)
                    yield at - start, fragment


def squeeze(text: str) -> str:
    """A text without what layout, quoting and line breaks add: what is left of code in any wrapping of text."""
    return _SQUEEZES[1].sub("", text)


def _place(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where in a text the character stands that is number ``at`` after squeezing."""
    kept, start = 0, 0
    for gap in pattern.finditer(text):
        if kept + gap.start() - start > at:
            break
        kept += gap.start() - start
        start = gap.end()
    return start + at - kept


def _shown(id: str) -> Iterator[str]:
    """What a student is shown on purpose: the stub, and the hints, of which the last is nearly the answer."""
    yield cut(catalog.solution_file(id).read_text(encoding="utf-8"))
    for hint in catalog.load_exercise(id).hints:
        yield hint.text


def _solution(id: str) -> set[str]:
    source = catalog.solution_file(id).read_text(encoding="utf-8")
    lines = [line.strip() for line in source.splitlines()]
    begins = [number for number, line in enumerate(lines, 1) if line == BEGIN]
    ends = [number for number, line in enumerate(lines, 1) if line == END]
    inside = [range(begin, end) for begin, end in zip(begins, ends, strict=True)]
    return statements(source, inside)


def _misconceptions(id: str) -> set[str]:
    found, shared = catalog.load_misconceptions(id)
    texts = statements(shared)
    for shelf in catalog.misconceptions_file(id).parent.glob("_*.py"):
        texts |= statements(shelf.read_text(encoding="utf-8"))
    for misconception in (m for m in found if not m.generated):
        texts |= statements(misconception.code)
        texts |= {line for _old, new in misconception.edits for line in new.splitlines()}
    return texts


def statements(source: str, inside: Collection[range] | None = None) -> set[str]:
    """The statements of a source (in some ranges of lines), each as it stands and as Python writes it.

    Of a compound statement the first line alone; imports and texts are left out.
    """
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.stmt) or isinstance(node, ast.Import | ast.ImportFrom | ast.Pass):
            continue
        if inside is not None and not any(node.lineno in lines for lines in inside):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if body := getattr(node, "body", None):
            end = body[0].lineno - 1
            found.add("\n".join(source.splitlines()[node.lineno - 1 : max(end, node.lineno)]))
        else:
            found |= {ast.unparse(node), ast.get_source_segment(source, node) or ""}
    return found


class _SealedError(ValueError):
    """Something that cannot be looked into."""


def _refusal(name: str, content: bytes) -> str:
    """Why a file does not belong into a copy, whatever is in it."""
    path = PurePosixPath(name)
    if set(path.parts[:-1]) & REFUSED_FOLDERS:
        return _("a folder of this name does not belong here: solutions, caches, compiled or installed files")
    by_python = content[2:4] == b"\r\n" and int.from_bytes(content[:2], "little") in MAGIC_NUMBERS
    if path.suffix in COMPILED or by_python or content.startswith(MACHINE_CODE):
        return _("compiled code: what it does cannot be seen")
    if content.startswith(SEALED):
        return _("an archive that cannot be looked into")
    return ""


def _texts(content: bytes) -> Iterator[tuple[str, bool]]:
    """What can be read in a file, and whether its lines are those of the file."""
    try:
        text = content.decode("utf-8-sig")
        yield text, True
    except UnicodeDecodeError:
        text = ""
        yield _readable(content), False
    if b"\0" in content:  # two or four bytes a character
        yield _readable(content.replace(b"\0", b"")), False
    if "</" in text or "&" in text:
        yield html.unescape(_TAG.sub("", text)), False
    if "%" in text:
        yield unquote_to_bytes(text).decode("utf-8", "replace"), False
    if _ESCAPE.search(text):
        yield _ESCAPE.sub(_unescaped, text), False


def _unescaped(match: re.Match[str]) -> str:
    code = int(next(filter(None, match.groups())), 16)
    return chr(code) if code <= 0x10FFFF else ""


def _disguises(seed: str) -> re.Pattern[str]:
    """A secret seed in any case, glued to other text unless it is short; and as it looks within text in other bases."""
    raw = seed.encode("utf-8", "surrogateescape")
    found = [f"(?i:{re.escape(seed)})" if len(seed) >= GLUED else rf"(?<!\w)(?i:{re.escape(seed)})(?!\w)"]
    if len(seed) >= GLUED:
        found.append(f"(?i:{raw.hex()})")
        for based, together in ((base64.b64encode, 3), (base64.urlsafe_b64encode, 3), (base64.b32encode, 5)):
            for before in range(together):
                whole = raw[(together - before) % together :]  # what stands at the ends depends on what is around it
                inner = whole[: len(whole) // together * together]
                if len(inner) >= GLUED - together:
                    found.append(re.escape(based(inner).decode()))
    return re.compile("|".join(dict.fromkeys(found)))


def _readable(content: bytes) -> str:
    return b"\n".join(_PRINTABLE.findall(content)).decode("ascii")


def _unwrap(content: bytes) -> Iterator[tuple[str, int, bytes]]:
    """What is wrapped up in a file: a label, where it begins (-1 if lines say nothing), and its content."""
    if content.startswith(b"PK\x03\x04") or b"PK\x05\x06" in content[-70000:]:
        yield from _of_zip(content)
    if content[257:262] == b"ustar":
        yield from _of_tar(content)
    end = 0
    for match in _STREAM.finditer(content):
        if match.start() >= end and (opened := _decompressed(content, match)):
            inner, end = opened
            yield " (compressed)", -1, inner
    for match in _BASE64.finditer(content):
        if len(set(match[0])) < VARIED:  # a plain area of a picture
            continue
        text = re.sub(rb"\\n|[\s\"',]+", b"", match[0]).translate(bytes.maketrans(b"-_", b"+/"))
        for start in range(4):  # letters before it may have joined it
            part = text[start:]
            part = part[:-1] if len(part) % 4 == 1 else part
            inner = base64.b64decode(part + b"=" * (-len(part) % 4))
            if start == 0 or inner[:SHORTEST].isascii():
                yield " (base64)", match.start(), inner
    for match in _HEX.finditer(content):
        yield " (hexadecimal)", match.start(), binascii.unhexlify(match[0])
    for match in _BASE32.finditer(content):
        text = re.sub(rb"\\n|\s+", b"", match[0])
        yield from _joined(" (base32)", match.start(), text, 8, base64.b32decode)
    for decode, pattern in _BASE85.items():
        for match in pattern.finditer(content):
            if len(set(match[0])) >= VARIED:
                yield from _joined(" (base85)", match.start(), match[0], 5, decode)
    if not content[:SHORTEST].isascii() and (inner := _deflated(content)):
        yield " (compressed)", -1, inner


def _joined(
    label: str, at: int, text: bytes, letters: int, decode: Callable[[bytes], bytes]
) -> Iterator[tuple[str, int, bytes]]:
    """What a text stands for, so many letters at a time, wherever in it that begins: only where it tells something,
    since almost any word stands for some bytes."""
    for start in range(letters):
        part = text[start:]
        try:
            beginning = decode(part[: letters * 4])
            if _TOLD.fullmatch(beginning) or _STREAM.match(beginning):
                yield label, at, decode(part[: len(part) // letters * letters]) + _rest(part, letters, decode)
        except ValueError:
            continue


def _rest(part: bytes, letters: int, decode: Callable[[bytes], bytes]) -> bytes:
    """The last letters, fewer than go together."""
    last = part[len(part) // letters * letters :]
    try:
        return decode(last + b"=" * (letters - len(last)) if letters == 8 and last else last)
    except ValueError:
        return b""


def _deflated(content: bytes) -> bytes:
    """What a stream without a head gives, if all of the content is one."""
    stream = zlib.decompressobj(-15)
    try:
        found = stream.decompress(content, MAX_SIZE)
    except zlib.error:
        return b""
    return found if stream.eof and len(found) >= SHORTEST else b""


def _of_zip(content: bytes) -> Iterator[tuple[str, int, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                if member.file_size > MAX_SIZE:
                    raise _SealedError(_("too large to be looked into"))
                yield f"/{member.filename}", -1, archive.read(member)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error):
        raise _SealedError(_("an archive that cannot be looked into")) from None


def _of_tar(content: bytes) -> Iterator[tuple[str, int, bytes]]:
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isfile() else None
                if stream is not None:
                    yield f"/{member.name}", -1, stream.read()
    except (tarfile.TarError, KeyError):
        raise _SealedError(_("an archive that cannot be looked into")) from None


def _decompressed(content: bytes, match: re.Match[bytes]) -> tuple[bytes, int] | None:
    """What a stream gives that seems to begin here, even if it is cut off, and where it ends; None if it is none."""
    kind = match[0][:1]
    opener: Any = {b"x": zlib.decompressobj, b"B": bz2.BZ2Decompressor, b"\xfd": lzma.LZMADecompressor}.get(kind)
    stream = opener() if opener else zlib.decompressobj(31)
    view, at, parts, size = memoryview(content), match.start(), [], 0
    while at < len(content) and not stream.eof:
        block = view[at : at + 4096]
        try:
            parts.append(stream.decompress(block, MAX_SIZE))
        except (zlib.error, OSError, lzma.LZMAError):
            return None
        at += len(block)
        size += len(parts[-1])
        if size >= MAX_SIZE:
            raise _SealedError(_("too large to be looked into"))
    found = b"".join(parts)
    if stream.eof:
        return found, at - len(stream.unused_data)
    return (found, match.start() + 2) if len(found) >= SHORTEST else None


def _of_another_seed(content: bytes) -> str:
    """What is wrong with expectations: they may hold what the public seed draws, and nothing else."""
    if content[36:40] != b'["d"':  # behind the checksum
        return ""
    try:
        found = Expectations.from_bytes(content)
    except (WireError, TypeError, KeyError, ValueError, AttributeError):
        return ""
    if found.seed != PUBLIC:
        return _("expectations of the seed {seed!r}").format(seed=found.seed)
    for check, case in catalog.load_exercise(found.id).cases():
        drawn, _sizes = check.draw(case, PUBLIC, found.device)
        held = found.cases.get((check.name, case.index))
        if held is not None and encode(drawn) != encode(held.inputs):
            return _("inputs of {check} that the public seed does not draw").format(check=check.name)
    return ""
