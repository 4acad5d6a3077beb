"""The audit finds what is wrong with an exercise, and leads a new one to its end."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest

from support import KIT, kata, kata_in_process


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """A kit with corr2d alone, to break."""
    root = tmp_path_factory.mktemp("toy")
    shutil.copytree(
        KIT / "autograder", root / "autograder", ignore=shutil.ignore_patterns("__pycache__", "ch0*", "ch1*")
    )
    (root / "autograder/catalog.toml").write_text(
        '[ch07_convolution]\ntitle = "C"\ncorr2d = { title = "c", difficulty = 1, minutes = 1 }\n'
    )
    (root / "datasets").mkdir()
    chapter = "ch07_convolution"
    for folder in ("autograder/checks", "autograder/misconceptions", "solutions", "exercises"):
        (root / folder / chapter).mkdir(parents=True)
        for name in ("corr2d.py", "_shared.py", "__init__.py", "README.md"):
            if (KIT / folder / chapter / name).exists():
                shutil.copy(KIT / folder / chapter / name, root / folder / chapter / name)
    return root


CHECKS = "autograder/checks/ch07_convolution/corr2d.py"
MISCONCEPTIONS = "autograder/misconceptions/ch07_convolution/corr2d.py"
SOLUTION = "solutions/ch07_convolution/corr2d.py"
IDLE = '@exercise.check(points=0)\ndef cannot_fail(student):\n    """is there"""\n    return 1\n\n\n'
WRITTEN = """from autograder.spec import filled, tensor


@corr2d.check(points=2, X=tensor([[1.0, 2.0], [3.0, 5.0]]), K=tensor([[4.0]]))
def is_written_down():
    \"\"\"is right for one input\"\"\"


@corr2d.check(points=6, X=filled(0.0, "height", "width"))
def is_zero():
    \"\"\"is right for a black image\"\"\"


@corr2d.check(points=2)
def only_says_so(student, X, K):
    \"\"\"returns a tensor\"\"\"
    return {"a tensor": student.corr2d(X, K).dim() == 2}


"""


REFUSED = """from autograder.spec import rows


@corr2d.refuses(points=1, also=rows("K", normal(20, 2)))
def refuses_a_large_kernel():
    \"\"\"raises ValueError for a kernel larger than X\"\"\"


