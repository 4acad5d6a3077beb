"""Zip and tar archives, read in memory: regular files only, under caps on number, size and ratio.

Nothing is ever unpacked to disk. What an archive calls a link, a device or a place outside of it is refused by name.
Of members with one name the last wins, as when one unpacks it, and a note says so.
"""

from __future__ import annotations

import bz2
import calendar
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from typing import IO, BinaryIO

from autograder.intake.trees import (
    ARCHIVES,
    FOREIGN,
    MAX_ARCHIVE,
    MAX_DEPTH,
    MAX_FILES,
    PACKED,
    File,
    Tree,
    UnreadError,
    is_ignored,
    is_link,
    limit_of,
    not_regular,
    too_large,
)
from autograder.messages import _

MAX_RATIO = 200
RATIO_FROM = 10 << 20  # below this size a good ratio is no sign of a bomb
MAX_HEADER = 16 << 10  # of a tar's member, for long names and the like: tarfile's time grows with the square of it
PIECE = 4096
# How zipfile reads them, a read of n bytes unpacks n packed ones, whatever comes of them.
_UNBOUNDED = (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, *_UNBOUNDED)
MAX_EMPTY = 100  # reads behind the end of a tar, after which no more can come


@dataclass
class Caps:
    """What one submission, or one class, may cost: members, files of interest; in bytes the directory of a zip, what is
    held in memory at once, and what is read in all; how much more a tar may hold than its size. In characters the code
    of all notebooks, and what may be parsed in vain."""

    members: int = 100_000
    files: int = MAX_FILES
    directory: int = 16 << 20
    held: int = 256 << 20
    total: int = 512 << 20
    ratio: int = MAX_RATIO
    code: int = 2 << 20
    effort: int = 4 << 20

    def take(self, size: int) -> None:
        self.total -= size
        self._check(self.total)

    def hold(self, size: int) -> None:
        self.held -= size
        self._check(self.held)

    def _check(self, rest: int) -> None:
        if rest < 0:
            raise UnreadError(_("there is more in it than is read: leave out what is not code"))


def whole_class() -> Caps:
    """The caps of an archive that holds a class; what is read of it, each submission's own caps limit."""
    return Caps(members=2_000_000, files=1_000_000, directory=256 << 20, held=2 << 30, total=1 << 36, ratio=1 << 20)


def stem(name: str) -> str | None:
    """The name of an archive without its suffix; None if it is none."""
    return next(
        (name[: -len(s)] for s in (*ARCHIVES, *FOREIGN) if name.lower().endswith(s) and len(name) > len(s)), None
    )


def unpacked(file: File) -> File | None:
    """A Python file or notebook that was packed by itself, as that file; None for anything else."""
    suffix = next((s for s in PACKED if file.path.name.lower().endswith(s)), "")
    if not suffix:
        return None
    called = (file.called or file.path.name)[: -len(suffix)]
    inner = replace(file, called=called, read=partial(_read_packed, file))
    return inner if inner.suffix in (".py", ".ipynb") else None


def _read_packed(file: File, limit: int) -> bytes:
    content = io.BytesIO(file.read(min(limit, MAX_ARCHIVE)))
    try:
        stream = _decompressed(content)
        unpacked = stream.read(limit + 1) if stream else content.getvalue()
    except Exception:  # what damaged data raises is no closed list
        raise _damaged() from None
    return _kept(unpacked, limit)


def _decompressed(stream: BinaryIO) -> gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile | None:
    """What is in a stream that was packed as a whole; None if it is not such."""
    head = stream.read(8)
    stream.seek(0)
    if head.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=stream)
    if head.startswith(b"BZh"):
        return bz2.BZ2File(stream)
    return lzma.LZMAFile(stream) if head.startswith(b"\xfd7zXZ") else None


