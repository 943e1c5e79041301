"""The six labs: what students meet, and that the whole way from source to full marks holds."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, autograder, run_command
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.demo import all_right
from autograder.files import write_atomic
from autograder.notebooks import grade_id, is_solution, is_test, nbgrader, parse_notebook, read_source
from autograder.plan import Kind, read_plan
from autograder.release import check_release

COURSE = Course.open(ROOT)
LABS = {lab.name: lab for lab in COURSE.labs()}
EXERCISES = {
    "lab01_activations": ["my_relu", "my_sigmoid", "my_tanh", "my_leaky_relu", "think1"],
    "lab02_vanishing_gradients": ["network_forward", "gradient_by_layer", "init_weights", "think2"],
    "lab03_dead_relu": ["hidden_activations", "zero_fraction", "dead_neurons", "think3"],
    "lab04_weight_penalties": ["l2_penalty", "l1_penalty", "train_epoch", "soft_threshold", "think4"],
    "lab05_dropout": ["dropout_layer", "mlp_forward", "cnn_forward", "concise_mlp", "think5"],
    "lab06_numpy_dropout": [
        "forward_propagation_with_dropout",
        "backward_propagation_with_dropout",
        "dropout_class",
        "inverted_dropout",
        "think6",
    ],
}
GIVEN = {
    "lab01_activations": ["check_activation_function"],
    "lab02_vanishing_gradients": ["get_data", "analyze_gradients", "plot_results", "experiment_gradient_vanishing"],
    "lab03_dead_relu": ["get_data", "experiment_relu_death"],
    "lab04_weight_penalties": ["Accumulator", "evaluate_loss", "train"],
    "lab05_dropout": ["get_data", "plot_results", "train", "experiment_regularization"],
    "lab06_numpy_dropout": [],
}
every_lab = pytest.mark.parametrize("name", EXERCISES)


def source_of(name: str) -> NotebookNode:
    return read_source(LABS[name].notebooks[0])


def release_of(name: str) -> NotebookNode:
    return parse_notebook((ROOT / "release" / name / f"{name}.ipynb").read_bytes())


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_the_labs_are_those_of_the_curriculum() -> None:
    assert list(LABS) == list(EXERCISES)


@every_lab
def test_exercises_points_and_names(name: str) -> None:
    plan = read_plan(source_of(name))
    assert list(plan.exercises) == EXERCISES[name]
    assert plan.max_score == 100
    for exercise in plan.exercises:
        items = [item for item in plan.items if item.exercise == exercise]
        if exercise.startswith("think"):
            assert [item.kind for item in items] == [Kind.MANUAL]
        else:
            assert len(items) >= 2, f"{exercise}: partial credit needs several test cells"
            assert all(re.fullmatch(rf"test_{exercise}(_\w+)?", item.grade_id) for item in items)


@every_lab
def test_a_lab_says_first_how_long_it_takes_and_what_it_needs(name: str) -> None:
    first = source_of(name).cells[0].source
    assert re.search(r"\*\*预计用时\*\*：[\d.]+(?: 至 [\d.]+)? (?:分钟|小时)", first)
    page = re.search(r"\*\*先修\*\*：.*理论页[^《]*《(.+?)》", first)
    assert page, "it names its page of theory"
    titles = [path.read_text("utf-8") for path in (ROOT / "book" / "theory").glob("*.md")]
    assert any(re.search(rf"^# {page[1]}", text, re.MULTILINE) for text in titles)


@every_lab
def test_given_functions_are_there(name: str) -> None:
    given = {
        node.name
        for cell in code_cells(source_of(name))
        if not is_solution(cell)
        for node in ast.parse(cell.source).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    assert set(GIVEN[name]) <= given


@every_lab
def test_setup_offers_what_solutions_may_use(name: str) -> None:
    setup = next(cell.source for cell in source_of(name).cells if grade_id(cell) == "setup")
    names = {
        alias.asname or alias.name
        for node in ast.parse(setup).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert {"math", "np", "plt", "torch", "nn", "F", "labkit"} <= names


@every_lab
def test_source_is_clean(name: str) -> None:
    path = LABS[name].notebooks[0]
    assert path.stem == name
    raw = json.loads(path.read_text("utf-8"))
    assert (raw["nbformat"], raw["nbformat_minor"]) == (4, 5)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in raw["cells"])
    notebook = source_of(name)
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    titles = [line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.split("\n")]
    assert sum(line.startswith("# ") for line in titles) == 1


@every_lab
def test_test_cells_are_safe_to_grade(name: str) -> None:
    for cell in filter(is_test, code_cells(source_of(name))):
        where = f"{grade_id(cell)}: "
        assert cell.source.startswith("# 评分："), where + "the first line tells students what is examined"
        assert "### BEGIN HIDDEN TESTS" in cell.source, where + "no hidden tests"
        tree = ast.parse(cell.source)
        assert not isinstance(tree.body[-1], ast.Expr), where + "a last value would be shown, or read as points"
        for node in ast.walk(tree):
            if isinstance(node, ast.Assert):
                text = ast.unparse(node.msg) if node.msg else ""
                computed = isinstance(node.msg, ast.Call | ast.Name | ast.BoolOp | ast.Subscript | ast.JoinedStr)
                assert computed or re.search(r"[一-鿿]", text), where + f"no message: {ast.unparse(node)[:80]}"
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called != "print", where + "prints"
                assert not called.startswith(("plt.", "labkit.")), where + f"calls {called}"
                assert "manual_seed" not in called, where + "seeds its random inputs"


@every_lab
def test_stubs_and_questions(name: str) -> None:
    released = release_of(name)
    for cell in filter(is_solution, released.cells):
        if cell.cell_type == "code":
            ast.parse(cell.source)
            assert "# TODO" in cell.source
            assert 'raise NotImplementedError("这里还没有完成")' in cell.source
            assert '"""' in cell.source, f"{grade_id(cell)}: the docstring tells students what to write"
        else:
            assert cell.source.strip() == COURSE.config.ClearSolutions.text_stub
    questions = [cell for cell in released.cells if (grade_id(cell) or "").endswith("_question")]
    assert len(questions) == 1
    assert 2 <= questions[0].source.count("<details>") <= 3, "two or three hints"
    source = next(cell for cell in source_of(name).cells if grade_id(cell) == grade_id(questions[0]))
    assert "=== BEGIN MARK SCHEME ===" in source.source


