"""What a student does, in a real browser: open a released lab in JupyterLab, answer, run, check, save, hand in."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import RIGHT, ROOT, autograder
from labpage import answer, answer_in_words, jupyter_lab, open_notebook, output, run_all, save, validate
from playwright.sync_api import Browser, Page

from autograder.course import Course

STUDENT = "20260101"
WORDS = "因为加法满足交换律，所以先后无所谓。"
STUB = "双击这里"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    yield page
    page.close()


def hand_in(course: Course, lab: str, notebook: Path) -> dict[str, dict[str, str]]:
    """Hand in the saved notebook and grade it; the rows of the export by grade_id."""
    target = course.submitted / STUDENT / lab / f"{lab}.ipynb"
    target.parent.mkdir(parents=True)
    shutil.copy(notebook, target)
    graded = autograder("grade", course=course)
    assert graded.returncode == 0, graded.stderr
    path = course.root / "tests.csv"
    assert autograder("export", "--by", "test", "-o", path, course=course).returncode == 0
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return {row["grade_id"]: row for row in csv.DictReader(stream)}


def verdict(course: Course, lab: str) -> dict:
    return json.loads((course.verdicts / STUDENT / lab / f"{lab}.json").read_text("utf-8"))


def test_a_small_lab_from_release_to_marks(course: Course, page: Page, tmp_path: Path) -> None:
    lab = "lab01_adding"
    shutil.copy(ROOT / "nbgrader_config.py", course.root)
    assert autograder("release", course=course).returncode == 0
    folder = tmp_path / "下载" / lab  # as unpacked from the site
    shutil.copytree(course.release / lab, folder)
    with jupyter_lab(folder) as address:
        open_notebook(page, address, f"{lab}.ipynb")
        assert page.get_by_role("menuitem", name="文件").is_visible(), "JupyterLab speaks Chinese"
        assert page.get_by_text("说出交换律得 1 分").count() == 0, "no mark scheme"
        answer(page, "def add", "def add(a, b):\n    return a - b")
        answer(page, "def square", RIGHT["square"])
        answer_in_words(page, STUB, WORDS)
        run_all(page)
        assert "AssertionError: 1 加 2 应得 3" in output(page, "assert add(1, 2)")
        assert output(page, "assert square(3)") == "", "running all stopped at the error"
        save(page)
        said = validate(page)
        assert "The following cell failed" in said
        assert "1 加 2 应得 3" in said
        assert "square" not in said

        answer(page, "def add", RIGHT["add"])
        run_all(page)
        assert output(page, "assert add(1, 2)") == ""
        assert output(page, "helper.GREETING") == "你好"
        answer(page, "def square", "def square(x):\n    return x + 6")  # 9 for 3: what students see is right
        run_all(page)
        save(page)
        assert "Success" in validate(page)
    rows = hand_in(course, lab, folder / f"{lab}.ipynb")
    assert {name: row["score"] for name, row in rows.items()} == {
        "test_add": "2",
        "test_add_negative": "3",
        "test_square": "0",
        "think": "",
    }
    assert "负数的平方应为正" in rows["test_square"]["message"]
    assert rows["think"]["state"] == "needs manual grade"
    assert verdict(course, lab)["notes"] == [], "nothing had to be mended"
    assert WORDS in (course.autograded / STUDENT / lab / f"{lab}.ipynb").read_text("utf-8")


def test_a_real_lab(page: Page, tmp_path: Path) -> None:
    """Lab 5 as it is released: one exercise right, one with a common mistake, two not begun."""
    lab = "lab05_dropout"
    bank = ROOT / "tests" / "solutions" / lab
    source = tmp_path / "course" / "source_notebooks"
    source.mkdir(parents=True)
    for path in Course.open(ROOT).shared_files:
        shutil.copy(path, source)
    shutil.copytree(ROOT / "source_notebooks" / lab, source / lab)
    shutil.copy(ROOT / "nbgrader_config.py", source.parent)
    course = Course.open(source.parent)
    folder = tmp_path / lab
    shutil.copytree(ROOT / "release" / lab, folder)
    with jupyter_lab(folder) as address:
        open_notebook(page, address, f"{lab}.ipynb")
        answer(page, "def dropout_layer", (bank / "dropout_layer" / "right_rand_like.py").read_text("utf-8"))
        answer(page, "class DropoutMLP", (bank / "mlp_forward" / "wrong_active_in_eval.py").read_text("utf-8"))
        run_all(page)
        assert "通过 11/11 项，很好！" in output(page, 'check("dropout_layer"')
        seen = output(page, 'check("DropoutMLP')
        assert "✗ eval 模式：两次输出相同" in seen
        assert "看起来：eval 模式下，同样的输入两次得到不同的输出" in seen
        save(page)
        assert "eval 模式下，同样的输入两次得到不同的输出" in validate(page)
    rows = hand_in(course, lab, folder / f"{lab}.ipynb")
    mine = [row for name, row in rows.items() if name.startswith("test_dropout_layer")]
    assert all(row["score"] == row["max_score"] for row in mine)
    assert rows["test_mlp_forward"]["score"] == "0"
    assert all(row["score"] == "0" for name, row in rows.items() if name.startswith(("test_cnn", "test_concise")))
    found = verdict(course, lab)
    assert [finding["key"] for finding in found["findings"]] == ["active_in_eval"]
    assert found["notes"] == []
