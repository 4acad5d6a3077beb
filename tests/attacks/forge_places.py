# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: a trace with a line number of 5,000 digits, and 19,000 lines that each have to be looked up
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
    trace = ["l", "line " + "9" * 5000, *["line 1: x"] * 19_000]
    send(json.dumps(["d", ["kind", "raised"], ["error", "E" * 9000], ["line", 1], ["trace", trace]]).encode())
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
