# exercise: ch07_convolution/corr2d
# expect: status=forbidden|failed|error score=0
# why: facts of a type that no table can look up, so that the message fails and takes the exercise out of the maximum
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
    fields = [["kind", "forbidden"], ["message", "x"], ["facts", ["d", ["family", ["l", 1]]]]]
    send(json.dumps(["d", *fields]).encode())
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
