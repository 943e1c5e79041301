"""Framed messages over a stream socket, with a deadline for every wait.

A frame is the length of its tree (4 bytes), the length of its raw data (8 bytes), the tree, the raw data.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from typing import Any

from .wire import MAX_BLOBS, MAX_TREE, WireError, pack, unpack

HEAD = struct.Struct("<IQ")
CHUNK = 1 << 20


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
        head = HEAD.pack(len(data), len(blobs))
        parts = [head + data + blobs] if len(blobs) < CHUNK else [head + data, blobs]  # one call does for most
        for part in parts:
            view = memoryview(part)
            while view:
                try:
                    view = view[self.sock.send(view[:CHUNK]) :]
                except BlockingIOError:
                    self._wait(self._poll_out, deadline)
                except OSError:
                    raise Closed from None

    def receive(self, deadline: float | None = None) -> tuple[Any, bytearray]:
        """The next frame's tree and raw data. Raises :class:`Late`, :class:`Closed`, :class:`WireError`."""
        tree_length, blobs_length = HEAD.unpack(self._take(HEAD.size, deadline))
        if tree_length > MAX_TREE or blobs_length > MAX_BLOBS + CHUNK:
            raise WireError("消息太大")
        data = self._take(tree_length, deadline)
        blobs = self._take(blobs_length, deadline)
        return unpack(data), blobs

    def _take(self, length: int, deadline: float | None) -> bytearray:
        while len(self._buffer) < length:
            try:
                piece = self.sock.recv(CHUNK)
            except BlockingIOError:
                self._wait(self._poll_in, deadline)
                continue
            except OSError:
                raise Closed from None
            if not piece:
                raise Closed
            self._buffer += piece
        data = self._buffer[:length]
        del self._buffer[:length]
        return data

    def _wait(self, poll: select.poll, deadline: float | None) -> None:
        while True:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise Late
            if poll.poll(None if left is None else left * 1000):
                return
