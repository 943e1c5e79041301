"""Reading notebooks and asking what their cells are, in nbgrader's terms."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from .errors import CourseError, first_line

TRUNCATED = "文件不是完整的笔记本（JSON 无法解析），可能在保存或上传时被截断"


def parse_notebook(data: bytes) -> NotebookNode:
    """A notebook of format 4 from a file's bytes (UTF-8, with or without byte order mark).

    Older formats are upgraded. Raises ValueError with a Chinese sentence if it is no notebook.
    """
    if not data.strip():
        raise ValueError("文件是空的")
    try:
        text = data.decode("utf-8-sig")
        content = json.loads(text)
    except UnicodeDecodeError as error:
        cut = error.reason == "unexpected end of data"  # in the middle of a character
        raise ValueError(TRUNCATED if cut else "文件不是 UTF-8 编码的文本") from None
    except (ValueError, RecursionError):  # a number of thousands of digits is no JSONDecodeError
        raise ValueError(TRUNCATED) from None
    if not isinstance(content, dict) or not isinstance(content.get("nbformat"), int):
        raise ValueError("文件是 JSON，但不是 Jupyter 笔记本")
    try:
        with warnings.catch_warnings():  # missing and duplicate cell ids are repaired by the merge with the source
            warnings.simplefilter("ignore")
            # As nbformat.reads does, which would validate twice (and once to no effect).
            notebook = nbformat.convert(nbformat.reader.reads(text), 4)
            nbformat.validate(notebook, relax_add_props=True)
    except Exception as error:
        what = first_line(error)
        raise ValueError(f"文件不是有效的 Jupyter 笔记本（{what[:120]}）") from None
    return notebook


def read_source(path: Path) -> NotebookNode:
    """An instructor notebook; raises :class:`CourseError` if it cannot be read."""
    try:
        return parse_notebook(path.read_bytes())
    except ValueError as error:
        raise CourseError(f"{path}：{error}。") from None


def dump_notebook(notebook: NotebookNode) -> str:
    """The notebook as the text of an .ipynb file; lone surrogates, which no file can hold, become "?"."""
    return (nbformat.writes(notebook) + "\n").encode("utf-8", "replace").decode("utf-8")


def nbgrader(cell: NotebookNode) -> dict[str, Any]:
    """nbgrader's metadata of a cell, {} if it has none."""
    meta = cell.metadata.get("nbgrader", {})
    return meta if isinstance(meta, dict) else {}


def grade_id(cell: NotebookNode) -> str | None:
    """nbgrader's id of a cell nbgrader knows: graded, solution, read-only or task."""
    meta = nbgrader(cell)
    known = any(meta.get(flag) for flag in ("grade", "solution", "locked", "task"))
    return meta.get("grade_id") if known else None


def is_solution(cell: NotebookNode) -> bool:
    """Does the student write in this cell?"""
    return bool(nbgrader(cell).get("solution"))


def is_test(cell: NotebookNode) -> bool:
    """Is this an autograder test cell?"""
    meta = nbgrader(cell)
    return bool(meta.get("grade")) and not meta.get("solution") and cell.cell_type == "code"


def is_marked_by_hand(cell: NotebookNode) -> bool:
    """Does an instructor give the points for this cell: prose or code without tests of its own, or a task?"""
    meta = nbgrader(cell)
    return bool(meta.get("task")) or bool(meta.get("grade") and meta.get("solution"))
