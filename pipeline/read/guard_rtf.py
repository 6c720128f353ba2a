"""RTF is counted before LibreOffice is started for it."""

import re
from itertools import accumulate
from typing import Final

from models import SourceError
from pipeline.messages import say
from pipeline.read.guard import refuse

MAX_DEPTH: Final = 1_000
MAX_PARAGRAPHS: Final = 400_000
_BRACE = re.compile(rb"[{}]")


def guard_rtf(raw: bytes, file: str) -> None:
    """See that the groups of the RTF file ``raw`` are all closed, and that it is of a size that directives have.

    Raises SourceError: "broken" (cut short), "unsafe-depth", "over-output".
    """
    if raw.count(b"\\par") + raw.count(b"\\cell") > MAX_PARAGRAPHS:
        raise SourceError("over-output", say("read.over-blocks", file=file, limit=MAX_PARAGRAPHS))
    if b"\\bin" in raw:
        return  # raw bytes may hold braces
    for sign in (b"\\\\", b"\\{", b"\\}"):
        raw = raw.replace(sign, b"")
    depths = accumulate(1 if brace == b"{" else -1 for brace in _BRACE.findall(raw))
    last = deepest = 0
    for last in depths:
        deepest = max(deepest, last)
    if deepest > MAX_DEPTH:
        raise refuse(file, "depth", limit=MAX_DEPTH)
    if last > 0:
        raise SourceError("broken", say("read.broken", file=file, reason=say("unsafe.open")))
