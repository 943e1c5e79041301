"""The benchmark of scale: its class, its forecast, and the whole of it on a class of three."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections import Counter
from dataclasses import fields, replace
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from conftest import ROOT, make_course, run_command

from autograder.course import Course
from autograder.notebooks import grade_id, parse_notebook

sys.path.insert(0, str(ROOT / "benchmarks"))
from big_class import MIX, Desk
from forecast import Costs, forecast
from scale import change_test, place, prepare

COSTS = Costs(command=2.0, warm_up=5.0, intake=0.001, judging=0.5, recording=0.01, network=0.002)
MANY = 10_000


# --------------------------------------------------------------------------- the class


def desk(course: Course, seed: int = 0) -> Desk:
    return Desk(course, *course.labs(), course.root, seed)


def answers(data: bytes) -> dict[str, str]:
    return {name: cell.source for cell in parse_notebook(data).cells if (name := grade_id(cell))}


def test_the_same_seed_makes_the_same_class(course: Course) -> None:
    first, again = [desk(course).hand_in(number) for number in range(30)], desk(course)
    assert [again.hand_in(number) for number in reversed(range(30))] == first[::-1], "whoever else hands in"
    assert [desk(course, seed=1).hand_in(number) for number in range(30)] != first


def test_every_kind_of_student_comes_as_often_as_it_says(course: Course) -> None:
    bank = course.root / "tests" / "solutions" / "lab01_adding" / "add"
    bank.mkdir(parents=True)
    (bank / "right_sum.py").write_text("def add(a, b):\n    return sum([a, b])\n")
    (bank / "wrong_minus.py").write_text("def add(a, b):\n    return a - b\n")
    made, number = desk(course), 3000
    kinds = Counter(made.hand_in(student)[0] for student in range(number))
    for kind, percent in MIX.items():
        expected = number * percent / 100
        assert 0 < kinds[kind] < expected + 5 * expected**0.5, kind
    assert {answers(made.right(n))["add"] for n in range(30)} == {
        made.reference["add"],
        (bank / "right_sum.py").read_text(),
    }
    assert any("a - b" in answers(made.mixed(n))["add"] for n in range(30))


def test_kinds_of_students_are_what_their_names_say(course: Course) -> None:
    made = desk(course)
    released = answers(made.untouched(0))
    assert "NotImplementedError" in released["add"] and "NotImplementedError" in released["square"]
    assert sum("while True" in text for text in answers(made.hanging(0)).values()) == 1
    assert {len(made.huge_output(n)) > 1 << 20 for n in range(20)} == {True, False}
    assert any("for i in range(200000)" in text for n in range(20) for text in answers(made.huge_output(n)).values())
    for number in range(20):
        with pytest.raises(ValueError):
            parse_notebook(made.unreadable(number))
    assert all(made.copy(number) in [made.hand_in(n)[1] for n in range(number)] for number in range(1, 9))
    assert made.revised() not in [made.hand_in(number)[1] for number in range(30)]


def test_a_kept_class_is_used_again_as_it_was(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    options = Namespace(labs=["lab01_adding"], course=course.root, seed=0)
    kept = prepare(tmp_path / "kept", options, 3)
    before = {path: path.read_bytes() for path in kept.root.rglob("*") if path.is_file()}
    for folder in (kept.autograded, kept.verdicts, kept.cache):
        folder.mkdir()
        (folder / "s.json").write_text("{}")
    (lab,) = kept.labs()
    change_test(lab)
    place(kept, lab, 0).write_bytes(b"")
    stamp = place(kept, lab, 1).stat().st_mtime_ns
    prepare(kept.root, options, 3)
    assert {path: path.read_bytes() for path in kept.root.rglob("*") if path.is_file()} == before
    assert place(kept, lab, 1).stat().st_mtime_ns == stamp
    options.seed = 1
    prepare(kept.root, options, 2)
    assert place(kept, lab, 1).read_bytes() != before[place(kept, lab, 1)]
    assert not place(kept, lab, 2).exists()


def test_a_changed_test_is_another_one_that_asks_the_same(course: Course) -> None:
    (lab,) = course.labs()
    before = lab.notebooks[0].read_bytes()
    change_test(lab)
    old, new = answers(before), answers(lab.notebooks[0].read_bytes())
    assert [name for name in old if old[name] != new[name]] == ["test_add"]
    assert new["test_add"].endswith(old["test_add"])


# --------------------------------------------------------------------------- the forecast


def test_more_workers_never_take_longer_and_more_work_never_less() -> None:
    times = [forecast(COSTS, MANY, workers).seconds for workers in range(1, 200)]
    assert times == sorted(times, reverse=True)
    for part in fields(Costs):
        dearer = replace(COSTS, **{part.name: 2 * getattr(COSTS, part.name)})
        assert forecast(dearer, MANY, 8).seconds >= forecast(COSTS, MANY, 8).seconds, part.name
    assert forecast(COSTS, 2 * MANY, 8).seconds > forecast(COSTS, MANY, 8).seconds


def test_one_worker_takes_start_up_and_all_the_judging() -> None:
    one = forecast(COSTS, MANY, 1)
    assert one.limit == "judging"
    assert one.seconds == pytest.approx(2.0 + 10.0 + 0.5 * MANY + 0.5)
    assert forecast(COSTS, 1, 1).limit == "start-up"


@pytest.mark.parametrize(
    ("dear", "limit"), [({"recording": 0.2}, "recording"), ({"network": 0.2}, "network"), ({"intake": 0.2}, "intake")]
)
def test_the_serial_part_limits_many_workers(dear: dict[str, float], limit: str) -> None:
    costs = replace(COSTS, **dear)
    many = forecast(costs, MANY, 1000)
    assert many.limit == limit
    assert many.seconds >= 0.2 * MANY
    assert forecast(costs, MANY, 2000).seconds == many.seconds


# --------------------------------------------------------------------------- the whole


def scale(*arguments: str | Path) -> CompletedProcess[str]:
    return run_command("python", ROOT / "benchmarks" / "scale.py", *arguments)


def test_three_students_from_end_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.defpath)  # the environment need not be activated
    make_course(tmp_path / "course")
    kept, database = tmp_path / "kept", f"sqlite:///{tmp_path / 'other.db'}"
    arguments = ("--course", tmp_path / "course", "--students", "3", "--keep", kept, "--seed", "4", "--json")
    result = scale(*arguments, "--database", database, "--dask")
    assert result.returncode == 0, result.stderr
    figures = json.loads(result.stdout)
    assert sum(figures["states"].values()) == 3
    assert {name: way["graded"] for name, way in figures["ways"].items()} == {
        "1 slot": 3,
        "2 slots": 3,
        "Dask, 2 workers": 3,
    }
    assert [change["graded"] for change in figures["changes"].values()] == [3, 0, 0, 1, 3]
    assert all(run["peak MB"] > 0 for run in [*figures["ways"].values(), *figures["changes"].values()])
    assert [(row["submissions"], row["rows"] > 3) for row in figures["recorder"].values()] == [(3, True)] * 2
    assert [row["workers"] for row in figures["forecast"]] == [1, 2, 4, 8, 16, 32, 64]
    assert figures["costs"].keys() == {field.name for field in fields(Costs)}

    refused = scale(*arguments, "--database", database)
    assert refused.returncode == 2
    assert "empty database" in refused.stderr
    files = {path: path.read_bytes() for path in (kept / "classroom" / "submitted").rglob("*.ipynb")}
    assert len(files) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--students", "0"], "--students"), (["--labs", "lab99"], "lab99"), (["--keep", "."], "holds something else")],
)
def test_wrong_input_is_named_before_anything_is_measured(tmp_path: Path, arguments: list[str], said: str) -> None:
    make_course(tmp_path)
    arguments = [str(tmp_path) if argument == "." else argument for argument in arguments]
    result = scale("--course", tmp_path, *arguments)
    assert result.returncode == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr
