"""The site's search as readers use it: from a folder, in a browser, in Chinese and English; and the glossary."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, open_page
from playwright.sync_api import Browser, Page
from sphinx.search.zh import SearchChinese

sys.path.insert(0, str(ROOT / "book" / "_ext"))
from chinese_search import SearchCourse, names, page_sections

TERMS = tomllib.loads((ROOT / "book" / "terms.toml").read_text("utf-8"))["term"]
NAMES = [name for term in TERMS for name in names({"aliases": []} | term)]

# What a reader types, and the page that must be among the first three.
QUERIES = [
    # words
    ("激活函数", "theory/activations"),
    ("学习率", "theory/dead_relu"),
    ("权重衰减", "theory/weight_penalties"),
    ("软阈值", "labs/lab04_weight_penalties"),
    ("次梯度", "theory/weight_penalties"),
    ("初始化", "labs/lab02_vanishing_gradients"),
    ("饱和", "theory/activations"),
    ("共适应", "theory/dropout"),
    ("掩码", "labs/lab06_numpy_dropout"),
    ("岭回归", "theory/weight_penalties"),
    ("随机失活", "theory/dropout"),
    ("教师", "instructor_guide"),
    ("符号", "notation"),
    # a term in words that the pages do not use together
    ("神经元死亡", "theory/dead_relu"),
    # phrases
    ("神经元可能死亡", "labs/lab03_dead_relu"),
    ("学习率过大", "theory/dead_relu"),
    ("梯度为什么会消失", "labs/lab02_vanishing_gradients"),
    ("怎么安装", "student_guide"),
    ("手写反向传播", "labs/lab06_numpy_dropout"),
    ("测试损失低于训练损失", "theory/dropout"),
    ("L2 就是权重衰减", "theory/weight_penalties"),
    # English, in any form
    ("dropout", "labs/lab05_dropout"),
    ("ReLU", "theory/dead_relu"),
    ("weight decay", "labs/lab04_weight_penalties"),
    ("Weight Decay", "labs/lab04_weight_penalties"),
    ("WEIGHT DECAY", "labs/lab04_weight_penalties"),
    ("weight_decay", "labs/lab04_weight_penalties"),
    ("vanishing gradients", "labs/lab02_vanishing_gradients"),
    ("overfitting", "theory/weight_penalties"),
    ("dying relu", "theory/dead_relu"),
    ("dead neurons", "labs/lab03_dead_relu"),
    ("saturated", "theory/activations"),
    ("Kaiming", "theory/vanishing_gradients"),
    ("glorot", "theory/activations"),
    ("soft_threshold", "labs/lab04_weight_penalties"),
    ("Hinton", "bibliography"),
    # mixed
    ("ReLU 死亡", "theory/dead_relu"),
    ("relu死亡", "theory/dead_relu"),
    ("Adam 学习率", "labs/lab03_dead_relu"),
    ("He 初始化", "labs/lab02_vanishing_gradients"),
    ("dropout 反向传播", "labs/lab06_numpy_dropout"),
    # parts of words
    ("激活函", "labs/lab01_activations"),
    ("regulari", "labs/lab05_dropout"),
    ("Drop", "labs/lab05_dropout"),
    # full width, odd spaces
    ("ＲｅＬＵ　死亡", "theory/dead_relu"),
    ("Ｌ２　正则化", "labs/lab04_weight_penalties"),
    ("　　学习率　过大　", "theory/dead_relu"),
    ("权重 衰减", "theory/weight_penalties"),
    # one word too many
    ("软阈值 香蕉", "labs/lab04_weight_penalties"),
]


def search(page: Page, site: Path, query: str) -> list[str]:
    """Open the search page for a query; the links that it shows, the best first."""
    page.goto(f"{(site / 'search.html').as_uri()}?q={quote(query)}")
    page.locator(".search-summary[role=status]").wait_for()
    return [link.get_attribute("href") or "" for link in page.locator("ul.search > li > a").all()]


def docnames(links: list[str]) -> list[str]:
    return [link.partition("#")[0].removeprefix("book/").removesuffix(".html") for link in links]


@pytest.fixture(scope="module")
def window(site: Path, browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """The search page, and everything that went wrong in it."""
    page, trouble = open_page(browser, site / "search.html")
    yield page, trouble
    page.close()


@pytest.mark.parametrize(("query", "wanted"), QUERIES)
def test_query_finds_its_page(site: Path, window: tuple[Page, list[str]], query: str, wanted: str) -> None:
    page, trouble = window
    links = search(page, site, query)
    assert wanted in docnames(links)[:3]
    assert len(docnames(links)) == len(set(docnames(links)))
    assert f"找到 {len(links)} 页与“{query.strip()}”有关的内容" in page.inner_text(".search-summary")
    assert page.locator("ul.search mark").count() > 0
    for link in links:
        path, _, identity = link.partition("#")
        assert f'id="{identity}"' in (site / path).read_text("utf-8") or not identity, link
    assert trouble == []


@pytest.mark.parametrize("query", ["香蕉", "qqqzzz", "　", "<b>x", "%", "__proto__"])
def test_a_query_without_result_says_so(site: Path, window: tuple[Page, list[str]], query: str) -> None:
    page, trouble = window
    assert search(page, site, query) == []
    assert f"没有找到与“{query.strip()}”有关的内容" in page.inner_text(".search-summary")
    assert (site / page.locator(".search-summary a").get_attribute("href")).is_file()
    assert trouble == []


def test_a_query_with_a_word_too_many_says_so(site: Path, window: tuple[Page, list[str]]) -> None:
    page, _ = window
    search(page, site, "软阈值 香蕉")
    assert "没有一页含有全部的词" in page.inner_text(".search-summary")
    search(page, site, "软阈值")
    assert "没有一页含有全部的词" not in page.inner_text(".search-summary")


def test_summary_shows_the_words(site: Path, window: tuple[Page, list[str]]) -> None:
    page, _ = window
    search(page, site, "学习率过大")
    first = page.locator("ul.search > li").first
    assert {"学习率", "过大"} <= set(first.locator("mark").all_inner_texts())
    assert 20 < len(first.locator("p.context").inner_text()) < 100


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_search_page_fits_and_reads_well(site: Path, browser: Browser, width: int, scheme: str) -> None:
    page, trouble = open_page(
        browser, site / "search.html", viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    for query in ("神经元死亡", "香蕉"):
        search(page, site, query)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        text = re.sub(query, "", page.inner_text(".bd-search-container").replace("Ctrl", ""))
        assert re.findall(r"\b(?:Search|search|Results|found|pages?|match\w*)\b", text) == []
    assert trouble == []
    page.close()


def test_every_field_and_the_shortcut_search(site: Path, browser: Browser) -> None:
    """The field that Ctrl+K opens on any page, and the field of the search page."""
    page, trouble = open_page(browser, site / "book" / "theory" / "activations.html")
    page.evaluate("new Promise(requestAnimationFrame)")  # before its first frame a page ignores the keyboard
    page.keyboard.press("Control+k")
    page.locator("dialog[open] input").wait_for()
    page.keyboard.type("权重衰减")
    page.keyboard.press("Enter")
    page.locator(".search-summary[role=status]").wait_for()
    assert "权重衰减" in page.inner_text(".search-summary")
    field = page.locator(".bd-search-container input[name=q]")
    assert field.input_value() == "权重衰减"
    field.fill("掩码")
    field.press("Enter")
    page.get_by_text("“掩码”").wait_for()
    page.locator("ul.search > li > a").first.click()
    page.wait_for_url("**/book/terms.html#*")
    assert trouble == []
    page.close()


# --------------------------------------------------------------------------- what makes the difference


def test_without_the_splitter_phrases_are_lost(site: Path, browser: Browser, tmp_path: Path) -> None:
    """Sphinx's own script takes a Chinese phrase for one word."""
    bare = tmp_path / "site"
    shutil.copytree(site, bare)
    script = bare / "_static" / "language_data.js"
    script.write_text(script.read_text("utf-8").partition("/* The search page")[0], "utf-8")
    page = browser.new_page()
    page.goto(f"{(bare / 'search.html').as_uri()}?q={quote('学习率过大')}")
    page.wait_for_function("document.querySelector('.search-summary')?.textContent")
    assert page.locator("ul.search > li").count() == 0
    page.close()


