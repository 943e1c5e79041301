"""What a lab asks for and what it is worth, read from the instructor notebook (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nbformat import NotebookNode

from .notebooks import grade_id, is_marked_by_hand, is_solution, is_test, nbgrader


class Kind(StrEnum):
    """How the points of an item come about."""

    TEST = "test"  #: an autograder test cell
    MANUAL = "manual"  #: marked by hand: prose, tasks


@dataclass(frozen=True)
class Item:
    """One cell that carries points."""

    grade_id: str
    kind: Kind
    points: float
    exercise: str  #: grade_id of the cell in which the student writes


@dataclass(frozen=True)
class Plan:
    """The items of one instructor notebook, in the order of its cells."""

    items: tuple[Item, ...]
    exercises: tuple[str, ...]  #: grade_ids of the cells in which students write, in order

    @property
    def max_score(self) -> float:
        return sum(item.points for item in self.items)


def exercise_of(test_id: str, exercises: list[str]) -> str:
    """The exercise that ``test_id`` examines: by name (``test_<exercise>…``), else the last one before it."""
    named = [name for name in exercises if test_id == f"test_{name}" or test_id.startswith(f"test_{name}_")]
    return max(named, key=len) if named else (exercises[-1] if exercises else test_id)


def read_plan(source: NotebookNode) -> Plan:
    """The plan of an instructor notebook. Test cells may stand anywhere after the cell they examine."""
    items: list[Item] = []
    exercises: list[str] = []
    for cell in source.cells:
        name = grade_id(cell)
        if name is None:
            continue
        if is_solution(cell) or nbgrader(cell).get("task"):
            exercises.append(name)
        if is_marked_by_hand(cell):
            items.append(Item(name, Kind.MANUAL, float(nbgrader(cell)["points"]), name))
        elif is_test(cell):
            items.append(Item(name, Kind.TEST, float(nbgrader(cell)["points"]), exercise_of(name, exercises)))
    return Plan(tuple(items), tuple(exercises))
