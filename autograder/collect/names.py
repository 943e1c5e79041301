"""File names from other people's machines: decoded, made printable, made safe to write (pure)."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 120  # characters of a name that is written to disk: well below the 255 bytes that systems allow


class Escapes(ValueError):
    """A member's name leads out of its archive."""


def decode_name(raw: bytes) -> str:
    """A file name whose encoding nobody wrote down: UTF-8, else GBK if that reads as Chinese, else cp437.

    GBK finds a character for nearly any two bytes, but for accented Latin letters it finds rare ones: at least half
    of the Chinese characters have to be among the 6763 common ones of GB 2312.
    """
    for encoding in ("utf-8", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        foreign = [c for c in text if not c.isascii()]
        if encoding == "utf-8" or 2 * sum(_is_common(c) for c in foreign) >= len(foreign):
            return text
    return raw.decode("cp437")


def _is_common(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def split_name(name: str) -> tuple[str, ...]:
    """The folders and the file of an archive member's name, printable.

    Raises :class:`Escapes` for absolute names and for ``..``. Backslashes separate too: some Windows tools write them.
    """
    name = name.replace("\\", "/")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name):
        raise Escapes
    return tuple(printable(part) for part in parts)


def printable(name: str) -> str:
    """``name`` without what could break a line, turn the direction of writing or is no text at all.

    "!" becomes full-width: in the log it stands between an archive and its member.
    """
    return "".join(c if c.isprintable() else "?" for c in name).replace("!", "！")


def file_name(name: str, mark: str) -> str:
    """A name for a file on disk, from any text and a ``mark`` that makes it unique; safe on every system."""
    stem, dot, ending = name.rpartition(".")
    if not stem or not ending.isalnum() or len(ending) > 8:
        stem, dot, ending = name, "", ""
    stem = re.sub(r"[^\w 　（）().+=@-]+", "_", unicodedata.normalize("NFC", stem)).strip(" ._")
    while len(stem.encode()) > MAX_NAME:
        stem = stem[:-1]
    return f"{stem or 'file'}-{mark}{dot}{ending}"
