# exercise: ch07_convolution/corr2d
# expect: status=error|failed score=0
# why: markup and terminal codes in every text that a person will look at
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


EVIL = "</script><script>kata_attack()</script><img src=x onerror=kata_attack()>\x1b]0;kata\x07[red]{0}{called}%s"


def corr2d(X, K):
    print(EVIL)
    fields = [["kind", "raised"], ["error", EVIL], ["message", EVIL], ["trace", ["l", EVIL]], ["line", 1]]
    send(json.dumps(["d", *fields]).encode())
    raise type(EVIL, (Exception,), {})(EVIL)
