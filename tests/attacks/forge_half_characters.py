# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: half a character in a message, which no file can be written with
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
    send(json.dumps(["d", ["kind", "raised"], ["error", "\ud800"], ["message", "\udfff"]]).encode())
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
