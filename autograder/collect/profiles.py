"""What a platform's names say about a file: profiles.toml, applied (pure)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from ..errors import CourseError

GROUPS = {"id", "name", "time", "attempt", "file"}


@dataclass(frozen=True)
class Label:
    """What one name on the way to a file says about who handed it in."""

    place: int  #: which part of the path it is
    profile: str  #: title of the profile
    id: str = ""
    name: str = ""
    time: str = ""
    attempt: int | None = None
    guess: bool = False  #: whether any word could look like this

    @property
    def says_who(self) -> bool:
        """Whether it surely speaks of a person: "实验五" alone does not."""
        return bool(self.id) or not self.guess


@dataclass(frozen=True)
class Profile:
    """One platform's way of naming."""

    title: str
    patterns: tuple[re.Pattern[str], ...]
    receipt: re.Pattern[str] | None = None
    guess: bool = False


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("profiles.toml").read_text("utf-8"))


@cache
def load_profiles() -> dict[str, Profile]:
    """The profiles that come along, special ones first."""
    return {
        key: Profile(
            entry["title"],
            tuple(re.compile(pattern) for pattern in entry["patterns"]),
            re.compile(entry["receipt"]) if "receipt" in entry else None,
            entry.get("guess", False),
        )
        for key, entry in _table()["profile"].items()
    }


def custom_profile(pattern: str) -> Profile:
    """The profile of ``--pattern``; raises :class:`CourseError` if it is no expression or names nobody."""
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise CourseError(f"--pattern 不是正确的正则表达式：{error}。") from None
    unknown = sorted(set(compiled.groupindex) - GROUPS)
    if unknown or not {"id", "name"} & set(compiled.groupindex):
        what = f"不认识分组 {'、'.join(unknown)}" if unknown else "没有说哪一段是学号或姓名"
        raise CourseError(f"--pattern {what}：请写成 (?P<id>…) 或 (?P<name>…)，还可以有 time、attempt、file。")
    return Profile("--pattern", (compiled,))


def read_labels(names: Sequence[str], profiles: Sequence[Profile]) -> list[Label]:
    """What the names on the way to a file say, from the outside in; each by the first pattern that fits."""
    return [label for place, name in enumerate(names) if (label := _read(place, name, profiles))]


def _read(place: int, name: str, profiles: Sequence[Profile]) -> Label | None:
    for profile in profiles:
        for pattern in profile.patterns:
            if found := pattern.fullmatch(name):
                group = {key: (text or "").strip() for key, text in found.groupdict().items()}
                attempt = group.get("attempt", "")
                return Label(
                    place,
                    profile.title,
                    group.get("id", ""),
                    group.get("name", ""),
                    group.get("time", ""),
                    int(attempt) if attempt.isdecimal() else None,
                    profile.guess,
                )
    return None


def is_receipt(name: str, profiles: Sequence[Profile]) -> bool:
    """Whether the platform added this file itself."""
    return any(profile.receipt and profile.receipt.fullmatch(name) for profile in profiles)


def is_junk(names: Sequence[str]) -> bool:
    """Whether a file, or a folder on its way, is made by systems and editors."""
    junk = [pattern.casefold() for pattern in _table()["junk"]]
    return any(fnmatchcase(name.casefold(), pattern) for name in names for pattern in junk)


def parse_time(text: str, zone: ZoneInfo) -> datetime | None:
    """A platform's date in a file name, whatever stands between the numbers; None if it is no date."""
    digits = "".join(re.findall(r"\d", text))
    try:
        return datetime.strptime(digits.ljust(14, "0")[:14], "%Y%m%d%H%M%S").replace(tzinfo=zone)
    except ValueError:
        return None
