"""A class as it might be handed in, graded once with the real command: what every verdict should be, and what is said.

The students are invented. Each stands for something: amara is excellent, mei-lin vectorises, diego comments on every
line, freya is half done, tomasz never began, priya, oliver and kenji have misunderstood things, svetlana's files are
mostly not Python, the two after her are about encodings, jonas never ends, hannah needs too much memory, rafael uses what is
forbidden, aisha prints, noah uses numpy, ingrid float64, mateo writes classes; of chloe files are missing, erik has too
many, yuki, mateo and zeynep put them elsewhere, paulo's bear other names, liam handed in none, and mallory attacks.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder import catalog
from support import KIT, SAMPLE_CLASS

WANG = "王小明 Wang Xiaoming"

IDS = {
    "dropout": "ch04_regularization/dropout",
    "corr2d": "ch07_convolution/corr2d",
    "lenet": "ch08_lenet/lenet",
    "nin_block": "ch09_modern_cnn/nin_block",
    "gru_cell": "ch11_gated_recurrent/gru_cell",
    "beam_search": "ch12_sequence_to_sequence/beam_search",
    "attention": "ch13_attention/scaled_dot_product_attention",
}

# "passed" has all points; "-" is not attempted, with none. "?" pins no number where it is disputed what a mistake
# should cost; "any" is anything but passed.
TABLE = f"""
                       dropout   corr2d    lenet     nin_block  gru_cell   beam_search  attention
