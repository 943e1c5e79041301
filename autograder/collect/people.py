"""Who handed a file in: what the names on its way say, looked up in the class list. Nobody is guessed (pure)."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping

from ..roster import Student
from .profiles import Label


class Unknown(Exception):
    """It is not clear who handed a file in; the text (Chinese) says why."""

    def __init__(self, why: str, candidates: tuple[Student, ...] = ()) -> None:
        super().__init__(why)
        self.candidates = candidates  #: who is meant, if it is one of several


class ClassList:
    """The roster, ready for looking people up; without one, ids are taken at their word if ``trust_ids``."""

    def __init__(self, students: Mapping[str, Student], *, trust_ids: bool = False) -> None:
        self.students = students
        self.trust_ids = trust_ids and not students
        self._ids = {_plain(student.student_id): student for student in students.values()}
        self._names: dict[str, list[Student]] = defaultdict(list)
        for student in students.values():
            for form in _forms(student.name):
                self._names[form].append(student)

    def find(self, label: Label) -> Student:
        """The student a label names; raises :class:`Unknown` unless there is exactly one."""
        if self.trust_ids:
            if re.fullmatch(r"[\w-]{1,60}", label.id):
                return Student(label.id, label.name)
            raise Unknown(f"名字里没有学号（{label.name}），又没有名单可查")
        named = self._named(label.name)
        if label.id:
            student = self._ids.get(_plain(label.id))
            if student is None:
                hint = f"；名单里的 {label.name} 是 {named[0].student_id}" if len(named) == 1 else ""
                raise Unknown(f"名单里没有学号 {label.id}{hint}")
            if named and student not in named:
                raise Unknown(f"学号 {label.id} 在名单里是 {student.name}，名字却写着 {label.name}")
            return student
        if len(named) == 1:
            return named[0]
        if named:
            ids = "、".join(student.student_id for student in named)
            raise Unknown(f"名单里有 {len(named)} 个 {label.name}（{ids}）", tuple(named))
        raise Unknown(f"名单里没有 {label.name}")

    def _named(self, text: str) -> list[Student]:
        """Who may be meant by a platform's name: the name alone, or number and name in one field."""
        if exact := self._names.get(_plain(text)):
            return exact
        tokens = [token for token in re.split(r"[\W_]+", unicodedata.normalize("NFKC", text)) if token]
        return [self._ids[token] for token in map(_plain, tokens) if token in self._ids]

    def owner(self, labels: Iterable[Label], shared: frozenset[int]) -> tuple[Student, Label]:
        """The one student whom all labels of a file name, and the outermost label that does.

        ``shared`` are the places that belong to many people: the class's own archive, whose name may look like
        anything. Raises :class:`Unknown` if labels disagree, or if one names somebody who is not in the list.
        """
        found: list[tuple[Student, Label]] = []
        doubts: list[tuple[Unknown, Label]] = []
        for label in labels:
            try:
                found.append((self.find(label), label))
            except Unknown as error:
                doubts.append((error, label))
        if not found:
            raise doubts[0][0] if doubts else Unknown("路径里没有学号，也没有姓名")
        for error, label in doubts:
            if error.candidates:
                if found[0][0] not in error.candidates:
                    raise error
            elif label.says_who and label.place not in shared:
                raise error
        if len({student.student_id for student, _ in found}) > 1:
            who = "、".join(dict.fromkeys(f"{s.student_id} {s.name}".strip() for s, _ in found))
            raise Unknown(f"路径里有不止一个学生：{who}")
        return found[0]


def _forms(name: str) -> set[str]:
    """How a name may be written: as it is, and with its words in the other order."""
    words = [_plain(word) for word in re.split(r"[\s,，]+", name) if _plain(word)]
    return {"".join(words), "".join(reversed(words))} - {""}


def _plain(text: str) -> str:
    """Letters and digits of one width and case."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())
