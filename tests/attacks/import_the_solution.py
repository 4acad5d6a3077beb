# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: imports the reference, the misconceptions and the expectations
import importlib
import sys

sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "_Absent"]
sys.path.insert(0, "@KIT@")
for name in ("solutions", "autograder.misconceptions", "autograder.judging.expectations", "tests.conftest"):
    try:
        importlib.import_module(name)
    except ImportError as error:
        failure = error
reference = importlib.import_module("solutions.ch07_convolution.corr2d")


def corr2d(X, K):
    return reference.corr2d(X, K)
