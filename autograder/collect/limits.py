"""How much an archive may hold (pure)."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1 << 20


class Unreadable(Exception):
    """An archive is not opened, or not further; the text (Chinese) says why."""


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes. A class of 300 fits many times over; a bomb does not."""

    member: int = 100 * MB  #: one file
    archive: int = 4096 * MB  #: all that one archive holds
    nested: int = 512 * MB  #: the same for an archive in an archive
    run: int = 16384 * MB  #: all that one run takes out of archives
    members: int = 20_000  #: files in one archive
    depth: int = 4  #: archives in archives
    ratio: int = 200  #: unpacked to packed; notebooks full of figures reach about 50
    ratio_from: int = 32 * MB  #: below this size the ratio does not matter


@dataclass
class Budget:
    """What one archive of ``packed`` bytes has used up."""

    limits: Limits
    packed: int
    nested: bool = False
    members: int = 0
    size: int = 0

    @property
    def most(self) -> int:
        """Bytes that it may hold."""
        return self.limits.nested if self.nested else self.limits.archive

    def add(self, members: int, size: int) -> None:
        """Count what is about to be read; raises :class:`Unreadable` if it is too much."""
        self.members += members
        self.size += size
        if self.members > self.limits.members:
            raise Unreadable(f"压缩包里有 {self.limits.members} 个以上的文件，没有打开")
        too_dense = self.size > self.limits.ratio_from and self.size > self.limits.ratio * self.packed
        if too_dense or self.size > self.most:
            raise Unreadable(f"解开以后有 {self.size // MB} MB，太大，可能是压缩炸弹，没有打开")
