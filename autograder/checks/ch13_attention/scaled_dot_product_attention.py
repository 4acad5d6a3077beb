"""Checks of scaled_dot_product_attention."""

import torch

from autograder.spec import Close, Exercise, drawn, gradients, normal, uniform

exercise = Exercise(
    entry="scaled_dot_product_attention",
    forbid="attention",
    sizes={"batch": (2, 4), "num_queries": (2, 5), "num_keys": (4, 7), "features": (2, 7), "value_features": (2, 8)},
)


def lengths(*dims):
    """int64 lengths from 1 to the number of keys, among them a 1 and one just short of all keys."""

    def draw(d):
        keys = d.size("num_keys")
        found = torch.randint(1, keys + 1, d.shape(dims), generator=d.generator)
        first, second = torch.randperm(found.numel(), generator=d.generator)[:2].tolist()
        found.view(-1)[first], found.view(-1)[second] = keys - 1, 1
        return found

    return drawn(draw, *dims)


def along(signs_by_item, *dims):
    """Vectors of four features, all of them 100 times the number given: the score of 0.5 and 1 is
    50 * 100 * 4 / sqrt(4) = 1e4, that of 0.5 and -1 is -1e4."""
    signs = torch.tensor(signs_by_item, dtype=torch.float64)
    return drawn(lambda d: (100 * signs).unsqueeze(-1).expand(-1, -1, 4).to(d.dtype).clone(), *dims)


def all_keys(*dims):
    """Lengths that mask nothing."""
    return drawn(lambda d: torch.full(d.shape(dims), d.size("num_keys")), *dims)


full, full_by_query = all_keys("batch"), all_keys("batch", "num_queries")
queries = normal("batch", "num_queries", "features")
keys = normal("batch", "num_keys", "features")
values = normal("batch", "num_keys", "value_features")
RESULTS = {"output": ("batch", "num_queries", "value_features"), "weights": ("batch", "num_queries", "num_keys")}
ALL = {"queries": queries, "keys": keys, "values": values}


@exercise.check(
    points=3,
    results=RESULTS,
    cases=[{}, {"num_queries": 5, "num_keys": 5}, {"num_queries": 24}],
    **ALL,
)
def averages_the_values(student, queries, keys, values):
    """averages the values by the softmax of the scaled scores, and returns (output, weights)"""
    return student.scaled_dot_product_attention(queries, keys, values)


# With one feature sqrt(d) is 1: who forgot to scale does not pay for it once more where masking is the point.
one_item = drawn(lambda d: torch.tensor([d.size("num_keys") - 2]), "batch")


@exercise.check(
    points=2,
    results=RESULTS,
    cases=[{"features": 1}, {"features": 1, "batch": 1, "valid_lens": one_item}],
    **ALL,
    valid_lens=lengths("batch"),
)
def masks_by_item(student, queries, keys, values, valid_lens):
    """leaves out the keys beyond valid_lens where that is (b,), one length an item of the batch"""
    return student.scaled_dot_product_attention(queries, keys, values, valid_lens)


@exercise.check(
    points=1.5,
    results=RESULTS,
    cases=[
        {"features": 1},
        {"features": 1, "batch": 3, "num_queries": 3},
        {"features": 1, "batch": 4, "num_queries": 4, "valid_lens": lengths("batch")},
    ],
    **ALL,
    valid_lens=lengths("batch", "num_queries"),
)
def masks_by_query(student, queries, keys, values, valid_lens):
    """leaves out the keys beyond valid_lens where that is (b, q), one length a query, also if b equals q"""
    return student.scaled_dot_product_attention(queries, keys, values, valid_lens)


LARGE = {"batch": 3, "num_queries": 2, "num_keys": 5, "features": 4, "value_features": 6}


