"""Checks of scaled_dot_product_attention."""

from autograder.spec import LEFT_OUT, Close, Exercise, lengths, normal, rows, tensor, uniform

exercise = Exercise(
    entry="scaled_dot_product_attention",
    forbid="attention",
    sizes={"batch": (2, 4), "num_queries": (2, 5), "num_keys": (4, 7), "features": (2, 7), "value_features": (2, 8)},
)
attention = exercise.call(
    "scaled_dot_product_attention",
    queries=normal("batch", "num_queries", "features"),
    keys=normal("batch", "num_keys", "features"),
    values=normal("batch", "num_keys", "value_features"),
    valid_lens=None,
    results={"output": ("batch", "num_queries", "value_features"), "weights": ("batch", "num_queries", "num_keys")},
)
by_item = lengths("batch", of="num_keys", among=(-1, 1))
by_query = lengths("batch", "num_queries", of="num_keys", among=(-1, 1))
BY_QUERY = rows("batch num_queries valid_lens", (2, 8, by_query), (3, 3, by_query), (4, 4, by_item))


@attention.check(points=2.25, also=rows("num_queries num_keys", (5, 5), (24, 7)))
def averages_the_values():
    """averages the values by the softmax of the scaled scores, and returns (output, weights)"""


# With one feature sqrt(d) is 1: who forgot to scale does not pay for it once more where masking is the point.
@attention.check(points=2, valid_lens=by_item, features=1, cases=rows("batch num_queries", (3, 2), (1, 8)))
def masks_by_item():
    """leaves out the keys beyond valid_lens where that is (b,), one length an item of the batch"""


@attention.check(points=1.5, features=1, cases=BY_QUERY)
def masks_by_query():
    """leaves out the keys beyond valid_lens where that is (b, q), one length a query, also if b equals q"""


def along(*items):
    """Vectors of four features, all of them 100 times the number given: the score of 0.5 and 1 is
    50 * 100 * 4 / sqrt(4) = 1e4, that of 0.5 and -1 is -1e4."""
    return tensor([[[100.0 * number] * 4 for number in item] for item in items])


LARGE = rows("keys valid_lens", (along([-1, 1, 1, 1, 1], [-1, -1, 1, 1, 1], [-1, -1, -1, 1, 1]), tensor([1, 2, 3])))
LARGE += rows("keys", along([1, -1, -1, 1, 1], [1, 1, 1, 1, 1], [-1, -1, -1, -1, -1]))
LARGE += rows("queries keys", (along(*[[0.5, 0.25]] * 3), along(*[[1, 0.9, 0.8, 0.7, 0.6]] * 3)))
POSITIVE = uniform("batch", "num_keys", "value_features", low=0.5, high=2.0)
LARGE = rows("batch num_keys queries values", (3, 5, along([0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]), POSITIVE)) * LARGE


@attention.check(points=1, judge=Close(zeros=True), cases=LARGE)
def is_exact_at_large_scores():
    """is exact where scores are +1e4 and -1e4: nothing overflows, and masked keys weigh exactly 0"""


ONES = rows("batch num_queries features", (1, 3, 2), (2, 1, 3), (3, 2, 1), (1, 1, 4))
ONES += rows("value_features valid_lens", (1, LEFT_OUT))
NOTHING_MASKED = ((1, 3, tensor([6])), (1, 3, tensor([[6, 6, 6]])), (3, 1, tensor([[6], [6], [6]])))
ONES += rows("num_keys", 6) * rows("batch num_queries valid_lens", *NOTHING_MASKED)


@attention.check(points=0.5, cases=ONES)
def works_with_axes_of_size_one():
    """works with one item, one query or one feature, and keeps these axes"""


@exercise.lets_gradients_through(points=1, except_for=is_exact_at_large_scores)
def lets_gradients_through():
    """lets gradients flow from both results, output and weights, to queries, keys and values"""


@exercise.lets_gradients_through(points=0.5, about=[masks_by_item, masks_by_query])
def keeps_gradients_from_masked_keys():
    """lets no gradient flow to masked keys and their values"""


exercise.keeps_the_dtype("works in float64 too, to its full precision", points=0.5)
exercise.leaves_its_inputs_alone(points=0.5)
exercise.takes_views(points=0.25)

exercise.hint(
    """Go by shapes: (b, q, d) and (b, k, d) make scores (b, q, k), one number for each pair of a query and a key.
    Which axis of keys has to be turned for a batched matrix product? And over which axis should weights sum to 1?"""
)
exercise.hint(
    """queries @ keys.transpose(1, 2) gives all dot products. Divide by math.sqrt(queries.shape[-1]): the number of
    features, not of keys.""",
    helps=[averages_the_values, works_with_axes_of_size_one],
)
exercise.hint(
    """Masking comes before the softmax: a key that shall weigh nothing needs a score of minus infinity. Zeroing
    weights afterwards leaves rows that do not sum to 1.""",
    helps=[masks_by_item, masks_by_query, is_exact_at_large_scores],
)
exercise.hint(
    """Compare torch.arange(k) with the lengths by broadcasting to (b, q, k): lengths (b,) become (b, 1, 1), lengths
    (b, q) become (b, q, 1). Ask valid_lens.dim() which of the two you have: the sizes cannot tell.""",
    helps=[masks_by_item, masks_by_query],
)
exercise.hint(
    """scores.masked_fill(masked, float("-inf")) masks firmly, where -1e4 may be as large as a real score; and
    torch.softmax(scores, dim=-1) subtracts the maximum before exp, so that nothing overflows.""",
    helps=is_exact_at_large_scores,
)
exercise.hint(
    """A gradient is lost where numbers leave torch: .detach(), .data, .item(), numpy, torch.tensor(...) of computed
    values. The weights that you return have to be the tensor that made the output.""",
    helps=[lets_gradients_through, keeps_gradients_from_masked_keys],
)
