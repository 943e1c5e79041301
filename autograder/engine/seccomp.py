"""The system call filter: what no student process needs and the kernel had better not be asked."""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import socket
from collections.abc import Iterable
from typing import Any

from .kernel import NAMESPACE_FLAGS, PR_SET_PDEATHSIG, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, TIOCLINUX, TIOCSTI, prctl
from .layers import Missing

DENIED = (
    "mount umount umount2 pivot_root chroot mount_setattr move_mount open_tree fsopen fsconfig fsmount fspick "
    "ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd "
    "kexec_load kexec_file_load init_module finit_module delete_module create_module query_module get_kernel_syms "
    "bpf perf_event_open userfaultfd keyctl add_key request_key unshare setns "
    "io_uring_setup io_uring_enter io_uring_register open_by_handle_at name_to_handle_at "
    "swapon swapoff reboot sethostname setdomainname settimeofday clock_settime clock_settime64 stime "
    "adjtimex clock_adjtime clock_adjtime64 acct quotactl quotactl_fd iopl ioperm modify_ldt syslog _sysctl uselib "
    "fanotify_init fanotify_mark lookup_dcookie nfsservctl vhangup "
)
#: Younger than many a libseccomp; from 424 on, the numbers are the same on every architecture.
DENIED_NUMBERS = {"open_tree_attr": 467}
#: Memory that belongs to no process and to no limit: denied where no cgroup counts it.
DENIED_UNCOUNTED = ("memfd_create", "memfd_secret", "shmget")


@functools.cache
def filters() -> tuple[ctypes.Array[ctypes.c_char], ctypes.Array[ctypes.c_char]]:
    """The filter every jail has, and the one that those without a memory cgroup have besides."""
    try:
        import pyseccomp
    except (ImportError, RuntimeError, OSError) as error:
        raise Missing(f"不能载入 pyseccomp 或 libseccomp：{error}") from error
    refuse = pyseccomp.ERRNO(errno.EPERM)
    low = 0xFFFFFFFF  # what the kernel looks at where the parameter is an int; the rest of the register is the caller's

    def number(name: str) -> int | None:
        found = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
        return None if found < 0 else found  # not on this architecture, or too young for this libseccomp

    def build(names: Iterable[str]) -> Any:
        made = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
        # Another ABI (32 bit, x32) has other numbers, which would be a way around the list.
        made.set_attr(pyseccomp.Attr.ACT_BADARCH, pyseccomp.KILL_PROCESS)
        for name in names:
            if (nr := number(name) or DENIED_NUMBERS.get(name)) is not None:
                made.add_rule_exactly(refuse, nr)
        return made

    try:
        main = build([*DENIED.split(), *DENIED_NUMBERS])
        for flag in NAMESPACE_FLAGS:
            main.add_rule(refuse, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, flag, flag))
        # Its flags lie in memory, which a filter cannot read; so the C library falls back to clone.
        main.add_rule(pyseccomp.ERRNO(errno.ENOSYS), number("clone3") or 435)
        # Local sockets are what DataLoader's workers talk by. They lead nowhere: abstract names end at the network
        # namespace, and in the file tree no socket of the machine is left (tree.sockets).
        for name in ("socket", "socketpair"):
            main.add_rule(refuse, name, pyseccomp.Arg(0, pyseccomp.NE, socket.AF_UNIX))
        for request in (TIOCSTI, TIOCLINUX):
            main.add_rule(refuse, "ioctl", pyseccomp.Arg(1, pyseccomp.MASKED_EQ, low, request))
        main.add_rule(refuse, "personality", pyseccomp.Arg(0, pyseccomp.NE, 0xFFFFFFFF))
        # Nobody takes back that we die with the warden. Said to have worked, as torch.multiprocessing insists on it.
        main.add_rule(pyseccomp.ERRNO(0), "prctl", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, low, PR_SET_PDEATHSIG))
        return _compile(main), _compile(build(DENIED_UNCOUNTED))
    except OSError as error:
        raise Missing(f"不能建立系统调用过滤器：{error.strerror}") from error


def _compile(rules: Any) -> ctypes.Array[ctypes.c_char]:
    with os.fdopen(os.memfd_create("filter"), "w+b") as file:
        rules.export_bpf(file)
        return ctypes.create_string_buffer(os.pread(file.fileno(), 1 << 16, 0))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def load(code: ctypes.Array[ctypes.c_char]) -> None:
    """Put one filter in front of what is there already."""
    program = _Program((ctypes.sizeof(code) - 1) // 8, ctypes.addressof(code))
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(program))


def install(*, memory_counted: bool) -> None:
    """Filter this process's calls and those of all that come of it, for good."""
    always, uncounted = filters()
    load(always)
    if not memory_counted:
        load(uncounted)
