# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: writes marks, a neighbour's file, a module for later, and links
import os
import sys

ATTEMPTS = {
    "marks": lambda: open("@OUT@/results.json", "w"),
    "database": lambda: open("@OUT@/results.sqlite", "ab"),
    "neighbour": lambda: open("@CLASS@/000_neighbour/ch07_convolution/corr2d.py", "w"),
    "temporary": lambda: open("/tmp/kata_attack_file", "w"),
    "shared": lambda: open("/dev/shm/kata_attack_file", "w"),
    "module": lambda: open(os.path.join(sys.prefix, "kata_attack.pth"), "w"),
    "torch": lambda: open(sys.modules["torch"].__file__, "a"),
    "kit": lambda: open("@KIT@/kata_attack_file", "w"),
    "here": lambda: open("kata_attack_file", "w"),
    "folder": lambda: os.mkdir("@OUT@/kata_attack_folder"),
    "link": lambda: os.symlink("@SECRET@", "@OUT@/kata_attack_link"),
    "hard link": lambda: os.link("@SECRET@", "@OUT@/kata_attack_hard"),
    "pipe": lambda: os.mkfifo("@OUT@/kata_attack_pipe"),
    "rename": lambda: os.rename("@OUT@/results.json", "@OUT@/kata_attack_results.json"),
    "remove": lambda: os.remove("@CLASS@/000_neighbour/ch07_convolution/corr2d.py"),
    "empty": lambda: os.truncate("@SECRET@", 0),
    "rights": lambda: os.chmod("@SECRET@", 0),
    "owner": lambda: os.chown("@SECRET@", 1, 1),
    "time": lambda: os.utime("@SECRET@", (0, 0)),
    "attribute": lambda: os.setxattr("@SECRET@", "user.kata", b"x"),
    "unnamed": lambda: os.open("@OUT@", os.O_TMPFILE | os.O_RDWR),
    "own file": lambda: open(__file__, "w"),
}


def corr2d(X, K):
    done = []
    for name, attempt in ATTEMPTS.items():
        try:
            attempt()
            done.append(name)
        except OSError:
            continue
    if not done:
        raise PermissionError("nothing could be written")
    print(done)
    return (X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K).sum((-1, -2))
