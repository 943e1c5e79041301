"""``autograder collect``: what platforms hand over, what students make of it, and what attackers try."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import stat
import struct
import tarfile
import zipfile
import zlib
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import nbformat
import py7zr
import pytest
from click.testing import CliRunner, Result
from conftest import answered, autograder, submit, tiny_notebook
from messy_class import GbkInfo, from_colab, from_paddle, make_class, to_bytes

from autograder.cli import main
from autograder.course import Course
from autograder.files import read_tree

LAB, OTHER = "lab01_adding", "lab02_taking"
ZHANG, LI, WANG, WANG2, ADA, SUN = "02601", "02602", "02603", "02604", "02605", "02606"
ROSTER = {ZHANG: "张三", LI: "李四", WANG: "王五", WANG2: "王五", ADA: "Ada Lovelace", SUN: "孙喆"}
WHEN = datetime(2026, 3, 20, 22, 30)
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def course(course: Course) -> Course:
    """The tiny course with a class list and a second lab."""
    write_roster(course, ROSTER)
    other = course.source / OTHER / f"{OTHER}.ipynb"
    other.parent.mkdir()
    text = nbformat.writes(other_notebook())
    other.write_text(text, "utf-8")
    return course


def write_roster(course: Course, names: dict[str, str]) -> None:
    path = course.submitted.parent / "roster.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["student_id", "name", "group", "email"])
        writer.writerows([student, name, "", ""] for student, name in names.items())


def other_notebook() -> nbformat.NotebookNode:
    """Another lab, with other exercises."""
    text = nbformat.writes(tiny_notebook())
    for old, new in {"add": "take", "square": "root", "title": "heading", "练习": "题目", "整数": "差"}.items():
        text = text.replace(old, new)
    for old, new in {"负数": "小数减大数", "平方": "开方", "相加": "相减", "加法": "减法"}.items():
        text = text.replace(old, new)
    return nbformat.reads(text, as_version=4)


def work(mark: str = "") -> bytes:
    """A notebook as handed in; ``mark`` makes its content differ."""
    return to_bytes(answered(think=f"因为交换律。{mark}"))


def make_zip(path: Path | io.BytesIO, members: dict[str, bytes], when: datetime = WHEN, info=zipfile.ZipInfo) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            entry = info(name, when.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)


def zipped(members: dict[str, bytes], when: datetime = WHEN) -> bytes:
    data = io.BytesIO()
    make_zip(data, members, when)
    return data.getvalue()


def on_disk(path: Path, data: bytes, when: datetime = WHEN) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    stamp = when.replace(tzinfo=ZONE).timestamp()
    os.utime(path, (stamp, stamp))
    return path


def collect(course: Course, *arguments: str | Path, lab: str = LAB, code: int | None = None) -> dict[str, dict]:
    """Run the command; returns its records by input."""
    result = invoke(course, lab, *arguments, "--json")
    assert result.exit_code in ((0, 1) if code is None else (code,)), result.output
    records = json.loads(result.stdout)["records"]
    return {record["input"]: record for record in records}


def invoke(course: Course, *arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, ["collect", *map(str, arguments), "--course", str(course.root)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def submitted(course: Course, student: str, lab: str = LAB) -> bytes | None:
    path = course.submitted / student / lab / f"{lab}.ipynb"
    return path.read_bytes() if path.exists() else None


def set_aside(course: Course) -> list[bytes]:
    return list(read_tree(course.submitted.parent / "set_aside").values())


def one(records: dict[str, dict]) -> dict:
    [record] = records.values()
    return record


def class_tree(course: Course) -> dict[str, bytes]:
    """The class's files, without the one that locks."""
    return {name: data for name, data in read_tree(course.submitted.parent).items() if name != ".collect.lock"}


# --------------------------------------------------------------------------- a whole class


@pytest.mark.parametrize("students", [60, 300])
def test_a_messy_class(course: Course, tmp_path: Path, students: int) -> None:
    """Every file is in the log exactly once with the fate it deserves; nothing is lost; twice changes nothing."""
    made = make_class(tmp_path / "out", course, LAB, students, seed=students)
    write_roster(course, {person.student_id: person.name for person in made.people})
    result = autograder("collect", LAB, made.folder, course=course)
    assert result.returncode == 1, result.stderr
    assert "Traceback" not in result.stderr
    log = json.loads((course.submitted.parent / "collected.json").read_text("utf-8"))
    assert sorted(record["input"] for record in log) == sorted(made.expected)
    kept = {hashlib.sha256(data).hexdigest() for data in set_aside(course)}
    for record in log:
        fate = made.expected[record["input"]]
        assert record["state"] == fate.state, (fate, record)
        if fate.student_id and fate.state != "ignored":
            assert record["student_id"] == fate.student_id
        if record["state"] == "taken":
            data = submitted(course, record["student_id"])
            assert data is not None and hashlib.sha256(data).hexdigest() == record["sha256"]
        elif record["state"] in ("superseded", "set aside"):
            assert record["sha256"] in kept
            assert record["reason"]
    taken = Counter(record["student_id"] for record in log if record["state"] == "taken")
    assert set(taken.values()) == {1}
    assert {path.name for path in course.submitted.iterdir()} == set(taken)
    before = class_tree(course)
    again = autograder("collect", LAB, made.folder, course=course)
    assert again.returncode == 1
    assert "写入 0 份" in again.stdout
    assert class_tree(course) == before


