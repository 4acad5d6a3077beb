"""Checks of masked_softmax."""

from autograder.spec import Exercise, gradients, normal

# TODO: forbid="..." if an operator does the exercise's job (autograder/spec/forbidden.py); sizes of dimensions.
exercise = Exercise(entry="masked_softmax")

X = normal("rows", "columns")


@exercise.check(points=5, axes=("rows", "columns"), X=X)
def computes(student, X):
    """TODO: what must hold, as the learner reads it"""
    return student.masked_softmax(X)


@exercise.check(points=1, dtypes=["float64"], X=X)
def keeps_the_dtype(student, X):
    """works in float64 too, to its full precision"""
    return student.masked_softmax(X)


@exercise.check(points=2, X=X)
def lets_gradients_through(student, X):
    """lets gradients flow to the input"""
    return gradients(student.masked_softmax, X=X)


exercise.hint("TODO: a nudge.")
exercise.hint("TODO: the idea.", computes)
exercise.hint("TODO: nearly the answer.", computes)
