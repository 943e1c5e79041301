"""Files: written so that a crash leaves the old content or the new, never half; their digests; archives."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

ZIP_DATE = (2020, 1, 1, 0, 0, 0)  # a fixed date makes an archive's bytes depend on its content alone


def write_atomic(path: Path, content: str | bytes, *, lasting: bool = True) -> None:
    """Write ``content`` (text as UTF-8) to ``path`` by way of a temporary file beside it.

    What is not ``lasting`` need not survive the machine's failing (but is never seen half-written before that).
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            if lasting:
                stream.flush()
                os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


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

    The new tree is complete before it takes the old one's place.
    """
    if read_tree(folder) == dict(files):
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        new, old = staging / "new", staging / "old"
        new.mkdir()
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
    return True


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
