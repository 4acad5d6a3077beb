# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: sockets of rare families: raw, packet, netlink, virtual machine, crypto
import socket

ATTEMPTS = {
    "raw": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1),
    "packet": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0),
    "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0),
    "machine": lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM),
    "crypto": lambda: socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET, 0),
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
