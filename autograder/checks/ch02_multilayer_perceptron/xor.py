"""Checks of xor. Each looks at one thing that an answer can have right, whatever else is wrong with it."""

import torch
from torch import Tensor

from autograder.spec import Close, Exercise, Mistake, drawn, rows, tensor

exercise = Exercise(entry="xor_net", sizes={"n": (9, 14)}, gradients=False)

CORNERS = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]


def shuffled(d):
    """Each corner twice, in any order."""
    order = torch.randperm(8, generator=d.generator) % 4
    return torch.tensor(CORNERS, dtype=d.dtype)[order]


def noisy(d):
    """Points (n, 2) around each of the four corners, in any order, up to 0.2 away in each coordinate."""
    n = d.size("n")
    corners = torch.tensor(CORNERS, dtype=torch.float64)[torch.randperm(n, generator=d.generator) % 4]
    noise = 0.4 * torch.rand(n, 2, generator=d.generator, dtype=torch.float64) - 0.2
    return (corners + noise.round(decimals=3)).to(d.dtype)


def said(point):
    return "({:g}, {:g})".format(*(round(x, 3) for x in point))


def corner_of(X):
    return (2 * X[:, 0].round() + X[:, 1].round()).long()


def by_corner(got, X):
    """The two different answers that there are, in the order of ``CORNERS``. Near equality is enough here."""
    answers = [got[corner_of(X) == k] for k in range(4)]
    if any((a - a[0]).abs().max() > 1e-3 for a in answers):
        raise Mistake("equal points get different answers")
    found = torch.stack([a[0] for a in answers])
    if (different := len(found.round(decimals=3).unique())) != 2:
        text = "expected two different answers to the four points of the table, got {n}: {answers}"
        raise Mistake(text.format(n=different, answers=found.tolist()))
    return found


def apart_from(corner):
    """A judge of whether this corner gets another answer than (0, 1) and (1, 0)."""

    def judge(got, X):
        found = by_corner(got, X)
        for k in (1, 2):
            if (found[k] - found[corner]).abs() < 1e-3:
                text = "{one} gets the same answer as {two}, {answer:g}"
                answer = {"one": said(CORNERS[k]), "two": said(CORNERS[corner]), "answer": found[k].item()}
                raise Mistake(text.format(**answer), code=f"{found.sign().tolist()}")

    return Close(of=judge)


def in_minus_and_plus_one(got, X):
    found = by_corner(got, X)
    if not ((found == -1) | (found == 1)).all():
        raise Mistake(f"expected the answers -1 and +1, got {found.min():.6g} and {found.max():.6g}")
    if found[1] + found[2] <= found[0] + found[3]:
        raise Mistake("expected +1 for bits that differ and -1 for equal ones", code=f"{found.tolist()}")


def as_at_the_corners(got, X):
    """Whether noise makes a difference: to the answers of this very solution, whatever they are."""
    near, exact = got["near"], got["exact"][corner_of(X)]
    if (got["exact"] - got["exact"][0]).abs().max() < 1e-3:
        raise Mistake("all four points of the table get the same answer")
    for point, a, b in zip(X, near, exact, strict=True):
        if a != b:
            values = (said(point.tolist()), a, said(point.round().abs().tolist()), b)
            raise Mistake("{} gets {:.6g}, but {} gets {:.6g}".format(*values), code=f"{near.round(decimals=3)}")


def form(got, X):
    """Shape and dtype, which the judge compares; of the numbers only that something was computed."""
    if len(X) == 8:
        by_corner(got, X)


def flat(answers):
    """The answers as numbers in one row: their shape and dtype are one check's matter alone."""
    return answers.flatten().float() if isinstance(answers, Tensor) else answers


table = exercise.call("xor_net", X=drawn(shuffled), then=flat)


@table.check(points=1.25, judge=apart_from(0))
def first_line():
    """tells (0, 1) and (1, 0) from (0, 0)"""


@table.check(points=1.25, judge=apart_from(3))
def second_line():
    """tells (0, 1) and (1, 0) from (1, 1)"""


@table.check(points=0.75, judge=Close(of=in_minus_and_plus_one))
def minus_and_plus_one():
    """answers with exactly -1 and +1, and with +1 for bits that differ"""


# Each corner of the table, moved as far as it may be in all four directions; then points without others beside them.
MOVED = [[x + a, y + b] for x, y in CORNERS for a in (-0.2, 0.2) for b in (-0.2, 0.2)]
ALONE = rows("X", tensor(MOVED), *(tensor([[x, y]] * n) for x, y, n in ((0.1, 0.9, 1), (1.2, -0.1, 2), (1.1, 0.8, 3))))


@exercise.check(
    points=0.75, judge=Close(of=as_at_the_corners), X=drawn(noisy, "n"), cases=rows("n", 12, 1, 200) + ALONE
)
def takes_noisy_bits(student, X):
    """gives a point up to 0.2 away in each coordinate exactly the answer of its bits, whatever points are beside it"""
    return {"near": flat(student.xor_net(X)), "exact": flat(student.xor_net(torch.tensor(CORNERS, dtype=X.dtype)))}


@exercise.check(
    points=0.5,
    judge=Close(of=form),
    X=drawn(shuffled),
    cases=rows("X", drawn(shuffled), tensor(CORNERS[1:]), tensor(CORNERS[2:3]), tensor(torch.zeros(0, 2))),
    dtypes=("float32", "float64"),
    axes=("n",),
)
def one_number_a_row(student, X):
    """returns one number for each row, of shape (n,) and in the dtype of X, also for one row or none"""
    return student.xor_net(X)


exercise.takes_views("takes an X that is a view of another tensor, as X.T is", points=0.25)
exercise.leaves_its_inputs_alone("leaves X unchanged", points=0.25)

exercise.hint(
    """Draw the four points, and try to part them with one straight line. Then draw two. What can you say of the points
    (0, 1) and (1, 0) that is not true of the others?"""
)
exercise.hint(
    """A point is right of the line x1 = 0.5 where X[:, 0] > 0.5, and above x2 = 0.5 where X[:, 1] > 0.5. The bits are equal
    where these two answers are. With sides written as -1 and +1 you need only one product.""",
    helps=[first_line, second_line],
)
exercise.hint(
    """X == 1 is never true of 0.93. Compare with a number in the middle, X > 0.5: it is at least 0.3 away from every
    coordinate that may come. If you compare x1 + x2 with 0.5 and 1.5, these stay at least 0.1 away.""",
    helps=takes_noisy_bits,
)
exercise.hint(
    """A comparison gives a bool tensor. With differ = (X[:, 0] > 0.5) != (X[:, 1] > 0.5), torch.where(differ, 1.0, -1.0)
    turns it into numbers and .to(X.dtype) gives these the dtype of X, for any number of rows, even none.""",
    helps=[minus_and_plus_one, one_number_a_row],
)
