"""Student releases: built by nbgrader from the instructor notebooks, checked for staleness and leaks."""

from __future__ import annotations

import ast
import logging
import tempfile
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions
from traitlets.config import Config

from .course import Course, Lab
from .errors import CourseError
from .files import read_tree
from .gradebook import address
from .notebooks import grade_id, is_solution, parse_notebook, read_source

# Shorter lines ("else:", "pass") say nothing about a solution.
MIN_SECRET_LENGTH = 8
ANSWER = "答案"


def generate(course: Course, lab: Lab, output: Path, *, db_url: str | None = None) -> None:
    """Run nbgrader's ``generate_assignment`` on ``lab``, writing to ``output/<lab>``.

    With ``db_url`` the lab's cells are entered into that gradebook, otherwise no database is touched.
    """
    config = deepcopy(course.config)
    config.CourseDirectory.source_directory = str(course.source)
    config.CourseDirectory.release_directory = str(output)
    config.CourseDirectory.assignment_id = lab.name
    if db_url is None:
        config.GenerateAssignment.no_database = True
        config.SaveCells.enabled = False
    else:
        config.CourseDirectory.db_url = db_url
    for path in lab.notebooks:
        read_source(path)  # a broken notebook is named before nbgrader stumbles over it
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    converter.force = True
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    log = converter.log
    was_propagating, log.propagate = log.propagate, False
    log.addHandler(handler)
    try:
        converter.start()
    except Exception as error:
        if any("submissions associated with it" in line for line in lines):
            raise CourseError(
                f"实验 {lab.name} 的评分格与成绩簿里已批改的作业不一致：请恢复原来的评分格，"
                f"或者备份后移走成绩簿（{address(course.db_url)}）再批改。"
            ) from error
        causes = [line.strip().splitlines()[-1] for line in lines if "Error" in line] or [str(error)]
        raise CourseError(f"实验 {lab.name} 无法生成学生版：{causes[0]}") from error
    finally:
        log.removeHandler(handler)
        log.propagate = was_propagating


def build_release(course: Course, lab: Lab) -> dict[str, bytes]:
    """The files of the lab's student version by relative path: the notebook, its companions, the shared files."""
    with tempfile.TemporaryDirectory() as folder:
        generate(course, lab, Path(folder))
        files = read_tree(Path(folder) / lab.name)
    return files | {path.name: path.read_bytes() for path in course.shared_files}


