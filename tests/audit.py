"""Do the hidden tests judge right? Every solution of the bank and every mutant, through the real engine.

``tests/solutions/<lab>/<grade_id>/right_*.py`` must earn every point of the exercise, ``wrong_*.py`` must lose some,
and so must every mutant of the reference solution, unless ``equivalent.toml`` beside them says why it does the same.

    python tests/audit.py [LAB [GRADE_ID]] [--details]        (all labs: make audit)
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import click
from mutants import make_mutants
from rich.console import Console
from rich.progress import track
from rich.table import Table

from autograder.assignment import Assignment, load_assignment
from autograder.course import Course, Lab
from autograder.demo import fill, reference_answers
from autograder.engine.cells import read_cells
from autograder.engine.pool import Pool
from autograder.grade import Taken, begin, run_in, start_pool
from autograder.notebooks import dump_notebook, grade_id, is_test, parse_notebook
from autograder.plan import read_plan
from autograder.run import Limits
from autograder.verdict import State, Verdict

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = Path(__file__).resolve().parent / "solutions"
COURSE = Course.open(ROOT)
LIMITS = Limits(call=10, cell=20, submission=60)


@dataclass(frozen=True)
class Candidate:
    """One way to solve an exercise, and whether it is right."""

    lab: str
    exercise: str
    name: str  #: the file's name, or "mutant 7"
    code: str
    right: bool
    change: str = ""  #: of a mutant
    excuse: str = ""  #: why a mutant is no mistake


@dataclass(frozen=True)
class Judged:
    """What the hidden tests said of a candidate."""

    candidate: Candidate
    verdict: Verdict

    @property
    def failed(self) -> dict[str, str]:
        """The test cells that took points, and their messages."""
        return {item.grade_id: item.message for item in self.verdict.items if item.score != item.max_score}

    @property
    def surprise(self) -> str:
        """What is wrong with the judgement, "" if nothing is."""
        if self.verdict.state not in (State.GRADED, State.WITH_FAILURES):
            return f"{self.verdict.state}: {self.verdict.reason}"
        if self.candidate.right:
            return "; ".join(f"{name}: {message}" for name, message in self.failed.items())
        return "" if self.failed else "no test noticed"


def exercises(lab: Lab) -> list[str]:
    """The exercises of ``lab`` that tests judge."""
    return [e for e in read_plan(_source(lab)).exercises if not e.startswith("think")]


def _source(lab: Lab):
    return _assignment(lab.name).source


@cache
def _assignment(lab: str) -> Assignment:
    (found,) = COURSE.select([lab])
    return load_assignment(COURSE, found, found.notebooks[0])


@cache
def only(lab: str, exercise: str) -> Assignment:
    """The lab's notebook with the tests of one exercise, so that a candidate costs no more than these."""
    whole = _assignment(lab)
    mine = {item.grade_id for item in whole.plan.items if item.exercise == exercise}
    source = parse_notebook(dump_notebook(whole.source).encode())
    source.cells = [cell for cell in source.cells if not is_test(cell) or grade_id(cell) in mine]
    plan = read_plan(source)
    plan = replace(plan, items=tuple(item for item in plan.items if item.grade_id in mine))
    digest = whole.digest + exercise.encode()
    return replace(whole, source=source, plan=plan, reading=read_cells(source), digest=digest)


def candidates(lab: str, exercise: str) -> Iterator[Candidate]:
    """The bank's solutions to an exercise, then the mutants of the reference."""
    folder = SOLUTIONS / lab / exercise
    for path in sorted(folder.glob("*.py")):
        yield Candidate(lab, exercise, path.stem, path.read_text("utf-8"), path.stem.startswith("right"))
    excuses = equals(lab, exercise)
    for number, mutant in enumerate(make_mutants(reference_answers(_assignment(lab).source)[exercise]), start=1):
        excuse = excuses.get(mutant.change, "")
        yield Candidate(lab, exercise, f"mutant {number}", mutant.code, bool(excuse), mutant.change, excuse)


def equals(lab: str, exercise: str) -> dict[str, str]:
    """Mutants that do the same as the reference: change -> reason."""
    path = SOLUTIONS / lab / exercise / "equivalent.toml"
    rows = tomllib.loads(path.read_text("utf-8"))["mutant"] if path.is_file() else []
    return {row["change"].strip(): row["why"] for row in rows}


