"""Taking in what students hand in: find the file, read it safely, lay its answers into the instructor notebook."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from .course import Course, Lab
from .errors import CourseError, NotGradable

MAX_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True)
class Submission:
    """A place where one student's notebook for one lab should lie."""

    student_id: str
    lab: Lab
    source: Path  #: the instructor notebook it answers

    @property
    def notebook(self) -> str:
        """nbgrader's notebook id: the instructor notebook's name without ending."""
        return self.source.stem

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.student_id, self.lab.name, self.notebook)


def handed_in(course: Course, labs: list[Lab]) -> list[Submission]:
    """All submissions to ``labs``, by student, then lab; [] if there are none."""
    return [
        Submission(folder.name, lab, source)
        for folder in _students(course)
        for lab in labs
        if (folder / lab.name).is_dir()
        for source in lab.notebooks
    ]


def _students(course: Course) -> list[Path]:
    folders = sorted(course.submitted.iterdir()) if course.submitted.is_dir() else []
    return [path for path in folders if path.is_dir() and not path.name.startswith(".")]


def find_submissions(course: Course, labs: list[Lab], students: tuple[str, ...] = ()) -> list[Submission]:
    """All submissions to ``labs`` (of ``students``, if given), by student, then lab.

    Raises :class:`CourseError` if there are none or a named student handed in nothing.
    """
    if not course.submitted.is_dir():
        raise CourseError(
            f"没有可以批改的作业：{course.submitted} 不存在。"
            f"请把作业放到 {course.submitted.relative_to(course.root)}/<学号>/<实验>/<笔记本>.ipynb。"
        )
    missing = sorted(set(students) - {p.name for p in _students(course)})
    if missing:
        raise CourseError(f"{course.submitted} 里没有学生 {'、'.join(missing)}。")
    found = [s for s in handed_in(course, labs) if not students or s.student_id in students]
    if not found:
        names = "、".join(lab.name for lab in labs)
        others = "、".join(unknown_folders(course))
        hint = f"这些文件夹的名字不是本课程的实验：{others}。" if others else ""
        raise CourseError(f"{course.submitted} 里没有实验 {names} 的作业。{hint}")
    return found


def unknown_folders(course: Course) -> list[str]:
    """Folders below the students' that carry no lab's name, as ``student/folder``: nobody would grade them."""
    if not course.submitted.is_dir():
        return []
    names = {lab.name for lab in course.labs()}
    folders = sorted(p for p in course.submitted.glob("*/*") if p.is_dir() and not p.name.startswith("."))
    return [f"{p.parent.name}/{p.name}" for p in folders if p.name not in names]


def read_submission(course: Course, submission: Submission) -> tuple[bytes, tuple[str, ...]]:
    """The bytes of a submitted notebook, and notes on how it was found.

    A lab's only notebook may carry another name. Raises :class:`NotGradable` if there is no regular file
    of a sensible size.
    """
    folder = course.submitted / submission.student_id / submission.lab.name
    path = folder / submission.source.name
    notes: tuple[str, ...] = ()
    if not path.exists() and not path.is_symlink():
        others = sorted(folder.glob("*.ipynb"))
        if len(others) != 1 or len(submission.lab.notebooks) != 1:
            handed_in = "、".join(map(_shown, others)) or "没有任何 .ipynb 文件"
            raise NotGradable(f"没有找到 {submission.source.name}（文件夹里：{handed_in}）")
        path = others[0]
        notes = (f"文件名应为 {submission.source.name}，交来的是 {_shown(path)}，已按它批改",)
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode) or folder.is_symlink():
        raise NotGradable(f"{_shown(path)} 不是普通文件（可能是链接或文件夹）")
    if status.st_size > MAX_BYTES:
        raise NotGradable(
            f"{_shown(path)} 有 {status.st_size / 2**20:.0f} MB，超过 {MAX_BYTES // 2**20} MB：请清除输出后重新提交"
        )
    try:
        return path.read_bytes(), notes
    except OSError as error:
        raise NotGradable(f"{_shown(path)} 读不出来（{error.strerror}）") from None


def _shown(path: Path) -> str:
    """A file's name for people to read: line breaks and bytes that are no text become "?"."""
    return "".join(c if c.isprintable() else "?" for c in path.name)
