"""A made-up class as platforms hand it over: every mess that real ones contain, and what should become of each file.

    python tests/messy_class.py OUT --lab lab05_dropout --students 300 [--course DIR] [--seed 0]

writes ``OUT/roster.csv`` (GBK, as school offices send it), ``OUT/handed_in/`` (to be given to ``autograder collect``)
and ``OUT/expected.json``: input -> state, student and what is special about it.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import random
import zipfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import nbformat
import py7zr
from nbformat import NotebookNode

from autograder.course import Course, Lab
from autograder.notebooks import is_solution, read_source
from autograder.release import regions

ZONE = ZoneInfo("Asia/Shanghai")
DUE = datetime(2026, 3, 20, 23, 59)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭鲁韦马苗凤方俞任袁柳"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅辉玲建国文博思远雨桐子涵浩宇欣怡梓轩"
PLATFORMS = ("moodle", "canvas", "blackboard", "chaoxing", "yuketang", "mail")


@dataclass(frozen=True)
class Person:
    """A line of the class list."""

    student_id: str
    name: str
    group: str
    email: str


@dataclass(frozen=True)
class Fate:
    """What should become of a file."""

    state: str
    student_id: str | None
    what: str


@dataclass
class File:
    """A file that a student hands in."""

    name: str
    data: bytes
    when: datetime
    fates: dict[str, Fate]  #: by what follows its own name in the log: "" or "!member"


@dataclass
class MessyClass:
    """What was written."""

    people: list[Person]
    folder: Path
    expected: dict[str, Fate] = field(default_factory=dict)


# --------------------------------------------------------------------------- notebooks


def as_handed_in(source: NotebookNode, mark: str, rng: random.Random) -> NotebookNode:
    """An instructor notebook as a student leaves it: without secrets, some exercises done, ``mark`` in a cell."""
    notebook = deepcopy(source)
    for cell in notebook.cells:
        for secret in ("HIDDEN TESTS", "MARK SCHEME"):
            cell.source = "\n".join(regions(cell.source, secret)[0])
        if is_solution(cell):
            outside, inside = regions(cell.source, "SOLUTION")
            kept = [*outside[:1], *inside] if rng.random() < 0.8 else [*outside, "    raise NotImplementedError"]
            cell.source = "\n".join(kept)
    notebook.cells.append(nbformat.v4.new_code_cell(f"# {mark}", id="my-own"))
    return notebook


def to_bytes(notebook: NotebookNode) -> bytes:
    return json.dumps(notebook, ensure_ascii=False).encode()


def from_colab(notebook: NotebookNode) -> bytes:
    """Colab's copy: format 4.0, nbgrader's metadata gone, cell ids moved into the metadata and made anew."""
    copy = deepcopy(notebook)
    copy.nbformat_minor = 0
    copy.metadata = NotebookNode(colab={"provenance": []}, kernelspec=copy.metadata.get("kernelspec", {}))
    for number, cell in enumerate(copy.cells):
        cell.pop("id", None)
        cell.metadata = NotebookNode(id=f"aB{number:010d}")
    return to_bytes(copy)


def from_paddle(notebook: NotebookNode) -> bytes:
    """飞桨's copy: neither ids nor nbgrader's metadata, an introduction of its own in front."""
    copy = deepcopy(notebook)
    copy.nbformat_minor = 1
    for cell in copy.cells:
        cell.pop("id", None)
        cell.metadata = NotebookNode(collapsed=False)
    copy.cells.insert(0, NotebookNode(cell_type="markdown", metadata={}, source="# 飞桨 AI Studio 项目"))
    return to_bytes(copy)


# --------------------------------------------------------------------------- what one student hands in


class Student:
    """Makes one person's files."""

    def __init__(self, person: Person, lab: Lab, others: list[Lab], rng: random.Random, known: bool = True) -> None:
        self.person, self.lab, self.others, self.rng = person, lab, others, rng
        self.owner = person.student_id if known else None
        self.count = 0
        self.when = DUE - timedelta(minutes=rng.randrange(60, 8000))
        self.stem = lab.name

    def notebook(self, lab: Lab | None = None) -> NotebookNode:
        self.count += 1
        source = read_source((lab or self.lab).notebooks[0])
        return as_handed_in(source, f"{self.person.student_id} {self.count}", self.rng)

    def fate(self, state: str, what: str) -> Fate:
        return Fate(state, self.owner, what) if self.owner else Fate("set aside", None, "unknown student")

    def file(self, name: str, data: bytes, what: str, state: str = "taken", when: datetime | None = None) -> File:
        return File(name, data, when or self.when, {"": self.fate(state, what)})

    def plain(self) -> Iterator[File]:
        yield self.file(f"{self.stem}.ipynb", to_bytes(self.notebook()), "plain")

    def renamed(self) -> Iterator[File]:
        name = self.rng.choice(
            [f"{self.stem.split('_')[0]} (1).ipynb", "Untitled.IPYNB", "我的作业.ipynb", "lab.ipynb.txt"]
        )
        yield self.file(name, to_bytes(self.notebook()), "renamed")

    def colab(self) -> Iterator[File]:
        yield self.file(f"{self.stem}的副本.ipynb", from_colab(self.notebook()), "colab")

    def paddle(self) -> Iterator[File]:
        yield self.file("main.ipynb", from_paddle(self.notebook()), "paddle")

    def twice(self) -> Iterator[File]:
        later = self.when + timedelta(minutes=30)
        yield self.file("first.ipynb", to_bytes(self.notebook()), "an earlier attempt", "superseded")
        yield self.file("second.ipynb", to_bytes(self.notebook()), "the last attempt", when=later)

    def late(self) -> Iterator[File]:
        when = DUE + timedelta(minutes=self.rng.randrange(20, 4000))
        yield self.file(f"{self.stem}.ipynb", to_bytes(self.notebook()), "late", when=when)

    def wrong_lab(self) -> Iterator[File]:
        if self.others:
            notebook = self.notebook(self.rng.choice(self.others))
            yield self.file(f"{self.stem}.ipynb", to_bytes(notebook), "wrong lab", "set aside")
        else:
            notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print('别的课的作业')")])
            yield self.file(f"{self.stem}.ipynb", to_bytes(notebook), "no lab", "set aside")

    def broken(self) -> Iterator[File]:
        data = to_bytes(self.notebook())
        yield self.file(f"{self.stem}.ipynb", self.rng.choice([data[: len(data) // 2], b""]), "broken", "set aside")

    def no_notebook(self) -> Iterator[File]:
        yield self.file("实验报告.docx", b"PK\x03\x04 " + self.person.student_id.encode(), "no notebook", "set aside")

    def _zip(self, name: str, members: dict[str, tuple[bytes, Fate]]) -> File:
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, (content, _) in members.items():
                archive.writestr(_info(member, self.when), content)
        return File(name, data.getvalue(), self.when, {f"!{member}": fate for member, (_, fate) in members.items()})

    def zipped(self) -> Iterator[File]:
        junk = Fate("ignored", None, "junk")
        beside = Fate("ignored", self.owner, "beside a notebook") if self.owner else self.fate("", "")
        yield self._zip(
            "作业.zip",
            {
                f"{self.stem}/{self.stem}.ipynb": (to_bytes(self.notebook()), self.fate("taken", "in a zip")),
                f"{self.stem}/说明.txt": (self.person.student_id.encode(), beside),
                f"__MACOSX/{self.stem}/._{self.stem}.ipynb": (b"\x00\x05\x16\x07", junk),
                f"{self.stem}/.ipynb_checkpoints/{self.stem}-checkpoint.ipynb": (to_bytes(self.notebook()), junk),
            },
        )

    def zip_in_zip(self) -> Iterator[File]:
        inner = self._zip(
            "inner.zip", {"a.ipynb": (to_bytes(self.notebook()), self.fate("taken", "in a zip in a zip"))}
        )
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            archive.writestr(_info("提交/inner.zip", self.when), inner.data)
        fates = {f"!提交/inner.zip{tail}": fate for tail, fate in inner.fates.items()}
        yield File("outer.zip", data.getvalue(), self.when, fates)

    def seven_zip(self) -> Iterator[File]:
        data = io.BytesIO()
        with py7zr.SevenZipFile(data, "w", filters=LIGHT) as archive:
            archive.writestr(to_bytes(self.notebook()), f"{self.stem}.ipynb")
        fates = {f"!{self.stem}.ipynb": self.fate("taken", "in a 7z")}
        yield File("作业.7z", data.getvalue(), self.when, fates)

    def broken_zip(self) -> Iterator[File]:
        whole = next(self.zipped()).data
        yield self.file("作业.zip", whole[: len(whole) * 2 // 3], "broken zip", "set aside")

    def locked(self) -> Iterator[File]:
        data = io.BytesIO()
        with py7zr.SevenZipFile(data, "w", password="123456") as archive:
            archive.writestr(to_bytes(self.notebook()), "a.ipynb")
        yield self.file("加密.7z", data.getvalue(), "encrypted", "set aside")


LIGHT = [{"id": py7zr.FILTER_DEFLATE}]
QUIRKS: list[tuple[Callable[[Student], Iterator[File]], float]] = [
    (Student.plain, 40),
    (Student.renamed, 12),
    (Student.colab, 5),
    (Student.paddle, 3),
    (Student.twice, 8),
    (Student.late, 6),
    (Student.wrong_lab, 3),
    (Student.broken, 3),
    (Student.no_notebook, 2),
    (Student.zipped, 8),
    (Student.zip_in_zip, 3),
    (Student.seven_zip, 3),
    (Student.broken_zip, 2),
    (Student.locked, 0.6),
]


# --------------------------------------------------------------------------- how platforms name and pack it


def place(platform: str, person: Person, number: int, file: File) -> str:
    """Where the platform puts a student's file."""
    stamp = f"{file.when:%Y-%m-%d-%H-%M-%S}"
    return {
        "moodle": f"{person.name}_{90000 + number}_assignsubmission_file_/{file.name}",
        "canvas": f"{person.name}_{'LATE_' if file.when > DUE else ''}{40000 + number}_{70000 + number}_{file.name}",
        "blackboard": f"实验_{person.student_id}_attempt_{stamp}_{file.name}",
        "chaoxing": f"{person.student_id}-{person.name}-实验/{file.name}",
        "yuketang": f"{person.name}_{person.student_id}_{file.when:%Y%m%d%H%M%S}/{file.name}",
        "mail": f"{person.student_id}{person.name}/{file.name}",
    }[platform]


def _info(name: str, when: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, when.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


class GbkInfo(zipfile.ZipInfo):
    """A member whose name Chinese Windows wrote: GBK, and no flag that says so."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), self.flag_bits


def pack(platform: str, folder: Path, files: list[tuple[str, bytes, datetime]]) -> str:
    """Write what a platform hands over; returns what the inputs of its files begin with."""
    if platform in ("blackboard", "mail"):
        for name, data, when in files:
            path = folder / platform / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            stamp = when.replace(tzinfo=ZONE).timestamp()
            os.utime(path, (stamp, stamp))
        return f"{platform}/"
    if platform == "yuketang":
        with py7zr.SevenZipFile(folder / f"{platform}.7z", "w", filters=LIGHT) as archive:
            for name, data, _ in files:
                archive.writestr(data, name)
        return f"{platform}.7z!"
    with zipfile.ZipFile(folder / f"{platform}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data, when in files:
            info = _info(name, when)
            if platform == "chaoxing":
                info = GbkInfo(name, when.timetuple()[:6])
            archive.writestr(info, data)
    return f"{platform}.zip!"


def make_class(out: Path, course: Course, lab_name: str, students: int = 300, seed: int = 0) -> MessyClass:
    """Write a messy class to ``out``; the same arguments give the same class."""
    rng = random.Random(seed)
    [lab] = course.select([lab_name])
    others = [other for other in course.labs() if other.name != lab.name]
    people = _people(students, rng)
    handed_in = out / "handed_in"
    handed_in.mkdir(parents=True)
    result = MessyClass(people, handed_in)
    twins = {name for name in (p.name for p in people) if sum(p.name == name for p in people) > 1}
    packed: dict[str, list[tuple[str, bytes, datetime]]] = {platform: [] for platform in PLATFORMS}
    fates: dict[str, dict[str, Fate]] = {platform: {} for platform in PLATFORMS}
    strangers = [Person(f"1999{n:04d}", "欧阳无名氏", "", "") for n in range(max(1, students // 60))]
    quirks, weights = zip(*QUIRKS, strict=True)
    for number, person in enumerate([*people, *strangers]):
        platform = PLATFORMS[number % len(PLATFORMS)]
        quirk = quirks[number] if number < len(quirks) else rng.choices(quirks, weights)[0]
        by_name = platform in ("moodle", "canvas")
        known = number < len(people) and not (by_name and person.name in twins)
        if rng.random() < 0.02 and number >= len(quirks):
            continue  # hands in nothing
        for file in quirk(Student(person, lab, others, rng, known)):
            where = place(platform, person, number, file)
            packed[platform].append((where, file.data, file.when))
            for tail, fate in file.fates.items():
                fates[platform][where + tail] = fate
            if platform == "blackboard":
                receipt = f"实验_{person.student_id}_attempt_{file.when:%Y-%m-%d-%H-%M-%S}.txt"
                packed[platform].append((receipt, f"姓名：{person.name}\n".encode(), file.when))
                fates[platform][receipt] = Fate("ignored", None, "receipt")
    for platform in PLATFORMS:
        begin = pack(platform, handed_in, packed[platform])
        result.expected |= {f"handed_in/{begin}{where}": fate for where, fate in fates[platform].items()}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["学号", "姓名", "班级", "邮箱"])
    writer.writerows([p.student_id, p.name, p.group, p.email] for p in people)
    (out / "roster.csv").write_bytes(text.getvalue().encode("gbk"))
    expected = {name: asdict(fate) for name, fate in result.expected.items()}
    (out / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1), "utf-8")
    return result


def _people(number: int, rng: random.Random) -> list[Person]:
    """People with ids in a row and Chinese names, of which a few are borne by two."""
    people, used = [], set()
    while len(people) < number:
        name = rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice([1, 2, 2])))
        if name in used and rng.random() < 0.9:
            continue
        used.add(name)
        n = len(people) + 1
        people.append(Person(f"0{26010000 + n}", name, f"人工智能 {1 + n % 4} 班", f"s{n}@example.edu.cn"))
    if number > 20:  # two of one name, whose platform gives no number
        people[18] = Person(people[18].student_id, people[0].name, people[18].group, people[18].email)
    return people


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--lab", required=True)
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--course", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    made = make_class(options.out, Course.open(options.course), options.lab, options.students, options.seed)
    print(f"{len(made.people)} students, {len(made.expected)} files: {made.folder}")


if __name__ == "__main__":
    main()
