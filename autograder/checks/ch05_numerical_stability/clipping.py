"""Checks of clipping. Where theta is next to nothing, so are all gradients afterwards, whatever they were scaled by: that is
for the checks that are about something else."""

from math import inf, nan

import torch

from autograder.spec import Close, Exercise, Leaves, drawn, error_of, filled, has_graph, normal, rows

exercise = Exercise(entry=("clip_grad_norm_", "clip_grad_value_"), forbid="clip", gradients=False)


def large(*dims, std=1.0):
    """Elements that are far from 0: a few of them have a norm above 1."""
    return normal(*dims, std=std, away=0.5)


def given(*grads):
    """Gradients, None for none, each with a parameter of its shape and dtype."""
    return {"params": [grad or normal("k") for grad in grads], "grads": list(grads)}


def half(dtype, *dims):
    """Gradients of a dtype whose squares may be out of its range."""
    return drawn(lambda d: normal(*dims, std=200.0, away=256.0).draw(d).to(dtype), *dims)


SEVERAL = given(large("d", "h"), large("h", "k"), large("k", "d"))
MIXED = given(large("h"), large("d", "h"), large(), large("h", 2, "k"))
FAR = given(large("d", "h", std=1e6), large("h", "k", std=1e6))
WITHOUT = given(None, large("d", "h", std=1e6), None, large("h", "k", std=1e6), None)
NEXT_TO_NOTHING = {"theta": 1e-30, "judge": Close(scale=1e6)}


@exercise.call(**SEVERAL, theta=1.5)
def norm(student, params, grads, theta):
    leaves = Leaves(params, grads)
    student.clip_grad_norm_(leaves.params, theta)
    return leaves.grads()


@exercise.call(**SEVERAL, c=0.75)
def value(student, params, grads, c):
    leaves = Leaves(params, grads)
    student.clip_grad_value_(leaves.params, c)
    return leaves.grads()


@norm.check(
    points=1,
    cases=[
        *rows("theta", 1.5, 0.25, 1),
        *(
            given(*shapes)
            for shapes in ([large("d", "h")], [large(2, 2)] * 2, [large(3, 1), normal("d", "h", std=0.1)])
        ),
        {**given(filled(2.0, 3, 3), filled(2.0, 5, 2)), "theta": 6.5},  # each by itself is below
    ],
)
def scales_all_by_one_number():
    """clip_grad_norm_ multiplies all gradients by one number, so that the norm of all of them together becomes theta"""


@norm.check(points=0.75, **MIXED)
def takes_any_shape():
    """clip_grad_norm_ takes gradients of any shape, those of biases too"""


@norm.check(points=0.25, **given(large("d", "h", std=1e10), large("h", "k", std=1e9)), cases=rows("theta", 1.5, 5e3))
def tames_exploded_gradients():
    """clip_grad_norm_ brings gradients of 1e10 down to a norm of theta"""


@norm.check(points=0.25, **FAR, **NEXT_TO_NOTHING)
def shrinks_all_gradients():
    """clip_grad_norm_ makes every gradient smaller where they are too large"""


once = {"needs": shrinks_all_gradients}


@norm.check(
    points=0.75,
    cases=[
        *rows("theta", 1.5, 0.25, 1, 1e4),
        given(large("d", "h")),
        given(filled(0.0, "d", "h"), filled(0.0, "h", "k")),
    ],
)
def returns_the_norm_before(student, params, grads, theta):
    """clip_grad_norm_ returns the norm of all gradients as it was before, whether it was too large or not"""
    return student.clip_grad_norm_(Leaves(params, grads).params, theta)


@norm.check(points=0.5, **once, cases=rows("theta", 1e4, 2e3, inf))
def changes_nothing_within_the_limit(student, params, grads, theta):
    """clip_grad_norm_ changes nothing where the norm is below theta, not even by rounding"""
    leaves = Leaves(params, grads)
    student.clip_grad_norm_(leaves.params, theta)
    return {name: found - grad for (name, found), grad in zip(leaves.grads().items(), grads, strict=True)}