@exercise.check(
    points=1,
    judge=Close(zeros=True),
    results=RESULTS,
    cases=[
        LARGE,
        LARGE
        | {
            "keys": along([[1, -1, -1, 1, 1], [1, 1, 1, 1, 1], [-1, -1, -1, -1, -1]], "batch", "num_keys", "features"),
            "valid_lens": None,
        },
        LARGE
        | {
            "queries": along([[0.5, 0.25]] * 3, "batch", "num_queries", "features"),
            "keys": along([[1, 0.9, 0.8, 0.7, 0.6]] * 3, "batch", "num_keys", "features"),
            "valid_lens": None,
        },
    ],
    queries=along([[0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]], "batch", "num_queries", "features"),
    keys=along([[-1, 1, 1, 1, 1], [-1, -1, 1, 1, 1], [-1, -1, -1, 1, 1]], "batch", "num_keys", "features"),
    values=uniform("batch", "num_keys", "value_features", low=0.5, high=2.0),
    valid_lens=drawn(lambda d: torch.tensor([1, 2, 3]), "batch"),
)
def is_exact_at_large_scores(student, queries, keys, values, valid_lens):
    """is exact where scores are +1e4 and -1e4: nothing overflows, and masked keys weigh exactly 0"""
    return student.scaled_dot_product_attention(queries, keys, values, valid_lens)


@exercise.check(
    points=0.5,
    results=RESULTS,
    cases=[
        {"batch": 1},
        {"num_queries": 1},
        {"features": 1},
        {"value_features": 1},
        {"batch": 1, "num_queries": 1, "num_keys": 6},
        {"batch": 1, "valid_lens": full},
        {"batch": 1, "valid_lens": full_by_query},
        {"num_queries": 1, "valid_lens": full_by_query},
    ],
    **ALL,
    valid_lens=None,
)
def works_with_axes_of_size_one(student, queries, keys, values, valid_lens):
    """works with one item, one query or one feature, and keeps these axes"""
    return student.scaled_dot_product_attention(queries, keys, values, valid_lens)


@exercise.check(points=1, cases=[{}, {"valid_lens": full}], **ALL, valid_lens=None)
def lets_gradients_through(student, queries, keys, values, valid_lens):
    """lets gradients flow from both results, output and weights, to queries, keys and values"""
    return gradients(
        student.scaled_dot_product_attention, queries=queries, keys=keys, values=values, valid_lens=valid_lens
    )


@exercise.check(
    points=0.5,
    cases=[{"features": 1}, {"features": 1, "valid_lens": lengths("batch", "num_queries")}],
    **ALL,
    valid_lens=lengths("batch"),
)
def keeps_gradients_from_masked_keys(student, queries, keys, values, valid_lens):
    """lets no gradient flow to masked keys and their values"""
    return gradients(
        student.scaled_dot_product_attention, queries=queries, keys=keys, values=values, valid_lens=valid_lens
    )


@exercise.check(
    points=0.5,
    results=RESULTS,
    dtypes=["float64"],
    cases=[{}, {"valid_lens": full}],
    **ALL,
    valid_lens=None,
)
def keeps_the_dtype(student, queries, keys, values, valid_lens):
    """works in float64 too, to its full precision"""
    return student.scaled_dot_product_attention(queries, keys, values, valid_lens)


exercise.hint(
    """Go by shapes: (b, q, d) and (b, k, d) make scores (b, q, k), one number for each pair of a query and a key.
    Which axis of keys has to be turned for a batched matrix product? And over which axis should weights sum to 1?"""
)
exercise.hint(
    """queries @ keys.transpose(1, 2) gives all dot products. Divide by math.sqrt(queries.shape[-1]): the number of
    features, not of keys.""",
    averages_the_values,
    works_with_axes_of_size_one,
)
exercise.hint(
    """Masking comes before the softmax: a key that shall weigh nothing needs a score of minus infinity. Zeroing
    weights afterwards leaves rows that do not sum to 1.""",
    masks_by_item,
    masks_by_query,
    is_exact_at_large_scores,
)
exercise.hint(
    """Compare torch.arange(k) with the lengths by broadcasting to (b, q, k): lengths (b,) become (b, 1, 1), lengths
    (b, q) become (b, q, 1). Ask valid_lens.dim() which of the two you have: the sizes cannot tell.""",
    masks_by_item,
    masks_by_query,
)
exercise.hint(
    """scores.masked_fill(masked, float("-inf")) masks firmly, where -1e4 may be as large as a real score; and
    torch.softmax(scores, dim=-1) subtracts the maximum before exp, so that nothing overflows.""",
    is_exact_at_large_scores,
)
exercise.hint(
    """A gradient is lost where numbers leave torch: .detach(), .data, .item(), numpy, torch.tensor(...) of computed
    values. The weights that you return have to be the tensor that made the output.""",
    lets_gradients_through,
    keeps_gradients_from_masked_keys,
)
