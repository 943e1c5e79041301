"""Try solutions from ``tests/solutions`` against the hidden tests of an instructor notebook.

``tests/solutions/<lab>/<grade_id>/right_*.py`` must earn every point of the exercise, ``wrong_*.py`` must lose some.
A file holds what a student would leave in the solution cell. Each one is tried in a forked process, in which the
notebook's code cells run in order with the file in place of the reference solution (experiments are skipped).

Run by hand: ``python tests/bank.py lab01_activations [grade_id]`` prints every failed test with its message.
"""

from __future__ import annotations

import ast
import contextlib
import io
import multiprocessing
import os
import sys
import warnings
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = Path(__file__).resolve().parent / "solutions"
TIMEOUT = 60  # seconds for one solution, far above what any of them needs


def solution_files(lab: str | None = None, grade_id: str | None = None) -> list[Path]:
    """All solutions of the bank, in a stable order."""
    return sorted(SOLUTIONS.glob(f"{lab or '*'}/{grade_id or '*'}/*.py"))


def _run_cell(source: str, namespace: dict) -> None:
    exec(compile(ast.parse(source), "<cell>", "exec"), namespace)


def _try(lab: str, grade_id: str, code: str, results: multiprocessing.connection.Connection) -> None:
    import matplotlib

    matplotlib.use("Agg")
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    warnings.simplefilter("ignore")
    notebook = nbformat.read(ROOT / "source_notebooks" / lab / f"{lab}.ipynb", as_version=4)
    sys.path.insert(0, str(ROOT / "source_notebooks"))
    namespace: dict = {"__name__": "__main__"}
    failures: dict[str, str | None] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in notebook.cells:
            meta = cell.metadata.get("nbgrader", {})
            name = meta.get("grade_id", "")
            if cell.cell_type != "code":
                continue
            if name == grade_id:
                try:
                    _run_cell(code, namespace)
                except Exception as error:
                    failures["<solution cell>"] = f"{type(error).__name__}: {error}"
            elif not meta.get("grade"):
                with contextlib.suppress(Exception):
                    _run_cell(cell.source, namespace)
            elif name == f"test_{grade_id}" or name.startswith(f"test_{grade_id}_"):
                try:
                    _run_cell(cell.source, namespace)
                    failures[name] = None
                except Exception as error:
                    failures[name] = f"{type(error).__name__}: {error}"
    results.send(failures)


def judge(lab: str, grade_id: str, code: str) -> dict[str, str | None]:
    """Run the tests of one exercise on ``code``: test cell -> None (passed) or the error's text."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_try, args=(lab, grade_id, code, theirs))
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
    import labkit
    import torchvision  # noqa: F401  loaded once, before the forks

    labkit.set_seed(0)
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
