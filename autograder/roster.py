"""The class list, ``classroom/roster.csv``: who takes the course, under which student number."""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields

from .course import Course
from .errors import CourseError


@dataclass(frozen=True)
class Student:
    """One student. ``student_id`` is text: leading zeros count."""

    student_id: str
    name: str = ""
    group: str = ""  #: 班级
    email: str = ""


def load_roster(course: Course) -> dict[str, Student]:
    """The students of ``roster.csv`` by student id, in the file's order; {} if there is none.

    Raises :class:`CourseError` if the file cannot be read.
    """
    path = course.submitted.parent / "roster.csv"
    if not path.is_file():
        return {}
    names = [field.name for field in fields(Student)]
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = [{name: (row.get(name) or "").strip() for name in names} for row in csv.DictReader(stream)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CourseError(f"{path} 读不出来（{error}）：名单应是 UTF-8 的 CSV，表头是 {','.join(names)}。") from error
    return {row["student_id"]: Student(**row) for row in rows if row["student_id"]}
