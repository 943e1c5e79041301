"""What the instructor's process and the judges say to each other (no torch in here)."""

from __future__ import annotations

import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LENGTH = struct.Struct("<Q")


class GraderFault(Exception):
    """The grading itself failed; the submission has to be graded again."""


class NotConfined(GraderFault):
    """Layers of the sandbox that must be there are missing."""


def what_failed(error: Exception) -> str:
    """What kept a submission from being graded, in words."""
    return str(error) if isinstance(error, GraderFault) else f"{type(error).__name__}: {error}"


@dataclass(frozen=True)
class Jail:
    """What a student process gets; see :class:`sandbox.Jail`. Not ``confined``: no sandbox at all."""

    slot: int
    memory: int
    hidden: tuple[str, ...] = ()
    confined: bool = True


@dataclass(frozen=True)
class Task:
    """What judges of one kind do: ``work(subject, *arguments, spawn)`` in a folder that holds ``companions``."""

    work: str  #: "module:function", imported by the judges only
    subject: Any
    companions: Mapping[str, bytes]


def send_bytes(sock: socket.socket, data: bytes) -> None:
    """Send ``data`` behind its length."""
    sock.sendall(LENGTH.pack(len(data)) + data)


def receive_bytes(sock: socket.socket) -> bytes:
    """What :func:`send_bytes` sent. Raises EOFError if the other side is gone, TimeoutError as the socket does."""
    (length,) = LENGTH.unpack(_exactly(sock, LENGTH.size))
    return bytes(_exactly(sock, length))


def _exactly(sock: socket.socket, length: int) -> bytearray:
    data = bytearray()
    while len(data) < length:
        piece = sock.recv(min(length - len(data), 1 << 20))
        if not piece:
            raise EOFError
        data += piece
    return data
