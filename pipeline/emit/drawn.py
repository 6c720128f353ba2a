"""Pictures (SVG) as PNG, for programs that take no SVG: drawn by typst with the font that comes with it, so alike on every machine."""

import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Final

import typst

_PAGE: Final = '#set page(width: {width}pt, height: auto, margin: 0pt, fill: white)\n#image("picture.svg", width: {width}pt)\n'
_POINTS: Final = 0.75  # of a pixel of the web
_PPI: Final = 96


def write_png(picture: bytes, width: int) -> bytes:
    """Return the SVG ``picture`` as PNG, ``width`` pixels wide, on white. The same picture gives the same bytes."""
    with tempfile.TemporaryDirectory(prefix="giaoviec-") as made:
        place = Path(made)
        (place / "picture.svg").write_bytes(picture)
        (place / "page.typ").write_text(_PAGE.format(width=width * _POINTS), encoding="utf-8")
        png = typst.Compiler(str(place / "page.typ"), root=str(place), font_paths=_fonts()).compile(format="png", ppi=_PPI)
    assert isinstance(png, bytes)
    return png


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)
