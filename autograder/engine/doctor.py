"""Whether the jail holds: an attacker is locked into one and tries every wall from the inside."""

from __future__ import annotations

import errno
import json
import mmap
import os
import select
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from . import kernel
from .control import WATCH_INTERVAL
from .layers import LAYERS, REQUIRED, reason
from .limits import SPARE_PROCESSES
from .sandbox import Jail, prepare, spawn
from .tree import HOSTNAME, WORK, visible

CHECK_SLOT = 999
CHECK_TIMEOUT = 15.0


def check(hidden: Sequence[str] = (), *, cgroup: bool = True) -> dict[str, str]:
    """Lock a harmless attacker in and let it try: by layer, "" if it holds, else a Chinese sentence on what does not.

    ``hidden`` are folders of the instructor that must not be seen. Takes about a second. Call it from a process with
    one thread.
    """
    prepare(cgroup=cgroup)
    with tempfile.TemporaryDirectory() as folder, _host_facts(folder) as facts:
        masked = [str(path) for path in (Path(os.__file__).parent / "pydoc_data",) if path.is_dir()]
        facts |= {"hidden": [folder, *hidden, *masked], "shown": [path for path, _ in visible()]}
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
    segment = kernel.libc.shmget(key, 4096, kernel.IPC_CREAT | 0o666)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0autograder-{os.getpid()}")
        try:
            yield {"key": key, "socket": listener.getsockname().decode(), "pid": os.getpid()}
        finally:
            if segment >= 0:
                kernel.libc.shmctl(segment, kernel.IPC_RMID, None)


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
        "ipc": lambda: "学生进程碰得到别的程序的共享内存。" if kernel.libc.shmget(facts["key"], 0, 0) >= 0 else "",
        "uts": lambda: "" if os.uname().nodename == HOSTNAME else "学生进程看得到这台机器的名字。",
        "net": lambda: _try_network(facts["socket"]),
        "uid": _try_identity,
        "caps": _try_capabilities,
        "nnp": lambda: "" if kernel.prctl(kernel.PR_GET_NO_NEW_PRIVS) == 1 else "no_new_privs 没有设上。",
        "seccomp": _try_system_calls,
        "limits": lambda: _try_limits(jail),
    }
    found = {}
    for name, attempt in tries.items():
        try:
            found[name] = attempt()
        except Exception as error:
            found[name] = f"检查出错：{reason(error)}"
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
    if kernel.libc.mount(b"none", WORK.encode(), b"tmpfs", 0, None) == 0:
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
    if any(kernel.capabilities()):
        return "学生进程还有 capability。"
    if any(kernel.libc.prctl(kernel.PR_CAPBSET_READ, capability, 0, 0, 0) == 1 for capability in range(64)):
        return "学生进程的 capability 上限没有清空。"
    return ""


def _try_system_calls() -> str:
    if kernel.libc.unshare(0) == 0:  # harmless, and allowed to everybody but for the filter
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
