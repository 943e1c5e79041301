"""What grading finds out about one submitted notebook (plain data)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from .plan import Kind, Plan


class State(StrEnum):
    """In which of four states a submission ends."""

    GRADED = "graded"
    WITH_FAILURES = "graded with failures"  #: graded, but something died or was cut off on the way
    NOT_GRADABLE = "not gradable"  #: the file cannot be read as this lab's notebook
    FAULT = "grader fault"  #: our fault: grade it again


@dataclass(frozen=True)
class ItemResult:
    """The outcome of one item of the plan. ``score`` is None while nobody has decided it."""

    grade_id: str
    exercise: str
    kind: Kind
    score: float | None
    max_score: float
    message: str = ""


@dataclass(frozen=True)
class Finding:
    """A common mistake that an answer shows. It explains lost points and changes none."""

    exercise: str
    key: str  #: its name in the lab's table of misconceptions
    seen: str
    think: str

    def __str__(self) -> str:
        return f"看起来：{self.seen}。想一想：{self.think}"


@dataclass(frozen=True)
class Verdict:
    """The outcome for one submitted notebook."""

    student_id: str
    assignment: str
    notebook: str
    state: State
    items: tuple[ItemResult, ...]
    reason: str = ""  #: why the state is not GRADED
    notes: tuple[str, ...] = ()  #: what the grader mended in the submission
    fingerprint: str = ""  #: of everything the verdict depends on
    seed: int = 0  #: the tests drew their inputs from it
    flags: tuple[str, ...] = ()  #: what a person should look at; changes no score
    findings: tuple[Finding, ...] = ()

    @property
    def auto_score(self) -> float:
        """The points given so far."""
        return sum(item.score or 0.0 for item in self.items)

    @property
    def max_score(self) -> float:
        return sum(item.max_score for item in self.items)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Verdict:
        data = json.loads(text)
        items = tuple(ItemResult(**item | {"kind": Kind(item["kind"])}) for item in data["items"])
        lists = {name: tuple(data.get(name, ())) for name in ("notes", "flags")}
        findings = tuple(Finding(**finding) for finding in data.get("findings", ()))
        return cls(**data | lists | {"items": items, "state": State(data["state"]), "findings": findings})


def undecided(plan: Plan, message: str) -> tuple[ItemResult, ...]:
    """Every item of the plan without a score: for submissions that could not be graded."""
    return tuple(ItemResult(i.grade_id, i.exercise, i.kind, None, i.points, message) for i in plan.items)
