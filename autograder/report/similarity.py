"""Whose code is alike beyond what the exercise itself makes alike (pure).

Winnowing (Schleimer, Wilkerson, Aiken, "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003) over
tokens: of every ``WINDOW`` neighbouring runs of ``GRAM`` tokens the one with the least hash is kept, so that any
common part of ``GRAM + WINDOW - 1`` tokens leaves a common fingerprint. Comments, docstrings, layout, numbers' and
strings' values and all names that a student may choose do not count.

A short exercise has few right answers, so alike is not copied. Three things keep right answers apart: fingerprints of
the release and of the reference solution count nothing, every other one counts the less the more students have it,
and what is left must be long. (copydetect, made for whole files, knows the first only.)
"""

from __future__ import annotations

import builtins
import keyword
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from zlib import crc32

import numpy as np
from scipy.sparse import csr_array

GRAM = 6  # tokens in a fingerprint
WINDOW = 4  # neighbouring fingerprints of which one is kept
MIN_TOKENS = 20  # that two answers must share, each weighed by how rare it is
MIN_LIKENESS = 0.7  # of what is rare in the shorter answer
COMMON = 0.1  # of a class: what so many share counts nothing
FEW = 5  # students that are many only in a class so small
KNOWN = frozenset([*keyword.kwlist, *keyword.softkwlist, *dir(builtins)])


@dataclass(frozen=True)
class Alike:
    """Two students' answers to one exercise that share what few others wrote."""

    students: tuple[str, str]
    likeness: float  #: the rare part in common, as a share of what is rare in the shorter answer (0 to 1)
    tokens: float  #: how much that is, in tokens weighed by rarity


def normal_tokens(code: str) -> list[str]:
    """The tokens of ``code`` that say what it does; of code that Python cannot read, those before the trouble."""
    found: list[str] = []
    line: list[str] = []  # of the logical line so far
    before = [""] * 2
    for token in _tokens(code):
        if token.type in (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT):
            continue
        if token.type in (tokenize.NEWLINE, tokenize.ENDMARKER):
            found += line if line != ["S"] else []  # a string on its own is a docstring
            line, before = [], [""] * 2
        elif token.type == tokenize.STRING:
            line.append("S")
        elif token.type == tokenize.NUMBER:
            line.append("0")
        elif token.type == tokenize.NAME:
            # `torch.relu` says what it does, `self.layer` and `layer` are names of the student's choice.
            given = token.string in KNOWN or (before[-1] == "." and before[-2] != "self")
            line.append(token.string if given else "N")
        else:
            line.append(token.string)
        before = [before[-1], token.string]
    return found + line


def _tokens(code: str) -> Iterator[tokenize.TokenInfo]:
    try:
        yield from tokenize.generate_tokens(StringIO(code).readline)
    except (tokenize.TokenError, SyntaxError):
        return


def grams(tokens: list[str]) -> list[int]:
    """A hash of every run of GRAM tokens; the same in every process."""
    return [crc32(" ".join(tokens[i : i + GRAM]).encode("utf-8", "replace")) for i in range(len(tokens) - GRAM + 1)]


def fingerprints(hashes: list[int]) -> set[int]:
    """Winnowing: the least of every WINDOW neighbouring hashes."""
    return {min(hashes[i : i + WINDOW]) for i in range(max(1, len(hashes) - WINDOW + 1))} if hashes else set()


def find_alike(answers: Mapping[str, str], known: Iterable[str]) -> list[Alike]:
    """Pairs of students in ``answers`` (student -> code of one exercise) whose answers are suspiciously alike.

    ``known`` are the texts that everybody has or may find: the release's cell and the reference solution. The most
    alike come first.
    """
    everybody = {gram for text in known for gram in grams(normal_tokens(text))}
    students = sorted(answers)
    prints = [fingerprints(grams(normal_tokens(answers[student]))) - everybody for student in students]
    places = {value: column for column, value in enumerate(sorted(set().union(*prints)))}
    if not places:
        return []
    rows = [row for row, values in enumerate(prints) for _ in values]
    columns = [places[value] for values in prints for value in values]
    table = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(students), len(places)))
    weighed = table * _rarity(table.sum(axis=0), len(students))
    common = (weighed @ table.T).toarray()
    whole = np.diagonal(common)
    shorter = np.minimum.outer(whole, whole)
    likeness = np.divide(common, shorter, out=np.zeros_like(common), where=shorter > 0)
    tokens = common * (WINDOW + 1) / 2  # winnowing keeps 2 of WINDOW + 1 fingerprints, and each begins at a token
    first, second = np.nonzero(np.triu((likeness >= MIN_LIKENESS) & (tokens >= MIN_TOKENS), 1))
    found = [
        Alike((students[i], students[j]), float(likeness[i, j]), float(tokens[i, j]))
        for i, j in zip(first, second, strict=True)
    ]
    return sorted(found, key=lambda pair: (-pair.tokens, pair.students))


def _rarity(having: np.ndarray, students: int) -> np.ndarray:
    """How much each fingerprint counts: 1 if two students have it, 0 if many do; in between by inverse frequency."""
    many = max(FEW, COMMON * students)
    return np.clip(np.log(many / having) / np.log(many / 2), 0, 1)
