"""Marking by hand: nbgrader's formgrader on the course's gradebook, in a server that can do nothing else.

The pages show what students wrote, to somebody who may change every mark. So the server has no kernels, files or
terminals, what students wrote is cleaned, and nothing is loaded from elsewhere. formgrader's buttons that grade
the stock way, inside the student's kernel, are left out: ``autograder grade`` does that.
"""

from __future__ import annotations

import secrets
import signal
import socket
import tempfile
from collections.abc import Callable
from copy import deepcopy
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import bleach
from jinja2 import Environment, FileSystemLoader, pass_context
from jinja2.runtime import Context
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions.formgrader import apihandlers, handlers
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension
from tornado.web import Application, StaticFileHandler
from traitlets.config import Config

from .course import Course
from .errors import CourseError
from .gradebook import open_gradebook, patient_url

HOST = "127.0.0.1"
START = "/formgrader/gradebook"
TEMPLATES = Path(__file__).parent / "templates"
PAGES = {"gradebook", "submissions", "fonts"}
API = {
    "assignments",
    "notebooks",
    "submitted_notebook",
    "submitted_notebooks",
    "grade",
    "grades",
    "comment",
    "comments",
}
TAGS = {
    *("a", "b", "blockquote", "br", "code", "del", "details", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr"),
    *("i", "img", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "th"),
    *("thead", "tr", "u", "ul"),
}
# No class and no id: formgrader finds its buttons and fields by them.
ATTRIBUTES = {"a": ["href", "title"], "img": ["src", "alt", "title"], "td": ["align"], "th": ["align"]}


def serve(course: Course, ready: Callable[[str], None], port: int | None = None) -> None:
    """Serve formgrader to this machine until Ctrl-C or SIGTERM; ``ready`` is told the address to open, token included.

    ``port``: None for a free one. Raises :class:`CourseError` if nothing has been graded yet, the gradebook cannot
    be opened or the port is taken.
    """
    if not any(course.autograded.glob("*/*/*.ipynb")):
        raise CourseError("还没有批改好的作业可以批阅：请先运行 autograder grade。")
    port = _free_port(port)
    token = secrets.token_urlsafe(16)
    with open_gradebook(course) as gradebook, tempfile.TemporaryDirectory() as folder:
        settings = Config(
            ServerApp={
                "ip": HOST,
                "port": port,
                "port_retries": 0,
                "root_dir": folder,  # empty: /files shows nothing
                "default_url": START,
                "open_browser": False,
                "allow_root": True,  # it runs no code
                "log_level": "ERROR",
            },
            IdentityProvider={"token": token},
        )
        server = _Server(config=settings, runtime_dir=folder, config_dir=folder, data_dir=folder)
        server.initialize(argv=[], find_extensions=False)
        formgrader = _Formgrader(course, parent=server)
        formgrader.initialize([])
        formgrader.init_tornado_settings(server.web_app)
        formgrader.init_handlers(server.web_app)
        server.web_app.settings["nbgrader_gradebook"] = gradebook
        # After each request: keep no lock that grading would wait for, no connection that a server may have dropped by
        # the next one, and read afresh what grading has written meanwhile.
        server.web_app.settings["log_function"] = lambda request: gradebook.close()
        server.io_loop.add_callback(ready, f"http://{HOST}:{port}{START}?token={token}")
        server.start()


def _free_port(wanted: int | None) -> int:
    """``wanted`` if it can be had, or any; raises :class:`CourseError`."""
    try:
        with socket.create_server((HOST, wanted or 0)) as found:
            return found.getsockname()[1]
    except OSError as error:
        raise CourseError(
            f"端口 {wanted} 用不了（{error.strerror}）。请用 --port 换一个，或者不写 --port，由程序挑一个空闲的。"
        ) from error


class _Server(ServerApp):
    """A Jupyter server without its services, and without this machine's Jupyter settings and extensions."""

    default_services = ("auth", "security")

    def migrate_config(self) -> None:
        pass

    def load_config_file(self, suppress_errors: bool = True) -> None:
        pass

    def init_signal(self) -> None:
        """Stop between two requests, and without asking as Jupyter does."""
        for name in (signal.SIGINT, signal.SIGTERM):
            self.io_loop.asyncio_loop.add_signal_handler(name, self.stop)


class _Formgrader(FormgradeExtension):
    """formgrader with the course's settings, its marking pages only."""

    def __init__(self, course: Course, parent: ServerApp) -> None:
        config = deepcopy(course.config)
        config.CourseDirectory.db_url = patient_url(course)
        super().__init__(parent=parent, config=config)
        self.given = config
        self.root_dir = str(course.root)
        self.log = parent.log

    def migrate_config(self) -> None:
        pass

    def load_config_file(self, **_: Any) -> None:
        """The settings are known; read again, a relative gradebook would be looked for in the working folder."""

    def load_config(self) -> Config:
        return self.given

    def init_tornado_settings(self, webapp: Application) -> None:
        super().init_tornado_settings(webapp)
        folders = [str(TEMPLATES / "marking"), handlers.template_path]
        webapp.settings["nbgrader_jinja2_env"] = Environment(loader=FileSystemLoader(folders))
        webapp.settings["nbgrader_exporter"] = _Exporter(
            template_name="marking", extra_template_basedirs=[str(TEMPLATES), handlers.template_path]
        )

    def init_handlers(self, webapp: Application) -> None:
        pages = [h for h in handlers.default_handlers if h[0].split("/")[2].rstrip("?") in PAGES]
        api = [h for h in apihandlers.default_handlers if h[0].split("/")[3] in API]
        static = [
            ("/formgrader/static/(.*)", StaticFileHandler, {"path": handlers.static_path}),
            ("/formgrader/mathjax/(.*)", StaticFileHandler, {"path": str(_mathjax())}),
        ]
        base = webapp.settings["base_url"]
        webapp.add_handlers(".*$", [(url_path_join(base, h[0]), *h[1:]) for h in [*pages, *api, *static]])


class _Exporter(HTMLExporter):
    """An autograded notebook as a marking page, without anything active in what students wrote."""

    exclude_anchor_links = True
    display_data_priority = ("image/png", "image/jpeg", "text/plain")

    @pass_context
    def markdown2html(self, context: Context, source: str) -> str:
        """The HTML of a text cell, cleaned."""
        html = super().markdown2html(context, source)
        return bleach.clean(html, tags=TAGS, attributes=ATTRIBUTES, protocols=["http", "https", "mailto", "data"])


def _mathjax() -> Path:
    """The folder of MathJax that the site's pages use, too."""
    package = find_spec("sphinx-mathjax-offline")
    assert package is not None and package.origin is not None
    return Path(package.origin).parent / "static" / "mathjax"
