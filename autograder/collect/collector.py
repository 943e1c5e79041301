"""From what platforms hand over to ``classroom/submitted``, with every file accounted for.

Look at everything, decide, write: first copies of what is not taken, then the submissions, the log last. A run that
was cut off is made good by the next one.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ..course import Course, Lab
from ..deadlines import Deadlines, load_deadlines
from ..errors import CourseError
from ..files import write_atomic
from ..intake import MAX_BYTES
from ..notebooks import parse_notebook
from ..roster import Student, load_roster
from ..turns import take_turn
from .attempts import Policy, choose
from .log import Record, State, load_log, save_log, set_aside_folder
from .people import ClassList, Unknown
from .profiles import Label, Profile, is_junk, is_receipt, load_profiles, parse_time, read_labels
from .recognise import Signature, load_signatures, recognise
from .unpack import Leaf, Part, Unpacker

NOT_A_NOTEBOOK = "不是笔记本"
TIME_FROM_DISK = "时间取自磁盘上的文件"
NO_TIME = "没有提交时间"
LOCK = ".collect.lock"  # in the class's folder
MAX_KEPT = 100 * 2**20  # bytes: a larger archive that cannot be opened stays where it is
ATTEMPTS = (State.TAKEN, State.SUPERSEDED)
Slot = tuple[str, str, str]  # student, lab, notebook
Tick = Callable[[str, int, int | None], None]  # what is being done, how far, of how many


@dataclass(frozen=True)
class Options:
    """How to collect."""

    policy: Policy | None = None  #: by default the last before the deadline
    profile: Profile | None = None  #: by default each name by the profile that fits
    student: str | None = None  #: whose files all of them are
    trust_ids: bool = False  #: without a roster, take the ids in the names at their word
    replace: bool = False  #: overwrite submissions that were placed by hand (a copy is kept)


@dataclass(frozen=True)
class Report:
    """What a run did."""

    records: list[Record]  #: of the files it looked at
    profiles: Counter[str]  #: how many files each naming profile told the student of
    missing: dict[str, list[Student]]  #: by lab: who is on the roster and has nothing there
    written: int  #: submissions that are new or have changed


def collect(
    course: Course,
    labs: list[Lab],
    paths: Sequence[Path],
    options: Options,
    tick: Tick,
    waiting: Callable[[int], None] | None = None,
) -> Report:
    """Take in ``paths``; raises :class:`CourseError` for wrong input, before anything is written.

    One at a time: ``waiting`` is told the process that has to be done first.
    """
    _check(course, paths)
    students = load_roster(course)
    if not students and not options.trust_ids:
        raise CourseError(
            "还没有名单，不知道谁是谁：请先用 autograder roster 导入；"
            "没有名单时，可以加 --trust-ids，把名字里的学号当真。"
        )
    if options.student and students and options.student not in students:
        raise CourseError(f"名单里没有学号 {options.student}。")
    if options.student and Path(options.student).name != options.student:
        raise CourseError(f"{options.student} 不能作学号。")
    with take_turn(course.submitted.parent / LOCK, waiting=waiting):
        return _collect(course, labs, paths, options, tick, students)


def _collect(
    course: Course,
    labs: list[Lab],
    paths: Sequence[Path],
    options: Options,
    tick: Tick,
    students: dict[str, Student],
) -> Report:
    log = load_log(course)
    deadlines = load_deadlines(course)
    zone = ZoneInfo(deadlines.timezone)
    with tempfile.TemporaryDirectory() as staging:
        unpacker = Unpacker(Path(staging), zone)
        leaves = _gather(course, paths, unpacker, log, tick)
        examiner = Examiner(course, labs, leaves, zone, ClassList(students, trust_ids=options.trust_ids), options)
        found: list[Record] = []
        for number, leaf in enumerate(leaves, start=1):
            found.append(examiner.examine(leaf))
            tick("认作业", number, len(leaves))
        for key, old in log.items():
            if old.input in unpacker.opened and old.state is State.SET_ASIDE:
                log[key] = replace(old, state=State.IGNORED, reason="当时打不开的压缩包，现在已经打开")
        decided = Decision(course, {lab.name for lab in labs}, log, deadlines, options, examiner.untouched)
        decided.decide(found)
        written = _write(course, decided, {leaf.sha256: leaf.file for leaf in leaves if leaf.file}, tick)
    records = [decided.log[record.key] for record in found]
    return Report(records, examiner.profile_counts, _missing(course, labs, students), written)


def _check(course: Course, paths: Sequence[Path]) -> None:
    if absent := [str(path) for path in paths if not path.exists()]:
        raise CourseError(f"没有这个文件或文件夹：{'、'.join(absent)}。")
    for path in paths:
        if path.resolve().is_relative_to(course.submitted.resolve()):
            raise CourseError(f"{path} 在 {course.submitted} 里面：那是已经收好的作业。")


def _gather(
    course: Course, paths: Sequence[Path], unpacker: Unpacker, log: dict[tuple[str, str | None], Record], tick: Tick
) -> list[Leaf]:
    """All files in ``paths``. What was set aside before keeps the names and the date it came with."""
    kept = {record.kept_as: record for record in log.values()}
    folder = set_aside_folder(course).resolve()

    def unpack(path: Path) -> Iterator[Leaf]:
        if path.resolve() == folder:
            for inner in sorted(path.iterdir()):
                yield from unpack(inner)
        elif path.resolve().parent == folder and (record := kept.get(path.name)):
            yield from unpacker.unpack(path, _parts(record))
        else:
            yield from unpacker.unpack(path)

    leaves: list[Leaf] = []
    for path in paths:
        for leaf in unpack(path):
            leaves.append(leaf)
            tick("打开", len(leaves), None)
    if not leaves:
        raise CourseError(f"{'、'.join(map(str, paths))} 里没有文件。")
    return leaves


def _parts(record: Record) -> tuple[Part, ...]:
    """The way a file came, from its record."""
    parts: list[Part] = []
    chain = record.input.split("!")
    for level, names in enumerate(chain):
        *folders, name = names.split("/")
        parts += [Part(folder) for folder in folders]
        on_disk = level == len(chain) - 1 and record.reason.endswith(TIME_FROM_DISK)
        parts.append(Part(name, record.when, on_disk=on_disk, is_file=True))
    return tuple(parts)


def _missing(course: Course, labs: list[Lab], students: dict[str, Student]) -> dict[str, list[Student]]:
    return {
        lab.name: [
            s for s in students.values() if not any((course.submitted / s.student_id / lab.name).glob("*.ipynb"))
        ]
        for lab in labs
    }


# --------------------------------------------------------------------------- looking


class Examiner:
    """Says of one file after the other what it is and whose."""

    def __init__(
        self,
        course: Course,
        labs: list[Lab],
        leaves: list[Leaf],
        zone: ZoneInfo,
        people: ClassList,
        options: Options,
    ) -> None:
        self.labs = {lab.name for lab in labs}
        self.zone = zone
        self.people = people
        self.options = options
        self.signatures: list[Signature] = load_signatures(course)
        self.profiles = [options.profile] if options.profile else list(load_profiles().values())
        self.profile_counts: Counter[str] = Counter()
        handed_out = {_digest(path): path for lab in course.labs() for path in _files(course.release / lab.name)}
        self.untouched = frozenset(digest for digest, path in handed_out.items() if path.suffix == ".ipynb")
        self.handed_out = frozenset(handed_out) - self.untouched
        self._labels: dict[str, list[Label]] = {}
        self._below: dict[str, set[str]] = defaultdict(set)  # prefix -> students named below it
        self._naming: dict[str, Counter[str]] = defaultdict(Counter)  # prefix -> profiles of what lies in it
        for leaf in leaves if options.student is None else ():
            self._survey(leaf)

    def _survey(self, leaf: Leaf) -> None:
        labels = read_labels([part.name for part in leaf.parts], self.profiles)
        self._labels[leaf.input] = labels
        named = set()
        for label in labels:
            try:
                named.add(self.people.find(label).student_id)
            except Unknown:
                continue
        for label in labels:
            self._below[leaf.prefix(label.place + 1)] |= named
        for label in labels[:1]:
            self._naming[leaf.prefix(label.place)][label.profile] += 1

    def examine(self, leaf: Leaf) -> Record:
        """The file's record; TAKEN says that it is an attempt at one of the labs."""
        record = Record(leaf.input, leaf.sha256)
        names = [part.name for part in leaf.parts]
        ignored = (
            ("系统或编辑器自己的文件", is_junk(names[1:] or names)),
            ("平台的回执", is_receipt(names[-1], self.profiles)),
            ("发给学生的文件，没有改动", leaf.sha256 in self.handed_out),
        )
        for reason, applies in ignored:
            if applies:
                return replace(record, state=State.IGNORED, reason=reason)
        who, note = "", ""
        try:
            student, label = self._owner(leaf)
        except Unknown as error:
            who, place = str(error), min((label.place for label in self._labels[leaf.input]), default=0)
            when, note = self._time(leaf, place, None)
        else:
            when, note = self._time(leaf, label.place if label else 0, label)
            record = replace(record, student_id=student, attempt=label.attempt if label else None)
        if when:
            record = replace(record, submitted_at=when.astimezone(self.zone).isoformat(timespec="seconds"))
        what = self._identify(leaf)
        if isinstance(what, str):
            return replace(record, reason="；".join(filter(None, (what, who))))
        record = replace(record, lab=what.lab.name, notebook=what.source.stem)
        if what.lab.name not in self.labs:
            hint = f"看起来是 {what.lab.name} 的作业：要收的话，用 autograder collect {what.lab.name}"
            return replace(record, reason="；".join(filter(None, (hint, who))))
        if who:
            return replace(record, reason=f"{who}；{note}" if note == TIME_FROM_DISK else who)
        return replace(record, state=State.TAKEN, reason=note)

    def _owner(self, leaf: Leaf) -> tuple[str, Label | None]:
        if self.options.student:
            return self.options.student, None
        labels = self._labels[leaf.input]
        shared = frozenset(x.place for x in labels if len(self._below[leaf.prefix(x.place + 1)]) > 1)
        student, label = self.people.owner(labels, shared)
        self.profile_counts[label.profile] += 1
        return student.student_id, label

    def _time(self, leaf: Leaf, place: int, label: Label | None) -> tuple[datetime | None, str]:
        """When it was handed in, and a word on that: by the platform's name, else by the date of the outermost file
        of the student's own; what lies in a student's archive is dated by the student."""
        if label and label.time and self._is_platform(leaf, label) and (when := parse_time(label.time, self.zone)):
            return when, ""
        outermost = next(part for part in leaf.parts[place:] if part.is_file)
        if outermost.modified is None:
            return None, NO_TIME
        return outermost.modified, TIME_FROM_DISK if outermost.on_disk else ""

    def _is_platform(self, leaf: Leaf, label: Label) -> bool:
        """One file among others that is named as a platform does was named so by a student."""
        around = self._naming[leaf.prefix(label.place)]
        return self.options.profile is not None or 2 * around[label.profile] >= around.total()

    def _identify(self, leaf: Leaf) -> Signature | str:
        """Which notebook it answers, or why it is none."""
        if leaf.problem or leaf.file is None:
            return leaf.problem
        name = leaf.parts[-1].name.casefold()
        if ".ipynb" not in name and not name.endswith(".json"):
            return NOT_A_NOTEBOOK
        if (size := leaf.file.stat().st_size) > MAX_BYTES:
            return f"笔记本有 {size >> 20} MB，超过 {MAX_BYTES >> 20} MB：请学生清除输出后重新提交"
        try:
            notebook = parse_notebook(leaf.file.read_bytes())
        except ValueError as error:
            return str(error)
        return recognise(notebook, self.signatures) or "认不出是哪个实验的笔记本：里面没有任何一个实验的格子"


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# --------------------------------------------------------------------------- deciding


