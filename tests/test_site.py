"""The built site in a browser: light, in Chinese, legible for everybody, and complete on its own."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from conftest import draw_figures, open_page
from playwright.sync_api import Browser, Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
PHONE = {"width": 360, "height": 780}
DESKTOP = {"width": 1280, "height": 900}
FRONT, THEORY, LAB = "book/index", "book/theory/dropout", "book/labs/lab01_activations"
FIRST_LOAD = 600_000  # bytes, compressed
WHOLE_SITE = 25_000_000
# What the theme and the extensions say in English unless told otherwise.
ENGLISH = (
    "Search|Color mode|Light|Dark|System Settings|Contents|On this page|Previous|Next|Skip to main content"
    "|Back to top|Copy|Copied!|Copy to clipboard|Copy failed|Toggle|Toggle primary sidebar|Toggle secondary sidebar"
    "|Toggle hidden content|Fullscreen mode|Main|Page|Site Navigation|Copyright|By|Note|Tip|Warning|Hint|Proof|Theorem"
    "|Definition|Exercise|Solution|Index|Show code cell source|Hide code cell source|Click to show|Click to hide"
)
ENGLISH_WORD = re.compile(
    rf"^(?:{ENGLISH})[.:…\s\d]*$|^(?:Link to this|Permalink|Toggle |By |Copyright|© Copyright|Search )", re.IGNORECASE
)
# Every piece of text between tags that the page shows, and every word that tooltips and screen readers say.
SAID = """() => {
  const said = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const skipped = "script, style, noscript, pre, code, .math, mjx-container, #bibtex, .citation, .bd-article table";
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    if (text && !walker.currentNode.parentElement.closest(skipped)) said.push(text);
  }
  const names = ["title", "aria-label", "placeholder", "alt", "data-tooltip", "data-bs-original-title"];
  for (const element of document.querySelectorAll("*"))
    for (const name of names) if (element.getAttribute(name)) said.push(element.getAttribute(name).trim());
  return said;
}"""
AXE_RUN = """() => axe.run(document, {preload: false, resultTypes: ["violations"]}).then(({violations}) => violations
  .filter(({impact}) => impact === "serious" || impact === "critical")
  .map(({id, nodes}) => `${id}: ${nodes.map(node => node.target.join(" ")).slice(0, 3).join(", ")}`))"""


def pages_of(site: Path) -> list[Path]:
    """All pages a reader can come to; the root only sends on to the front page."""
    return sorted(path for path in site.rglob("*.html") if path != site / "index.html" and "_static" not in path.parts)


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page and holds for serious or critical."""
    page.evaluate(AXE)
    return page.evaluate(AXE_RUN)


def draw_formulas(page: Page) -> None:
    """Formulas are drawn as they come into view, and all of them before printing."""
    if page.locator(".math").count():
        page.evaluate("fetchMathJax()")
        page.wait_for_function("() => window.MathJax?.startup?.promise?.then(() => true)")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.wait_for_function("() => !document.querySelector('.math:not(:has(mjx-container)), mjx-lazy')")


@pytest.fixture(scope="module")
def found(site: Path, browser: Browser) -> dict[str, dict[str, object]]:
    """Every page opened once on a phone and in both colour modes, with all that the tests below ask about."""
    return {str(path.relative_to(site)): dict(inspect(path, browser)) for path in pages_of(site)}


def inspect(path: Path, browser: Browser) -> Iterator[tuple[str, object]]:
    page, trouble = open_page(browser, path, viewport=DESKTOP, color_scheme="light")
    draw_figures(page)
    draw_formulas(page)
    yield "bad formulas", page.locator("mjx-merror").count()
    yield "said", page.evaluate(SAID)
    yield (
        "unnamed images",
        page.evaluate("[...document.images].filter(i => !i.closest('.logo') && !i.alt.trim()).length"),
    )
    yield "lang", page.locator("html").get_attribute("lang")
    yield "violations light", violations(page)
    page.add_style_tag(content="* { transition: none !important; }")  # or colours are read half-way
    page.emulate_media(color_scheme="dark")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    yield "violations dark", violations(page)
    page.set_viewport_size(PHONE)
    yield "width", page.evaluate("document.documentElement.scrollWidth")
    yield "trouble", trouble
    page.close()


def over_pages(found: dict[str, dict[str, object]], what: str) -> dict[str, object]:
    assert len(found) > 15
    return {name: facts[what] for name, facts in found.items() if facts[what]}


def test_no_page_reports_an_error_or_asks_another_host(found: dict) -> None:
    assert over_pages(found, "trouble") == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(found: dict, scheme: str) -> None:
    assert over_pages(found, f"violations {scheme}") == {}


def test_axe_would_find_something(site: Path, browser: Browser) -> None:
    page, _ = open_page(browser, site / f"{FRONT}.html")
    page.evaluate(
        "document.querySelector('article').innerHTML = '<img src=\"data:,\"><p style=\"color:#ccc\">浅灰的字</p>'"
    )
    assert {line.split(":")[0] for line in violations(page)} >= {"image-alt", "color-contrast"}
    page.close()


def test_no_page_is_wider_than_a_small_phone(found: dict) -> None:
    assert {name: facts["width"] for name, facts in found.items() if facts["width"] > PHONE["width"]} == {}


def test_formulas_are_all_drawn(found: dict) -> None:
    assert over_pages(found, "bad formulas") == {}


