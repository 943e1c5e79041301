"""The tools behind the course: release, grade, feedback, export, publish."""

__version__ = "0.1.0"


def _load_jsonschema() -> None:
    """Import jsonschema without its checks of URIs, whose grammar takes 0.8 s to load and occurs in no notebook."""
    import sys

    name = "rfc3987_syntax"
    if name in sys.modules or "jsonschema" in sys.modules:
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        import jsonschema  # noqa: F401
    finally:
        del sys.modules[name]


_load_jsonschema()
