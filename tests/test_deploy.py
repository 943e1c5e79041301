"""The example that publishes the site: it is what GitHub reads, and runs commands that exist here."""

from __future__ import annotations

import re
import subprocess

import pytest
import yaml
from conftest import ROOT, run_command
from nbgrader.apps.nbgraderapp import NbGraderApp

WORKFLOW = ROOT / "book" / "deploy" / "pages.yml"
GUIDE = (ROOT / "book" / "instructor_guide.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", GUIDE, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def jobs() -> dict:
    content = yaml.safe_load(WORKFLOW.read_text("utf-8"))
    assert "main" in content[True]["push"]["branches"], "YAML 1.1 reads `on` as a truth value; GitHub does not mind"
    return content["jobs"]


def steps(jobs: dict, key: str) -> list[str]:
    return [step[key] for job in jobs.values() for step in job["steps"] if key in step]


def assert_runs(text: str) -> set[str]:
    """Every make target and autograder command in ``text`` exists; returns them."""
    targets = set(re.findall(r"\bmake (\w+)", text))
    for target in targets:
        result = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
    commands = set(re.findall(r"\bautograder ([a-z]+)\b", text))
    for command in commands:
        assert run_command("autograder", command, "--help").returncode == 0, command
    return targets | commands


def test_its_commands_exist(jobs: dict) -> None:
    assert assert_runs("\n".join(steps(jobs, "run"))) == {"setup", "dist", "release"}


def test_it_checks_before_it_builds_and_publishes_only_the_site(jobs: dict) -> None:
    runs = steps(jobs, "run")
    check = next(i for i, run in enumerate(runs) if "release --check" in run)
    assert check < next(i for i, run in enumerate(runs) if "make dist" in run)
    assert jobs["deploy"]["needs"] == "build"
    published = [step["with"]["path"] for step in jobs["build"]["steps"] if "upload" in step.get("uses", "")]
    assert published == ["_build/html", "_build/dist"], "no folder with an answer in it"


def test_a_command_that_does_not_exist_would_be_found() -> None:
    for wrong in ("make nothing", "autograder nothing"):
        with pytest.raises(AssertionError):
            assert_runs(wrong)


@pytest.mark.parametrize("section", ["班级报告", "部署网站", "JupyterHub"])
def test_commands_of_the_guide_exist(section: str) -> None:
    blocks = "\n".join(re.findall(r"```bash\n(.*?)```", SECTIONS[section], re.DOTALL))
    commands = "\n".join(line.partition("#")[0] for line in blocks.splitlines())
    named = set(re.findall(r"book/deploy/\S+\.yml", commands))
    assert assert_runs(commands) or named
    assert all((ROOT / path).is_file() for path in named)
    assert set(re.findall(r"\bnbgrader ([a-z_]+)\b", commands)) <= set(NbGraderApp.subcommands)
