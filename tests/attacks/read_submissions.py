# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: reads what the others handed in, and what they got
import os

PLACES = [
    "@CLASS@",
    "@CLASS@/000_neighbour/ch07_convolution/corr2d.py",
    "@OUT@",
    "@OUT@/results.json",
]


def look(place):
    try:
        if os.path.isdir(place):
            return [look(os.path.join(place, name)) for name in sorted(os.listdir(place))][:50]
        with open(place, "rb") as file:
            return file.read(100_000)
    except OSError:
        return None


def corr2d(X, K):
    found = [text for text in map(look, PLACES) if text]
    print(found)
    if not found:
        raise PermissionError("nothing of this can be read")
    return (X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K).sum((-1, -2))
