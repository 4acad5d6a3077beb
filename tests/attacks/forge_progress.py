# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: says for ever which statement of the file is next, when it is loaded and when it is called
import json
import os
import struct


def frame(line):
    fields = ["d", ["kind", "loading"], ["line", line], ["changed", ["l"]], ["misplaced", ["l"]], ["trace", ["l"]]]
    header = json.dumps([*fields, ["error", ""], ["message", ""], ["facts", ["d"]], ["notes", ["l"]]]).encode()
    payload = struct.pack("<I", len(header)) + header
    return struct.pack("<Q", len(payload)) + payload


def tell():
    for number in range(2000):
        for descriptor in range(3, 20):
            try:
                os.write(descriptor, frame(number))
            except OSError:
                continue


tell()


def corr2d(X, K):
    tell()
    return X
