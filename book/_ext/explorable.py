"""Sphinx extension: figures whose controls the reader can move, and which are plain pictures without scripts.

.. code-block:: markdown

    ```{explorable} activation
    :name: fig-act-explore
    The caption, one paragraph.

    The text alternative: what the picture shows, for those who do not see it.
    ```

The picture is ``book/figures/NAME.png``, the script ``book/_static/figures/NAME.js``, its data, if there are any,
``NAME.data.js``. Pages with such a figure, and no others, load a style sheet and ``load.js``, which fetches the
libraries and the figures' scripts when one of the figures is about to be seen.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.directives.patches import Figure

STATIC = Path(__file__).resolve().parent.parent / "_static"
# In this order: the libraries, then what the figures share. Classic scripts, so that a page opened from a folder works.
SHARED = ("vendor/d3-7.9.2.min.js", "vendor/plot-0.6.17.umd.min.js", "figures/common.js")
AFTER_THE_THEME = 900


class Explorable(Figure):
    """A numbered figure with the static picture, the place where the script draws, and the caption."""

    option_spec: ClassVar[dict[str, Any]] = {"name": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        caption, _, alternative = "\n".join(self.content).strip().partition("\n\n")
        if not (STATIC / "figures" / f"{name}.js").is_file():
            raise self.error(f"没有名为 {name} 的可操作插图：缺少 book/_static/figures/{name}.js。")
        if not alternative.strip():
            raise self.error(f"可操作插图 {name} 没有文字替代：题注之后空一行，再写一段图中看到什么。")
        self.arguments[0] = f"/book/figures/{name}.png"
        self.options["alt"] = " ".join(alternative.split())
        self.content = StringList(caption.split("\n"), self.content.source(0))
        found = super().run()
        for figure in (node for node in found if isinstance(node, nodes.figure)):
            figure["classes"].append("explorable")
            figure["explorable"] = name
            live = nodes.raw("", f'<div class="live" data-figure="{name}"></div>', format="html")
            figure.insert(1, live)
        return found


def add_scripts(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Add to a page with figures, and to no other, what they need."""
    if doctree is None:
        return
    names = dict.fromkeys(node["explorable"] for node in doctree.findall(nodes.figure) if "explorable" in node)
    if not names:
        return
    own = [f"figures/{name}{ending}.js" for name in names for ending in (".data", "")]
    files = " ".join(versioned(path) for path in (*SHARED, *own) if (STATIC / path).is_file())
    app.add_css_file("figures/figures.css", priority=AFTER_THE_THEME)
    app.add_js_file("figures/load.js", priority=AFTER_THE_THEME, loading_method="defer", **{"data-files": files})


def versioned(path: str) -> str:
    """The file with a checksum, as Sphinx gives its own: no browser goes on using one that has changed."""
    return f"{path}?v={zlib.crc32((STATIC / path).read_bytes()):08x}"


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("explorable", Explorable)
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
