"""What a student process is locked into: namespaces, an unprivileged uid, a system call filter, limits.

A process forked from the zygote becomes the *warden* (:func:`spawn`). The warden forks *init*, pid 1 of a pid namespace
of its own, which builds a file tree of its own, gives up every privilege and only then serves the student. If the
warden goes, init goes, and with it every process below it.

Started as root, init becomes a real unprivileged user. Started by an ordinary user, it keeps that user's kernel uid,
but inside user namespaces, without capabilities, and with nothing in sight that the user could write to.

How each wall is built is told in the modules this one is put together from; whether they hold, in :mod:`doctor`.
"""

from __future__ import annotations

import functools
import json
import os
import resource
import select
import signal
import socket
import stat
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NoReturn

from . import cgroup as cgroups
from . import limits, privileges, seccomp, tree
from .control import attend, commands, tell
from .kernel import (
    CLONE_NEWIPC,
    CLONE_NEWNET,
    CLONE_NEWNS,
    CLONE_NEWPID,
    CLONE_NEWUSER,
    CLONE_NEWUTS,
    PR_SET_NO_NEW_PRIVS,
    PR_SET_PDEATHSIG,
    OwnProc,
    prctl,
    unshare,
)
from .layers import LAYERS, REQUIRED, Layers, Missing, reason
from .tree import HOME, WORK

__all__ = ["FIRST_UID", "HOME", "LAYERS", "REQUIRED", "WORK", "Jail", "prepare", "spawn"]

FIRST_UID = 64512
START_TIMEOUT = 20.0
MAX_FD = (1 << 31) - 1


@dataclass(frozen=True)
class Jail:
    """What one student process may use."""

    slot: int  #: which of the parallel slots: gives its uid
    memory: int = 1 << 30  #: bytes, for all processes of the jail, besides what is shared with the zygote
    processes: int = 64  #: processes and threads
    scratch: int = 256 << 20  #: bytes of the private, writable folder; with a cgroup they count as memory, too
    cpu: int = 600  #: seconds, for each process
    files: Mapping[str, bytes] = field(default_factory=dict)  #: relative path -> content, laid into the work folder
    hidden: Sequence[str] = ()  #: absolute paths that must not be seen although they may lie below a visible folder

    def __post_init__(self) -> None:
        if min(self.memory, self.processes, self.scratch, self.cpu) <= 0:
            raise ValueError("a jail without limits")  # to a tmpfs, for one, 0 means no limit

    @property
    def uid(self) -> int:
        return FIRST_UID + self.slot % 1000


def prepare(*, cgroup: bool = True) -> None:
    """Find out once, before forking, what every jail needs: the filter, the visible folders, the cgroups.

    Call it in the zygote; what it finds is kept. Nothing is raised for what is missing: jails tell.
    """
    tree.visible()
    privileges.is_root()
    if cgroup:
        cgroups.sweep(_places())
    with suppress(Missing):
        seccomp.filters()


def spawn(
    jail: Jail,
    keep: Sequence[int],
    serve: Callable[[], None],
    control: socket.socket,
    *,
    cgroup: bool = True,
    lenient: bool = False,
) -> NoReturn:
    """Turn this freshly forked process into a warden and run ``serve`` in a jail with only ``keep`` open.

    Lines of JSON on ``control``: ``{"ready": true, "pid": …, "layers": {id: "" or what is missing}, "memory_by": …}``
    or ``{"ready": false, "error": …, "layers": …}``; in the end
    ``{"exit": code or -signal, "oom": bool, "cpu": bool}``. It takes ``b"I"`` (SIGINT) and ``b"K"`` (kill); being
    closed means kill. ``cgroup=False`` does without cgroups. ``lenient`` is for :func:`doctor.check` alone.
    """
    try:
        _detach({*keep, control.fileno()})
        control.setblocking(True)
        _warden(jail, keep, serve, control, cgroup, lenient)
    except BaseException as error:
        with suppress(OSError):
            tell(control, ready=False, error=reason(error), layers={})
    finally:
        os._exit(0)


