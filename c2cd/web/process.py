"""What this process takes of its host, read without what a sandbox hides (``/proc/stat``)."""

import os
import resource
import time
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


def cpu_seconds() -> float:
    """Tell the CPU time, of user and system, since the start."""
    return time.process_time()


def resident_bytes() -> int:
    """Tell how much memory is resident."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


def open_descriptors() -> int:
    """Tell how many descriptors are open."""
    return len(os.listdir("/proc/self/fd")) - 1  # noqa: PTH208 - the listing itself is one of them


def most_descriptors() -> int:
    """Tell how many may be."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
