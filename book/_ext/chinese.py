"""Sphinx extension: what the book's other extensions leave in English, in Chinese."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx


def translate_proofs(app: Sphinx, doctree: nodes.document) -> None:
    """sphinx-proof writes "Proof. " before every proof and gives all of them the same id."""
    proofs = [node for node in doctree.findall(nodes.admonition) if "proof" in node["classes"]]
    for number, node in enumerate(proofs, start=1):
        node["ids"] = [f"proof-{number}"]
        for text in node.findall(nodes.Text):
            if text.startswith("Proof. "):
                text.parent.replace(text, [nodes.strong("", "证明　"), nodes.Text(text.removeprefix("Proof. "))])
                break


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-read", translate_proofs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
