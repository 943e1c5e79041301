"""What each test cell needs, read from the instructor notebook; and calls that an exercise asks to do without."""

from __future__ import annotations

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.engine.cells import Reading, modules_of, read_cells, read_code
from autograder.forbidden import calls_in, find_flags, read_forbidden
from autograder.plan import read_plan


def notebook(*cells: tuple[str, str]) -> NotebookNode:
    """A notebook of (kind, source): kinds are setup, free, answer and test."""
    flags = {
        "setup": {"locked": True},
        "free": None,
        "answer": {"solution": True},
        "test": {"grade": True, "locked": True, "points": 1},
    }
    made = []
    for number, (kind, source) in enumerate(cells):
        cell = new_code_cell(source, id=f"c{number}")
        if flags[kind] is not None:
            meta = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
            cell.metadata["nbgrader"] = meta | flags[kind] | {"grade_id": f"c{number}"}
        made.append(cell)
    return new_notebook(cells=made)


def read(*cells: tuple[str, str]) -> Reading:
    return read_cells(notebook(*cells))


def test_names_of_answers_are_the_students_and_given_ones_the_judges() -> None:
    reading = read(
        ("setup", "import math\nimport json"),
        ("free", "def reference(x):\n    return math.sqrt(x)"),
        ("answer", "def root(x):\n    return x ** 0.5"),
        ("test", "assert root(4) == reference(4)"),
    )
    assert reading.problems == []
    assert reading.tests["c3"].student == ("root",)
    assert sorted(reading.given) == [0, 1], "the judge runs its own imports and reference"


def test_what_given_cells_compute_from_answers_is_the_students() -> None:
    reading = read(
        ("answer", "def train():\n    return {'w': 1}"),
        ("setup", "def run_all():\n    return train()\nresult = run_all()"),
        ("test", "assert result['w'] == 1"),
    )
    assert reading.tests["c2"].student == ("result",)
    assert reading.given == {}, "a result made by the student's code is not made again in the judge"


def test_a_given_function_may_call_answers() -> None:
    reading = read(
        ("setup", "def check(x):\n    return square(x) == x * x"),
        ("answer", "def square(x):\n    return x * x"),
        ("test", "assert check(3)"),
    )
    assert reading.tests["c2"].student == ("square",)
    assert list(reading.given) == [0]


def test_cells_that_no_test_needs_do_not_run_in_the_judge() -> None:
    reading = read(
        ("setup", "import math"),
        ("free", "data = [i for i in range(10**9)]"),
        ("setup", "print('side effect')"),
        ("answer", "x = 1"),
        ("test", "assert x == math.floor(1.5)"),
    )
    assert sorted(reading.given) == [0, 2], "side effects of read-only cells count, a student's playground does not"


def test_the_last_cell_that_binds_a_name_counts() -> None:
    reading = read(
        ("answer", "f = 1"),
        ("test", "f = 2\nassert f == 2"),
        ("test", "assert f == 2"),
        ("answer", "f = 3"),
        ("test", "assert f == 3"),
    )
    assert [reading.tests[name].student for name in ("c1", "c2", "c4")] == [(), (), ("f",)]


@pytest.mark.parametrize(
    "test",
    [
        "y = [answer(x) for x in (1, 2)]\nassert y",
        "for x in (1, 2):\n    y = answer(x)\n    assert y",
        "def helper(x):\n    y = answer(x)\n    return y\nassert all(helper(x) for x in (1, 2))",
        "total = 0\ntotal += answer(1)\nassert (lambda z: z)(total)",
        "import os\nwith open(os.devnull) as f:\n    x = answer(f)\nassert x",
        "try:\n    answer(1)\nexcept ValueError as e:\n    assert str(e)",
        "class T:\n    x = answer(1)\n    def f(self):\n        return self.x\nassert T().f()",
    ],
)
def test_names_of_the_test_itself_are_not_asked_for(test: str) -> None:
    reading = read(("answer", "def answer(x):\n    return x"), ("test", test))
    assert reading.problems == []
    assert reading.tests["c1"].student == ("answer",)


