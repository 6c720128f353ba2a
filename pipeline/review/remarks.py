"""Findings as the page says them: what a clerk can do something with, no names of rules."""

import re
from functools import lru_cache
from typing import Final

from models import Finding
from pipeline.messages import say
from pipeline.rulebook import rulebook

_MENDED: Final = "mended"
_GAP = re.compile(r"\\\{(read|now|rule)\\\}")


def say_finding(finding: Finding) -> str:
    """Return the words of a finding. A letter that was mended in a scan says why it is sure, not by which rule."""
    match = _mended().fullmatch(finding.message) if finding.code == _MENDED else None
    if match is None:
        return finding.message
    said = match.groupdict()
    reason = next((rule.says for rule in rulebook()["ocr"].rules if rule.id == said.get("rule")), "")
    return say("document.mended", read=said["read"], now=said["now"], why=f" ({reason})" if reason else "")


@lru_cache(maxsize=1)
def _mended() -> re.Pattern[str]:
    """Return the words of rules/checks.toml about mended letters as a pattern."""
    words = rulebook()["checks"].tables["findings"][_MENDED]["message"]
    return re.compile(_GAP.sub(lambda gap: f"(?P<{gap[1]}>.*)", re.escape(words)), re.DOTALL)
