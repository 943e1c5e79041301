"""Framed messages over a stream socket, with a deadline for every wait.

A frame is the length of its tree (4 bytes), the length of its raw data (8 bytes), the tree, the raw data.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from .wire import MAX_BLOBS, MAX_TREE, WireError, pack, unpack

HEAD = struct.Struct("<IQ")
CHUNK = 1 << 16  # what one call asks for at least
T = TypeVar("T")


class Closed(Exception):
    """The other side is gone."""


class Late(Exception):
    """The deadline has passed."""


class Channel:
    """One end of a socket pair."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.sock.setblocking(False)
        self._poll_in, self._poll_out = select.poll(), select.poll()
        self._poll_in.register(sock, select.POLLIN)
        self._poll_out.register(sock, select.POLLOUT)
        self._buffer = bytearray()

    def close(self) -> None:
        self.sock.close()

    def send(self, tree: Any, blobs: bytes | bytearray = b"", deadline: float | None = None) -> None:
        """Send one frame. Raises :class:`Late` past ``deadline`` (of ``time.monotonic``), :class:`Closed`."""
        data = pack(tree)
        parts = [memoryview(HEAD.pack(len(data), len(blobs)) + data), memoryview(blobs)]
        while parts:
            sent = self._once(partial(self.sock.sendmsg, parts), self._poll_out, deadline)
            while parts and sent >= len(parts[0]):
                sent -= len(parts.pop(0))
            if parts:
                parts[0] = parts[0][sent:]

    def receive(self, deadline: float | None = None) -> tuple[Any, bytearray]:
        """The next frame's tree and raw data. Raises :class:`Late`, :class:`Closed`, :class:`WireError`."""
        tree_length, blobs_length = HEAD.unpack(self._take(HEAD.size, deadline))
        if tree_length > MAX_TREE or blobs_length > MAX_BLOBS + CHUNK:
            raise WireError("消息太大")
        data = self._take(tree_length, deadline)
        blobs = self._take(blobs_length, deadline)
        return unpack(data), blobs

    def _take(self, length: int, deadline: float | None) -> bytearray:
        have = len(self._buffer)
        if length > have + CHUNK:  # straight to where it belongs
            data = bytearray(length)
            with memoryview(data) as view:
                view[:have] = self._buffer
                self._buffer.clear()
                while have < length:
                    have += self._some(partial(self.sock.recv_into, view[have:]), deadline)
            return data
        while len(self._buffer) < length:
            self._buffer += self._some(partial(self.sock.recv, CHUNK), deadline)
        data = self._buffer[:length]
        del self._buffer[:length]
        return data

    def _some(self, read: Callable[[], T], deadline: float | None) -> T:
        """What ``read`` gets; nothing means that nothing will come any more."""
        if not (got := self._once(read, self._poll_in, deadline)):
            raise Closed
        return got

    def _once(self, act: Callable[[], T], poll: select.poll, deadline: float | None) -> T:
        """Do ``act`` as soon as the socket is ready for it."""
        while True:
            try:
                return act()
            except BlockingIOError:
                self._wait(poll, deadline)
            except OSError:
                raise Closed from None

    def _wait(self, poll: select.poll, deadline: float | None) -> None:
        while True:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise Late
            if poll.poll(None if left is None else left * 1000):
                return
