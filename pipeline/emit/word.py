"""Word papers from templates that an office can change in Word: the tags are those of docxtpl ({{ … }}, {%tr for … %}, {%p if … %}).

docxtpl makes Jinja of the parts of a template; that is done once for a template and kept, so that a letter takes a few milliseconds. Values
are always escaped, and templates run in Jinja's sandbox: a file from elsewhere must not run anything. All other parts are passed on as they
are, with one fixed time, so that the same values and template give the same bytes.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Final
from xml.parsers import expat

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateSyntaxError
from jinja2.exceptions import TemplateError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from models import OutputError
from pipeline.messages import printable, say

SHIPPED: Final = Path(__file__).parent / "templates" / "word"
_ZIPPED: Final = (1980, 1, 1, 0, 0, 0)
_FILLED: Final = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml|docProps/core\.xml")
_TAG: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_BLOCK: Final = re.compile(r"\{%-?\s*(end)?(?:if|for)\b.*?%\}", re.DOTALL)
_OPEN: Final = re.compile(r"\{\{[^{}]*|\{%[^{}]*")
_PARAGRAPH: Final = re.compile(r"<w:p([ >])")
_MARKUP: Final = re.compile(r"<[^>]+>")
_NAME: Final = re.compile(r"'([^']+)' is undefined|has no attribute '([^']+)'")
_NOT_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPOKEN: Final = ("\n", "\t", "\a", "\f")  # docxtpl makes line and paragraph ends of them
_SHOWN: Final = 60
_END: Final = "</w:p>"
_PIECE: Final = 1 << 16  # characters that are filled in before they are written


@dataclass(frozen=True)
class _Part:
    """A part of a template: as it is, or to be filled in."""

    name: str
    raw: bytes
    source: str = ""
    template: Template | None = None
    grows: bool = False  # it adds columns: the grid of its tables has to be counted anew


def write_word(name: str, values: Mapping[str, Any], folder: Path | None = None) -> bytes:
    """Return the paper ``name`` as DOCX, filled with ``values``, by the template of that name in ``folder`` or, where it has none, ours.

    Raises OutputError where the template cannot be read or filled in: which file, which tag.
    """
    buffer = io.BytesIO()
    write_word_into(buffer, name, values, folder)
    return buffer.getvalue()


def write_word_into(out: IO[bytes], name: str, values: Mapping[str, Any], folder: Path | None = None) -> None:
    """Write into ``out`` what ``write_word`` returns, piece by piece: memory does not grow with lists in ``values`` that lie on disk."""
    file = find_template(f"{name}.docx", SHIPPED, folder)
    try:
        changed = file.stat().st_mtime_ns
    except OSError as error:
        raise OutputError(say("papers.not-readable", file=printable(file), reason=error.strerror or str(error))) from error
    parts = _load(file, changed)
    with zipfile.ZipFile(out, "w") as archive:
        for part in parts:
            info = zipfile.ZipInfo(part.name, _ZIPPED)
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w") as written:
                for piece in _fill(file, part, values) if part.template else (part.raw,):
                    written.write(piece)


def find_template(name: str, shipped: Path, folder: Path | None) -> Path:
    """Return the template ``name`` of the office's ``folder``, else the one that is ``shipped``.

    Raises OutputError where there is no such folder: papers of the wrong look would go out unseen.
    """
    if folder is None:
        return shipped / name
    if not folder.is_dir():
        raise OutputError(say("papers.no-folder", folder=printable(folder)))
    return folder / name if (folder / name).is_file() else shipped / name


@lru_cache(maxsize=32)
def _load(file: Path, _changed: int) -> tuple[_Part, ...]:
    """Return the parts of the template; a change of the file makes them anew."""
    try:
        raw = file.read_bytes()
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            held = [(info.filename, archive.read(info)) for info in archive.infolist() if not info.is_dir()]
    except OSError as error:
        raise OutputError(say("papers.not-readable", file=printable(file), reason=error.strerror or str(error))) from error
    # zipfile raises RuntimeError for a locked file, NotImplementedError for a way of packing that it does not know
    except (zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError) as error:
        raise OutputError(say("papers.not-word", file=printable(file))) from error
    if not any(name == "word/document.xml" for name, _ in held):
        raise OutputError(say("papers.not-word", file=printable(file)))
    return tuple(_part(file, name, content) for name, content in held)


def _part(file: Path, name: str, raw: bytes) -> _Part:
    if not _FILLED.fullmatch(name):
        return _Part(name, raw)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise OutputError(say("papers.not-word", file=printable(file))) from error
    if "{" not in text:
        return _Part(name, raw)
    patched = DocxTemplate(io.BytesIO()).patch_xml(text)
    source = _PARAGRAPH.sub(r"\n<w:p\1", patched)  # a line a paragraph, so that an error's line leads to its words
    try:
        return _Part(name, raw, source, _environment().from_string(source), bool(re.search(r"\{%\s*tc\b", text)))
    except TemplateSyntaxError as error:
        reason = say("papers.unfinished", reason=error.message or "")
        tag = (_unclosed(source) if "end of template" in (error.message or "") else None) or _tag(source, error.lineno)
        raise OutputError(say("papers.bad-tag", file=printable(file), tag=tag, reason=reason)) from error


def _fill(file: Path, part: _Part, values: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield the part filled in, in pieces; it is well-formed where the last one was given."""
    parser = expat.ParserCreate()
    last, begin = b"", 0
    for text in _pieces(file, part, values):
        if any(sign in text for sign in _SPOKEN):
            text = DocxTemplate(io.BytesIO()).resolve_listing(text)
        raw = text.encode("utf-8")
        _check(file, parser, raw, last, begin)
        yield raw
        begin += len(last)
        last = raw
    _check(file, parser, b"", last, begin)


