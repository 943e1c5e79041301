"""Hidden tests are themselves tested: right solutions earn every point, wrong ones lose some."""

from __future__ import annotations

from pathlib import Path

import pytest
from bank import SOLUTIONS, judge, solution_files
from test_labs import EXERCISES

FILES = [path.relative_to(SOLUTIONS) for path in solution_files()]


@pytest.mark.parametrize("path", FILES, ids=str)
def test_solution(path: Path) -> None:
    lab, grade_id = path.parts[:2]
    results = judge(lab, grade_id, (SOLUTIONS / path).read_text("utf-8"))
    failed = {name: message for name, message in results.items() if message}
    if path.name.startswith("right"):
        assert failed == {}
    else:
        assert failed, "no test noticed"
        unclear = [m for m in failed.values() if m.startswith("AssertionError:") and len(m) < 22]
        assert not unclear, "an assertion message that says too little"


@pytest.mark.parametrize("lab", EXERCISES)
def test_every_exercise_has_right_and_wrong_solutions(lab: str) -> None:
    for grade_id in EXERCISES[lab]:
        if grade_id.startswith("think"):
            continue
        names = [path.name for path in FILES if path.parts[:2] == (lab, grade_id)]
        assert sum(name.startswith("right") for name in names) >= 4, grade_id
        assert sum(name.startswith("wrong") for name in names) >= 8, grade_id