def test_what_is_collected_can_be_graded(course: Course, tmp_path: Path) -> None:
    """Copies without nbgrader's metadata, too, if they are of this lab, whatever the answers begin with."""
    notebook = answered(add="# 我的答案\ndef add(a, b):\n    return a + b")
    members = {
        "02601_张三/作业 (1).ipynb": to_bytes(notebook),
        "02602_李四/x.ipynb": from_colab(notebook),
        "02605/x.ipynb": from_paddle(notebook),
    }
    make_zip(tmp_path / "a.zip", members)
    collect(course, tmp_path / "a.zip", code=0)
    submit(course, SUN, from_colab(other_notebook()))
    result = autograder("grade", LAB, "--json", course=course)
    verdicts = {verdict["student_id"]: verdict for verdict in json.loads(result.stdout)}
    scores = {student: sum(item["score"] or 0 for item in v["items"]) for student, v in verdicts.items()}
    assert scores == {ZHANG: 9, LI: 9, ADA: 9, SUN: 0}
    assert verdicts[SUN]["state"] == "not gradable"
    assert any("已按内容对上" in note for note in verdicts[LI]["notes"])


# --------------------------------------------------------------------------- naming


@pytest.mark.parametrize(
    ("names", "profile", "when"),
    [
        (["张三_90001_assignsubmission_file_/x.ipynb"], "Moodle", WHEN),
        (["张三_90001_assignsubmission_file_x.ipynb"], "Moodle", WHEN),
        (["02601 张三_90001_assignsubmission_file_/x.ipynb"], "Moodle", WHEN),
        (["lovelaceada_LATE_4001_7001_x-1.ipynb"], "Canvas", WHEN),
        (["张三_4001_7001_x.ipynb"], "Canvas", WHEN),
        (["作业_02601_attempt_2026-03-20-23-10-05_x.ipynb"], "Blackboard", datetime(2026, 3, 20, 23, 10, 5)),
        (["02601-张三-实验一/x.ipynb"], "学习通", WHEN),
        (["张三-02601/x.ipynb"], "学习通", WHEN),
        (["张三_02601_20260320231005/x.ipynb"], "雨课堂", datetime(2026, 3, 20, 23, 10, 5)),
        (["02601_张三/x.ipynb"], "学号_姓名", WHEN),
        (["lab01_02601张三(1).ipynb"], "学号_姓名", WHEN),
        (["实验一 张三 02601.ipynb"], "学号_姓名", WHEN),
        (["02601.ipynb"], "学号_姓名", WHEN),
        (["实验一-张三.ipynb"], "学号_姓名", WHEN),
        (["张三/实验一/x.ipynb"], "学号_姓名", WHEN),
    ],
)
def test_each_platform_is_recognised(
    course: Course, tmp_path: Path, names: list[str], profile: str, when: datetime
) -> None:
    make_zip(tmp_path / "a.zip", dict.fromkeys(names, work()))
    result = invoke(course, LAB, tmp_path / "a.zip", "--json")
    report = json.loads(result.stdout)
    assert [record["state"] for record in report["records"]] == ["taken"], report
    assert report["profiles"] == {profile: 1}
    assert report["records"][0]["submitted_at"] == when.replace(tzinfo=ZONE).isoformat()


def test_a_profile_or_a_pattern_can_be_named(course: Course, tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", {"【02601】@@.ipynb": work(), "02602-李四-实验/x.ipynb": work("李")})
    records = collect(course, tmp_path / "a.zip", "--pattern", "【(?P<id>.+)】.*")
    assert [r["state"] for r in records.values()] == ["taken", "set aside"]
    records = collect(course, tmp_path / "a.zip", "--profile", "chaoxing")
    assert [r["state"] for r in records.values()] == ["taken", "taken"]  # what was taken stays


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("02601-张三-实验/练习.ipynb", "gbk"),
        ("02606-孙喆-实验/镕.ipynb", "gbk"),  # characters that GB 2312 lacks
        ("02601-张三-实验/练习.ipynb", "utf-8"),
        ("02605_Übung für Ada.ipynb", "cp437"),
    ],
)
def test_names_without_the_utf8_flag(course: Course, tmp_path: Path, name: str, encoding: str) -> None:
    class Info(GbkInfo):
        def _encodeFilenameFlags(self) -> tuple[bytes, int]:
            return self.filename.encode(encoding), self.flag_bits

    make_zip(tmp_path / "a.zip", {name: work()}, info=Info)
    assert one(collect(course, tmp_path / "a.zip", code=0))["input"] == f"a.zip!{name}"


