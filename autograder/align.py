"""Finding a lab's cells in a notebook that has lost every mark of them (Colab's and 飞桨's exports), by text (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from nbformat import NotebookNode

from .notebooks import grade_id

ENOUGH = 0.5  # of the lab's cells have to be found: other notebooks begin with `import torch`, too


def names_by_text(source: Sequence[NotebookNode], submitted: Sequence[NotebookNode]) -> list[str | None]:
    """For every submitted cell the grade_id of the instructor's cell that it is; all None if too few are found.

    Cells are compared by their first lines, which students keep (a heading, ``def f(x):``, ``# 评分：…``). An answer
    that begins otherwise is the one cell between two that were found.
    """
    pairs: dict[int, int] = {}  # place in the source -> place in the submission
    matcher = SequenceMatcher(None, [_first(c) for c in source], [_first(c) for c in submitted], autojunk=False)
    for block in matcher.get_matching_blocks():
        pairs |= {block.a + n: block.b + n for n in range(block.size)}
    for place in range(len(source)):
        before, after = pairs.get(place - 1, -1 if place == 0 else None), pairs.get(place + 1)
        if place == len(source) - 1:
            after = len(submitted)
        if place not in pairs and before is not None and after is not None and after - before == 2:
            pairs[place] = before + 1
    names: list[str | None] = [None] * len(submitted)
    for place, where in pairs.items():
        names[where] = grade_id(source[place])
    known = sum(grade_id(cell) is not None for cell in source)
    return names if sum(name is not None for name in names) >= max(1, ENOUGH * known) else [None] * len(submitted)


def _first(cell: NotebookNode) -> tuple[str, str]:
    lines = [line.strip() for line in cell.source.split("\n") if line.strip()]
    return (cell.cell_type, lines[0] if lines else "")
