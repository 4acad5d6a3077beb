# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: writes an answer of its own into the channel, with marks in it
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
    fields = {"kind": "returned", "status": "passed", "score": 10, "max_score": 10, "verdict": None, "mistake": None}
    send(json.dumps(["d", *fields.items()]).encode())
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
