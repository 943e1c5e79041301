"""Who takes the course: ``classroom/roster.csv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from .course import Course
from .errors import CourseError

COLUMNS = ("student_id", "name", "group", "email")


@dataclass(frozen=True)
class Student:
    """One line of the roster. ``student_id`` is text: leading zeros count."""

    student_id: str
    name: str = ""
    group: str = ""  #: 班级
    email: str = ""


def load_roster(course: Course) -> dict[str, Student]:
    """The roster by student id, {} if there is none; raises :class:`CourseError` if it cannot be read."""
    path = course.submitted.parent / "roster.csv"
    if not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise CourseError(f"{path} 读不出来（{error}）：名单应是 UTF-8 编码的 CSV。") from None
    if rows and "student_id" not in rows[0]:
        raise CourseError(f"{path} 的第一行里没有 student_id：列名应为 {','.join(COLUMNS)}。")
    students = [Student(**{name: (row.get(name) or "").strip() for name in COLUMNS}) for row in rows]
    return {student.student_id: student for student in students if student.student_id}
