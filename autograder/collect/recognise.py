"""Which lab a notebook belongs to, by what is in it: file names and metadata do not survive every tool (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from ..course import Course, Lab
from ..notebooks import grade_id, is_solution, nbgrader, read_source

MIN_LINE = 8  # characters: shorter lines stand in any notebook
MIN_LINES, MIN_SHARE = 3, 0.1  # of a lab's own lines that a notebook without ids must hold


@dataclass(frozen=True)
class Signature:
    """What only one notebook of the course has."""

    lab: Lab
    source: Path
    grade_ids: frozenset[str]
    cell_ids: frozenset[str]
    lines: frozenset[str]  #: of read-only cells and prose


def load_signatures(course: Course) -> list[Signature]:
    """The signatures of all labs' notebooks; raises :class:`CourseError` if one cannot be read."""
    everything = [(lab, path, read_source(path)) for lab in course.labs() for path in lab.notebooks]
    traits = [(_grade_ids(nb), _cell_ids(nb), _lines(nb, given=True)) for _, _, nb in everything]
    often = [Counter(trait for found in kind for trait in found) for kind in zip(*traits, strict=True)]

    def own(kind: int, found: set[str]) -> frozenset[str]:
        return frozenset(trait for trait in found if often[kind][trait] == 1)

    return [
        Signature(lab, path, *(own(kind, found) for kind, found in enumerate(sets)))
        for (lab, path, _), sets in zip(everything, traits, strict=True)
    ]


def recognise(notebook: NotebookNode, signatures: Sequence[Signature]) -> Signature | None:
    """The lab's notebook this is a copy of: by nbgrader's ids, else cell ids, else text; None if none clearly."""
    for found, of, least in (
        (_grade_ids(notebook), lambda s: s.grade_ids, lambda s: 1),
        (_cell_ids(notebook), lambda s: s.cell_ids, lambda s: min(2, len(s.cell_ids))),
        (_lines(notebook, given=False), lambda s: s.lines, lambda s: max(MIN_LINES, MIN_SHARE * len(s.lines))),
    ):
        hits = sorted(((len(found & of(s)), n) for n, s in enumerate(signatures)), reverse=True)
        most, best = hits[0]
        second = hits[1][0] if len(hits) > 1 else 0
        if most >= max(least(signatures[best]), 2 * second, 1):
            return signatures[best]
    return None


def _grade_ids(notebook: NotebookNode) -> set[str]:
    return {str(name) for cell in notebook.cells if (name := grade_id(cell) or nbgrader(cell).get("grade_id"))}


def _cell_ids(notebook: NotebookNode) -> set[str]:
    # Colab moves a cell's id into its metadata.
    return {str(value) for cell in notebook.cells if (value := cell.get("id") or cell.metadata.get("id"))}


def _lines(notebook: NotebookNode, *, given: bool) -> set[str]:
    """The telling lines; only of what students are ``given`` to read, not to write, if so."""
    cells = [cell for cell in notebook.cells if not (given and is_solution(cell))]
    return {line.strip() for cell in cells for line in cell.source.split("\n") if len(line.strip()) >= MIN_LINE}
