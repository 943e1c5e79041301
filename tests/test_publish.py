"""No build is published with a line of an answer in it; the archive of a site depends on its content alone."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest
from conftest import autograder
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from autograder.course import Course
from autograder.errors import CourseError
from autograder.publish import all_secrets, leaks, refuse_leaks

ANSWER = "total_of_both = a + b"
HIDDEN = "assert add(17, 25) == 42, '两个正整数相加的结果不对'"
SCHEME = "说出交换律得 1 分，否则 0 分。"


@pytest.fixture
def built(course: Course) -> Path:
    """A site of the tiny course, with a page, a download and a picture that give nothing away."""
    folder = course.root / "_build" / "html"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("<p>def add(a, b):</p>\n<p>assert add(1, 2) == 3</p>", "utf-8")
    with zipfile.ZipFile(folder / "lab.zip", "w") as archive:
        archive.writestr("lab/helper.py", 'GREETING = "你好"\n')
    Image.new("RGB", (2, 2)).save(folder / "plot.png")
    return folder


def test_secrets_are_answers_hidden_tests_and_mark_schemes(course: Course) -> None:
    assert {ANSWER: "答案", HIDDEN: "隐藏测试", SCHEME: "评分标准"}.items() <= all_secrets(
        course, course.select(())
    ).items()


def test_a_tight_site_passes(course: Course, built: Path) -> None:
    assert list(leaks(built, all_secrets(course, course.select(())))) == []
    refuse_leaks(course, course.select(()), built)  # raises nothing


def in_page(site: Path) -> None:
    marked = HIDDEN.replace("assert", '<span class="k">assert</span>').replace("'", "&#39;")
    (site / "index.html").write_text(f"<pre>\n{marked}\n</pre>", "utf-8")


def in_archive(site: Path) -> None:
    with zipfile.ZipFile(site / "lab.zip", "a") as archive:
        archive.writestr("lab/solution.py", f"def add(a, b):\n    {ANSWER}\n")


def in_picture(site: Path) -> None:
    notes = PngInfo()
    notes.add_text("Comment", SCHEME)
    Image.new("RGB", (2, 2)).save(site / "plot.png", pnginfo=notes)


@pytest.mark.parametrize(
    ("plant", "named", "secret"),
    [
        (in_page, "index.html：含有隐藏测试", HIDDEN),
        (in_archive, "lab.zip：含有答案", ANSWER),
        (in_picture, "plot.png：含有评分标准", SCHEME),
    ],
)
def test_a_leak_stops_the_build(course: Course, built: Path, plant, named: str, secret: str) -> None:
    plant(built)
    with pytest.raises(CourseError) as stopped:
        refuse_leaks(course, course.select(()), built)
    assert named in str(stopped.value)
    assert secret not in str(stopped.value)
    result = autograder("dist", course=course)
    assert result.returncode == 2
    assert named in result.stderr


def test_the_archive_is_reproducible_and_its_checksum_right(course: Course, built: Path) -> None:
    packed = []
    for name in ("one", "two"):
        target = course.root / name / "site.zip"
        result = autograder("dist", "-o", target, course=course)
        assert result.returncode == 0, result.stderr
        checksum, file = target.with_name("site.zip.sha256").read_text("utf-8").split()
        assert (checksum, file) == (hashlib.sha256(target.read_bytes()).hexdigest(), "site.zip")
        packed.append(target.read_bytes())
        (built / "index.html").touch()
    assert packed[0] == packed[1]
    with zipfile.ZipFile(course.root / "one" / "site.zip") as archive:
        assert {"site/index.html", "site/lab.zip", "site/plot.png"} == set(archive.namelist())


def test_without_a_site_there_is_nothing_to_pack(course: Course) -> None:
    result = autograder("dist", course=course)
    assert result.returncode == 2
    assert "autograder book" in result.stderr
