"""``autograder grade``, ``feedback`` and ``export`` on a class of honest, odd and broken submissions."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import psutil
import pytest
from conftest import BIN, RIGHT, answered, autograder, make_course, run_command, submit
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.execution import Execution

LAB = "lab01_adding"
FULL = {"test_add": 2.0, "test_add_negative": 3.0, "test_square": 4.0}
NOTHING = dict.fromkeys(FULL, 0.0)


def cell(notebook: NotebookNode, cell_id: str) -> NotebookNode:
    return next(c for c in notebook.cells if c.id == cell_id)


def changed(change: Callable[[NotebookNode], object], **answers: str) -> NotebookNode:
    notebook = answered(**answers)
    change(notebook)
    return notebook


def without(*ids: str) -> NotebookNode:
    return changed(lambda nb: nb.update(cells=[c for c in nb.cells if c.id not in ids]))


def duplicated(cell_id: str, source: str | None = None) -> NotebookNode:
    notebook = answered()
    place = next(i for i, c in enumerate(notebook.cells) if c.id == cell_id)
    copy = nbformat.from_dict(dict(notebook.cells[place]) | {"id": "copy"})
    copy.source = source or copy.source
    notebook.cells.insert(place + 1, copy)
    return notebook


def no_metadata(notebook: NotebookNode) -> None:
    for c in notebook.cells:
        c.metadata = {}


def easier_test(notebook: NotebookNode) -> None:
    cell(notebook, "test-square").source = "assert True"
    cell(notebook, "test-square").metadata["nbgrader"]["points"] = 1000
    cell(notebook, "test-square").metadata["tags"] = ["skip-execution"]


@dataclass(frozen=True)
class Case:
    """A submission and what it deserves; ``scores`` is None where it cannot be graded."""

    content: NotebookNode | bytes
    scores: dict[str, float] | None
    message: str = ""  #: must occur in the messages
    notes: str = ""  #: must occur in the notes
    name: str = field(default=f"{LAB}.ipynb")


CASES = {
    "right": Case(answered(), FULL),
    "half": Case(
        answered(square='def square(x):\n    raise NotImplementedError("这里还没有完成")'),
        FULL | {"test_square": 0.0},
        "还没有完成",
    ),
    "wrong_sign": Case(answered(add="def add(a, b):\n    return abs(a) + abs(b)"), FULL | {"test_add_negative": 0.0}),
    "message": Case(answered(square="def square(x):\n    return x * abs(x)"), FULL | {"test_square": 0.0}, "应为正"),
    "syntax": Case(answered(add="def add(a, b:\n    return"), NOTHING | {"test_square": 4.0}, "SyntaxError"),
    "no_name": Case(answered(add="def plus(a, b):\n    return a + b"), NOTHING | {"test_square": 4.0}, "没有找到"),
    "raises": Case(answered(add="def add(a, b):\n    return a['x']"), NOTHING | {"test_square": 4.0}, "TypeError"),
    "endless": Case(answered(add="while True:\n    pass"), NOTHING | {"test_square": 4.0}, "被停止"),
    "exits": Case(answered(square="import os\nos._exit(0)"), FULL | {"test_square": 0.0}, "进程退出了"),
    # Honest oddities keep every point.
    "stderr": Case(answered(add="import sys\ndef add(a, b):\n    print('?', file=sys.stderr)\n    return a + b"), FULL),
    "warns": Case(answered(add="import warnings\ndef add(a, b):\n    warnings.warn('x')\n    return a + b"), FULL),
    "prints": Case(answered(square="def square(x):\n    print(0.0)\n    return x * x\nsquare(2)"), FULL),
    "magic": Case(answered(square="%time\n" + RIGHT["square"]), FULL),
    "helper_cell": Case(
        changed(
            lambda nb: nb.cells.insert(3, new_code_cell("def plus(a, b):\n    return a + b", id="mine")),
            add="def add(a, b):\n    return plus(a, b)",
        ),
        FULL,
    ),
    "bom": Case(b"\xef\xbb\xbf" + nbformat.writes(answered()).encode("utf-8"), FULL),
    "surrogate_output": Case(answered(square="print(chr(0xD800))\n" + RIGHT["square"]), FULL),
    "no_metadata": Case(changed(no_metadata), FULL),
    "renamed": Case(answered(), FULL, name="my lab (1).ipynb", notes="文件名应为"),
    # The tests come from the instructor notebook, whatever the student did to them.
    "deleted_tests": Case(without("test-add", "test-square"), FULL, notes="已补回"),
    "edited_test": Case(changed(easier_test, square="def square(x):\n    return 0"), FULL | {"test_square": 0.0}),
    "doubled_test": Case(duplicated("test-add"), FULL, notes="只算一次"),
    "doubled_answer": Case(duplicated("square", "def square(x):\n    return 9"), FULL | {"test_square": 0.0}, "应为正"),
    "deleted_answer": Case(without("add"), NOTHING | {"test_square": 4.0}, notes="不在笔记本里"),
    # What cannot be graded says why.
    "empty": Case(b"", None, "空的"),
    "truncated": Case(nbformat.writes(answered()).encode("utf-8")[:700], None, "截断"),
    "cut_character": Case(nbformat.writes(answered()).encode("utf-8").split("两".encode())[0] + b"\xe4", None, "截断"),
    "utf16": Case(nbformat.writes(answered()).encode("utf-16"), None, "UTF-8"),
    "json": Case(b'{"a": 1}', None, "不是 Jupyter 笔记本"),
    "invalid": Case(b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"x": 1}]}', None, "不是有效的"),
    "other_lab": Case(nbformat.writes(nbformat.v4.new_notebook(cells=[new_code_cell("1")])).encode(), None, "交错了"),
    "other_type": Case(b"%PDF-1.7", None, "没有任何", name="report.pdf"),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The class of CASES, graded in one run, with feedback written."""
    course = make_course(tmp_path_factory.mktemp("class"))
    for student, case in CASES.items():
        submit(course, student, case.content, case.name)
    link = course.submitted / "link" / LAB / f"{LAB}.ipynb"
    link.parent.mkdir(parents=True)
    link.symlink_to(course.submitted / "right" / LAB / f"{LAB}.ipynb")
    result = autograder("grade", "--timeout", "6", course=course)
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    assert autograder("feedback", course=course).returncode == 0
    return course


