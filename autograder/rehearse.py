"""The author's rehearsal: can every test cell be judged safely, and does the reference solution pass?"""

from __future__ import annotations

from collections.abc import Iterator

from .assignment import Assignment, load_assignment
from .course import Course, Lab
from .demo import fill, reference_answers
from .engine.cells import Reading, read_cells
from .engine.protocol import GraderFault
from .grade import Taken, begin, run_in, start_pool
from .limits import run_limits
from .notebooks import read_source
from .plan import Kind
from .verdict import Verdict


def read_tests(lab: Lab) -> dict[str, Reading]:
    """How the test cells of each of the lab's notebooks will run, by notebook name."""
    return {path.stem: read_cells(read_source(path)) for path in lab.notebooks}


def static_problems(lab: Lab) -> list[str]:
    """What in the lab's test cells cannot be judged safely, found without running anything."""
    return [f"{lab.name}：{problem}" for reading in read_tests(lab).values() for problem in reading.problems]


def rehearse(course: Course, labs: list[Lab]) -> Iterator[tuple[Lab, list[str]]]:
    """Grade the reference solutions as if they were handed in; yields each lab with what went wrong.

    The solutions are the author's own code: no sandbox is needed.
    """
    assignments = {lab: [load_assignment(course, lab, path) for path in lab.notebooks] for lab in labs}
    limits = run_limits(course)
    with start_pool(course, labs, 1, confined=False) as pool:
        begin(pool, [assignment for found in assignments.values() for assignment in found])
        for lab, found in assignments.items():
            problems = []
            for assignment in found:
                try:
                    graded = run_in(pool, assignment, "reference", Taken(_handed_in(assignment)), limits)
                    problems += _problems(graded.verdict)
                except GraderFault as error:
                    problems.append(str(error))
            yield lab, problems


def _handed_in(assignment: Assignment) -> bytes:
    source = assignment.source
    return fill(type(source)(source), reference_answers(source))


def _problems(verdict: Verdict) -> list[str]:
    lost = [item for item in verdict.items if item.kind is Kind.TEST and item.score != item.max_score]
    return [f"{item.grade_id}：参考答案没有得到满分。{item.message}" for item in lost]
