"""JupyterLab as students use it, driven in a browser: for the tests and for ``book/screenshots.py``."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from autograder.files import write_atomic

BIN = Path(sys.executable).parent
PATIENCE = 240_000  # milliseconds: importing torch on a busy machine takes its time
# Every cell in the page, not only those in view; nothing that asks or announces itself.
SETTINGS = {
    "@jupyterlab/translation-extension/plugin": '{"locale": "zh_CN"}',
    "@jupyterlab/notebook-extension/tracker": '{"windowingMode": "none"}',
    "@jupyterlab/apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
}


@contextmanager
def jupyter_lab(folder: Path, without: tuple[str, ...] = ()) -> Iterator[str]:
    """``jupyter lab`` in ``folder``, in Chinese and with no settings but these; yields its address with the token.

    ``without``: JupyterLab extensions that are here and that students do not have.
    """
    with tempfile.TemporaryDirectory() as private:
        disabled = json.dumps({"disabledExtensions": dict.fromkeys(without, True)})
        write_atomic(Path(private, "config", "labconfig", "page_config.json"), disabled)
        for name, text in SETTINGS.items():
            write_atomic(Path(private, "settings", f"{name}.jupyterlab-settings"), text)
        places = {f"JUPYTER_{name}_DIR": str(Path(private, name.lower())) for name in ("CONFIG", "DATA", "RUNTIME")}
        places |= {f"JUPYTERLAB_{name}_DIR": str(Path(private, name.lower())) for name in ("SETTINGS", "WORKSPACES")}
        command = [BIN / "jupyter", "lab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"]
        command += ["--log-level=CRITICAL", f"--ServerApp.root_dir={folder}"]
        with subprocess.Popen(
            list(map(str, command)),
            cwd=folder,
            env=os.environ | places,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                lines = []
                for line in process.stderr:
                    lines.append(line)
                    if found := re.search(r"http://127\.0\.0\.1:\d+/lab\?token=\w+", line):
                        break
                assert lines and found, "".join(lines)
                _wait_for(urlsplit(found[0]).port)
                yield found[0]
            finally:
                process.terminate()  # with its kernels
                process.communicate()


def _wait_for(port: int) -> None:
    """Jupyter names its address a moment before it listens there."""
    end = time.monotonic() + PATIENCE / 1000
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def open_notebook(page: Page, address: str, name: str) -> None:
    """Open the notebook ``name`` and wait for its kernel."""
    page.set_default_timeout(PATIENCE)
    page.goto(address.replace("/lab?", f"/lab/tree/{name}?"))
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    expect(page.locator(".jp-KernelName")).to_contain_text("Python 3", timeout=PATIENCE)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()


def cell(page: Page, text: str) -> Locator:
    """The code cell whose source has ``text``."""
    return page.locator(".jp-CodeCell").filter(has=page.locator(".jp-InputArea-editor", has_text=text))


def output(page: Page, text: str) -> str:
    """What the code cell whose source has ``text`` has printed or raised."""
    return cell(page, text).locator(".jp-OutputArea").inner_text().strip()


def answer(page: Page, text: str, source: str) -> None:
    """Type ``source`` in place of the code that has ``text``."""
    _type(page, cell(page, text), source)


def answer_in_words(page: Page, text: str, words: str) -> None:
    """Type ``words`` in place of the text that reads ``text``: double click, write, Shift + Enter."""
    page.locator(".jp-RenderedMarkdown", has_text=text).dblclick()
    _type(page, page.locator(".jp-Cell.jp-mod-active"), words)
    page.keyboard.press("Shift+Enter")
    page.locator(".jp-RenderedMarkdown", has_text=words).wait_for()


def _type(page: Page, into: Locator, text: str) -> None:
    into.locator(".cm-content").click()
    into.locator(".cm-focused").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def run_all(page: Page) -> None:
    """Restart the kernel and run all cells, as the guide says; returns when it is done or has stopped at an error."""
    page.locator("[data-jp-item-name=restart-and-run] jp-button").click()
    page.locator(".jp-Dialog .jp-mod-accept").click()
    running = page.locator(".jp-InputPrompt", has_text="[*]")
    running.first.wait_for()
    expect(running).to_have_count(0, timeout=PATIENCE)


def save(page: Page) -> None:
    """Save, and wait until nothing is unsaved."""
    page.keyboard.press("Control+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0, timeout=PATIENCE)


def validate(page: Page) -> str:
    """What nbgrader's button Validate says; its window is closed again."""
    page.get_by_role("button", name="Validate").click()
    window = page.locator(".jp-Dialog", has_text="Validation Results")
    said = window.inner_text()
    window.get_by_role("button").last.click()
    return said
