"""Checks of xor."""

import torch

from autograder.spec import Close, Exercise, drawn, rows, tensor

exercise = Exercise(entry="xor_net", sizes={"n": (9, 14)})


def noisy_bits(spread):
    """Points (n, 2) around each of the four corners, in any order, up to ``spread`` away in each coordinate."""

    def draw(d):
        n = d.size("n")
        corners = torch.randperm(n, generator=d.generator) % 4
        bits = torch.stack([corners // 2, corners % 2], dim=1)
        noise = spread * (2 * torch.rand(n, 2, generator=d.generator, dtype=torch.float64) - 1)
        return (bits + noise.round(decimals=3)).to(d.dtype)

    return drawn(draw, "n")


CORNERS = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
# Each corner of the table, moved as far as it may be in all four directions.
MOVED = [[x + a, y + b] for x, y in CORNERS for a in (-0.2, 0.2) for b in (-0.2, 0.2)]
ONE_KIND = rows("X", tensor([CORNERS[0]] * 3), tensor([CORNERS[3]] * 2), tensor(CORNERS[1:3]), tensor([CORNERS[2]]))
xor_net = exercise.call("xor_net", X=tensor(CORNERS), axes=("n",))


@xor_net.check(points=2, also=rows("X", tensor([CORNERS[k] for k in (3, 1, 0, 2, 0, 1)]), noisy_bits(0.0)) + ONE_KIND)
def knows_the_table():
    """is +1 for (0, 1) and (1, 0), and -1 for (0, 0) and (1, 1)"""


def and_how_many_are_exact(got):
    return {"the result": got, "how many are exactly -1 or +1": int((got.abs() == 1).sum())}


NOISY = rows("X", tensor(MOVED)) + rows("n", 1, 2, 200)


@xor_net.check(points=1.5, judge=Close(of=and_how_many_are_exact), X=noisy_bits(0.2), also=NOISY)
def takes_noisy_bits():
    """is exactly +1 or -1 for coordinates up to 0.2 away from 0 and 1 too"""


@xor_net.check(points=0.5, needs=knows_the_table, X=tensor(torch.zeros(0, 2)))
def takes_no_rows():
    """returns a tensor of shape (0,) for no rows"""


exercise.keeps_the_dtype("returns the dtype of X, float32 or float64", points=0.5)
exercise.takes_views("takes an X that is a view of another tensor, as X.T is", points=0.25)
exercise.leaves_its_inputs_alone("leaves X unchanged", points=0.25)

exercise.hint(
    """Draw the four points, and try to part them with one straight line. Then draw two. What can you say of the points
    (0, 1) and (1, 0) that is not true of the others?"""
)
exercise.hint(
    """A point is right of the line x1 = 0.5 where X[:, 0] > 0.5, and above x2 = 0.5 where X[:, 1] > 0.5. The bits are equal
    where these two answers are. With sides written as -1 and +1 you need only one product.""",
    helps=knows_the_table,
)
exercise.hint(
    """X == 1 is never true of 0.93. Compare with a number in the middle, X > 0.5, since it lies 0.3 away from all that may
    come; x1 + x2 is compared with 0.5 and 1.5, from which it stays at least 0.1 away.""",
    helps=takes_noisy_bits,
)
exercise.hint(
    """Comparisons give a bool tensor. torch.where(differ, 1.0, -1.0).to(X.dtype) makes numbers in the dtype of X of it, for
    any number of rows, also for none; differ = (X[:, 0] > 0.5) != (X[:, 1] > 0.5).""",
)