def test_without_scripts_formulas_are_there_to_be_read(site: Path, browser: Browser) -> None:
    page, _ = open_page(browser, site / f"{THEORY}.html", java_script_enabled=False)
    formula = page.locator(".bd-article span.math").first
    colour = formula.evaluate("element => getComputedStyle(element).color")
    assert colour == page.locator(".bd-article p").first.evaluate("element => getComputedStyle(element).color")
    assert "\\(" in formula.inner_text()
    page.close()


def test_every_image_says_what_it_shows(found: dict) -> None:
    assert over_pages(found, "unnamed images") == {}


def test_lab_figures_are_named_after_their_section(site: Path) -> None:
    names = re.findall(r'<img alt="([^"]*)"[^>]*_images', (site / f"{LAB}.html").read_text("utf-8"))
    assert names
    assert all(re.search("[\u4e00-\u9fff]", name) and ".png" not in name for name in names)


def test_the_interface_speaks_chinese(found: dict) -> None:
    assert {facts["lang"] for facts in found.values()} == {"zh-CN"}
    english = {
        name: words for name, facts in found.items() if (words := [s for s in facts["said"] if ENGLISH_WORD.search(s)])
    }
    assert english == {}
    assert ENGLISH_WORD.search("Color mode")
    assert ENGLISH_WORD.search("Link to this heading")


def test_no_gap_at_a_line_break_in_chinese(site: Path) -> None:
    wide = "\u3001\u3002\u4e00-\u9fff\uff00-\uffef"
    gaps = {}
    for path in pages_of(site):
        text = re.sub(r"<(pre|script|style)\b.*?</\1>", "", path.read_text("utf-8"), flags=re.DOTALL)
        paragraphs = re.findall(r"<p>(.*?)</p>", text, re.DOTALL)
        if found := re.findall(rf"[{wide}]\n[{wide}]", "\x00".join(paragraphs)):
            gaps[path.name] = found
    assert gaps == {}


def test_every_page_introduces_itself(site: Path) -> None:
    descriptions = {}
    for path in pages_of(site):
        if path.name in ("404.html", "search.html", "genindex.html", "prf-prf.html"):
            continue
        head = path.read_text("utf-8").split("</head>")[0]
        about = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]+)"', head))
        assert {"title", "description", "image"} <= about.keys(), path
        assert (path.parent / about["image"]).resolve().is_file(), path
        assert len(re.findall(r'<meta [^>]*name="description"', head)) == 1, path
        descriptions[path] = about["description"]
        assert re.search("[\u4e00-\u9fff]", about["description"]), path
    assert len(set(descriptions.values())) == len(descriptions)


def test_sources_are_not_published(site: Path) -> None:
    """The build itself looks for secrets (tests/test_publish.py); this is what it would have to look through."""
    assert list(site.rglob("_sources")) == list(site.rglob("*.ipynb")) == []
    assert len(list(site.rglob("*.zip"))) == len(list(site.glob("book/labs/*.html")))


def test_size_of_the_site(site: Path) -> None:
    assert sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) < WHOLE_SITE


def loaded(site: Path, browser: Browser, name: str) -> int:
    """Bytes a browser fetches to show a page, text compressed as static hosts do."""
    page = browser.new_page(viewport=DESKTOP)
    files: set[str] = set()
    page.on("request", lambda request: files.add(request.url.split("?")[0].split("#")[0]))
    page.goto((site / f"{name}.html").as_uri(), wait_until="networkidle")
    page.wait_for_timeout(500)
    page.close()
    total = 0
    for path in (Path(url.removeprefix("file://")) for url in files if url.startswith("file:")):
        data = path.read_bytes()
        total += len(gzip.compress(data)) if path.suffix in {".html", ".css", ".js", ".svg", ".json"} else len(data)
    return total


@pytest.mark.parametrize("name", [FRONT, THEORY, LAB])
def test_first_load(site: Path, browser: Browser, name: str) -> None:
    assert loaded(site, browser, name) < FIRST_LOAD


def test_print_is_the_text_alone(site: Path, browser: Browser) -> None:
    page, _ = open_page(browser, site / f"{THEORY}.html", viewport=DESKTOP, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    for gone in ("#pst-primary-sidebar", "#pst-secondary-sidebar", ".bd-header-article", ".prev-next-footer"):
        assert not page.locator(gone).first.is_visible(), gone
    assert page.locator(".bd-article h1").is_visible()
    red, green, blue = map(
        int, re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor"))[:3]
    )
    assert min(red, green, blue) > 240 or page.evaluate("getComputedStyle(document.body).backgroundColor").endswith(
        ", 0)"
    )
    ink = page.evaluate("getComputedStyle(document.querySelector('.bd-article p')).color")
    assert max(map(int, re.findall(r"\d+", ink)[:3])) < 100
    page.close()


def test_a_lost_reader_finds_home(site: Path, browser: Browser) -> None:
    """A host serves 404.html for any address."""
    body = (site / "404.html").read_text("utf-8")
    for address, home in (
        ("/book/theory/gone.html", "/index.html"),
        ("/course/book/labs/x/y", "/course/index.html"),
        ("/a", "/index.html"),
    ):
        page = browser.new_page()
        page.route("**/*", lambda route: route.fulfill(status=404, body=body, content_type="text/html"))
        page.goto(f"http://localhost{address}")
        assert page.locator("h1").inner_text() == "找不到这一页"
        assert page.locator("#home").evaluate("link => new URL(link.href).pathname") == home
        page.close()
