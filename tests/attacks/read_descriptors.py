# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: reads from every descriptor that was left open
import os


def corr2d(X, K):
    found = []
    for descriptor in range(256):
        try:
            os.set_blocking(descriptor, False)
            found.append(os.read(descriptor, 1 << 20))
        except OSError:
            continue
    print(found)
    if not any(found):
        raise OSError("nothing is open")
    raise RuntimeError(f"{len(found)} descriptors, of which one is the channel")
