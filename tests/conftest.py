"""Fixtures: a tiny course that needs no torch, and the ``autograder`` command as users call it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from filelock import FileLock
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import Browser, Page, sync_playwright

from autograder.course import Course
from autograder.release import regions

# A job in the background ignores Ctrl-C, and so would the programs that tests send it to.
signal.signal(signal.SIGINT, signal.default_int_handler)
COMMAND_TIMEOUT = 900  # seconds
# Two workers, two cores: kernels that fight over threads are many times slower.
os.environ["OMP_NUM_THREADS"] = "1"

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
# As in an activated environment: nbgrader calls the `alembic` program.
os.environ["PATH"] = os.pathsep.join([str(BIN), os.environ["PATH"]])


def _cell(make, grade_id: str, source: str, **flags) -> NotebookNode:
    meta = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3} | flags
    return make(source, id=grade_id.replace("_", "-"), metadata={"nbgrader": meta | {"grade_id": grade_id}})


def tiny_notebook() -> NotebookNode:
    """Two exercises with three test cells (2 + 3 + 4 points) and a think-question (1 point)."""
    cells = [
        new_markdown_cell("# 小实验　加法", id="title"),
        _cell(new_code_cell, "setup", "import math\n\nimport helper", locked=True),
        new_markdown_cell("## 练习 1　两数之和", id="intro-add"),
        _cell(
            new_code_cell,
            "add",
            "def add(a, b):\n    ### BEGIN SOLUTION\n    total_of_both = a + b\n    return total_of_both\n"
            "    ### END SOLUTION",
            solution=True,
        ),
        _cell(
            new_code_cell,
            "test_add",
            "# 评分：整数\nassert add(1, 2) == 3, '1 加 2 应得 3'\n### BEGIN HIDDEN TESTS\n"
            "assert add(17, 25) == 42, '两个正整数相加的结果不对'\n### END HIDDEN TESTS",
            grade=True,
            locked=True,
            points=2,
        ),
        _cell(
            new_code_cell,
            "test_add_negative",
            "# 评分：负数\nassert add(-1, 1) == 0\n### BEGIN HIDDEN TESTS\n"
            "assert add(-17, -25) == -42, '负数相加的结果不对'\n### END HIDDEN TESTS",
            grade=True,
            locked=True,
            points=3,
        ),
        new_markdown_cell("## 练习 2　平方", id="intro-square"),
        _cell(
            new_code_cell,
            "square",
            "def square(x):\n    ### BEGIN SOLUTION\n    return math.pow(x, 2.0)\n    ### END SOLUTION",
            solution=True,
        ),
        _cell(
            new_code_cell,
            "test_square",
            "# 评分：平方\nassert square(3) == 9\n### BEGIN HIDDEN TESTS\n"
            "assert square(-12) == 144, '负数的平方应为正'\n### END HIDDEN TESTS",
            grade=True,
            locked=True,
            points=4,
        ),
        new_code_cell("print(helper.GREETING)", id="experiment"),
        _cell(
            new_markdown_cell,
            "think_question",
            "## 思考题\n\n为什么？\n\n=== BEGIN MARK SCHEME ===\n说出交换律得 1 分，否则 0 分。\n"
            "=== END MARK SCHEME ===",
            locked=True,
        ),
        _cell(
            new_markdown_cell,
            "think",
            "### BEGIN SOLUTION\n因为加法满足交换律和结合律。\n### END SOLUTION",
            grade=True,
            solution=True,
            points=1,
        ),
    ]
    return new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
    )


def make_course(root: Path) -> Course:
    """A course with one tiny lab, ``lab01_adding``, and nothing released or submitted yet."""
    lab = root / "source_notebooks" / "lab01_adding"
    lab.mkdir(parents=True)
    nbformat.write(tiny_notebook(), lab / "lab01_adding.ipynb")
    (root / "source_notebooks" / "helper.py").write_text('GREETING = "你好"\n', "utf-8")
    return Course.open(root)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """The tiny course in a folder of its own."""
    return make_course(tmp_path)


RIGHT = {
    "add": "def add(a, b):\n    return a + b",
    "square": "def square(x):\n    return x * x",
    "think": "因为交换律。",
}


def answered(**answers: str) -> NotebookNode:
    """The tiny lab as handed in: solution cells hold ``answers`` (RIGHT where not named), secrets are cut out."""
    notebook = tiny_notebook()
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in RIGHT:
            cell.source = (RIGHT | answers)[name]
        else:
            cell.source = "\n".join(regions(cell.source, "HIDDEN TESTS")[0])
    return notebook


def submit(course: Course, student: str, content: NotebookNode | bytes, name: str = "lab01_adding.ipynb") -> Path:
    """Lay a notebook (or any bytes) where the student's submission belongs."""
    path = course.submitted / student / "lab01_adding" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else nbformat.writes(content).encode("utf-8"))
    return path


