# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: a message of 666 fields, each filled with a list of numbers that takes long to write out
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
    facts = ["d", ["a", ["l", *[10**4000] * 60]]]
    send(json.dumps(["d", ["kind", "unfit"], ["message", "{a}" * 666], ["facts", facts]]).encode())
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
