"""Properties are asked in every case, cost their points once, and wait where the values are wrong."""

from __future__ import annotations

import ast
from types import SimpleNamespace

import pytest
import torch

from autograder import catalog
from autograder.judging.stubs import bare
from autograder.results import Status
from autograder.runner.outcome import Outcome
from autograder.spec import LEFT_OUT, NO_ERROR, Exercise, normal, number, rows, tensor
from autograder.spec.generated import KINDS, generated
from support import CORR2D

BODY = "(X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K).sum((-1, -2))"
VALUES = {"sums_each_window", "reaches_the_borders"}
PROPERTIES = {"keeps_the_dtype", "lets_gradients_through", "takes_views", "leaves_its_inputs_alone"}


def wrong(result):
    return {check.name: check for check in result.checks if check.status is not Status.PASSED}


@pytest.mark.parametrize("branch", ["len(X) > 40", "K.numel() == 1"])
@pytest.mark.parametrize(
    ("fault", "check"),
    [
        ("Y = Y.float()", "keeps_the_dtype"),
        ("Y = Y.double()", "keeps_the_dtype"),
        ("Y = Y.float().to(Y.dtype)", "keeps_the_dtype"),
        ("Y = Y.detach()", "lets_gradients_through"),
        ("X.view(-1)", "takes_views"),
        ("X.data.add_(0.0).neg_().neg_().add_(1.0)", "leaves_its_inputs_alone"),
    ],
)
def test_a_fault_in_one_branch_costs_the_check_of_its_property(grade_source, branch, fault, check):
    lines = [f"Y = {BODY}", f"if {branch}:", f"    {fault}", "return Y"]
    result = grade_source(CORR2D, "import torch\ndef corr2d(X, K):\n    " + "\n    ".join(lines))
    found = wrong(result)
    assert check in found
    assert not VALUES & found.keys()
    assert found.keys() - {check} <= {"lets_gradients_through"}  # what is overwritten may be needed for a gradient


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("Y = Y.float()", "the result is float32 with a gradient; else it is float64 with a gradient"),
        ("Y = Y.detach()", "the result is float64 without a gradient; else it is float64 with a gradient"),
        ("X.data.fill_(7)", "X is changed; else it is unchanged"),
    ],
)
def test_a_fault_with_views_alone_costs_the_check_of_views_alone(grade_source, fault, says):
    lines = [f"Y = {BODY}", "if not X.is_contiguous():", f"    {fault}", "return Y"]
    (check,) = wrong(grade_source(CORR2D, "import torch\ndef corr2d(X, K):\n    " + "\n    ".join(lines))).values()
    assert check.name == "takes_views"
    assert says in check.message
    lines[1] = "if True:"
    found = wrong(grade_source(CORR2D, "import torch\ndef corr2d(X, K):\n    " + "\n    ".join(lines)))
    assert "takes_views" not in found


def test_properties_wait_where_most_values_are_wrong(grade_source):
    result = grade_source(CORR2D, f"def corr2d(X, K):\n    return {BODY} + 1\n")
    assert result.score == 0
    waiting = {name for name, check in wrong(result).items() if check.status is Status.SKIPPED}
    assert waiting == PROPERTIES
    assert all("waits for: sums the products" in wrong(result)[name].message for name in waiting)


def test_a_value_that_is_wrong_in_one_case_leaves_the_properties(grade_source):
    source = f"def corr2d(X, K):\n    return {BODY} + (K.numel() == 1)\n"
    assert wrong(grade_source(CORR2D, source)).keys() == {"reaches_the_borders"}


def test_what_reproduces_a_gradient_shows_it(grade_source):
    result = grade_source(CORR2D, f"def corr2d(X, K):\n    return {BODY}.detach()\n")
    (check,) = wrong(result).values()
    assert check.name == "lets_gradients_through"
    assert check.detail.snippet.endswith("print(gradients(lambda X, K: corr2d(X, K), X=X, K=K))")
    ast.parse(check.detail.snippet)


OUTPUT_SHAPE, KERNELS = "ch07_convolution/output_shape", "ch07_convolution/kernels"


@pytest.mark.parametrize(
    "fault", ["float(found) if n == 224 else found", "torch.tensor(found) if padding == 3 else found"]
)
def test_another_type_in_one_branch_costs_the_check_of_types_alone(grade_source, fault):
    source = f"""import torch
{catalog.solution_file(OUTPUT_SHAPE).read_text(encoding="utf-8")}
right = conv_output_shape
def conv_output_shape(n, k, padding=0, stride=1):
    found = right(n, k, padding, stride)
    return {fault}
"""
    (failed,) = wrong(grade_source(OUTPUT_SHAPE, source)).values()
    assert failed.name == "returns_ints"
    assert "expected a Python int" in failed.message


def test_a_tensor_that_is_returned_twice_costs_the_check_of_new_ones_alone(grade_source):
    reference = catalog.solution_file(KERNELS).read_text(encoding="utf-8")
    source = f"{reference}\nmade = sharpen_kernel()\ndef sharpen_kernel():\n    return made.view(3, 3)\n"
    (failed,) = wrong(grade_source(KERNELS, source)).values()
    assert failed.name == "kernels_are_new"
    assert "after the first was filled with 7" in failed.message
    assert "got 7 (9 of 9 elements differ)" in failed.message


