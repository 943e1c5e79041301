"""``autograder new``, and the guide's worked example: a new lab, one more exercise, one more common mistake."""

from __future__ import annotations

import json
import os
import re
import shutil
import tomllib
import zipfile
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, autograder, run_command
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from test_bad_input import assert_refused

from autograder.course import Course
from autograder.demo import all_right, fill, reference_answers
from autograder.files import read_tree, write_atomic
from autograder.notebooks import dump_notebook, grade_id, is_solution, parse_notebook, read_source
from autograder.plan import read_plan

LAB = "lab07_softmax"
TITLE = r'含 "引号" 和 \alpha 的标题'
GUIDE = (ROOT / "book" / "instructor_guide.md").read_text("utf-8")


def copy_course(root: Path) -> Course:
    """This course with one of its labs, and what the audit needs."""
    (root / "source_notebooks").mkdir(parents=True)
    for path in Course.open(ROOT).shared_files:
        shutil.copy(path, root / "source_notebooks")
    shutil.copytree(ROOT / "source_notebooks" / "lab01_activations", root / "source_notebooks" / "lab01_activations")
    (root / "tests" / "solutions").mkdir(parents=True)
    for name in ("nbgrader_config.py", "_toc.yml", "tests/audit.py", "tests/mutants.py"):
        shutil.copy(ROOT / name, root / name)
    return Course.open(root)


def notebook_path(course: Course, lab: str = LAB) -> Path:
    return course.source / lab / f"{lab}.ipynb"


def grade(course: Course, answers: dict[str, dict[str, str]]) -> dict[str, dict]:
    """The verdicts on submissions: student -> what is not answered as in the reference."""
    (lab,) = course.select([LAB])
    source = read_source(notebook_path(course))
    for student, wrong in answers.items():
        released = parse_notebook((course.release / LAB / f"{LAB}.ipynb").read_bytes())
        data = fill(released, reference_answers(source) | wrong) if wrong else all_right(course, lab, source, released)
        write_atomic(course.submitted / student / LAB / f"{LAB}.ipynb", data)
    result = autograder("grade", LAB, "--json", course=course)
    assert result.returncode == 0, result.stderr
    return {verdict["student_id"]: verdict for verdict in json.loads(result.stdout)}


def lost(verdict: dict) -> set[str]:
    return {item["grade_id"] for item in verdict["items"] if item["score"] not in (None, item["max_score"])}


