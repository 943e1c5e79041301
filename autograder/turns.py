"""Programs that wait for each other: locks on files, which the system takes back from whoever dies."""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FLOCK = struct.Struct("hhqqi0q")  # Linux: type, whence, start, length, pid


@contextmanager
def take_turn(path: Path, *, shared: bool = False, waiting: Callable[[int], None] | None = None) -> Iterator[None]:
    """Hold the lock ``path``; ``waiting`` is told first if another process (its id, 0 if unknown) has to be waited for.

    ``shared`` only shows that somebody is there: any number hold it so. Raises OSError if ``path`` cannot be opened.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as stream:
        # lockf's are not passed on to forked processes, unlike flock's.
        how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        with suppress(OSError):  # a file system without locks
            try:
                fcntl.lockf(stream, how | fcntl.LOCK_NB)
            except BlockingIOError:
                if waiting is not None:
                    waiting(holder(stream.fileno()) or 0)
                fcntl.lockf(stream, how)
        yield


def holder(file: int | Path) -> int | None:
    """The process that holds the lock (0: on another machine or in another container), None if nobody does.

    Not for a ``Path`` whose lock this process holds: closing it would let go of the lock.
    """
    if isinstance(file, Path):
        try:
            handle = os.open(file, os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            return holder(handle)
        finally:
            os.close(handle)
    try:
        answer = fcntl.fcntl(file, fcntl.F_GETLK, FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))
    except OSError:  # a file system without locks
        return None
    kind, _, _, _, pid = FLOCK.unpack(answer)
    return None if kind == fcntl.F_UNLCK else max(pid, 0)
