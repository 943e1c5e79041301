"""Judges: a foreman process loads what all submissions need, and forks one judge for each of them."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import pickle
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from . import strict
from .channel import Channel
from .protocol import GraderFault, Jail, NotConfined, Task, receive_bytes, send_bytes, what_failed
from .remote import Clock, Remote
from .trial import Student

PR_SET_PDEATHSIG = 1
READY_TIMEOUT = 60.0


def prepare() -> None:
    """Import what every job needs and make nbformat compile its schemas, before the fork."""
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    from .. import submission  # noqa: F401
    from ..notebooks import dump_notebook, parse_notebook

    for error in ([], [new_output("error", ename="", evalue="", traceback=[])]):
        notebook = new_notebook(cells=[new_code_cell("", outputs=error)])
        for minor in (4, 5):
            notebook.nbformat_minor = minor
            parse_notebook(dump_notebook(notebook).encode())


def lead(connection: socket.socket, zygote: socket.socket, requests: socket.socket) -> None:
    """The foreman: load the tasks that come over ``connection``, then fork a judge for each of the ``requests``.

    Tasks and jobs travel from the instructor's process by pickle, which is fine in that direction only.
    """
    folder, tasks, jail = pickle.loads(receive_bytes(connection))
    if jail.confined and (missing := _try(zygote, jail)):
        send_bytes(connection, missing.encode())
        return
    for key, task in tasks.items():
        for name, content in task.companions.items():
            path = Path(folder) / key / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    os.environ["MPLBACKEND"] = "agg"
    strict.install()
    gc.collect()
    gc.freeze()
    send_bytes(connection, b"")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    foreman = os.getpid()
    while True:
        data, descriptors, _, _ = socket.recv_fds(requests, 100, 1)
        if not data:
            return
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            die_with_parent(foreman)
            for sock in (requests, connection):
                sock.close()
            _judge(socket.socket(fileno=descriptors[0]), zygote, folder, tasks)
            os._exit(0)
        for fd in descriptors:
            os.close(fd)


def _try(zygote: socket.socket, jail: Jail) -> str:
    """What keeps students from being locked in; "" if nothing does."""
    try:
        student = spawn(zygote, jail, Clock(READY_TIMEOUT))
    except GraderFault as error:
        return str(error)
    student.remote.end()
    student.forget()
    return ""


def _judge(connection: socket.socket, zygote: socket.socket, folder: str, tasks: Mapping[str, Task]) -> None:
    """Do the one job that comes over ``connection``."""
    send_bytes(connection, str(os.getpid()).encode())
    key, arguments, jail = pickle.loads(receive_bytes(connection))
    task = tasks[key]
    place = tempfile.mkdtemp(dir=folder)
    try:
        for path in (Path(folder) / key).iterdir():
            (Path(place) / path.name).symlink_to(path)
        os.chdir(place)
        sys.path.insert(0, place)
        answer = b"+" + _function(task.work)(task.subject, *arguments, lambda clock: spawn(zygote, jail, clock))
    except Exception as error:
        what = f"学生进程的沙箱没有建成：{error}" if isinstance(error, NotConfined) else what_failed(error)
        answer = b"-" + what.encode("utf-8", "replace")
    shutil.rmtree(place, ignore_errors=True)
    send_bytes(connection, answer)


def _function(name: str) -> Callable[..., bytes]:
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def spawn(zygote: socket.socket, jail: Jail, clock: Clock) -> Student:
    """Ask the zygote for a student process in a jail of its own."""
    ours, theirs = socket.socketpair()
    control, their_control = socket.socketpair()
    walls = {"slot": jail.slot, "memory": jail.memory, "hidden": jail.hidden} if jail.confined else None
    with theirs, their_control:
        socket.send_fds(
            zygote, [json.dumps({"do": "student", "jail": walls}).encode()], [theirs.fileno(), their_control.fileno()]
        )
    lines = _Lines(control)
    ready = lines.next(READY_TIMEOUT)
    if not ready.get("ready"):
        ours.close()
        control.close()
        missing = [f"{name}（{why}）" for name, why in ready.get("layers", {}).items() if why]
        if missing:
            raise NotConfined("、".join(missing))
        raise GraderFault(f"学生进程没有启动：{ready.get('error', '没有回答')}")

    def interrupt() -> None:
        control.send(b"I")

    def stop() -> None:
        ours.close()
        with contextlib.suppress(OSError):
            control.send(b"K")

    def cause_of_death() -> str:
        ended = lines.next(5)
        if ended.get("oom"):
            return f"内存超过 {jail.memory >> 20} MB"
        if ended.get("cpu"):
            return "处理器时间用完了"
        return EXITS.get(ended.get("exit"), "")

    return Student(Remote(Channel(ours), clock, stop), interrupt, cause_of_death, control.close)


EXITS = {0: "代码让 Python 进程退出了", -11: "Python 进程崩溃了（段错误）"}


def die_with_parent(parent: int) -> None:
    """Have the kernel end this process when ``parent``, which forked it, ends; at once if it has ended already."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


class _Lines:
    """JSON lines from a socket."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock, self._rest = sock, b""

    def next(self, timeout: float) -> dict[str, Any]:
        """The next line; {} if none comes in time."""
        end = time.monotonic() + timeout
        while b"\n" not in self._rest:
            self._sock.settimeout(max(end - time.monotonic(), 0.001))
            try:
                piece = self._sock.recv(65536)
            except OSError:
                return {}
            if not piece:
                return {}
            self._rest += piece
        line, self._rest = self._rest.split(b"\n", 1)
        return json.loads(line)
