# exercise: ch07_convolution/corr2d
# expect: status=error|failed score=0
# why: replaces the json module's functions under the writer of answers
import json
import sys

json.dumps = lambda *_args, **_kwargs: '["d",["kind","returned"],["value",true]]'
json.loads = lambda *_args, **_kwargs: sys.exit(0)


def corr2d(X, K):
    return True