def run_command(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a program of the virtual environment, as if activated, and capture what it says."""
    program, *rest = map(str, arguments)
    command = [str(BIN / program), *rest]
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(
        command, cwd=cwd, stdin=nothing, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    ) as process:
        try:
            stdout, stderr = process.communicate(timeout=COMMAND_TIMEOUT)
        except BaseException:  # with all it started: whoever holds the pipes open would keep us waiting for ever
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)


def autograder(*arguments: str | Path, course: Course | Path) -> subprocess.CompletedProcess[str]:
    """``autograder … --course DIR``."""
    root = course.root if isinstance(course, Course) else course
    return run_command("autograder", *arguments, "--course", root)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> tuple[Path, str]:
    """A copy of the course in which ``autograder demo`` has run, and what it printed: once for all workers."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared if worker_id == "master" else shared.parent
    root, printed = shared / "demo", shared / "demo.txt"
    with FileLock(shared / "demo.lock"):
        if not printed.is_file():
            shutil.rmtree(root, ignore_errors=True)
            for name in ("source_notebooks", "book"):
                shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("*.egg-info", "labs"))
            shutil.copytree(ROOT / "tests" / "solutions", root / "tests" / "solutions")
            for name in ("_config.yml", "_toc.yml", "nbgrader_config.py"):
                shutil.copy(ROOT / name, root)
            result = autograder("demo", course=root)
            assert result.returncode == 0, result.stdout + result.stderr
            assert "Traceback" not in result.stderr
            printed.write_text(result.stdout, "utf-8")
    return root, printed.read_text("utf-8")


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest) -> Path:
    """The built website: the demo's, or the one that SITE names (to try one test on a build that is there)."""
    named = os.environ.get("SITE")
    return Path(named) if named else request.getfixturevalue("demo")[0] / "_build" / "html"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    system = shutil.which("chromium") or shutil.which("google-chrome")
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=system, args=quiet)
        yield chromium
        chromium.close()


def open_page(browser: Browser, path: Path, **options: object) -> tuple[Page, list[str]]:
    """Open a file in a new page; returns it with everything that went wrong or left the machine."""
    page = browser.new_page(**options)
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(f"script error: {error}"))
    page.on("console", lambda message: message.type != "error" or trouble.append(f"console: {message.text}"))
    page.on("requestfailed", lambda request: trouble.append(f"not loaded: {request.url}"))
    page.on("request", lambda r: r.url.startswith(("file:", "data:", "blob:")) or trouble.append(f"outside: {r.url}"))
    page.goto(path.as_uri(), wait_until="networkidle")
    return page, trouble


def draw_figures(page: Page) -> None:
    """The explorable figures come to life when a reader comes near them."""
    for figure in page.locator("figure.explorable").all():
        figure.scroll_into_view_if_needed()
    page.wait_for_function("() => !document.querySelector('figure.explorable:not(.on)')")
