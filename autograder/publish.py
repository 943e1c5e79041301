"""What leaves the house: no published file holds a line of an answer, and the site as one archive with its checksum."""

from __future__ import annotations

import hashlib
import html
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from .course import Course, Lab
from .errors import CourseError
from .files import read_tree, write_atomic, zip_files
from .notebooks import parse_notebook, read_source
from .release import build_release, secret_lines

# Shorter lines are common code that a page may hold by chance.
MIN_LENGTH = 16
TEXTS = {".html", ".js", ".json", ".md", ".txt", ".py", ".ipynb", ".svg", ".css", ".xml", ".csv", ".inv", ""}
# Other people's code, thousands of lines of it.
FOREIGN = ("_static/mathjax/", "_static/vendor/", "_static/scripts/", "_static/styles/")
TAG = re.compile(r"<[^>]+>")


def all_secrets(course: Course, labs: list[Lab]) -> dict[str, str]:
    """The lines that no page may hold, as they are stripped -> what they are.

    A line that some lab shows its students is no secret, though another hides the same one.
    """
    shown: set[str] = set()
    hidden: dict[str, str] = {}
    for lab in labs:
        released = build_release(course, lab)
        for path in lab.notebooks:
            hidden |= secret_lines(course, read_source(path))
            for cell in parse_notebook(released[path.name]).cells:
                shown.update(line.strip() for line in cell.source.split("\n"))
        for name, content in released.items():
            if name.endswith((".py", ".txt", ".md")):
                shown.update(line.strip() for line in content.decode("utf-8", "replace").split("\n"))
    return {line: what for line, what in hidden.items() if len(line) >= MIN_LENGTH and line not in shown}


def published_texts(name: str, data: bytes) -> Iterator[str]:
    """Every text that a file of the site holds: pages without their markup too, archives, notes in images."""
    suffix = Path(name).suffix.lower()
    if suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from published_texts(member, archive.read(member))
    elif suffix in {".png", ".jpg", ".jpeg", ".webp", ".gif"}:
        with Image.open(io.BytesIO(data)) as image:
            image.load()  # notes may stand behind the picture
            yield "\n".join(str(value) for value in [*image.info.values(), *image.getexif().values()])
    elif suffix == ".ipynb":
        # Plain lines, not JSON's: a quotation mark in a line would be escaped.
        for cell in parse_notebook(data).cells:
            yield cell.source
            yield from (str(output.get("text", "")) for output in cell.get("outputs", []))
    elif suffix in TEXTS:
        text = data.decode("utf-8", "replace")
        yield text
        if suffix in {".html", ".svg", ".xml"}:
            yield html.unescape(TAG.sub("", text))


def leaks(site: Path, secrets: dict[str, str]) -> Iterator[str]:
    """One line for each file and kind of secret that the site would give away; the secret itself is not repeated."""
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if not path.is_file() or name.startswith(FOREIGN):
            continue
        lines = {line.strip() for text in published_texts(name, path.read_bytes()) for line in text.split("\n")}
        for what in sorted({secrets[line] for line in lines & secrets.keys()}):
            yield f"{name}：含有{what}"


def refuse_leaks(course: Course, labs: list[Lab], site: Path) -> None:
    """Stop with a :class:`CourseError` if the site holds a line of an answer, a hidden test or a mark scheme."""
    if found := list(leaks(site, all_secrets(course, labs))):
        raise CourseError(
            "网站里有学生不该看到的内容，请不要发布：\n"
            + "\n".join(f"  {leak}" for leak in found)
            + "\n请从这些文件的来源里删去，再运行 autograder book。"
        )


def pack_site(site: Path, target: Path) -> str:
    """Write the site as a zip with a ``.sha256`` file beside it; returns the checksum. Same site, same bytes."""
    files = {name: content for name, content in read_tree(site).items() if name != ".buildinfo"}
    data = zip_files(files, target.stem)
    checksum = hashlib.sha256(data).hexdigest()
    write_atomic(target, data)
    write_atomic(target.with_name(f"{target.name}.sha256"), f"{checksum}  {target.name}\n")
    return checksum