def test_gbk_names_on_disk(course: Course, tmp_path: Path) -> None:
    """unzip on Linux leaves GBK bytes as names."""
    folder = tmp_path / "a"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + "/张三.ipynb".encode("gbk"))).write_bytes(work())
    assert list(collect(course, folder, code=0)) == ["a/张三.ipynb"]


# --------------------------------------------------------------------------- who


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("王五_90001_assignsubmission_file_/x.ipynb", "名单里有 2 个 王五（02603、02604）"),
        ("赵六_90001_assignsubmission_file_/x.ipynb", "名单里没有 赵六"),
        ("09999_张三/x.ipynb", "名单里没有学号 09999；名单里的 张三 是 02601"),
        ("02601_李四/x.ipynb", "学号 02601 在名单里是 张三，名字却写着 李四"),
        ("x.ipynb", "路径里没有学号，也没有姓名；时间取自磁盘上的文件"),
        ("02601_张三/02602_李四.ipynb", "路径里有不止一个学生：02601 张三、02602 李四"),
        ("09999_赵六/02601_张三.ipynb", "名单里没有学号 09999"),
        ("王五_90001_assignsubmission_file_/02601_张三.ipynb", "名单里有 2 个 王五（02603、02604）"),
    ],
)
def test_nobody_is_guessed(course: Course, tmp_path: Path, name: str, reason: str) -> None:
    make_zip(tmp_path / "a.zip", {name: work()})
    record = one(collect(course, tmp_path / "a.zip", code=1))
    assert (record["state"], record["reason"]) == ("set aside", reason)
    assert set_aside(course) == [work()]
    assert not course.submitted.exists()


def test_a_number_tells_two_of_one_name_apart(course: Course, tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", {"王五_90001_assignsubmission_file_/02604.ipynb": work()})
    assert one(collect(course, tmp_path / "a.zip", code=0))["student_id"] == WANG2


def test_a_class_folder_that_looks_like_a_number(course: Course, tmp_path: Path) -> None:
    members = {"实验-20260320/02601_张三.ipynb": work(), "实验-20260320/02602_李四.ipynb": work("李")}
    make_zip(tmp_path / "20260321.zip", members)
    records = collect(course, tmp_path / "20260321.zip", code=0)
    assert [r["student_id"] for r in records.values()] == [ZHANG, LI]


def test_without_a_roster(course: Course, tmp_path: Path) -> None:
    (course.submitted.parent / "roster.csv").unlink()
    make_zip(tmp_path / "a.zip", {"02601_张三.ipynb": work(), "李四.ipynb": work("李")})
    result = invoke(course, LAB, tmp_path / "a.zip")
    assert result.exit_code == 2
    assert "--trust-ids" in result.stderr
    records = collect(course, tmp_path / "a.zip", "--trust-ids", code=1)
    assert [r["student_id"] for r in records.values()] == [ZHANG, None]


def test_who_has_handed_in_nothing(course: Course, tmp_path: Path) -> None:
    on_disk(tmp_path / "02601.ipynb", work())
    result = invoke(course, LAB, tmp_path / "02601.ipynb")
    assert "还没有交的（5 人）：02602 李四" in result.stdout


def test_what_was_set_aside_is_taken_for_a_student(course: Course, tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", {"王五_90001_assignsubmission_file_/x.ipynb": work()})
    collect(course, tmp_path / "a.zip", code=1)
    [path] = (course.submitted.parent / "set_aside").iterdir()
    record = one(collect(course, path, "--student", WANG, code=0))
    assert (record["student_id"], record["submitted_at"]) == (WANG, WHEN.replace(tzinfo=ZONE).isoformat())
    assert record["input"] == "a.zip!王五_90001_assignsubmission_file_/x.ipynb"
    assert set_aside(course) == []
    before = class_tree(course)
    collect(course, tmp_path / "a.zip", code=0)  # still nobody by its name, but somebody has decided
    assert class_tree(course) == before


# --------------------------------------------------------------------------- which lab


def test_a_notebook_is_known_by_its_content(course: Course, tmp_path: Path) -> None:
    notebook = answered()
    members = {
        "02601/Lab (1).IPYNB": work(),
        "02602/副本.ipynb": from_colab(notebook),
        "02605/x.json": from_paddle(notebook),
    }
    make_zip(tmp_path / "a.zip", members)
    records = collect(course, tmp_path / "a.zip", code=0)
    assert {r["state"] for r in records.values()} == {"taken"}
    assert submitted(course, LI) == members["02602/副本.ipynb"]


@pytest.mark.parametrize("change", [to_bytes, from_colab, from_paddle])
def test_another_labs_notebook_under_this_labs_name(course: Course, tmp_path: Path, change) -> None:
    make_zip(tmp_path / "a.zip", {f"02601/{LAB}.ipynb": change(other_notebook()), "02602/x.ipynb": work()})
    wrong, right = collect(course, tmp_path / "a.zip", code=1).values()
    assert wrong["state"] == "set aside"
    assert f"看起来是 {OTHER} 的作业" in wrong["reason"]
    assert right["state"] == "taken"
    before = submitted(course, LI)
    [path] = (course.submitted.parent / "set_aside").iterdir()
    assert one(collect(course, path, lab=OTHER, code=0))["state"] == "taken"
    # Collecting one lab takes nothing of another back.
    assert [r["state"] for r in collect(course, tmp_path / "a.zip", lab=OTHER).values()] == ["taken", "taken"]
    assert submitted(course, LI) == before
    assert submitted(course, ZHANG, OTHER) == change(other_notebook())


def test_all_labs_at_once(course: Course, tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", {"02601/a.ipynb": work(), "02601/b.ipynb": to_bytes(other_notebook())})
    for lab in ("all", f"{LAB},{OTHER}"):
        collect(course, tmp_path / "a.zip", lab=lab, code=0)
        assert submitted(course, ZHANG)
        assert submitted(course, ZHANG, OTHER)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "文件是空的"),
        (work()[:300], "文件不是完整的笔记本"),
        (b'{"a": 1}', "不是 Jupyter 笔记本"),
        (nbformat.writes(nbformat.v4.new_notebook()).encode(), "认不出是哪个实验"),
        ("笔记本".encode("gbk"), "文件不是 UTF-8 编码的文本"),
    ],
)
def test_files_that_are_no_notebooks(course: Course, tmp_path: Path, data: bytes, reason: str) -> None:
    make_zip(tmp_path / "a.zip", {"02601/x.ipynb": data, "02602/x.ipynb": work()})
    bad, good = collect(course, tmp_path / "a.zip", code=1).values()
    assert reason in bad["reason"]
    assert (bad["student_id"], bad["state"], good["state"]) == (ZHANG, "set aside", "taken")
    assert set_aside(course) == [data]


