"""Sphinx extension: Chinese where other extensions speak English, and what a page says about itself."""

from __future__ import annotations

import gettext
import html
import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.locale import translators

# The theme's words that its own catalogues leave in English.
WORDS = {
    "Color mode": "颜色模式",
    "System Settings": "跟随系统",
    "Collapse Sidebar": "收起侧栏",
    "Expand Sidebar": "展开侧栏",
    "Fullscreen mode": "全屏",
    "Search": "搜索",
    "Link to this heading": "本节的链接",
    "Link to this equation": "本式的链接",
    "Link to this image": "本图的链接",
    "Link to this table": "本表的链接",
    "Link to this code": "本段代码的链接",
    "Link to this term": "本词条的链接",
    "Link to this definition": "本定义的链接",
    "Link to this toctree": "本目录的链接",
}
# Written by other tools: roles that contradict each other, a slider without a name, tooltips in English,
# and formulas that scroll when they are too wide, which a keyboard must be able to do too.
REPAIRS = {
    '<div class="math ': '<div tabindex="0" class="math ',
    r' role="(?:list|doc-biblioentry)"': "",
    r'<input (?=id="_anim_slider)': '<input aria-label="动画播放到哪里" ',
    'title="Decrease speed"': 'title="放慢"',
    'title="Increase speed"': 'title="加快"',
    'title="First frame"': 'title="第一帧"',
    'title="Previous frame"': 'title="上一帧"',
    'title="Next frame"': 'title="下一帧"',
    'title="Last frame"': 'title="最后一帧"',
    'title="Play backwards"': 'title="倒放"',
    'title="Play"': 'title="播放"',
    'title="Pause"': 'title="暂停"',
    'title="Repetition mode"': 'title="怎样重复"',
    ">Once</label>": ">一次</label>",
    ">Loop</label>": ">循环</label>",
    ">Reflect</label>": ">往返</label>",
    "Toggle hidden content": "展开或收起",
}
WIDE = "\u2014\u2018-\u201d\u2026\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
BREAK = re.compile(rf"(?<=[{WIDE}])\n(?=[{WIDE}])")
HEADING_OR_IMAGE = re.compile(r"<h[1-6][^>]*>(?P<heading>.*?)</h[1-6]>|<img (?P<attributes>[^>]*?)\s*/?>", re.DOTALL)
IMAGE_NAME = re.compile(r"\.(png|svg|jpe?g|gif|webp)$")
DESCRIPTION_LENGTH = 150


class Words(gettext.NullTranslations):
    """The last resort of Sphinx's own catalogues."""

    def gettext(self, message: str) -> str:
        return WORDS.get(message, message)


def translate_interface(app: Sphinx) -> None:
    for catalogue in ("sphinx", "booktheme"):
        translators["general", catalogue].add_fallback(Words())


def translate_proofs(app: Sphinx, doctree: nodes.document) -> None:
    """sphinx-proof writes "Proof. " before every proof and gives all of them the same id."""
    proofs = [node for node in doctree.findall(nodes.admonition) if "proof" in node["classes"]]
    for number, node in enumerate(proofs, start=1):
        node["ids"] = [f"proof-{number}"]
        for text in node.findall(nodes.Text):
            if text.startswith("Proof. "):
                text.parent.replace(text, [nodes.strong("", "证明　"), nodes.Text(text.removeprefix("Proof. "))])
                break


def join_lines(app: Sphinx, doctree: nodes.document) -> None:
    """A browser shows a line break as a space, which Chinese does not have."""
    for text in list(doctree.findall(nodes.Text)):
        parent = text.parent
        if "\n" not in text or isinstance(parent, nodes.FixedTextElement | nodes.raw | nodes.literal):
            continue
        here = parent.index(text)
        before = parent[here - 1].astext()[-1:] if here else ""
        after = parent[here + 1].astext()[:1] if here + 1 < len(parent) else ""
        joined = BREAK.sub("", f"{before}{text}{after}")
        parent[here] = nodes.Text(joined[len(before) : len(joined) - len(after)])


def describe_page(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """What search engines and messengers show of a page: its description and picture."""
    tags = context.get("metatags", "")
    given = re.search(r'<meta content="([^"]*)" name="description"|name="description" content="([^"]*)"', tags)
    description = html.unescape(next(filter(None, given.groups()))) if given else first_paragraph(doctree)
    description = description or f"{app.config.html_title}：{context.get('title', '')}"
    title = re.sub(r"<[^>]+>", "", context.get("title", "")) or app.config.html_title
    about = {
        "og:type": "article",
        "og:locale": "zh_CN",
        "og:site_name": app.config.html_title,
        "og:title": html.unescape(title),
        "og:description": description,
        "og:image": context["pathto"]("_static/icons/social.png", 1),
        "og:image:width": "1200",
        "og:image:height": "630",
    }
    lines = [f'<meta property="{name}" content="{html.escape(content)}" />' for name, content in about.items()]
    if not given:
        lines.insert(0, f'<meta name="description" content="{html.escape(description)}" />')
    context["metatags"] = tags + "\n    " + "\n    ".join(lines)


def first_paragraph(doctree: nodes.document | None) -> str:
    """The beginning of the page's text, in one line."""
    for node in doctree.findall(nodes.paragraph) if doctree else ():
        text = " ".join(node.astext().split())
        if len(text) >= 20:
            return text if len(text) <= DESCRIPTION_LENGTH else text[: DESCRIPTION_LENGTH - 1] + "…"
    return ""


def describe_images(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """A figure that a cell drew has its file's name as alternative text: say what section it belongs to."""
    if "body" not in context:
        return
    section, number = "", 0

    def describe(match: re.Match[str]) -> str:
        nonlocal section, number
        if (heading := match["heading"]) is not None:
            text = re.sub(r'<a class="headerlink".*?</a>|<[^>]+>', "", heading, flags=re.DOTALL)
            section, number = " ".join(text.split()), 0
            return match[0]
        alternative = re.search(r'alt="([^"]*)"', match[0])
        if alternative and alternative[1] and not IMAGE_NAME.search(alternative[1]):
            return match[0]
        number += 1
        attributes = re.sub(r'alt="[^"]*"\s*', "", match["attributes"])
        return f'<img alt="“{html.escape(section)}”一节运行得到的图 {number}" {attributes} />'

    context["body"] = HEADING_OR_IMAGE.sub(describe, context["body"])


def repair_body(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """What other tools write into a page and a screen reader or a Chinese reader stumbles over."""
    for pattern, better in REPAIRS.items() if "body" in context else ():
        context["body"] = re.sub(pattern, better, context["body"])


def remove_thebe(app: Sphinx, config: Config) -> None:
    """Jupyter Book loads sphinx-thebe even when it is off: a script error on every page, and a CDN's address."""
    for event, listeners in app.events.listeners.items():
        app.events.listeners[event] = [each for each in listeners if each.handler.__module__ != "sphinx_thebe"]
    app.registry.css_files = [(name, *rest) for name, *rest in app.registry.css_files if "thebe" not in name]


def setup(app: Sphinx) -> dict[str, object]:
    app.connect("config-inited", remove_thebe)
    app.connect("builder-inited", translate_interface)
    app.connect("doctree-read", translate_proofs)
    app.connect("doctree-read", join_lines)
    app.connect("html-page-context", describe_page)
    app.connect("html-page-context", describe_images)
    app.connect("html-page-context", repair_body)
    return {"version": "2", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
