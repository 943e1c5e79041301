"""Sphinx extension: pages load what they use and nothing else.

The theme and its companions put every style sheet and script on every page and ship much that no page names.
Here each page keeps what its text calls for, scripts wait for the text, figures wait until they come into view,
and files that nothing refers to stay out of the site.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from docutils import nodes
from fontTools import subset
from PIL import Image
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import import_object

# Part of an asset's name -> what the page must hold to need it.
NEEDED_FOR = {
    "MathJax": 'class="math',
    "sphinx-design": "sd-",
    "design-tabs": "sd-tab",
    "proof.css": 'class="proof',
    "exercise.css": "exercise",
    "mystnb": 'class="cell',
    "togglebutton": "toggle|dropdown|tag_hide",
    "toggle": "toggle|dropdown|tag_hide",
    "copybutton": 'class="highlight',
    "clipboard": 'class="highlight',
}
MATHJAX_PARTS = [
    "startup.js",
    "core.js",
    "input/tex.js",
    "input/tex/extensions",
    "output/chtml.js",
    "output/chtml/fonts/tex.js",
    "output/chtml/fonts/woff-v2",
    "a11y/assistive-mml.js",
    "ui/lazy.js",
]
FORMULA = re.compile(r'<span class="math notranslate nohighlight">\\\((.*?)\\\)</span>', re.DOTALL)
UNUSED = [
    "**/*.map",
    "**/*.LICENSE.txt",
    "_static/scripts/fontawesome.js",
    "_static/vendor/**/*.ttf",
    "_static/vendor/**/fa-brands*",
    "_static/vendor/**/fa-regular*",
    "_static/locales",
    "_static/*webpack-macros.html",
    "_static/images/logo_*",
    "_static/copybutton_funcs.js",
    *(f"_static/{name}.png" for name in ("file", "plus", "minus")),
]
ICON_RULE = re.compile(r'((?:\.fa-[a-z0-9-]+:before,?)+)\{content:"([^"]*)"\}')
IMAGE = re.compile(r'<img ([^>]*?src="([^"]*)"[^>]*?)\s*/?>')


def trim_page(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Drop the style sheets and scripts that this page has no use for; run the others after the text is there."""
    body = context.get("body", "")

    def needed(asset: object) -> bool:
        name = str(getattr(asset, "filename", None) or asset.attributes.get("body", ""))
        return "mathjax/" not in name and all(
            re.search(what, body) for part, what in NEEDED_FOR.items() if part in name
        )

    context["css_files"] = [asset for asset in context["css_files"] if needed(asset)]
    context["script_files"] = [asset for asset in context["script_files"] if needed(asset)]
    if re.search('class="math', body):
        script, mathjax = (context["pathto"](f"_static/{name}", 1) for name in ("formulas.js", "mathjax/startup.js"))
        tag = f'<script defer src="{script}" data-mathjax="{mathjax}"></script>'
        context["metatags"] = f"{context.get('metatags', '')}\n    {tag}"
    if "body" in context:  # search and indices have scripts in their templates that count on these being there at once
        context["script_files"] = [wait(script) for script in context["script_files"]]


def wait(script: object) -> object:
    """The script as one that runs after the text is there, in its turn: inline, only modules do."""
    if not script.filename and "DOCUMENTATION_OPTIONS." not in script.attributes.get("body", ""):
        return script
    later = {"defer": "defer"} if script.filename else {"type": "module"}
    return type(script)(script.filename, priority=script.priority, **script.attributes | later)


