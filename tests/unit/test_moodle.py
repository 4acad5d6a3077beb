"""Moodle's worksheet, in several languages, comes back with grades and comments filled in and nothing else changed."""

from __future__ import annotations

import zipfile
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from autograder.bridges.moodle import OURS, Worksheet, comment, fill_worksheet, write_feedback
from autograder.bridges.sheet import Sheet, SheetError
from support import MOODLE_SHEET as ENGLISH
from support import graded

GERMAN = (
    "ID,Vollständiger Name,Status,Bewertung,Bestwertung,Bewertung kann geändert werden,Zuletzt geändert (Abgabe),Zuletzt geändert (Bewertung),Feedback als Kommentar\r\n"
    'Teilnehmer/in71,Aisha Bello,Zur Bewertung abgegeben,,"20,00",Ja,"Freitag, 20. November 2026, 23:59",-,\r\n'
)
FRENCH = (
    "Identifiant,Nom complet,Adresse de courriel,Statut,Note,Note maximale,La note peut être modifiée,Dernière modification (travail remis),Dernière modification (note),Feedback par commentaires\n"
    'Participant 71,Aisha Bello,a@b.example,Remis,,"20,00",Oui,"vendredi 20 novembre 2026, 23:59",-,\n'
)
SPANISH = (
    "Identificador,Nombre completo,Estado,Calificación,Calificación máxima,La calificación puede ser cambiada,Última modificación (entrega),Última modificación (calificación),Comentarios de retroalimentación\n"
    'Participante 71,Aisha Bello,Enviado,,"20,00",Sí,"viernes, 20 de noviembre de 2026, 23:59",-,\n'
)
CHINESE = (
    "编号,全名,状态,成绩,最高成绩,允许更改成绩,最近修改(提交),最近修改(成绩),反馈意见\n"
    "参与者71,Aisha Bello,已提交,,20.00,是,2026年11月20日 星期五 23:59,-,\n"
)
FINNISH = (  # none of its words is known here but Yes: the numbers tell
    "Tunniste,Nimi,Tila,Arvosana,Enimmäisarvosana,Voi muuttaa,Muokattu,Muokattu (arvosana),Palaute\n"
    "Osallistuja71,Aisha Bello,Palautettu,,20.00,Yes,perjantaina 20. marraskuuta 2026 klo 23:59,-,\n"
)


def filled(tmp_path, marks, text, known=None):
    source, target = tmp_path / "sheet.csv", tmp_path / "filled.csv"
    source.write_bytes(text.encode())
    done = fill_worksheet(source, target, marks, known or {})
    assert source.read_bytes() == text.encode()
    return done, target.read_bytes().decode()


def test_every_member_of_a_team_has_the_mark(tmp_path):
    text = (
        "Identifier,Full name,Email address,Status,Group,Grade,Maximum Grade,Grade can be changed,"
        "Last modified (submission),Last modified (grade),Feedback comments\n"
        "Participant 71,Ann Ode,a@x.example,Submitted for grading,Team 1,,10.00,Yes,-,-,\n"
        "Participant 72,Bo Ray,b@x.example,Submitted for grading,Team 1,,10.00,Yes,-,-,\n"
        "Participant 73,Cy Fox,c@x.example,No submission,Team 2,,10.00,Yes,-,-,\n"
    )
    marks = graded(tmp_path / "out", ("Ann Ode", 5, 4))
    done, after = filled(tmp_path, marks, text)
    assert [line.split(",")[5] for line in after.splitlines()[1:]] == ["9.00", "9.00", ""]
    assert done.absent == ["Cy Fox"]
    (tmp_path / "out" / "report").mkdir()
    (tmp_path / "out" / "report" / "ann-ode.html").write_text("page")
    assert write_feedback(tmp_path / "feedback.zip", marks, done.people) == []
    with zipfile.ZipFile(tmp_path / "feedback.zip") as archive:
        names = [name.split("_assign")[0] for name in archive.namelist()]
    assert names == ["Ann Ode_71", "Bo Ray_72"]


def test_only_grades_and_comments_that_may_change_are_changed(tmp_path):
    marks = graded(
        tmp_path / "out",
        ("Aisha Bello", 5, 4.5),
        ("18", 5, 5),
        ("a@uni.example", 5, 5),
        ("erik_vasa", 1, 1.5),
        ("who", 1, 1),
    )
    done, text = filled(tmp_path, marks, ENGLISH)
    said = [comment(marks.results[name]).replace('"', '""') for name in ("Aisha Bello", "erik_vasa")]
    expected = ENGLISH.replace('late",,20.00', 'late",19.00,20.00').replace(
        '"see, file",-,\n', f'"see, file",-,"{said[0]}"\n'
    )
    expected = expected.replace("12.00,20.00", "20.00,20.00")
    expected = expected.replace('8:00 PM",,-,\n', f'8:00 PM",,-,"{said[1]}"\n')
    assert text == expected
    assert (done.changed, done.kept, done.comments) == (2, 1, 2)
    assert list(done.unmatched) == ["who"]
    assert "cannot be changed" in " ".join(done.left)
    assert "comment already" in " ".join(done.left)
    again = filled(tmp_path, marks, text)
    assert again[1] == text
    assert (again[0].changed, again[0].comments) == (0, 0)