def test_a_property_takes_the_name_of_a_function_and_the_checks_of_a_call():
    exercise = Exercise(entry=("f", "g"))
    f, g = (exercise.call(name, X=normal(2), then=number) for name in ("f", "g"))

    @f.check(points=1, also=rows("X", normal(3)))
    def calls_f():
        """calls f"""

    @g.check(points=1)
    def calls_g():
        """calls g"""

    @exercise.returns_python_numbers(points=1, about=f)
    def is_an_int():
        """is an int"""

    exercise.hint("...", helps=[g, is_an_int])
    types = exercise["is_an_int"]
    assert types.line == "is an int"
    assert [case.base[0].name for case in types.cases] == ["calls_f", "calls_f"]
    assert types.statements(types.cases[0]) == ["return student.f(X)"]
    assert types.run_of(types.cases[0])(SimpleNamespace(f=torch.sum), X=torch.ones(2)) == torch.tensor(2.0)
    assert exercise.hints[0].helps == ("calls_g", "is_an_int")
    assert exercise.probes == []


def test_no_process_can_claim_to_be_proven():
    with pytest.raises(ValueError, match="no answer"):
        Outcome.from_answer({"kind": "proven"})


def test_every_probe_stands_for_cases_of_several_properties():
    exercise = catalog.load_exercise(CORR2D)
    (probe,) = exercise.probes
    bases = {(case.base[0].name, case.base[1].index) for case in probe.cases}
    assert bases == {(c.name, case.index) for c in exercise.checks if c.name in VALUES for case in c.cases}
    assert exercise[probe.name] is probe
    assert probe not in exercise.checks
    assert exercise.max_score == 10


def test_rows_join_and_cross():
    table = rows("size mode", (2, "max"), ((3, 2), "avg")) + rows("size", (4, 1))
    assert list(table) == [{"size": 2, "mode": "max"}, {"size": (3, 2), "mode": "avg"}, {"size": (4, 1)}]
    crossed = rows("a", 1, 2) * rows("b", 3, 4)
    assert [tuple(case.values()) for case in crossed] == [(1, 3), (1, 4), (2, 3), (2, 4)]
    with pytest.raises(ValueError, match="does not fit"):
        rows("a b", (1, 2, 3))


def test_what_is_left_out_of_a_call_is_left_to_its_default():
    exercise = Exercise(entry="f")
    call = exercise.call("f", X=normal(2), size=3, mode="max")

    @call.check(points=1, cases=rows("size", 3, LEFT_OUT))
    def calls():
        """calls"""

    check = exercise["calls"]
    assert [check.statements(case) for case in check.cases] == [
        ["return student.f(X, size, mode)"],
        ["return student.f(X, mode=mode)"],
    ]
    inputs, _sizes = check.draw(check.cases[1], "seed")
    assert inputs.keys() == {"X", "mode"}


def test_a_helper_makes_of_a_result_what_is_judged():
    exercise = Exercise(entry="f")
    call = exercise.call("f", n=1, then=number)

    @call.check(points=1)
    def calls():
        """calls"""

    @call.refuses(points=1)
    def refuses():
        """refuses"""

    check, refusal = exercise.checks
    student = SimpleNamespace(f=lambda n: torch.tensor([float(n)]))
    assert check.run_of(check.cases[0])(student, n=3) == 3
    assert check.statements(check.cases[0]) == ["return number(student.f(n))"]
    assert check.called(check.cases[0]) == "f(n)"
    assert refusal.run_of(refusal.cases[0])(student, n=3) == NO_ERROR


def test_a_check_keeps_the_case_of_its_call_unless_told_otherwise():
    exercise = Exercise(entry="f")
    call = exercise.call("f", n=1)

    @call.check(points=1)
    def alone():
        """alone"""

    @call.check(points=1, also=rows("n", 2, 3))
    def also():
        """also"""

    @call.check(points=1, cases=rows("n", 2, 3))
    def instead():
        """instead"""

    drawn = {c.name: [c.draw(case, "seed")[0]["n"] for case in c.cases] for c in exercise.checks}
    assert drawn == {"alone": [1], "also": [1, 2, 3], "instead": [2, 3]}


def test_no_probe_changes_the_dtype_of_an_input_that_has_one_of_its_own():
    exercise = Exercise(entry="f")
    call = exercise.call("f", X=normal("n"), K=normal("n"))

    @call.check(points=1, cases=rows("K", normal("n"), tensor([1.0, 2.0], torch.float32)))
    def values():
        """has the right values"""

    exercise.keeps_the_dtype(points=1)
    exercise.takes_views(points=1)
    [probe] = exercise.probes
    assert [case.base[1].index for case in probe.cases] == [0]


def test_a_keyword_that_names_a_dimension_is_its_size_in_every_case():
    exercise = Exercise(entry="f")

    @exercise.call("f", X=normal("n", "k")).check(points=1, k=9, cases=rows("n", 4, 5), also=[{"n": 6, "k": 7}])
    def values():
        """has the right values"""

    drawn = [exercise.checks[0].draw(case, "public")[1] for case in exercise.checks[0].cases]
    assert drawn == [{"k": 9, "n": 4}, {"k": 9, "n": 5}, {"k": 7, "n": 6}]


@pytest.mark.parametrize(
    ("name", "fails"), [("gradient_cut", "lets_gradients_through"), ("output_always_float32", "keeps_the_dtype")]
)
def test_a_generated_misconception_runs_where_student_code_does_and_fails_its_check(
    grade_source, reference, name, fails
):
    id = "ch13_attention/masked_softmax"
    [made] = [m for m in generated(["masked_softmax"], {key: ["masked_softmax"] for key in KINDS}) if m.name == name]
    result = grade_source(id, made.solution(bare(reference(id)), ("masked_softmax",)))
    status = {check.name: check.status for check in result.checks}
    assert status.pop(fails) is Status.FAILED
    assert status["masks_by_item"] is Status.PASSED
