# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: an answer of 240 MB while it is loaded, of lists that take thirty times as much to read
import os
import struct

START, ITEM, END, ITEMS = b'["l",', b'["l"],', b"1]", 40_000_000


def push(data):
    for descriptor in range(3, 256):
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        except OSError:
            continue


size = len(START) + len(ITEM) * ITEMS + len(END)
push(struct.pack("<QI", size + 4, size) + START)
for _ in range(ITEMS // 100_000):
    push(ITEM * 100_000)
push(END)


def corr2d(X, K):
    return X