def verdict(course: Course, student: str) -> dict:
    return json.loads((course.verdicts / student / LAB / f"{LAB}.json").read_text("utf-8"))


@pytest.mark.parametrize("student", CASES)
def test_each_submission_gets_what_it_deserves(graded: Course, student: str) -> None:
    case, found = CASES[student], verdict(graded, student)
    scores = {item["grade_id"]: item["score"] for item in found["items"] if item["kind"] == "test"}
    messages = " ".join([found["reason"], *(item["message"] for item in found["items"])])
    assert scores == (case.scores or dict.fromkeys(FULL)), messages
    assert case.message in messages
    assert case.notes in "；".join(found["notes"])
    assert (found["state"] == "not gradable") == (case.scores is None)


def test_a_link_is_not_followed(graded: Course) -> None:
    found = verdict(graded, "link")
    assert found["state"] == "not gradable"
    assert "普通文件" in found["reason"]


@pytest.mark.parametrize("student", ["endless", "exits"])
def test_cut_off_runs_are_marked_as_such(graded: Course, student: str) -> None:
    found = verdict(graded, student)
    assert found["state"] == "graded with failures"
    assert found["reason"]


def test_the_gradebook_agrees(graded: Course) -> None:
    with Gradebook(graded.db_url) as book:
        right = book.find_submission(LAB, "right")
        assert (right.score, right.max_score, right.needs_manual_grade) == (9.0, 10.0, True)
        broken = book.find_submission(LAB, "truncated")
        assert broken.needs_manual_grade, "a submission that could not be graded waits for a person, it is no plain 0"
        assert all(grade.auto_score is None for grade in broken.notebooks[0].grades)


