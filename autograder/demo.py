"""A small class of made-up students, derived from the instructor notebooks: for ``make demo`` and for tests."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from .course import Course, Lab
from .files import replace_tree, write_atomic
from .notebooks import dump_notebook, grade_id, is_solution, parse_notebook, read_source
from .plan import read_plan
from .release import build_release, expected_stub

SOLUTION_BANK = Path("tests") / "solutions"
SHORT_ANSWER = "我觉得是因为这样效果更好。"


@dataclass(frozen=True)
class Sample:
    """One made-up student: how he or she answers a lab."""

    student_id: str
    kind: str
    answer: Callable[[Course, Lab, NotebookNode, NotebookNode], bytes]  #: (course, lab, source, release) -> file


def fill(released: NotebookNode, answers: dict[str, str]) -> bytes:
    """The bytes of the released notebook with ``answers`` (by grade_id) in its solution cells."""
    for cell in released.cells:
        if is_solution(cell) and grade_id(cell) in answers:
            cell.source = answers[grade_id(cell)]
    return dump_notebook(released).encode("utf-8")


def reference_answers(source: NotebookNode) -> dict[str, str]:
    """What the author would hand in: the solution cells without the region markers, by grade_id."""
    answers = {}
    for cell in source.cells:
        if is_solution(cell):
            lines = cell.source.split("\n")
            answers[grade_id(cell)] = "\n".join(
                x for x in lines if "BEGIN SOLUTION" not in x and "END SOLUTION" not in x
            )
    return answers


def all_right(course: Course, lab: Lab, source: NotebookNode, released: NotebookNode) -> bytes:
    return fill(released, reference_answers(source))


def half_done(course: Course, lab: Lab, source: NotebookNode, released: NotebookNode) -> bytes:
    """The first half of the exercises (rounded down) is right, the others are untouched."""
    exercises = read_plan(source).exercises
    done = exercises[: len(exercises) // 2]
    return fill(released, {name: text for name, text in reference_answers(source).items() if name in done})


def typical_mistakes(course: Course, lab: Lab, source: NotebookNode, released: NotebookNode) -> bytes:
    """A known mistake in every exercise for which the solution bank names one; otherwise a body that does nothing."""
    bank = course.root / SOLUTION_BANK
    listed = bank / "typical.toml"
    typical = tomllib.loads(listed.read_text("utf-8")) if listed.is_file() else {}
    answers = {}
    for cell in filter(is_solution, source.cells):
        name = grade_id(cell)
        if cell.cell_type == "markdown":
            answers[name] = SHORT_ANSWER
        elif name in typical:
            answers[name] = (bank / lab.name / name / f"wrong_{typical[name]}.py").read_text("utf-8")
        else:
            answers[name] = expected_stub(cell, course.config, "pass")
    return fill(released, answers)


def untouched(course: Course, lab: Lab, source: NotebookNode, released: NotebookNode) -> bytes:
    return dump_notebook(released).encode("utf-8")


def broken_file(course: Course, lab: Lab, source: NotebookNode, released: NotebookNode) -> bytes:
    """A file cut off in the middle of its upload."""
    data = all_right(course, lab, source, released)
    return data[: len(data) // 2]


def endless_loop(course: Course, lab: Lab, source: NotebookNode, released: NotebookNode) -> bytes:
    """All right, but the last code exercise (nothing builds on it) begins with a loop that never ends."""
    answers = reference_answers(source)
    last = [grade_id(cell) for cell in source.cells if is_solution(cell) and cell.cell_type == "code"][-1]
    return fill(released, answers | {last: "while True:\n    pass\n\n" + answers[last]})


SAMPLES = (
    Sample("20260101", "全部正确", all_right),
    Sample("20260102", "做了一半", half_done),
    Sample("20260103", "典型错误", typical_mistakes),
    Sample("20260104", "没有动笔", untouched),
    Sample("20260105", "文件损坏", broken_file),
    Sample("20260106", "死循环", endless_loop),
)


def make_demo_course(course: Course, labs: list[Lab]) -> Course:
    """A copy of ``course`` below ``_build/demo`` with the releases and submissions of the made-up class."""
    root = course.root / "_build" / "demo"
    shutil.rmtree(root, ignore_errors=True)
    (root / "source_notebooks").mkdir(parents=True)
    for path in course.shared_files:
        shutil.copy(path, root / "source_notebooks")
    for lab in labs:
        shutil.copytree(lab.folder, root / "source_notebooks" / lab.name)
    settings = course.root / "nbgrader_config.py"
    if settings.is_file():
        shutil.copy(settings, root)
    demo = Course.open(root)
    for lab in demo.select([lab.name for lab in labs]):
        released = build_release(demo, lab)
        replace_tree(demo.release / lab.name, released)
        for path in lab.notebooks:
            source = read_source(path)
            for sample in SAMPLES:
                data = sample.answer(course, lab, source, parse_notebook(released[path.name]))
                write_atomic(demo.submitted / sample.student_id / lab.name / path.name, data)
    return demo
