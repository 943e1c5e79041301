"""Try solutions from ``tests/solutions`` against the hidden tests of an instructor notebook.

``tests/solutions/<lab>/<grade_id>/right_*.py`` must earn every point of the exercise, ``wrong_*.py`` must lose some.
A file holds what a student would leave in the solution cell. The set-up, the given code and the reference solutions
above that cell run once; each file is then tried in a forked process of its own.

Run by hand: ``python tests/bank.py lab01_activations [grade_id]`` prints every failed test with its message.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import sys
import warnings
from functools import cache
from pathlib import Path

import matplotlib
import torch

from autograder.notebooks import grade_id as id_of
from autograder.notebooks import is_test, read_source
from autograder.plan import read_plan

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = Path(__file__).resolve().parent / "solutions"
TIMEOUT = 60  # seconds for one solution, far above what any of them needs


def solution_files(lab: str | None = None, grade_id: str | None = None) -> list[Path]:
    """All solutions of the bank, in a stable order."""
    return sorted(SOLUTIONS.glob(f"{lab or '*'}/{grade_id or '*'}/*.py"))


@cache
def _exercise(lab: str, grade_id: str) -> tuple[dict, list[tuple[str, str]]]:
    """The names that exist when the solution cell is reached, and the exercise's test cells (id, source)."""
    matplotlib.use("Agg")
    torch.set_num_threads(1)  # a thread pool would not survive the fork
    notebook = read_source(ROOT / "source_notebooks" / lab / f"{lab}.ipynb")
    mine = {item.grade_id for item in read_plan(notebook).items if item.exercise == grade_id}
    namespace: dict = {"__name__": "__main__"}
    above = True
    tests = []
    for cell in notebook.cells:
        name = id_of(cell)
        if name == grade_id:
            above = False
        elif name in mine:
            tests.append((name, cell.source))
        elif above and cell.cell_type == "code" and name and not is_test(cell):
            exec(compile(cell.source, name, "exec"), namespace)
    assert not above, f"{lab} has no exercise {grade_id}"
    return namespace, tests


def _try(namespace: dict, tests: list[tuple[str, str]], code: str, results) -> None:
    warnings.simplefilter("ignore")
    failures: dict[str, str | None] = {}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for name, source in [("<solution cell>", code), *tests]:
            try:
                exec(compile(source, name, "exec"), namespace)
                failures[name] = None
            except Exception as error:
                failures[name] = f"{type(error).__name__}: {error}"
    results.send(failures)


def judge(lab: str, grade_id: str, code: str) -> dict[str, str | None]:
    """Run the tests of one exercise on ``code``: cell -> None (ran through) or the error's text."""
    namespace, tests = _exercise(lab, grade_id)
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_try, args=(namespace, tests, code, theirs))
    process.start()
    theirs.close()
    try:
        if not ours.poll(TIMEOUT):
            return {"<run>": f"no result within {TIMEOUT} s"}
        return ours.recv()
    except EOFError:
        return {"<run>": "the process died"}
    finally:
        process.kill()
        process.join()


def main(lab: str, grade_id: str | None = None) -> int:
    surprises = 0
    for path in solution_files(lab, grade_id):
        failed = {name: text for name, text in judge(lab, path.parent.name, path.read_text("utf-8")).items() if text}
        expected = bool(failed) == path.name.startswith("wrong")
        surprises += not expected
        print(f"{'ok ' if expected else 'BAD'} {path.parent.name}/{path.name}")
        for name, text in failed.items():
            print(f"       {name}: {text.splitlines()[0][:150]}")
    print(f"{surprises} surprises")
    return int(surprises > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