def test_autograded_notebooks_are_as_formgrader_expects_them(graded: Course) -> None:
    path = graded.autograded / "right" / LAB / f"{LAB}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    ids = [c.metadata.nbgrader.grade_id for c in notebook.cells if "nbgrader" in c.metadata]
    assert ids == ["setup", "add", "test_add", "test_add_negative", "square", "test_square", "think_question", "think"]
    broken = nbformat.read(graded.autograded / "truncated" / LAB / f"{LAB}.ipynb", as_version=4)
    assert "not gradable" in broken.cells[0].source
    assert RIGHT["add"] not in nbformat.writes(broken)
    assert "total_of_both" not in nbformat.writes(broken)


def test_export_by_test(graded: Course, tmp_path: Path) -> None:
    output = tmp_path / "tests.csv"
    result = autograder("export", "--by", "test", "-o", output, course=graded)
    assert result.returncode == 0, result.stderr
    assert output.read_bytes().startswith(b"\xef\xbb\xbf")
    with output.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert ",".join(rows[0]) == "student_id,assignment,notebook,grade_id,score,max_score,state,message"
    assert len(rows) == 4 * (len(CASES) + 1)
    by_key = {(row["student_id"], row["grade_id"]): row for row in rows}
    assert by_key["right", "test_add"]["score"] == "2"
    assert by_key["right", "think"] | {"message": ""} == {
        "student_id": "right",
        "assignment": LAB,
        "notebook": LAB,
        "grade_id": "think",
        "score": "",
        "max_score": "1",
        "state": "needs manual grade",
        "message": "",
    }
    broken = by_key["truncated", "test_add"]
    assert (broken["score"], broken["state"]) == ("", "not gradable")
    assert "截断" in broken["message"]


def test_export_by_assignment(graded: Course, tmp_path: Path) -> None:
    output = tmp_path / "grades.csv"
    assert autograder("export", "-o", output, course=graded).returncode == 0
    with output.open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["student_id"]: row for row in csv.DictReader(stream)}
    assert (rows["right"]["score"], rows["right"]["max_score"]) == ("9", "10")
    assert (rows["empty"]["score"], rows["empty"]["state"]) == ("", "not gradable")


@pytest.mark.parametrize("student", CASES)
def test_feedback_page(graded: Course, student: str) -> None:
    page = (graded.feedback / student / LAB / f"{LAB}.html").read_text("utf-8")
    assert student in page
    assert "add(17, 25)" not in page
    assert "square(-12)" not in page
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", page), "a page must not fetch anything"
    case = CASES[student]
    if case.scores:
        assert "练习 1　两数之和" in page
        assert f"<strong>{sum(case.scores.values()):g}</strong>" in page
    else:
        assert case.message in page


def test_feedback_escapes_what_students_write(course: Course) -> None:
    submit(course, "s", answered(think="<script>alert(1)</script>", add="# <img src=x onerror=y>\n" + RIGHT["add"]))
    assert autograder("grade", course=course).returncode == 0
    assert autograder("feedback", course=course).returncode == 0
    page = (course.feedback / "s" / LAB / f"{LAB}.html").read_text("utf-8")
    assert "<script>" not in page
    assert "<img" not in page


def test_manual_marks_survive_regrading_and_reach_the_marks(course: Course, tmp_path: Path) -> None:
    submit(course, "s", answered())
    assert autograder("grade", course=course).returncode == 0
    with Gradebook(course.db_url) as book:
        grade = book.find_grade("think", LAB, LAB, "s")
        grade.manual_score, grade.needs_manual_grade = 0.5, False
        book.find_comment("think", LAB, LAB, "s").manual_comment = "再想想结合律"
        book.db.commit()
    assert autograder("grade", "--force", course=course).returncode == 0
    with Gradebook(course.db_url) as book:
        assert book.find_grade("think", LAB, LAB, "s").manual_score == 0.5
        assert not book.find_grade("think", LAB, LAB, "s").needs_manual_grade, "the answer has not changed"
    assert autograder("export", "-o", tmp_path / "g.csv", course=course).returncode == 0
    assert "s,lab01_adding,9.5,10,0,graded," in (tmp_path / "g.csv").read_text("utf-8-sig")
    assert autograder("feedback", course=course).returncode == 0
    assert "再想想结合律" in (course.feedback / "s" / LAB / f"{LAB}.html").read_text("utf-8")


