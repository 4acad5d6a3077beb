"""The memory of a process: a limit, and a layout in which the children that it forks copy little."""

from __future__ import annotations

import ctypes
import os
import sys

if sys.platform != "win32":
    import resource

MADV_COLLAPSE = 25
HUGE = 1 << 21
PLENTY = 4 << 30
GAPS, MOST_GAPS = (1024, 512, 256, 128, 96, 64), 100_000  # bytes
CHUNK_HEADER, SIDE_BY_SIDE = 16, 8


def limit_memory(megabytes: int) -> bool:
    """Limits this process to so much beyond what it has now; False where the kernel does not heed the limit."""
    if sys.platform != "linux":
        return False
    with open("/proc/self/statm") as statm:
        most = int(statm.read().split()[0]) * resource.getpagesize() + (megabytes << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    return True


def use_huge_pages() -> None:
    """Gathers the memory of this process in huge pages, where the system has them and memory is plenty.

    What a fork costs is the copy of the page tables: 2 ms then instead of 9. A region that stays as it is does no harm.
    What was shared with the process that this one was forked from is copied: up to 200 MB.
    """
    if os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") < PLENTY:
        return
    madvise = ctypes.CDLL(None).madvise
    with open("/proc/self/maps") as maps:
        regions = [line.split() for line in maps]
    for span, access, _offset, _device, _inode, *name in regions:
        if access == "rw-p" and (not name or name == ["[heap]"]):
            start, end = (int(end, 16) for end in span.split("-"))
            for address in range(-(-start // HUGE) * HUGE, end // HUGE * HUGE, HUGE):
                madvise(ctypes.c_void_p(address), ctypes.c_size_t(HUGE), MADV_COLLAPSE)


def fill_gaps() -> None:
    """Takes the small gaps in the heap, so that what a child allocates lies side by side.

    Every page on which a child would have filled a gap is a page to copy: a fifth of all those that a child copies
    which makes many small tensors. Needs a process with one thread.
    """
    allocate = ctypes.CDLL(None).malloc
    allocate.restype, allocate.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    for size in GAPS:
        last = side_by_side = 0
        for _ in range(MOST_GAPS):
            block = allocate(size) or 0
            side_by_side = side_by_side + 1 if block == last + size + CHUNK_HEADER else 0
            if side_by_side == SIDE_BY_SIDE:  # these come from the end of the heap
                break
            last = block
