# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: leaves work for the end of the process: an answer, and a file
import atexit
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


@atexit.register
def last_words():
    send(json.dumps(["d", ["kind", "returned"], ["value", 1]]).encode())
    with open("@OUT@/kata_attack_atexit", "w") as file:
        file.write("here")


def corr2d(X, K):
    raise SystemExit(0)