def test_probes_run_on_the_other_side() -> None:
    reading = read(
        ("setup", "import math\nLIMIT = 3"),
        ("answer", "class Net:\n    pass"),
        (
            "test",
            "def _probe_net(n):\n    return _probe_inner(Net(), math.pi)\n\n\n"
            "def _probe_inner(net, x):\n    return [x, LIMIT]\n\n\nassert _probe_net(1) == [math.pi, 3]",
        ),
    )
    test = reading.tests["c2"]
    assert reading.problems == []
    assert test.student == (), "only the probe touches Net"
    assert [probe.name for probe in test.probes] == ["_probe_net", "_probe_inner"]
    assert set(test.probes[0].given) == {"math", "LIMIT"} and test.probes[0].student == ("Net",)
    assert "def _probe_net" not in test.text
    assert test.text.split("\n")[8].startswith("assert"), "line numbers stay"
    assert "Net" in reading.classes
    assert "探针 _probe_net" in test.how


@pytest.mark.parametrize(
    ("test", "word"),
    [
        ("assert answer(unknown) == 1", "unknown"),
        ("%timeit answer(1)", "魔法命令"),
        ("!ls\nassert answer", "魔法命令"),
        ("get_ipython().system('ls')", "魔法命令"),
        ("display(answer)", "魔法命令"),
        ("assert answer(", "不是合法的 Python"),
        ("want = 3\n\n\ndef _probe_it():\n    return answer(1) == want\n\n\nassert _probe_it()", "want"),
    ],
)
def test_what_cannot_be_judged_safely_is_refused(test: str, word: str) -> None:
    (problem,) = read(("answer", "def answer(x):\n    return x"), ("test", test)).problems
    assert problem.startswith("c1：") and word in problem


def test_a_star_import_excuses_unknown_names() -> None:
    assert read(("setup", "from math import *"), ("answer", "x = 1"), ("test", "assert x == sqrt(1)")).problems == []


def test_a_bare_number_in_the_last_line_is_kept_apart() -> None:
    reading = read(("answer", "x = 1"), ("test", "score = 0.5 if x else 0\nscore"), ("test", "assert x"))
    assert reading.tests["c1"].last and not reading.tests["c2"].last


def test_magics_in_given_cells_are_translated() -> None:
    code = read_code("%matplotlib inline\nimport math")
    assert code.bound == {"math"} and "get_ipython" in code.now


def test_modules_to_load_beforehand() -> None:
    texts = ["import torch.nn as nn\nfrom sklearn.datasets import make_moons", "%magic\nimport numpy", "def ("]
    assert set(modules_of(texts)) == {"torch.nn", "sklearn.datasets", "numpy"}


# --------------------------------------------------------------------------- calls to do without


@pytest.mark.parametrize(
    "code",
    [
        "torch.relu(x)",
        "F.relu(x)",
        "x.relu()",
        "x.relu_()",
        "nn.ReLU()(x)",
        "from torch import relu as r\nr(x)",
        "getattr(torch, 'relu')(x)",
        "%time torch.relu(x)",
    ],
)
def test_forbidden_calls_are_found(code: str) -> None:
    assert list(calls_in(code, ("torch.relu", "nn.ReLU")))


@pytest.mark.parametrize("code", ["torch.maximum(x, 0 * x)", "# torch.relu", "def my_relu(x): return x", "x = ("])
def test_other_calls_are_not(code: str) -> None:
    assert not list(calls_in(code, ("torch.relu", "nn.ReLU")))


def test_flags_name_exercise_and_call() -> None:
    source = notebook(("answer", "def f(x): ..."), ("test", "# 不用：torch.relu、nn.ReLU\nassert f(1)"))
    forbidden = read_forbidden(source, read_plan(source))
    assert forbidden == {"c0": ("torch.relu", "nn.ReLU")}
    written = notebook(("answer", "def f(x): return torch.relu(x)"))
    clean = notebook(("answer", "def f(x): return helper(x)"))
    assert find_flags(written, forbidden, {}) == ("c0：代码里写着 torch.relu，题目要求不用",)
    assert find_flags(clean, forbidden, {"c0": frozenset({"relu"})}) == (
        "c0：运行时用到了 torch.relu、nn.ReLU，题目要求不用",
    )
    assert find_flags(clean, forbidden, {"c0": frozenset({"maximum"})}) == ()
