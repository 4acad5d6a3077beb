"""Canvas's gradebook comes back with exactly the cells changed that have another mark."""

from __future__ import annotations

import csv
import io

import pytest

from autograder.bridges.absent import absent
from autograder.bridges.canvas import fill_gradebook
from autograder.bridges.roster import Person, match
from autograder.bridges.sheet import Sheet, SheetError
from support import MOODLE_SHEET, graded, kata_in_process

# As Canvas's exporter writes it: a row for hidden assignments, points, read-only totals, a test student.
BOOK = (
    '\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Notes,Homework 1 (101),"Lab, 2 (102)",Quiz (103),Current Score,Final Score\r\n'
    ",,,,,,Manual Posting,,,,\r\n"
    "    Points Possible,,,,,,20.00,10.00,5.00,(read only),(read only)\r\n"
    '"Bello, Aisha",1001,s-17,aisha@uni.example,"Section 1, morning",likes """CNNs""",,3.00,1.00,60.00,60.00\r\n'
    '"Delacour, François",1002,s-18,fdelacour,Section 1,,EX,,2.00,,\r\n'
    '"Wong, Ana",1003,s-19,awong,Section 2,"two\nlines",5.0,7.00,,,\r\n'
    '"Wong, Ana",1004,s-20,awong2,Section 2,,,,,,\r\n'
    "Eklund Jonas,1005,,,Section 2,,N/A,,,,\r\n"
    '"Student, Test",1099,,abc,Section 1,,,,,,\r\n'
)


def filled(tmp_path, marks, *columns, book=BOOK, known=None):
    source, target = tmp_path / "book.csv", tmp_path / "filled.csv"
    source.write_bytes(book.encode())
    done = fill_gradebook(source, target, marks, columns, known or {})
    assert source.read_bytes() == book.encode()
    return done, target.read_bytes().decode()


def test_only_the_cells_with_another_mark_change(tmp_path):
    marks = graded(
        tmp_path / "out", ("aisha_bello", 5, 4.5), ("1003", 1, 1.5), ("François Delacour", 5, 5), ("eklund_jonas", 1, 1)
    )
    done, text = filled(tmp_path, marks, ("Homework 1", ()))
    expected = BOOK.replace('""",,3.00', '""",19.00,3.00')  # 9.5 of 10 is 19 of 20
    assert text == expected
    assert done.changed == 1
    assert done.kept == 1, "5.0 is right already: 2.5 of 10, twice as many points"
    assert [said.split(":")[0] for said in done.left] == ["François Delacour", "eklund_jonas"], "EX and N/A stay"
    assert done.scaled == ["Homework 1 (101): 10 points here are 20 there"]


def test_exercises_go_into_columns_of_their_own(tmp_path):
    marks = graded(tmp_path / "out", ("1001", 5, 2))
    columns = ("(101)", ["ch07_convolution/corr2d"]), ("Lab, 2", ["ch04_regularization/dropout"])
    _done, text = filled(tmp_path, marks, *columns)
    assert text == BOOK.replace('""",,3.00', '""",20.00,4.00')


def test_nobody_is_guessed(tmp_path):
    students = ("Ana Wong", 1, 1), ("stranger", 1, 1), ("aisha_bello", 1, 1), ("s-17", 1, 1)
    done, text = filled(tmp_path, graded(tmp_path / "out", *students), ("Quiz", ()))
    assert text == BOOK
    assert set(done.unmatched) == {"Ana Wong", "stranger", "aisha_bello", "s-17"}
    assert "6, 7" in done.unmatched["Ana Wong"]
    assert "equally well" in done.unmatched["s-17"]
    done, text = filled(
        tmp_path, graded(tmp_path / "out", ("Ana Wong", 1, 1)), ("Quiz", ()), known={"Ana Wong": ["1004"]}
    )
    assert text == BOOK.replace("awong2,Section 2,,,,,,", "awong2,Section 2,,,,1.00,,")
    assert not done.unmatched


def test_the_kits_own_fault_costs_no_mark(tmp_path):
    done, text = filled(tmp_path, graded(tmp_path / "out", ("1001", 5, None)), ("Quiz", ()))
    assert text == BOOK
    assert "1001" in done.left[0]


