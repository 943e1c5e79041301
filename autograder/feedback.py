"""What a student gets back: one self-contained HTML page a lab, without a line of the hidden tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from nbformat import NotebookNode

from .course import Course, Lab
from .files import write_atomic
from .judge import ANSI, CALL
from .marks import Mark, Marks, MarkState, load_marks
from .notebooks import grade_id, is_solution, is_test, parse_notebook, read_source
from .plan import Kind, read_plan
from .verdict import Finding

MAX_OUTPUT = 4000  # characters of a cell's output that are shown
TEST_COMMENT = re.compile(r"#\s*(?:评分[：:]\s*)?(.+)")


@dataclass
class TestView:
    title: str
    kind: str  #: "ok", "no" or "open"
    score: str
    max_score: str
    message: str
    call: str  #: what was called last and what came back


@dataclass
class ExerciseView:
    id: str
    title: str
    answer: str = ""
    output: str = ""
    is_code: bool = True
    tests: list[TestView] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    points: list[tuple[float, float]] = field(default_factory=list)  #: (given, possible) of each item

    @property
    def score(self) -> str:
        return f"{sum(given for given, _ in self.points):g}"

    @property
    def max_score(self) -> str:
        return f"{sum(possible for _, possible in self.points):g}"


def write_feedback(course: Course, labs: list[Lab]) -> Iterator[Path]:
    """Write a page for every graded submission to ``labs``; yields the pages' paths."""
    for path, page in render_feedback(course, labs, load_marks(course, labs)):
        write_atomic(path, page)
        yield path


def render_feedback(course: Course, labs: list[Lab], all_marks: Iterable[Marks]) -> Iterator[tuple[Path, str]]:
    """Each of ``all_marks``' page: where it belongs, and its HTML."""
    template = Environment(
        loader=PackageLoader("autograder"), autoescape=True, trim_blocks=True, undefined=StrictUndefined
    ).get_template("feedback.html.j2")
    by_name = {lab.name: lab for lab in labs}
    source = cache(lambda lab, notebook: read_source(by_name[lab].folder / f"{notebook}.ipynb"))
    for marks in all_marks:
        verdict = marks.verdict
        folder = Path(verdict.student_id) / verdict.assignment
        autograded = course.autograded / folder / f"{verdict.notebook}.ipynb"
        page = template.render(_view(marks, source(verdict.assignment, verdict.notebook), _read(autograded)))
        yield course.feedback / folder / f"{verdict.notebook}.html", page


def students_named(page: str) -> list[str]:
    """Whose page it says it is, for machines: its ``student-id`` tags. Pages written by earlier versions have none."""
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            named = dict(attributes)
            if tag == "meta" and named.get("name") == "student-id":
                found.append(named.get("content") or "")

    reader = Reader()
    reader.feed(page)
    reader.close()
    return found


def _read(path: Path) -> NotebookNode:
    """The autograded notebook; an empty one if it is gone."""
    try:
        return parse_notebook(path.read_bytes())
    except (OSError, ValueError):
        return NotebookNode(cells=[])


def _view(marks: Marks, source: NotebookNode, autograded: NotebookNode) -> dict[str, object]:
    verdict = marks.verdict
    titles = section_titles(source)
    tests = titles_of_tests(source)
    exercises = {name: ExerciseView(name, titles.get(name, name)) for name in read_plan(source).exercises}
    for cell in autograded.cells:
        view = exercises.get(grade_id(cell) or "")
        if view is not None:
            view.answer = cell.source
            view.is_code = cell.cell_type == "code"
            view.output = _output_text(cell)
    for mark in marks.marks:
        view = exercises.setdefault(mark.item.exercise, ExerciseView(mark.item.exercise, mark.item.exercise))
        view.points.append((mark.score or 0.0, mark.item.max_score))
        view.tests.append(_test_view(mark, tests.get(mark.item.grade_id, mark.item.grade_id)))
        if mark.comment:
            view.comments.append(mark.comment)
    for finding in verdict.findings:
        exercises[finding.exercise].findings.append(finding)
    waiting = sum(mark.item.max_score for mark in marks.marks if mark.state is MarkState.NEEDS_MANUAL)
    return {
        "title": notebook_title(source) or verdict.assignment,
        "student_id": verdict.student_id,
        "score": f"{marks.score:g}",
        "max_score": f"{verdict.max_score:g}",
        "waiting": f"{waiting:g}" if waiting else "",
        "reason": f"{verdict.reason}。" if verdict.reason else "",
        "notes": verdict.notes,
        "late_penalty": f"{marks.late_penalty:g}" if marks.late_penalty else "",
        "exercises": [view for view in exercises.values() if view.tests],
    }


def _test_view(mark: Mark, title: str) -> TestView:
    item = mark.item
    if item.kind is Kind.MANUAL:
        title = "教师批阅"
    if mark.score is None:
        kind = "open"
    else:
        kind = "ok" if mark.score >= item.max_score or (not item.message and mark.score > 0) else "no"
    message = "等待教师批阅" if mark.state is MarkState.NEEDS_MANUAL else item.message
    if mark.state is MarkState.NOT_GRADABLE:
        message = ""  # the page says why on top, once
    score = "–" if mark.score is None else f"{mark.score:g}"
    message, _, call = message.partition(CALL)
    return TestView(title, kind, score, f"{item.max_score:g}", message, call and CALL.strip() + call)


def notebook_title(source: NotebookNode) -> str:
    """The first heading of level 1; "" if there is none."""
    lines = (line for cell in source.cells if cell.cell_type == "markdown" for line in cell.source.split("\n"))
    return next((line[2:].strip() for line in lines if line.startswith("# ")), "")


def titles_of_tests(source: NotebookNode) -> dict[str, str]:
    """What each test cell says it examines in its first line, a comment; by grade_id."""
    first_lines = {grade_id(cell): cell.source.split("\n")[0] for cell in source.cells if is_test(cell)}
    return {name: found.group(1) for name, line in first_lines.items() if (found := TEST_COMMENT.match(line))}


def section_titles(source: NotebookNode) -> dict[str, str]:
    """For each cell nbgrader knows, the last section heading (level 2) above it or in it."""
    found: dict[str, str] = {}
    current = ""
    for cell in source.cells:
        if cell.cell_type == "markdown" and not is_solution(cell):
            lines = [line for line in cell.source.split("\n") if line.startswith("## ")]
            current = lines[-1].removeprefix("## ").strip() if lines else current
        if (name := grade_id(cell)) and current:
            found[name] = current
    return found


def _output_text(cell: NotebookNode) -> str:
    """The text a cell printed or raised; pictures are left out."""
    parts = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            parts.append(output.text)
        elif output.output_type == "error":
            parts.append(f"{output.ename}: {output.evalue}\n")
        else:
            parts.append(str(output.get("data", {}).get("text/plain", "")) + "\n")
    text = ANSI.sub("", "".join(parts)).strip()
    return text if len(text) <= MAX_OUTPUT else text[:MAX_OUTPUT] + "\n…"
