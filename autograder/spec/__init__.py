"""The authoring API: what checks and misconceptions are written with."""

from autograder.spec.chance import drawn_anew, each_alone, repeated, with_probability
from autograder.spec.draws import honest_draws, normality
from autograder.spec.epochs import in_batches, in_new_orders, outcomes
from autograder.spec.errors import Unfit
from autograder.spec.exercise import Check, Exercise
from autograder.spec.forbidden import Family
from autograder.spec.hypotheses import Hypotheses
from autograder.spec.inputs import (
    LEFT_OUT,
    OFF_GRID,
    Draw,
    distinct,
    drawn,
    filled,
    integers,
    lengths,
    normal,
    secret,
    size,
    tensor,
    uniform,
    whole,
)
from autograder.spec.judges import By, Close, Judge, Mistake, OneOf, Statistic, Threshold, describe
from autograder.spec.leaves import Leaves
from autograder.spec.misconception import misconception, reference, slip
from autograder.spec.networks import Layers, right_shapes, same_twice, shapes_of, xavier
from autograder.spec.observed import has_graph
from autograder.spec.passes import Watch, Wired, condition, modes
from autograder.spec.rows import rows
from autograder.spec.tools import (
    as_float32,
    as_view,
    cotangent,
    count_operators,
    error_of,
    fitting,
    gradients,
    load_parameters,
    named,
    number,
    only_eval,
    parameter_gradients,
    plain,
    seeded,
    uses_global_generator,
)
from autograder.spec.training import lesson, teach, test_accuracy, train_classifier

__all__ = [
    "LEFT_OUT",
    "OFF_GRID",
    "By",
    "Check",
    "Close",
    "Draw",
    "Exercise",
    "Family",
    "Hypotheses",
    "Judge",
    "Layers",
    "Leaves",
    "Mistake",
    "OneOf",
    "Statistic",
    "Threshold",
    "Unfit",
    "Watch",
    "Wired",
    "as_float32",
    "as_view",
    "condition",
    "cotangent",
    "count_operators",
    "describe",
    "distinct",
    "drawn",
    "drawn_anew",
    "each_alone",
    "error_of",
    "filled",
    "fitting",
    "gradients",
    "has_graph",
    "honest_draws",
    "in_batches",
    "in_new_orders",
    "integers",
    "lengths",
    "lesson",
    "load_parameters",
    "misconception",
    "modes",
    "named",
    "normal",
    "normality",
    "number",
    "only_eval",
    "outcomes",
    "parameter_gradients",
    "plain",
    "reference",
    "repeated",
    "right_shapes",
    "rows",
    "same_twice",
    "secret",
    "seeded",
    "shapes_of",
    "size",
    "slip",
    "teach",
    "tensor",
    "test_accuracy",
    "train_classifier",
    "uniform",
    "uses_global_generator",
    "whole",
    "with_probability",
    "xavier",
]