def test_semicolons_decimal_commas_and_names_apart_stay(tmp_path):
    book = (
        "LastName;FirstName;ID;SIS Login ID;Section;Aufgabe (7)\n"
        "    Points Possible;;;;;10,00\n"
        "Bello;Aisha;1;ab;A;7,50\n"
        "Vasa;Erik;2;ev;A;\n"
        ";;;;;\n"
    )
    marks = graded(tmp_path / "out", ("Aisha Bello", 5, 2.5), ("vasaerik", 4, 4.25))
    done, text = filled(tmp_path, marks, book=book)
    assert text == book.replace("ev;A;", "ev;A;8,25")
    assert (done.changed, done.kept) == (1, 1)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ([("Homework 9", ())], "Homework 9"),
        ([("Current Score", ())], "cannot be changed"),
        ([], "--assignment"),
        ([("Quiz", ()), ("103", ())], "same column"),
    ],
)
def test_a_column_that_cannot_be_is_refused_before_anything_is_written(tmp_path, columns, says):
    marks = graded(tmp_path / "out", ("1001", 5, 5))
    with pytest.raises(SheetError, match=says):
        filled(tmp_path, marks, *columns)
    assert not (tmp_path / "filled.csv").exists()


def test_two_assignments_of_one_title_need_their_number(tmp_path):
    book = BOOK.replace("Quiz (103)", "Homework 1 (103)")
    marks = graded(tmp_path / "out", ("1001", 5, 5))
    with pytest.raises(SheetError, match="more than one"):
        filled(tmp_path, marks, ("Homework 1", ()), book=book)
    assert filled(tmp_path, marks, ("Homework 1 (101)", ()), book=book)[0].changed == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"a,b\n1,2",
        b'a,b\r\n"x ""y"" z",\r\n,"1\n2"\r\n\r\n',
        "ä;ö\rü;".encode(),
        b'"a" b,c"d\n"open,\n',
        b"a\tb\n1\t\n",
        b"\xef\xbb\xbfa,b\n,\n",
    ],
)
def test_a_sheet_without_changes_is_the_same_file(content):
    sheet = Sheet(content)
    assert sheet.to_bytes() == content
    text = content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=sheet.delimiter))
    assert [[cell.value for cell in row] for row in sheet.rows] == [row or [""] for row in rows]


def test_cells_are_quoted_where_they_must_be():
    sheet = Sheet(b'a,b,c\n1,"2",3\nshort\n')
    for column, value in enumerate(("x", "y", 'z, "z"\n')):
        assert sheet.put(1, column, value)
        sheet.put(2, column, value)
    assert sheet.to_bytes() == b'a,b,c\nx,"y","z, ""z""\n"\nx,y,"z, ""z""\n"\n'


def test_an_identifier_counts_more_than_a_name():
    people = [
        Person(1, ("17", "x"), ("Ana Li",)),
        Person(2, ("18", "ana li"), ("Bo Li",)),
        Person(3, ("19",), ("Çağla Öz",)),
    ]
    assert match(["ana li"], people).rows == {"ana li": 2}
    assert match(["Ana Li_17_assignsubmission_file_"], people).rows == {"Ana Li_17_assignsubmission_file_": 1}
    assert match(["oz_cagla", "liana_LATE_17_5521_corr2d.py"], people).rows == {"liana_LATE_17_5521_corr2d.py": 1}
    assert match(["cagla_oz"], people).rows == {"cagla_oz": 3}
    assert match(["somebody"], people, {"somebody": ["18"]}).rows == {"somebody": 2}
    assert not match([""], people).rows


def test_a_number_that_lost_its_zeros_is_found_where_it_is_one_alone():
    people = [Person(1, ("123",), ("A",)), Person(2, ("456.0",), ("B",)), Person(3, ("77",), ("C",))]
    people += [Person(4, ("077",), ("D",))]
    ids = {"a": ["00123"], "b": ["000456"], "c": ["77"], "d": ["0077"]}
    found = match(["a", "b", "c", "d"], people, ids)
    assert found.rows == {"a": 1, "b": 2, "c": 3}
    assert found.unmatched == {"d": "it could be any of the lines 4, 5"}


