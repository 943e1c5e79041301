"""Limits on what a jail uses, where the kernel counts for each process or not at all: rlimits, and a watch on memory.

What cgroups bound is in :mod:`cgroup`.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from .kernel import OwnProc

#: The cgroup counts exactly; where there is one, the limit on processes stands a little behind it.
SPARE_PROCESSES = 8
#: Stacks of threads, pools of malloc, libraries: address space that costs nothing until it is used.
ADDRESS_SLACK = 1 << 30


def used_memory(proc: OwnProc) -> dict[str, int]:
    """VmSize and VmData of this process, in bytes."""
    pairs = (line.split()[:2] for line in proc.read("status").splitlines() if line.startswith(("VmSize:", "VmData:")))
    return {name[:-1]: int(kilobytes) << 10 for name, kilobytes in pairs}


def set_limits(used: dict[str, int], *, memory: int, processes: int, scratch: int, cpu: int) -> None:
    """Limit this process and all that come of it, for good; ``memory`` is what comes on top of what is ``used``."""
    limits = {
        resource.RLIMIT_NPROC: processes,
        resource.RLIMIT_NOFILE: 512,
        resource.RLIMIT_FSIZE: scratch,
        # Not 0: a core_pattern that is a program runs even then, and takes seconds over a process of this size.
        resource.RLIMIT_CORE: 1,
        # Soft and hard alike: pid 1 ignores SIGXCPU.
        resource.RLIMIT_CPU: cpu,
        resource.RLIMIT_MEMLOCK: 1 << 16,
        resource.RLIMIT_MSGQUEUE: 0,
        # A little less than the cgroup allows: an honest array that is too large ends in MemoryError, not in death.
        resource.RLIMIT_DATA: used["VmData"] + memory - (memory >> 4),
        resource.RLIMIT_AS: used["VmSize"] + memory + ADDRESS_SLACK,
    }
    for limit, value in limits.items():
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))


class Watch:
    """The sum of a jail's memory, where no cgroup bounds it: looked at now and then."""

    def __init__(self, init: int, memory: int) -> None:
        self._init = init
        # What init has now it shares with the zygote. All of it is granted: how much of it counts as the jail's
        # depends on how many other jails share it at the moment.
        self._limit = memory + _anonymous(init)

    def exceeded(self) -> bool:
        family = list(_family(self._init))
        # Cheap and never too small, as it counts what processes share for each of them.
        if sum(map(_anonymous, family)) <= self._limit:
            return False
        return sum(map(_proportional, family)) > self._limit


def _family(pid: int) -> Iterator[int]:
    yield pid
    for file in Path("/proc", str(pid), "task").glob("*/children"):
        with suppress(OSError):
            for child in file.read_text().split():
                yield from _family(int(child))


def _anonymous(pid: int) -> int:
    return _sum_fields(f"/proc/{pid}/status", ("RssAnon:", "RssShmem:", "VmSwap:"))


def _proportional(pid: int) -> int:
    try:
        return _sum_fields(f"/proc/{pid}/smaps_rollup", ("Pss_Anon:", "Pss_Shmem:", "SwapPss:"))
    except PermissionError:  # a process can hide its maps, but not its size
        return _anonymous(pid)


def _sum_fields(file: str, names: tuple[str, ...]) -> int:
    try:
        text = Path(file).read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) << 10 for line in text.splitlines() if line.startswith(names))