@functools.cache
def _places() -> dict[str, cgroups.Place]:
    try:
        return cgroups.find()
    except OSError:
        return {}


# The warden


def _detach(keep: set[int]) -> None:
    """Leave behind what the zygote had: session, open files, signal handlers."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        with suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_DFL)
    # As every Python starts: errors instead of death.
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if any(stat.S_ISDIR(os.fstat(fd).st_mode) for fd in keep):
        raise ValueError("an open folder would be a way out of the jail")
    _keep_open(keep)
    os.umask(0o022)


def _keep_open(keep: set[int]) -> None:
    """Close every other file; what was not kept of stdin, stdout and stderr becomes /dev/null."""
    low = 0
    for fd in sorted(keep):
        if fd > low:  # os.closerange(0, 0) closes everything
            os.closerange(low, fd)
        low = fd + 1
    os.closerange(low, MAX_FD)
    for fd in {0, 1, 2} - keep:
        null = os.open("/dev/null", os.O_RDWR)
        os.dup2(null, fd)
        if null > 2:
            os.close(null)


def _warden(
    jail: Jail, keep: Sequence[int], serve: Callable[[], None], control: socket.socket, cgroup: bool, lenient: bool
) -> None:
    layers = Layers(lenient)
    group = cgroups.Group(
        _places() if cgroup else {}, f"{cgroups.PREFIX}-{os.getpid()}-{jail.slot}", jail.memory, jail.processes
    )
    init = 0
    over: bool | None = None
    try:
        root = privileges.is_root()
        if not root:
            with layers.add("mount"):
                privileges.own_user_namespace(jail.uid)
        with layers.add("pid"):
            unshare(CLONE_NEWPID)
        report_end, report = os.pipe()
        go, go_end = os.pipe()
        init = os.fork()
        if init == 0:
            os.close(report_end)
            os.close(go_end)
            os.close(control.detach())
            _init(jail, keep, serve, layers, root, frozenset(group.places), report, go)
        _keep_open({control.fileno(), report_end, go_end})  # else nobody would notice that init's end is gone
        group.add(init)
        over = _start(init, jail, control, group, report_end, go_end)
    except Missing as error:
        tell(control, ready=False, error=str(error), layers=layers.missing)
    finally:
        status, usage = 0, resource.getrusage(resource.RUSAGE_SELF)
        if init:
            with suppress(ProcessLookupError):
                os.kill(init, signal.SIGKILL)
            _, status, usage = os.wait4(init, 0)
        oom = bool(over) or group.oom()
        group.remove()
    if over is not None:
        with suppress(OSError):
            code = os.waitstatus_to_exitcode(status)
            # The kernel and this sum do not round alike.
            cpu = code == -signal.SIGKILL and usage.ru_utime + usage.ru_stime > jail.cpu - 0.5
            tell(control, exit=code, oom=oom, cpu=cpu)


def _start(init: int, jail: Jail, control: socket.socket, group: cgroups.Group, report: int, go: int) -> bool | None:
    """Start init, then attend to it until it ended or has to.

    True if it used too much memory, None if it never started.
    """
    answer = _await_report(control, report)
    if answer is None:
        return None
    layers: dict[str, str] = answer["layers"]
    for name in cgroups.CONTROLLERS:
        if not group.version(name):
            layers[name] = f"没有可以写的 {name} cgroup" + (f"：{why}" if (why := group.missing.get(name)) else "")
    if answer["error"]:
        tell(control, ready=False, error=answer["error"], layers=layers)
        return None
    version = group.version("memory")
    watch = None if version else limits.Watch(init, jail.memory)
    tell(control, ready=True, pid=init, layers=layers, memory_by=f"cgroup v{version}" if version else "rlimit")
    os.write(go, b"1")
    os.close(go)
    return attend(init, control, watch and watch.exceeded)


def _await_report(control: socket.socket, report: int) -> dict[str, Any] | None:
    """What init says of its jail; None if ``control`` says to stop."""
    poll = select.poll()
    for fd in (control.fileno(), report):
        poll.register(fd, select.POLLIN)
    text = b""
    while not text.endswith(b"\n"):
        ready = dict(poll.poll(START_TIMEOUT * 1000))
        if control.fileno() in ready and commands(control) is None:
            return None
        piece = os.read(report, 1 << 16) if report in ready else b""
        if not ready or (report in ready and not piece):
            return {"error": "学生进程启动时消失" if ready else f"学生进程 {START_TIMEOUT:g} 秒没有启动", "layers": {}}
        text += piece
    return json.loads(text)


# Init: builds its jail from the inside


def _init(
    jail: Jail,
    keep: Sequence[int],
    serve: Callable[[], None],
    layers: Layers,
    root: bool,
    bounded: frozenset[str],
    report: int,
    go: int,
) -> NoReturn:
    status = 1
    try:
        os.setsid()  # else kill(0) would reach the warden: process groups do not end at a pid namespace
        error = ""
        try:
            _confine(jail, layers, root, bounded, {*keep, 0, 1, 2, report, go})
        except BaseException as problem:
            error = reason(problem)
        os.write(report, json.dumps({"error": error, "layers": layers.missing}).encode() + b"\n")
        os.close(report)
        # The warden's leave also proves that it lived when we asked to die with it.
        if os.read(go, 1) == b"1" and not error:
            os.close(go)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            serve()
            status = 0
    except BaseException:
        with suppress(BaseException):
            traceback.print_exc()
    finally:
        os._exit(status)


def _confine(jail: Jail, layers: Layers, root: bool, bounded: frozenset[str], keep: set[int]) -> None:
    """Everything between the fork and the first line of foreign code. The order matters: see the comments."""
    _die_with_warden()
    with OwnProc() as proc:
        used = limits.used_memory(proc)
        with suppress(OSError):  # should the machine run out of memory, then this one goes first
            proc.write("oom_score_adj", "1000")
        with layers.add("ipc"):
            unshare(CLONE_NEWIPC)
        with layers.add("uts"):
            unshare(CLONE_NEWUTS)
            socket.sethostname(tree.HOSTNAME)
        sockets: list[str] = []
        with layers.add("net"):
            sockets = tree.sockets()
            unshare(CLONE_NEWNET)
        with layers.add("mount"):
            unshare(CLONE_NEWNS)
            tree.build(uid=jail.uid, scratch=jail.scratch, hidden=jail.hidden, sockets=sockets, root=root)
        with layers.add("uid"):
            if root:
                privileges.become(jail.uid)
            elif os.geteuid() == 0:
                raise Missing("学生进程会是 root：这里只有一个 uid")
        tree.lay_files(jail.files)
        # Only now: with a user namespace made as root the student would stay root to the kernel, and to /proc/sys.
        uid, gid = os.geteuid(), os.getegid()
        with layers.add("user"):
            unshare(CLONE_NEWUSER)
        if not layers.missing["user"]:
            # Without maps nothing works: no way on if this fails.
            privileges.write_maps(proc, jail.uid, uid, jail.uid, gid)
    with layers.add("limits"):
        processes = jail.processes + (limits.SPARE_PROCESSES if "pids" in bounded else 0)
        limits.set_limits(used, memory=jail.memory, processes=processes, scratch=jail.scratch, cpu=jail.cpu)
    with layers.add("caps"):
        privileges.drop_capabilities()
    with layers.add("nnp"):
        prctl(PR_SET_NO_NEW_PRIVS, 1)
    _die_with_warden()  # again: forgotten with every change of credentials
    _keep_open(keep)
    with layers.add("seccomp"):
        seccomp.install(memory_counted="memory" in bounded)


def _die_with_warden() -> None:
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
