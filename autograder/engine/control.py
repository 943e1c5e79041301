"""The warden's end of the control socket: JSON lines out, commands in. Used by :mod:`sandbox` and :mod:`bare`."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

WATCH_INTERVAL = 0.25


def tell(control: socket.socket, **message: Any) -> None:
    """Send one line of JSON."""
    control.sendall(json.dumps(message).encode() + b"\n")


def commands(control: socket.socket) -> bytes | None:
    """What came over ``control``; None if it says to kill, as it does by being closed."""
    try:
        data = control.recv(64)
    except OSError:
        return None
    return None if not data or b"K" in data else data


def attend(child: int, control: socket.socket, exceeded: Callable[[], bool] | None = None) -> bool:
    """Pass commands on to ``child`` until it has ended or has to be killed: True if because it ``exceeded`` a limit.

    Neither kills nor waits for it.
    """
    pidfd = os.pidfd_open(child)
    poll = select.poll()
    for fd in (control.fileno(), pidfd):
        poll.register(fd, select.POLLIN)
    try:
        while True:
            ready = dict(poll.poll(WATCH_INTERVAL * 1000 if exceeded else None))
            if pidfd in ready:
                return False
            if control.fileno() in ready:
                data = commands(control)
                if data is None:
                    return False
                if b"I" in data:
                    with suppress(ProcessLookupError):
                        signal.pidfd_send_signal(pidfd, signal.SIGINT)
            if exceeded and exceeded():
                return True
    finally:
        os.close(pidfd)
