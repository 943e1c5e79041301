"""What those see who look after a course: the log of a run, ``autograder status``, limits in the settings."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import BIN, COMMAND_TIMEOUT, RIGHT, answered, autograder, make_course, submit
from nbgrader.api import Gradebook
from test_bad_input import assert_refused

from autograder.course import Course
from autograder.files import read_tree
from autograder.limits import Limits

LAB = "lab01_adding"
GUIDE = (Path(__file__).parent.parent / "book" / "instructor_guide.md").read_text("utf-8")


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def status(course: Course, *arguments: str, code: int = 0) -> dict:
    result = autograder("status", "--json", *arguments, course=course)
    assert result.returncode == code, result.stderr
    return json.loads(result.stdout)


def configure(course: Course, text: str) -> None:
    (course.root / "nbgrader_config.py").write_text(f"c = get_config()\n{text}\n", "utf-8")


# --------------------------------------------------------------------------- the log


def test_the_log_tells_what_happened_line_by_line(course: Course, tmp_path: Path) -> None:
    submit(course, "a", answered(add="print('SECRET OUTPUT')\ndef add(a, b):\n    return 0"))
    submit(course, "b", b"{")
    log = tmp_path / "grade.log"
    before = datetime.now(UTC)
    assert autograder("grade", "--log-json", log, course=course).returncode == 0
    first = lines(log)
    assert [line["event"] for line in first] == ["run started", "submission done", "submission done", "run finished"]
    times = [datetime.fromisoformat(line["time"]) for line in first]
    assert all(line["time"].endswith("Z") and line["level"] == "INFO" for line in first)
    assert before.replace(microsecond=0) <= times[0] <= times[-1] <= datetime.now(UTC)
    start, end, done = first[0], first[-1], {line["student"]: line for line in first[1:-1]}
    assert (start["labs"], start["submissions"]) == ([LAB], 2)
    assert start["version"] and start["python"] and start["pid"]
    assert done["a"]["lab"] == done["a"]["notebook"] == LAB
    assert (done["a"]["state"], done["a"]["score"], done["a"]["max_score"]) == ("graded", 4.0, 10.0)
    assert done["a"]["seconds"] > 0
    assert done["b"]["state"] == "not gradable" and done["b"]["reason"]
    assert {line["done"] for line in first[1:-1]} == {1, 2} and done["a"]["total"] == 2
    assert (end["states"], end["reused"], end["seconds"] > 0) == ({"graded": 1, "not gradable": 1}, 0, True)
    assert "SECRET OUTPUT" not in log.read_text("utf-8")
    assert autograder("grade", "--log-json", log, course=course).returncode == 0
    assert lines(log)[:4] == first, "a log is only ever added to"
    assert [line["event"] for line in lines(log)[4:]] == ["run started", *["submission reused"] * 2, "run finished"]


def test_the_log_on_stderr_is_nothing_but_the_log(course: Course) -> None:
    submit(course, "a", answered())
    result = autograder("grade", "--json", "--log-json", "-", course=course)
    assert [json.loads(line)["event"] for line in result.stderr.splitlines()] == [
        "run started",
        "submission done",
        "run finished",
    ]
    assert json.loads(result.stdout)[0]["student_id"] == "a"


def test_a_fault_is_an_error_in_the_log_and_in_the_status(course: Course, tmp_path: Path) -> None:
    submit(course, "a", answered())
    configure(course, "c.Limits.submission = 1e-6\nc.Limits.submission = 10.0")
    assert autograder("grade", course=course).returncode == 0
    path = course.verdicts / "a" / LAB / f"{LAB}.json"
    path.write_text(path.read_text("utf-8").replace('"graded"', '"grader fault"'), "utf-8")
    (failure,) = status(course, code=1)["labs"][0]["failures"]
    assert (failure["student_id"], failure["standing"]) == ("a", "需重新批改")


def test_a_run_that_fails_says_why(course: Course, tmp_path: Path) -> None:
    submit(course, "a", answered())
    course.verdicts.mkdir(parents=True)
    (course.verdicts / "a").write_text("in the way")
    log = tmp_path / "grade.log"
    result = autograder("grade", "--log-json", log, course=course)
    assert result.returncode == 2
    end = lines(log)[-1]
    assert (end["event"], end["level"]) == ("run failed", "ERROR")
    assert end["reason"] in result.stderr and "写不进去" in end["reason"]
    assert "写不进去" in autograder("status", course=course).stdout


def test_a_log_that_cannot_be_written_stops_the_run_before_it_starts(course: Course, tmp_path: Path) -> None:
    submit(course, "a", answered())
    assert_refused(autograder("grade", "--log-json", tmp_path / "no" / "log", course=course), "写不进去", "log")
    assert not course.verdicts.exists()


def test_a_log_on_a_full_disk_stops_the_run(course: Course) -> None:
    submit(course, "a", answered())
    assert_refused(autograder("grade", "--log-json", "/dev/full", course=course), "/dev/full", "磁盘满了")


def test_ctrl_c_is_in_the_log_and_in_the_status(course: Course, tmp_path: Path) -> None:
    for student in "abcdefgh":
        submit(course, student, answered(square=f"import time\ntime.sleep(2)\n{RIGHT['square']}  # {student}"))
    log = tmp_path / "grade.log"
    command = [BIN / "autograder", "grade", "--jobs", "1", "--log-json", log, "--course", course.root]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + COMMAND_TIMEOUT
        while time.monotonic() < deadline and not (log.exists() and len(lines(log)) >= 2):
            time.sleep(0.05)
        now = status(course)
        assert now["running"] == process.pid
        assert 1 <= now["labs"][0]["standings"]["待批阅"] <= 7
        said = autograder("status", course=course).stdout
        assert f"正在批改（进程 {process.pid}" in said and "共 8 份" in said
        process.send_signal(signal.SIGINT)
        assert process.wait(COMMAND_TIMEOUT) == 130
    finally:
        process.kill()
        process.wait()
    assert lines(log)[-1]["event"] == "run interrupted"
    after = status(course)
    assert after["running"] is None and after["last_run"]["ending"] == "interrupted"
    assert "被 Ctrl-C 停止" in autograder("status", course=course).stdout


def test_a_run_that_was_killed_is_told_from_one_under_way(course: Course) -> None:
    submit(course, "a", answered(square="import time\ntime.sleep(600)"))
    command = [BIN / "autograder", "grade", "--timeout", "600", "--course", course.root]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + COMMAND_TIMEOUT
        while time.monotonic() < deadline and not (course.root / "classroom" / ".grade.json").exists():
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait()
    assert status(course)["running"] is None
    assert "中途被杀掉了" in autograder("status", course=course).stdout


# --------------------------------------------------------------------------- the status


def test_the_status_from_nothing_to_all_marked(course: Course) -> None:
    lab = status(course)["labs"][0]
    assert (lab["lab"], lab["handed_in"], lab["missing"], lab["waiting"]) == (LAB, 0, 0, 0)
    assert "还没有批改过" in autograder("status", course=course).stdout
    roster = course.root / "names.csv"
    roster.write_text("学号,姓名\na001,甲\nb001,乙\nc001,丙\nd001,丁\n", "utf-8")
    assert autograder("roster", roster, course=course).returncode == 0
    submit(course, "a001", answered())
    submit(course, "b001", b"{")
    submit(course, "x001", answered(add="def add(a, b):\n    return 0"))
    lab = status(course)["labs"][0]
    assert (lab["handed_in"], lab["missing"], lab["ungraded"]) == (3, 2, ["a001", "b001", "x001"])
    assert autograder("grade", course=course).returncode == 0
    report = status(course, code=1)
    lab = report["labs"][0]
    assert lab["standings"] == {"待批阅": 2, "无法评分": 1} and lab["waiting"] == 0
    assert [(f["student_id"], f["standing"]) for f in lab["failures"]] == [("b001", "无法评分")]
    assert report["last_run"]["states"] == {"graded": 2, "not gradable": 1}
    with Gradebook(course.db_url) as book:
        grade = book.find_grade("think", LAB, LAB, "a001")
        grade.manual_score, grade.needs_manual_grade = 1.0, False
        book.db.commit()
    assert status(course, code=1)["labs"][0]["standings"] == {"已批改": 1, "待批阅": 1, "无法评分": 1}
    submit(course, "x001", answered())
    submit(course, "d001", answered())
    lab = status(course, code=1)["labs"][0]
    assert (lab["changed"], lab["ungraded"], lab["waiting"], lab["missing"]) == (["x001"], ["d001"], 2, 1)
    shown = autograder("status", LAB, course=course)
    assert shown.returncode == 1 and "b001" in shown.stdout and "等待批改的有 2 份" in shown.stdout


@pytest.mark.parametrize("what", ["lab", "settings", "helper", "file removed"])
def test_what_the_next_grade_would_run_is_changed(course: Course, what: str) -> None:
    path = submit(course, "a", answered())
    assert autograder("grade", course=course).returncode == 0
    assert status(course)["labs"][0]["waiting"] == 0
    match what:
        case "lab":
            source = course.source / LAB / f"{LAB}.ipynb"
            source.write_text(source.read_text("utf-8").replace("add(17, 25)", "add(18, 24)"), "utf-8")
        case "settings":
            configure(course, "c.Limits.memory_mb = 512")
        case "helper":
            (course.source / "helper.py").write_text('GREETING = "你们好"\n', "utf-8")
        case "file removed":
            path.unlink()
    assert status(course)["labs"][0]["changed"] == ["a"]
    assert autograder("grade", course=course).returncode == 0
    assert status(course, code=1 if what == "file removed" else 0)["labs"][0]["waiting"] == 0


def test_graded_without_a_sandbox_is_graded(course: Course) -> None:
    submit(course, "a", answered())
    assert autograder("grade", "--no-sandbox", course=course).returncode == 0
    assert status(course)["labs"][0]["waiting"] == 0


def test_an_unreadable_verdict_is_shown(course: Course) -> None:
    submit(course, "a", answered())
    assert autograder("grade", course=course).returncode == 0
    (course.verdicts / "a" / LAB / f"{LAB}.json").write_text("{", "utf-8")
    (failure,) = status(course, code=1)["labs"][0]["failures"]
    assert failure["standing"] == "需重新批改" and "读不出来" in failure["reason"]


def test_the_status_changes_nothing(course: Course) -> None:
    submit(course, "a", answered())
    before = read_tree(course.root)
    status(course)
    assert read_tree(course.root) == before
    assert autograder("grade", course=course).returncode == 0
    before = read_tree(course.root)
    status(course)
    assert read_tree(course.root) == before


def test_the_status_of_an_unknown_lab(course: Course) -> None:
    assert_refused(autograder("status", "lab99", course=course), "lab99", LAB)


def test_a_large_class_is_counted_from_its_files(tmp_path: Path) -> None:
    """Hundreds of copies of one graded submission: the verdicts vouch for all of them, nothing is run."""
    course = make_course(tmp_path)
    submit(course, "s0000", answered())
    assert autograder("grade", course=course).returncode == 0
    path = course.verdicts / "s0000" / LAB / f"{LAB}.json"
    for number in range(1, 400):
        student = f"s{number:04}"
        shutil.copytree(course.submitted / "s0000", course.submitted / student)
        copy = course.verdicts / student / LAB / path.name
        copy.parent.mkdir(parents=True)
        copy.write_text(path.read_text("utf-8").replace("s0000", student), "utf-8")
    lab = status(course)["labs"][0]
    assert (lab["handed_in"], lab["standings"], lab["waiting"]) == (400, {"待批阅": 400}, 0)


# --------------------------------------------------------------------------- the limits


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("c.Limits.cell = 0", "不小于 0.1"),
        ("c.Limits.call = 'fast'", "几秒"),
        ("c.Limits.submission = float('inf')", "几秒"),
        ("c.Limits.memory_mb = 1.5", "MB"),
        ("c.Limits.jobs = 0", "不小于 1"),
        ("c.Limits.busy_timeout = -1", "不小于 0"),
        ("c.Limits.cells = 3", "不是一项设置"),
    ],
)
def test_a_wrong_limit_is_named(course: Course, setting: str, words: str) -> None:
    submit(course, "a", answered())
    configure(course, setting)
    assert_refused(autograder("grade", course=course), setting.split(" ")[0], words)
    assert not course.verdicts.exists()


def test_limits_hold_and_flags_win(course: Course) -> None:
    submit(course, "slow", answered(square=f"import time\ntime.sleep(4)\n{RIGHT['square']}"))
    submit(course, "big", answered(square=f"x = bytearray(300 << 20)\n{RIGHT['square']}"))
    configure(course, "c.Limits.cell = 2\nc.Limits.memory_mb = 128\nc.Limits.jobs = 1")
    result = autograder("grade", "--json", course=course)
    big, slow = json.loads(result.stdout)
    assert slow["state"] == "graded with failures"
    assert any("超过 2 秒" in item["message"] for item in slow["items"])
    assert [item["score"] for item in big["items"]][2] == 0
    result = autograder("grade", "--json", "--timeout", "60", "--student", "slow", course=course)
    assert json.loads(result.stdout)[0]["state"] == "graded"
    configure(course, "c.Limits.cell = 60")
    result = autograder("grade", "--json", course=course)
    assert [verdict["state"] for verdict in json.loads(result.stdout)] == ["graded"] * 2


def test_the_guide_names_every_limit_and_command() -> None:
    for name in Limits.class_trait_names(config=True):
        assert f"c.Limits.{name}" in GUIDE
    assert "autograder status" in GUIDE and "--log-json" in GUIDE
