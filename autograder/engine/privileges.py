"""Who the student process is, and that it has no rights: uid, user namespace, capabilities."""

from __future__ import annotations

import errno
import functools
import os
from pathlib import Path

from .kernel import (
    CAP_SETGID,
    CAP_SETPCAP,
    CAP_SETUID,
    CAP_SYS_ADMIN,
    CLONE_NEWUSER,
    PR_CAP_AMBIENT,
    PR_CAP_AMBIENT_CLEAR_ALL,
    PR_CAPBSET_DROP,
    PR_SET_DUMPABLE,
    PR_SET_SECUREBITS,
    OwnProc,
    capabilities,
    clear_capabilities,
    prctl,
    unshare,
)
from .layers import Missing

#: root gets no capabilities from its uid, nor any by changing it, nor ambient ones; each bit with its lock.
SECUREBITS = 0b11101111


@functools.cache
def is_root() -> bool:
    """Whether we may mount and change our uid without a user namespace of our own."""
    if os.geteuid() != 0:
        return False
    status = Path("/proc/self/status").read_text("utf-8", "replace")
    held = int(next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff:")), 16)
    return all(held >> capability & 1 for capability in (CAP_SETGID, CAP_SETUID, CAP_SETPCAP, CAP_SYS_ADMIN))


def own_user_namespace(uid: int) -> None:
    """Where we are not root: a user namespace in which we may build the other ones."""
    if os.geteuid() == 0:  # root of a container that may not mount: at least another kernel uid
        become(uid)
    user, group = os.geteuid(), os.getegid()
    try:
        unshare(CLONE_NEWUSER)
        with OwnProc() as proc:
            write_maps(proc, user, user, group, group)
    except OSError as error:
        raise Missing(f"不是 root，又不能建立 user namespace：{error.strerror}") from error


def write_maps(proc: OwnProc, uid: int, outer_uid: int, gid: int, outer_gid: int) -> None:
    """Say who the one user and the one group of our new user namespace are outside of it."""
    proc.write("setgroups", "deny")
    proc.write("uid_map", f"{uid} {outer_uid} 1")
    proc.write("gid_map", f"{gid} {outer_gid} 1")


def become(uid: int) -> None:
    """Turn from root into an unprivileged user, for good."""
    _drop_bounding_set()
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    prctl(PR_SET_DUMPABLE, 1)  # else /proc/self belongs to root, and no map can be written


def _drop_bounding_set() -> None:
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError as error:
            if error.errno == errno.EINVAL:  # past the last one
                return
            raise


def drop_capabilities() -> None:
    """Give up every capability, and every way to get one."""
    if any(capabilities()):
        _drop_bounding_set()
        prctl(PR_SET_SECUREBITS, SECUREBITS)
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    clear_capabilities()
