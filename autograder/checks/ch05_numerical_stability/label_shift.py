"""Checks of label_shift. One slip costs once: a diagonal matrix shows the quotient alone, no shift at all shows which system
is solved and what p is, and a symmetric matrix of equal sums hides both where only the sign counts."""

import torch

from autograder.spec import Close, Exercise, drawn, rows, tensor

exercise = Exercise(entry="label_weights", gradients=False, sizes={"k": (3, 5)})


def confused(d, k):
    """Counts of a model that is right more often than not."""
    wrong = torch.randint(1, 8, (k, k), generator=d.generator)
    return wrong + torch.diag(torch.randint(30, 60, (k,), generator=d.generator))


def counted(*dims, dtype=torch.int64):
    return drawn(lambda d: confused(d, d.size(dims[0])).to(dtype), *dims)


def shares(*dims):
    """Numbers that add up to 1."""

    def draw(d):
        found = torch.rand(d.size(dims[0]), generator=d.generator, dtype=torch.float64) + 0.25
        return (found / found.sum()).to(d.dtype)

    return drawn(draw, *dims)


def symmetric(d):
    """Each label as often as any other, and each as often taken for any other."""
    k, wrong = d.size("k"), int(torch.randint(6, 13, (), generator=d.generator))
    return torch.full((k, k), wrong).fill_diagonal_(100 - (k - 1) * wrong)


def some_rare(d):
    """Shares of predictions that some classes have less of than mistakes alone would give them."""
    k = d.size("k")
    found = 0.02 * torch.rand(k, generator=d.generator, dtype=torch.float64)
    found[torch.randperm(k, generator=d.generator)[: (k + 1) // 2]] += 1
    return (found / found.sum()).to(d.dtype)


def one_dominant(d):
    """Shares of predictions nearly all of which are of one class: more than if that were the only label."""
    found = torch.full((d.size("k"),), 0.01, dtype=torch.float64)
    found[torch.randint(len(found), (), generator=d.generator)] = 1
    return (found / found.sum()).to(d.dtype)


def one_more_often(d):
    """Shares that are equal but for one of them, which is twice as large."""
    found = torch.ones(d.size("k"), dtype=torch.float64)
    found[torch.randint(len(found), (), generator=d.generator)] = 2
    return (found / found.sum()).to(d.dtype)


def no_shift(d):
    """Counts, and the shares of predictions among the very samples that were counted."""
    counts = confused(d, d.size("k"))
    return counts, (counts.sum(1) / counts.double().sum()).to(d.dtype)


DIAGONAL = drawn(lambda d: torch.diag(torch.randint(5, 90, (d.size("k"),), generator=d.generator)), "k", "k")
label_weights = exercise.call(
    "label_weights", confusion=counted("k", "k"), test_prediction_mean=shares("k"), axes=("label",)
)


def the_odd_one(got):
    """The label whose weight is farthest from what most have."""
    return {"the label with another weight": (got - got.median()).abs().argmax()}


@label_weights.check(
    points=0.25,
    confusion=drawn(symmetric, "k", "k"),
    test_prediction_mean=drawn(one_more_often, "k"),
    cases=rows("k", 3, 4, 5),
    judge=Close(of=the_odd_one),
)
def tells_labels_apart():
    """is another number for a label that is predicted more often than the others, and the same for all of these"""


once = {"needs": tells_labels_apart}


@label_weights.check(points=1, confusion=DIAGONAL, cases=rows("k", 2, 3, 5))
def divides_by_the_shares_of_labels():
    """is mu_j / p_j for a model that is never wrong, where C is the unit matrix"""


@label_weights.check(points=1.5, **once, both=drawn(no_shift, "k"), cases=rows("k", 2, 3, 5))
def is_1_where_nothing_has_shifted(student, both):
    """is 1 for each label where mu = C p, whatever the model takes for what"""
    return student.label_weights(*both)


@label_weights.check(points=1.5, also=rows("k", 2, 6))
def weighs_each_label():
    """is q_j / p_j, where C q = mu, for any model and any number of samples of each label"""


rare = {"confusion": drawn(symmetric, "k", "k"), "test_prediction_mean": drawn(some_rare, "k")}


@label_weights.check(
    points=0.75, **rare, cases=rows("k", 2, 3, 5), judge=Close(of=lambda got: {"which weights are 0": got == 0})
)
def is_0_for_negative_shares():
    """is 0 where q_j is negative, and nowhere else"""


@label_weights.check(
    points=0.5, **rare, cases=[*rows("k", 3, 4, 5), {"k": 4, "test_prediction_mean": drawn(one_dominant, "k")}]
)
def leaves_the_others_as_they_are():
    """is q_j / p_j where that is positive, also beside weights that were made 0: they are not scaled to any sum"""


@label_weights.check(
    points=0.25,
    k=1,
    confusion=tensor([[1]]),
    cases=rows("test_prediction_mean", shares(1), drawn(lambda d: 0.7 * shares(2).draw(d)[:1], 1)),
)
def takes_a_single_label():
    """takes k = 1, where the weight is mu itself"""


@label_weights.check(
    points=0.5,
    **once,
    judge=Close(scale=2),
    factor=1,
    dtype="float64",
    cases=rows("factor dtype", (0.01, "float64"), (1e-7, "float64"), (0.5, "float32"), (1, "int32"), (1, "uint8")),
)
def takes_any_multiple(student, confusion, test_prediction_mean, factor, dtype):
    """is the same for counts in any dtype, for shares, and for any other positive multiple of the counts, however small"""
    other = (confusion * factor).to(getattr(torch, dtype))
    counts, mu = student.label_weights(confusion, test_prediction_mean), test_prediction_mean
    return counts - student.label_weights(other, mu)


@label_weights.check(
    points=0.5,
    **once,
    dtypes=("float32", "float64"),
    cases=[{"confusion": counted("k", "k", dtype=dtype)} for dtype in (torch.float32, torch.float64, torch.int64)],
)
def has_the_dtype_of_the_shares(student, confusion, test_prediction_mean):
    """has the dtype of test_prediction_mean, whatever that of confusion is"""
    return {"the dtype of the result": str(student.label_weights(confusion, test_prediction_mean).dtype)}


def mixed(*columns):
    """Counts whose last column is a sum of the others, in any multiple: no two need be alike."""

    def draw(d):
        first = torch.randint(1, 40, (len(columns) + 1, len(columns)), generator=d.generator)
        return torch.cat([first, first @ torch.tensor(columns)[:, None]], 1)

    return drawn(draw)


def shaped(*dims):
    return drawn(lambda d: confused(d, 9)[: dims[0], : dims[1]])


SOLVABLE = [
    *({"k": k, "confusion": counted("k", "k")} for k in (1, 2, 4)),
    {"confusion": drawn(lambda d: (1e-7 * confused(d, d.size("k"))).to(d.dtype), "k", "k")},
    {"k": 2, "confusion": tensor([[200, 199], [200, 201]])},
    # The determinant of C is 2e-18, its condition number 91.
    {"k": 10, "confusion": drawn(lambda d: (9 + torch.eye(10)).to(d.dtype))},
]


@label_weights.refuses(
    points=1,
    **once,
    cases=[
        *(
            {"k": k, "confusion": tensor(found)}
            for k, found in ((2, [[3, 0], [4, 0]]), (3, [[5, 0, 2], [1, 0, 3], [2, 0, 9]]))
        ),
        *(
            {"k": k, "confusion": tensor(found)}
            for k, found in ((2, [[6, 6], [4, 4]]), (2, [[6, 3], [4, 2]]), (1, [[0]]))
        ),
        {"k": 3, "confusion": tensor([[9, 2, 4], [0, 0, 0], [1, 7, 3]])},
        {"k": 2, "confusion": tensor([[0, 0], [0, 0]])},
        *SOLVABLE,
    ],
)
def refuses_columns_without_samples_or_alike():
    """raises ValueError where a column or a row is 0 or two columns have the same shares, and not where C is regular"""


@label_weights.refuses(
    points=0.75,
    **once,
    cases=[
        *({"k": len(m) + 1, "confusion": mixed(*m)} for m in ((1, 1), (1, 2), (2, 1, 3), (1, 1, 1, 1))),
        {"k": 3, "confusion": tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]])},
        *SOLVABLE[:3],
    ],
)
def refuses_columns_that_depend_on_each_other():
    """raises ValueError where columns depend on each other though no two are alike, and not where C is regular"""


