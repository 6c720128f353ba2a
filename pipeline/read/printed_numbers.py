"""Numbers of documents that the end of a line cuts ("34/NQ-" and "CP") are put together again on the line they begin on."""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.read.compose import Piece

# A number or a code ends with a hyphen or stroke: 34/NQ-, 2025-, 07/2008/, QĐ-. "kinh tế -" and "thời-" do not.
_CUT = re.compile(r"(?:(?<=\s)|^)[(\"“]?(?=[^\s]*[\d/])[\w./&-]*[\w&][-/]$")
_REST = re.compile(r"(?:[A-ZĐ0-9][\w&]*)(?:[-/][\w&]+)*[^\s\w]*(?=\s|$)")


def rejoin(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the printed lines ``pieces`` with the rest of each cut number moved up to where the number begins."""
    found: list[Piece] = []
    for piece in pieces:
        above = found[-1] if found else None
        if above is not None and above.words[-1:] in ("-", "/") and _CUT.search(above.words) and (rest := _REST.match(piece.words)):
            shift = len(above.words)
            behind = len(piece.words) - len(piece.words[rest.end() :].lstrip())
            moved = tuple((a + shift, b + shift, read, rule) for a, b, read, rule in piece.mends if b <= rest.end())
            left = tuple((a - behind, b - behind, read, rule) for a, b, read, rule in piece.mends if a >= behind)
            found[-1] = replace(above, words=above.words + rest.group(), mends=above.mends + moved)
            piece = replace(piece, words=piece.words[behind:], mends=left)
        found.append(piece)
    return found
