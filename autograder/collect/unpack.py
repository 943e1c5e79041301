"""Every file in what the instructor names: folders, archives, archives in archives, each read within limits.

Nothing is ever written under a name that an archive chose: members are staged in a private folder under numbers.
What cannot be read is one :class:`Leaf` with the reason; it never stops the rest. Only a full disk does: it raises
:class:`CourseError`.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from ..errors import CourseError, cannot_write
from .archives import READERS, kind_of
from .limits import Budget, Limits, Unreadable
from .names import Escapes, decode_name, printable, split_name

CHUNK = 1 << 20


@dataclass(frozen=True)
class Part:
    """One step on the way to a file: a folder, an archive, the file itself."""

    name: str
    modified: datetime | None = None  #: of a file: when, says the archive around it or the disk (aware)
    on_disk: bool = False  #: whether ``modified`` comes from the disk
    is_file: bool = False  #: an archive or the file itself, not a folder
    shown_as: str = ""  #: for a second member of the same name

    def __str__(self) -> str:
        return self.shown_as or self.name


@dataclass(frozen=True)
class Leaf:
    """One file, or what stands in for it if it could not be had."""

    parts: tuple[Part, ...]
    file: Path | None = None  #: where its bytes lie while collecting; None if they could not be had
    sha256: str | None = None
    problem: str = ""  #: why it cannot be taken, in Chinese

    @property
    def input(self) -> str:
        """The path through folders and archives, "!" behind an archive."""
        return self.prefix(len(self.parts))

    def prefix(self, length: int) -> str:
        """The same for the first ``length`` parts."""
        *way, last = self.parts[:length] or (Part(""),)
        return "".join(f"{part}{'!' if part.is_file else '/'}" for part in way) + str(last)


@dataclass
class Unpacker:
    """Takes files and archives apart; ``staging`` is a folder of its own that the caller removes."""

    staging: Path
    zone: ZoneInfo  #: of the dates in zip archives, which name none
    limits: Limits = field(default_factory=Limits)
    opened: set[str] = field(default_factory=set)  #: inputs of the archives that were taken apart
    _numbers: Iterator[int] = field(default_factory=count)
    _staged: int = 0  # bytes, of all archives together
    _seen: Counter[str] = field(default_factory=Counter)

    def unpack(self, path: Path, parts: tuple[Part, ...] | None = None) -> Iterator[Leaf]:
        """All files of a file or folder on disk; ``parts`` is what to call it, by default its own name."""
        status = path.stat()  # a link that the instructor names is meant
        if stat.S_ISDIR(status.st_mode):
            yield from self._folder(path, parts or (Part(_disk_name(path)),))
        else:
            yield from self._file(path, parts or (self._on_disk(path, status),), 0)

    def _folder(self, folder: Path, parts: tuple[Part, ...]) -> Iterator[Leaf]:
        for path in sorted(folder.iterdir()):
            status = path.lstat()
            if stat.S_ISDIR(status.st_mode):
                yield from self._folder(path, (*parts, Part(_disk_name(path))))
            elif stat.S_ISREG(status.st_mode):
                yield from self._file(path, (*parts, self._on_disk(path, status)), 0)
            else:
                yield self._leaf(
                    (*parts, self._on_disk(path, status)), problem="不是普通文件（链接、管道一类），没有打开"
                )

    def _file(self, file: Path, parts: tuple[Part, ...], depth: int, sha256: str | None = None) -> Iterator[Leaf]:
        """The file itself or, if it is an archive, what is in it."""
        try:
            leaf = self._leaf(parts, file, sha256 or _sha256(file))
        except OSError as error:
            yield self._leaf(parts, problem=f"读不出来（{error.strerror}）")
            return
        parts = leaf.parts
        try:
            kind = kind_of(file, parts[-1].name)
            if kind is None:
                yield leaf
                return
            if depth == self.limits.depth:
                raise Unreadable(f"压缩包套了 {depth} 层以上，没有再打开")
            yield from self._members(kind, file, parts, depth)
            self.opened.add(leaf.input)
        except Unreadable as error:
            yield replace(leaf, problem=str(error))
        except CourseError:
            raise
        except Exception as error:  # the libraries raise nearly anything when bytes are hostile
            self._require_room(error)
            yield replace(leaf, problem=f"压缩包坏了，打不开（{type(error).__name__}）")

    def _members(self, kind: str, file: Path, parts: tuple[Part, ...], depth: int) -> Iterator[Leaf]:
        budget = Budget(self.limits, file.stat().st_size, nested=depth > 0)
        empty = True
        for member in READERS[kind](file, budget, self.staging):
            empty = False
            when = member.modified.replace(tzinfo=member.modified.tzinfo or self.zone) if member.modified else None
            try:
                names, problem = split_name(member.name), member.problem
            except Escapes:
                names, problem = (printable(member.name.replace("/", "∕")),), "名字指向压缩包外面，没有取出"
            way = (*parts, *map(Part, names[:-1]), Part(names[-1] if names else "?", when, is_file=True))
            if not problem and member.size > self.limits.member:
                problem = f"有 {member.size >> 20} MB，超过 {self.limits.member >> 20} MB，没有取出"
            if problem:
                yield self._leaf(way, problem=problem)
                continue
            try:
                with member.open() as stream:
                    staged, sha256 = self._stage(stream)
            except Unreadable:
                raise
            except Exception as error:
                self._require_room(error)
                yield self._leaf(way, problem=f"在压缩包里已经损坏，取不出来（{type(error).__name__}）")
                continue
            yield from self._file(staged, way, depth + 1, sha256)
        if empty:
            raise Unreadable("压缩包是空的")

    def _stage(self, stream: BinaryIO) -> tuple[Path, str]:
        """Copy a member's bytes, however many its archive promised, as far as the limits allow."""
        path, digest, size = self.staging / str(next(self._numbers)), hashlib.sha256(), 0
        with path.open("wb") as out:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                self._staged += len(chunk)
                if size > self.limits.member or self._staged > self.limits.run:
                    raise Unreadable("解开以后太大，可能是压缩炸弹")
                digest.update(chunk)
                out.write(chunk)
        return path, digest.hexdigest()

    def _require_room(self, error: Exception) -> None:
        """A full disk of ours is nothing that an archive is to blame for."""
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise cannot_write(self.staging, error) from error

    def _leaf(
        self, parts: tuple[Part, ...], file: Path | None = None, sha256: str | None = None, problem: str = ""
    ) -> Leaf:
        """A leaf with an input of its own: archives may hold several members of one name."""
        leaf = Leaf(parts, file, sha256, problem)
        self._seen[leaf.input] += 1
        if (times := self._seen[leaf.input]) > 1:
            leaf = replace(leaf, parts=(*parts[:-1], replace(parts[-1], shown_as=f"{parts[-1]}#{times}")))
        return leaf

    def _on_disk(self, path: Path, status: os.stat_result) -> Part:
        return Part(_disk_name(path), datetime.fromtimestamp(status.st_mtime, self.zone), on_disk=True, is_file=True)


def _disk_name(path: Path) -> str:
    """A name on disk; tools that know no encodings leave GBK there."""
    return printable(decode_name(os.fsencode(path.resolve().name if path.name in ("", "..") else path.name)))


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
