"""A class full of attacks, graded by the real command: each gets what it deserves, and the others do not notice."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from attacks import ATTACKS, CANARIES, CLASSMATES, FILE, FULL, LAB, Case, make_course
from conftest import autograder
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.engine.sandbox import FIRST_UID

CASES = CLASSMATES | ATTACKS
TIMEOUT = "3"
MOST_SECONDS = 300.0  #: for the whole class; a class as large of honest submissions takes a third of it
PATIENCE = 60.0  #: seconds in which the processes of other tests, which look the same, are gone


@dataclass(frozen=True)
class Graded:
    """The class after grading, and what was there before."""

    course: Course
    alone: Course  #: the classmates without the attackers
    before: dict[str, str]
    seconds: float
    stdout: str
    stderr: str


def tree(root: Path) -> dict[str, str]:
    """A digest of everything below ``root`` that grading has no business with."""
    names = ("autograded", "cache", "feedback", "verdicts", "gradebook.db", ".grade.json", ".grade.lock")
    ours = tuple(f"classroom/{name}" for name in names)
    found = {}
    for path in sorted(root.rglob("*")):
        name = os.fsencode(path.relative_to(root)).decode("latin-1")
        if name.startswith(ours) or path == root / "classroom":
            continue
        status = path.lstat()
        what = f"{status.st_mode} {status.st_nlink}"
        if path.is_symlink():
            what += f" -> {path.readlink()}"
        elif stat.S_ISREG(status.st_mode):
            what += hashlib.sha256(path.read_bytes()).hexdigest()
        found[name] = what
    return found


def jailed_processes() -> set[tuple[int, str]]:
    """Every process whose uid is that of a jail, with its start time, which tells it from one of the same number."""
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if folder.stat().st_uid >= FIRST_UID and folder.stat().st_uid < FIRST_UID + 1000:
                    found.add((int(folder.name), (folder / "stat").read_text().rpartition(")")[2].split()[19]))
            except OSError:
                continue
    return found


def neighbour_cell() -> object:
    return new_code_cell(f"# {CANARIES['neighbour']}\nmine = '{CANARIES['neighbour']}'", id="mine")


def lay_class(course: Course, cases: dict[str, Case]) -> None:
    for student, case in cases.items():
        case.put(course, student)
    for student in ("0_honest", "m_honest", "z_honest"):
        path = course.submitted / student / LAB / FILE
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.append(neighbour_cell())
        nbformat.write(notebook, path)
    with Gradebook(course.db_url) as book:
        book.add_student("0_honest", last_name=CANARIES["gradebook"])


def grade(course: Course) -> tuple[float, str, str]:
    temporary = course.root.parent / "tmp"
    temporary.mkdir(exist_ok=True)
    os.environ |= {"CANARY": CANARIES["environment"], "TMPDIR": str(temporary)}
    try:
        start = time.monotonic()
        result = autograder("grade", "--timeout", TIMEOUT, "--jobs", "2", course=course)
        seconds = time.monotonic() - start
    finally:
        del os.environ["CANARY"], os.environ["TMPDIR"]
    assert "Traceback" not in result.stderr, result.stderr
    assert autograder("feedback", course=course).returncode == 0
    return seconds, result.stdout, result.stderr


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    root = tmp_path_factory.mktemp("attacks")
    alone = make_course(root / "alone")
    lay_class(alone, CLASSMATES)
    grade(alone)
    course = make_course(root / "class")
    lay_class(course, CASES)
    before = tree(course.root)
    seconds, stdout, stderr = grade(course)
    return Graded(course, alone, before, seconds, stdout, stderr)


def verdict(course: Course, student: str) -> dict:
    return json.loads((course.verdicts / student / LAB / f"{LAB}.json").read_text("utf-8"))


@pytest.mark.parametrize("student", CASES)
def test_each_submission_gets_what_it_deserves(graded: Graded, student: str) -> None:
    case, found = CASES[student], verdict(graded.course, student)
    scores = {item["grade_id"]: item["score"] for item in found["items"] if item["kind"] == "test"}
    messages = {item["grade_id"]: item["message"] for item in found["items"]}
    said = "\n".join([found["reason"], *messages.values(), *found["notes"]])
    assert found["state"] in case.states, said
    deserved = dict.fromkeys(FULL) if case.scores is None else dict(case.scores)
    if found["state"] == "not gradable":
        deserved = dict.fromkeys(FULL)
    if case.at_most and case.scores is not None:
        assert all(scores[name] <= deserved[name] for name in FULL), (scores, messages)
    else:
        wrong = {n: (scores[n], deserved[n], messages[n]) for n in FULL if scores[n] != deserved[n]}
        assert not wrong, (wrong, found["reason"])
    assert case.words in said
    if found["state"] != "graded":
        assert found["reason"]


@pytest.mark.parametrize("student", CLASSMATES)
def test_classmates_do_not_notice(graded: Graded, student: str) -> None:
    for folder, ending in (("autograded", "ipynb"), ("verdicts", "json"), ("feedback", "html")):
        here, there = (
            (getattr(course, folder) / student / LAB / f"{LAB}.{ending}").read_bytes()
            for course in (graded.course, graded.alone)
        )
        assert here == there, folder


@pytest.mark.parametrize("student", ATTACKS)
def test_nothing_secret_gets_out(graded: Graded, student: str) -> None:
    course = graded.course
    texts = [
        (course.verdicts / student / LAB / f"{LAB}.json").read_text("utf-8"),
        (course.feedback / student / LAB / f"{LAB}.html").read_text("utf-8"),
    ]
    notebook = nbformat.read(course.autograded / student / LAB / FILE, as_version=4)
    tests = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") in FULL]
    # A test cell holds the hidden tests itself: this file is the instructor's.
    texts += [json.dumps(cell.get("outputs", [])) for cell in notebook.cells]
    texts += [cell.source for cell in notebook.cells if cell not in tests]
    for name, canary in CANARIES.items():
        if student == "folder_hard_link" and name == "neighbour":
            continue  # it hands in the neighbour's notebook
        assert not any(canary in text for text in texts), name
    assert not any(re.search("BREACH", json.dumps(cell.get("outputs", []))) for cell in notebook.cells)


def test_nobody_is_left_out(graded: Graded) -> None:
    states = {student: verdict(graded.course, student)["state"] for student in CASES}
    assert set(states.values()) == {"graded", "graded with failures", "not gradable"}
    assert graded.seconds < MOST_SECONDS


def test_the_course_is_as_it_was(graded: Graded) -> None:
    assert tree(graded.course.root) == graded.before


def test_no_process_is_left(graded: Graded) -> None:
    left = jailed_processes()
    end = time.monotonic() + PATIENCE
    while left and time.monotonic() < end:
        time.sleep(0.2)
        left &= jailed_processes()
    assert not left


def test_nothing_is_left_lying_about(graded: Graded) -> None:
    left = [path.name for path in (graded.course.root.parent / "tmp").iterdir()]
    assert [name for name in left if name.startswith(("judges-", "student-"))] == []


def test_no_notebook_grows_without_bound(graded: Graded) -> None:
    largest = max((p.stat().st_size, p.parts[-3]) for p in graded.course.autograded.glob(f"*/{LAB}/{FILE}"))
    assert largest[0] < 64 << 20, largest


def test_everybody_gets_a_page_and_a_row(graded: Graded, tmp_path: Path) -> None:
    output = tmp_path / "grades.csv"
    assert autograder("export", "-o", output, course=graded.course).returncode == 0
    assert len(output.read_text("utf-8-sig").splitlines()) == len(CASES) + 1
    output = tmp_path / "tests.csv"
    assert autograder("export", "--by", "test", "-o", output, course=graded.course).returncode == 0
    for field in re.findall(r'(?:^|,)"?([=+@][^",]*)', output.read_text("utf-8-sig"), re.MULTILINE):
        pytest.fail(f"a spreadsheet would run {field}")
