"""Archives: what is in them is read like a folder, hostile ones get one sentence, nobody else loses anything."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import random
import stat
import struct
import tarfile
import time
import warnings
import zipfile
from pathlib import Path

import pytest

from autograder.intake import archives, trees
from autograder.intake.archives import Caps, open_archive
from autograder.intake.classes import IntakeError, read_class
from autograder.intake.trees import UnreadError
from support import CORR2D, DROPOUT

IDS = [CORR2D, DROPOUT]
FILES = {"ch07_convolution/corr2d.py": b"corr2d = 1\n", "ch04_regularization/dropout.py": b"dropout = 1\n"}


def make_zip(files, compression=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", compression) as archive:
        warnings.simplefilter("ignore")  # names that are there twice are meant
        for name, content in files.items() if isinstance(files, dict) else files:
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name, (2026, 3, 14, 15, 9, 26))
            archive.writestr(info, content, compression if info is not name else None)
    return stream.getvalue()


def make_tar(files, mode="w:gz"):
    stream = io.BytesIO()
    packed, mode = mode == "w:gz", mode if mode != "w:gz" else "w"
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for name, content in files.items() if isinstance(files, dict) else files:
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return gzip.compress(stream.getvalue(), mtime=0) if packed else stream.getvalue()


def special(name, kind, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def zip_link(name):
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info


def hand_in(folder: Path, name: str, content: bytes):
    """The submission of a class in which one student hands in this file, beside an honest neighbour."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    neighbour = folder / "zoe" / "ch07_convolution" / "corr2d.py"
    neighbour.parent.mkdir(parents=True, exist_ok=True)
    neighbour.write_text("honest = 1\n")
    first, last = read_class(folder, IDS)
    assert last.sources[CORR2D].text == "honest = 1\n"
    assert not last.notes
    return first


def is_flawless(submission):
    return {id: s.text for id, s in submission.sources.items()} == {CORR2D: "corr2d = 1\n", DROPOUT: "dropout = 1\n"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ada.zip", make_zip(FILES)),
        ("ada.ZIP", make_zip(FILES, zipfile.ZIP_STORED)),
        ("ada.tar", make_tar(FILES, "w")),
        ("ada.tar.gz", make_tar(FILES)),
        ("ada.tgz", make_tar(FILES)),
        ("ada.tar.bz2", make_tar(FILES, "w:bz2")),
        ("ada.tar.xz", make_tar(FILES, "w:xz")),
        ("ada.zip", make_zip(FILES, zipfile.ZIP_LZMA)),
        ("ada.zip", make_zip(FILES, zipfile.ZIP_BZIP2)),
        ("ada.zip", make_tar(FILES)),  # what it is, its content says
        ("ada.tgz", make_zip(FILES)),
        ("ada.zip", make_zip({f"hw1/hw1/{name}": content for name, content in FILES.items()})),
        ("ada.zip", make_zip({name.replace("/", "\\"): content for name, content in FILES.items()})),
        ("ada.zip", make_zip({"inner.zip": make_zip(FILES)})),
        ("ada.tar.gz", make_tar({"inner.zip": make_zip(FILES), "__MACOSX/._corr2d.py": b"\0"})),
    ],
)
def test_archives_are_read_like_folders(tmp_path, name, content):
    submission = hand_in(tmp_path, name, content)
    assert submission.student == "ada"
    assert is_flawless(submission)
    assert not submission.notes
    assert sorted(os.listdir(tmp_path)) == sorted([name, "zoe"])


def test_archives_within_a_folder_are_part_of_it(tmp_path):
    folder = tmp_path / "ada"
    folder.mkdir()
    (folder / "hw.zip").write_bytes(make_zip({"corr2d.py": b"corr2d = 1\n"}))
    (folder / "rest.tar.gz").write_bytes(make_tar({"work/dropout.py": b"dropout = 1\n"}))
    (submission,) = read_class(tmp_path, IDS)
    assert is_flawless(submission)
    assert f"{CORR2D} was found at hw.zip/corr2d.py" in submission.notes


def test_an_archive_in_an_archive_in_an_archive_is_not_opened(tmp_path):
    deep = make_zip({"again.zip": make_zip({"inner.zip": make_zip(FILES)})})
    submission = hand_in(tmp_path, "ada.zip", deep)
    assert {s.problem for s in submission.sources.values()} == {
        "an archive in an archive is not opened: hand in its files"
    }
    assert submission.notes == ["again.zip/inner.zip: an archive in an archive is not opened: hand in its files"]


