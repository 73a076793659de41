"""How much memory this process can still have: the least that the machine, a container's limit and the process's own
limit leave.

Linux only. Elsewhere nothing is known beforehand, and a system without memory to give says so when it is asked.
"""

import sys
from contextlib import suppress
from pathlib import Path

_MACHINE = Path("/proc/meminfo")
_PROCESS = Path("/proc/self/statm")
_CONTAINERS = (
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"), Path("/sys/fs/cgroup/memory/memory.usage_in_bytes")),
)


def free_bytes() -> int | None:
    """Bytes that are still to be had; None where nobody can say."""
    if sys.platform != "linux":
        return None
    left = [bytes_ for bytes_ in (_of_machine(), *map(_of_container, _CONTAINERS), _of_process()) if bytes_ is not None]
    return max(0, min(left)) if left else None


def _of_machine() -> int | None:
    with suppress(OSError, ValueError):
        for line in _MACHINE.read_text().splitlines():
            name, _, size = line.partition(":")
            if name == "MemAvailable":
                return int(size.split()[0]) * 1024
    return None


def _of_container(files: tuple[Path, Path]) -> int | None:
    with suppress(OSError, ValueError):  # ValueError: "max", which is no limit
        limit, used = (int(file.read_text()) for file in files)
        return limit - used
    return None


def _of_process() -> int | None:
    if sys.platform == "win32":
        return None
    import resource

    with suppress(OSError, ValueError):
        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        if limit != resource.RLIM_INFINITY:
            return limit - int(_PROCESS.read_text().split()[0]) * resource.getpagesize()
    return None
