"""Sphinx extension: search that knows the course's terms, and the glossary, both from ``book/terms.toml``.

The index keeps Chinese words as jieba cuts them with the terms as its dictionary. ``chinese_search.js`` is the other
half: it cuts queries into the index's words, ranks pages, and shows where in the page's text they were found.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import jieba
import snowballstemmer
from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx
from sphinx.search.zh import SearchChinese

HERE = Path(__file__).parent
TERMS = HERE.parent / "terms.toml"
SCRIPT = HERE / "chinese_search.js"
GLOSSARY = "book/terms"
MARK = "<!-- terms.toml -->"  # stands in the glossary page for its terms
HAN = re.compile(r"[\u4e00-\u9fff]+")
OTHER_WORD = re.compile(r"[^\W\u4e00-\u9fff]+")


def read_terms() -> list[dict[str, str | list[str]]]:
    """The terms in the order of the list, each with ``zh``, ``en``, ``aliases``, ``pinyin`` and ``text``."""
    return [{"aliases": []} | term for term in tomllib.loads(TERMS.read_text("utf-8"))["term"]]


def names(term: dict[str, str | list[str]]) -> list[str]:
    """Every name of a term, the Chinese one first."""
    return [term["zh"], term["en"], *term["aliases"]]


class SearchCourse(SearchChinese):
    """Sphinx's Chinese search with the course's terms; Latin words are stemmed as the browser stems them."""

    def init(self, options: dict[str, str]) -> None:
        """Make jieba know the terms, and hand them to the browser."""
        terms = [names(term) for term in read_terms()]
        self.js_splitter_code = SCRIPT.read_text("utf-8").replace("__TERMS__", json.dumps(terms))
        self.stemmer = snowballstemmer.stemmer("porter")  # the algorithm of js_stemmer_code
        jieba.setLogLevel("WARNING")
        self.tokenizer = jieba.Tokenizer()
        for word in HAN.findall(" ".join(name for term in terms for name in term)):
            if len(word) > 1:
                self.tokenizer.add_word(word)

    def split(self, input: str) -> list[str]:
        """The words of a text and the words within them: 学习率 and 学习, weight_decay and decay."""
        text = unicodedata.normalize("NFKC", input).lower()
        found = [word for run in HAN.findall(text) for word in self._chinese(run)]
        for word in OTHER_WORD.findall(text):
            found += {word, *word.split("_")}
        return found

    def _chinese(self, run: str) -> Iterator[str]:
        for word in self.tokenizer.cut(run):
            yield word
            for start in range(len(word) - 1):
                for end in range(start + 2, len(word) + 1):
                    if self.tokenizer.FREQ.get(word[start:end]):
                        yield word[start:end]

    def stem(self, word: str) -> str:
        """The stem of a Latin word. A short one ("as") is kept: what were left of it would be no word of the index."""
        stemmed = self.stemmer.stemWord(word)
        return stemmed if len(stemmed) > 1 else word


def write_glossary(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put the terms into the glossary page; every name of a term is one that ``{term}`` accepts."""
    if docname == GLOSSARY:
        entries = ["\n".join(names(term)) + f"\n  {term['text']}\n" for term in read_terms()]
        source[0] = source[0].replace(MARK, "\n".join(["```{glossary}", *entries, "```"]))


def page_sections(article: Tag) -> list[tuple[str, str, str]]:
    """Id, heading and own text of each section of a page; a glossary's entries count as sections."""
    # Code is found through the index; in a summary it would only be in the way.
    for element in article.select(".headerlink, .cell, script, style"):
        element.decompose()
    for formula in article.select(".math"):
        tex = re.sub(r"^\\[(\[]|\\[)\]]$", "", formula.get_text().strip())
        formula.replace_with("…" if "\\" in tex else tex)
    sections: list[tuple[str, str, str]] = []
    # Inner parts first: what is taken out is not the outer section's text.
    for part in reversed(article.select("section:has(> :is(h1, h2, h3, h4)), dl.glossary > dd")):
        if part.name == "dd":
            heads = []
            while (before := part.find_previous_sibling()) and before.name == "dt":
                heads.insert(0, before.extract())
            identity, heading = heads[0]["id"], " · ".join(head.get_text() for head in heads)
        else:
            head = part.find(["h1", "h2", "h3", "h4"], recursive=False)
            identity, heading = part["id"], head.extract().get_text()
        sections.append((identity, heading.strip(), " ".join(part.extract().get_text().split())))
    return sections[::-1]


def write_texts(app: Sphinx, exception: Exception | None) -> None:
    """Write what summaries show. A page opened from a folder may not fetch another page; a script it may load."""
    if exception or app.builder.format != "html":
        return
    pages = {}
    for docname in sorted(app.env.found_docs):
        soup = BeautifulSoup(Path(app.builder.get_outfilename(docname)).read_bytes(), "html.parser")
        pages[docname] = page_sections(soup.select_one("article.bd-article"))
    text = json.dumps(pages, ensure_ascii=False, separators=(",", ":"))
    (Path(app.outdir) / "searchtexts.js").write_text(f"Search.setTexts({text})", "utf-8")


def add_style(app: Sphinx, pagename: str, *_: object) -> None:
    """Only the search page and the glossary need it."""
    if pagename in ("search", GLOSSARY):
        app.add_css_file("search.css")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_search_language(SearchCourse)
    # A changed list changes every page's words: Sphinx then reads all pages anew.
    app.add_config_value("terms_digest", hashlib.sha256(TERMS.read_bytes()).hexdigest(), "env")
    app.connect("source-read", write_glossary)
    app.connect("html-page-context", add_style)
    app.connect("build-finished", write_texts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