Brandt_Lukas         | passed  | passed  | failed ?| failed 6  | failed 0 | failed 6   | passed
aisha_bello          | passed  | passed  | passed  | passed   | passed   | passed     | passed
amara_okafor         | passed  | passed  | passed  | passed   | passed   | passed     | passed
chloe_aubert         | passed  | -       | -       | -        | error ?  | -          | -
diego_salvatierra    | passed  | passed  | passed  | passed   | passed   | passed     | passed
erik_vasa            | -       | passed  | -       | -        | -        | -          | failed 0
françois_delacour    | -       | passed  | -       | -        | error 0  | -          | -
freya_lindqvist      | -       | failed 0| -       | failed 0 | error 0  | -          | failed 5
hannah_weiss         | -       | memory 0| -       | -        | memory 0 | -          | passed
ingrid_solheim       | passed  | passed  | -       | -        | failed ? | passed     | passed
jonas_eklund         | passed  | timeout 0| -      | -        | error 0  | -          | -
kenji_morimoto       | failed 10| failed 0| failed ?| failed 0 | failed 9 | failed ?   | failed 0
liam_ortega          | -       | -       | -       | -        | -        | -          | -
mallory_kane         | any 0   | any 0   | any 0   | any 0    | any 0    | any 0      | any 0
mateo_cruz           | passed  | passed  | passed  | passed   | passed   | passed     | passed
mei-lin_tan          | passed  | passed  | passed  | passed   | passed   | passed     | passed
noah_fitzgerald      | passed  | failed 8| -       | -        | failed 7.5 | failed 9.5 | error ?
oliver_hughes        | failed 7| failed 7| failed ?| failed 0 | failed 9 | failed 6   | failed 5
paulo_mendes         | passed  | passed  | -       | -        | passed   | -          | -
priya_raman          | failed 3.75| failed 0| failed ?| failed 6  | failed 2 | failed 3  | failed 5
rafael_monteiro      | forbidden 0| forbidden 0| passed| passed| forbidden 0| passed   | forbidden 0
svetlana_petrenko    | error 0 | error 0 | passed  | error 0  | error 0  | error 0    | error 0
tomasz_wilk          | -       | -       | -       | -        | -        | -          | -
yuki_tanabe          | -       | passed  | error 4.5| passed  | -        | -          | passed
zeynep_arslan        | -       | passed  | failed ?| -        | passed   | failed 0   | -
{WANG} | passed  | error 0 | -       | passed   | passed   | -          | -
"""


def expected_verdicts():
    """student -> exercise -> (status, score or None)."""
    table = {}
    for line in TABLE.strip().splitlines()[1:]:
        student, *cells = (cell.strip() for cell in line.split("|"))
        table[student] = {}
        for name, cell in zip(IDS, cells, strict=True):
            status, _space, score = cell.partition(" ")
            if status == "-":
                status, score = "not_attempted", "0"
            table[student][name] = (status, float(score) if score not in ("", "?") else None)
    return table


VERDICTS = expected_verdicts()

# Which misconceptions are named: exactly these, somewhere among the checks.
DIAGNOSES = {
    ("Brandt_Lukas", "lenet"): {"tanh_instead_of_sigmoid"},
    ("Brandt_Lukas", "nin_block"): {"last_relu_missing"},
    ("Brandt_Lukas", "gru_cell"): {"update_gate_swapped"},
    ("Brandt_Lukas", "beam_search"): {"stops_early"},
    ("freya_lindqvist", "attention"): {"mask_ignored"},
    ("kenji_morimoto", "dropout"): {"drops_out_of_training"},
    ("kenji_morimoto", "corr2d"): {"padded_to_same_size"},
    ("kenji_morimoto", "lenet"): {"relu_instead_of_sigmoid"},
    ("kenji_morimoto", "nin_block"): {"layers_in_a_plain_list"},
    ("kenji_morimoto", "beam_search"): {"bos_returned"},
    ("noah_fitzgerald", "corr2d"): {"gradient_cut"},
    ("oliver_hughes", "dropout"): {"kept_values_not_scaled"},
    ("oliver_hughes", "corr2d"): {"gradient_cut", "output_always_float32"},
    ("oliver_hughes", "lenet"): {"softmax_on_the_logits"},
    ("oliver_hughes", "nin_block"): {"batch_norm_inside"},
    ("oliver_hughes", "beam_search"): {"cut_to_beam_size"},
    ("oliver_hughes", "attention"): {"zeroed_after_softmax"},
    ("priya_raman", "dropout"): {"p_means_keep"},
    ("priya_raman", "corr2d"): {"kernel_flipped"},
    ("priya_raman", "lenet"): {"max_pooling"},
    ("priya_raman", "nin_block"): {"relu_missing_between_pointwise"},
    ("priya_raman", "gru_cell"): {"reset_outside_the_product"},
    ("priya_raman", "beam_search"): {"best_child_of_each"},
    ("priya_raman", "attention"): {"not_scaled"},
}

# What the message of the first check that did not pass has to contain.
MESSAGES = {
    ("chloe_aubert", "gru_cell"): "changed its input H in place",
    ("chloe_aubert", "corr2d"): "nothing was handed in",
    ("françois_delacour", "gru_cell"): "save it as UTF-8",
    ("freya_lindqvist", "dropout"): "has not been written yet",
    ("freya_lindqvist", "corr2d"): "got None: is a return missing?",
    (
        "freya_lindqvist",
        "gru_cell",
    ): "raised TypeError: unsupported operand type(s) for *: 'Tensor' and 'ellipsis' (line 8",
    ("freya_lindqvist", "lenet"): "not started: the file is as it was handed out",
    ("hannah_weiss", "corr2d"): "exceeded its memory limit",
    ("hannah_weiss", "gru_cell"): "exceeded its memory limit",
    ("ingrid_solheim", "gru_cell"): "expected dtype float32, got float64",
    ("jonas_eklund", "corr2d"): "Is there a loop without end?",
    ("jonas_eklund", "gru_cell"): "raised RecursionError: maximum recursion depth exceeded (line 6 of your file)",
    ("liam_ortega", "corr2d"): "nothing was handed in",
    ("noah_fitzgerald", "corr2d"): "no gradient arrives at X",
    ("noah_fitzgerald", "beam_search"): "got an object of type numpy.ndarray",
    ("rafael_monteiro", "dropout"): "Draw the mask yourself",
    ("rafael_monteiro", "corr2d"): "conv2d does what this exercise asks you to write (line 6 of your file)",
    ("rafael_monteiro", "gru_cell"): "Write the gates yourself",
    ("rafael_monteiro", "attention"): "Write the three steps yourself",
    (
        "svetlana_petrenko",
        "dropout",
    ): "your file is not Python (line 6 of your file): tabs and spaces are mixed in its indentation",
    ("svetlana_petrenko", "corr2d"): "your file is not Python (line 4 of your file): expected ':'",
    ("svetlana_petrenko", "nin_block"): "your file is not Python (line 4 of your file): '(' was never closed",
    (
        "svetlana_petrenko",
        "gru_cell",
    ): "your file is not Python (line 5 of your file): these are typographic quotation marks",
    ("svetlana_petrenko", "beam_search"): "your file defines Beam_Search; the exercise asks for beam_search",
    ("svetlana_petrenko", "attention"): "your file is not Python (line 1 of your file)",
    ("tomasz_wilk", "gru_cell"): "not started: the file is as it was handed out",
    ("tomasz_wilk", "attention"): "not started",
    ("yuki_tanabe", "lenet"): "parameter 4 should be the weight of the dense layer of 120, of shape [120, 400]",
    (WANG, "corr2d"): "save it as UTF-8",
    (WANG, "attention"): "has not been written yet",  # saved as UTF-16
}

# What of a file was left out, though its answer counts.
LEFT_OUT = {
    ("jonas_eklund", "dropout"): [
        "line 3 was left out: it asks for input",
        "line 14 was left out: it uses p, which was left out",
    ],
    ("svetlana_petrenko", "lenet"): ["line 1 was left out: torchvison is not installed here"],
}

NOTES = {
    "erik_vasa": [
        "ch13_attention/attention.py was graded as the answer to ch13_attention/scaled_dot_product_attention",
        "Untitled.ipynb was not graded",
        *(
            f"{path} was not graded: ch07_convolution/corr2d was taken from ch07_convolution/corr2d.py"
            for path in ("ch07_convolution/corr2d (1).py", "ch07_convolution/corr2d_old.py", "old/corr2d.py")
        ),
    ],
    "mallory_kane": [
        "dropout uses functions of its own in the place of torch's (line 5), sys.modules (line 12): a person should look at it",
        "corr2d uses sys.modules (line 11), exec (line 23): a person should look at it",
        "nin_block uses os.write (line 8), os._exit (line 11): a person should look at it",
        "gru_cell uses a module whose name is computed (line 10), sys.modules (line 13): a person should look at it",
        "beam_search uses _getframe (line 5), f_locals (line 7), f_globals (line 7), f_back (line 17):"
        " a person should look at it",
        "scaled_dot_product_attention uses gc (line 1): a person should look at it",
    ],
    "paulo_mendes": [
        "homework 7.py was graded as the answer to ch04_regularization/dropout",
        "corr2d (1).py was graded as the answer to ch07_convolution/corr2d",
        "homework 7.py was graded as the answer to ch11_gated_recurrent/gru_cell",
    ],
    "rafael_monteiro": [
        "corr2d uses a name of torch.nn.functional that is computed (line 5): a person should look at it",
    ],
    "zeynep_arslan": [
        "Lenet.py was graded as the answer to ch08_lenet/lenet",
        "beamsearch.py was graded as the answer to ch12_sequence_to_sequence/beam_search",
    ],
}


def fingerprint(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    top = tmp_path_factory.mktemp("sample")
    folder, out = top / "class", top / "out"
    shutil.copytree(SAMPLE_CLASS, folder)
    # What git would not keep, but students hand in.
    cached = folder / "erik_vasa" / "ch07_convolution" / "__pycache__"
    cached.mkdir()
    (cached / "corr2d.cpython-312.pyc").write_bytes(b"\xcb\r\r\n" + bytes(12))
    (cached / "corr2d.py").write_text("def corr2d(X, K):\n    return K\n")
    before = fingerprint(SAMPLE_CLASS), fingerprint(folder)
    chosen = [part for id in IDS.values() for part in ("--exercise", id)]
    command = [sys.executable, "-m", "autograder", "grade", str(folder), "--out", str(out), "--device", "cpu", *chosen]
    env = {k: v for k, v in os.environ.items() if k not in ("KATA_HOME", "KATA_LANG")} | {"COLUMNS": "300"}
    done = subprocess.run(command, cwd=KIT, env=env, capture_output=True, text=True, timeout=600)
    assert (out / "results.json").exists(), done.stderr
    results = json.loads((out / "results.json").read_bytes())
    exercises = {
        (submission["student"], name): exercise
        for submission in results["submissions"]
        for exercise in submission["exercises"]
        for name, id in IDS.items()
        if id == exercise["id"]
    }
    after = fingerprint(SAMPLE_CLASS), fingerprint(folder)
    return SimpleNamespace(done=done, out=out, results=results, exercises=exercises, before=before, after=after)


def failures(exercise):
    return [check for check in exercise["checks"] if check["status"] != "passed"]


def test_the_command_succeeds_and_nothing_is_left_ungraded(graded):
    assert graded.done.returncode == 0, graded.done.stderr
    assert "182 graded, 0 reused" in graded.done.stdout
    assert {e["status"] for e in graded.exercises.values()}.isdisjoint({"ungraded", "skipped"})


def test_every_folder_is_a_student_of_the_table(graded):
    assert sorted(VERDICTS) == sorted(path.name for path in SAMPLE_CLASS.iterdir())
    assert [s["student"] for s in graded.results["submissions"]] == sorted(VERDICTS)
    assert len(graded.exercises) == len(VERDICTS) * len(IDS)


@pytest.mark.parametrize(("student", "name"), LEFT_OUT)
def test_what_was_left_out_is_told(graded, student, name):
    assert graded.exercises[student, name]["left_out"] == LEFT_OUT[student, name]


@pytest.mark.parametrize("student", VERDICTS)
def test_verdicts(graded, student):
    wrong = []
    for name, (status, score) in VERDICTS[student].items():
        exercise = graded.exercises[student, name]
        got = exercise["status"], exercise["score"]
        if status == "passed":
            status, score = "passed", exercise["max_score"]
        elif status == "any":
            status = got[0] if got[0] != "passed" else "anything but passed"
        if got[0] != status or (score is not None and got[1] != score) or exercise["max_score"] <= 0:
            said = [f"{c['name']}: {c['status']} {c['message']}" for c in failures(exercise)]
            wrong.append(f"{name}: expected {status} {score}, got {got}\n  " + "\n  ".join(said))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("student", "name"), DIAGNOSES)
def test_diagnoses(graded, student, name):
    names = {m.sentence: m.name for m in catalog.load_misconceptions(IDS[name])[0]}
    found = {c["diagnosis"] for c in graded.exercises[student, name]["checks"]} - {None}
    assert {names.get(sentence, sentence) for sentence in found} == DIAGNOSES[student, name]


@pytest.mark.parametrize(("student", "name"), MESSAGES)
def test_messages(graded, student, name):
    assert MESSAGES[student, name] in failures(graded.exercises[student, name])[0]["message"]


def test_right_solutions_are_never_called_mistaken(graded):
    for (student, name), exercise in graded.exercises.items():
        if exercise["status"] == "passed":
            assert not [c for c in exercise["checks"] if c["diagnosis"] or c["message"]], (student, name)


def test_each_exercise_is_solved_in_at_least_four_ways(graded):
    for name, id in IDS.items():
        solved = [s for s in VERDICTS if graded.exercises[s, name]["status"] == "passed"]
        found = [next(SAMPLE_CLASS.glob(f"{s}/**/{Path(id).name}.py"), None) for s in solved]
        files = {path.read_bytes() for path in found if path}
        assert len(files) >= 4, (name, solved)


def test_notes_name_the_files_that_were_not_graded(graded):
    lines = graded.done.stdout.splitlines()
    for student in VERDICTS:
        notes = [line.split(": ", 1)[1] for line in lines if line.startswith(f"  {student}: ")]
        assert notes == NOTES.get(student, [])


def test_grades_csv_has_a_row_for_each_student(graded):
    with (graded.out / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["student", *IDS.values(), "score", "max_score"]
    assert [row[0] for row in rows] == sorted(VERDICTS)
    for student, *scores, total, most in rows:
        assert [float(s) for s in scores] == [graded.exercises[student, name]["score"] for name in IDS]
        assert float(total) == sum(map(float, scores)) <= float(most)


def test_there_is_a_report_with_a_page_for_each_student(graded):
    report = (graded.out / "report.html").read_text(encoding="utf-8")
    assert all(student in report for student in VERDICTS)
    assert len(list((graded.out / "report").rglob("*.html"))) >= len(VERDICTS)


def test_the_hostile_student_gains_nothing(graded):
    for name in IDS:
        exercise = graded.exercises["mallory_kane", name]
        assert exercise["score"] == 0
        assert "passed" not in {check["status"] for check in exercise["checks"]}
        assert exercise["max_score"] == graded.exercises["amara_okafor", name]["max_score"]


def test_the_hostile_student_changed_no_file(graded):
    assert graded.before == graded.after
    assert not list(graded.out.rglob("mallory_was_here.txt"))
    assert not (KIT / "mallory_was_here.txt").exists()
