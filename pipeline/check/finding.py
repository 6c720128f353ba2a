"""How a finding is made: severity and words are in ``[findings.CODE]`` of the rule file of its subject."""

from collections.abc import Sequence

from models import Finding, Span
from pipeline.rulebook import rulebook


def make_finding(file: str, code: str, spans: Sequence[Span], **values: object) -> Finding:
    """Return the finding ``code`` with the words of rules/``file``.toml, ``values`` put in."""
    entry = rulebook()[file].tables["findings"][code]
    return Finding(code=code, severity=entry["severity"], message=entry["message"].format(**values), spans=tuple(spans))
