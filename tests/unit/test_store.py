"""The store of an output folder: what is damaged is not believed, and one grader at a time holds the folder."""

from __future__ import annotations

import contextlib
import json
import random
import sqlite3

import pytest

from autograder.classroom.grade import OutputError, grade_with
from autograder.classroom.store import NAME, DamagedStoreError, Store, StoredSubmissions
from autograder.errors import WRONG
from autograder.results import CheckResult, ExerciseResult, Status, packed
from support import CORR2D


def result(score: float, id: str = "ch/one") -> ExerciseResult:
    status = Status.PASSED if score == 1 else Status.FAILED
    return ExerciseResult.of(id, [CheckResult("one", status, score, 1.0)])


@pytest.fixture
def filled(tmp_path):
    """An output folder with results of three students."""
    store = Store(tmp_path)
    for student in ("ann", "bob", "cyd"):
        store.describe(student, ["a note"])
        store.put(student, "ch/one", "key", result(0.0))
    store.tell({"isolation": "strict"})
    store.close()
    return tmp_path


def change(folder, statement: str, *values) -> None:
    with contextlib.closing(sqlite3.connect(folder / NAME)) as connection, connection:
        connection.execute(statement, values)


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("update results set mark = 1.0 where student = 'bob'", ()),
        ("update results set result = ? where student = 'bob'", (packed(result(1.0)),)),
        ("update results set key = 'another' where student = 'bob'", ()),
        ("update results set student = 'dan' where student = 'bob'", ()),
        ("update results set exercise = cast(x'ff00fe' as text) where student = 'bob'", ()),
        ("update results set checksum = x'00' where student = 'bob'", ()),
    ],
)
def test_a_changed_row_is_neither_a_result_nor_the_mark_before(filled, caplog, statement, values):
    change(filled, statement, *values)
    store = Store(filled)
    assert "1 result in" in caplog.text
    assert "graded again" in caplog.text
    assert (store.keys("ann"), store.keys("bob")) == ({"ch/one": "key"}, {})
    assert store.facts() == {"isolation": "strict"}
    assert store.put("bob", "ch/one", "key", result(1.0)) is None  # no mark was there to change
    store.close()
    caplog.clear()
    Store(filled).close()
    assert not caplog.text


def test_changed_facts_and_notes_are_not_believed(filled, caplog):
    change(filled, "update facts set value = 'process'")
    change(filled, "update students set flags = '[\"cheats\"]' where student = 'ann'")
    store = Store(filled)
    assert store.facts() == {}
    assert list(store.students()) == ["bob", "cyd"]
    assert store.keys("ann") == {"ch/one": "key"}
    store.close()
    assert "was damaged" in caplog.text


@pytest.mark.parametrize("content", [b"", b"not a database" * 100, b"SQLite format 3\0" + bytes(500)])
def test_a_file_that_cannot_be_read_is_moved_aside(filled, caplog, content):
    (filled / NAME).write_bytes(content)
    store = Store(filled)
    assert store.keys("ann") == {}
    store.put("ann", "ch/one", "key", result(1.0))
    store.close()
    if content:
        assert "was damaged" in caplog.text
        assert (filled / f"{NAME}.damaged-1").read_bytes() == content


def test_whatever_bits_are_flipped_no_mark_comes_of_it(filled, caplog):
    good = (filled / NAME).read_bytes()
    chance = random.Random(0)
    for _round in range(60):
        bad = bytearray(good)
        for _flip in range(chance.choice([1, 4, 40])):
            bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        (filled / NAME).write_bytes(bad)
        store = Store(filled)
        for student, exercise, key, mark, content in store.rows():
            assert student in ("ann", "bob", "cyd")
            assert (exercise, key, mark, content) == ("ch/one", "key", 0.0, packed(result(0.0)))
        store.close()
    assert "damaged" in caplog.text


def test_a_part_that_is_damaged_is_not_merged(filled):
    change(filled, "update results set mark = 1.0 where student = 'bob'")
    with pytest.raises(DamagedStoreError, match="grade this part again"):
        Store(filled, mend=False)
    Store(filled).close()  # and nothing holds the folder


def test_another_class_is_not_mixed_into_an_output_folder(tmp_path):
    def graded(origin: str, **options):
        def start():
            raise AssertionError("nothing is to be graded")

        return grade_with(start, [], [CORR2D], tmp_path, origin=origin, **options)

    graded("/spring")
    graded("/spring")
    with pytest.raises(OutputError, match=r"results of /spring, and this is /autumn: .*--out.*--same-class"):
        graded("/autumn")
    graded("/autumn", same_class=True)
    graded("/autumn")
    assert json.loads((tmp_path / "results.json").read_bytes())["submissions"] == []


@pytest.mark.parametrize(
    "read",
    [
        lambda store: store.keys("ann"),
        lambda store: store.put("ann", "ch/one", "key", result(1.0)),
        lambda store: store.facts(),
        lambda store: store.students(),
        lambda store: list(store.rows()),
        lambda store: list(StoredSubmissions(store.path, ["ann"], ["ch/one"])),
    ],
)
def test_what_is_damaged_while_it_is_in_use_ends_in_a_sentence_and_the_next_run_mends_it(filled, read):
    store = Store(filled)
    (filled / NAME).write_bytes(bytes(range(256)) * 64)
    with pytest.raises(DamagedStoreError, match=r"was damaged while it was in use .* the same command again") as caught:
        read(store)
    assert caught.value.status == WRONG
    store.close()
    Store(filled).close()
    assert (filled / f"{NAME}.damaged-1").exists()
