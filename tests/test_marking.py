"""Marking by hand, in a real browser: points and comments arrive, stay, and are all that the server can do."""

from __future__ import annotations

import csv
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import BIN, COMMAND_TIMEOUT, ROOT, answered, autograder, make_course, submit
from playwright.sync_api import Browser, Page
from test_bad_input import assert_refused

from autograder.course import Course

COMMENT = "说得对，再想想：乘法呢？"
# Where the marks are kept: relative, so that a server in another folder would look for them elsewhere.
SETTINGS = 'c = get_config()\nc.CourseDirectory.db_url = "sqlite:///classroom/marks.db"\n'
HOSTILE = """因为 $a + b = b + a$。

<script>document.title = "taken over"</script>
<img src="nothing.png" onerror="document.title = 'taken over'">
<a href="javascript:document.title='taken over'" class="full-credit">点这里</a>
<input id="think" class="score" value="1">
"""


@contextmanager
def marking(course: Course, home: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """``autograder marking`` as it runs: the address that it printed, and the process, which is stopped at the end."""
    for folder in ("home", "tmp"):
        (home / folder).mkdir(exist_ok=True)
    command = [BIN / "autograder", "marking", "--course", course.root, *options]
    with subprocess.Popen(
        list(map(str, command)),
        cwd=ROOT,  # where another course's settings lie
        env=os.environ | {"HOME": str(home / "home"), "TMPDIR": str(home / "tmp")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            first = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+/\S+", first)
            assert found, first + process.communicate()[0]
            yield found[0], process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with two submissions that wait for a person."""
    course = make_course(tmp_path_factory.mktemp("course"))
    (course.root / "nbgrader_config.py").write_text(SETTINGS, "utf-8")
    submit(course, "20260101", answered())
    submit(course, "20260102", answered(think=HOSTILE))
    assert autograder("grade", course=course).returncode == 0
    return course


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new page. No script of it may fail, and nothing may be loaded from elsewhere."""
    page = browser.new_page()
    trouble: list[str] = []
    page.on("request", lambda r: urlsplit(r.url).hostname == "127.0.0.1" or trouble.append(r.url))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    yield page
    page.close()
    assert trouble == []


def open_submission(page: Page, address: str, student: str) -> None:
    """From the printed link to a student's marking page, as a marker clicks; returns when it takes marks."""
    page.goto(address)
    page.get_by_role("link", name="lab01_adding").click()  # the lab
    page.wait_for_url("**/gradebook/lab01_adding")
    page.locator("#main-table").get_by_role("link", name="lab01_adding").click()  # its notebook
    page.get_by_role("link", name="Submission #1").wait_for()
    page.get_by_role("button", name="Show All Names").click()
    page.get_by_role("link", name=student).click()
    wait_for_fields(page)


def wait_for_fields(page: Page) -> None:
    page.wait_for_function("window.formgrader?.loaded && formgrader.grades.loaded && formgrader.comments.loaded")


def enter(page: Page, field: str, text: str, kind: str) -> None:
    """Fill a field, leave it, and wait until it is saved."""
    with page.expect_response(lambda r: r.request.method == "PUT" and f"/api/{kind}/" in r.url) as saved:
        page.locator(field).fill(text)
        page.locator(field).blur()
    assert saved.value.ok


def exported(course: Course, path: Path, student: str) -> dict[str, dict[str, str]]:
    """The student's rows of ``autograder export --by test``, by grade_id."""
    assert autograder("export", "--by", "test", "-o", path, course=course).returncode == 0
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return {row["grade_id"]: row for row in csv.DictReader(stream) if row["student_id"] == student}


def test_marks_and_comments_arrive_and_survive_regrading(graded: Course, page: Page, tmp_path: Path) -> None:
    assert exported(graded, tmp_path / "a.csv", "20260101")["think"]["state"] == "needs manual grade"
    with marking(graded, tmp_path) as (address, _):
        open_submission(page, address, "20260101")
        assert page.get_by_text("说出交换律得 1 分").is_visible(), "the mark scheme stands above the answer"
        assert page.get_by_text("因为交换律。").is_visible()
        enter(page, "#think", "0.5", "grade")
        enter(page, "#think-comment", COMMENT, "comment")
        before = exported(graded, tmp_path / "a.csv", "20260101")
        assert (before["think"]["score"], before["think"]["state"]) == ("0.5", "graded")

        # The page is still open, and keeps no lock.
        assert autograder("grade", "--force", course=graded).returncode == 0
        assert exported(graded, tmp_path / "a.csv", "20260101") == before
        assert autograder("feedback", course=graded).returncode == 0
        feedback = (graded.feedback / "20260101" / "lab01_adding" / "lab01_adding.html").read_text("utf-8")
        assert COMMENT in feedback
        page.reload()
        wait_for_fields(page)
        assert page.locator("#think").input_value() == "0.5"
        assert page.locator("#think-comment").input_value() == COMMENT


def test_what_grading_finds_meanwhile_is_shown(graded: Course, page: Page, tmp_path: Path) -> None:
    with marking(graded, tmp_path) as (address, _):
        open_submission(page, address, "20260101")
        assert page.locator("#test_square").get_attribute("placeholder") == "4"
        submit(graded, "20260101", answered(square="def square(x):\n    return x"))
        assert autograder("grade", course=graded).returncode == 0
        page.reload()
        wait_for_fields(page)
        assert page.locator("#test_square").get_attribute("placeholder") == "0"


def test_what_students_wrote_is_shown_and_does_nothing(graded: Course, page: Page, tmp_path: Path) -> None:
    with marking(graded, tmp_path) as (address, _):
        open_submission(page, address, "20260102")
        answer = page.locator(".rendered_html", has_text="点这里")
        answer.locator("mjx-container").wait_for()  # the formula
        assert "taken over" not in page.title()
        assert answer.locator("script, input, [onerror], [class*=credit], [href*=javascript]").count() == 0


def test_the_keyboard_works(graded: Course, page: Page, tmp_path: Path) -> None:
    """formgrade.js sets it up once MathJax, which it looks for on the Internet, has said that it is ready."""
    with marking(graded, tmp_path) as (address, _):
        open_submission(page, address, "20260101")
        page.wait_for_function("MathJax.loaded")
        page.locator("#think").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "think-comment"


@pytest.mark.parametrize(
    "path",
    [
        "/api/kernels",
        "/api/terminals",
        "/api/contents",
        "/files/nbgrader_config.py",
        "/lab",
        "/formgrader/manage_assignments",
        "/formgrader/api/students",
        "/formgrader/api/assignment/lab01_adding",
    ],
)
def test_the_server_can_do_nothing_else(served: str, page: Page, path: str) -> None:
    assert page.goto(served).ok
    assert page.request.get(served.replace("/formgrader/gradebook", path)).status == 404


def test_without_the_token_there_is_no_way_in(served: str, page: Page) -> None:
    answer = page.request.get(served.split("?")[0] + "/lab01_adding", max_redirects=0)
    assert answer.status in (302, 403)
    assert "formgrader" not in urlsplit(answer.headers.get("location", "")).path


@pytest.fixture(scope="module")
def served(graded: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with marking(graded, tmp_path_factory.mktemp("served")) as (address, _):
        yield address


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_at_once_and_leaves_nothing_behind(graded: Course, tmp_path: Path, stop: signal.Signals) -> None:
    before = sorted(graded.root.rglob("*"))
    with marking(graded, tmp_path) as (_, process):
        process.send_signal(stop)
        rest, _ = process.communicate(timeout=COMMAND_TIMEOUT)
    assert process.returncode == 0, rest
    assert rest.splitlines()[-1] == "已结束。"
    assert "Traceback" not in rest
    assert sorted(graded.root.rglob("*")) == before
    assert [p for folder in ("home", "tmp") for p in (tmp_path / folder).rglob("*")] == []


def test_on_the_port_that_was_asked_for(graded: Course, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert_refused(autograder("marking", "--port", port, course=graded), port, "--port")
    with marking(graded, tmp_path, "--port", port) as (address, _):
        assert urlsplit(address).port == int(port)


def test_nothing_graded_yet(course: Course) -> None:
    assert_refused(autograder("marking", course=course), "autograder grade")
    assert not (course.root / "classroom").exists()


def test_a_gradebook_that_cannot_be_opened(course: Course) -> None:
    submit(course, "s", answered())
    assert autograder("grade", course=course).returncode == 0
    (course.root / "classroom" / "gradebook.db").write_text("this is no database, only some text in a file", "utf-8")
    assert_refused(autograder("marking", course=course), "成绩簿")