@pytest.mark.parametrize("make", [make_zip, make_tar])
@pytest.mark.parametrize("name", ["../evil/ch07_convolution/corr2d.py", "/ch07_convolution/corr2d.py", "C:/corr2d.py"])
def test_places_outside_are_refused_by_name(tmp_path, make, name):
    content = make([*FILES.items(), (name, b"evil = 1\n")])
    submission = hand_in(tmp_path / "class", "ada.zip", content)
    assert is_flawless(submission)
    assert submission.notes == [f"{name}: this leads out of the archive and was not read"]
    assert os.listdir(tmp_path) == ["class"]


def test_links_and_devices_are_refused_by_name(tmp_path):
    members = [
        (special("ch07_convolution/corr2d.py", tarfile.SYMTYPE, "/etc/passwd"), b""),
        (special("ch04_regularization/dropout.py", tarfile.LNKTYPE, "ch07_convolution/corr2d.py"), b""),
        (special("tty.py", tarfile.CHRTYPE), b""),
        (special("pipe.py", tarfile.FIFOTYPE), b""),
    ]
    submission = hand_in(tmp_path, "ada.tar", make_tar(members, "w"))
    for id in IDS:
        assert "symbolic link" in submission.sources[id].problem
        assert not submission.sources[id].unreadable
    assert "tty.py: this is not a regular file" in submission.notes
    assert "pipe.py: this is not a regular file" in submission.notes
    linked = hand_in(tmp_path / "zip", "ada.zip", make_zip([(zip_link("ch07_convolution/corr2d.py"), b"/etc/passwd")]))
    assert "symbolic link" in linked.sources[CORR2D].problem
    assert "symbolic link" in linked.notes[0]


def test_of_one_name_the_last_counts_and_a_note_says_so(tmp_path):
    twice = [("corr2d.py", b"first = 1\n"), ("corr2d.py", b"last = 1\n")]
    for name, content in {"ada.zip": make_zip(twice), "ben.tar": make_tar(twice)}.items():
        submission = hand_in(tmp_path / name, name, content)
        assert submission.sources[CORR2D].text == "last = 1\n"
        assert "corr2d.py: this is in the archive more than once: the last one counts" in submission.notes


def test_ten_thousand_members_and_an_environment_do_not_matter(tmp_path):
    kept = [(f"hw/.venv/lib/{i}.py", b"") for i in range(10_000)] + [(f"hw/{n}", c) for n, c in FILES.items()]
    assert is_flawless(hand_in(tmp_path / "a", "ada.zip", make_zip(kept)))
    many = [*FILES.items(), *((f"junk/{i}.py", b"") for i in range(10_000))]
    for name, content in {"ada.zip": make_zip(many), "ada.tar": make_tar(many)}.items():
        submission = hand_in(tmp_path / name, name, content)
        assert is_flawless(submission)
        assert "there are more than 5000 files in the archive: the rest was not looked at" in submission.notes
        assert len(submission.notes) < 50


def lying_zip(size):
    """A zip whose directory says that its member is this large."""
    content = bytearray(make_zip({"corr2d.py": b"x = 1\n" * 100}))
    central = content.index(b"PK\1\2")
    for start, offset in ((0, 22), (central, 24)):
        struct.pack_into("<I", content, start + offset, size)
    return bytes(content)


def deflate64():
    """A zip that says it is packed by a method which Python does not know."""
    content = bytearray(make_zip({"corr2d.py": b"x = 1\n" * 100}))
    for start, offset in ((0, 8), (content.index(b"PK\1\2"), 10)):
        struct.pack_into("<H", content, start + offset, 9)
    return bytes(content)


BOMB = make_zip({"week.ipynb": bytes(60 << 20)})


