# exercise: ch07_convolution/corr2d
# expect: status=failed score=0
# why: the text of the reference, from the caches that Python keeps of sources
import linecache
import sys


def sources():
    yield from ("".join(lines[2]) for lines in linecache.cache.values() if len(lines) > 2)
    for name, module in list(sys.modules.items()):
        if name.startswith(("autograder", "solutions", "submission", "__main__")):
            yield from (value for value in vars(module).values() if isinstance(value, str))
            loader = getattr(module, "__loader__", None)
            try:
                yield loader.get_source(name)
            except Exception:
                continue


def corr2d(X, K):
    for text in sources():
        if text and "def corr2d" in text and "def sources" not in text:
            names = {}
            exec(text, names)
            return names["corr2d"](X, K)
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
