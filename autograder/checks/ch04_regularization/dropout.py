"""Checks of dropout.

Nothing depends on how random numbers are drawn. Elements are looked at one by one (what is kept is X / (1 - p)), or
over many calls. The false alarms of all statistics together stay below 1e-6.
"""

from autograder.checks.ch04_regularization._shared import (
    IMAGES,
    factors_of_kept,
    gradients_of_kept,
    nonzero,
    with_gradients,
)
from autograder.spec import LEFT_OUT, Close, Exercise, drawn_anew, each_alone, repeated, rows, with_probability

exercise = Exercise(
    entry="dropout", forbid="dropout", sizes={"rows": (4, 8), "columns": (4, 8)} | dict.fromkeys(IMAGES, (2, 5))
)
X = nonzero("rows", "columns")
dropout = exercise.call("dropout", inputs={"X": X, "p": 0.3, "training": LEFT_OUT}, axes=("rows", "columns"))


@exercise.call(judge=Close(of=factors_of_kept), X=X, p=0.3, calls=24)
def results(student, X, p, calls):
    return repeated(lambda X: student.dropout(X, p), X, calls)


@exercise.call(X=X, p=0.5, calls=200)
def zeros(student, X, p, calls):
    return repeated(lambda X: student.dropout(X, p), X, calls) == 0


@results.check(points=2, cases=rows("p X", (0.3, X), (0.6, X), (0.965, nonzero(30, 20))))
def scales_what_it_keeps():
    """keeps elements as X / (1 - p)"""


@zeros.check(points=1, judge=drawn_anew(), seconds=10, X=nonzero(16, 16))
def draws_anew_at_each_call():
    """draws anew at each call: what was dropped in one call says nothing about the next"""


once = {"needs": draws_anew_at_each_call, "seconds": 10}


@zeros.check(points=1.5, judge=with_probability(), cases=rows("p", 0.25, 0.7), X=nonzero(25, 4), **once)
def drops_with_probability_p():
    """drops each element with probability p"""


@zeros.check(points=1.75, judge=each_alone(), cases=rows("X", X, nonzero(*IMAGES)), p=0.4, calls=150, **once)
def decides_for_each_element_alone():
    """decides for each element alone: what becomes of its neighbours says nothing about it"""


@results.check(points=0.5, cases=rows("X", nonzero(9), nonzero("examples", 3, "features"), nonzero(*IMAGES)))
def takes_any_shape():
    """takes tensors with any number of axes"""


@dropout.check(
    points=1, needs=draws_anew_at_each_call, cases=rows("p training", (0.3, False), (0.8, False), (1.0, False))
)
def rests_out_of_training():
    """returns X, neither dropped nor scaled, if training is False"""


@dropout.check(
    points=0.5,
    judge=Close(zeros=True),
    needs=draws_anew_at_each_call,
    cases=rows("p training", (0, LEFT_OUT), (1, True), (0.0, True), (1.0, LEFT_OUT)),
)
def works_at_both_ends():
    """drops nothing at p = 0 and everything at p = 1"""


@results.check(
    points=1,
    judge=Close(of=gradients_of_kept),
    cases=rows("p X", (0.3, X), (0.6, nonzero(*IMAGES)), (0.3, nonzero(9)), (0.6, nonzero("examples", 3, "features"))),
)
def lets_the_gradient_follow(student, X, p, calls):
    """lets the gradient through as it does the element: 0 where that was dropped, 1 / (1 - p) where it was kept"""
    return with_gradients(lambda X: student.dropout(X, p), X, calls)


@exercise.lets_gradients_through(points=0.5, zeros=True, about=[rests_out_of_training, works_at_both_ends])
def passes_gradients_at_both_ends():
    """lets the gradient through at p = 0 and out of training; at p = 1 it is 0, never NaN"""


keeps_the_dtype = exercise.keeps_the_dtype("works in float64 too, to its full precision", points=0.5, except_for=zeros)
exercise.leaves_its_inputs_alone("leaves X unchanged", points=0.5)
exercise.takes_views(
    "works for tensors that are views of others, as X.T is",
    points=0.25,
    except_for=[zeros, lets_the_gradient_follow],
)

exercise.hint(
    """Two steps: decide for each element whether it stays, then put 0 in the place of the others. torch.rand(X.shape)
    gives a number between 0 and 1 for every element: how often is such a number at least 0.3?"""
)
exercise.hint(
    """Say in words what p is: the probability that an element is dropped. So p = 0.1 drops few elements, and
    the kept ones are many: 1 - p of them.""",
    helps=[drops_with_probability_p, rests_out_of_training],
)
exercise.hint(
    """If a share 1 - p of the elements stays, their sum shrinks to 1 - p of what it was. Which factor brings it back?
    Try p = 0.5: half of the elements, each twice as large.""",
    helps=[scales_what_it_keeps, takes_any_shape, keeps_the_dtype, lets_the_gradient_follow],
)
exercise.hint(
    """One random number for each element, drawn inside of the function at each call: torch.rand(X.shape), or
    torch.rand_like(X). No seed belongs in there: torch.manual_seed would make every call draw the same.""",
    helps=[draws_anew_at_each_call, decides_for_each_element_alone],
)
exercise.hint(
    """At p = 1 the factor 1 / (1 - p) is infinite, and 0 times infinity is NaN. Return zeros before you divide.""",
    helps=[works_at_both_ends, passes_gradients_at_both_ends],
)
exercise.hint(
    """Out of training: return X. At p = 1: return torch.zeros_like(X). Else kept = torch.rand(X.shape) >= p, and
    X * kept / (1 - p). Multiplying by the mask makes the gradient follow it by itself.""",
)

exercise.equivalent("gradient cut: torch.zeros_like(X) -> torch.zeros_like(X).detach()", "The gradient is 0.")
exercise.equivalent("gradient cut for one kind of call: dropout where p is 1", "The gradient is 0.")
exercise.equivalent(
    "condition moved: torch.rand(X.shape, device=X.device) >= p -> torch.rand(X.shape, device=X.device) > p",
    "That a random number is exactly p shows in no frequency.",
)
