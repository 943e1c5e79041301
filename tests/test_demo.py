"""The README's ``make demo`` on the real course: the class gets what it deserves, the site is sound and tight."""

from __future__ import annotations

import csv
import html
import json
import re
import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, autograder, open_page
from playwright.sync_api import Browser
from test_labs import COURSE, EXERCISES, source_of

from autograder.demo import SAMPLES
from autograder.plan import Kind, read_plan
from autograder.release import ANSWER, secret_lines

KINDS = {sample.kind: sample.student_id for sample in SAMPLES}
PHONE = {"width": 390, "height": 844}
PAGES = re.findall(r"(?:root|file): (book/\S+)", (ROOT / "_toc.yml").read_text("utf-8"))


def verdict_file(root: Path, student: str, lab: str) -> Path:
    return root / "_build" / "demo" / "classroom" / "verdicts" / student / lab / f"{lab}.json"


def scores(root: Path, student: str, lab: str) -> dict[str, float | None]:
    items = json.loads(verdict_file(root, student, lab).read_text("utf-8"))["items"]
    return {item["grade_id"]: item["score"] for item in items}


def deserved(lab: str, done: set[str]) -> dict[str, float]:
    items = [item for item in read_plan(source_of(lab)).items if item.kind is Kind.TEST]
    return {item.grade_id: item.points if item.exercise in done else 0.0 for item in items}


