"""Checks of rnn_cell. A slip in the cell is paid once: rnn walks with a right cell, if it calls one, and where it repeats the
formula, with the same slip, it is excused."""

import torch

from autograder.checks.ch10_recurrent._shared import LAYER, SEQUENCE, SIZES, cell, excused, in_other_order, scan
from autograder.spec import Exercise, filled, named, normal, right_parts, rows

exercise = Exercise(entry=("rnn_cell", "rnn"), forbid="rnn", sizes=SIZES)
rnn_cell = exercise.call(
    "rnn_cell",
    X=normal("batch", "num_inputs"),
    H=SEQUENCE["H"],
    params=LAYER,
    axes=("batch", "num_hiddens"),
)


def remembers(step, inputs, H, params):
    """Whether the last state depends on the first one and on the first input, so that the walk has to be made."""
    first = torch.arange(len(inputs), device=inputs.device).view(-1, 1, 1) == 0
    with torch.no_grad():
        last, *others = (scan(*given, params, step)[1] for given in ((inputs, H), (inputs, H + 1), (inputs + first, H)))
    return not any(torch.allclose(last, other) for other in others)


@exercise.call(inputs={**SEQUENCE, "params": LAYER, "item": "outputs"}, axes=("steps", "batch", "num_hiddens"))
def rnn(student, inputs, H, params, item):
    try:
        with right_parts(student, "rnn", rnn_cell=cell):
            found = student.rnn(inputs, H, params)
    except (TypeError, AttributeError):  # its author's cell may take more, or have attributes
        found = student.rnn(inputs, H, params)
    return as_with_a_right_cell(student, named(found, "outputs", "H")[item], item, inputs, H, params)


def as_with_a_right_cell(student, found, item, inputs, H, params):
    given = inputs.clone(), H.clone(), {name: p.clone() for name, p in params.items()}
    try:
        right, own = (dict(zip(("outputs", "H"), scan(*given, step), strict=True)) for step in (cell, student.rnn_cell))
        return excused(found, own[item], right[item]) if remembers(student.rnn_cell, *given) else found
    except Exception:
        return found


@rnn_cell.check(points=1, H=filled(0.0, "batch", "num_hiddens"))
def starts_from_a_zero_state():
    """from a state of zeros, rnn_cell is tanh(X W_xh + b_h)"""


@rnn_cell.check(
    points=2,
    also=rows("num_inputs num_hiddens", (3, 3), (1, 4), (4, 1)) + rows("batch", 1) + rows("batch num_hiddens", (3, 3)),
)
def computes_the_new_state():
    """rnn_cell is tanh(X W_xh + H W_hh + b_h)"""


@rnn_cell.check(points=0.5, params=in_other_order(LAYER))
def reads_parameters_by_name():
    """rnn_cell takes the parameters by their names, in whatever order the dict holds them and whatever else is in it"""


@rnn.check(points=2.25, cases=rows("steps batch num_inputs num_hiddens", (3, 4, 2, 5), (4, 4, 3, 3)))
def walks_along_the_sequence():
    """rnn returns first the states after all steps (T, n, h), each of which goes on from the one before"""


@rnn.check(points=1, item="H", axes=("batch", "num_hiddens"), cases=rows("steps batch", (3, 4), (1, 3)))
def returns_the_last_state():
    """rnn returns second the state after the last step (n, h)"""


@rnn.check(
    points=0.5,
    cases=rows("steps batch", (1, 3), (4, 1)) + rows("steps batch num_inputs num_hiddens", (1, 1, 1, 1)),
)
def walks_at_the_limits():
    """rnn keeps all three axes where there is one step, one sequence, one input or one unit"""


@rnn.check(points=0.25, params=in_other_order(LAYER))
def walks_with_parameters_by_name():
    """rnn takes the parameters by their names too"""


# First, since an input that is overwritten stands in the way of the gradients too.
exercise.leaves_its_inputs_alone("both leave inputs, states and parameters unchanged", points=0.5)
cell_gradients = exercise.lets_gradients_through(
    "rnn_cell lets gradients flow to X, to H and to the three parameters",
    points=0.5,
    name="cell_gradients",
    about=rnn_cell,
)
rnn_gradients = exercise.lets_gradients_through(
    "rnn lets gradients flow back through all steps, to the inputs, to the first state and to the parameters",
    points=0.75,
    name="rnn_gradients",
    about=rnn,
)
exercise.keeps_the_dtype("both work in float64 too, to its full precision", points=0.5)
exercise.takes_views("both work for tensors that are views of others, as X.T is", points=0.25)

exercise.hint(
    """Write down the shapes first: X is (n, d), W_xh is (d, h), H is (n, h), W_hh is (h, h). Which products give (n, h), and
    how does a bias (h,) join them?"""
)
exercise.hint(
    """Right from a state of zeros, but not from others? Then look at H @ W_hh. Since W_hh is square, W_hh.T fits as well, and
    nothing complains. And there is a single bias, added once. If rnn repeats the formula, correct it there too.""",
    helps=[starts_from_a_zero_state, computes_the_new_state],
)
exercise.hint(
    """Ask the dict for each parameter, params["W_xh"]. Unpacking params.values() relies on an order that nobody promised,
    and on nothing else being in there.""",
    helps=[reads_parameters_by_name, walks_with_parameters_by_name],
)
exercise.hint(
    """A loop over inputs takes them apart along the first axis, which is time: each X is (n, d). Bind the new state to the name
    H, so that the next step starts from it, and put it in a list.""",
    helps=rnn,
)
exercise.hint(
    """torch.stack(list) joins T states (n, h) along a new first axis, (T, n, h), while torch.cat gives (T * n, h). The
    second item is what H is when the loop is over, because each step has put its own state in the place of the one before.""",
    helps=rnn,
)
exercise.hint(
    """Everything from the last state back to the first has to stay in tensors, because the gradient goes back that way:
    detach(), .data and torch.no_grad() cut it. And H += ... changes the state of the caller: make a new tensor.""",
    helps=[cell_gradients, rnn_gradients],
)
exercise.hint(
    """The step is torch.tanh(X @ W_xh + H @ W_hh + b_h), with the three from params; rnn appends each new H to a list, and
    returns torch.stack of the list, and H."""
)