@label_weights.refuses(
    points=0.75,
    **once,
    cases=[
        *(
            {"k": k, "confusion": shaped(*dims)}
            for k, dims in ((3, (3, 4)), (4, (3, 4)), (2, (3, 2)), (1, (1, 3)), (3, (1, 3)))
        ),
        *({"confusion": shaped(3, 3), "test_prediction_mean": shares(k)} for k in (2, 4, 1, 3)),
    ],
)
def refuses_sizes_that_do_not_match():
    """raises ValueError where confusion is not square, or has another size than test_prediction_mean"""


exercise.keeps_the_dtype(
    "works in float64 too, to its full precision", points=0.25, except_for=has_the_dtype_of_the_shares
)
exercise.takes_views(points=0.25, except_for=has_the_dtype_of_the_shares)
exercise.leaves_its_inputs_alone(points=0.25)

exercise.hint(
    """Take a model that is never wrong: C is the unit matrix, and q is mu. With 80 and 20 validation samples and mu = (0.5, 0.5)
    the weights are 0.5 / 0.8 and 0.5 / 0.2."""
)
exercise.hint(
    """A column belongs to a label, and goes down the rows: sum(dim=0) adds it up. Dividing the matrix by these sums divides each
    column by its own, because they are lined up with the last axis.""",
    helps=[divides_by_the_shares_of_labels, is_1_where_nothing_has_shifted, weighs_each_label],
)
exercise.hint(
    """torch.linalg.solve(C, mu) finds q. It is the share of each label among the new samples; divide it by p, and only then
    bring what is below 0 to 0. What is left need not add up to anything.""",
    helps=[weighs_each_label, is_0_for_negative_shares, leaves_the_others_as_they_are, takes_a_single_label],
)
exercise.hint(
    """Rounding hides a determinant of 0, and makes small ones of matrices that are perfectly regular. matrix_rank compares with
    the largest singular value, whatever the unit: ask it, in float64, before you divide. solve raises an error of its own,
    which is no ValueError.""",
    helps=[refuses_columns_without_samples_or_alike, refuses_columns_that_depend_on_each_other, takes_any_multiple],
)
exercise.hint(
    """Look at the shape first: (k, k) with k = len(test_prediction_mean). A single share would be broadcast without a word. Convert
    both to float64 at the beginning, and the result to the dtype of the shares at the end.""",
    helps=[refuses_sizes_that_do_not_match, has_the_dtype_of_the_shares],
)
