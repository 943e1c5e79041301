"""Calls that an exercise asks to do without: found and shown to the instructor, never scored.

A test cell may hold a comment line ``# 不用：torch.relu、nn.ReLU`` (or ``# forbidden: …``). It is a promise to
students that such answers will be looked at. No test can prove the absence of a call, so this is advice: the syntax
tree of the student's cells is searched for the names, and the student process reports which of torch's operators ran
while the tests called the answer.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from .notebooks import grade_id, is_solution, is_test
from .plan import Plan

LINE = re.compile(r"^\s*#\s*(?:不用|forbidden)\s*[:：]\s*(.+?)\s*$", re.MULTILINE)


def read_forbidden(source: NotebookNode, plan: Plan) -> dict[str, tuple[str, ...]]:
    """The calls to do without, by exercise, from the test cells of an instructor notebook."""
    exercises = {item.grade_id: item.exercise for item in plan.items}
    found: dict[str, list[str]] = {}
    for cell in source.cells:
        name = grade_id(cell)
        if is_test(cell) and name in exercises:
            for names in LINE.findall(cell.source):
                found.setdefault(exercises[name], []).extend(re.findall(r"[\w.]+", names))
    return {exercise: tuple(dict.fromkeys(names)) for exercise, names in found.items()}


def calls_in(code: str, forbidden: Iterable[str]) -> Iterator[str]:
    """Which of the ``forbidden`` names occur in ``code``, through whatever alias, attribute or ``getattr``."""
    try:
        tree = ast.parse(TransformerManager().transform_cell(code))
    except Exception:  # SyntaxError and, for code written to break a parser, MemoryError, RuntimeError and others
        return
    words = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            words.add(node.attr)
        elif isinstance(node, ast.Name):
            words.add(node.id)
        elif isinstance(node, ast.ImportFrom):
            words |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words.add(node.value)  # getattr(torch, "relu")
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("run_line_magic", "run_cell_magic"):
            for text in node.args:
                words.update(re.findall(r"\w+", ast.unparse(text)))
    for name in forbidden:
        last = name.rpartition(".")[2]
        if last in words or f"{last}_" in words:
            yield name


def operators_of(forbidden: Iterable[str]) -> frozenset[str]:
    """The names that torch's dispatcher has for the ``forbidden`` functions: ``nn.ReLU`` runs ``relu``."""
    return frozenset(name.rpartition(".")[2].lower() for name in forbidden)


def find_flags(
    merged: NotebookNode, forbidden: Mapping[str, tuple[str, ...]], seen: Mapping[str, frozenset[str]]
) -> tuple[str, ...]:
    """A sentence for each exercise whose answer looks as if it used a call that it should do without.

    ``seen`` names the operators that ran, by exercise: what a helper in another cell does shows there.
    """
    answers = {grade_id(cell): cell.source for cell in merged.cells if is_solution(cell)}
    flags = []
    for exercise, names in forbidden.items():
        written = list(calls_in(answers.get(exercise, ""), names))
        ran = [name for name in names if operators_of([name]) & seen.get(exercise, frozenset())]
        if written or ran:
            which = "、".join(dict.fromkeys(written or ran))
            how = "代码里写着" if written else "运行时用到了"
            flags.append(f"{exercise}：{how} {which}，题目要求不用")
    return tuple(flags)
