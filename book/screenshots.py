"""Take the guides' pictures anew, from the programs as they are: ``book/images/*.png``, but for the site's page.png.

    python book/screenshots.py

No picture may show a right answer, a hidden test or a mark scheme of a lab: the site shows them to everybody.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from conftest import answered, autograder, make_course, submit  # noqa: E402
from labpage import answer, cell, jupyter_lab, open_notebook, run_all  # noqa: E402
from test_marking import COMMENT, enter, marking, open_submission  # noqa: E402

from autograder.course import Course  # noqa: E402
from autograder.demo import SAMPLES, make_demo_course  # noqa: E402
from autograder.files import write_atomic  # noqa: E402

IMAGES = ROOT / "book" / "images"
FEEDBACK = "lab05_dropout"
COLOURS = 64
# What this environment has and a student's has not.
EXTRAS = ("@jupyter/nbgrader", "@jupyter-notebook/lab-extension")
ABSOLUTE_VALUE = """class MyReLU:
    def __call__(self, x):
        return x.abs()

    def derivative(self, x):
        return x.sign()"""
QUESTION = """## 思考题

两个浮点数相加，交换次序，结果总是相同吗？三个数相加，先加哪两个有没有关系？举一个例子。

=== BEGIN MARK SCHEME ===

- 0.5 分：两个数时总是相同，三个数时可能不同。
- 0.5 分：例子正确。

=== END MARK SCHEME ==="""
ANSWER = """两个数相加，次序不影响结果。

三个数不一定：`(0.1 + 0.2) + 0.3` 和 `0.1 + (0.2 + 0.3)` 的最后一位不同，因为每加一次都要舍入一次。"""


def keep(page: Page, name: str, **options: object) -> None:
    """Save a picture of ``page`` as ``name``, with few colours: the pages are text on plain ground."""
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide", **options)))
    data = io.BytesIO()
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(data, "PNG", optimize=True)
    write_atomic(IMAGES / name, data.getvalue())
    print(f"{name}: {picture.width} × {picture.height}, {len(data.getvalue()) / 1000:.0f} KB")


def show_jupyterlab(browser: Browser, work: Path) -> None:
    """The visible check of a wrong answer and of a right one; the right one itself is out of the picture."""
    lab = "lab01_activations"
    folder = work / lab
    shutil.copytree(ROOT / "release" / lab, folder)
    right = (ROOT / "tests" / "solutions" / lab / "my_relu" / "right_mask.py").read_text("utf-8")
    page = browser.new_page(viewport={"width": 1080, "height": 720})
    with jupyter_lab(folder, without=EXTRAS) as address:
        open_notebook(page, address, f"{lab}.ipynb")
        for name, text, top in (
            ("jupyterlab_wrong.png", ABSOLUTE_VALUE, "class MyReLU"),
            ("jupyterlab_right.png", right, "relu_points"),
        ):
            answer(page, "class MyReLU", text)
            run_all(page)
            cell(page, top).evaluate("cell => cell.scrollIntoView({block: 'start'})")
            keep(page, name)
        page.close()


def show_marking(browser: Browser, work: Path) -> None:
    """A think-question of no lab of ours, in formgrader."""
    course = make_course(work / "marking")
    source = course.labs()[0].notebooks[0]
    notebook = nbformat.read(source, as_version=4)
    next(cell for cell in notebook.cells if cell.id == "think-question").source = QUESTION
    nbformat.write(notebook, source)
    submit(course, "20260101", answered(think=ANSWER))
    check(autograder("grade", course=course))
    page = browser.new_page(viewport={"width": 1000, "height": 640})
    with marking(course, work) as (address, _):
        open_submission(page, address, "20260101")
        enter(page, "#think", "1", "grade")
        enter(page, "#think-comment", COMMENT, "comment")
        page.evaluate("$(':animated').finish(); window.scrollTo(0, document.body.scrollHeight)")
        keep(page, "marking.png")
    page.close()


def show_feedback(browser: Browser, work: Path) -> None:
    """The page that the demo's student with the typical mistakes gets, on a desk and on a phone."""
    root = work / "feedback"
    for name in ("source_notebooks", "tests/solutions"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    course = Course.open(root)
    demo = make_demo_course(course, course.select([FEEDBACK]))
    student = next(sample.student_id for sample in SAMPLES if sample.kind == "典型错误")
    check(autograder("grade", FEEDBACK, "--student", student, course=demo))
    check(autograder("feedback", FEEDBACK, course=demo))
    written = demo.feedback / student / FEEDBACK / f"{FEEDBACK}.html"
    for name, width, height, scale in (("feedback.png", 900, 1000, 1), ("feedback_phone.png", 390, 720, 1.5)):
        page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=scale)
        page.goto(written.as_uri(), wait_until="networkidle")
        keep(page, name)
        page.close()


def check(result) -> None:
    if result.returncode:
        sys.exit(result.stdout + result.stderr)


def main() -> None:
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as work:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for show in (show_jupyterlab, show_marking, show_feedback):
            show(browser, Path(work))
        browser.close()


if __name__ == "__main__":
    main()
