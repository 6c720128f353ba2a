"""What a PDF carries besides its pages."""

import re

_SIGNATURE = re.compile(rb"/ByteRange\s*\[")  # stands in the open in every signed PDF: ISO 32000-1, 12.8.1
_SCRIPT = re.compile(rb"/S\s*/(?:JavaScript|Launch)\b")


def note_pdf(raw: bytes) -> tuple[str, ...]:
    """Return what is to be noted of the PDF ``raw``: "macros" (scripts, never run), "signed"."""
    return tuple(note for note, sign in (("macros", _SCRIPT), ("signed", _SIGNATURE)) if sign.search(raw))
