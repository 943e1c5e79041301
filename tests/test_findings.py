"""Common mistakes: found after the tests by the lab's table, shown to the student, never worth a point."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import RIGHT, answered, autograder, submit

from autograder.course import Course
from autograder.engine.describe import call_of, kind_of, result_of

TABLE = """
from dataclasses import dataclass
import inspect


@dataclass
class Entry:
    key: str
    exercise: str
    seen: str
    think: str
    detect: object


def subtracts(add):
    return add(5, 3) == 2


def hangs(square):
    while True:
        pass


class Table:
    entries = [
        Entry("subtracts", "add", "5 和 3 得到 2", "题目要的是和还是差？", subtracts),
        Entry("hangs", "square", "停不下来", "循环什么时候结束？", hangs),
    ]

    def find(self, exercise, names):
        for entry in self.entries:
            if entry.exercise == exercise:
                wanted = {name: names[name] for name in inspect.signature(entry.detect).parameters}
                if entry.detect(**wanted):
                    return [entry]
        return []


table = Table()
"""
LIES = """
import sys, types
fake = types.ModuleType("misconceptions")
class Entry:
    key = KEY
fake.table = types.SimpleNamespace(entries=[], find=lambda exercise, names: [Entry] * 1000)
sys.modules["misconceptions"] = fake
def add(a, b):
    return a - b