@pytest.mark.parametrize("name", ["Maeve O'Brien, Tom Doe", "tom doe & maeve o'brien", "Maeve O'Brien und Tom Doe"])
def test_the_work_of_a_group_is_each_members(name):
    people = [
        Person(1, ("1",), ("O'Brien, Maeve",)),
        Person(2, ("2",), ("Doe, Tom",)),
        Person(3, ("3",), ("Ray, Sue",)),
    ]
    found = match([name], people)
    assert sorted(row for _student, row in found.places) == [1, 2]
    assert found.absent == ["Ray, Sue"]
    assert not match([f"{name}, Ann Nobody"], people).places, "one of them is not there: nobody is guessed"
    assert sorted(row for _student, row in match(["pair"], people, {}, {"pair": ["3", "1"]}).places) == [1, 3]
    missing = match(["pair"], people, {}, {"pair": ["3", "9"]})
    assert missing.places == [("pair", 3)]
    assert missing.unmatched == {"pair (9)": "nobody there has this name or number"}
    both = match([name, "Tom Doe"], people)
    assert not both.rows, "who has handed in alone too is for a person to decide"


@pytest.mark.parametrize(
    ("before", "encoding"),
    [(b"", "utf-8"), (b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("said", [False, True])
def test_a_gradebook_that_went_through_a_spreadsheet(tmp_path, before, encoding, delimiter, said):
    rows = [
        ["Student", "ID", "SIS User ID", "Section", "Homework 1 (101)"],
        ["    Points Possible", "", "", "", "10,00"],
        ["Bello Aïsha", "1001", "17", "Section 1", ""],
        ["Wong Ana", "1003", "19", "Section 2", "4,00"],
    ]
    if delimiter == ",":
        rows = [[f'"{cell}"' if "," in cell else cell for cell in row] for row in rows]
    text = (f"sep={delimiter}\r\n" if said else "") + "".join(delimiter.join(row) + "\r\n" for row in rows)
    marks = graded(tmp_path / "out", ("Aïsha Bello", 5, 4))
    marks.people = {"Aïsha Bello": {"sid": "0017"}}
    source, target = tmp_path / "book.csv", tmp_path / "filled.csv"
    source.write_bytes(before + text.encode(encoding))
    done = fill_gradebook(source, target, marks, (), {})
    assert done.changed == 1
    given = '"9,00"' if delimiter == "," else "9,00"
    expected = text.replace(f"Section 1{delimiter}", f"Section 1{delimiter}{given}")
    assert target.read_bytes() == before + expected.encode(encoding)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (BOOK, ["Delacour, François", "Wong, Ana", "Wong, Ana", "Eklund Jonas", "Student, Test"]),
        (MOODLE_SHEET, ["François Delacour", "Ana Wong", "Erik Vasa"]),
        ("id;Student\n7;Aisha Bello\n8;Ana Wong\n", ["Ana Wong"]),
        ("name\naisha_bello\nwong ana\n", ["wong ana"]),
    ],
)
def test_who_handed_in_nothing_is_on_the_list_and_not_there(tmp_path, text, missing):
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    assert absent(path, {"Aisha Bello": {}}) == missing
    path.write_text("a,b\n1,2\n")
    with pytest.raises(SheetError, match="no list of students"):
        absent(path, {})


def test_the_command_fills_a_graded_class(tmp_path):
    graded(tmp_path / "out", ("1001", 5, 4), ("\x1b[31mnobody", 1, 1))
    book = tmp_path / "book.csv"
    book.write_bytes(BOOK.encode())
    done = kata_in_process("export", "canvas", book, "--results", tmp_path / "out", "--assignment", "corr2d=Quiz")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "book-filled.csv").read_bytes().decode() == BOOK.replace("3.00,1.00,", "3.00,5.00,")
    assert "nobody" in done.stdout
    assert "\x1b" not in done.stdout
    for arguments, says in (
        ((tmp_path / "none.csv", "--results", tmp_path / "out"), "cannot be used"),
        ((book, "--results", tmp_path), "results.json"),
        ((book, "--results", tmp_path / "out", "--assignment", "Quiz", "--final"), "final.csv"),
        ((tmp_path / "out" / "results.json", "--results", tmp_path / "out"), "not a Canvas gradebook"),
    ):
        failed = kata_in_process("export", "canvas", *arguments)
        assert failed.returncode == 2, failed.stdout
        assert says in failed.stderr
        assert failed.stderr.count("\n") == 1
