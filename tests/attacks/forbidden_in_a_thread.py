# exercise: ch07_convolution/corr2d
# expect: status=forbidden score=0
# why: calls the operator in a thread, with every mode of dispatch switched off
import threading

import torch
from torch.nn import functional as F


def corr2d(X, K):
    answer = []

    def work():
        try:
            with torch._C._DisableTorchDispatch(), torch._C.DisableTorchFunction(), torch.inference_mode():
                answer.append(F.conv2d(X[None, None], K[None, None])[0, 0].clone())
        except RuntimeError as error:
            answer.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if isinstance(answer[0], RuntimeError):
        raise answer[0]
    return answer[0]
