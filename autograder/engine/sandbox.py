"""What a student process is locked into: namespaces, an unprivileged uid, a system call filter, limits.

A process forked from the zygote becomes the *warden* (:func:`spawn`). The warden forks *init*, pid 1 of a pid namespace
of its own, which builds a file tree of its own, gives up every privilege and only then serves the student. If the
warden goes, init goes, and with it every process below it.

Started as root, init becomes a real unprivileged user. Started by an ordinary user, it keeps that user's kernel uid,
but inside user namespaces, without capabilities, and with nothing in sight that the user could write to.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import json
import mmap
import os
import resource
import select
import signal
import socket
import stat
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from . import cgroup as cgroups

HOSTNAME = "student"
HOME = "/home/student"
WORK = f"{HOME}/work"
FIRST_UID = 64512
WATCH_INTERVAL = 0.25
START_TIMEOUT = 20.0
OLD = "/.machine"
INODES = 16384
SPARE_PROCESSES = 8
#: Stacks of threads, pools of malloc, libraries: address space that costs nothing until it is used.
ADDRESS_SLACK = 1 << 30
MAX_FD = (1 << 31) - 1
CHECK_SLOT = 999
CHECK_TIMEOUT = 15.0

# The kernel's names

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
_NAMESPACE_FLAGS = (
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
#: root gets no capabilities from its uid, nor any by changing it, nor ambient ones; each bit with its lock.
SECUREBITS = 0b11101111
CAP_SETGID, CAP_SETUID, CAP_SETPCAP, CAP_SYS_ADMIN = 6, 7, 8, 21
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
IPC_CREAT, IPC_RMID = 0o1000, 0


@dataclass(frozen=True)
class Layer:
    """One wall of the jail: what it holds off, and how to get it where it is missing."""

    what: str
    how: str


_NAMESPACES = (
    "用 root 运行，或者允许普通用户建立 user namespace：Ubuntu 设 kernel.apparmor_restrict_unprivileged_userns=0，"
    "Debian 设 kernel.unprivileged_userns_clone=1；在容器里要加 --cap-add SYS_ADMIN --security-opt seccomp=unconfined。"
)
_CGROUP = "用 root 运行，或者用 systemd-run --user --scope -p Delegate=yes 启动；没有时由进程上限和监视代替。"
LAYERS: Mapping[str, Layer] = {
    "mount": Layer("学生进程只看得到自己的文件树：系统和 Python 只读，课程文件夹不可见", _NAMESPACES),
    "pid": Layer("学生进程看不到别的进程，结束时它的子进程全部消失", _NAMESPACES),
    "ipc": Layer("学生进程碰不到别的程序的共享内存和消息队列", _NAMESPACES),
    "uts": Layer("学生进程看不到这台机器的名字", _NAMESPACES),
    "net": Layer("学生进程没有网络", _NAMESPACES),
    "uid": Layer("学生进程不是 root，也动不了别人的文件", "用 root 或普通用户运行；只有一个 uid 的容器不行。"),
    "user": Layer("学生进程在自己的 user namespace 里，在外面没有任何权利", "内核要允许普通用户建立 user namespace。"),
    "caps": Layer("学生进程没有任何 capability，也得不到", "换用 Linux 5.4 或更新的内核。"),
    "nnp": Layer("学生进程启动的程序不会得到更多权限（no_new_privs）", "换用 Linux 5.4 或更新的内核。"),
    "seccomp": Layer(
        "危险的系统调用被拒绝",
        "安装 libseccomp2（apt-get install libseccomp2）和 pyseccomp（.ci/setup）；内核要有 CONFIG_SECCOMP_FILTER。",
    ),
    "limits": Layer("每个进程的内存、文件、处理器时间有上限", "把外面更紧的限制（ulimit）放宽。"),
    "memory": Layer("整份作业占用的内存有上限", _CGROUP),
    "pids": Layer("整份作业的进程数有上限", _CGROUP),
}
#: Without these nothing is graded; for the others there is something that takes their place.
REQUIRED = tuple(name for name in LAYERS if name not in ("user", "memory", "pids"))
#: Only :func:`check` goes on without some required layer, to tell of all that are missing; never without these.
_FOUNDATION = ("mount", "pid", "uid")


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
    _visible()
    _is_root()
    if cgroup:
        cgroups.sweep(_places())
    with suppress(_Missing):
        _filters()


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
    closed means kill. ``cgroup=False`` does without cgroups. ``lenient`` is for :func:`check` alone.
    """
    try:
        _detach({*keep, control.fileno()})
        control.setblocking(True)
        _warden(jail, keep, serve, control, cgroup, lenient)
    except BaseException as error:
        with suppress(OSError):
            _tell(control, ready=False, error=_reason(error), layers={})
    finally:
        os._exit(0)


class _Missing(Exception):
    """A layer cannot be had; the text is a Chinese sentence."""


