"""What became of every file that was ever collected: ``classroom/collected.json``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from ..course import Course
from ..errors import CourseError
from ..files import write_atomic
from .names import file_name


class State(StrEnum):
    """What became of a file."""

    TAKEN = "taken"  #: it lies in classroom/submitted
    SUPERSEDED = "superseded"  #: another attempt counts; kept in classroom/set_aside
    SET_ASIDE = "set aside"  #: a person has to look; kept in classroom/set_aside
    IGNORED = "ignored"  #: nobody's work: the system's, the platform's, what was handed out, a repetition


@dataclass(frozen=True)
class Record:
    """One file that came in."""

    input: str  #: its path inside what was collected, "!" between an archive and its member
    sha256: str | None  #: None if its bytes could not be had
    student_id: str | None = None
    lab: str | None = None
    notebook: str | None = None  #: which of the lab's notebooks
    attempt: int | None = None  #: the platform's number, if its names carry one
    submitted_at: str | None = None  #: ISO 8601 with zone
    state: State = State.SET_ASIDE
    reason: str = ""

    def __post_init__(self) -> None:
        _ = self.when  # a date that is none is an error now, not later

    @property
    def when(self) -> datetime | None:
        return datetime.fromisoformat(self.submitted_at) if self.submitted_at else None

    @property
    def key(self) -> tuple[str, str | None]:
        return (self.input, self.sha256)

    @property
    def kept_as(self) -> str:
        """The name under which it is kept in ``classroom/set_aside``."""
        tail = self.input.replace("!", "/").split("/")[-2:]
        return file_name(" ".join(tail), sha256(f"{self.input}\n{self.sha256}".encode()).hexdigest()[:10])


def log_path(course: Course) -> Path:
    return course.submitted.parent / "collected.json"


def set_aside_folder(course: Course) -> Path:
    return course.submitted.parent / "set_aside"


def load_log(course: Course) -> dict[tuple[str, str | None], Record]:
    """The records by input and content; raises :class:`CourseError` if the file cannot be read."""
    path = log_path(course)
    if not path.exists():
        return {}
    try:
        records = [Record(**entry | {"state": State(entry["state"])}) for entry in json.loads(path.read_text("utf-8"))]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CourseError(
            f"收作业的记录读不了：{path}（{error}）。请恢复备份，或者移走它：移走以后，已经收好的作业会当作手工放的。"
        ) from None
    return {record.key: record for record in records}


def save_log(course: Course, records: Iterable[Record]) -> bool:
    """Write the records, in order of their inputs; returns whether anything changed."""
    entries = [asdict(record) for record in sorted(records, key=lambda r: (r.input, r.sha256 or ""))]
    text = json.dumps(entries, ensure_ascii=False, indent=1) + "\n"
    path = log_path(course)
    if path.exists() and path.read_text("utf-8") == text:
        return False
    write_atomic(path, text)
    return True