def _pieces(file: Path, part: _Part, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the words of the part in pieces that end with a paragraph: what is done to them looks at no more than one. The declaration of
    XML, whose line end is no sign of docxtpl, is a piece of its own."""
    assert part.template is not None
    held: list[str] = []
    size = 0
    is_begun = False
    try:
        for text in part.template.generate(values):
            held.append(text)
            size += len(text)
            if size < _PIECE or _END not in text:
                continue
            declaration, whole, rest = _cut("".join(held), is_begun)
            is_begun = True
            yield from filter(None, (declaration, whole))
            held, size = [rest], len(rest)
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        found = _NAME.search(str(error))
        missing = (found[1] or found[2]) if found else None
        reason = say("papers.unknown-name", name=missing) if missing else str(error)[:200]
        tag = _tag(part.source, _line(error), missing)
        raise OutputError(say("papers.bad-tag", file=printable(file), tag=tag, reason=reason)) from error
    declaration, whole, rest = _cut("".join(held), is_begun)
    yield from filter(None, (declaration, whole, rest))


def _cut(text: str, is_begun: bool) -> tuple[str, str, str]:
    """Return the declaration of XML (at the beginning of the part), the whole paragraphs, what comes after them."""
    declaration, sign, words = ("", "", text) if is_begun or "?>" not in text else text.partition("?>")
    words = words.replace("\n<w:p ", "<w:p ").replace("\n<w:p>", "<w:p>")
    whole, end, rest = words.rpartition(_END)
    return declaration + sign, whole + end, rest


def _check(file: Path, parser: expat.XMLParserType, raw: bytes, before: bytes, begin: int) -> None:
    """See that what was filled in goes on as XML with ``raw`` (empty: that it ends); ``before`` came before it, at byte ``begin``."""
    try:
        parser.Parse(raw, not raw)
    except expat.ExpatError as error:
        at = parser.ErrorByteIndex - begin
        near = (before + raw)[max(0, at - 400) : at + 200].decode("utf-8", "ignore")
        words = " ".join(_MARKUP.sub(" ", near).split())[-_SHOWN:]
        raise OutputError(say("papers.broken-words", file=printable(file), words=words)) from error


def _tag(source: str, line: int | None, name: str | None = None) -> str:
    """Return the tag on ``line`` of ``source`` (the one that holds ``name``, else the first; unfinished ones too), as it is written."""
    lines = source.split("\n")
    words = lines[line - 1] if line and line <= len(lines) else source
    tags = _TAG.findall(words) or _OPEN.findall(words) or _TAG.findall(source)
    found = next((tag for tag in tags if name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", tag)), tags[0] if tags else "?")
    return " ".join(_MARKUP.sub("", str(found)).split())[:_SHOWN]


def _unclosed(source: str) -> str | None:
    """Return the innermost tag that a tag of its kind should close and none does."""
    waiting: list[str] = []
    for found in _BLOCK.finditer(source):
        if not found[1]:
            waiting.append(found[0])
        elif waiting:
            waiting.pop()
    return _MARKUP.sub("", waiting[-1])[:_SHOWN] if waiting else None


def _line(error: BaseException) -> int | None:
    """Return the line of the template at which ``error`` arose."""
    trace, line = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=_clean)


def _clean(value: object) -> object:
    """Return text without the characters that XML cannot hold."""
    return _NOT_XML.sub("", value) if isinstance(value, str) and not isinstance(value, Markup) else value