class _Layers:
    """Which layers are missing, and why."""

    def __init__(self, lenient: bool) -> None:
        self.missing = dict.fromkeys(LAYERS, "")
        self._may_miss = set(LAYERS) - set(_FOUNDATION if lenient else REQUIRED)

    @contextmanager
    def add(self, name: str) -> Iterator[None]:
        """Note an error as the absence of a layer; go on only if the jail may do without it."""
        try:
            yield
        except (_Missing, OSError, ValueError) as error:
            self.missing[name] = _reason(error)
            if name not in self._may_miss:
                raise _Missing(f"缺少 {name}（{LAYERS[name].what}）：{self.missing[name]}") from error


def _reason(error: BaseException) -> str:
    if isinstance(error, _Missing):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"系统不允许：{error.strerror}" + (f"（{error.filename}）" if error.filename else "")
    return f"{type(error).__name__}：{error}"


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
    layers = _Layers(lenient)
    group = cgroups.Group(
        _places() if cgroup else {}, f"{cgroups.PREFIX}-{os.getpid()}-{jail.slot}", jail.memory, jail.processes
    )
    init = 0
    over: bool | None = None
    try:
        root = _is_root()
        if not root:
            with layers.add("mount"):
                _own_user_namespace(jail)
        with layers.add("pid"):
            _call(_libc.unshare, CLONE_NEWPID)
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
        over = _attend(init, jail, control, group, report_end, go_end)
    except _Missing as error:
        _tell(control, ready=False, error=str(error), layers=layers.missing)
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
            _tell(control, exit=code, oom=oom, cpu=cpu)


def _own_user_namespace(jail: Jail) -> None:
    """Where we are not root: a user namespace in which we may build the other ones."""
    if os.geteuid() == 0:  # root of a container that may not mount: at least another kernel uid
        _become(jail.uid)
    uid, gid = os.geteuid(), os.getegid()
    try:
        _call(_libc.unshare, CLONE_NEWUSER)
        with _open_folder("/proc/self") as proc:
            _write_maps(proc, uid, uid, gid, gid)
    except OSError as error:
        raise _Missing(f"不是 root，又不能建立 user namespace：{error.strerror}") from error