# --------------------------------------------------------------------------- the lab as it is made


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with a new lab, released."""
    course = copy_course(tmp_path_factory.mktemp("course"))
    result = autograder("new", LAB, "--title", TITLE, course=course)
    assert result.returncode == 0, result.stderr
    assert f"source_notebooks/{LAB}" in result.stdout and f"tests/solutions/{LAB}" in result.stdout
    assert f"autograder release {LAB}" in result.stdout
    released = autograder("release", LAB, course=course)
    assert released.returncode == 0, released.stderr
    return course


def test_a_new_lab_is_released_and_passes_the_checks(made: Course) -> None:
    result = autograder("release", "--check", LAB, course=made)
    assert result.returncode == 0, result.stderr
    assert {f"{LAB}.ipynb", "misconceptions.py", "labkit.py"} <= read_tree(made.release / LAB).keys()


def test_a_new_lab_is_like_the_others(made: Course) -> None:
    source = read_source(notebook_path(made))
    raw = json.loads(notebook_path(made).read_text("utf-8"))
    assert (raw["nbformat"], raw["nbformat_minor"]) == (4, 5)
    nbformat.validate(nbformat.from_dict(raw))
    ids = [cell.id for cell in source.cells]
    assert len(ids) == len(set(ids)) and all(re.fullmatch(r"[a-z0-9-]+", name) for name in ids)
    assert not any(word in notebook_path(made).read_text("utf-8") for word in ("LABNAME", "LABNUMBER", "LABTITLE"))
    first = source.cells[0].source
    assert first.startswith(f"# 实验 7　{TITLE}\n")
    assert re.search(r"\*\*预计用时\*\*：\d+ 分钟", first) and re.search(r"\*\*先修\*\*：.*理论页[^《]*《.+?》", first)
    plan = read_plan(source)
    assert (plan.exercises, plan.max_score) == (("my_softmax", "think7"), 100)
    question = next(cell.source for cell in source.cells if grade_id(cell) == "think7_question")
    assert "=== BEGIN MARK SCHEME ===" in question and question.count("<details>") == 2


def test_a_new_lab_runs_from_top_to_bottom(made: Course, tmp_path: Path) -> None:
    folder = tmp_path / LAB
    shutil.copytree(made.release / LAB, folder)
    notebook = read_source(notebook_path(made))
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--log-level=ERROR"],
    )
    client.execute(env=os.environ | {"HOME": str(tmp_path), "LABKIT_PROGRESS": "0"})
    outputs = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    assert "通过 3/3 项" in outputs["check-my-softmax"][0].text
    assert any("image/png" in output.get("data", {}) for output in outputs["experiment-temperature"])
    assert not [output for found in outputs.values() for output in found if output.get("name") == "stderr"]


def test_its_table_knows_the_mistake_of_its_bank(made: Course) -> None:
    bank = made.root / "tests" / "solutions" / LAB / "my_softmax"
    answers = {path.stem: {"my_softmax": path.read_text("utf-8")} for path in bank.glob("*.py")}
    verdicts = grade(made, {"reference": {}} | answers)
    assert lost(verdicts["reference"]) == lost(verdicts["right_row_by_row"]) == set()
    assert "test_my_softmax" in lost(verdicts["wrong_whole_table"])
    assert [f["key"] for f in verdicts["wrong_whole_table"]["findings"]] == ["whole_table"]


def test_its_page_joins_the_contents(made: Course) -> None:
    before, after = (root / "_toc.yml" for root in (ROOT, made.root))
    new = f"      - file: book/labs/{LAB}"
    lines = after.read_text("utf-8").splitlines()
    assert [line for line in lines if line != new] == before.read_text("utf-8").splitlines()
    assert lines[lines.index(new) - 1].startswith("      - file: book/labs/")


# --------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (LAB, ("已经存在",)),
        ("lab07_other", ("已经存在", LAB)),
        ("lab01_activations", ("已经存在",)),
        ("softmax", ("不合要求", "lab07_softmax")),
        ("lab7_softmax", ("不合要求",)),
        ("lab08_Softmax", ("不合要求",)),
        ("lab08_", ("不合要求",)),
        ("lab08_x/../../y", ("不合要求",)),
    ],
)
def test_names_that_will_not_do(made: Course, name: str, words: tuple[str, ...]) -> None:
    before = read_tree(made.root)
    assert_refused(autograder("new", name, course=made), *words)
    assert read_tree(made.root) == before


@pytest.fixture
def bare(tmp_path: Path) -> Course:
    """A course with nothing but the helper module."""
    (tmp_path / "source_notebooks").mkdir()
    shutil.copy(ROOT / "source_notebooks" / "labkit.py", tmp_path / "source_notebooks")
    return Course.open(tmp_path)


def test_a_course_without_site_and_solution_bank(bare: Course) -> None:
    result = autograder("new", LAB, course=bare)
    assert result.returncode == 0, result.stderr
    assert f"- file: book/labs/{LAB}" in result.stdout
    assert sorted(path.name for path in bare.root.iterdir()) == ["source_notebooks"]


def test_a_course_without_the_helper_module(course: Course) -> None:
    assert_refused(autograder("new", LAB, course=course), "labkit.py")
    assert not (course.source / LAB).exists()


def test_an_empty_title(bare: Course) -> None:
    assert_refused(autograder("new", LAB, "--title", " ", course=bare), "标题")


def test_solutions_that_are_there_are_kept(bare: Course) -> None:
    kept = bare.root / "tests" / "solutions" / LAB / "mine.py"
    write_atomic(kept, "x = 1\n")
    assert_refused(autograder("new", LAB, course=bare), str(kept.parent))
    assert kept.read_text("utf-8") == "x = 1\n"
    assert not (bare.source / LAB).exists()


def test_the_template_is_part_of_the_package(tmp_path: Path) -> None:
    for name in ("autograder", "source_notebooks", "pyproject.toml", "README.md", "LICENSE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    build = ("-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet", "-w", tmp_path / "wheel", tmp_path)
    result = run_command("python", *build, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    (wheel,) = (tmp_path / "wheel").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    data = [path for path in (ROOT / "autograder").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert {path.relative_to(ROOT).as_posix() for path in data} <= packed
    assert tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]


# --------------------------------------------------------------------------- the guide, step by step


EXAMPLE = GUIDE.split("### 例子：从零加一个实验\n")[1].split("\n## 发布学生版")[0]  # "## " stands in its blocks, too
# A block of the guide with the line that says what to do with it; or a change of points.
STEP = re.compile(
    r"(?:^(?P<what>[^\n]*?)：?\n\n)?```(?P<language>\w+)\n(?P<text>.*?)\n```$"
    r"|把 `(?P<cell>\w+)` 的 (?P<old>\d+) 分改成 (?P<new>\d+) 分",
    re.MULTILINE | re.DOTALL,
)


def follow(course: Course) -> list[str]:
    """Do what the guide's example says, literally; returns the commands that were run."""
    commands: list[str] = []
    for step in STEP.finditer(EXAMPLE):
        what = step["what"] or ""
        if step["cell"]:
            change_points(course, step["cell"], int(step["old"]), int(step["new"]))
        elif step["language"] == "bash":
            for line in step["text"].splitlines():
                result = run_command(*line.split(), cwd=course.root)
                assert result.returncode == 0, f"{line}\n{result.stdout}{result.stderr}"
                commands.append(line)
        elif place := re.search(r"(?P<how>加到|放到) `(?P<path>\S+)`", what):
            path = course.root / place["path"]
            before = path.read_text("utf-8") + "\n\n" if place["how"] == "加到" else ""
            write_atomic(path, f"{before}{step['text']}\n")
        else:
            insert(course, cell(what, step["text"]))
    return commands