@pytest.mark.parametrize("word", ["学习率", "权重衰减", "激活函数", "神经元死亡"])
def test_terms_are_words_and_so_are_their_parts(site: Path, word: str) -> None:
    assert word in SearchCourse({}).split(f"这里的{word}。")
    assert word not in SearchChinese({}).split(f"这里的{word}。"), "the dictionary makes no difference"
    text = (site / "searchindex.js").read_text("utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    known = index["terms"].keys() | index["titleterms"].keys()
    assert word in known
    assert {word[:2], word[-2:]} & known


def test_latin_words() -> None:
    found = SearchCourse({}).split("ＬｅａｋｙＲｅＬＵ 的 weight_decay，L2惩罚")
    assert {"leakyrelu", "weight_decay", "weight", "decay", "l2", "惩罚"} <= set(found)


# --------------------------------------------------------------------------- the terms


def test_terms_are_listed_once_and_in_order() -> None:
    assert [name for name, count in Counter(name.lower() for name in NAMES).items() if count > 1] == []
    assert [term["pinyin"] for term in TERMS] == sorted(term["pinyin"] for term in TERMS)
    assert 50 <= len(TERMS) <= 100
    for term in TERMS:
        assert set(term) <= {"zh", "en", "aliases", "pinyin", "text"}, term
        assert term["text"].endswith("。"), term


def test_glossary_shows_the_terms(site: Path) -> None:
    page = BeautifulSoup((site / "book" / "terms.html").read_bytes(), "html.parser")
    shown = page.select("dl.glossary > dt")
    assert [name.find(string=True) for name in shown] == NAMES
    assert len({name["id"] for name in shown}) == len(NAMES)


def test_every_term_is_used(site: Path) -> None:
    pages = [path for path in (site / "book").rglob("*.html") if path.stem not in ("terms", "bibliography")]
    text = "\n".join(BeautifulSoup(path.read_bytes(), "html.parser").article.get_text() for path in pages).lower()
    unused = [term["zh"] for term in TERMS if not any(name.lower() in text for name in names({"aliases": []} | term))]
    assert unused == []
    assert "套索回归" not in text  # so that a term which is not used would be seen


def test_every_name_of_a_term_brings_up_the_glossary(site: Path, window: tuple[Page, list[str]]) -> None:
    page, trouble = window
    search(page, site, "学习率")
    # Two hundred names: asked of the page itself, without loading it anew for each.
    found = page.evaluate(
        """names => new Promise((resolve) => {
            const pages = (name, texts) => Search.findPages(name, texts).map((page) => page.docname);
            Search.setTexts = (texts) => resolve(names.map((name) => pages(name, texts)));
            Search.loadIndex("searchtexts.js");
        })""",
        NAMES,
    )
    assert [name for name, pages in zip(NAMES, found, strict=True) if "book/terms" not in pages[:10]] == []
    assert trouble == []


def test_sections_of_a_page() -> None:
    html = """<article><section id="a"><h1>甲<a class="headerlink">#</a></h1><p>一 <span class="math">\\(p\\)</span></p>
    <section id="b"><h2>乙</h2><p>二 <span class="math">\\(\\frac12\\)</span></p><div class="cell">代码</div></section>
    <dl class="glossary"><dt id="t1">词</dt><dt id="t2">word</dt><dd>释义</dd></dl></section></article>"""
    sections = page_sections(BeautifulSoup(html, "html.parser").article)
    assert sections == [("a", "甲", "一 p"), ("b", "乙", "二 …"), ("t1", "词 · word", "释义")]
