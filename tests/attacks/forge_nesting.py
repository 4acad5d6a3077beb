# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: lists in lists, deeper than any reader's stack
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
    send(b"[" * 100_000 + b"]" * 100_000)
    return X
