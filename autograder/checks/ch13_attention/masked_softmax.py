"""Checks of masked_softmax."""

import torch

from autograder.spec import Close, Exercise, drawn, gradients, normal, tensor

exercise = Exercise(
    entry="masked_softmax", sizes={"batch": (3, 5), "num_queries": (2, 5), "num_keys": (4, 7)}
)  # Nothing is forbidden: torch.softmax and masked_fill are what the exercise is about.

AXES = ("batch", "num_queries", "num_keys")
X = normal(*AXES)


def lengths(*dims, among=(1, -1), low=1):
    """int64 lengths from ``low`` to k - 1, for k keys, with those given among them: below 0, that many short of k."""

    def draw(d):
        keys = d.size("num_keys")
        found = torch.randint(low, max(keys, low + 1), d.shape(dims), generator=d.generator)
        where = torch.randperm(found.numel(), generator=d.generator)
        for place, length in zip(where.tolist(), among, strict=False):
            found.view(-1)[place] = length if length >= 0 else max(keys + length, low)
        return found

    return drawn(draw, *dims)


def beyond(*dims):
    """Lengths k and more, and one just short of k, for k keys."""

    def draw(d):
        more = torch.randint(1, 4, d.shape(dims), generator=d.generator)
        more.view(-1)[:2] = torch.tensor([-1, 0])
        return d.size("num_keys") + more

    return drawn(draw, *dims)


# Lengths (b, q) are left to two checks: who takes them for (b,) should not pay in all the others too.
by_item, by_query = lengths("batch"), lengths("batch", "num_queries")
empty_by_item = lengths("batch", among=(0, -1), low=2)
empty_by_query = lengths("batch", "num_queries", among=(0, -1, 0), low=2)
# A softmax over one key has gradient 0 in theory, but exp / sum leaves a rounding error: two valid keys at least.
two_by_item = lengths("batch", among=(2, -1), low=2)


# Writing into X is paid in leaves_the_scores_alone; elsewhere it is let pass (mutates).
@exercise.check(points=0.5, axes=AXES, mutates=["X"], X=X, valid_lens=None)
def softmax_without_lengths(student, X, valid_lens):
    """is the plain softmax over the keys where valid_lens is None"""
    return student.masked_softmax(X, valid_lens)


@exercise.check(points=2, axes=AXES, mutates=["X"], X=X, valid_lens=by_item)
def masks_by_item(student, X, valid_lens):
    """leaves out the keys beyond valid_lens where that is (b,), one length an item of the batch"""
    return student.masked_softmax(X, valid_lens)


@exercise.check(
    points=2,
    axes=AXES,
    mutates=["X"],
    cases=[
        {},
        {"batch": 3, "num_queries": 3},
        {"batch": 4, "num_queries": 4, "valid_lens": by_item},
    ],
    X=X,
    valid_lens=by_query,
)
def masks_by_query(student, X, valid_lens):
    """leaves out the keys beyond valid_lens where that is (b, q), one length a query, also if b equals q"""
    return student.masked_softmax(X, valid_lens)


@exercise.check(
    points=1, axes=AXES, mutates=["X"], cases=[{}, {"valid_lens": empty_by_query}], X=X, valid_lens=empty_by_item
)
def spreads_evenly_at_length_zero(student, X, valid_lens):
    """gives each of the k keys 1/k in a row of length 0"""
    return student.masked_softmax(X, valid_lens)


@exercise.check(
    points=0.5,
    axes=AXES,
    mutates=["X"],
    X=X,
    valid_lens=beyond("batch"),
)
def takes_lengths_above_k(student, X, valid_lens):
    """takes a length of k and above as k: all keys count"""
    return student.masked_softmax(X, valid_lens)


HIGH, LOW = 1e4, -1e4
LARGE = [
    [[LOW, HIGH, HIGH, HIGH], [HIGH, LOW, HIGH, HIGH], [LOW, LOW, LOW, HIGH]],
    [[HIGH, LOW, HIGH, HIGH], [LOW, LOW, HIGH, LOW], [0.0, LOW, HIGH, 0.0]],
]


