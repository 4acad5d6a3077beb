"""What people get wrong about masked_softmax."""

from autograder.spec import misconception, reference, slip


@misconception("TODO: what was done, and what is right.")
def todo_name_it(X):
    return -reference.masked_softmax(X)


slip("todo_name_this_too", "TODO: what was done, and what is right.", ("return X", "return X + 1"))