@pytest.mark.parametrize(
    ("name", "content", "says", "unreadable"),
    [
        ("ada.zip", b"", "the archive is empty", False),
        ("ada.zip", b"just text", "not a zip or tar archive, or it is damaged", True),
        ("ada.zip", make_zip(FILES)[:-30], "damaged or cut off", True),
        ("ada.tar.gz", make_tar(FILES)[:-40], "damaged or cut off", True),
        ("ada.tar", make_tar(FILES, "w")[:520], "damaged or cut off", True),
        ("ada.rar", b"Rar!\x1a\7\0 and more", "hand in a .zip", True),
        ("ada.7z", b"7z\xbc\xaf\x27\x1c and more", "hand in a .zip", True),
        ("ada.zip", make_zip({"corr2d.py": b"x" * (2 << 20)}), "a file over 1 MB is not read", False),
        ("ada.tgz", make_tar({"corr2d.py": b"x" * (2 << 20)}), "a file over 1 MB is not read", False),
        ("ada.zip", BOMB, "far more than its size suggests", False),
        ("ada.tgz", gzip.compress(b"x" * (60 << 20)), "damaged or cut off", True),
        ("ada.tgz", make_tar({"corr2d.txt": bytes(60 << 20)}), "far more than its size suggests", False),
        ("ada.zip", deflate64(), "packed in an unusual way", True),
        ("ada.zip", make_zip({"corr2d.py": bytes(60 << 20)}, zipfile.ZIP_BZIP2), "is not read", False),
        ("ada.tar.xz", lzma.compress(make_tar(FILES, "w"))[:-40], "damaged or cut off", True),
        ("ada.zip", lying_zip(4), "damaged or cut off", True),
        ("ada.zip", lying_zip(60000), "damaged or cut off", True),
        ("ada.zip", lying_zip(2**32 - 2), "is not read", False),
    ],
)
def test_bad_archives_get_one_sentence(tmp_path, name, content, says, unreadable):
    submission = hand_in(tmp_path, name, content)
    source = submission.sources[CORR2D]
    assert says in source.problem
    assert source.problem
    assert "\n" not in source.problem
    assert source.unreadable is unreadable
    assert not source.text


def test_an_encrypted_archive_is_told_so(tmp_path):
    content = bytearray(make_zip(FILES))
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        start = -1
        while (start := content.find(mark, start + 1)) >= 0:
            content[start + offset] |= 1
    submission = hand_in(tmp_path, "ada.zip", bytes(content))
    for id in IDS:
        assert submission.sources[id].problem == "the archive is encrypted: hand it in without a password"
        assert submission.sources[id].unreadable


def test_a_bad_checksum_costs_that_file_alone_and_is_told(tmp_path):
    content = bytearray(make_zip(FILES, zipfile.ZIP_STORED))
    content[content.index(b"corr2d = 1")] ^= 1
    submission = hand_in(tmp_path, "ada.zip", bytes(content))
    assert submission.sources[CORR2D].missing
    assert any("a person should look" in flag for flag in submission.flags)
    assert submission.sources[DROPOUT].text == "dropout = 1\n"


def test_what_comes_before_the_damage_counts(tmp_path):
    whole = make_tar([*FILES.items(), ("late.py", b"#" * 3000)], "w")
    submission = hand_in(tmp_path / "cut", "ada.tar", whole[:4000])
    assert is_flawless(submission)
    assert any("damaged" in note for note in submission.notes)
    damaged = bytearray(whole)
    damaged[1024 + 10] ^= 0xFF  # the second header: without care it would pass for the end
    submission = hand_in(tmp_path / "header", "ada.tar", bytes(damaged))
    assert submission.sources[CORR2D].text == "corr2d = 1\n"
    assert submission.sources[DROPOUT].missing
    assert any("a person should look" in flag for flag in submission.flags)


def test_a_directory_that_claims_to_be_huge_is_not_read():
    content = bytearray(make_zip({f"{i}.py": b"" for i in range(2000)}))
    with pytest.raises(UnreadError, match="more files in the archive"):
        open_archive(io.BytesIO(bytes(content)), Caps(directory=50_000))


def test_the_total_of_many_archives_is_capped(tmp_path, monkeypatch):
    monkeypatch.setattr(archives.Caps, "__init__", lambda self: vars(self).update(members=100, files=100, directory=1 << 20, held=1 << 20, total=3000))  # fmt: skip
    folder = tmp_path / "ada"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.tar").write_bytes(make_tar({f"{name}.txt": b"x" * 100, **FILES}, "w"))
    (submission,) = read_class(tmp_path, IDS)
    assert any("more in it than is read" in note for note in submission.notes)


