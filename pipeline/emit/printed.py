"""Papers as PDF, set by typst from templates that an office can change (*.typ). Nothing is fetched: no packages, no net.

What is printed reaches a template as data (data.json), never as markup, so no letter of it can be a command. A template sees only its own
folder. Dates of making are fixed: the same values, templates and fonts give the same bytes.
"""

import json
import re
import tempfile
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import typst

from models import OutputError
from pipeline.emit.joined import count_pages, join_papers
from pipeline.emit.word import find_template
from pipeline.messages import printable, say

SHIPPED: Final = Path(__file__).parent / "templates" / "print"
# Times New Roman where the machine has it, else a font of the same widths; the last comes with typst and has all of Vietnamese.
_FONTS: Final = ("Times New Roman", "Tinos", "Liberation Serif", "Libertinus Serif")
_PICTURES: Final = (".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif")
_PACKAGE: Final = re.compile(r'"(@[^"/]+/[^"]+)"')
_COMMON: Final = "chung.typ"
_PARTS: Final = re.compile(rb"""data\.(?:at\(")?first_page""")
_LARGE: Final = 100_000  # bytes of a paper
_KEPT: Final = 11  # papers for which typst keeps what it worked out
_MADE: Final = 315_532_800  # 1980-01-01, in seconds since 1970


def write_print(
    name: str,
    values: Mapping[str, Any],
    folder: Path | None = None,
    pictures: Mapping[str, bytes] | None = None,
    *,
    tagged: bool = True,
) -> bytes:
    """Return the paper ``name`` as PDF, made of ``values`` by the template NAME.typ in ``folder`` or, where it has none, ours.

    ``pictures`` are files that the template may place. Other .typ files and pictures of ``folder`` are there for it too. ``tagged``: with
    the order of reading and the cells of tables, for those who have it read out. Raises OutputError where the template has a fault: which
    file, what the compiler says.
    """
    main = find_template(f"{name}.typ", SHIPPED, folder)
    with tempfile.TemporaryDirectory(prefix="giaoviec-") as made:
        place = Path(made)
        for source in (SHIPPED, folder):
            for file in sorted(source.iterdir()) if source else ():
                if file.is_file() and file.suffix.lower() in (".typ", *_PICTURES):
                    (place / file.name).write_bytes(_checked(file))
        for picture, content in (pictures or {}).items():
            (place / picture).write_bytes(content)
        data = {**values, "fonts": [family for family in _FONTS if family in _families()]}
        (place / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8", errors="replace")
        try:
            compiler = typst.Compiler(str(place / main.name), root=str(place), font_paths=_fonts())
            pdf = compiler.compile(format="pdf", timestamp=_MADE, pdf_tags=tagged)
        except typst.TypstError as error:
            reason = " ".join(f"{error.message} {' '.join(error.hints)}".replace(str(place), "").split())[:300]
            raise OutputError(say("papers.bad-print", file=printable(main), reason=f"{reason}{_where(error, place)}")) from error
        assert isinstance(pdf, bytes)
        if len(pdf) > _LARGE:
            _forget(place)
    return pdf


def write_print_in_parts(out: Path, name: str, parts: Iterable[Mapping[str, Any]], folder: Path | None = None) -> None:
    """Write the paper ``name`` into the file ``out``, set from ``parts`` one after another, so that memory does not grow with their number.

    Each begins a page; its values tell the template by ``first_page`` on which. Joined papers are not tagged. Raises as ``write_print``.
    """
    with tempfile.TemporaryDirectory(prefix="giaoviec-") as made:
        files: list[Path] = []
        page = 1
        for values in parts:
            pdf = write_print(name, {**values, "first_page": page}, folder, tagged=False)
            page += count_pages(pdf)
            files.append(Path(made) / f"{len(files)}.pdf")
            files[-1].write_bytes(pdf)
        join_papers(files, out)


def takes_parts(name: str, folder: Path | None = None) -> bool:
    """Return whether the template of the paper ``name`` can be set in parts: an office's own may begin anew on each page 1."""
    return all(_PARTS.search(_checked(find_template(file, SHIPPED, folder))) for file in (f"{name}.typ", _COMMON))


def _forget(place: Path) -> None:
    """Make typst drop what it keeps of the last paper: hundreds of megabytes where that was large, until so many others were set."""
    (place / "empty.typ").write_bytes(b"")
    compiler = typst.Compiler(str(place / "empty.typ"), root=str(place), font_paths=_fonts())
    for _ in range(_KEPT):
        compiler.compile(format="pdf")


def _checked(file: Path) -> bytes:
    """Return what is in ``file``, if it asks for no package: those come from the net."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise OutputError(say("papers.not-readable", file=printable(file), reason=error.strerror or str(error))) from error
    if file.suffix.lower() == ".typ" and (found := _PACKAGE.search(raw.decode("utf-8", "replace"))):
        raise OutputError(say("papers.no-typst", file=printable(file), package=found[1]))
    return raw


def _where(error: typst.TypstError, place: Path) -> str:
    """Return the line at which the compiler stopped, as it shows it, without the folder that is gone by then."""
    shown = error.diagnostic.replace(str(place), "").splitlines()
    found = re.search(r"([\w.-]+\.typ):(\d+)", error.diagnostic)
    if not found:
        return ""
    words = next((line.partition("│")[2].strip() for line in shown if re.match(rf"\s*{found[2]} │", line)), "")
    return f" ({found[1]}:{found[2]}: {words[:80]})" if words else f" ({found[1]}:{found[2]})"


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts()


@lru_cache(maxsize=1)
def _families() -> frozenset[str]:
    return frozenset(_fonts().families())