@every_lab
def test_release_is_fresh_faithful_and_tight(name: str) -> None:
    assert check_release(COURSE, LABS[name]) == []


@every_lab
def test_student_folder_runs_alone_and_fails_exactly_at_the_graded_cells(name: str, tmp_path: Path) -> None:
    """Offline, from a folder with nothing but the release in it, and never a word on stderr."""
    folder = tmp_path / name
    shutil.copytree(ROOT / "release" / name, folder)
    notebook = parse_notebook((folder / f"{name}.ipynb").read_bytes())
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--log-level=ERROR"],
    )
    client.execute(env=os.environ | {"HOME": str(tmp_path), "LABKIT_PROGRESS": "0"})
    failed = [cell.id for cell in code_cells(notebook) if any(output.output_type == "error" for output in cell.outputs)]
    assert failed == [cell.id for cell in code_cells(notebook) if is_test(cell)]
    noisy = [c.id for c in code_cells(notebook) for o in c.outputs if o.output_type == "stream" and o.name == "stderr"]
    assert noisy == []


@pytest.fixture(scope="module")
def full_marks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the course with one submission to every lab: the reference solutions."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "source_notebooks", root / "source_notebooks", ignore=shutil.ignore_patterns("*.egg-info"))
    shutil.copy(ROOT / "nbgrader_config.py", root)
    for name, lab in LABS.items():
        data = all_right(COURSE, lab, source_of(name), release_of(name))
        write_atomic(root / "classroom" / "submitted" / "s" / name / f"{name}.ipynb", data)
    return root


def automatic_points(name: str) -> float:
    return sum(item.points for item in read_plan(source_of(name)).items if item.kind is Kind.TEST)


def test_reference_solutions_get_full_marks(full_marks: Path) -> None:
    result = autograder("grade", "--json", course=full_marks)
    assert result.returncode == 0, result.stderr
    verdicts = json.loads(result.stdout)
    assert [v["assignment"] for v in verdicts] == list(EXERCISES)
    for v in verdicts:
        lost = {i["grade_id"]: i["message"] for i in v["items"] if i["kind"] == "test" and i["score"] != i["max_score"]}
        assert lost == {}
        assert v["state"] == "graded"


@every_lab
def test_reference_solution_gets_full_marks_under_stock_nbgrader(full_marks: Path, name: str) -> None:
    db = "--CourseDirectory.db_url=sqlite:///stock.db"
    stock = "--CourseDirectory.autograded_directory=stock"
    for command in ("generate_assignment", "autograde"):
        result = run_command("nbgrader", command, name, "--force", db, stock, cwd=full_marks)
        assert result.returncode == 0, result.stderr
    with Gradebook(f"sqlite:///{full_marks / 'stock.db'}") as book:
        assert book.find_submission(name, "s").score == automatic_points(name)


def test_cells_carry_no_other_metadata() -> None:
    for name in EXERCISES:
        for cell in source_of(name).cells:
            assert set(cell.metadata) <= {"nbgrader", "tags"}, (name, cell.id)
            if is_solution(cell) and cell.cell_type == "code":
                assert not nbgrader(cell)["grade"]