def open_archive(stream: BinaryIO, caps: Caps) -> Tree:
    """The files in an archive. What it is, its first bytes say, not its name. Raises ``UnreadError``."""
    head = stream.read(512)
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if not size:
        raise UnreadError(_("the archive is empty"))
    if head[:4] in (b"PK\3\4", b"PK\5\6"):
        return _zip(stream, caps)
    if packed := _decompressed(stream):
        return _tar(_Counted(packed, caps, size), caps)
    if head[257:262] == b"ustar":
        return _tar(_Counted(stream, caps, size), caps)
    if head.startswith((b"Rar!", b"7z\xbc\xaf", b"\x28\xb5\x2f\xfd")):
        raise UnreadError(_("archives of this kind are not read: hand in a .zip"), unreadable=True)
    # Damaged at its beginning, or never an archive.
    raise UnreadError(_("this is not a zip or tar archive, or it is damaged: hand it in again"), unreadable=True)


def _damaged() -> UnreadError:
    return UnreadError(_("the archive is damaged or cut off: hand it in again"), unreadable=True)


class _Members:
    """Collects the members of an archive under their names."""

    def __init__(self, caps: Caps) -> None:
        self.caps = caps
        self.tree = Tree()
        self.found: dict[PurePosixPath, File] = {}
        self.of_interest = 0

    def place(self, name: str) -> PurePosixPath | None:
        """Where a member lies; None if it leads out of the archive or is of no interest."""
        name = name.replace("\\", "/").encode("utf-8", "replace").decode()
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or (path.parts[:1] and path.parts[0].endswith(":")):
            self.tree.note(name[:200], _("this leads out of the archive and was not read"))
            return None
        if not path.parts or len(path.parts) > 2 * MAX_DEPTH or is_ignored(path):
            return None
        return path

    def add(self, file: File) -> None:
        if file.path in self.found:
            self.tree.note(file.path, _("this is in the archive more than once: the last one counts"))
        elif not limit_of(file):
            if len(self.found) - self.of_interest >= self.caps.files:
                return  # it would not be read
        elif self.of_interest >= self.caps.files:
            self.cut_short(self.caps.files)
            return
        else:
            self.of_interest += 1
        self.found[file.path] = file

    def cut_short(self, most: int) -> None:
        """Not everything was looked at: what is missing may be there."""
        if not self.tree.faults:
            text = _("there are more than {most} files in the archive: the rest was not looked at")
            self.tree.faults.append(("", UnreadError(text.format(most=most), unreadable=True)))

    def refuse(self, path: PurePosixPath, error: UnreadError) -> None:
        """A link or a device: named, and said again where it stands for a solution."""
        self.tree.note(path, str(error))
        self.add(File(path, partial(_refused, error)))

    def done(self) -> Tree:
        self.tree.files = list(self.found.values())
        return self.tree


def _refused(error: UnreadError, limit: int) -> bytes:
    raise error


class _Guard:
    """A zip's stream while its directory is read: the directory's size is whatever the archive says."""

    def __init__(self, stream: BinaryIO, most: int) -> None:
        self._stream = stream
        self.most: int | None = most
        self.seek, self.tell, self.seekable, self.close = stream.seek, stream.tell, stream.seekable, stream.close

    def read(self, size: int = -1) -> bytes:
        if self.most is not None and size > self.most:
            raise UnreadError(_("there are more files in the archive than are looked at: hand in the code alone"))
        return self._stream.read(size)


def _zip(stream: BinaryIO, caps: Caps) -> Tree:
    guard = _Guard(stream, caps.directory)
    try:
        archive = zipfile.ZipFile(guard)  # type: ignore[call-overload]
    except UnreadError:
        raise
    except Exception:  # what a hostile directory raises is no closed list
        raise _damaged() from None
    guard.most = None
    members = _Members(caps)
    infos = archive.infolist()
    if len(infos) > caps.members:
        members.cut_short(caps.members)
    for info in infos[: caps.members]:
        path = None if info.filename.endswith(("/", "\\")) else members.place(_name(info))
        if path is None:
            continue
        kind = stat.S_IFMT(info.external_attr >> 16) if info.create_system == 3 else 0
        if kind == stat.S_IFLNK:
            members.refuse(path, is_link())
        elif kind not in (0, stat.S_IFREG):
            members.refuse(path, not_regular())
        else:
            members.add(File(path, partial(_read_member, archive, info, caps), _modified(info)))
    return members.done()


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name: UTF-8 also where the archive does not say so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _modified(info: zipfile.ZipInfo) -> float:
    try:
        return float(calendar.timegm(info.date_time))  # in which zone, a zip does not say
    except (ValueError, OverflowError):  # a month that there is not
        return 0.0


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, caps: Caps, limit: int) -> bytes:
    if info.flag_bits & 0x1:
        raise UnreadError(_("the archive is encrypted: hand it in without a password"), unreadable=True)
    if info.compress_type not in _METHODS:
        raise UnreadError(_("the archive is packed in an unusual way: hand in an ordinary .zip"), unreadable=True)
    if info.file_size > limit:
        raise too_large(info.file_size, limit)
    if info.file_size > RATIO_FROM and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise _bomb()
    caps.take(info.file_size)
    try:
        with archive.open(info) as member:
            content = b"".join(_pieces(member, limit + 1, info.compress_type in _UNBOUNDED))
    except Exception:  # a bad checksum, a cut-off stream, a directory that lies
        raise _damaged() from None
    if len(content) != info.file_size:
        raise _damaged()
    return content


