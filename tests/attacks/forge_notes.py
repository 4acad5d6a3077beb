# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: notes on its own file that are long, of odd types and full of fields, in the place of an answer that is missing
import json
import os
import struct

NOTE = ["d", ["why", ["l", "x"]], ["line", 10**300], ["file", "{x}" * 90], ["names", ["l"]], ["module", "\x1b[2J"]]


def tell(kind):
    fields = ["d", ["kind", kind], ["line", 1], ["changed", ["l"]], ["misplaced", ["l"]], ["trace", ["l"]]]
    facts = ["d", ["why", 5], ["made at", "x"], ["made in", ["l", 1]], ["import", "{at}" * 300], ["star", True]]
    more = [["error", ""], ["message", "{called}" * 100], ["facts", facts], ["notes", ["l", *[NOTE] * 150]]]
    header = json.dumps([*fields, *more]).encode()
    payload = struct.pack("<I", len(header)) + header
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, struct.pack("<Q", len(payload)) + payload)
        except OSError:
            continue


tell("returned")


def corr2d(X, K):
    tell("absent")
    return X
