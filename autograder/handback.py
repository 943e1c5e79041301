"""Feedback pages of a class in one zip, a folder a student, and never a page in another student's folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .collect.log import State as Fate
from .collect.log import load_log
from .course import Course, Lab
from .errors import CourseError
from .feedback import render_feedback, students_named
from .files import write_atomic, zip_files
from .lms import Profile, folder_on_platform
from .marks import Marks, load_marks
from .roster import Student, load_roster
from .standings import Standing, standings
from .verdict import State

# What Windows does not allow in a file's name, and whatever could lead out of the folder.
FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]')


@dataclass(frozen=True)
class Page:
    """One page on its way to a student."""

    student_id: str
    lab: str
    name: str  #: where it lies in the zip
    html: str


@dataclass(frozen=True)
class Handback:
    """What goes back, and whom it leaves out."""

    pages: tuple[Page, ...]
    waiting: tuple[str, ...]  #: students whose page says that something is still to be marked by hand
    left_out: tuple[tuple[str, str, Standing], ...]  #: (student, lab, why): handed in, but there is no page to return
    unknown: tuple[str, ...] = ()  #: students whose folder on the platform is not known


def prepare(course: Course, labs: list[Lab], profile: Profile) -> Handback:
    """The pages of ``labs`` as the marks are now; on disk, too, what was missing or outdated is written anew.

    Raises :class:`CourseError` if nothing has been graded or a page on disk is another student's.
    """
    if profile.submission and len(labs) != 1:
        raise CourseError(
            "这个平台按作业上传反馈，一次只能打包一个实验：请写出是哪一个，例如 "
            f"autograder return {labs[0].name} --profile …；各个实验分别打包。"
        )
    marks = list(load_marks(course, labs))
    if not marks:
        raise CourseError("还没有批改结果：请先运行 autograder grade。")
    refuse_swapped(course, labs)
    roster = load_roster(course)
    entries = [(table.lab, entry) for table in standings(course, labs, marks, roster) for entry in table.entries]
    folders = collected_folders(course, profile)
    name_of = _namer(labs, roster, folders)
    returned = [one for one in marks if one.verdict.state is not State.FAULT]  # that page would speak of our fault
    pages = []
    for one, (path, html) in zip(returned, render_feedback(course, labs, returned), strict=True):
        if not path.is_file() or path.read_text("utf-8", "replace") != html:
            write_atomic(path, html)
        pages.append(Page(one.verdict.student_id, one.verdict.assignment, name_of(one), html))
    ids = {(page.student_id, page.lab) for page in pages}
    without = (Standing.FAULT, Standing.UNGRADED)
    return Handback(
        tuple(pages),
        tuple(dict.fromkeys(e.student.student_id for _, e in entries if e.standing is Standing.NEEDS_MANUAL)),
        tuple((e.student.student_id, lab, e.standing) for lab, e in entries if e.standing in without),
        tuple(sorted({student for student, _ in ids - folders.keys()})) if profile.submission else (),
    )


def pack(pages: Iterable[Page]) -> bytes:
    """The zip of ``pages``; the same pages give the same bytes.

    Raises :class:`CourseError` if a page does not name exactly the student to whom it goes, or would replace another.
    """
    files: dict[str, bytes] = {}
    for page in pages:
        named = students_named(page.html)
        if named != [page.student_id]:
            raise CourseError(
                f"没有打包：{page.name} 应当是 {page.student_id} 的反馈，里面的学号却是{'、'.join(named) or '空的'}。"
            )
        if page.name.casefold() in {name.casefold() for name in files}:
            raise CourseError(f"没有打包：两页反馈在包里的名字都是 {page.name}。请在名单里核对这些学号和姓名。")
        files[page.name] = page.html.encode("utf-8", "replace")
    if not files:
        raise CourseError("没有可以发回的反馈：请先再运行一次 autograder grade。")
    return zip_files(files)


def refuse_swapped(course: Course, labs: list[Lab]) -> None:
    """Stop with a :class:`CourseError` if a page in a student's folder says that it is another's."""
    names = {lab.name for lab in labs}
    wrong = []
    for path in sorted(course.feedback.glob("*/*/*.html")) if course.feedback.is_dir() else ():
        student_id, lab = path.parts[-3:-1]
        if lab in names and (named := students_named(path.read_text("utf-8", "replace"))) not in ([], [student_id]):
            wrong.append(f"{path.relative_to(course.feedback).as_posix()} 写的是 {'、'.join(named)}")
    if wrong:
        raise CourseError(
            f"没有打包：{course.feedback} 里有放错了学生的反馈：{'；'.join(wrong)}。"
            "请删掉它们，运行 autograder feedback 重新生成，再打包。"
        )


def collected_folders(course: Course, profile: Profile) -> dict[tuple[str, str], str]:
    """By student and lab the beginning of the name by which the platform knows the submission that was taken.

    Raises :class:`CourseError` if the log of collecting cannot be read.
    """
    if not profile.submission:
        return {}
    try:
        records = load_log(course).values()
    except CourseError as error:
        raise CourseError(f"{error}也可以改用 --profile plain，不看这份记录。") from None
    return {
        (r.student_id, r.lab): folder
        for r in records
        if r.state is Fate.TAKEN and r.student_id and r.lab and (folder := folder_on_platform(profile, r.input))
    }


def _namer(labs: list[Lab], roster: dict[str, Student], folders: dict[tuple[str, str], str]) -> Callable[[Marks], str]:
    """How a page is called in the zip: by the platform's folder where it is known, else by number and name."""
    single = {lab.name: len(lab.notebooks) == 1 for lab in labs}

    def name_of(marks: Marks) -> str:
        verdict = marks.verdict
        student = roster.get(verdict.student_id, Student(verdict.student_id))
        own = "_".join(_clean(part) for part in (student.student_id, student.name) if part) + "/"
        lab = verdict.assignment
        file = f"{lab}.html" if single.get(lab) else f"{lab}_{verdict.notebook}.html"
        return folders.get((verdict.student_id, lab), own) + file

    return name_of


def _clean(text: str) -> str:
    """``text`` as a part of a file's name on every system."""
    return FORBIDDEN.sub("-", text).strip(" .") or "-"