def cell(what: str, text: str) -> NotebookNode:
    """The cell that a line such as “评分格 `test_x`，8 分” asks for."""
    name = re.search(r"`(\w+)`", what)
    points = re.search(r"(\d+) 分", what)
    if what.startswith("Markdown 格"):
        return new_markdown_cell(text)
    if what.startswith("检查格"):
        return new_code_cell(text)
    flags = {"练习格": {"solution": True}, "评分格": {"grade": True, "locked": True}}[what[:3]]
    meta = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3} | flags
    meta |= {"grade_id": name[1]} | ({"points": int(points[1])} if points else {})
    return new_code_cell(text, metadata={"nbgrader": meta})


def insert(course: Course, new: NotebookNode) -> None:
    notebook = read_source(notebook_path(course))
    place = re.search(r"在实验格“(\w+)”上面", EXAMPLE)[1]
    (index,) = [i for i, old in enumerate(notebook.cells) if old.source.startswith(f"## 实验　{place}")]
    notebook.cells.insert(index, new)
    write_atomic(notebook_path(course), dump_notebook(notebook))


def change_points(course: Course, name: str, old: int, new: int) -> None:
    notebook = read_source(notebook_path(course))
    (found,) = [c for c in notebook.cells if grade_id(c) == name]
    assert found.metadata.nbgrader.points == old
    found.metadata.nbgrader.points = new
    write_atomic(notebook_path(course), dump_notebook(notebook))


def test_the_guides_example_works_as_it_is_written(tmp_path: Path) -> None:
    course = copy_course(tmp_path / "course")
    commands = follow(course)
    assert [command.split()[:2] for command in commands] == [
        ["autograder", "new"],
        ["autograder", "release"],
        ["python", "tests/audit.py"],
        ["autograder", "release"],
    ]
    source = read_source(notebook_path(course))
    plan = read_plan(source)
    assert (plan.exercises, plan.max_score) == (("my_softmax", "cross_entropy", "think7"), 100)
    assert len([c for c in source.cells if is_solution(c)]) == 3
    wrong = course.root / "tests" / "solutions" / LAB / "cross_entropy" / "wrong_summed.py"
    verdicts = grade(course, {"reference": {}, "summed": {"cross_entropy": wrong.read_text("utf-8")}})
    assert lost(verdicts["reference"]) == set()
    assert lost(verdicts["summed"]) >= {"test_cross_entropy"}
    assert [f["key"] for f in verdicts["summed"]["findings"]] == ["summed"]
    assert autograder("release", "--check", LAB, course=course).returncode == 0
