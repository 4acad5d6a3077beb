# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: fields of types that the grader does not expect, so that it fails and takes no mark
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
    fields = [["kind", "forbidden"], ["message", 5], ["trace", None], ["line", "<b>"], ["facts", ["l", ["l"]]]]
    send(json.dumps(["d", *fields]).encode())
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