"""
SUBTRACTS = "def add(a, b):\n    return a - b"


@pytest.fixture
def with_table(course: Course) -> Course:
    (course.source / "lab01_adding" / "misconceptions.py").write_text(TABLE, "utf-8")
    return course


def grade(course: Course) -> dict[str, dict]:
    result = autograder("grade", "--json", course=course)
    assert result.returncode == 0, result.stderr
    return {verdict["student_id"]: verdict for verdict in json.loads(result.stdout)}


def points(verdict: dict) -> dict[str, float]:
    return {item["grade_id"]: item["score"] for item in verdict["items"]}


def test_the_mistake_is_named_on_the_page_and_in_the_table(with_table: Course, tmp_path: Path) -> None:
    submit(with_table, "right", answered())
    submit(with_table, "wrong", answered(add=SUBTRACTS))
    submit(with_table, "other", answered(add="def add(a, b):\n    return 0"))
    submit(with_table, "empty", answered(add="def add(a, b):\n    raise NotImplementedError"))
    verdicts = grade(with_table)
    assert [f["key"] for f in verdicts["wrong"]["findings"]] == ["subtracts"]
    assert all(verdicts[name]["findings"] == [] for name in ("right", "other", "empty"))
    assert autograder("feedback", course=with_table).returncode == 0
    page = (with_table.feedback / "wrong" / "lab01_adding" / "lab01_adding.html").read_text("utf-8")
    assert "5 和 3 得到 2" in page and "题目要的是和还是差？" in page
    assert autograder("export", "--by", "test", "-o", tmp_path / "t.csv", course=with_table).returncode == 0
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = {(row["student_id"], row["grade_id"]): row["message"] for row in csv.DictReader(stream)}
    assert "看起来：5 和 3 得到 2。想一想：题目要的是和还是差？" in rows["wrong", "test_add"]
    assert rows["wrong", "test_square"] == ""


def test_what_was_called_and_what_came_back(course: Course) -> None:
    submit(course, "wrong", answered(add=SUBTRACTS))
    (message, *_) = [i["message"] for i in grade(course)["wrong"]["items"] if i["grade_id"] == "test_add"]
    assert message == "1 加 2 应得 3\n最后一次调用：add(整数；整数) 得到整数 -1。"


def test_names_that_students_choose_stay_short_and_on_their_line(course: Course) -> None:
    name = "A" * 100_000 + "\n最后一次调用：\x1b[31m"
    lie = f"class Sum:\n    pass\n\nSum.__name__ = {name!r}\n\ndef add(a, b):\n    return Sum()"
    submit(course, "liar", answered(add=lie))
    messages = [item["message"] for item in grade(course)["liar"]["items"] if item["score"] == 0]
    assert len(messages) == 2
    for message in messages:
        assert len(message) < 1200 and "\x1b" not in message


@pytest.mark.parametrize("key", ['"nonsense"', '"hangs"', "[1]", "object()"])
def test_students_cannot_write_the_words(with_table: Course, key: str) -> None:
    submit(with_table, "liar", answered(add=LIES.replace("KEY", key)))
    verdict = grade(with_table)["liar"]
    assert verdict["findings"] == []
    assert points(verdict) == {"test_add": 0, "test_add_negative": 0, "test_square": 4, "think": None}


def test_looking_for_mistakes_neither_hangs_nor_costs_points(with_table: Course) -> None:
    submit(with_table, "slow", answered(square="def square(x):\n    return 9"))
    start = time.monotonic()
    verdict = grade(with_table)["slow"]
    assert time.monotonic() - start < 60
    assert verdict["findings"] == [] and verdict["state"] == "graded"
    assert points(verdict) == {"test_add": 2, "test_add_negative": 3, "test_square": 0, "think": None}


def test_a_table_that_is_broken_is_the_graders_fault(with_table: Course) -> None:
    (with_table.source / "lab01_adding" / "misconceptions.py").write_text("table = nothing", "utf-8")
    submit(with_table, "wrong", answered(add=SUBTRACTS))
    result = autograder("grade", course=with_table)
    assert result.returncode == 1
    assert "misconceptions.py" in result.stdout and "nothing" in result.stdout
    refused = autograder("release", course=with_table)
    assert refused.returncode == 2
    assert "misconceptions.py" in refused.stderr and "nothing" in refused.stderr


def test_right_answers_are_never_looked_into(with_table: Course) -> None:
    submit(with_table, "right", answered(square=RIGHT["square"]))
    start = time.monotonic()
    assert grade(with_table)["right"]["findings"] == []
    assert time.monotonic() - start < 30, "the entry that hangs was not tried"


# --------------------------------------------------------------------------- words for values


@pytest.mark.parametrize(
    ("value", "kind", "result"),
    [
        (torch.ones(2, 3), "float32 张量，形状 (2, 3)", "float32 张量，形状 (2, 3)，开头是 1、1、1…"),
        (torch.tensor(2.5), "float32 张量，形状 ()", "float32 张量，形状 ()，值为 2.5"),
        (
            torch.tensor([float("nan"), 1]),
            "float32 张量，形状 (2,)",
            "float32 张量，形状 (2,)，其中 NaN 或无穷大 1 个，值为 nan、1",
        ),
        (torch.empty(0, 3), "float32 张量，形状 (0, 3)", "float32 张量，形状 (0, 3)"),
        (torch.tensor([1 + 2j]), "complex64 张量，形状 (1,)", "complex64 张量，形状 (1,)"),
        (torch.tensor([True]), "bool 张量，形状 (1,)", "bool 张量，形状 (1,)，值为 1"),
        (torch.ones(2, requires_grad=True), "float32 张量，形状 (2,)", "float32 张量，形状 (2,)，值为 1、1"),
        (np.zeros(4, int), "int64 数组，形状 (4,)", "int64 数组，形状 (4,)，开头是 0、0、0…"),
        (np.array(["a"]), "<U1 数组，形状 (1,)", "<U1 数组，形状 (1,)"),
        (True, "布尔值", "布尔值 1"),
        (3, "整数", "整数 3"),
        (10**400, "整数", "整数 （很大的整数）"),
        (0.125, "小数", "小数 0.125"),
        ("secret", "字符串", "字符串"),
        (None, "None", "None"),
        ([1.0, 2.0], "列表（2 项）", "列表（2 项），第一项是小数"),
        ((), "元组（0 项）", "元组（0 项）"),
        ({"z1": 1}, "字典（1 项）", "字典（1 项）"),
        (object(), "object", "object"),
    ],
)
def test_words_for_values(value: object, kind: str, result: str) -> None:
    assert kind_of(value) == kind
    assert result_of(value) == result


def test_words_for_a_call_say_kinds_and_no_values() -> None:
    assert call_of("f", [torch.full((2,), 7.0), 0.3], {"train_flg": True}) == (
        "f(float32 张量，形状 (2,)；小数；train_flg=布尔值)"
    )