def test_only_what_changed_is_graded_again(course: Course) -> None:
    submit(course, "a", answered())
    submit(course, "b", answered())
    assert autograder("grade", course=course).returncode == 0
    path = {s: course.autograded / s / LAB / f"{LAB}.ipynb" for s in "ab"}
    before = {s: p.stat().st_mtime_ns for s, p in path.items()}
    submit(course, "b", answered(square="def square(x):\n    return 0"))
    result = autograder("grade", "--json", course=course)
    assert [v["student_id"] for v in json.loads(result.stdout)] == ["a", "b"]
    after = {s: p.stat().st_mtime_ns for s, p in path.items()}
    assert after["a"] == before["a"]
    assert after["b"] > before["b"]
    assert verdict(course, "b")["items"][2]["score"] == 0


def test_only_code_is_run_again(course: Course) -> None:
    """Prose, the lab's texts and points change verdicts without a run; a test cell's change runs its lab again."""
    clock = "import time\nprint(time.time_ns())\n" + RIGHT["square"]

    def executed() -> tuple[str, list[float | None], int, NotebookNode]:
        assert autograder("grade", course=course).returncode == 0
        notebook = nbformat.read(course.autograded / "s" / LAB / f"{LAB}.ipynb", as_version=4)
        ((time,),) = [c.outputs for c in notebook.cells if c.cell_type == "code" and "time_ns" in c.source]
        found = verdict(course, "s")
        return time.text, [item["score"] for item in found["items"]], found["seed"], notebook

    def edit(change: Callable[[NotebookNode], object]) -> None:
        source = course.source / LAB / f"{LAB}.ipynb"
        notebook = nbformat.read(source, as_version=4)
        change(notebook)
        nbformat.write(notebook, source)

    submit(course, "s", answered(square=clock))
    first = executed()
    submit(course, "s", answered(square=clock, think="另一种说法"))
    prose = executed()
    assert prose[:3] == first[:3]
    assert "另一种说法" in nbformat.writes(prose[3])

    edit(lambda nb: cell(nb, "test-square").metadata["nbgrader"].update(points=8))
    edit(lambda nb: nb.cells.insert(0, nbformat.v4.new_markdown_cell("新的说明", id="words")))
    points = executed()
    assert points[0] == first[0] and points[2] == first[2]
    assert sum(score or 0 for score in points[1]) == sum(score or 0 for score in first[1]) + 4

    edit(lambda nb: cell(nb, "test-square").update(source="assert square(3) == 8"))
    tested = executed()
    assert tested[0] != first[0] and tested[2] != first[2]
    assert sum(score or 0 for score in tested[1]) == sum(score or 0 for score in points[1]) - 8

    shutil.rmtree(course.cache)
    (course.verdicts / "s" / LAB / f"{LAB}.json").unlink()
    again = executed()
    assert again[0] != tested[0] and again[1:3] == tested[1:3], "the cache can be done without"


def test_a_file_that_was_handed_in_before_does_not_run_again(course: Course) -> None:
    clock = "print(time.time_ns())\n" + RIGHT["square"]
    copied = answered(square=f"import time\n{clock}")

    def times(*arguments: str) -> dict[str, str]:
        """When each student's answer ran."""
        assert autograder("grade", "--jobs", "1", *arguments, course=course).returncode == 0
        notebooks = {
            path.parts[-3]: nbformat.read(path, as_version=4) for path in course.autograded.glob("*/*/*.ipynb")
        }
        return {
            student: next(c.outputs[0].text for c in notebook.cells if c.cell_type == "code" and "time_ns" in c.source)
            for student, notebook in notebooks.items()
        }

    submit(course, "a", copied)
    slow = f"import time\ntime.sleep(2)\n{clock}"  # long enough for the first one to be recorded
    submit(course, "another", answered(square=slow))
    submit(course, "b", copied)
    first = times()
    assert first["a"] == first["b"] != first["another"]
    assert verdict(course, "b")["student_id"] == "b"
    assert verdict(course, "b")["items"] == verdict(course, "a")["items"]
    submit(course, "c", copied)  # by the time it comes, the others are known
    assert times() == first | {"c": first["a"]}
    assert len(set(times("--force").values())) == 4


