"""The kernel's names and calls that Python does not have: mounts, namespaces, capabilities, prctl."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from types import TracebackType
from typing import Any

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
NAMESPACE_FLAGS = (
    *(CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC),
    *(CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET),
)
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_NOATIME, MS_NODIRATIME, MS_RELATIME = 1 << 10, 1 << 11, 1 << 21
MS_BIND, MS_REC, MS_PRIVATE, MNT_DETACH = 1 << 12, 1 << 14, 1 << 18, 2
SYS_MOUNT_SETATTR, AT_FDCWD, AT_RECURSIVE = 442, -100, 0x8000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_READ, PR_CAPBSET_DROP = 1, 4, 22, 23, 24
PR_SET_SECUREBITS, PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 28, 38, 39, 47
PR_CAP_AMBIENT_CLEAR_ALL, SECCOMP_MODE_FILTER = 4, 2
CAP_SETGID, CAP_SETUID, CAP_SETPCAP, CAP_SYS_ADMIN = 6, 7, 8, 21
CAPABILITY_VERSION_3 = 0x20080522
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
IPC_CREAT, IPC_RMID = 0o1000, 0

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
libc.prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)


def call(function: Any, *arguments: Any) -> int:
    """Call a function of the C library; raises OSError where it says -1."""
    result: int = function(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def prctl(option: int, *arguments: int) -> int:
    """Ask or change something about this process."""
    return call(libc.prctl, option, *arguments, *[0] * (4 - len(arguments)))


def unshare(flag: int) -> None:
    """Enter a namespace of one's own."""
    call(libc.unshare, flag)


def mount(
    source: str | Path | None, target: str | Path, kind: str | None, flags: int, options: str | None = None
) -> None:
    """Mount; an error names the ``target``."""
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    try:
        call(libc.mount, *encoded[:3], ctypes.c_ulong(flags), encoded[3])
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from None


def mount_setattr(path: Path, flags: int) -> None:
    """Add flags to a mount and all mounts below it. ENOSYS before Linux 5.12."""
    # Read-only, nosuid, nodev and noexec, the four used here, have the same bits as in mount().
    attributes = (ctypes.c_uint64 * 4)(flags, 0, 0, 0)
    size = ctypes.sizeof(attributes)
    call(libc.syscall, SYS_MOUNT_SETATTR, AT_FDCWD, os.fsencode(path), AT_RECURSIVE, attributes, size)


def pivot_root(new: str, old: str) -> None:
    """Make ``new`` the root of the file tree, the old root to be found at ``old``, which lies below it."""
    call(libc.pivot_root, new.encode(), old.encode())


def detach(target: str) -> None:
    """Unmount, with all that is mounted below."""
    call(libc.umount2, target.encode(), MNT_DETACH)


def capabilities() -> list[int]:
    """This process's capabilities, as capget() has them: all 0 if there are none."""
    sets = (ctypes.c_uint32 * 6)()
    call(libc.capget, _capability_header(), sets)
    return list(sets)


def clear_capabilities() -> None:
    """Have none any more."""
    call(libc.capset, _capability_header(), (ctypes.c_uint32 * 6)())


def _capability_header() -> ctypes.Array[ctypes.c_uint32]:
    return (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)


class OwnProc:
    """/proc/self, held open: within reach even where the file tree has no /proc any more."""

    def __enter__(self) -> OwnProc:
        self._folder = os.open("/proc/self", os.O_RDONLY | os.O_DIRECTORY)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        os.close(self._folder)

    def read(self, name: str) -> str:
        fd = os.open(name, os.O_RDONLY, dir_fd=self._folder)
        try:
            return os.read(fd, 1 << 14).decode("utf-8", "replace")
        finally:
            os.close(fd)

    def write(self, name: str, text: str) -> None:
        fd = os.open(name, os.O_WRONLY, dir_fd=self._folder)
        try:
            os.write(fd, text.encode())
        finally:
            os.close(fd)
