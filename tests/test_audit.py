"""Hidden tests are themselves tested, through the real engine: see ``audit.py``."""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Iterator
from functools import cache
from types import ModuleType

import pytest
from audit import (
    COURSE,
    ROOT,
    SOLUTIONS,
    Judged,
    candidates,
    equals,
    exercises,
    grade_under_seeds,
    judge_all,
    start,
)
from test_labs import EXERCISES

from autograder.engine.pool import Pool

LABS = {lab.name: lab for lab in COURSE.labs()}
ALL = [(lab.name, exercise) for lab in LABS.values() for exercise in exercises(lab)]
MUTANT = "mutant "
SEEDS = 50


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with start(LABS.values()) as found:
        yield found


@pytest.fixture(scope="module")
def results(pool: Pool):
    """What the engine says of the candidates for an exercise; each exercise is judged once."""
    return cache(lambda lab, exercise: list(judge_all(pool, list(candidates(lab, exercise)))))


@cache
def table(lab: str) -> list:
    """The entries of a lab's table of misconceptions."""
    return _load(lab).table.entries


def _load(lab: str) -> ModuleType:
    path = ROOT / "source_notebooks" / lab / "misconceptions.py"
    spec = importlib.util.spec_from_file_location(f"misconceptions_{lab}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_exercise_is_audited() -> None:
    named = {(lab, name) for lab, names in EXERCISES.items() for name in names if not name.startswith("think")}
    assert set(ALL) == named


@pytest.mark.parametrize(("lab", "exercise"), ALL)
def test_wrong_ones_lose_points_and_right_ones_none(results, lab: str, exercise: str) -> None:
    found: list[Judged] = results(lab, exercise)
    surprises = {f"{r.candidate.name} {r.candidate.change}": r.surprise for r in found if r.surprise}
    assert surprises == {}
    bank = [r.candidate for r in found if not r.candidate.name.startswith(MUTANT)]
    assert sum(c.right for c in bank) >= 12
    assert sum(not c.right for c in bank) >= 25


@pytest.mark.parametrize(("lab", "exercise"), ALL)
def test_every_test_cell_rejects_something(results, lab: str, exercise: str) -> None:
    """A cell that never takes a point is no test."""
    found: list[Judged] = results(lab, exercise)
    wrong = [r for r in found if not r.candidate.right]
    cells = {item.grade_id for item in found[0].verdict.items}
    assert {name for r in wrong for name in r.failed} == cells


@pytest.mark.parametrize(("lab", "exercise"), ALL)
def test_excuses_are_for_mutants_that_exist(lab: str, exercise: str) -> None:
    changes = {c.change for c in candidates(lab, exercise)}
    excuses = equals(lab, exercise)
    assert set(excuses) <= changes
    assert all(len(why) > 15 for why in excuses.values())


@pytest.mark.parametrize(("lab", "exercise"), ALL)
def test_messages_teach(results, lab: str, exercise: str) -> None:
    """Chinese, long enough to say something, and never a line of a solution's code."""
    for result in results(lab, exercise):
        for message in result.failed.values():
            assert any("一" <= character <= "鿿" for character in message), message
            assert len(message) >= 8, message
            assert "assert " not in message


@pytest.mark.parametrize("lab", LABS)
def test_every_misconception_is_named(results, lab: str) -> None:
    """Each entry has a wrong solution of its name, which gets its message before any other."""
    assert table(lab)
    for entry in table(lab):
        path = SOLUTIONS / lab / entry.exercise / f"wrong_{entry.key}.py"
        assert path.is_file(), f"{entry.exercise}: no wrong_{entry.key}.py"
        (result,) = [r for r in results(lab, entry.exercise) if r.candidate.name == path.stem]
        found = result.verdict.findings
        assert [f.key for f in found[:1]] == [entry.key], (entry.exercise, entry.key, found)
        assert (found[0].seen, found[0].think) == (entry.seen, entry.think)


@pytest.mark.parametrize("lab", LABS)
def test_words_of_misconceptions(lab: str) -> None:
    keys = [(entry.exercise, entry.key) for entry in table(lab)]
    assert len(keys) == len(set(keys))
    assert {exercise for exercise, _ in keys} == set(exercises(LABS[lab]))
    for entry in table(lab):
        assert not entry.seen.endswith(("。", "？")), entry.key
        assert entry.think.endswith(("。", "？")), entry.key


@pytest.mark.parametrize("lab", LABS)
def test_fifty_seeds_one_score(pool: Pool, results, lab: str) -> None:
    """All right, and in every exercise the wrong answer that fails least: what a lucky draw could let through."""
    nearest = {}
    for exercise in exercises(LABS[lab]):
        wrong = [r for r in results(lab, exercise) if not r.candidate.right]
        nearest[exercise] = min(wrong, key=lambda r: len(r.failed)).candidate.code
    for answers in ({}, nearest):
        scores = Counter(
            tuple((item.grade_id, item.score) for item in verdict.items)
            for verdict in grade_under_seeds(pool, lab, answers, range(SEEDS))
        )
        assert len(scores) == 1, set.symmetric_difference(*(set(s) for s, _ in scores.most_common(2)))