def test_what_lies_beside_a_notebook(course: Course, tmp_path: Path) -> None:
    autograder("release", LAB, course=course)
    helper = (course.release / LAB / "helper.py").read_bytes()
    members = {"02601/x.ipynb": work(), "02601/报告.docx": b"PK", "02601/.DS_Store": b"", "02601/helper.py": helper}
    make_zip(tmp_path / "a.zip", members | {"02602/报告.docx": b"PK"})
    records = collect(course, tmp_path / "a.zip", code=1)
    assert [r["state"] for r in records.values()] == ["taken", "ignored", "ignored", "ignored", "set aside"]
    assert set_aside(course) == [b"PK"]


# --------------------------------------------------------------------------- attempts and their times


def attempts(course: Course, tmp_path: Path) -> Path:
    """One attempt before the deadline, one soon after, one a day later."""
    members = {
        f"作业_02601_attempt_{stamp}_x.ipynb": work(stamp)
        for stamp in ("2026-03-20-20-00-00", "2026-03-21-00-10-00", "2026-03-21-23-00-00")
    }
    make_zip(tmp_path / "a.zip", members)
    return tmp_path / "a.zip"


def timestamp(course: Course, student: str = ZHANG) -> str:
    return (course.submitted / student / LAB / "timestamp.txt").read_text("utf-8")


@pytest.mark.parametrize(("policy", "states"), [("last", "sst"), ("first", "tss"), ("last-before-deadline", "sst")])
def test_which_attempt_counts(course: Course, tmp_path: Path, policy: str, states: str) -> None:
    records = collect(course, attempts(course, tmp_path), "--attempts", policy, code=0)
    assert "".join(r["state"][0] for r in records.values()) == states
    assert len(set_aside(course)) == 2
    assert timestamp(course) == ("2026-03-20 12:00:00 UTC\n" if policy == "first" else "2026-03-21 15:00:00 UTC\n")
    # Another choice later: nothing has been lost.
    records = collect(course, attempts(course, tmp_path), "--attempts", "first", code=0)
    assert submitted(course, ZHANG) == work("2026-03-20-20-00-00")
    assert len(set_aside(course)) == 2


def test_the_deadline_decides(course: Course, tmp_path: Path) -> None:
    pytest.importorskip("autograder.deadlines")
    config = f'c = get_config()\nc.Deadlines.due = {{"{LAB}": "2026-03-20 23:59"}}\n'
    (course.root / "nbgrader_config.py").write_text(config + "c.Deadlines.grace_minutes = 15\n", "utf-8")
    collect(course, attempts(course, tmp_path), code=0)
    assert submitted(course, ZHANG) == work("2026-03-21-00-10-00")  # within the grace
    (course.root / "nbgrader_config.py").write_text(config, "utf-8")
    collect(course, attempts(course, tmp_path), code=0)
    assert submitted(course, ZHANG) == work("2026-03-20-20-00-00")
    config = config.replace("2026-03-20 23:59", "2026-03-19 23:59")
    (course.root / "nbgrader_config.py").write_text(config, "utf-8")
    collect(course, attempts(course, tmp_path), code=0)
    assert submitted(course, ZHANG) == work("2026-03-21-23-00-00")  # all are late: the last


def test_a_later_attempt_replaces_and_the_old_one_is_kept(course: Course, tmp_path: Path) -> None:
    for day in (19, 21, 20):
        make_zip(tmp_path / f"{day}.zip", {"02601/x.ipynb": work(str(day))}, datetime(2026, 3, day))
        collect(course, tmp_path / f"{day}.zip", code=0)
    assert submitted(course, ZHANG) == work("21")
    assert sorted(set_aside(course)) == sorted([work("19"), work("20")])
    log = json.loads((course.submitted.parent / "collected.json").read_text("utf-8"))
    assert [r["state"] for r in log] == ["superseded", "superseded", "taken"]


def test_the_same_file_again_is_no_new_attempt(course: Course, tmp_path: Path) -> None:
    for name, day in (("a.zip", 19), ("a (1).zip", 19), ("b.zip", 22)):
        make_zip(tmp_path / name, {"02601/x.ipynb": work()}, datetime(2026, 3, day))
        collect(course, tmp_path / name, code=0)
    assert timestamp(course) == "2026-03-18 16:00:00 UTC\n"
    log = json.loads((course.submitted.parent / "collected.json").read_text("utf-8"))
    assert Counter(r["state"] for r in log) == {"taken": 1, "ignored": 2}


def test_two_notebooks_at_the_same_time(course: Course, tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", {"02601/x.ipynb": work("x"), "02601/y.ipynb": work("y"), "02602.ipynb": work()})
    records = collect(course, tmp_path / "a.zip", code=1)
    assert [r["state"] for r in records.values()] == ["set aside", "set aside", "taken"]
    assert submitted(course, ZHANG) is None
    path = next(p for p in (course.submitted.parent / "set_aside").iterdir() if p.read_bytes() == work("x"))
    assert one(collect(course, path, "--student", ZHANG, code=0))["state"] == "taken"
    records = collect(course, tmp_path / "a.zip", code=1)
    assert [r["state"] for r in records.values()] == ["taken", "set aside", "taken"]
    assert submitted(course, ZHANG) == work("x")


def test_the_untouched_release_never_beats_work(course: Course, tmp_path: Path) -> None:
    autograder("release", LAB, course=course)
    blank = (course.release / LAB / f"{LAB}.ipynb").read_bytes()
    make_zip(tmp_path / "a.zip", {"02601/mine.ipynb": work(), f"02601/{LAB}.ipynb": blank, "02602/x.ipynb": blank})
    records = collect(course, tmp_path / "a.zip", code=0)
    assert [r["state"] for r in records.values()] == ["taken", "superseded", "taken"]


def test_students_do_not_set_the_clock(course: Course, tmp_path: Path) -> None:
    """Neither a timestamp.txt nor dates in their archives nor a file named as by the platform."""
    early = datetime(2026, 1, 1)
    own = {"x.ipynb": work(), "timestamp.txt": b"2026-01-01 00:00:00 UTC"}
    forged = "作业_02602_attempt_2026-01-01-00-00-00_x.ipynb"
    members = {
        "02601_张三/hw.zip": zipped(own, early),
        forged: work("李"),
        "02605.ipynb": work("A"),
        "02606.ipynb": work(),
    }
    make_zip(tmp_path / "a.zip", members)
    records = collect(course, tmp_path / "a.zip", code=0)
    times = {r["submitted_at"] for r in records.values() if r["state"] == "taken"}
    assert times == {WHEN.replace(tzinfo=ZONE).isoformat()}
    assert records["a.zip!02601_张三/hw.zip!timestamp.txt"]["state"] == "ignored"
    assert timestamp(course) == "2026-03-20 14:30:00 UTC\n"


def test_a_time_from_the_disk_is_said(course: Course, tmp_path: Path) -> None:
    on_disk(tmp_path / "a" / "02601.ipynb", work())
    make_zip(tmp_path / "b.zip", {"02602.ipynb": work()}, datetime(1980, 1, 1))
    result = invoke(course, LAB, tmp_path / "a", tmp_path / "b.zip")
    assert "1 份时间取自磁盘上的文件" in result.stdout
    assert "1 份没有提交时间" in result.stdout
    assert timestamp(course) == "2026-03-20 14:30:00 UTC\n"
    assert not (course.submitted / LI / LAB / "timestamp.txt").exists()


# --------------------------------------------------------------------------- placed by hand


@pytest.mark.parametrize("name", [f"{LAB}.ipynb", "renamed.ipynb"])
def test_what_was_placed_by_hand_stays(course: Course, tmp_path: Path, name: str) -> None:
    placed = submit(course, ZHANG, work("by hand"), name)
    make_zip(tmp_path / "a.zip", {"02601/x.ipynb": work()})
    record = one(collect(course, tmp_path / "a.zip", code=1))
    assert (record["state"], "--replace" in record["reason"]) == ("set aside", True)
    assert placed.read_bytes() == work("by hand")
    collect(course, tmp_path / "a.zip", "--replace", code=0)
    assert submitted(course, ZHANG) == work()
    assert set_aside(course) == [work("by hand")]
    collect(course, tmp_path / "a.zip", code=0)
    assert submitted(course, ZHANG) == work()


def test_a_link_placed_by_hand_is_never_written_through(course: Course, tmp_path: Path) -> None:
    target = on_disk(tmp_path / "precious", b"precious")
    link = submit(course, ZHANG, work())
    link.unlink()
    link.symlink_to(target)
    make_zip(tmp_path / "a.zip", {"02601/x.ipynb": work()})
    for option in ([], ["--replace"]):
        assert one(collect(course, tmp_path / "a.zip", *option, code=1))["state"] == "set aside"
    assert target.read_bytes() == b"precious"


def test_work_edited_after_collecting_stays(course: Course, tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", {"02601/x.ipynb": work()})
    collect(course, tmp_path / "a.zip", code=0)
    submit(course, ZHANG, work("edited"))
    collect(course, tmp_path / "a.zip", code=1)
    assert submitted(course, ZHANG) == work("edited")


# --------------------------------------------------------------------------- kinds of archives


def tarred(members: list[tuple[tarfile.TarInfo, bytes]], mode: str) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as archive:
        for info, content in members:
            info.size, info.mtime = len(content), int(WHEN.replace(tzinfo=ZONE).timestamp())
            archive.addfile(info, io.BytesIO(content))
    return data.getvalue()


def seven_zip(members: dict[str, bytes], **options) -> bytes:
    data = io.BytesIO()
    with py7zr.SevenZipFile(data, "w", **options) as archive:
        for name, content in members.items():
            archive.writestr(content, name)
    return data.getvalue()


def rar(name: str, data: bytes, packed: bytes | None = None) -> bytes:
    """A RAR 3 archive of one file, stored; with ``packed``, one that says it is compressed."""

    def block(kind: int, flags: int, rest: bytes) -> bytes:
        head = struct.pack("<BHH", kind, flags, 7 + len(rest)) + rest
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head

    date = (WHEN.year - 1980) << 25 | WHEN.month << 21 | WHEN.day << 16 | WHEN.hour << 11 | WHEN.minute << 5
    body, method = (data, 0x30) if packed is None else (packed, 0x33)
    raw = name.encode()
    fields = struct.pack("<LLBLLBBHL", len(body), len(data), 3, zlib.crc32(data), date, 29, method, len(raw), 0o100644)
    main_head, end = block(0x73, 0, b"\0" * 6), block(0x7B, 0x4000, b"")
    return b"Rar!\x1a\x07\x00" + main_head + block(0x74, 0x8000, fields + raw) + body + end


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz", "w:bz2"])
def test_tar(course: Course, tmp_path: Path, mode: str) -> None:
    name = "a.tar" + mode[1:].replace(":", ".")
    on_disk(tmp_path / name, tarred([(tarfile.TarInfo("02601_张三/x.ipynb"), work())], mode))
    record = one(collect(course, tmp_path / name, code=0))
    assert record["submitted_at"] == WHEN.replace(tzinfo=ZONE).isoformat()


def test_7z_and_rar(course: Course, tmp_path: Path) -> None:
    on_disk(tmp_path / "a.7z", seven_zip({"02601_张三/x.ipynb": work(), "02602_李四/x.ipynb": work("李")}))
    on_disk(tmp_path / "b.rar", rar("02605/x.ipynb", work("A")))
    on_disk(tmp_path / "c.zip", rar("02606/x.ipynb", work("孙")))  # renamed, as students do
    records = collect(course, tmp_path / "a.7z", tmp_path / "b.rar", tmp_path / "c.zip", code=0)
    assert list(records) == [
        "a.7z!02601_张三/x.ipynb",
        "a.7z!02602_李四/x.ipynb",
        "b.rar!02605/x.ipynb",
        "c.zip!02606/x.ipynb",
    ]
    assert records["b.rar!02605/x.ipynb"]["submitted_at"] == WHEN.replace(tzinfo=ZONE).isoformat()
    assert submitted(course, LI) == work("李")


def test_rar_without_a_program(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    on_disk(tmp_path / "02601_张三.rar", rar("x.ipynb", work(), packed=b"?" * 100))
    on_disk(tmp_path / "02602.ipynb", work())
    records = collect(course, tmp_path / "02601_张三.rar", tmp_path / "02602.ipynb", code=1)
    assert "apt install libarchive-tools" in records["02601_张三.rar"]["reason"]
    assert submitted(course, LI)
    # Opened later, from where it was kept: no longer something to look at.
    [kept] = (course.submitted.parent / "set_aside").iterdir()
    kept.write_bytes(rar("x.ipynb", work()))
    record = one(collect(course, kept, code=0))
    assert (record["input"], record["student_id"]) == ("02601_张三.rar!x.ipynb", ZHANG)


# --------------------------------------------------------------------------- attacks


def special(kind: bytes, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo("02601/x.ipynb")
    info.type, info.linkname = kind, link
    return info


def zip_link() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        info = zipfile.ZipInfo("x.ipynb")
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return data.getvalue()


def nested(depth: int) -> bytes:
    data = work()
    for _ in range(depth):
        data = zipped({"x.zip" if data[:2] == b"PK" else "x.ipynb": data})
    return data


def encrypted_zip() -> bytes:
    """A zip whose members say that they are encrypted."""
    data = bytearray(zipped({"x.ipynb": work()}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


ATTACKS = {
    "traversal.zip": (zipped({"../../../x.ipynb": work()}), "压缩包外面"),
    "absolute.zip": (zipped({"/tmp/x.ipynb": work()}), "压缩包外面"),
    "drive.zip": (zipped({"C:\\x.ipynb": work()}), "压缩包外面"),
    "backslash.zip": (zipped({"..\\..\\x.ipynb": work()}), "压缩包外面"),
    "traversal.tar": (tarred([(tarfile.TarInfo("../x.ipynb"), work())], "w"), "压缩包外面"),
    "link.zip": (zip_link(), "链接或设备"),
    "symlink.tar": (tarred([(special(tarfile.SYMTYPE, "/etc/passwd"), b"")], "w"), "链接或设备"),
    "hardlink.tar": (tarred([(special(tarfile.LNKTYPE, "/etc/passwd"), b"")], "w"), "链接或设备"),
    "device.tar": (tarred([(special(tarfile.CHRTYPE), b"")], "w"), "链接或设备"),
    "fifo.tar": (tarred([(special(tarfile.FIFOTYPE), b"")], "w"), "链接或设备"),
    "bomb.zip": (zipped({"x.ipynb": bytes(50 << 20)}), "炸弹"),
    "bomb.tar.gz": (tarred([(tarfile.TarInfo("x.ipynb"), bytes(50 << 20))], "w:gz"), "炸弹"),
    "bomb.7z": (seven_zip({"x.ipynb": bytes(50 << 20)}), "炸弹"),
    "many.zip": (zipped({f"{n}.txt": b"" for n in range(20_001)}), "20000 个以上的文件"),
    "deep.zip": (nested(8), "套了"),
    "encrypted.zip": (encrypted_zip(), "密码"),
    "encrypted.7z": (seven_zip({"x.ipynb": work()}, password="1"), "密码"),
    "hidden.7z": (seven_zip({"x.ipynb": work()}, password="1", header_encryption=True), "密码"),
    "truncated.zip": (zipped({"x.ipynb": work()})[:-40], "压缩包坏了"),
    "truncated.7z": (seven_zip({"x.ipynb": work()})[:-40], "压缩包坏了"),
    "truncated.tar.gz": (tarred([(tarfile.TarInfo("x.txt"), os.urandom(9999))], "w:gz")[:-5000], "坏"),
    "truncated.rar": (rar("x.ipynb", work())[:60], ""),
    "wrong_bytes.zip": (zipped({"x.ipynb": work()}).replace(b"PK\x03\x04", b"PK\x03\x05"), "开头已经损坏"),
    "flipped.zip": (zipped({"x.ipynb": work()})[:80] + bytes(20) + zipped({"x.ipynb": work()})[100:], "损坏"),
    "empty.zip": (zipped({}), "空的"),
    "nothing.zip": (b"", "空的"),
    "text.rar": (b"this is no archive at all", "名字是压缩包"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_bad_archive_costs_only_itself(course: Course, tmp_path: Path, name: str) -> None:
    """Inside the class's zip: the others are taken, nothing is written outside, the archive is accounted for."""
    data, reason = ATTACKS[name]
    inside = tmp_path / "in"
    inside.mkdir()
    make_zip(inside / "class.zip", {f"02601_张三/{name}": data, "02602_李四/x.ipynb": work()})
    before = read_tree(tmp_path)
    records = collect(course, inside / "class.zip", code=1)
    assert submitted(course, LI) == work()
    assert submitted(course, ZHANG) is None
    bad = [record for record in records.values() if record["state"] == "set aside"]
    assert bad, records
    assert all(record["input"].startswith(f"class.zip!02601_张三/{name}") for record in bad)
    assert any(reason in record["reason"] for record in bad), bad
    assert all(path.startswith("classroom/") for path in read_tree(tmp_path).keys() - before.keys())
    kept = {hashlib.sha256(content).hexdigest() for content in set_aside(course)}
    assert kept == {record["sha256"] for record in bad if record["sha256"]}


def test_links_in_a_folder_are_not_followed(course: Course, tmp_path: Path) -> None:
    secret = on_disk(tmp_path / "secret" / "x.ipynb", work("secret"))
    folder = tmp_path / "in" / "02601_张三"
    folder.mkdir(parents=True)
    (folder / "x.ipynb").symlink_to(secret)
    (folder / "more").symlink_to(secret.parent)
    os.mkfifo(folder / "pipe.ipynb")
    records = collect(course, tmp_path / "in", code=1)
    assert {record["state"] for record in records.values()} == {"set aside"}
    assert len(records) == 3
    assert not course.submitted.exists()


ODD = [
    "CON.ipynb",
    "a\nb.ipynb",
    "\u202egnp.ipynb",
    "长" * 60 + ".ipynb",
    "a!b.ipynb",
    "..ipynb",
    " .ipynb",
    "x\x1b[31m.ipynb",
]


@pytest.mark.parametrize("name", ODD)
def test_odd_names(course: Course, tmp_path: Path, name: str) -> None:
    """Harmless in the log, on the terminal and on disk, whether the file is taken or set aside."""
    make_zip(tmp_path / "a.zip", {f"02601/{name}": work(), f"09999_赵六/{name}": work("赵")})
    taken, aside = collect(course, tmp_path / "a.zip", code=1).values()
    assert (taken["state"], aside["state"]) == ("taken", "set aside")
    assert taken["input"].isprintable()
    assert taken["input"].count("!") == 1
    [kept] = (course.submitted.parent / "set_aside").iterdir()
    assert kept.name.isprintable()
    assert len(os.fsencode(kept.name)) < 200
    assert not kept.stem.startswith((".", "CON."))


def test_two_members_of_one_name(course: Course, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        for mark in "xy":
            archive.writestr(zipfile.ZipInfo("02601/x.ipynb", WHEN.timetuple()[:6]), work(mark))
    records = collect(course, tmp_path / "a.zip", code=1)
    assert list(records) == ["a.zip!02601/x.ipynb", "a.zip!02601/x.ipynb#2"]
    assert sorted(set_aside(course)) == [work("x"), work("y")]


def test_thousands_of_files(course: Course, tmp_path: Path) -> None:
    data = {f"02601/venv_of_mine/{n}.py": f"{n}".encode() for n in range(3000)}
    make_zip(tmp_path / "a.zip", {"02601/x.ipynb": work()} | data)
    records = collect(course, tmp_path / "a.zip", code=0)
    assert len(records) == 3001
    assert set_aside(course) == []


# --------------------------------------------------------------------------- wrong input


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([LAB, "nowhere.zip"], "nowhere.zip"),
        (["lab99", "a.zip"], "lab99"),
        ([f"{LAB},lab99", "a.zip"], "lab99"),
        ([LAB, "a.zip", "--profile", "mars"], "moodle"),
        ([LAB, "a.zip", "--pattern", "(["], "正则"),
        ([LAB, "a.zip", "--pattern", "(?P<who>.*)"], "who"),
        ([LAB, "a.zip", "--pattern", ".*"], "(?P<id>"),
        ([LAB, "a.zip", "--pattern", "(?P<id>.*)", "--profile", "moodle"], "只能用一个"),
        ([LAB, "a.zip", "--student", "09999"], "09999"),
        ([LAB, "empty"], "没有文件"),
        ([LAB, "classroom/submitted/02601"], "已经收好"),
    ],
)
def test_wrong_input(course: Course, tmp_path: Path, arguments: list[str], words: str, monkeypatch) -> None:
    monkeypatch.chdir(course.root)
    submit(course, ZHANG, work())
    make_zip(tmp_path / "a.zip", {"02602.ipynb": work()})
    (tmp_path / "empty").mkdir()
    before = class_tree(course)
    result = invoke(course, *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert class_tree(course) == before


def test_a_log_that_cannot_be_read(course: Course, tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", {"02601.ipynb": work()})
    log = course.submitted.parent / "collected.json"
    for text in ("[{", '[{"input": 1}]', '[{"input": "a", "sha256": null, "state": "eaten"}]'):
        log.write_text(text, "utf-8")
        result = invoke(course, LAB, tmp_path / "a.zip")
        assert (result.exit_code, "collected.json" in result.stderr) == (2, True)
        assert log.read_text("utf-8") == text
        assert not course.submitted.exists()


def test_help() -> None:
    result = CliRunner().invoke(main, ["collect", "--help"])
    assert "autograder collect" in result.stdout.split("例子")[1]