def start(labs: Iterable[Lab]) -> Pool:
    """A pool for the exercises of ``labs``."""
    labs = list(labs)
    pool = start_pool(COURSE, labs, None, confined=True)
    parts = [only(lab.name, exercise) for lab in labs for exercise in exercises(lab)]
    begin(pool, [*parts, *(_assignment(lab.name) for lab in labs)])
    return pool


def submission(assignment: Assignment, answers: dict[str, str]) -> bytes:
    """A submission with the reference solutions, save for ``answers``."""
    notebook = parse_notebook(dump_notebook(assignment.source).encode())
    return fill(notebook, reference_answers(assignment.source) | answers)


def judge_all(pool: Pool, found: list[Candidate]) -> Iterator[Judged]:
    """Have the engine grade candidates, the other exercises being solved by the reference."""

    def judge(candidate: Candidate) -> Judged:
        assignment = only(candidate.lab, candidate.exercise)
        data = submission(assignment, {candidate.exercise: candidate.code})
        return Judged(candidate, run_in(pool, assignment, "s", Taken(data), LIMITS).verdict)

    with ThreadPoolExecutor(pool.slots) as threads:
        yield from threads.map(judge, found)


def grade_under_seeds(pool: Pool, lab: str, answers: dict[str, str], seeds: Iterable[int]) -> Iterator[Verdict]:
    """The verdicts on one submission to the whole lab, under each of ``seeds``."""
    assignment = _assignment(lab)
    data = submission(assignment, answers)
    with ThreadPoolExecutor(pool.slots) as threads:
        yield from threads.map(
            lambda seed: run_in(pool, assignment, "s", Taken(data, seed=seed), LIMITS).verdict, seeds
        )


def summary(results: list[Judged]) -> Table:
    """A row an exercise and test cell: how many wrong ones it rejected, how many right ones it accepted."""
    table = Table("lab", "exercise", "test cell", "wrong rejected", "mutants rejected", "right accepted", "surprises")
    for lab, exercise in dict.fromkeys((r.candidate.lab, r.candidate.exercise) for r in results):
        mine = [r for r in results if (r.candidate.lab, r.candidate.exercise) == (lab, exercise)]
        kinds = (
            [r for r in mine if not r.candidate.right and not r.candidate.change],
            [r for r in mine if not r.candidate.right and r.candidate.change],
            [r for r in mine if r.candidate.right],
        )
        surprises = str(sum(bool(r.surprise) for r in mine))
        accepted = sum(not r.failed for r in kinds[2])
        rejected = [f"{sum(bool(r.failed) for r in kind)}/{len(kind)}" for kind in kinds[:2]]
        table.add_row(lab, exercise, "all", *rejected, f"{accepted}/{len(kinds[2])}", surprises)
        for item in only(lab, exercise).plan.items:
            by_cell = [str(sum(item.grade_id in r.failed for r in kind)) for kind in kinds]
            table.add_row("", "", item.grade_id, *by_cell[:2], f"{len(kinds[2]) - int(by_cell[2])}/{len(kinds[2])}", "")
    return table


@click.command(help=__doc__)
@click.argument("lab", required=False)
@click.argument("grade_id", required=False)
@click.option("--details", is_flag=True, help="Print what every candidate was told.")
def main(lab: str | None, grade_id: str | None, details: bool) -> None:
    console = Console(width=150)
    labs = COURSE.select([lab] if lab else [])
    found = [c for one in labs for e in exercises(one) if grade_id in (None, e) for c in candidates(one.name, e)]
    with start(labs) as pool:
        results = list(track(judge_all(pool, found), total=len(found), description="audit", console=console))
    for result in results:
        if details or result.surprise:
            console.rule(f"{result.candidate.exercise}/{result.candidate.name}", align="left")
            console.print(result.candidate.change or "", markup=False)
            console.print(result.surprise and f"SURPRISE {result.surprise}", markup=False)
            for name, message in result.failed.items() if details else ():
                console.print(f"  {name}: {message}", markup=False)
            for finding in result.verdict.findings if details else ():
                console.print(f"  → {finding.key}: {finding}", markup=False)
    console.print(summary(results))
    surprises = sum(bool(result.surprise) for result in results)
    console.print(f"{len(results)} candidates, {surprises} surprises")
    sys.exit(bool(surprises))


if __name__ == "__main__":
    main()