@norm.check(points=0.25, **once, **given(filled(0.0, "d", "h"), filled(0.0, "h", "k")), cases=rows("theta", 0.5, 3))
def zeros_stay_0():
    """clip_grad_norm_ leaves gradients 0 where all of them are, and never makes them NaN"""


@norm.check(points=0.5, **once, **WITHOUT, **NEXT_TO_NOTHING)
def skips_what_has_no_gradient():
    """clip_grad_norm_ skips tensors whose .grad is None, and goes on with the next"""


@norm.check(points=0.5, **once, **NEXT_TO_NOTHING, cases=[FAR, WITHOUT])
def takes_an_iterator(student, params, grads, theta):
    """clip_grad_norm_ takes an iterator that can be gone through only once, as net.parameters() is"""
    leaves = Leaves(params, grads)
    student.clip_grad_norm_((p for p in leaves.params), theta)
    return leaves.grads()


@norm.check(
    points=0.5,
    **once,
    cases=[
        {**given(half(torch.float16, *dims)), "theta": theta} for dims, theta in (((1, 1), 1.5), ((1, 1, 1), 100.0))
    ],
)
def clips_float16():
    """clip_grad_norm_ clips float16 gradients whose squares are out of range"""


@norm.check(
    points=0.5,
    needs=returns_the_norm_before,
    theta=1e6,
    cases=[given(half(dtype, *dims)) for dtype in (torch.float16, torch.bfloat16) for dims in ((3, "n"), (2, "n"))],
)
def returns_a_float32_norm(student, params, grads, theta):
    """clip_grad_norm_ computes the norm of float16 and bfloat16 gradients in float32, and returns it so"""
    g = student.clip_grad_norm_(Leaves(params, grads).params, theta)
    return {"its dtype": str(getattr(g, "dtype", type(g))), "the norm": g}


@norm.check(
    points=0.25,
    needs=returns_the_norm_before,
    dtypes=("float32", "float64"),
    cases=[{"params": [], "grads": []}, given(None), given(None, None)],
)
def may_find_no_gradient(student, params, grads, theta):
    """clip_grad_norm_ returns a float32 0 where there is no gradient, in a list or in an iterator"""
    found = [student.clip_grad_norm_(each(Leaves(params, grads).params), theta) for each in (list, iter)]
    return [{"the norm": g, "its dtype": str(getattr(g, "dtype", type(g)))} for g in found]


@norm.check(points=0.25, needs=returns_the_norm_before, cases=rows("theta", 1.5, 1e4))
def returns_a_detached_norm(student, params, grads, theta):
    """the norm that clip_grad_norm_ returns is detached, even where the gradients require grad"""
    leaves = Leaves(params, grads)
    for p, grad in zip(leaves.params, grads, strict=True):
        p.grad = 2 * grad.clone().requires_grad_()
    return {"the norm requires grad": has_graph(student.clip_grad_norm_(leaves.params, theta))}


@value.check(points=1, also=[*rows("c", 1, 0.5, 1.25, 1e4), given(normal("d", "h", std=1e4), normal("h", "k"))])
def cuts_each_element():
    """clip_grad_value_ takes every element of every gradient into [-c, c]"""


@value.check(points=0.25, needs=cuts_each_element, cases=[WITHOUT, MIXED, {"params": [], "grads": []}])
def cuts_what_an_iterator_gives(student, params, grads, c):
    """clip_grad_value_ takes an iterator too, and gradients of any shape, and skips tensors whose .grad is None"""
    leaves = Leaves(params, grads)
    student.clip_grad_value_((p for p in leaves.params), c)
    return leaves.grads()


@value.check(points=0.25, needs=cuts_each_element)
def returns_none(student, params, grads, c):
    """clip_grad_value_ returns None"""
    return {"clip_grad_value_ returns": student.clip_grad_value_(Leaves(params, grads).params, c)}