def test_a_sparse_file_does_not_unfold(tmp_path):
    header = tarfile.TarInfo("corr2d.py")
    header.type, header.size = tarfile.GNUTYPE_SPARSE, 0
    block = bytearray(header.tobuf(tarfile.GNU_FORMAT))
    block[483:495] = b"77777777777\0"
    block[148:156] = b"        "
    block[148:156] = f"{sum(block):06o}\0 ".encode()
    submission = hand_in(tmp_path, "ada.tar", bytes(block) + bytes(10240))
    assert not submission.sources[CORR2D].text


# --- the class in one archive


CLASS = {
    "ada/ch07_convolution/corr2d.py": b"corr2d = 1\n",
    "ada/ch04_regularization/dropout.py": b"dropout = 1\n",
    "ben.zip": make_zip(FILES),
    "王小明.py": b"def corr2d(X, K): pass\n",
    "notes.txt": b"about the class",
}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("class.zip", make_zip(CLASS)),
        ("class.tar.gz", make_tar(CLASS)),
        ("class.zip", make_zip({f"hw7/{name}": content for name, content in CLASS.items()})),
    ],
)
def test_a_whole_class_in_one_archive(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    ada, ben, wang = read_class(path, IDS)
    assert [ada.student, ben.student, wang.student] == ["ada", "ben", "王小明"]
    assert is_flawless(ada)
    assert is_flawless(ben)
    assert set(wang.sources) == {CORR2D}


def test_in_the_archive_of_a_class_the_refused_is_noted_at_its_student(tmp_path):
    path = tmp_path / "class.tar"
    members = [*CLASS.items(), (special("ada/link.py", tarfile.SYMTYPE, "../ben.zip"), b""), ("ada/../ben/x.py", b"x")]
    path.write_bytes(make_tar(members))
    ada, ben, _wang = read_class(path, IDS)
    assert is_flawless(ada)
    assert len(ada.notes) == 3
    assert "link.py: the file is a symbolic link, which is not followed: hand in the file itself" in ada.notes
    assert not ben.notes


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (make_zip(CLASS)[:-10], "damaged or cut off"),
        (make_tar(CLASS)[:-10], "damaged or cut off"),
        (b"", "empty"),
        (make_zip({}), "empty"),
        (b"%PDF", "not a zip or tar"),
    ],
)
def test_a_bad_archive_of_a_class_gets_one_sentence(tmp_path, content, says):
    path = tmp_path / "class.zip"
    path.write_bytes(content)
    with pytest.raises(IntakeError, match=says) as caught:
        read_class(path, IDS)
    assert "\n" not in str(caught.value)


# --- mutations


def mutations(content: bytes, count: int, seed: int):
    """Truncated, overwritten, duplicated and zeroed variants."""
    rng = random.Random(seed)
    for _ in range(count):
        changed = bytearray(content)
        for _times in range(rng.randint(1, 6)):
            at = rng.randrange(len(changed))
            match rng.randrange(5):
                case 0:
                    del changed[at:]
                case 1:
                    changed[at] = rng.randrange(256)
                case 2:
                    changed[at : at + 4] = rng.choice([b"\xff" * 4, bytes(4), b"\1\0\0\0"])
                case 3:
                    changed[at:at] = changed[: rng.randint(1, 200)]
                case 4:
                    del changed[at : at + rng.randint(1, 50)]
            if not changed:
                break
        yield bytes(changed)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ada.zip", make_zip({**FILES, "inner.zip": make_zip(FILES)})),
        ("ada.zip", make_zip(FILES, zipfile.ZIP_STORED)),
        ("ada.tar", make_tar([*FILES.items(), (special("l.py", tarfile.SYMTYPE, "x"), b"")], "w")[:4096]),
        ("ada.tar", make_tar({"long/" * 30 + "corr2d.py": b"corr2d = 1\n"}, "w")[:4096]),
        ("ada.tar.gz", make_tar(FILES)),
    ],
)
def test_no_mutation_stops_the_class(tmp_path, name, content):
    for number, changed in enumerate(mutations(content, 150, seed=len(content))):
        submission = hand_in(tmp_path, name, changed)
        for source in submission.sources.values():
            assert source.text or source.problem, number
            assert "\n" not in source.problem, number


