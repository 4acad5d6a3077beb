# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: claims that the grader itself failed, which takes the check out of the maximum
import json
import os
import struct


def send(header, blobs=b""):
    payload = struct.pack("<I", len(header)) + header + blobs
    for descriptor in range(3, 256):
        try:
            os.write(descriptor, struct.pack("<Q", len(payload)) + payload)
        except OSError:
            continue


def corr2d(X, K):
    send(json.dumps(["d", ["kind", "lost"], ["message", "the runner ended"]]).encode())
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
