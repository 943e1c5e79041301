"""The kinds of archives, each as a generator of its members: names, dates and bytes as the archive tells them."""

from __future__ import annotations

import io
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from .limits import Budget, Unreadable
from .names import decode_name

SUFFIXES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".xz", ".txz", ".bz2", ".tbz", ".tbz2")
MAGIC = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",  # empty
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"\x1f\x8b": "tar",
    b"\xfd7zXZ\x00": "tar",
    b"BZh": "tar",
}
ENCRYPTED = "压缩包有密码，打不开：请学生不加密码重新提交"
NO_RAR_TOOL = (
    "这台机器上没有能打开 RAR 的程序（unrar、bsdtar 或 7z）："
    "Debian、Ubuntu 上运行 apt install libarchive-tools，再收一次"
)
SPECIAL = "是链接或设备，不是普通文件，没有取出"


@dataclass(frozen=True)
class Member:
    """One file in an archive."""

    name: str  #: as the archive has it: it may lead anywhere
    modified: datetime | None  #: without zone where the archive names none
    size: int  #: bytes, as the archive promises
    open: Callable[[], BinaryIO]
    problem: str = ""  #: why it is not to be opened


def kind_of(file: Path, name: str) -> str | None:
    """Which reader opens ``file``; None if its name is no archive's. Students rename .rar to .zip: the bytes decide.

    Raises :class:`Unreadable` if it is called an archive and is none. (Word files and checkpoints are zips, too:
    hence the look at the name.)
    """
    with file.open("rb") as stream:
        head = stream.read(262 + 5)
    kind = next((kind for magic, kind in MAGIC.items() if head.startswith(magic)), None)
    if name.casefold().endswith(".ipynb"):
        return kind  # an archive under a notebook's name
    if not name.casefold().endswith(SUFFIXES):
        return None
    if kind is None and head[257:262] == b"ustar":
        kind = "tar"
    if kind is None:
        raise Unreadable("文件是空的" if not head else "名字是压缩包，内容不是，或者开头已经损坏")
    return kind


def read_zip(file: Path, budget: Budget, staging: Path) -> Iterator[Member]:
    """The members of a zip; names without the UTF-8 flag are decoded by what makes sense."""
    with zipfile.ZipFile(file) as archive:
        entries = []
        for info in archive.infolist():
            flagged = info.flag_bits & 0x800
            name = info.filename if flagged else decode_name(info.filename.encode("cp437"))
            if not name.replace("\\", "/").endswith("/"):
                entries.append((name, info))
        if any(info.flag_bits & 1 for _, info in entries):
            raise Unreadable(ENCRYPTED)
        budget.add(len(entries), sum(info.file_size for _, info in entries))
        for name, info in entries:
            mode = info.external_attr >> 16
            special = stat.S_IFMT(mode) not in (0, stat.S_IFREG)
            try:
                # 1980-01-01 is what tools write that know no date.
                modified = datetime(*info.date_time) if info.date_time[0] > 1980 else None
            except ValueError:
                modified = None
            yield Member(name, modified, info.file_size, partial(archive.open, info), SPECIAL if special else "")


def read_tar(file: Path, budget: Budget, staging: Path) -> Iterator[Member]:
    """The members of a tar, compressed or not."""
    with tarfile.open(file, encoding="utf-8", errors="surrogateescape") as archive:
        for info in archive:
            budget.add(1, info.size if info.isreg() else 0)  # before the next one is looked for
            if info.isdir():
                continue
            name = decode_name(info.name.encode("utf-8", "surrogateescape"))
            modified = datetime.fromtimestamp(info.mtime, UTC) if info.mtime else None
            problem = "" if info.isreg() else SPECIAL
            yield Member(name, modified, info.size, partial(_extract, archive, info), problem)


def _extract(archive: tarfile.TarFile, info: tarfile.TarInfo) -> BinaryIO:
    stream = archive.extractfile(info)
    assert stream is not None  # a regular member
    return stream  # type: ignore[return-value]


def read_7z(file: Path, budget: Budget, staging: Path) -> Iterator[Member]:
    """The members of a 7z. They are packed together, so all are unpacked at once, into numbered files."""
    import py7zr
    import py7zr.exceptions

    class Numbered(py7zr.io.WriterFactory):
        """Opens one file after the other, whatever the archive calls them."""

        def __init__(self, folder: Path) -> None:
            self.folder, self.files = folder, []

        def create(self, filename: str) -> py7zr.io.Py7zIO:
            self.files.append(self.folder / str(len(self.files)))
            return _Writer(self.files[-1])

    class _Writer(py7zr.io.Py7zIO):
        def __init__(self, path: Path) -> None:
            path.touch()
            self.path = path

        def write(self, data: bytes | bytearray) -> int:
            with self.path.open("ab") as out:  # open only while writing: an archive may hold thousands
                return out.write(data)

        def read(self, size: int | None = None) -> bytes:
            return b""

        def seek(self, offset: int, whence: int = 0) -> int:
            return 0

        def flush(self) -> None:
            pass

        def size(self) -> int:
            return self.path.stat().st_size

    try:
        with py7zr.SevenZipFile(file, max_extract_size=budget.most) as archive:
            if archive.needs_password():
                raise Unreadable(ENCRYPTED)
            infos = [info for info in archive.list() if not info.is_directory]
            budget.add(len(infos), sum(info.uncompressed or 0 for info in infos))
            with tempfile.TemporaryDirectory(dir=staging) as folder:
                factory = Numbered(Path(folder))
                archive.extractall(factory=factory)
                for info, path in zip(infos, factory.files, strict=True):
                    problem = "" if info.is_file and not info.is_symlink else SPECIAL
                    yield Member(
                        info.filename, info.creationtime, path.stat().st_size, partial(path.open, "rb"), problem
                    )
    except py7zr.exceptions.PasswordRequired:
        raise Unreadable(ENCRYPTED) from None


def read_rar(file: Path, budget: Budget, staging: Path) -> Iterator[Member]:
    """The members of a rar; what is compressed in it needs a program of the system."""
    import rarfile

    try:
        with rarfile.RarFile(file) as archive:
            if archive.needs_password():
                raise Unreadable(ENCRYPTED)
            infos = [info for info in archive.infolist() if not info.is_dir()]
            budget.add(len(infos), sum(info.file_size or 0 for info in infos))
            if any(info.compress_type != rarfile.RAR_M0 for info in infos):
                rarfile.tool_setup(force=True)
            for info in infos:
                problem = "" if info.is_file() else SPECIAL
                modified = info.mtime or (datetime(*info.date_time) if info.date_time else None)
                yield Member(info.filename, modified, info.file_size, partial(_read_rar, archive, info), problem)
    except rarfile.RarCannotExec:
        raise Unreadable(NO_RAR_TOOL) from None


def _read_rar(archive: object, info: object) -> BinaryIO:
    with archive.open(info) as stream:  # type: ignore[attr-defined]
        # Whole, so that a failing program is noticed; the promised size is within the limits.
        return io.BytesIO(stream.read(info.file_size))  # type: ignore[attr-defined]


READERS: dict[str, Callable[[Path, Budget, Path], Iterator[Member]]] = {
    "zip": read_zip,
    "tar": read_tar,
    "7z": read_7z,
    "rar": read_rar,
}