def size_images(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Give images their size, so that nothing jumps, and let all but the first wait until they come into view."""
    files = {name: path for path, name in app.builder.images.items()}
    seen = 0

    def size(match: re.Match[str]) -> str:
        nonlocal seen
        attributes, source = match.groups()
        path = Path(app.srcdir) / files.get(Path(source).name, "?")
        if path.is_file() and path.suffix != ".svg" and "width" not in attributes:
            width, height = Image.open(path).size
            attributes += f' width="{width}" height="{height}"'
        seen += 1
        waits = ' loading="lazy"' if seen > 1 else ""
        return f'<img {attributes}{waits} decoding="async" />'

    if "body" in context:
        context["body"] = IMAGE.sub(size, context["body"])


def keep_room(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Tell the style sheet about how wide each formula will be, so that lines do not jump when it is drawn."""

    def room(match: re.Match[str]) -> str:
        tex = re.sub(r"\\(text|mathrm|mathbf|operatorname|left|right|tfrac|frac)\b|[{}$\s]", "", match[1])
        small = len(re.findall(r"[_^]", tex))
        letters = len(re.sub(r"\\[a-zA-Z]+|\\.|&\w+;", "x", tex)) - small
        return match[0].replace("<span ", f'<span style="--room:{max(letters * 0.6 - small * 0.25, 0.5):.1f}em" ', 1)

    if "body" in context:
        context["body"] = FORMULA.sub(room, context["body"])


def ship_mathjax(app: Sphinx, error: Exception | None) -> None:
    """Of sphinx-mathjax-offline's 26 MB, what these pages can ask for."""
    if error is None:
        source = Path(import_object("sphinx-mathjax-offline.setup").__code__.co_filename).parent / "static" / "mathjax"
        target = Path(app.outdir) / "_static" / "mathjax"
        shutil.rmtree(target, ignore_errors=True)
        for part in MATHJAX_PARTS:
            if (source / part).is_dir():
                shutil.copytree(source / part, target / part, dirs_exist_ok=True)
            else:
                (target / part).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source / part, target / part)


def translate_scripts(app: Sphinx, error: Exception | None) -> None:
    """sphinx-togglebutton says one thing in English that no setting reaches."""
    path = Path(app.outdir) / "_static" / "togglebutton.js"
    if error is None and path.is_file():
        path.write_text(path.read_text("utf-8").replace("Toggle hidden content", "展开或收起"), "utf-8")


def remove_unused(app: Sphinx, error: Exception | None) -> None:
    """Take out of the site what no page refers to."""
    if error is None:
        for path in [path for pattern in UNUSED for path in Path(app.outdir).glob(pattern)]:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def trim_icons(app: Sphinx, error: Exception | None) -> None:
    """Keep the icons that pages and style sheets name: of 2,000 about twenty."""
    if error is not None:
        return
    static = Path(app.outdir) / "_static"
    named = {name for page in Path(app.outdir).rglob("*.html") for name in re.findall(r"fa-[a-z-]+", page.read_text())}
    style = static / "styles" / "pydata-sphinx-theme.css"
    text = style.read_text("utf-8")

    def keep(match: re.Match[str]) -> str:
        return match[0] if named & set(re.findall(r"fa-[a-z0-9-]+", match[1])) else ""

    text = re.sub(r"\n?/\*# sourceMappingURL=.*?\*/", "", ICON_RULE.sub(keep, text))
    style.write_text(text, "utf-8")
    used = {character for content in re.findall(r'"([^"\s]{1,8})"', text) for character in unescape(content)}
    font = static / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.woff2"
    options = subset.Options(flavor="woff2", layout_features=[])
    face = subset.load_font(str(font), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in used if "\ue000" <= character <= "\uf8ff"])
    subsetter.subset(face)
    subset.save_font(face, str(font), options)


def unescape(content: str) -> str:
    """CSS's ``\\f0c9`` as the character it stands for."""
    return re.sub(r"\\([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), content)


def shrink_figures(app: Sphinx, error: Exception | None) -> None:
    """Figures as palette images: a third of the size, and plots have few colours."""
    if error is None:
        for path in (Path(app.outdir) / "_images").glob("*.png"):
            with Image.open(path) as image:
                if image.mode == "P":
                    continue
                flat = Image.new("RGB", image.size, "white")
                flat.paste(image, mask=image.getchannel("A") if "A" in image.getbands() else None)
            small = path.with_suffix(".small")
            flat.quantize(256, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
            if small.stat().st_size < path.stat().st_size:
                small.replace(path)
            small.unlink(missing_ok=True)


def replace_mathjax_copy(app: Sphinx, config: Config) -> None:
    listeners = app.events.listeners["build-finished"]
    listeners[:] = [each for each in listeners if each.handler.__module__ != "sphinx-mathjax-offline"]
    config.mathjax_path = "mathjax/startup.js"


def setup(app: Sphinx) -> dict[str, object]:
    app.connect("config-inited", replace_mathjax_copy)
    app.connect("html-page-context", trim_page, priority=900)
    app.connect("html-page-context", size_images, priority=900)
    app.connect("html-page-context", keep_room, priority=900)
    for step in (ship_mathjax, translate_scripts, remove_unused, trim_icons, shrink_figures):
        app.connect("build-finished", step, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