def test_a_cache_that_cannot_be_used_is_made_anew(course: Course) -> None:
    submit(course, "s", answered())
    assert autograder("grade", course=course).returncode == 0
    kept = course.cache / "s" / LAB / f"{LAB}.json"
    whole, before = kept.read_text("utf-8"), verdict(course, "s")
    key = json.loads(whole)["key"]
    assert Execution.from_json(whole, key).to_json() == whole
    other_cells = json.dumps(json.loads(whole) | {"cells": ["?"]})
    for broken in ("", "{", "[]", "1", whole[:-9], json.dumps({"key": key}), other_cells):
        assert Execution.from_json(broken, key) is None, broken
    assert Execution.from_json(whole, "another") is None
    kept.write_text(whole[:-9], "utf-8")
    submit(course, "s", answered(think="另一种说法"))
    assert autograder("grade", course=course).returncode == 0
    assert verdict(course, "s") == before | {"fingerprint": verdict(course, "s")["fingerprint"]}
    assert kept.read_text("utf-8") == whole


def test_only_the_named_student_is_graded(course: Course) -> None:
    submit(course, "a", answered())
    submit(course, "b", answered())
    assert autograder("grade", LAB, "--student", "b", course=course).returncode == 0
    assert not (course.verdicts / "a").exists()
    assert verdict(course, "b")["state"] == "graded"


def test_folders_of_no_lab_are_named(course: Course) -> None:
    submit(course, "s", answered())
    (course.submitted / "s" / "lab1").mkdir()
    result = autograder("grade", course=course)
    assert result.returncode == 0
    assert "s/lab1" in result.stderr


def test_submissions_are_left_as_they_came(course: Course) -> None:
    path = submit(course, "s", answered())
    before = path.read_bytes()
    assert autograder("grade", course=course).returncode == 0
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_late_penalty_of_the_course_counts(course: Course, tmp_path: Path) -> None:
    (course.root / "late.py").write_text(
        "from nbgrader.plugins import BasePlugin\n\n\n"
        "class Late(BasePlugin):\n"
        "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
        "        return 2.0\n",
        "utf-8",
    )
    (course.root / "nbgrader_config.py").write_text(
        f"import sys\nsys.path.insert(0, {str(course.root)!r})\n"
        "c = get_config()\nc.AssignLatePenalties.plugin_class = 'late.Late'\n",
        "utf-8",
    )
    path = submit(course, "s", answered())
    (path.parent / "timestamp.txt").write_text("2026-03-02 00:00:00 UTC", "utf-8")
    assert autograder("grade", course=course).returncode == 0
    with Gradebook(course.db_url) as book:
        book.update_or_create_assignment(LAB, duedate="2026-03-01 00:00:00 UTC")
    assert autograder("grade", "--force", course=course).returncode == 0
    assert autograder("export", "-o", tmp_path / "g.csv", course=course).returncode == 0
    assert "s,lab01_adding,7,10,2," in (tmp_path / "g.csv").read_text("utf-8-sig")


def test_markers_see_the_mark_scheme_and_students_do_not(course: Course) -> None:
    submit(course, "s", answered())
    assert autograder("grade", course=course).returncode == 0
    assert autograder("feedback", course=course).returncode == 0
    for_markers = (course.autograded / "s" / LAB / f"{LAB}.ipynb").read_text("utf-8")
    page = (course.feedback / "s" / LAB / f"{LAB}.html").read_text("utf-8")
    assert "说出交换律得 1 分" in for_markers
    assert "说出交换律得 1 分" not in page


# --------------------------------------------------------------------------- stopping, and machines without a sandbox