@pytest.mark.parametrize("text", [GERMAN, FRENCH, SPANISH, CHINESE, FINNISH])
def test_the_language_of_the_worksheet_does_not_matter(tmp_path, text):
    marks = graded(tmp_path / "out", ("Aisha Bello", 2, 4.25))
    done, result = filled(tmp_path, marks, text)
    comma = "20,00" in text
    sheet = Sheet(result.encode())
    row, before = [c.value for c in sheet.rows[1]], [c.value for c in Sheet(text.encode()).rows[1]]
    changed = [place for place, (a, b) in enumerate(zip(before, row, strict=True)) if a != b]
    grade = next(place for place, value in enumerate(before) if value in ("20.00", "20,00")) - 1
    assert changed == [grade, len(row) - 1]
    assert row[grade] == ("12,50" if comma else "12.50")
    assert row[-1].startswith(OURS)
    assert done.changed == 1


@pytest.mark.parametrize("text", [ENGLISH, GERMAN, FRENCH, SPANISH, CHINESE])
def test_times_of_submission_are_read_in_their_language(tmp_path, text):
    work = Worksheet(Sheet(text.encode()), tmp_path)
    zone = ZoneInfo("Europe/Berlin")
    found = work.times({"Aisha Bello": [], "nobody": []}, zone)
    assert found == {"Aisha Bello": datetime(2026, 11, 20, 23, 59, tzinfo=zone)}


def test_a_time_just_after_midnight_is_not_noon(tmp_path):
    found = Worksheet(Sheet(ENGLISH.encode()), tmp_path).times({"x": ["72"]}, ZoneInfo("UTC"))
    assert found["x"].hour == 0
    assert found["x"] - datetime(2026, 11, 21, tzinfo=ZoneInfo("UTC")) == timedelta(minutes=5)


def test_what_moodle_would_pass_over_in_silence_is_said(tmp_path):
    marks = graded(tmp_path / "out", ("Aisha Bello", 5, 6), ("Erik Vasa", 5, None))
    done, text = filled(tmp_path, marks, ENGLISH)
    assert 'late",20.00,20.00' in text
    assert "more than Moodle accepts" in done.left[0]
    assert "not graded, a person must look" in done.left[1]
    assert ",5.00,20.00" in text


def test_a_worksheet_without_comments_gets_grades_alone(tmp_path):
    text = "\n".join(line.rpartition(",")[0] for line in GERMAN.strip().split("\r\n")) + "\n"
    done, result = filled(tmp_path, graded(tmp_path / "out", ("Aisha Bello", 5, 5)), text)
    assert result == text.replace(",,", ',"20,00",')
    assert not done.has_comments


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n", "not a Moodle grading worksheet"),
        (ENGLISH.split("\n")[0] + "\n", "not a Moodle grading worksheet"),
        (ENGLISH.replace("20.00,Yes", '"Fail\nPass",Yes').replace("20.00,No", '"Fail\nPass",No'), "in words"),
        ("\udcff\udcfd", "cannot be used"),
    ],
)
def test_another_file_is_refused_in_one_sentence(tmp_path, text, says):
    path = tmp_path / "sheet.csv"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SheetError, match=says):
        fill_worksheet(path, tmp_path / "filled.csv", graded(tmp_path / "out", ("x", 1, 1)), {})
    assert not (tmp_path / "filled.csv").exists()


def test_what_a_submission_says_is_escaped_and_hidden_checks_stay_hidden():
    no_marks = {"name": "a_check", "score": 0.0, "max_score": 1.0}
    check = no_marks | {
        "status": "failed",
        "visibility": "public",
        "diagnosis": None,
        "message": '=1+<script>"\x1b[2J\n' + "x" * 900,
    }
    hidden = check | {"visibility": "hidden", "diagnosis": "the secret", "message": "secret"}
    exercise = {"id": "a/corr2d", "score": 1.0, "max_score": 4.0, "checks": [hidden, check]}
    text = comment({"exercises": [exercise]})
    assert "&lt;script&gt;" in text
    assert "<script" not in text
    assert "secret" not in text
    assert "\x1b" not in text
    assert "\n" not in text
    assert "corr2d: 1 of 4" in text
    assert len(text) < 700


def test_the_feedback_zip_is_what_moodle_takes(tmp_path):
    marks = graded(tmp_path / "out", ("Aisha Bello", 5, 5), ("nobody", 1, 1), ("Ana Wong", 1, 1))
    pages = tmp_path / "out" / "report"
    pages.mkdir()
    (pages / "aisha-bello.html").write_text("hers")
    (pages / "nobody.html").write_text("nobody's")
    text = ENGLISH.replace("Aisha Bello", "Aisha_Bello / Ms")
    done, _text = filled(tmp_path, marks, text, {"Aisha Bello": ["17"]})
    assert write_feedback(tmp_path / "feedback.zip", marks, done.people) == []
    with zipfile.ZipFile(tmp_path / "feedback.zip") as archive:
        (name,) = archive.namelist()
        assert archive.read(name) == b"hers"
    # Moodle: explode('_', folder, 5) gives name, number, assignsubmission, file, and what is left.
    folder, file = name.split("/")
    assert folder.split("_", 4) == ["Aisha Bello   Ms", "71", "assignsubmission", "file", ""]
    assert file == "report.html"
