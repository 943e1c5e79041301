"""A course folder: where its labs, releases and class data lie, and its nbgrader settings.

Layout (nbgrader's, see DEFAULTS; a ``nbgrader_config.py`` in the folder may change it)::

    source_notebooks/<lab>/<notebook>.ipynb     instructor notebooks
    source_notebooks/<file>                     shared files: copied into every lab's release
    release/<lab>/                              student versions
    classroom/submitted/<student>/<lab>/        what students handed in
    classroom/{autograded,feedback,verdicts}/   what grading makes of it
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, PyFileConfigLoader

from .errors import CourseError

DEFAULTS = Config(
    {
        "CourseDirectory": {
            "source_directory": "source_notebooks",
            "release_directory": "release",
            "submitted_directory": "classroom/submitted",
            "autograded_directory": "classroom/autograded",
            "feedback_directory": "classroom/feedback",
            "db_url": "sqlite:///classroom/gradebook.db",
            # What nbgrader calls a course without a name; PostgreSQL insists that the course of a lab exists.
            "course_id": "default_course",
            # nbgrader's own list, and what labkit downloads beside a notebook.
            "ignore": [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "data"],
        },
        # Mark schemes may stand in read-only cells, not only in task cells.
        "ClearMarkScheme": {"enforce_metadata": False},
        "ExecutePreprocessor": {"timeout": 30},
    }
)
SQLITE = "sqlite:///"


@dataclass(frozen=True)
class Lab:
    """One folder below the source folder with at least one notebook in it."""

    name: str
    folder: Path

    @property
    def notebooks(self) -> list[Path]:
        """The lab's instructor notebooks, in alphabetical order."""
        return sorted(self.folder.glob("*.ipynb"))


@dataclass(frozen=True)
class Course:
    """A course folder that has been found to hold a source folder."""

    root: Path

    @classmethod
    def open(cls, root: str | Path) -> Course:
        """The course in ``root``; raises :class:`CourseError` if it is none."""
        course = cls(Path(root).resolve())
        if not course.root.is_dir():
            raise CourseError(f"课程文件夹不存在：{course.root}")
        if not course.source.is_dir():
            raise CourseError(
                f"{course.root} 不是课程文件夹：里面没有 {course.source.name}/。请用 --course 指出课程所在的文件夹。"
            )
        return course

    @cached_property
    def config(self) -> Config:
        """nbgrader's configuration: our defaults, then the course's own file over them."""
        config = deepcopy(DEFAULTS)  # Config.merge would share the nested sections
        path = self.root / "nbgrader_config.py"
        if path.is_file():
            try:
                config.merge(PyFileConfigLoader(path.name, path=str(self.root)).load_config())
            except Exception as error:
                raise CourseError(f"{path} 无法读取：{type(error).__name__}: {error}") from error
        config.CourseDirectory.db_url = self._absolute(config.CourseDirectory.db_url)
        config.CourseDirectory.root = str(self.root)
        return config

    def _folder(self, name: str) -> Path:
        return self.root / getattr(CourseDirectory(config=self.config), f"{name}_directory")

    @property
    def source(self) -> Path:
        return self._folder("source")

    @property
    def release(self) -> Path:
        return self._folder("release")

    @property
    def submitted(self) -> Path:
        return self._folder("submitted")

    @property
    def autograded(self) -> Path:
        return self._folder("autograded")

    @property
    def feedback(self) -> Path:
        return self._folder("feedback")

    @property
    def verdicts(self) -> Path:
        """What grading found, one JSON file a submitted notebook."""
        return self.autograded.parent / "verdicts"

    @property
    def cache(self) -> Path:
        """What spares a later run some work; it can be deleted at any time."""
        return self.autograded.parent / "cache"

    @property
    def db_url(self) -> str:
        """The gradebook's SQLAlchemy address; the folder of an SQLite file is made if need be."""
        return self.gradebook_url(self.config.CourseDirectory.db_url)

    def gradebook_url(self, url: str) -> str:
        """``url`` with an SQLite file below the course's folder; the file's own folder is made if need be."""
        url = self._absolute(url)
        if url.startswith(SQLITE):
            Path(url.removeprefix(SQLITE)).parent.mkdir(parents=True, exist_ok=True)
        return url

    def _absolute(self, url: str) -> str:
        return SQLITE + str(self.root / url.removeprefix(SQLITE)) if url.startswith(SQLITE) else url

    @property
    def shared_files(self) -> list[Path]:
        """Files beside the labs' folders, which every student gets (a helper module, its font, requirements)."""
        return sorted(p for p in self.source.iterdir() if p.is_file() and not p.name.startswith("."))

    def labs(self) -> list[Lab]:
        """All labs in alphabetical order."""
        folders = sorted(p for p in self.source.iterdir() if p.is_dir() and not p.name.startswith((".", "_")))
        return [lab for lab in (Lab(p.name, p) for p in folders) if lab.notebooks]

    def select(self, names: tuple[str, ...] | list[str]) -> list[Lab]:
        """The labs of these names, all of them if there are no names; raises :class:`CourseError` for others."""
        labs = {lab.name: lab for lab in self.labs()}
        if not labs:
            raise CourseError(f"{self.source} 里没有实验：每个实验是一个放着 .ipynb 的文件夹。")
        unknown = [name for name in names if name not in labs]
        if unknown:
            raise CourseError(f"没有名为 {'、'.join(unknown)} 的实验。现有的实验：{'、'.join(labs)}。")
        return [labs[name] for name in dict.fromkeys(names)] if names else list(labs.values())