@pytest.mark.parametrize("lab", EXERCISES)
def test_the_class_gets_what_it_deserves(demo: tuple[Path, str], lab: str) -> None:
    root, _ = demo
    exercises = EXERCISES[lab]

    def automatic(kind: str) -> dict[str, float | None]:
        return {name: score for name, score in scores(root, KINDS[kind], lab).items() if name.startswith("test_")}

    assert automatic("全部正确") == deserved(lab, set(exercises))
    assert automatic("做了一半") == deserved(lab, set(exercises[: len(exercises) // 2]))
    assert automatic("没有动笔") == deserved(lab, set())
    assert automatic("文件损坏") == dict.fromkeys(deserved(lab, set()))
    assert automatic("死循环") == deserved(lab, set(exercises[:-2])), "only the exercise with the loop, the last one"
    mistaken = automatic("典型错误")
    for exercise in exercises[:-1]:
        tests = [name for name, points in deserved(lab, {exercise}).items() if points]
        assert sum(mistaken[name] for name in tests) < sum(deserved(lab, {exercise}).values()), exercise
    found = json.loads(verdict_file(root, KINDS["典型错误"], lab).read_text("utf-8"))["findings"]
    typical = tomllib.loads((ROOT / "tests" / "solutions" / "typical.toml").read_text("utf-8"))
    assert {f["exercise"]: f["key"] for f in found} == {e: typical[e] for e in exercises[:-1]}


def test_summary_names_the_results(demo: tuple[Path, str]) -> None:
    root, printed = demo
    for sample in SAMPLES:
        assert sample.student_id in printed
        assert sample.kind in printed
    assert "无法评分" in printed
    for place in (root / "_build" / "html" / "index.html", root / "_build" / "demo" / "grades.csv"):
        assert place.is_file()
        assert str(place) in printed.replace("\n", "")
    with (root / "_build" / "demo" / "grades.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == len(SAMPLES) * len(EXERCISES)
    pages = list((root / "_build" / "demo" / "classroom" / "feedback").rglob("*.html"))
    assert len(pages) == len(SAMPLES) * len(EXERCISES)


def test_the_class_is_settled(demo: tuple[Path, str]) -> None:
    """Whoever goes on in its folder finds nothing to do."""
    report = json.loads(autograder("status", "--json", course=demo[0] / "_build" / "demo").stdout)
    assert [(lab["handed_in"], lab["waiting"]) for lab in report["labs"]] == [(len(SAMPLES), 0)] * len(EXERCISES)


def test_feedback_holds_no_secret(demo: tuple[Path, str]) -> None:
    """Nor do messages quote one: every hidden line is looked for in the pages of those who did not write it."""
    root, _ = demo
    pages = root / "_build" / "demo" / "classroom" / "feedback"
    assert {str(page): found for page in pages.rglob("*.html") if (found := leaked_lines(page))} == {}


def test_a_secret_on_a_feedback_page_is_found(tmp_path: Path) -> None:
    for lab in EXERCISES:
        page = tmp_path / f"{lab}.html"
        page.write_text("<p>形状应与输入相同</p>", "utf-8")
        assert leaked_lines(page) == []
        planted = hidden_lines(lab)[-1]
        page.write_text(f"<p>{html.escape(planted)}</p>", "utf-8")
        assert planted in leaked_lines(page)


def hidden_lines(lab: str) -> list[str]:
    """Lines of a lab's hidden tests and mark scheme that are long enough to be told from others."""
    return [line for line, what in secret_lines(COURSE, source_of(lab)).items() if what != ANSWER and len(line) > 16]


def leaked_lines(page: Path) -> list[str]:
    """The lines of hidden tests and mark schemes that a feedback page shows."""
    text = html.unescape(page.read_text("utf-8"))
    return [line for line in hidden_lines(page.stem) if line in text]


def test_downloads_are_the_releases(demo: tuple[Path, str]) -> None:
    root, _ = demo
    for path in (root / "book" / "labs").glob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        released = {f"{path.stem}/{p.name}": p.read_bytes() for p in (ROOT / "release" / path.stem).iterdir()}
        assert files == released


def test_a_second_build_runs_nothing_again(demo: tuple[Path, str]) -> None:
    root, _ = demo
    kept = {p: p.stat().st_mtime_ns for p in (root / "_build" / "reference").iterdir()}
    assert len(kept) == len(EXERCISES)
    result = autograder("book", course=root)
    assert result.returncode == 0, result.stderr
    assert {p: p.stat().st_mtime_ns for p in (root / "_build" / "reference").iterdir()} == kept


# --------------------------------------------------------------------------- in a browser


@pytest.mark.parametrize("name", PAGES)
def test_page_in_a_browser(site: Path, browser: Browser, name: str) -> None:
    """From a folder, without the Internet: nothing fetched elsewhere, formulas drawn, nothing wider than a phone."""
    page, trouble = open_page(browser, site / f"{name}.html", viewport={"width": 390, "height": 844})
    assert trouble == []
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.locator("h1:visible").count() == 1
    page.wait_for_function("window.MathJax?.startup?.promise?.then(() => true) ?? true")
    assert page.locator("mjx-merror").count() == 0
    if page.locator(".math").count():  # drawn as they come into view
        page.locator(".math").first.scroll_into_view_if_needed()
        page.locator("mjx-container").first.wait_for(state="attached")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_labs_show_the_reference_figures(site: Path, browser: Browser) -> None:
    for lab in EXERCISES:
        page, _ = open_page(browser, site / "book" / "labs" / f"{lab}.html")
        figures = page.locator(".cell_output img")
        assert figures.count() >= 1, lab
        assert figures.first.evaluate("image => image.naturalWidth") > 300
        link = page.locator("a.download").first
        assert link.bounding_box()["y"] < 400, "seen without scrolling"
        assert (site / "book" / "labs" / link.get_attribute("href")).resolve().is_file()
        page.close()


def test_feedback_page_in_a_browser(demo: tuple[Path, str], browser: Browser) -> None:
    root, _ = demo
    lab = next(iter(EXERCISES))
    path = root / "_build" / "demo" / "classroom" / "feedback" / KINDS["典型错误"] / lab / f"{lab}.html"
    page, trouble = open_page(browser, path, viewport=PHONE)
    assert trouble == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("li.no .why").count() > 0
    page.close()


# --------------------------------------------------------------------------- the README


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_every_command_of_the_readme_exists(readme: str) -> None:
    """``make`` targets and ``autograder`` commands; the tests above and beside this one run them."""
    text = (ROOT / readme).read_text("utf-8")
    blocks = "\n".join(re.findall(r"```bash\n(.*?)```", text, re.DOTALL))
    targets = set(re.findall(r"^make (\w+)", blocks, re.MULTILINE))
    assert {"demo", "test"} <= targets
    for target in targets:
        result = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
    commands = set(re.findall(r"autograder (\w+)", blocks))
    assert {"release", "grade", "feedback", "export"} <= commands
    for command in commands:
        result = autograder(command, "--help", course=ROOT)
        assert result.returncode == 0, command
    for picture in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text):
        assert (ROOT / picture).is_file(), picture
