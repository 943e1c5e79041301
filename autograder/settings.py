"""Sections of ``nbgrader_config.py`` that are ours: read, and checked one setting at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from traitlets import TraitError
from traitlets.config import Config, Configurable

from .errors import CourseError

if TYPE_CHECKING:
    from .course import Course

Section = TypeVar("Section", bound=Configurable)


def load_section(course: Course, kind: type[Section]) -> Section:
    """The course's settings of ``kind``, whose name is the section's; what a trait's help says is what its error says.

    Raises :class:`CourseError` that names the setting that is wrong.
    """
    for name, value in course.config[kind.__name__].items():
        where = f"nbgrader_config.py 里的 c.{kind.__name__}.{name}"
        if name not in kind.class_trait_names(config=True):
            raise CourseError(f"{where} 不是一项设置。可以写的有：{'、'.join(kind.class_trait_names(config=True))}。")
        try:
            kind(config=Config({kind.__name__: {name: value}}))
        except TraitError:
            raise CourseError(f"{where} = {value!r} 不对：应是{kind.class_traits()[name].help}。") from None
    return kind(config=course.config)
