"""The authoring API: what checks and misconceptions are written with."""

from autograder.spec.exercise import Check, Exercise
from autograder.spec.inputs import OFF_GRID, distinct, drawn, filled, integers, normal, secret, tensor, uniform
from autograder.spec.judges import By, Close, Judge, Mistake, Statistic, Threshold
from autograder.spec.misconception import misconception, reference, slip
from autograder.spec.outcome import Unfit
from autograder.spec.tools import (
    cotangent,
    count_operators,
    error_of,
    fitting,
    gradients,
    load_parameters,
    number,
    only_eval,
    parameter_gradients,
    train_classifier,
    uses_global_generator,
)

__all__ = [
    "OFF_GRID",
    "By",
    "Check",
    "Close",
    "Exercise",
    "Judge",
    "Mistake",
    "Statistic",
    "Threshold",
    "Unfit",
    "cotangent",
    "count_operators",
    "distinct",
    "drawn",
    "error_of",
    "filled",
    "fitting",
    "gradients",
    "integers",
    "load_parameters",
    "misconception",
    "normal",
    "number",
    "only_eval",
    "parameter_gradients",
    "reference",
    "secret",
    "slip",
    "tensor",
    "train_classifier",
    "uniform",
    "uses_global_generator",
]
