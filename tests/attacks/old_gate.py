# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# machine: x86_64
# why: machine code that calls the kernel through its gate for 32-bit programs
import ctypes
import mmap

# socket(AF_INET, SOCK_STREAM, 0) by int 0x80
CODE = bytes.fromhex("53 b867010000 bb02000000 b901000000 ba00000000 cd80 5b c3")


def corr2d(X, K):
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(CODE)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    if ctypes.CFUNCTYPE(ctypes.c_int)(address)() < 0:
        raise OSError("refused")
    return (X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K).sum((-1, -2))
