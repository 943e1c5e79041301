"""A new lab, complete and small, from ``templates/new_lab``: to be released at once, and to be written over."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from .course import Course
from .demo import SOLUTION_BANK
from .errors import CourseError
from .files import read_tree, replace_tree, write_atomic

NAME = re.compile(r"lab(\d\d)_[a-z][a-z0-9]*(_[a-z0-9]+)*")
TITLE = "从分数到概率"
HELPER = "labkit.py"
TOC = "_toc.yml"
TOC_LINE = re.compile(r"^( *- file: )book/labs/\S+$", re.MULTILINE)


def create_lab(course: Course, name: str, title: str = TITLE) -> list[Path]:
    """Write the lab ``name``; returns the files and folders that are new or changed.

    Besides the lab's folder these are its solutions for the audit and its line in ``_toc.yml``, where the course
    has such things. Raises :class:`CourseError` if the name will not do or something of it is there already.
    """
    number = _number(course, name)
    title = " ".join(title.split())
    if not title:
        raise CourseError("实验的标题不能是空的。")
    if not (course.source / HELPER).is_file():
        raise CourseError(f"新实验要用到 {course.source.name}/{HELPER}，这个课程里没有：请先把它放好。")
    template = _read(files(__package__) / "templates" / "new_lab", name, number, title)
    bank = {path.removeprefix("solutions/"): data for path, data in template.items() if path.startswith("solutions/")}
    lab = {path: data for path, data in template.items() if not path.startswith("solutions/")}
    written = []
    if (course.root / SOLUTION_BANK).is_dir():
        folder = course.root / SOLUTION_BANK / name
        if read_tree(folder) not in ({}, bank):
            raise CourseError(f"{folder} 里已经有别的解答：请换一个实验名，或者先把它移走。")
        replace_tree(folder, bank)
        written.append(folder)
    written += [course.root / TOC] * _add_to_contents(course.root / TOC, name)
    replace_tree(course.source / name, lab)  # last: a lab that is there is complete
    return [course.source / name, *written]


def _number(course: Course, name: str) -> int:
    found = NAME.fullmatch(name)
    if found is None:
        raise CourseError(f"实验名 {name} 不合要求：应当是 lab、两位数字、下划线、小写英文，例如 lab07_softmax。")
    for path in sorted(course.source.iterdir()):
        if path.name == name or (path.is_dir() and path.name.startswith(f"lab{found[1]}_")):
            raise CourseError(f"{path} 已经存在：请换一个名字和编号，或者先把它移走。")
    return int(found[1])


def _read(folder: Traversable, name: str, number: int, title: str, prefix: str = "") -> dict[str, bytes]:
    """The template's files by relative path, in the new lab's words."""
    words = {"LABNAME": name, "LABNUMBER": str(number), "LABTITLE": title}
    found: dict[str, bytes] = {}
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name != "__pycache__":
                found |= _read(entry, name, number, title, f"{prefix}{entry.name}/")
            continue
        text = entry.read_text("utf-8")
        for word, value in words.items():
            text = text.replace(word, json.dumps(value, ensure_ascii=False)[1:-1])  # a title may hold quotation marks
        found[prefix + entry.name.replace("LABNAME", name)] = text.encode("utf-8")
    return found


def _add_to_contents(path: Path, name: str) -> bool:
    """Put the lab's page below those of the others in the site's contents; False if nothing was to be done."""
    text = path.read_text("utf-8") if path.is_file() else ""
    lines = list(TOC_LINE.finditer(text))
    if not lines or f"book/labs/{name}\n" in text:
        return False
    end = lines[-1].end()
    write_atomic(path, f"{text[:end]}\n{lines[-1][1]}book/labs/{name}{text[end:]}")
    return True
