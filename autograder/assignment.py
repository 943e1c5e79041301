"""One instructor notebook as grading sees it: what is needed to grade a submission, read and prepared once."""

from __future__ import annotations

import contextlib
import py_compile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from .engine.cells import Reading, read_cells
from .execution import digest_of_code
from .files import digest_of
from .forbidden import read_forbidden
from .notebooks import dump_notebook, grade_id, is_marked_by_hand, is_solution, read_source
from .plan import Plan, read_plan
from .verdict import State, Verdict, undecided

if TYPE_CHECKING:
    from .course import Course, Lab


@dataclass(frozen=True)
class Assignment:
    """All that grading needs of one instructor notebook."""

    lab: str
    notebook: str
    source: NotebookNode
    plan: Plan
    reading: Reading
    forbidden: Mapping[str, tuple[str, ...]]  #: calls to do without, by exercise
    stubs: Mapping[str, str]  #: what the cells marked by hand hold when nobody has answered
    companions: Mapping[str, bytes]  #: the files beside the notebook, as students get them
    digest: bytes  #: of the lab's and the notebook's name, the notebook's file and the companions
    code: bytes  #: a digest of less: of what runs

    @property
    def key(self) -> str:
        """Its name in a pool; also that of a folder."""
        return self.digest.hex()


def load_assignment(course: Course, lab: Lab, path: Path) -> Assignment:
    """Read the instructor notebook ``path`` and its companions; raises :class:`CourseError` if it cannot be read."""
    from .release import build_release, companions, expected_stub  # nbgrader: too slow for the judges to import

    source = read_source(path)
    beside = companions(build_release(course, lab))
    # With its names: a copied lab is another one.
    around = [lab.name, path.name, *(part for item in sorted(beside.items()) for part in item)]
    stubs = {
        grade_id(cell): expected_stub(cell, course.config).strip()
        for cell in source.cells
        if is_marked_by_hand(cell) and is_solution(cell)
    }
    plan = read_plan(source)
    return Assignment(
        lab.name,
        path.stem,
        source,
        plan,
        read_cells(source),
        read_forbidden(source, plan),
        stubs,
        beside | compiled(beside),
        digest_of([path.read_bytes(), *around]),
        digest_of([digest_of_code(source, plan), *around]),
    )


def not_gradable(assignment: Assignment, student_id: str, state: State, reason: str) -> tuple[Verdict, str]:
    """A verdict without scores; its notebook is the lab's with empty answers, for markers to enter points by hand."""
    items = undecided(assignment.plan, reason)
    empty = [cell for cell in assignment.source.cells if grade_id(cell)]
    cells = [NotebookNode(**cell | {"source": ""}) if is_solution(cell) else cell for cell in empty]
    blank = NotebookNode(**assignment.source | {"cells": cells})
    verdict = Verdict(student_id, assignment.lab, assignment.notebook, state, items, reason)
    return verdict, autograded_notebook(blank, verdict)


def autograded_notebook(executed: NotebookNode, verdict: Verdict) -> str:
    """The file that markers open: the executed notebook, with a word on top where grading did not go as usual."""
    lines = [f"**{verdict.state}**：{verdict.reason}。"] if verdict.state is not State.GRADED else []
    lines += [f"批改说明：{note}。" for note in verdict.notes]
    lines += [f"请复查：{flag}。" for flag in verdict.flags]
    if lines:
        notice = new_markdown_cell("\n\n".join(f"> {line}" for line in lines), id="grading-notice")
        executed = NotebookNode(**executed | {"cells": [notice, *executed.cells]})
    return dump_notebook(executed)


def compiled(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The bytecode of the Python modules among ``files``, to lie beside them: each submission imports them twice."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            if name.endswith(".py"):
                path = Path(folder) / Path(name).name
                path.write_bytes(content)
                with contextlib.suppress(py_compile.PyCompileError):
                    made = py_compile.compile(
                        str(path),
                        dfile=Path(name).name,
                        doraise=True,
                        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
                    )
                    place = Path(name).parent / "__pycache__" / Path(made).name
                    found[place.as_posix()] = Path(made).read_bytes()
    return found