def _attend(init: int, jail: Jail, control: socket.socket, group: cgroups.Group, report: int, go: int) -> bool | None:
    """Start init, pass commands on, watch; return when it ended or has to.

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
        _tell(control, ready=False, error=answer["error"], layers=layers)
        return None
    version = group.version("memory")
    watch = None if version else _Watch(init, jail.memory)
    _tell(control, ready=True, pid=init, layers=layers, memory_by=f"cgroup v{version}" if version else "rlimit")
    os.write(go, b"1")
    os.close(go)
    pidfd = os.pidfd_open(init)
    poll = select.poll()
    for fd in (control.fileno(), pidfd):
        poll.register(fd, select.POLLIN)
    while True:
        ready = dict(poll.poll(WATCH_INTERVAL * 1000 if watch else None))
        if pidfd in ready:
            return False
        if control.fileno() in ready:
            commands = _commands(control)
            if commands is None:
                return False
            if b"I" in commands:
                signal.pidfd_send_signal(pidfd, signal.SIGINT)
        if watch and watch.exceeded():
            return True


def _await_report(control: socket.socket, report: int) -> dict[str, Any] | None:
    """What init says of its jail; None if ``control`` says to stop."""
    poll = select.poll()
    for fd in (control.fileno(), report):
        poll.register(fd, select.POLLIN)
    text = b""
    while not text.endswith(b"\n"):
        ready = dict(poll.poll(START_TIMEOUT * 1000))
        if control.fileno() in ready and _commands(control) is None:
            return None
        piece = os.read(report, 1 << 16) if report in ready else b""
        if not ready or (report in ready and not piece):
            return {"error": "学生进程启动时消失" if ready else f"学生进程 {START_TIMEOUT:g} 秒没有启动", "layers": {}}
        text += piece
    return json.loads(text)


def _commands(control: socket.socket) -> bytes | None:
    """What came over ``control``; None if it says to kill."""
    try:
        data = control.recv(64)
    except OSError:
        return None
    return None if not data or b"K" in data else data


def _tell(control: socket.socket, **message: Any) -> None:
    control.sendall(json.dumps(message).encode() + b"\n")


class _Watch:
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


# Init: builds its jail from the inside


def _init(
    jail: Jail,
    keep: Sequence[int],
    serve: Callable[[], None],
    layers: _Layers,
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
            error = _reason(problem)
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


def _confine(jail: Jail, layers: _Layers, root: bool, bounded: frozenset[str], keep: set[int]) -> None:
    """Everything between the fork and the first line of foreign code. The order matters: see the comments."""
    _die_with_warden()
    with _open_folder("/proc/self") as proc:
        size = _status(proc)
        with suppress(OSError):  # should the machine run out of memory, then this one goes first
            _write_at(proc, "oom_score_adj", "1000")
        with layers.add("ipc"):
            _call(_libc.unshare, CLONE_NEWIPC)
        with layers.add("uts"):
            _call(_libc.unshare, CLONE_NEWUTS)
            socket.sethostname(HOSTNAME)
        with layers.add("net"):
            _call(_libc.unshare, CLONE_NEWNET)
        with layers.add("mount"):
            _call(_libc.unshare, CLONE_NEWNS)
            _build_root(jail, root)
        with layers.add("uid"):
            if root:
                _become(jail.uid)
            elif os.geteuid() == 0:
                raise _Missing("学生进程会是 root：这里只有一个 uid")
        _lay_files(jail)
        # Only now: with a user namespace made as root the student would stay root to the kernel, and to /proc/sys.
        uid, gid = os.geteuid(), os.getegid()
        with layers.add("user"):
            _call(_libc.unshare, CLONE_NEWUSER)
        if not layers.missing["user"]:
            _write_maps(proc, jail.uid, uid, jail.uid, gid)  # without maps nothing works: no way on if this fails
    with layers.add("limits"):
        _set_limits(jail, size, "pids" in bounded)
    with layers.add("caps"):
        _drop_capabilities()
    with layers.add("nnp"):
        _prctl(PR_SET_NO_NEW_PRIVS, 1)
    _die_with_warden()  # again: forgotten with every change of credentials
    _keep_open(keep)
    with layers.add("seccomp"):
        filters = _filters()
        _load_filter(filters[0])
        if "memory" not in bounded:
            _load_filter(filters[1])


@contextmanager
def _open_folder(path: str) -> Iterator[int]:
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield fd
    finally:
        os.close(fd)


def _write_at(folder: int, name: str, text: str) -> None:
    fd = os.open(name, os.O_WRONLY, dir_fd=folder)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


def _status(proc: int) -> dict[str, int]:
    """VmSize and VmData of this process, in bytes."""
    fd = os.open("status", os.O_RDONLY, dir_fd=proc)
    try:
        lines = os.read(fd, 1 << 14).decode("utf-8", "replace").splitlines()
    finally:
        os.close(fd)
    pairs = (line.split()[:2] for line in lines if line.startswith(("VmSize:", "VmData:")))
    return {name[:-1]: int(kilobytes) << 10 for name, kilobytes in pairs}


def _die_with_warden() -> None:
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@functools.cache
def _is_root() -> bool:
    """Whether we may mount and change our uid without a user namespace of our own."""
    if os.geteuid() != 0:
        return False
    status = Path("/proc/self/status").read_text("utf-8", "replace")
    held = int(next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff:")), 16)
    return all(held >> capability & 1 for capability in (CAP_SETGID, CAP_SETUID, CAP_SETPCAP, CAP_SYS_ADMIN))


def _become(uid: int) -> None:
    """Turn from root into an unprivileged user, for good."""
    _drop_bounding_set()
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    _prctl(PR_SET_DUMPABLE, 1)  # else /proc/self belongs to root, and no map can be written


def _write_maps(proc: int, uid: int, outer_uid: int, gid: int, outer_gid: int) -> None:
    _write_at(proc, "setgroups", "deny")
    _write_at(proc, "uid_map", f"{uid} {outer_uid} 1")
    _write_at(proc, "gid_map", f"{gid} {outer_gid} 1")


def _set_limits(jail: Jail, size: Mapping[str, int], bounded: bool) -> None:
    # A little less than the cgroup allows: an honest array that is too large ends in MemoryError, not in death.
    data = size["VmData"] + jail.memory - (jail.memory >> 4)
    limits = {
        # The cgroup counts exactly; the limit stands behind it.
        resource.RLIMIT_NPROC: jail.processes + (SPARE_PROCESSES if bounded else 0),
        resource.RLIMIT_NOFILE: 512,
        resource.RLIMIT_FSIZE: jail.scratch,
        # Not 0: a core_pattern that is a program runs even then, and takes seconds over a process of this size.
        resource.RLIMIT_CORE: 1,
        # Soft and hard alike: pid 1 ignores SIGXCPU.
        resource.RLIMIT_CPU: jail.cpu,
        resource.RLIMIT_MEMLOCK: 1 << 16,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_DATA: data,
        resource.RLIMIT_AS: size["VmSize"] + jail.memory + ADDRESS_SLACK,
    }
    for limit, value in limits.items():
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))


def _drop_bounding_set() -> None:
    for capability in range(64):
        if _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0:
            if ctypes.get_errno() == errno.EINVAL:  # past the last one
                return
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _drop_capabilities() -> None:
    if _holds_capabilities():
        _drop_bounding_set()
        _prctl(PR_SET_SECUREBITS, SECUREBITS)
    _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    _call(_libc.capset, _CAP_HEADER, (ctypes.c_uint32 * 6)())


def _holds_capabilities() -> bool:
    sets = (ctypes.c_uint32 * 6)()
    _call(_libc.capget, _CAP_HEADER, sets)
    return any(sets)


# The file tree


def _build_root(jail: Jail, root: bool) -> None:
    """Swap the machine's file tree for a small one of our own, and forget the old."""
    writable_program = not root and _program_is_ours()
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    _mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,nr_inodes=4k,mode=0755")
    Path("/tmp" + OLD).mkdir()
    _call(_libc.pivot_root, b"/tmp", b"/tmp" + OLD.encode())
    os.chdir("/")
    _lay_scratch(jail, root)
    _lay_tree(_visible(), _spellings(jail.hidden))
    _lay_devices()
    if not writable_program:
        _mount_proc(root)
    _write_etc(jail.uid)
    _call(_libc.umount2, OLD.encode(), MNT_DETACH)
    Path(OLD).rmdir()
    _mount(None, "/", None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


def _program_is_ours() -> bool:
    """Whether the student, having our uid, could change the running interpreter through /proc/self/exe.

    That link leads past the jail's read-only mounts to the machine's own; without /proc it is out of reach.
    """
    exe = Path("/proc/self/exe")
    owned = exe.stat().st_uid == os.geteuid() and not os.statvfs(exe).f_flag & os.ST_RDONLY
    return owned or os.access(exe, os.W_OK)


@functools.cache
def _visible() -> tuple[tuple[str, str], ...]:
    """What of the machine is to be seen inside: path -> its real path, or a symlink's text for the links in /."""
    shown: dict[str, str] = {}
    for path in map(Path, ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")):
        if path.is_symlink():
            shown[str(path)] = f"->{path.readlink()}"
        elif path.is_dir():
            shown[str(path)] = str(path)
    program = os.path.realpath(sys.executable)
    # Both as spelled, since sys.path has it so, and as it really is.
    wanted = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]
    # Wherever else packages were installed, but nothing that someone added to run a course's own modules.
    wanted += [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    settings = ["/etc/localtime", "/etc/fonts", "/etc/ssl", "/etc/alternatives", "/etc/ld.so.cache"]
    for name in [*_spellings([*wanted, program]), *settings]:
        if Path(name).exists():
            shown.setdefault(name, os.path.realpath(name))
    return tuple(sorted(shown.items(), key=lambda item: PurePosixPath(item[0]).parts))


def _spellings(paths: Iterable[str]) -> list[str]:
    """Absolute, normal forms of ``paths``: with their symlinks and without."""
    found: dict[str, None] = {}
    for path in paths:
        path = os.path.normpath(path)
        if not path.startswith("/") or path.strip("/") == "":
            raise ValueError(f"not an absolute path below /: {path}")
        found |= {path: None, os.path.realpath(path): None}
    return list(found)


def _lay_tree(visible: tuple[tuple[str, str], ...], hidden: Iterable[str]) -> None:
    """Bind ``visible`` from the old root, masking ``hidden`` on the way: parents first, so that deeper ones win."""
    plan: dict[str, str | None] = dict.fromkeys(hidden) | dict(visible)
    laid: dict[Path, bool] = {}  # whether what is there comes from the machine
    masks = []
    for path in sorted(map(Path, plan), key=lambda path: path.parts):
        source = plan[str(path)]
        below = next((laid[parent] for parent in path.parents if parent in laid), False)
        if source is None:
            if below and path.exists():
                _mask(path)
                masks.append(path)
                laid[path] = False
        elif below:
            continue
        elif source.startswith("->"):
            path.symlink_to(source[2:])
        else:
            _bind(source, path)
            laid[path] = True
    for path in masks:
        if path.is_dir():
            _mount(None, path, None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


def _mask(path: Path) -> None:
    if path.is_dir():
        _mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV, "size=64k,nr_inodes=256,mode=0755")
    else:
        empty = Path("/.empty")
        empty.touch(0o444)
        _mount(empty, path, None, MS_BIND)
        _restrict(path, MS_RDONLY | MS_NOSUID | MS_NODEV)


def _bind(source: str, path: Path, flags: int = MS_RDONLY | MS_NOSUID | MS_NODEV) -> None:
    old = Path(OLD + source)
    if old.is_dir():
        path.mkdir(parents=True, exist_ok=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o444)
    _mount(old, path, None, MS_BIND | MS_REC)
    _restrict(path, flags)


def _restrict(path: Path, flags: int) -> None:
    """Add flags to a mount and all mounts below it."""
    # The four flags used here have the same bits in the old calls and in the new one.
    attributes = (ctypes.c_uint64 * 4)(flags, 0, 0, 0)
    size = ctypes.sizeof(attributes)
    try:
        _call(_libc.syscall, SYS_MOUNT_SETATTR, AT_FDCWD, os.fsencode(path), AT_RECURSIVE, attributes, size)
    except OSError as error:
        if error.errno != errno.ENOSYS:  # known since Linux 5.12
            raise
        _restrict_each(path, flags)


def _restrict_each(path: Path, flags: int) -> None:
    names = {"ro": MS_RDONLY, "nosuid": MS_NOSUID, "nodev": MS_NODEV, "noexec": MS_NOEXEC, "noatime": MS_NOATIME}
    names |= {"nodiratime": MS_NODIRATIME, "relatime": MS_RELATIME}
    for line in Path(OLD, "proc/self/mountinfo").read_text("utf-8", "surrogateescape").splitlines():
        words = line.split()
        place = Path(cgroups.unescape(words[4]))
        if place.is_relative_to(path):
            kept = sum(names.get(option, 0) for option in words[5].split(","))
            _mount(None, place, None, MS_REMOUNT | MS_BIND | kept | flags)


def _lay_scratch(jail: Jail, root: bool) -> None:
    """All that the student may write to: one folder of limited size that shows in three places.

    It comes before everything else, as the interpreter may lie below one of the three.
    """
    # The owner of a tmpfs is whoever mounts it: without root, the student.
    owner = f",uid={jail.uid},gid={jail.uid}" if root else ""
    options = f"size={jail.scratch},nr_inodes={INODES},mode=0755{owner}"
    Path(HOME).mkdir(parents=True)
    _mount("tmpfs", HOME, "tmpfs", MS_NOSUID | MS_NODEV, options)
    for source, target in ((WORK, None), (f"{HOME}/.tmp", "/tmp"), (f"{HOME}/.shm", "/dev/shm")):
        Path(source).mkdir(0o700)
        if root:
            os.chown(source, jail.uid, jail.uid)
        if target:
            Path(target).mkdir(parents=True)
            _mount(source, target, None, MS_BIND)


def _lay_devices() -> None:
    for name in ("null", "zero", "full", "random", "urandom"):
        # A device can be written to even so; its owner and mode are what cannot be changed.
        _bind(f"/dev/{name}", Path("/dev", name), MS_RDONLY | MS_NOSUID | MS_NOEXEC)
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        Path("/dev", name).symlink_to(f"/proc/self/fd{target}")


def _mount_proc(root: bool) -> None:
    Path("/proc").mkdir()
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC
    try:
        _mount("proc", "/proc", "proc", flags, "subset=pid")
    except OSError:
        # Linux before 5.8, or a container that hides parts of /proc. The whole of it is for a real other uid only.
        if root:
            with suppress(OSError):
                _mount("proc", "/proc", "proc", flags)


def _write_etc(uid: int) -> None:
    Path("/etc").mkdir(exist_ok=True)
    users = ("root:x:0:0::/:/bin/false", f"student:x:{uid}:{uid}::{WORK}:/bin/sh", "nobody:x:65534:65534::/:/bin/false")
    files = {
        "passwd": "\n".join(users) + "\n",
        "group": f"root:x:0:\nstudent:x:{uid}:\nnogroup:x:65534:\n",
        "hosts": f"127.0.0.1 localhost {HOSTNAME}\n",
        "resolv.conf": "",
    }
    for name, text in files.items():
        Path("/etc", name).write_bytes(text.encode())


def _lay_files(jail: Jail) -> None:
    """As the student, so that it owns its files and no name among them can do harm."""
    os.chdir(WORK)
    for name, content in jail.files.items():
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise ValueError(f"not a path inside the work folder: {name}")
        path = Path(WORK, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        del os.environ[name]
    os.environ |= {"HOME": WORK, "PWD": WORK, "TMPDIR": "/tmp", "USER": "student", "LOGNAME": "student"}
    tempfile.tempdir = None


# The system call filter

_DENIED = (
    "mount umount umount2 pivot_root chroot mount_setattr move_mount open_tree fsopen fsconfig fsmount fspick "
    "ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd "
    "kexec_load kexec_file_load init_module finit_module delete_module create_module query_module get_kernel_syms "
    "bpf perf_event_open userfaultfd keyctl add_key request_key unshare setns "
    "io_uring_setup io_uring_enter io_uring_register open_by_handle_at name_to_handle_at "
    "swapon swapoff reboot sethostname setdomainname settimeofday clock_settime clock_settime64 stime "
    "adjtimex clock_adjtime clock_adjtime64 acct quotactl quotactl_fd iopl ioperm modify_ldt syslog _sysctl uselib "
    "fanotify_init fanotify_mark lookup_dcookie nfsservctl vhangup "
    "bind connect listen accept accept4 "
)
#: Younger than many a libseccomp; from 424 on, the numbers are the same on every architecture.
_DENIED_NUMBERS = {"open_tree_attr": 467}
#: Memory that belongs to no process and to no limit: denied where no cgroup counts it.
_DENIED_UNBOUNDED = ("memfd_create", "memfd_secret", "shmget")


@functools.cache
def _filters() -> tuple[ctypes.Array[ctypes.c_char], ctypes.Array[ctypes.c_char]]:
    """The filter every jail has, and the one that those without a memory cgroup have besides."""
    try:
        import pyseccomp as seccomp
    except (ImportError, RuntimeError, OSError) as error:
        raise _Missing(f"不能载入 pyseccomp 或 libseccomp：{error}") from error
    refuse = seccomp.ERRNO(errno.EPERM)
    low = 0xFFFFFFFF  # what the kernel looks at where the parameter is an int; the rest of the register is the caller's

    def number(name: str) -> int | None:
        found = seccomp.resolve_syscall(seccomp.Arch.NATIVE, name)
        return None if found < 0 else found  # not on this architecture, or too young for this libseccomp

    def build(names: Iterable[str]) -> Any:
        made = seccomp.SyscallFilter(seccomp.ALLOW)
        # Another ABI (32 bit, x32) has other numbers, which would be a way around the list.
        made.set_attr(seccomp.Attr.ACT_BADARCH, seccomp.KILL_PROCESS)
        for name in names:
            if (nr := number(name) or _DENIED_NUMBERS.get(name)) is not None:
                made.add_rule_exactly(refuse, nr)
        return made

    try:
        main = build([*_DENIED.split(), *_DENIED_NUMBERS])
        for flag in _NAMESPACE_FLAGS:
            main.add_rule(refuse, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
        # Its flags lie in memory, which a filter cannot read; so the C library falls back to clone.
        main.add_rule(seccomp.ERRNO(errno.ENOSYS), number("clone3") or 435)
        for name in ("socket", "socketpair"):
            main.add_rule(refuse, name, seccomp.Arg(0, seccomp.NE, socket.AF_UNIX))
        for request in (TIOCSTI, TIOCLINUX):
            main.add_rule(refuse, "ioctl", seccomp.Arg(1, seccomp.MASKED_EQ, low, request))
        main.add_rule(refuse, "personality", seccomp.Arg(0, seccomp.NE, 0xFFFFFFFF))
        # Nobody takes back that we die with the warden. Said to have worked, as torch.multiprocessing insists on it.
        main.add_rule(seccomp.ERRNO(0), "prctl", seccomp.Arg(0, seccomp.MASKED_EQ, low, PR_SET_PDEATHSIG))
        return _compile(main), _compile(build(_DENIED_UNBOUNDED))
    except OSError as error:
        raise _Missing(f"不能建立系统调用过滤器：{error.strerror}") from error


def _compile(rules: Any) -> ctypes.Array[ctypes.c_char]:
    with os.fdopen(os.memfd_create("filter"), "w+b") as file:
        rules.export_bpf(file)
        return ctypes.create_string_buffer(os.pread(file.fileno(), 1 << 16, 0))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _load_filter(code: ctypes.Array[ctypes.c_char]) -> None:
    program = _Program((ctypes.sizeof(code) - 1) // 8, ctypes.addressof(code))
    _prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(program))


@functools.cache
def _places() -> dict[str, cgroups.Place]:
    try:
        return cgroups.find()
    except OSError:
        return {}


# The check: one jail, tried from the inside


def check(hidden: Sequence[str] = (), *, cgroup: bool = True) -> dict[str, str]:
    """Lock a harmless attacker in and let it try: by layer, "" if it holds, else a Chinese sentence on what does not.

    ``hidden`` are folders of the instructor that must not be seen. Takes about a second. Call it from a process with
    one thread.
    """
    prepare(cgroup=cgroup)
    with tempfile.TemporaryDirectory() as folder, _host_facts(folder) as facts:
        masked = [str(path) for path in (Path(os.__file__).parent / "pydoc_data",) if path.is_dir()]
        facts |= {"hidden": [folder, *hidden, *masked], "shown": [path for path, _ in _visible()]}
        jail = Jail(
            slot=CHECK_SLOT, memory=96 << 20, processes=24, scratch=8 << 20, cpu=30, hidden=tuple(facts["hidden"])
        )
        return _judge_findings(*_run_check(jail, facts, cgroup))


def _run_check(jail: Jail, facts: dict[str, Any], cgroup: bool) -> tuple[dict[str, Any], dict[str, str]]:
    """The messages of the warden in one, and what was found out, by layer."""
    control, their_control = socket.socketpair()
    channel, their_channel = socket.socketpair()
    warden = os.fork()
    if warden == 0:
        keep = [their_channel.fileno()]
        spawn(jail, keep, lambda: _attack(jail, facts, keep[0]), their_control, cgroup=cgroup, lenient=True)
    with control, channel:
        their_control.close()
        their_channel.close()
        for end in (control, channel):
            end.settimeout(CHECK_TIMEOUT)
        try:
            messages = _receive_line(control)
            found = {}
            if messages.get("ready"):
                outside = _look_from_outside(messages["pid"])
                channel.sendall(b"g")
                inside = _receive_line(channel) or dict.fromkeys(LAYERS, "没有检查完：学生进程中途消失了。")
                found = {name: text for name, text in (inside | outside).items() if text}
                messages |= _receive_line(control)
                channel.settimeout(1.0)
                if not _is_over(channel):
                    found["pid"] = "学生进程结束以后，它的子进程还活着。"
        finally:
            control.close()  # whatever went wrong: the warden kills
            os.waitpid(warden, 0)
    return messages, found


def _judge_findings(messages: dict[str, Any], found: dict[str, str]) -> dict[str, str]:
    result = {name: str(messages.get("layers", {}).get(name, "")) for name in LAYERS}
    if not messages.get("ready"):
        reason = messages.get("error") or "没有回答"
        missing = [name for name in REQUIRED if result[name]] or [REQUIRED[0]]
        result |= {name: result[name] or f"没有检查，因为学生进程没有启动：{reason}" for name in REQUIRED}
        result[missing[0]] = result[missing[0]] or reason
        return result
    result |= {name: text for name, text in found.items() if not result[name]}
    if not messages.get("oom"):
        result["memory"] = result["memory"] or "几个进程一起用掉的内存超过上限，却没有被停下。"
        if messages["memory_by"] == "rlimit":
            result["limits"] = result["limits"] or "没有 memory cgroup，监视也没有停下超过内存上限的进程。"
    return result


@contextmanager
def _host_facts(folder: str) -> Iterator[dict[str, Any]]:
    """What a prisoner could find of the machine, were a wall missing: things made for it to find."""
    Path(folder, "secret").write_text("secret")
    key = 0x41470000 | os.getpid() & 0xFFFF
    segment = _libc.shmget(key, 4096, IPC_CREAT | 0o666)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0autograder-{os.getpid()}")
        try:
            yield {"key": key, "socket": listener.getsockname().decode(), "pid": os.getpid()}
        finally:
            if segment >= 0:
                _libc.shmctl(segment, IPC_RMID, None)


def _look_from_outside(init: int) -> dict[str, str]:
    """What only the machine can tell: who the student really is."""
    status = Path("/proc", str(init), "status").read_text("utf-8", "replace")
    fields = dict(line.split(":", 1) for line in status.splitlines())
    found = {}
    if "0" in (fields["Uid"] + fields["Gid"]).split():
        found["uid"] = "学生进程对内核来说仍然是 root。"
    names = {"mnt": "mount"} | {name: name for name in ("pid", "ipc", "uts", "net", "user")}
    for name, layer in names.items():
        with suppress(OSError):
            if Path("/proc", str(init), "ns", name).readlink() == Path("/proc/self/ns", name).readlink():
                found[layer] = f"学生进程没有自己的 {layer} namespace。"
    return found


def _attack(jail: Jail, facts: dict[str, Any], channel: int) -> None:
    """Inside: try every wall, tell what gave way, leave a descendant behind and ask for too much memory."""
    os.read(channel, 1)
    tries: dict[str, Callable[[], str]] = {
        "mount": lambda: _try_files(facts),
        "pid": lambda: _try_processes(facts["pid"]),
        "ipc": lambda: "学生进程碰得到别的程序的共享内存。" if _libc.shmget(facts["key"], 0, 0) >= 0 else "",
        "uts": lambda: "" if os.uname().nodename == HOSTNAME else "学生进程看得到这台机器的名字。",
        "net": lambda: _try_network(facts["socket"]),
        "uid": _try_identity,
        "caps": _try_capabilities,
        "nnp": lambda: "" if _prctl(PR_GET_NO_NEW_PRIVS) == 1 else "no_new_privs 没有设上。",
        "seccomp": _try_system_calls,
        "limits": lambda: _try_limits(jail),
    }
    found = {}
    for name, attempt in tries.items():
        try:
            found[name] = attempt()
        except Exception as error:
            found[name] = f"检查出错：{_reason(error)}"
    count = _fork_many(jail.processes * 4)
    if count > jail.processes + SPARE_PROCESSES:
        found["limits"] = f"学生进程能开 {count} 个进程，上限是 {jail.processes} 个。"
    elif count < 8:
        found["limits"] = found["limits"] or f"学生进程只能开 {count} 个进程。"
    elif count > jail.processes:
        found["pids"] = "进程数的上限没有起作用。"
    if (child := os.fork()) == 0:
        if os.fork() == 0:
            time.sleep(60)  # holds ``channel`` open for as long as it lives
        os._exit(0)
    os.waitpid(child, 0)
    os.write(channel, json.dumps(found).encode() + b"\n")
    _use_memory(jail.memory)


def _try_files(facts: dict[str, Any]) -> str:
    for folder in ("/", "/usr", sys.prefix):
        file = Path(folder, f".autograder-{facts['pid']}")
        try:
            file.touch()
        except OSError as error:
            if error.errno != errno.EROFS:
                return f"{folder} 没有设成只读（{error.strerror}）。"
        else:
            file.unlink()
            return f"学生进程能写入 {folder}。"
    for folder in map(Path, facts["hidden"]):
        with suppress(FileNotFoundError, NotADirectoryError):
            # What leads to the interpreter may be seen, nothing beside it.
            needed = {Path(path).relative_to(folder).parts[0] for path in facts["shown"] if _is_below(path, folder)}
            if extra := sorted({path.name for path in folder.iterdir()} - needed):
                return f"学生进程看得到 {folder} 里的 {extra[0]}。"
    try:
        Path(os.__file__).read_bytes()
        Path(WORK, "probe").write_text("")
    except OSError as error:
        return f"学生进程读不了 Python 的文件，或者写不了自己的文件夹：{error}"
    with suppress(OSError):
        program = Path("/proc/self/exe")
        program.chmod(program.stat().st_mode)
        return "学生进程能通过 /proc/self/exe 改动 Python 解释器。"
    if _libc.mount(b"none", WORK.encode(), b"tmpfs", 0, None) == 0:
        return "学生进程能挂载文件系统。"
    return ""


def _is_below(path: str, folder: Path) -> bool:
    return Path(path) != folder and Path(path).is_relative_to(folder)


def _try_processes(outsider: int) -> str:
    if os.getpid() != 1:
        return "学生进程没有自己的 pid namespace。"
    with suppress(ProcessLookupError):
        os.kill(outsider, 0)
        return "学生进程看得到别的进程。"
    others = [path.name for path in Path("/proc").glob("[0-9]*") if path.name != "1"]
    return f"学生进程在 /proc 里看得到别的进程（{others[0]}）。" if others else ""


def _try_network(listener: str) -> str:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender, suppress(OSError):
        sender.sendto(b"", listener)
        return "学生进程和这台机器在同一个网络 namespace 里。"
    return ""


def _try_identity() -> str:
    if 0 in (*os.getresuid(), *os.getresgid()):
        return "学生进程是 root。"
    with suppress(OSError):
        os.setresuid(0, 0, 0)
        return "学生进程能变成 root。"
    with suppress(OSError):
        os.close(os.open("/proc/sys/kernel/hostname", os.O_WRONLY))
        return "学生进程能写 /proc/sys。"
    return ""


def _try_capabilities() -> str:
    if _holds_capabilities():
        return "学生进程还有 capability。"
    if any(_libc.prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1 for capability in range(64)):
        return "学生进程的 capability 上限没有清空。"
    return ""


def _try_system_calls() -> str:
    if _libc.unshare(0) == 0:  # harmless, and allowed to everybody but for the filter
        return "unshare 没有被拒绝。"
    for family in (socket.AF_INET, socket.AF_NETLINK):
        with suppress(PermissionError), socket.socket(family, socket.SOCK_DGRAM):
            return "学生进程能打开网络套接字。"
    a, b = socket.socketpair()
    a.close()
    b.close()
    return ""


def _try_limits(jail: Jail) -> str:
    with suppress(OSError), mmap.mmap(-1, 2 * jail.memory, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS):
        return f"一个进程能占用 {2 * jail.memory >> 20} MB 内存，上限是 {jail.memory >> 20} MB。"
    try:
        for number in range(3):
            Path(WORK, f"large{number}").write_bytes(bytes(jail.scratch // 2))
        return f"学生进程能写入超过 {jail.scratch >> 20} MB 的文件。"
    except OSError as error:
        return "" if error.errno == errno.ENOSPC else f"填满文件夹时没有得到“空间不足”：{error.strerror}"
    finally:
        for file in Path(WORK).glob("large*"):
            file.unlink()


def _fork_many(most: int) -> int:
    """How many processes we can be, up to ``most``; afterwards they are gone."""
    children = []
    wait, release = os.pipe()
    try:
        for _ in range(most):
            child = os.fork()
            if child == 0:
                os.close(release)
                os.read(wait, 1)
                os._exit(0)
            children.append(child)
    except OSError:
        pass
    os.close(release)
    os.close(wait)
    for child in children:
        os.waitpid(child, 0)
    return len(children) + 1


def _use_memory(limit: int) -> None:
    """Each of four processes uses less than it may, together they use far too much; wait until that is noticed."""
    ready, tell = os.pipe()
    for _ in range(4):
        if os.fork() == 0:
            block = bytearray(limit * 45 // 100)
            block[::4096] = b"x" * len(block[::4096])
            os.write(tell, b"x")
            time.sleep(60)
    os.close(tell)
    done = 0
    while done < 4 and os.waitpid(-1, os.WNOHANG) == (0, 0):
        if select.select([ready], [], [], 0.01)[0]:
            done += len(os.read(ready, 4))
    if done == 4:
        time.sleep(3 * WATCH_INTERVAL)


def _receive_line(sock: socket.socket) -> dict[str, Any]:
    """One line of JSON; {} if none comes."""
    text = b""
    with suppress(OSError):
        while not text.endswith(b"\n"):
            piece = sock.recv(1)
            if not piece:
                return {}
            text += piece
        return json.loads(text)
    return {}


def _is_over(sock: socket.socket) -> bool:
    try:
        return sock.recv(1) == b""
    except ConnectionError:
        return True
    except TimeoutError:
        return False


# The C library

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
_CAP_HEADER = (ctypes.c_uint32 * 2)(0x20080522, 0)


def _call(function: Any, *arguments: Any) -> int:
    result: int = function(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def _prctl(option: int, *arguments: int) -> int:
    return _call(_libc.prctl, option, *arguments, *[0] * (4 - len(arguments)))


def _mount(
    source: str | Path | None, target: str | Path, kind: str | None, flags: int, options: str | None = None
) -> None:
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    try:
        _call(_libc.mount, *encoded[:3], ctypes.c_ulong(flags), encoded[3])
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from None
