"""What running a submission's cells came to, kept by a hash of all that it depends on (pure).

Words that do not run change nothing here: a student's prose, the lab's texts, points and mark schemes. A test cell
shares the student's process with what ran before it (a generator of the student's own, say), so nothing smaller than
a notebook is kept: whatever of its code changes, its submissions run again, and those of no other notebook.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from nbformat import NotebookNode, from_dict

from .files import digest_of
from .notebooks import nbgrader
from .plan import Plan
from .run import Limits, Outcome, Run
from .verdict import Finding

# Part of every hash: raise it when the same submission may now be judged otherwise.
ENGINE = "4"


@dataclass(frozen=True)
class Execution:
    """The outcome and the outputs of each code cell, in order (None: not reached), and what else was seen."""

    key: str
    cells: tuple[tuple[Outcome, list[NotebookNode]] | None, ...]
    stopped: str  #: why it ended early, if it did
    seen: Mapping[str, frozenset[str]]  #: torch's operators, by test cell
    findings: tuple[Finding, ...]

    def to_json(self) -> str:
        cells = [cell and [asdict(cell[0]), cell[1]] for cell in self.cells]
        seen = {name: sorted(operators) for name, operators in self.seen.items()}
        rest = {"key": self.key, "stopped": self.stopped, "seen": seen, "findings": list(map(asdict, self.findings))}
        return json.dumps(rest | {"cells": cells})  # in ASCII: student code can print half a character

    @classmethod
    def from_json(cls, text: str, key: str) -> Execution | None:
        """The execution in ``text``, if it can be read and has this ``key``."""
        try:
            data = json.loads(text)
            if data["key"] != key:
                return None
            return cls(
                key,
                tuple(cell and (Outcome(**cell[0]), from_dict(cell[1])) for cell in data["cells"]),
                data["stopped"],
                {name: frozenset(operators) for name, operators in data["seen"].items()},
                tuple(Finding(**finding) for finding in data["findings"]),
            )
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            return None

    def run(self, notebook: NotebookNode) -> Run:
        """``notebook``, the code cells of which were executed, as it was afterwards."""
        run = Run(notebook, stopped=self.stopped)
        code = [(index, cell) for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
        for count, ((index, cell), done) in enumerate(zip(code, self.cells, strict=True), start=1):
            if done is not None:
                run.outcomes[index], cell.outputs = done
                cell.execution_count = count
        return run


def executed(key: str, run: Run, seen: Mapping[str, frozenset[str]], findings: Iterable[Finding]) -> Execution:
    """The :class:`Execution` that :meth:`Execution.run` makes ``run`` of."""
    code = [(index, cell) for index, cell in enumerate(run.notebook.cells) if cell.cell_type == "code"]
    cells = tuple((run.outcomes[index], cell.outputs) if index in run.outcomes else None for index, cell in code)
    return Execution(key, cells, run.stopped, dict(seen), tuple(findings))


def digest_of_code(notebook: NotebookNode, plan: Plan | None = None) -> bytes:
    """A hash of a notebook's code cells, with their marks in nbgrader and, by ``plan``, what each test belongs to."""
    parts = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            marks = {name: value for name, value in nbgrader(cell).items() if name != "points"}
            parts += [json.dumps(marks, sort_keys=True), cell.source]
    parts += [f"{item.grade_id} {item.exercise} {item.kind}" for item in (plan.items if plan else ())]
    return digest_of(parts)


def key_of(code: bytes, merged: NotebookNode, limits: Limits, flags: Iterable[str]) -> tuple[str, int]:
    """The key of a submission's execution, and the seed of all that its tests draw.

    ``code`` is the digest of all that the lab brings to it. The same code always gets the same inputs, however long it
    may take, and nobody who has not seen the tests can tell which.
    """
    content = digest_of([code, digest_of_code(merged)])
    return digest_of([ENGINE, content, repr(limits), *flags]).hex(), int.from_bytes(content[:6], "big")