@exercise.check(
    points=1,
    judge=Close(zeros=True),
    axes=AXES,
    mutates=["X"],
    cases=[{}, {"valid_lens": None}],
    X=tensor(LARGE),
    valid_lens=tensor([1, 2]),
)
def is_exact_at_large_scores(student, X, valid_lens):
    """is exact where scores are +1e4 and -1e4: never NaN, and masked keys weigh exactly 0"""
    return student.masked_softmax(X, valid_lens)


# A copy of X goes in, so that writing into it is no error here.
@exercise.check(
    points=1,
    judge=Close(zeros=True),
    cases=[{}, {"valid_lens": None}],
    X=X,
    valid_lens=two_by_item,
)
def lets_gradients_through(student, X, valid_lens):
    """lets gradients flow to the valid scores, and exactly none to masked ones"""
    return gradients(lambda X: student.masked_softmax(X.clone(), valid_lens), X=X)


@exercise.check(points=0.5, judge=Close(zeros=True), X=X, valid_lens=empty_by_item)
def has_no_gradient_at_length_zero(student, X, valid_lens):
    """has gradient 0, not NaN, in a row of length 0"""
    return gradients(lambda X: student.masked_softmax(X.clone(), valid_lens), X=X)


@exercise.check(points=0.5, axes=AXES, X=X, valid_lens=by_item, needs=masks_by_item)
def leaves_the_scores_alone(student, X, valid_lens):
    """leaves X unchanged, also where it works on a reshaped X"""
    return student.masked_softmax(X, valid_lens)


@exercise.check(
    points=0.5,
    axes=AXES,
    mutates=["X"],
    cases=[
        {"batch": 1},
        {"num_queries": 1},
        {"num_keys": 1},
        {"batch": 1, "num_queries": 1},
        {"batch": 1, "valid_lens": by_query},
        {"num_queries": 1, "valid_lens": by_query},
    ],
    X=X,
    valid_lens=by_item,
)
def works_with_axes_of_size_one(student, X, valid_lens):
    """works with one item, one query or one key, and keeps these axes"""
    return student.masked_softmax(X, valid_lens)


@exercise.check(
    points=0.5, axes=AXES, mutates=["X"], dtypes=["float64"], cases=[{}, {"valid_lens": None}], X=X, valid_lens=by_item
)
def keeps_the_dtype(student, X, valid_lens):
    """works in float64 too, to its full precision"""
    return student.masked_softmax(X, valid_lens)


exercise.hint(
    """A softmax divides by the sum over all keys. What does a masked key have to contribute to that sum, and which score
    does exp turn into that? Masking comes before the softmax."""
)
exercise.hint(
    """torch.arange(k) >= length says of each key whether it is masked. To compare with all lengths at once, give them an
    axis for the keys, of size 1, and where they are (b,) one for the queries too. Ask valid_lens.dim() which of the two
    you have: where b equals q the sizes cannot tell.""",
    masks_by_item,
    masks_by_query,
)
exercise.hint(
    """A row of nothing but minus infinity becomes 0 / 0, NaN. With one and the same number far below every real score, say
    -1e6, masked keys still weigh exactly 0, and a row of nothing but -1e6 becomes 1/k everywhere. Put it in the place of
    the scores: added to them, their differences remain.""",
    spreads_evenly_at_length_zero,
    has_no_gradient_at_length_zero,
    is_exact_at_large_scores,
)
exercise.hint(
    """X[masked] = ... and masked_fill_ write into X, and X.reshape(...) mostly shares its memory. X.masked_fill(masked,
    value), without the underscore, and torch.where make a new tensor.""",
    leaves_the_scores_alone,
)
exercise.hint(
    """For lengths (b, q): masked = torch.arange(k) >= valid_lens.unsqueeze(-1); then
    torch.softmax(X.masked_fill(masked, -1e6), dim=-1). Lengths (b,) become (b, 1) first.""",
)