@dataclass
class Decision:
    """The log brought up to date, and what has to be written for it; reads files, writes none."""

    course: Course
    labs: set[str]
    log: dict[tuple[str, str | None], Record]
    deadlines: Deadlines
    options: Options
    untouched: frozenset[str]
    targets: dict[Path, Record] = field(default_factory=dict)  #: submissions, as they have to be
    by_hand: dict[str, Path] = field(default_factory=dict)  #: by digest: placed by hand, to go once a copy is kept
    settled: set[tuple[str, str | None]] = field(default_factory=set)  #: what counted before

    def decide(self, found: Iterable[Record]) -> None:
        """Enter ``found``: attempts compete with each other and with earlier ones."""
        slots: set[Slot] = set()
        self.settled = {key for key, old in self.log.items() if old.state is State.TAKEN and self._stands(old)}
        for record in found:
            if old := self.log.get(record.key):
                other = record.state is not State.TAKEN or _slot(record) != _slot(old)
                # Looking for something else, or with other eyes, takes nothing back.
                if (record.lab or "") not in {"", *self.labs} or (
                    other and old.state in ATTEMPTS and self._stands(old)
                ):
                    continue
            self.log[record.key] = record
            if record.state is State.TAKEN:
                slots.add(_slot(record))
        for slot in sorted(slots):
            self._decide(slot, {record.key for record in found})
        self._extras(found)

    def _decide(self, slot: Slot, new: set[tuple[str, str | None]]) -> None:
        attempts = [
            r
            for r in self.log.values()
            if r.state in ATTEMPTS and _slot(r) == slot and (r.key in new or self._stands(r))
        ]
        target = self.target(attempts[0])
        if foreign := self._placed_by_hand(target, {record.sha256 for record in attempts}):
            if not self.options.replace or not all(path.is_file() and not path.is_symlink() for path in foreign):
                for record in attempts:
                    if record.key in new:
                        reason = "那里放着不是用 collect 收的文件，没有覆盖：请先移走它，或者加 --replace"
                        self._put(record, State.SET_ASIDE, reason)
                return
            for path in foreign:
                name = path.relative_to(self.course.submitted.parent).as_posix()
                self.by_hand[_digest(path)] = path
                record = Record(name, _digest(path), *slot)
                self._put(record, State.SUPERSEDED, "原来手工放在那里，已由 collect 收的代替")
        policy = self.options.policy or Policy.ON_TIME
        choice = choose(attempts, policy, self.deadlines.closes_at(slot[1]), self.untouched, self.settled)
        for record in choice.undecided:
            why = "同一时间还有内容不同的笔记本，分不出先后：请选一份，用 --student 单独收它"
            self._put(record, State.SET_ASIDE, why)
        if choice.chosen is None:
            return
        for record in choice.earlier:
            self._put(record, State.SUPERSEDED, f"算数的是另一次提交：{choice.chosen.input}")
        for record in choice.repeats:
            self._put(record, State.IGNORED, "同样的内容已经交过")
        if choice.chosen.state is not State.TAKEN:
            self._put(choice.chosen, State.TAKEN, "" if choice.chosen.submitted_at else NO_TIME)
        self.targets[target] = self.log[choice.chosen.key]

    def _extras(self, found: Iterable[Record]) -> None:
        """What lies beside a notebook that counts is not worth a look; where there is no notebook, it is."""
        served = {now.student_id for r in found if (now := self.log[r.key]).state in ATTEMPTS}
        for record in found:
            if self.log[record.key].reason == NOT_A_NOTEBOOK and record.student_id in served:
                self._put(record, State.IGNORED, f"{NOT_A_NOTEBOOK}，这个学生的笔记本已经收下")

    def _put(self, record: Record, state: State, reason: str) -> None:
        if record.state is not state or state is not State.TAKEN:
            record = replace(record, state=state, reason=reason)
        self.log[record.key] = record

    def target(self, record: Record) -> Path:
        """Where an attempt lies if it counts."""
        student, lab, notebook = _slot(record)
        return self.course.submitted / student / lab / f"{notebook}.ipynb"

    def kept(self, record: Record) -> Path:
        """Where it is kept if it does not."""
        return set_aside_folder(self.course) / record.kept_as

    def _stands(self, record: Record) -> bool:
        """Whether the file is where its record says: somebody may have moved it away, to have it collected anew."""
        # What counted until a run was killed may already be aside.
        places = [self.target(record)] if record.state is State.TAKEN else []
        return any(_known(path, {record.sha256}) for path in (*places, self.kept(record)))

    def _placed_by_hand(self, target: Path, known: set[str | None]) -> list[Path]:
        """Notebooks that the next ``grade`` would find here and ``collect`` has not put here."""
        only = len(list((self.course.source / target.parent.name).glob("*.ipynb"))) == 1
        here = target.parent.glob("*.ipynb") if only else [target]
        return [p for p in sorted(here) if (p.exists() or p.is_symlink()) and not (p == target and _known(p, known))]


