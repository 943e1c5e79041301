"""Marks and feedback in the form that a learning platform takes: its words stand in ``lms.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

from .standings import LabStanding


@dataclass(frozen=True)
class Profile:
    """One platform, see ``lms.toml``."""

    columns: dict[str, str]
    assignment: str
    encoding: str
    points_row: str = ""
    submission: str = ""


@cache
def profiles() -> dict[str, Profile]:
    """The platforms by name."""
    texts = tomllib.loads(files(__package__).joinpath("lms.toml").read_text("utf-8"))
    return {name: Profile(**fields) for name, fields in texts.items()}


def mark_rows(profile: Profile, labs: list[LabStanding]) -> list[list[str]]:
    """A heading and a row a student, with a column a lab.

    Only marks that stand are given: where something is open the cell is empty, never a 0 nor half of the points.
    """
    headings = [profile.assignment.format(lab=lab.lab, max=f"{lab.max_score:g}") for lab in labs]
    rows = [[*profile.columns, *headings]]
    if profile.points_row:
        blank = [""] * (len(profile.columns) - 1)
        rows.append([profile.points_row, *blank, *(f"{lab.max_score:g}" for lab in labs)])
    for entries in zip(*(lab.entries for lab in labs), strict=True):
        who = asdict(entries[0].student)
        scores = ["" if entry.final is None else f"{entry.final:g}" for entry in entries]
        rows.append([*(text.format(**who) for text in profile.columns.values()), *scores])
    return rows


def folder_on_platform(profile: Profile, path: str) -> str | None:
    """The beginning of a file's name by which the platform knows whose it is, found in the ``path`` it came by.

    It ends in "/" where it was a folder. None if the path does not come from that platform.
    """
    found = re.search(profile.submission, path) if profile.submission else None
    if found is None:
        return None
    return found[0] + ("/" if path[found.end() :][:1] in ("", "/", "\\", "!") else "")
