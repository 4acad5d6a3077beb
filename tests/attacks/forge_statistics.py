# exercise: ch04_regularization/dropout
# expect: status=failed|error score=0
# why: replaces what encodes answers, and claims the statistics that an honest dropout would have
import sys

import torch

child = sys.modules["autograder.runner.child"]
real = child.encode


def claims(name, X, p):
    kept = torch.tensor(1 / (1 - p) if p < 1 else 1, dtype=X.dtype)
    factors = {"the smallest Y / X of kept elements": kept, "the largest Y / X of kept elements": kept}
    return {
        "scales_what_it_keeps": factors,
        "takes_any_shape": factors,
        "keeps_the_dtype": factors,
        "draws_anew_at_each_call": {"correlation_with_the_call_before": 0.0},
        "drops_with_probability_p": {
            "share_of_zeros": p,
            "share_of_zeros_in_each_place": torch.full(X.shape, p, dtype=torch.float64),
        },
        "decides_for_each_element_alone": {
            "correlation_within_a_row": 0.0,
            "correlation_within_a_column": 0.0,
            "correlation_within_a_call": 0.0,
        },
    }.get(name)


def forge(plain):
    request = sys._getframe(1).f_locals["request"]
    if request["op"] == "run":
        claimed = claims(request["check"], request["inputs"]["X"], request["inputs"]["p"])
        if claimed:
            plain = {"kind": "returned", "value": claimed}
    return real(plain)


child.encode = forge


def dropout(X, p, training=True):
    return X
