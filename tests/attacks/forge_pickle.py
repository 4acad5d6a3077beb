# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: a pickle that would run a command where it is loaded
import json
import os
import pickle
import struct


def send(header, blobs=b""):
    payload = struct.pack("<I", len(header)) + header + blobs
    for descriptor in range(3, 256):
        try:
            os.write(descriptor, struct.pack("<Q", len(payload)) + payload)
        except OSError:
            continue


class Run:
    def __reduce__(self):
        return os.system, ("touch @OUT@/kata_attack_pickle",)


def corr2d(X, K):
    payload = pickle.dumps(Run())
    for descriptor in range(3, 256):
        try:
            os.write(descriptor, struct.pack("<Q", len(payload)) + payload)
        except OSError:
            continue
    return Run()
