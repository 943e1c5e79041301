"""Taking in what students hand in: find the file, read it safely, lay its answers into the instructor notebook."""

from __future__ import annotations

import stat
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from .course import Course, Lab
from .errors import CourseError, NotGradable
from .notebooks import grade_id, is_solution, parse_notebook

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


def find_submissions(course: Course, labs: list[Lab], students: tuple[str, ...] = ()) -> list[Submission]:
    """All submissions to ``labs`` (of ``students``, if given), by student, then lab.

    Raises :class:`CourseError` if there are none or a named student handed in nothing.
    """
    if not course.submitted.is_dir():
        raise CourseError(
            f"没有可以批改的作业：{course.submitted} 不存在。"
            f"请把作业放到 {course.submitted.relative_to(course.root)}/<学号>/<实验>/<笔记本>.ipynb。"
        )
    folders = [p for p in sorted(course.submitted.iterdir()) if p.is_dir() and not p.name.startswith(".")]
    missing = sorted(set(students) - {p.name for p in folders})
    if missing:
        raise CourseError(f"{course.submitted} 里没有学生 {'、'.join(missing)}。")
    found = [
        Submission(folder.name, lab, source)
        for folder in folders
        if not students or folder.name in students
        for lab in labs
        if (folder / lab.name).is_dir()
        for source in lab.notebooks
    ]
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


def merge(source: NotebookNode, data: bytes) -> tuple[NotebookNode, tuple[str, ...]]:
    """The notebook to run: the instructor's cells with the student's answers in place, and what had to be mended.

    Cells that nbgrader knows follow the instructor notebook: read-only and test cells come from it (so deleted
    ones are back, edited ones restored, duplicates counted once), solution cells take the student's text.
    All other cells of the student stay behind the known cell they followed. The reference solution never enters.

    Raises :class:`NotGradable` if ``data`` is no notebook or none of its cells belongs to this lab.
    """
    try:
        submitted = parse_notebook(data)
    except ValueError as error:
        raise NotGradable(str(error)) from None
    known = {name: cell for cell in source.cells if (name := grade_id(cell))}
    names_by_cell_id = {cell.id: name for name, cell in known.items() if "id" in cell}
    answers: dict[str, NotebookNode] = {}
    followers: dict[str | None, list[NotebookNode]] = {None: []}
    notes: list[str] = []
    current: str | None = None
    for cell in submitted.cells:
        name = _name_of(cell, known, names_by_cell_id)
        if name is None:
            followers[current].append(_extra(cell))
        elif name not in answers:
            answers[name] = cell
            followers[name] = []
            current = name
        elif is_solution(known[name]):
            notes.append(f"练习格 {name} 有不止一份：依次运行，以最后一份为准")
            followers[current].append(_extra(cell))
        else:
            notes.append(f"只读格 {name} 有不止一份：只算一次")
    if not answers:
        raise NotGradable("这份笔记本里没有本实验的任何格子，可能交错了文件")

    cells = followers[None]
    for name, original in known.items():
        cell = deepcopy(original)
        if is_solution(original):
            cell.source = answers[name].source if name in answers else ""
            if name not in answers:
                notes.append(f"练习格 {name} 不在笔记本里")
        elif name not in answers:
            notes.append(f"只读格 {name} 被删除，已补回")
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        cells = [*cells, cell, *followers.get(name, [])]
    merged = NotebookNode(**source | {"cells": _with_unique_ids(cells)})
    return merged, tuple(dict.fromkeys(notes))


def _name_of(cell: NotebookNode, known: dict[str, NotebookNode], by_cell_id: dict[str, str]) -> str | None:
    """Which cell of the lab this is: by nbgrader's id, or by the cell's own where a tool dropped the metadata."""
    meta = cell.metadata.get("nbgrader")
    if isinstance(meta, dict):
        name = meta.get("grade_id")
        return name if isinstance(name, str) and name in known else None
    return by_cell_id.get(cell.get("id", ""))


def _extra(cell: NotebookNode) -> NotebookNode:
    """A cell of the student's own, without metadata that could mean anything to a tool."""
    extra = NotebookNode(cell_type="markdown", id="", metadata=NotebookNode(), source=cell.source)
    if cell.cell_type == "code":
        extra |= {"cell_type": "code", "outputs": [], "execution_count": None}
    return NotebookNode(extra)


def _with_unique_ids(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Give the student's own cells ids that depend on their place only, so that the same file merges the same."""
    for number, cell in enumerate(cells):
        if grade_id(cell) is None:
            cell.id = f"student-{number}"
    return cells
