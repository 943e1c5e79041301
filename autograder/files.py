"""Files: written so that a crash leaves the old content or the new, never half; their digests; archives."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import io
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import cannot_write

ZIP_DATE = (2020, 1, 1, 0, 0, 0)  # a fixed date makes an archive's bytes depend on its content alone


def write_atomic(path: Path, content: str | bytes, *, lasting: bool = True) -> None:
    """Write ``content`` (text as UTF-8) to ``path`` by way of a temporary file beside it.

    Once it returns, not even a power cut takes the new content back, unless it need not be ``lasting``. Raises
    :class:`CourseError` if it cannot be written; what was there is then as it was.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone_in(path.parent, lasting):
            temporary = _beside(path)
            temporary.unlink(missing_ok=True)  # what a killed program left
            try:
                with temporary.open("xb") as stream:  # never through a link
                    stream.write(data)
                    if lasting:
                        stream.flush()
                        os.fsync(stream.fileno())
                temporary.chmod(0o644)
                temporary.replace(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise cannot_write(path, error) from error


def _beside(path: Path) -> Path:
    """Where the new content is prepared: one place for each path, so that nothing piles up if we are killed."""
    return path.with_name(f".{path.name}.tmp")


@contextmanager
def _alone_in(folder: Path, lasting: bool = True) -> Iterator[None]:
    """Change ``folder`` while others who do so this way wait; ``lasting``: its new state is on the disk afterwards."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
        try:
            if lasting:
                os.fsync(handle)
        except OSError as error:
            if error.errno != errno.EINVAL:  # some network file systems sync no folders
                raise
    finally:
        os.close(handle)


def digest_of(parts: Iterable[bytes | str]) -> bytes:
    """A hash of ``parts``, in which no two lists of parts are alike."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()


def read_tree(folder: Path) -> dict[str, bytes]:
    """All files below ``folder`` by their relative POSIX path; {} if there is no such folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def replace_tree(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Make ``folder`` hold exactly ``files`` and return whether anything changed.

    The new tree is complete before it takes the old one's place. Raises :class:`CourseError` if it cannot be written.
    """
    if read_tree(folder) == dict(files):
        return False
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone_in(folder.parent):
            _swap(folder, files)
    except OSError as error:
        raise cannot_write(folder, error) from error
    return True


def _swap(folder: Path, files: Mapping[str, bytes]) -> None:
    staging = _beside(folder)
    shutil.rmtree(staging, ignore_errors=True)  # what a killed program left
    try:
        new, old = staging / "new", staging / "old"
        new.mkdir(parents=True)
        for name, content in files.items():
            write_atomic(new / name, content)
        if folder.exists():
            folder.rename(old)
        try:
            new.rename(folder)
        except BaseException:
            if old.exists():
                old.rename(folder)
            raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def zip_files(files: Mapping[str, bytes], folder: str = "") -> bytes:
    """A zip archive of ``files`` (below ``folder``, if given); the same files give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            info = zipfile.ZipInfo(f"{folder}/{name}" if folder else name, ZIP_DATE)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return stream.getvalue()