def _known(path: Path, digests: set[str | None]) -> bool:
    return path.is_file() and not path.is_symlink() and _digest(path) in digests


def _slot(record: Record) -> Slot:
    return (record.student_id or "", record.lab or "", record.notebook or "")


# --------------------------------------------------------------------------- writing


def _write(course: Course, decided: Decision, bytes_of: dict[str | None, Path], tick: Tick) -> int:
    """Bring the class's folder to what was decided; returns how many submissions are new or have changed."""

    def source(record: Record) -> Path | None:
        """Where the bytes of a record are."""
        places = (bytes_of.get(record.sha256), decided.by_hand.get(record.sha256 or ""), decided.kept(record))
        for path in filter(None, (*places, decided.target(record) if record.notebook else None)):
            if path.is_file() and _digest(path) == record.sha256:
                return path
        return None

    to_keep = [
        record
        for record in decided.log.values()
        if record.state in (State.SUPERSEDED, State.SET_ASIDE) and record.sha256 and not decided.kept(record).exists()
    ]
    total = len(to_keep) + len(decided.targets)
    for number, record in enumerate(to_keep, start=1):
        path = source(record)
        if path is not None and path.stat().st_size <= MAX_KEPT:
            write_atomic(decided.kept(record), path.read_bytes())
        tick("写入", number, total)
    for path in decided.by_hand.values():
        path.unlink()
    written = 0
    for number, (target, record) in enumerate(sorted(decided.targets.items()), start=len(to_keep) + 1):
        timestamp = target.parent / "timestamp.txt"
        if not target.is_file() or _digest(target) != record.sha256:
            path = source(record)
            assert path is not None  # it was read a moment ago
            write_atomic(target, path.read_bytes())
            written += 1
        if record.when is None:
            timestamp.unlink(missing_ok=True)
        else:
            text = f"{record.when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC\n"
            if not timestamp.is_file() or timestamp.read_text("utf-8", "replace") != text:
                write_atomic(timestamp, text)
        tick("写入", number, total)
    save_log(course, decided.log.values())
    for record in decided.targets.values():
        decided.kept(record).unlink(missing_ok=True)  # it is no longer aside
    return written
