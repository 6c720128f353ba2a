"""The marks of numbering that a task's text begins with ("3.", "a)", "-"): they change from version to version, the task does not."""

import re
from functools import lru_cache

from pipeline.rulebook import rulebook


@lru_cache(maxsize=1)
def _marker() -> re.Pattern[str]:
    return re.compile(rulebook()["versions"].tables["marker"], re.IGNORECASE)


def without_marker(text: str) -> str:
    """Return ``text`` without the marks of numbering that it begins with (rules/versions.toml)."""
    return _marker().sub("", text, count=1)