def clips(student):
    return {"clip_grad_norm_": student.clip_grad_norm_, "clip_grad_value_": student.clip_grad_value_}


both = exercise.call(**SEVERAL, limit=0.25)
done = {"needs": [shrinks_all_gradients, cuts_each_element]}


NO_GRADIENT = [{**given(None), "limit": -1.0}, {**given(), "limit": nan}, {**given(None, None), "limit": 0.5}]


@both.check(points=0.75, **done, cases=rows("limit", -1.0, -1e-6, -2, 0, 0.0, -inf, nan, 0.5, 3, inf) + NO_GRADIENT)
def refuses_what_is_no_limit(student, params, grads, limit):
    """both raise ValueError for a limit <= 0 and for NaN alone, with gradients or without, and then change nothing"""
    found = {}
    for name, clip in clips(student).items():
        leaves = Leaves(params, grads)
        found[f"{name} raises"] = error_of(ValueError, clip, leaves.params, limit)
        found[f"after {name}"] = {} if limit > 0 else leaves.grads()
    return found


@both.check(points=0.75, **done)
def works_in_place(student, params, grads, limit):
    """both change gradients in place: .grad is the same tensor, in the same memory"""
    found = {}
    for name, clip in clips(student).items():
        leaves = Leaves(params, grads)
        before = [(p.grad, p.grad.data_ptr()) for p in leaves.params]
        clip(leaves.params, limit)
        found[f".grad is the same tensor after {name}"] = [
            p.grad is grad for p, (grad, _place) in zip(leaves.params, before, strict=True)
        ]
        found[f"it is in the same memory after {name}"] = [grad.data_ptr() == place for grad, place in before]
    return found


@both.check(points=0.25, **done, cases=rows("limit", 0.25, 1, 3))
def leaves_parameters_alone(student, params, grads, limit):
    """neither changes a parameter"""
    found = {}
    for name, clip in clips(student).items():
        leaves = Leaves(params, grads)
        clip(leaves.params, limit)
        found[f"after {name}"] = leaves.values()
    return found


exercise.keeps_the_dtype(
    "both work in float64 too, to its full precision",
    points=0.25,
    about=[tames_exploded_gradients, returns_the_norm_before, cuts_each_element],
)
exercise.takes_views("both take gradients of any strides", points=0.25)

exercise.hint(
    """Two gradients with norms 3 and 4 have the norm 5 together, since squares add up: 9 + 16 = 25. For theta = 1 both are
    multiplied by 1/5."""
)
exercise.hint(
    """First the norm of everything, then one factor for everything. theta / g may be above 1, or 1 / 0: ask whether g is above
    theta before you multiply.""",
    helps=[scales_all_by_one_number, tames_exploded_gradients, changes_nothing_within_the_limit, zeros_stay_0],
)
exercise.hint(
    """You need the gradients twice, for the norm and for the factor, and net.parameters() can be gone through once. Make a list
    of the gradients first, and leave None out of it. If it is empty, there is nothing to add up: torch.tensor(0.0).""",
    helps=[takes_an_iterator, skips_what_has_no_gradient, may_find_no_gradient, cuts_what_an_iterator_gives],
)
exercise.hint(
    """p.grad = ... gives the parameter another tensor, and whoever holds the old one, as a hook or a bucket of gradients does,
    never sees it. mul_ and clamp_ write into the tensor that is there.""",
    helps=[works_in_place, leaves_parameters_alone],
)
exercise.hint(
    """.float() before you square keeps the squares of float16 gradients finite, but it would take digits from float64.
    torch.promote_types(dtype, torch.float32) is float32 for both half types and float64 for float64. What is computed
    from p.grad.detach() has no graph.""",
    helps=[clips_float16, returns_a_float32_norm, returns_the_norm_before, returns_a_detached_norm],
)
