# exercise: ch07_convolution/corr2d
# expect: status=error|failed score=0
# why: tensors that claim more elements than they bring, or none of very many
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
    tensors = [["T", "float32", [1 << 39, 1 << 39, 0]], ["T", "float32", [1 << 30]], ["T", "float32", [-1, True, 2.5]]]
    for tensor in tensors:
        send(json.dumps(["d", ["kind", "returned"], ["value", tensor]]).encode())
    return X