def companions(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The part of a release that lies beside the notebooks: what they may import and read."""
    return {name: content for name, content in files.items() if not name.endswith(".ipynb")}


# --------------------------------------------------------------------------- checking


def regions(text: str, marker: str) -> tuple[list[str], list[str]]:
    """Split ``text`` at ``BEGIN <marker>`` … ``END <marker>`` lines into (lines outside, lines inside)."""
    outside: list[str] = []
    inside: list[str] = []
    hidden = False
    for line in text.split("\n"):
        if f"BEGIN {marker}" in line:
            hidden = True
        elif f"END {marker}" in line:
            hidden = False
        else:
            (inside if hidden else outside).append(line)
    return outside, inside


def _markers(config: Config) -> dict[str, str]:
    """What nbgrader cuts out of an instructor notebook: marker -> what it is."""

    def begin(preprocessor: type, trait: str) -> str:
        return getattr(preprocessor(config=config), trait).removeprefix("BEGIN ")

    return {
        begin(ClearSolutions, "begin_solution_delimeter"): ANSWER,
        begin(ClearHiddenTests, "begin_test_delimeter"): "隐藏测试",
        begin(ClearMarkScheme, "begin_mark_scheme_delimeter"): "评分标准",
    }


def secret_lines(course: Course, source: NotebookNode) -> dict[str, str]:
    """The lines of an instructor notebook that no student may see: line (stripped) -> what it is.

    A line counts if it is long enough to say something and does not stand in the notebook's public part or in
    a shared file too: there the author shows it on purpose. That excuses single lines, not a whole answer.
    """
    markers = _markers(course.config)
    hidden: list[tuple[str, list[str]]] = []
    public = {line.strip() for path in course.shared_files for line in _text(path.read_bytes()).split("\n")}
    for cell in source.cells:
        text = cell.source
        for marker, what in markers.items():
            outside, inside = regions(text, marker)
            if what == ANSWER and is_solution(cell) and not inside:
                outside, inside = [], outside  # no marked hole: nbgrader replaces the whole cell
            hidden.append((what, [line.strip() for line in inside if len(line.strip()) >= MIN_SECRET_LENGTH]))
            text = "\n".join(outside)
        public |= {line.strip() for line in text.split("\n")}
    secrets: dict[str, str] = {}
    for what, lines in hidden:
        given_away = what == ANSWER and public.issuperset(lines)
        secrets |= {line: what for line in lines if given_away or line not in public}
    return secrets


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def find_leaks(secrets: Mapping[str, str], text: str) -> Iterator[str]:
    """One sentence for each of the ``secrets`` (see :func:`secret_lines`) that stands as a line of ``text``."""
    lines = {line.strip() for line in text.split("\n")}
    for line, what in secrets.items():
        if line in lines:
            yield f"{what}泄露：{line[:60]}"


def fill_holes(text: str, begin: str, end: str, filler: str) -> str:
    """``text`` with every region from a ``begin`` to an ``end`` line replaced by ``filler``, indented alike.

    Written apart from nbgrader's, whose work it checks. Without a region ``filler`` replaces the whole text.
    """
    lines: list[str] = []
    hidden = found = False
    for line in text.split("\n"):
        if begin in line:
            hidden = found = True
            indent = line[: len(line) - len(line.lstrip())]
            lines += [indent + part for part in filler.split("\n")]
        elif end in line:
            hidden = False
        elif not hidden:
            lines.append(line)
    return "\n".join(lines) if found else filler


def expected_stub(cell: NotebookNode, config: Config, code: str | None = None) -> str:
    """The solution cell as students must find it; ``code`` fills the holes of a code cell instead of the stub."""
    stubs = ClearSolutions(config=config)
    stub = (code or stubs.code_stub["python"]) if cell.cell_type == "code" else stubs.text_stub
    return fill_holes(cell.source, stubs.begin_solution_delimeter, stubs.end_solution_delimeter, stub)


def check_release(course: Course, lab: Lab) -> list[str]:
    """What is wrong with the release in the course folder; [] if it is fresh, faithful and tight."""
    folder = course.release / lab.name
    actual = read_tree(folder)
    if not actual:
        return [f"{folder} 不存在：请运行 autograder release {lab.name}"]
    problems: list[str] = []
    fresh = build_release(course, lab)
    for name in sorted(fresh.keys() | actual.keys()):
        if fresh.get(name) != actual.get(name):
            problems.append(f"{lab.name}/{name} 与 {course.source.name}/ 不一致：请运行 autograder release {lab.name}")
    for path in lab.notebooks:
        source = read_source(path)
        if path.name not in actual:
            continue
        try:
            released = parse_notebook(actual[path.name])
        except ValueError as error:
            problems.append(f"{lab.name}/{path.name}：{error}")
            continue
        problems += [f"{lab.name}/{path.name}：{text}" for text in _check_stubs(source, released, course.config)]
        texts = [cell.source for cell in released.cells] + [
            _text(data) for name, data in actual.items() if name != path.name
        ]
        secrets = secret_lines(course, source)
        leaks = dict.fromkeys(leak for text in texts for leak in find_leaks(secrets, text))
        problems += [f"{lab.name}/{path.name}：{leak}" for leak in leaks]
        if any(cell.get("outputs") for cell in released.cells):
            problems.append(f"{lab.name}/{path.name}：学生版里有运行输出")
    return problems


def _check_stubs(source: NotebookNode, released: NotebookNode, config: Config) -> Iterator[str]:
    by_id = {grade_id(cell): cell for cell in released.cells if grade_id(cell)}
    for cell in source.cells:
        if not is_solution(cell):
            continue
        name = grade_id(cell)
        stub = by_id.get(name)
        if stub is None:
            yield f"缺少练习 {name}"
            continue
        if stub.source != expected_stub(cell, config):
            yield f"练习 {name} 与讲师版的差别不止是挖空的部分"
        if cell.cell_type == "code":
            try:
                ast.parse(stub.source)
            except SyntaxError as error:
                yield f"练习 {name} 的学生版不是合法的 Python（第 {error.lineno} 行）"