def header(name: str, size: bytes, kind: bytes = b"0") -> bytes:
    """A tar's header with any bytes as its size."""
    block = bytearray(tarfile.TarInfo(name).tobuf(tarfile.USTAR_FORMAT))
    block[124:136], block[156:157], block[148:156] = size.ljust(12, b"\0"), kind, b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


LIES = {
    "a size of 2^62": header("a.png", b"\x80" + (1 << 62).to_bytes(11)),
    "a negative size": header("a.png", b"\xff" * 12, b"L"),
    "a size in pax": make_tar({}, "w")[:0] + header("x", b"00000000024\0", b"x") + b"20 size=99999999999\n".ljust(512, b"\0")
    + header("a.png", b"0"),
    "digits without end": header("x", b"%011o\0" % 500_000, b"x") + b"1" * 500_224 + header("a.png", b"0"),
    "a name without end": header("x", b"%011o\0" % 500_000, b"L") + b"a/" * 250_112 + header("a.png", b"0"),
}  # fmt: skip


@pytest.mark.parametrize("content", LIES.values(), ids=LIES)
def test_headers_that_lie_take_no_time(tmp_path, content):
    (tmp_path / "mallory.tar").write_bytes(content + bytes(1024))
    started = time.process_time()
    (submission,) = read_class(tmp_path, IDS)
    assert time.process_time() - started < 2
    assert {source.problem for source in submission.sources.values()} == {
        "the archive is damaged or cut off: hand it in again"
    }


def test_files_that_are_not_read_hide_no_work(tmp_path):
    pictures = {f"a{n}.png": b"" for n in range(6000)}
    (tmp_path / "ada.zip").write_bytes(make_zip({**pictures, **FILES}))
    for name, content in {**pictures, **FILES}.items():
        (tmp_path / "ben" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "ben" / name).write_bytes(content)
    for submission in read_class(tmp_path, IDS):
        assert submission.sources[CORR2D].text == "corr2d = 1\n"


def test_work_that_may_lie_beyond_the_search_costs_no_mark(tmp_path, monkeypatch):
    monkeypatch.setattr(trees, "MAX_FILES", 10)
    for n in range(20):
        (tmp_path / "ada").mkdir(exist_ok=True)
        (tmp_path / "ada" / f"a{n:02}.py").write_bytes(b"")
    (submission,) = read_class(tmp_path, IDS)
    assert submission.sources[CORR2D].unreadable
    assert "more than 10 files" in submission.sources[CORR2D].problem


def test_the_newest_counts_whatever_it_came_in(tmp_path):
    old = zipfile.ZipInfo("corr2d.py", (2001, 1, 1, 0, 0, 0))
    (tmp_path / "ada" / "v1").mkdir(parents=True)
    (tmp_path / "ada" / "old.zip").write_bytes(make_zip([(old, b"old = 1\n")]))
    (tmp_path / "ada" / "v1" / "corr2d.py").write_bytes(b"new = 1\n")
    (submission,) = read_class(tmp_path, IDS)
    assert submission.sources[CORR2D].text == "new = 1\n"


def test_a_file_of_zeros_does_not_stop_a_whole_class(tmp_path):
    files = {f"{student}/{name}": content for student in ("ada", "ben") for name, content in FILES.items()}
    (tmp_path / "class.tar.gz").write_bytes(make_tar({**files, "ben/zeros.png": bytes(60 << 20)}))
    assert [set(s.sources) for s in read_class(tmp_path / "class.tar.gz", IDS)] == [set(IDS), set(IDS)]


def test_names_in_notes_steer_no_terminal_and_forge_no_line(tmp_path):
    name = "\x1b[2J\n  zoe: copied\u202e" + "x" * 180 + ".py"
    (tmp_path / "mallory.zip").write_bytes(make_zip({**FILES, name: b"pass"}))
    (submission,) = read_class(tmp_path, IDS)
    (note,) = submission.notes
    assert note.startswith("\\x1b[2J\\n  zoe: copied\\u202ex")
    assert note.isprintable()


def test_two_names_on_disk_stay_two(tmp_path):
    for name in (b"zo\xe9", b"zo\\udce9"):
        folder = tmp_path / os.fsdecode(name)
        folder.mkdir()
        (folder / "corr2d.py").write_bytes(b"corr2d = 1\n")
    assert len(read_class(tmp_path, [CORR2D])) == 2
