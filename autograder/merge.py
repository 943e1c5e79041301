"""Laying a student's answers into the instructor notebook (pure)."""

from __future__ import annotations

from copy import deepcopy

from nbformat import NotebookNode

from .align import names_by_text
from .errors import NotGradable
from .notebooks import grade_id, is_solution, parse_notebook


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
    names = [_name_of(cell, known, names_by_cell_id) for cell in submitted.cells]
    if not any(names) and any(names := names_by_text(source.cells, submitted.cells)):
        notes.append("格子的标记都没有了（例如从 Colab 或飞桨导出的），已按内容对上")
    for cell, name in zip(submitted.cells, names, strict=True):
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
