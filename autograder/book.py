"""The website: the hand-written pages, and the labs as students get them with the figures of a reference run.

``book/labs/`` is made here and holds no solution and no hidden test: the cells come from the release, only the
outputs of cells without points come from running the instructor notebook.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from .course import Course, Lab
from .errors import CourseError
from .files import replace_tree, write_atomic, zip_files
from .notebooks import dump_notebook, is_solution, is_test, parse_notebook, read_source
from .publish import refuse_leaks
from .release import build_release, companions

RUN_TIMEOUT = 600  # seconds for one cell of an instructor notebook
# One thread: the labs' networks are small, and the same sums in the same order give the same figures.
QUIET_SINGLE_THREAD = {"LABKIT_PROGRESS": "0", "OMP_NUM_THREADS": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
# No history file shared between runs; the kernel's own log stays off the terminal.
KERNEL_ARGUMENTS = ["--HistoryManager.hist_file=:memory:", "--log-level=ERROR"]


def reference_run(course: Course, lab: Lab, path: Path, beside: Mapping[str, bytes]) -> NotebookNode:
    """The instructor notebook ``path`` with its outputs; kept in ``_build`` until it or a file beside it changes."""
    digest = hashlib.sha256(path.read_bytes())
    for name, content in sorted(beside.items()):
        digest.update(name.encode() + content)
    kept = course.root / "_build" / "reference" / f"{lab.name}-{path.stem}-{digest.hexdigest()[:16]}.ipynb"
    if kept.is_file():
        return parse_notebook(kept.read_bytes())
    notebook = read_source(path)
    client = NotebookClient(
        notebook,
        timeout=RUN_TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(lab.folder)}},
        extra_arguments=KERNEL_ARGUMENTS,
    )
    try:
        client.execute(env=os.environ | QUIET_SINGLE_THREAD)
    except CellExecutionError as error:
        raise CourseError(f"{path} 运行到一半出错：{error.ename}: {error.evalue}") from error
    write_atomic(kept, dump_notebook(notebook))
    return notebook


def lab_page(source_run: NotebookNode, released: NotebookNode, download: str) -> NotebookNode:
    """The page of a lab: the student's cells, with the reference run's outputs below cells that carry no answer."""
    outputs = {cell.id: cell.outputs for cell in source_run.cells if cell.cell_type == "code"}
    page = deepcopy(released)
    for cell in page.cells:
        if cell.cell_type == "code" and not is_solution(cell) and not is_test(cell):
            cell.outputs = deepcopy(outputs.get(cell.id, []))
    link = f"{{download}}`下载本实验（zip） <{download}>`"
    if page.cells[0].cell_type == "markdown":  # right below the title, above a long introduction
        title, _, rest = page.cells[0].source.partition("\n")
        page.cells[0].source = f"{title}\n\n{link}\n{rest}"
    else:
        page.cells.insert(0, new_markdown_cell(link, id="download"))
    return page


def write_lab_pages(course: Course, labs: list[Lab], report: Callable[[str], None] = lambda _: None) -> Path:
    """Make ``book/labs/`` from the labs; returns the folder. The built site is searched for leaks, see ``publish``."""
    files: dict[str, bytes] = {}
    for lab in labs:
        released = build_release(course, lab)
        archive = f"{lab.name}.zip"
        files[archive] = zip_files(released, lab.name)
        for path in lab.notebooks:
            report(f"运行 {lab.name}/{path.name}")
            run = reference_run(course, lab, path, companions(released))
            page = lab_page(run, parse_notebook(released[path.name]), archive)
            files[path.name] = dump_notebook(page).encode("utf-8")
    folder = course.root / "book" / "labs"
    replace_tree(folder, files)
    return folder


def build_book(course: Course, labs: list[Lab], report: Callable[[str], None] = lambda _: None) -> Path:
    """Build the whole site; returns its front page. Warnings are errors."""
    for name in ("_config.yml", "_toc.yml"):
        if not (course.root / name).is_file():
            raise CourseError(f"{course.root} 里没有 {name}：这门课没有可以生成的网站。")
    write_lab_pages(course, labs, report)
    report("生成网页")
    program = Path(sys.executable).with_name("jupyter-book")
    command = [str(program), "build", str(course.root), "-n", "-W", "--keep-going", "-q"]
    environment = os.environ | QUIET_SINGLE_THREAD
    result = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if result.returncode:
        lines = (result.stdout + result.stderr).splitlines()
        lines = [line for line in lines if re.search("WARNING|ERROR", line) and "IPKernelApp" not in line]
        raise CourseError("网站生成失败：\n" + "\n".join(lines[:20] or result.stderr.splitlines()[-5:]))
    site = course.root / "_build" / "html"
    report("查泄露")
    refuse_leaks(course, labs, site)
    return site / "index.html"
