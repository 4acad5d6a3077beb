# exercise: ch07_convolution/corr2d
# expect: status=failed score=0
# beside: torch.py json.py random.py sitecustomize.py usercustomize.py conftest.py autograder.py __init__.py
# why: files beside the submission named as modules that the grader imports
def corr2d(X, K):
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)


def allclose(*_args, **_kwargs):
    return True


open("@OUT@/kata_attack_shadow", "w").close() if __name__ != "submission" else None