def _pieces(member: IO[bytes], most: int, small: bool) -> Iterator[bytes]:
    """What a member holds, at most so many bytes; small: in pieces that cannot unfold to any size."""
    while most > 0 and (piece := member.read(min(most, PIECE) if small else most)):
        most -= len(piece)
        yield piece


def _bomb() -> UnreadError:
    text = _("the archive holds far more than its size suggests (over {ratio} times): it is not read")
    return UnreadError(text.format(ratio=MAX_RATIO))


class _Counted:
    """What comes out of a stream, counted against the caps."""

    def __init__(self, stream: BinaryIO | gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile, caps: Caps, packed: int) -> None:
        self._stream = stream
        self._most = max(RATIO_FROM, caps.ratio * packed)
        self._caps = caps
        self._count = self._empty = 0

    def read(self, size: int) -> bytes:
        content = self._stream.read(size)
        self._empty = 0 if content else self._empty + 1
        if self._empty > MAX_EMPTY:  # the size in a header is a lie
            raise _damaged()
        self._count += len(content)
        self._caps.take(len(content))
        if self._count > self._most:
            raise _bomb()
        return content


_HEADERS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)


class _Info(tarfile.TarInfo):
    """A header that tells a damaged archive from one that ends: tarfile itself takes both for the end."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Info:
        info = super().frombuf(buf, encoding, errors)
        if info.size < 0 or (info.type in _HEADERS and info.size > MAX_HEADER):
            raise _damaged()
        return info

    @classmethod
    def fromtarfile(cls, tarfile_: tarfile.TarFile) -> _Info:
        try:
            return super().fromtarfile(tarfile_)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
            raise
        except tarfile.HeaderError:
            raise _damaged() from None


def _tar(stream: _Counted, caps: Caps) -> Tree:
    """A tar is read in one pass, what may be needed is kept. A damaged one gives what comes before the damage."""
    members = _Members(caps)
    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Info) as archive:  # type: ignore[call-overload]
            _read_tar(archive, members, caps)
    except UnreadError as error:
        members.tree.faults.append(("", error))
    except Exception:  # what a hostile header raises is no closed list
        members.tree.faults.append(("", _damaged()))
    return members.done()


def _read_tar(archive: tarfile.TarFile, members: _Members, caps: Caps) -> None:
    for number, info in enumerate(_each(archive)):
        if number >= caps.members:
            members.cut_short(caps.members)
            return
        path = None if info.isdir() else members.place(info.name)
        if path is None:
            continue
        if info.issym() or info.islnk():
            members.refuse(path, is_link())
        elif not info.isreg() or info.issparse():
            members.refuse(path, not_regular())
        else:
            file = File(path, partial(_refused, not_regular()), float(info.mtime))
            limit = limit_of(file)
            if info.size > limit:
                members.add(File(path, partial(_refused, too_large(info.size, limit)), file.modified))
            elif (content := archive.extractfile(info)) is not None:
                caps.hold(info.size)
                members.add(File(path, partial(_kept, content.read()), file.modified))


def _each(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while (info := archive.next()) is not None:
        archive.members = []  # type: ignore[attr-defined]  # what was read is not needed again
        yield info


def _kept(content: bytes, limit: int) -> bytes:
    if len(content) > limit:
        raise too_large(len(content), limit)
    return content
