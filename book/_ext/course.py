"""Sphinx extension: Chinese where other extensions speak English, and no script that would call another host."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config


def translate_proofs(app: Sphinx, doctree: nodes.document) -> None:
    """sphinx-proof writes "Proof. " before every proof and gives all of them the same id."""
    proofs = [node for node in doctree.findall(nodes.admonition) if "proof" in node["classes"]]
    for number, node in enumerate(proofs, start=1):
        node["ids"] = [f"proof-{number}"]
        for text in node.findall(nodes.Text):
            if text.startswith("Proof. "):
                text.parent.replace(text, [nodes.strong("", "证明　"), nodes.Text(text.removeprefix("Proof. "))])
                break


def remove_thebe(app: Sphinx, config: Config) -> None:
    """Jupyter Book loads sphinx-thebe even when it is off: a script error on every page, and a CDN's address."""
    for event, listeners in app.events.listeners.items():
        app.events.listeners[event] = [each for each in listeners if each.handler.__module__ != "sphinx_thebe"]
    app.registry.css_files = [(name, *rest) for name, *rest in app.registry.css_files if "thebe" not in name]


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-read", translate_proofs)
    app.connect("config-inited", remove_thebe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
