"""``autograder release``: student versions that are faithful, tight and reproducible."""

from __future__ import annotations

import ast
import re

import nbformat
import pytest
from conftest import autograder

from autograder.course import Course
from autograder.errors import CourseError
from autograder.files import read_tree, replace_tree
from autograder.release import build_release, check_release, secret_lines

LAB = "lab01_adding"


@pytest.fixture
def released(course: Course) -> Course:
    replace_tree(course.release / LAB, build_release(course, course.labs()[0]))
    return course


def edit(course: Course, old: str, new: str, folder: str = "release") -> None:
    """Replace text in the notebook of a release (or of the source)."""
    path = course.root / folder / LAB / f"{LAB}.ipynb"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_release_holds_notebook_and_shared_files(released: Course) -> None:
    assert set(read_tree(released.release / LAB)) == {f"{LAB}.ipynb", "helper.py"}


def test_downloaded_data_stays_out_of_the_release(course: Course) -> None:
    data = course.labs()[0].folder / "data" / "MNIST"
    data.mkdir(parents=True)
    (data / "images").write_bytes(b"large")
    assert set(build_release(course, course.labs()[0])) == {f"{LAB}.ipynb", "helper.py"}


def test_release_has_no_secrets(released: Course) -> None:
    text = (released.release / LAB / f"{LAB}.ipynb").read_text("utf-8")
    for secret in ("total_of_both", "add(17, 25)", "说出交换律", "交换律和结合律", "BEGIN SOLUTION"):
        assert secret not in text


def test_stub_parses_and_raises_when_called(released: Course) -> None:
    notebook = nbformat.read(released.release / LAB / f"{LAB}.ipynb", as_version=4)
    stub = next(cell.source for cell in notebook.cells if cell.id == "add")
    namespace: dict = {}
    exec(compile(ast.parse(stub), "stub", "exec"), namespace)
    with pytest.raises(NotImplementedError):
        namespace["add"](1, 2)


def test_repeating_the_release_changes_no_byte(course: Course) -> None:
    assert "已更新" in autograder("release", course=course).stdout
    before = read_tree(course.release)
    assert "没有变化" in autograder("release", course=course).stdout
    assert read_tree(course.release) == before


def test_check_accepts_a_fresh_release(released: Course) -> None:
    result = autograder("release", "--check", course=released)
    assert result.returncode == 0, result.stderr


def test_check_finds_a_missing_release(course: Course) -> None:
    result = autograder("release", "--check", course=course)
    assert result.returncode == 1
    assert "不存在" in result.stderr


def test_check_finds_a_stale_release(released: Course) -> None:
    edit(released, "两数之和", "两个数的和", folder="source_notebooks")
    assert any("不一致" in problem for problem in check_release(released, released.labs()[0]))


def test_check_finds_a_changed_stub(released: Course) -> None:
    edit(released, "def add(a, b):", "def add(a, b, c):")
    assert any("不止是挖空" in problem for problem in check_release(released, released.labs()[0]))


def test_check_finds_a_stub_that_does_not_parse(released: Course) -> None:
    edit(released, "def add(a, b):", "def add(a, b:")
    assert any("不是合法的 Python" in problem for problem in check_release(released, released.labs()[0]))


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("    total_of_both = a + b", "答案"),
        ("assert square(-12) == 144, '负数的平方应为正'", "隐藏测试"),
        ("说出交换律得 1 分，否则 0 分。", "评分标准"),
    ],
)
def test_check_finds_a_planted_leak(released: Course, line: str, what: str) -> None:
    edit(released, "print(helper.GREETING)", line.replace('"', '\\"'))
    assert any(f"{what}泄露" in problem for problem in check_release(released, released.labs()[0]))


def test_check_finds_a_leak_in_a_companion_file(released: Course) -> None:
    (released.release / LAB / "notes.txt").write_text("x\n    total_of_both = a + b\n", "utf-8")
    assert any("答案泄露" in problem for problem in check_release(released, released.labs()[0]))


def test_check_finds_outputs(released: Course) -> None:
    path = released.release / LAB / f"{LAB}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.id == "experiment")
    cell.outputs = [nbformat.v4.new_output("stream", text="x")]
    nbformat.write(notebook, path)
    assert any("运行输出" in problem for problem in check_release(released, released.labs()[0]))


def test_secret_lines_leave_out_what_is_public(course: Course) -> None:
    source = nbformat.read(course.labs()[0].notebooks[0], as_version=4)
    secrets = secret_lines(course, source)
    assert {"total_of_both = a + b", "return total_of_both", "return math.pow(x, 2.0)"} <= set(secrets)
    source.cells.append(nbformat.v4.new_markdown_cell("total_of_both = a + b"))
    assert "total_of_both = a + b" not in secret_lines(course, source)


@pytest.mark.parametrize("place", ["cell", "shared file"])
def test_check_finds_an_answer_that_the_author_gives_away(course: Course, place: str) -> None:
    if place == "cell":
        edit(course, "print(helper.GREETING)", "return math.pow(x, 2.0)", folder="source_notebooks")
    else:
        (course.source / "helper.py").write_text("def f(x):\n    return math.pow(x, 2.0)\n", "utf-8")
    replace_tree(course.release / LAB, build_release(course, course.labs()[0]))
    assert any("答案泄露：return math.pow" in problem for problem in check_release(course, course.labs()[0]))


def test_a_solution_cell_without_a_marked_hole_is_secret_as_a_whole(course: Course) -> None:
    path = course.labs()[0].notebooks[0]
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.id == "square")
    cell.source = "def square(x):\n    return x ** 2"
    nbformat.write(notebook, path)
    assert {"def square(x):", "return x ** 2"} <= set(secret_lines(course, notebook))
    replace_tree(course.release / LAB, build_release(course, course.labs()[0]))
    assert check_release(course, course.labs()[0]) == []


def test_a_region_without_end_is_named_in_one_sentence(course: Course) -> None:
    edit(course, "    ### END SOLUTION", "", folder="source_notebooks")
    with pytest.raises(CourseError, match=LAB):
        build_release(course, course.labs()[0])


def test_a_failed_release_leaves_the_old_one(released: Course) -> None:
    before = read_tree(released.release)
    edit(released, "    ### END SOLUTION", "", folder="source_notebooks")
    result = autograder("release", course=released)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert read_tree(released.release) == before


# --------------------------------------------------------------------------- can the tests be judged safely?


def test_the_author_is_told_how_each_test_cell_runs(course: Course) -> None:
    probe = r"def _probe_it():\n    return square(3)\n\n\nassert _probe_it() == 9"
    edit(course, "assert square(3) == 9", probe, "source_notebooks")
    said = autograder("release", course=course)
    assert said.returncode == 0, said.stderr
    assert re.search(r"test_add +代理 add", said.stdout)
    assert re.search(r"test_square +代理 square；探针 _probe_it", said.stdout)


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("assert square(nothing) == 9", ("test_square", "nothing")),
        ("%time square(3)", ("test_square", "魔法命令")),
        ("assert square((lambda: 3)) == 9", ("test_square", "探针")),
        ("assert square(3) == 10, '应得 10'", ("test_square", "参考答案没有得到满分", "应得 10")),
        ("assert square(square) == 9", ("test_square", "参考答案没有得到满分")),
    ],
)
def test_what_cannot_be_judged_safely_is_not_released(course: Course, new: str, words: tuple[str, ...]) -> None:
    edit(course, "assert square(3) == 9", new, "source_notebooks")
    said = autograder("release", course=course)
    assert said.returncode == 2
    assert all(word in said.stderr for word in words), said.stderr
    assert not (course.release / LAB).exists()
