# exercise: ch10_recurrent/rnn_cell
# expect: status=failed|error score=0
# why: the right cell that the checks lend, by the names of their modules
import importlib
import sys

sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "_Absent"]


def modules():
    yield from list(sys.modules.items())
    for name in ("autograder.checks", "autograder.checks.ch10_recurrent._shared"):
        try:
            yield name, importlib.import_module(name)
        except ImportError:
            continue


def lent(name):
    for where, module in modules():
        if where.startswith("autograder") and name in vars(module):
            return vars(module)[name]


def rnn_cell(X, H, params):
    return lent("cell")(X, H, params)


def rnn(inputs, H, params):
    return lent("scan")(inputs, H, params)