"""


@pytest.mark.parametrize(
    ("path", "old", "new", "says"),
    [
        (CHECKS, "exercise.hint(", f"{IDLE}exercise.hint(", "no misconception fails cannot_fail"),
        (
            CHECKS,
            "exercise.hint(",
            f"{WRITTEN}exercise.hint(",
            "is_written_down (2): results written down beforehand pass it",
        ),
        (CHECKS, "exercise.hint(", f"{WRITTEN}exercise.hint(", "is_zero (6): zeros of the right shape pass it"),
        (
            CHECKS,
            "exercise.hint(",
            f"{WRITTEN}exercise.hint(",
            "only_says_so (2): statements that the student's process",
        ),
        (
            CHECKS,
            "exercise.hint(",
            f"{REFUSED}exercise.hint(",
            "case 2: the reference raises RuntimeError, not ValueError",
        ),
        (CHECKS, "exercise.hint(", "(lambda *a, **k: None)(", "hints"),
        (SOLUTION, "# TODO: find the size", "# TODO: find a size", "the stub"),
        (SOLUTION, "### END SOLUTION", "", "pairs"),
        (MISCONCEPTIONS, "K.flip(0, 1)", "K", "passes everything"),
        (MISCONCEPTIONS, '(").sum()",', '("no such text",', "does not contain"),
        (CHECKS, "from autograder.spec import", "from autograder.spec import nothing,", "line 4: ImportError: cannot"),
        (MISCONCEPTIONS, "@slip(", "@slipped(", "NameError: name 'slipped'"),
        (CHECKS, "K=normal(", "K=drawn_by_nobody(", "NameError: name 'drawn_by_nobody'"),
        (CHECKS, 'entry="corr2d"', 'entry="".join(["corr2d"])', "out: it is read without running the file"),
    ],
)
def test_the_audit_finds_what_is_wrong(toy, path, old, new, says):
    file = toy / path
    kept = file.read_text()
    assert old in kept
    file.write_text(kept.replace(old, new, 1 if new.endswith(old) else -1))
    try:
        done = kata("audit", "corr2d", "--seeds", "1", cwd=toy, COLUMNS="200")
    finally:
        file.write_text(kept)
    assert done.returncode == 1, done.stdout + done.stderr
    assert says in done.stdout, done.stdout + done.stderr


def test_mutants_lose_marks_and_where_a_check_is_missing_the_hole_is_shown(toy):
    whole = kata("audit", "corr2d", "--mutants", cwd=toy, COLUMNS="200")
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert re.search(r"[1-9]\d+ of [1-9]\d+ mutants lose marks", whole.stdout), whole.stdout
    assert kata("audit", "corr2d", "--mutants", cwd=toy, COLUMNS="200").stdout == whole.stdout
    score = kata("audit", "corr2d", "--seeds", "1", cwd=toy, COLUMNS="200")
    assert re.search(r"ch07_convolution/corr2d: \d+ of \d+ mutants lose marks, 0 holes, score 100.0%", score.stdout)
    file = toy / CHECKS
    kept = file.read_text()
    file.write_text(f"{kept}exercise.checks = [c for c in exercise.checks if c.name != 'lets_gradients_through']\n")
    try:
        holed = kata("audit", "corr2d", "--mutants", cwd=toy, COLUMNS="200")
        refused = kata("release", "copy", "corr2d", cwd=toy, COLUMNS="200")
    finally:
        file.write_text(kept)
    assert holed.returncode == 1, holed.stdout + holed.stderr
    assert "gradient cut" in holed.stdout
    assert re.search(r"keeps all marks, but: corr2d\(X, K\) with .*: another gradient", holed.stdout), holed.stdout
    assert refused.returncode == 2
    assert "ch07_convolution/corr2d are not proven: see 'kata audit corr2d --mutants'" in refused.stderr
    assert not (toy / "copy").exists()
    assert "There are holes in the checks of ch07_convolution/corr2d." in holed.stderr


UNFAIR = '''

@corr2d.check(points=0.5, needs=sums_each_window)
def is_contiguous(student, X, K):
    """is contiguous"""
    return {"the result is contiguous": student.corr2d(X, K).is_contiguous()}
'''


def test_variants_keep_full_marks_and_a_check_that_asks_too_much_is_a_false_alarm(toy):
    whole = kata("audit", "corr2d", "--variants", "--seeds", "2", cwd=toy, COLUMNS="200")
    assert whole.returncode == 0, whole.stdout + whole.stderr
    counts = re.search(
        r"(\d+) variants and (\d+) pairs, 2 seeds: (\d+) keep full marks, (\d+) are not right", whole.stdout
    )
    variants, pairs, passed, none = map(int, counts.groups())
    assert variants > 20
    assert pairs > 20
    assert passed + none == variants + pairs
    assert none < 10
    file = toy / CHECKS
    kept = file.read_text()
    file.write_text(kept + UNFAIR)
    try:
        unfair = kata("audit", "corr2d", "--variants", "--seeds", "1", cwd=toy, COLUMNS="200")
    finally:
        file.write_text(kept)
    assert unfair.returncode == 1, unfair.stdout + unfair.stderr
    assert "line 0, result is a view that is not contiguous: corr2d" in unfair.stdout
    assert "loses marks: public: is_contiguous" in unfair.stdout
    assert "Right solutions lose marks in ch07_convolution/corr2d." in unfair.stderr


def test_a_mutant_that_is_called_equivalent_is_listed_and_must_keep_its_marks(toy):
    file = toy / CHECKS
    kept = file.read_text()
    before = kata("audit", "corr2d", "--mutants", cwd=toy, COLUMNS="200")
    assert before.returncode == 0, before.stdout + before.stderr
    assert "judged equivalent: X has two axes." in before.stdout
    file.write_text(f'{kept}exercise.equivalent("another axis: 1 -> 7", "No.")\n')
    try:
        red = kata("audit", "corr2d", "--mutants", cwd=toy, COLUMNS="200")
    finally:
        file.write_text(kept)
    assert red.returncode == 1, red.stdout + red.stderr
    assert "equivalent('another axis: 1 -> 7', ...) matches no mutant that keeps all marks" in red.stdout
    assert "What is called equivalent in the checks of ch07_convolution/corr2d matches no mutant" in red.stderr


def proof_key(root):
    code = "from autograder.workshop import proven; print(proven.key('ch07_convolution/corr2d'))"
    environment = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_training_says_how_mutants_are_graded():
    done = kata_in_process("audit", "corr2d", "--training")
    assert done.returncode == 2
    assert "add --mutants" in done.stderr


def test_what_is_in_order_is_not_proven_again_until_something_changes(toy):
    assert "solution" in kata("audit", "corr2d", "--seeds", "1", "--all", cwd=toy, COLUMNS="200").stdout
    again = kata("audit", "corr2d", "--seeds", "1", cwd=toy, COLUMNS="200")
    assert again.returncode == 0
    assert "1 exercises have not changed" in again.stdout
    assert "with 0 misconceptions" not in again.stdout
    assert "solution" not in again.stdout
    before = proof_key(toy)
    stub = "exercises/ch07_convolution/corr2d.py"
    for path in (CHECKS, MISCONCEPTIONS, SOLUTION, stub, "exercises/ch07_convolution/README.md"):
        file = toy / path
        kept = file.read_text()
        file.write_text(kept + "\n# One word more.\n")
        try:
            assert proof_key(toy) != before, path
        finally:
            file.write_text(kept)
    assert proof_key(toy) == before


def test_a_narrow_terminal_gets_a_list_in_the_place_of_the_matrix(toy):
    wide = kata("audit", "corr2d", "--seeds", "1", "--all", cwd=toy, COLUMNS="200").stdout
    assert "all checks but" not in wide
    found = kata("audit", "corr2d", "--seeds", "1", "--all", cwd=toy, COLUMNS="50").stdout
    assert "all checks but" in found
    row = next(line for line in found.splitlines() if line.startswith("kernel_flipped"))
    assert row.split()[1] == "0/10"
    assert row.split()[2:4] == ["1", ":(!"]


def test_an_exercise_may_forbid_a_family_of_its_own(toy):
    checks, answer = toy / CHECKS, toy / "exercises/ch07_convolution/corr2d.py"
    kept, stub = checks.read_text(), answer.read_text()
    own = 'Family("windows", operators="^unfold$", names=("torch.atleast_3d",), advice="Two loops will do.")'
    text = kept.replace('forbid="convolution"', f'forbid=("convolution", {own})')
    checks.write_text(text.replace("import Exercise", "import Exercise, Family"))
    try:
        for call in ("X.unfold(0, 2, 1)", "torch.atleast_3d(X)"):
            answer.write_text(f"import torch\n\n\ndef corr2d(X, K):\n    return {call}\n")
            done = kata("check", "corr2d", cwd=toy, COLUMNS="200")
            assert done.returncode == 1, done.stdout + done.stderr
            assert "does what this exercise asks you to write" in done.stdout, done.stdout
            assert "Two loops will do." in done.stdout, done.stdout
    finally:
        checks.write_text(kept)
        answer.write_text(stub)


def test_a_new_exercise_is_led_to_its_end(toy):
    made = kata("new", "ch02_multilayer_perceptron/xor", cwd=toy, COLUMNS="200")
    assert made.returncode == 0, made.stderr
    stub = toy / "exercises/ch02_multilayer_perceptron/xor.py"
    assert stub.relative_to(toy).as_posix() in made.stdout
    assert "def xor(X: Tensor) -> Tensor:" in stub.read_text()
    assert stub.read_text().rstrip().endswith("raise NotImplementedError")
    assert kata("sync", cwd=toy, COLUMNS="200").stdout.count("exercises/") == 0
    assert kata("new", "ch02_multilayer_perceptron/xor", cwd=toy, COLUMNS="200").returncode == 2
    assert kata("new", "nonsense", cwd=toy, COLUMNS="200").returncode == 2
    first = kata("audit", "xor", "--seeds", "1", cwd=toy, COLUMNS="200")
    assert first.returncode == 1
    assert "TODO" in first.stdout, first.stdout
    assert "kata sync" not in first.stdout
    assert kata("list", cwd=toy, COLUMNS="200").returncode == 0