def test_ctrl_c_keeps_what_is_done_and_the_next_run_goes_on(course: Course) -> None:
    for number in range(8):
        submit(course, f"s{number}", answered(square=f"import time\ntime.sleep(1)\n{RIGHT['square']}  # {number}"))
    command = [BIN / "autograder", "grade", "--jobs", "1", "--course", str(course.root)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while len(done := sorted(course.verdicts.glob("*/*/*.json"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    below = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[1]
    assert process.returncode == 130
    assert "已经批改并记下" in said and "Traceback" not in said
    finished = {path: path.read_bytes() for path in sorted(course.verdicts.glob("*/*/*.json"))}
    assert 2 <= len(done) <= len(finished) < 8
    assert len(below) >= 3, "the warm process, a judge, a student"
    assert psutil.wait_procs(below, timeout=10)[1] == [], "a process is left"
    assert autograder("grade", course=course).returncode == 0
    verdicts = {path: json.loads(path.read_text("utf-8")) for path in course.verdicts.glob("*/*/*.json")}
    assert len(verdicts) == 8
    assert all(sum(item["score"] or 0 for item in found["items"]) == 9 for found in verdicts.values())
    assert all(path.read_bytes() == content for path, content in finished.items()), "what was done was done again"


def test_folders_of_killed_runs_are_swept(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    temporary = tmp_path / "tmp"
    dead, alive, foreign = temporary / "judges-4194304-x", temporary / f"judges-{os.getpid()}-x", temporary / "judges"
    for folder in (dead, alive, foreign):
        folder.mkdir(parents=True)
        (folder / "file").touch()
    submit(course, "right", answered())
    assert autograder("grade", course=course).returncode == 0
    assert sorted(path.name for path in temporary.glob("judges*")) == sorted([alive.name, foreign.name])


def test_without_a_sandbox_grading_refuses_unless_told_otherwise(course: Course, tmp_path: Path) -> None:
    submit(course, "right", answered())
    # A user namespace with one uid in it: what a container without rights looks like.
    command = ["unshare", "--user", "--map-root-user", BIN / "autograder", "grade", "--course", course.root]
    refused = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert refused.returncode == 2
    assert "mount（系统不允许" in refused.stderr and "autograder doctor" in refused.stderr
    assert not course.verdicts.exists() or not list(course.verdicts.glob("*/*/*.json"))
    told = subprocess.run([*command, "--no-sandbox"], capture_output=True, text=True, check=False, timeout=120)
    assert told.returncode == 0, told.stderr
    assert "可信度低" in told.stdout
    assert "没有沙箱，结果的可信度低" in verdict(course, "right")["flags"]
    assert autograder("export", "-o", tmp_path / "grades.csv", course=course).returncode == 0
    assert "可信度低" in (tmp_path / "grades.csv").read_text("utf-8-sig")
    again = autograder("grade", "--json", course=course)
    (found,) = json.loads(again.stdout)
    assert found["flags"] == [], "with a sandbox it is graded anew"


def test_the_doctor_finds_every_wall_standing_here() -> None:
    said = run_command("autograder", "doctor", "--json")
    assert said.returncode == 0, said.stdout
    layers = json.loads(said.stdout)["layers"]
    assert len(layers) >= 13 and set(layers.values()) == {""}
    broken = subprocess.run(
        ["unshare", "--user", "--map-root-user", BIN / "autograder", "doctor"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert broken.returncode == 1
    assert "缺少  mount" in broken.stdout and "apt-get install libseccomp2" in broken.stdout


def test_a_copied_lab_is_another_lab(course: Course) -> None:
    """Two notebooks of the same bytes, graded in one run, each under its own name."""
    shutil.copytree(course.source / "lab01_adding", course.source / "lab02_copied")
    for lab in ("lab01_adding", "lab02_copied"):
        folder = course.submitted / "20260101" / lab
        folder.mkdir(parents=True)
        nbformat.write(answered(), folder / "lab01_adding.ipynb")
    result = autograder("grade", "--json", course=course)
    assert result.returncode == 0, result.stderr
    verdicts = json.loads(result.stdout)
    assert [(v["assignment"], v["state"]) for v in verdicts] == [
        ("lab01_adding", "graded"),
        ("lab02_copied", "graded"),
    ]
