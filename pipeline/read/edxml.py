"""edXML: the electronic envelope in which offices send each other documents (QCVN 102:2016/BTTTT, Sửa đổi 1:2022).

The directive is one of its attachments, read by the reader of its own format; appendices follow it in the text. What the header of the
envelope says goes with the document (``Source.envelope``) and is never put into its words. Both dialects in use are read: the regulation's
``edXML`` and the older ``EdXMLEnvelope`` of the axis, alone or as a part of a MIME message. Names of elements are told without
namespace and case, since senders write them in several ways.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lxml import etree

from models import Aside, Attachment, Block, Document, Envelope, Mend, Organ, Source, SourceError, Span, Table
from models.envelope import Action, Use
from pipeline.messages import say
from pipeline.read.edxml_parts import Part, attachments, below, is_mail, local, open_mail, words
from pipeline.read.guard import guard_xml
from pipeline.rulebook import rulebook
from pipeline.text import fold_text

_ACTIONS: Final[Mapping[str, Action]] = {"0": "new", "1": "recall", "2": "update", "3": "replace"}
_DAYS: Final = ("%Y/%m/%d", "%Y-%m-%d", "%d/%m/%Y")
_HEAD: Final = 4000
"""letters in which a directive bears its own number"""
_ALIKE: Final = 0.9
_WORD = re.compile(r"[^\W_]+")

ReadPart = Callable[[bytes, str], Document]


@dataclass(frozen=True)
class _Piece:
    part: Part
    document: Document | None
    fault: str | None


def read_edxml(raw: bytes, file: str, name: str, read_part: ReadPart) -> Document:
    """Return the directive in the envelope ``raw`` with its appendices behind it; ``file`` is what messages call it.

    ``read_part`` reads the bytes of an attachment (content, name). The directive is the attachment that bears the number of the
    envelope at its head, else the first that is not named an appendix; a copy of what was read (the signed PDF beside the Word file)
    is left out. ``Source`` is the envelope's file. Raises SourceError: "edxml-broken", "unsafe-…" (see guard_xml), "edxml-empty" (a
    message without attachments), "edxml-unread" (none can be read), and what the reader of the only attachment raises.
    """
    xml, mailed = open_mail(raw, file) if is_mail(raw) else (raw, [])
    root = _parse(xml, file)
    header = next((element for element in root.iter() if local(element) == "messageheader"), None)
    parts = attachments(root, mailed, file)
    if header is None or not parts:
        raise SourceError("edxml-empty" if header is not None else "edxml-broken", say("read.edxml-empty", file=file))
    envelope = _envelope(root, header)
    pieces = [_read(part, read_part) for part in parts]
    readable = [piece for piece in pieces if piece.document]
    if not readable:
        faults = "; ".join(f"{piece.part.name}: {piece.fault}" for piece in pieces)
        raise SourceError("edxml-unread", say("read.edxml-unread", file=file, faults=faults))
    directive = _directive(readable, envelope)
    uses = _uses(pieces, directive)
    listed = tuple(
        Attachment(name=p.part.name, media_type=p.part.media_type, description=p.part.description, use=use, reason=p.fault)
        for p, use in zip(pieces, uses, strict=True)
    )
    appendices = [piece for piece, use in zip(pieces, uses, strict=True) if use == "appendix"]
    documents = [piece.document for piece in (directive, *appendices) if piece.document]
    source = _source(raw, name, documents).model_copy(update={"envelope": envelope.model_copy(update={"attachments": listed})})
    return _joined(documents, source)


def _parse(xml: bytes, file: str) -> etree._Element:
    guard_xml(xml, file)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=True, remove_pis=True)
    try:
        return etree.fromstring(xml.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError("edxml-broken", say("read.edxml-broken", file=file)) from error


def _read(part: Part, read_part: ReadPart) -> _Piece:
    if part.fault:
        return _Piece(part, None, part.fault)
    try:
        return _Piece(part, read_part(part.content, part.name), None)
    except SourceError as error:
        return _Piece(part, None, str(error).removeprefix(f"{part.name}: "))


# --- the header ----------------------------------------------------------------------------------------------------------


def _envelope(root: etree._Element, header: etree._Element) -> Envelope:
    business = next((element for element in root.iter() if local(element) in ("bussiness", "business")), None)
    kind = words(header, "documenttype", "typename")
    if kind is None and (found := below(header, "documenttype")) is not None and not len(found):
        kind = words(header, "documenttype")
    answers = (words(element, "documentid") for element in header if local(element) == "responsefor")
    return Envelope(
        document_id=words(header, "documentid") or words(business, "documentid"),
        number=words(header, "code", "codenumber"),
        notation=words(header, "code", "codenotation"),
        issued_on=_day(words(header, "promulgationinfo", "promulgationdate")),
        place=words(header, "promulgationinfo", "place"),
        kind=kind,
        subject=words(header, "subject") or words(header, "content"),
        sender=_organ(below(header, "from")),
        receivers=tuple(organ for element in header if local(element) == "to" and (organ := _organ(element))),
        signer=words(header, "signerinfo", "fullname") or words(header, "signerinfo", "signer"),
        signer_post=words(header, "signerinfo", "position"),
        signed_for=words(header, "signerinfo", "competence"),
        due_on=_day(words(header, "duedate")),
        priority=words(header, "otherinfo", "priority"),
        steering=words(header, "steeringtype"),
        action=_ACTIONS.get(words(business, "bussinessdoctype") or words(business, "businessdoctype") or ""),
        answers=tuple(dict.fromkeys(answer for answer in answers if answer)),
    )


def _organ(element: etree._Element | None) -> Organ | None:
    found = Organ(id=words(element, "organid"), name=words(element, "organname") or words(element, "organizationincharge"))
    return found if found.id or found.name else None


def _day(value: str | None) -> str | None:
    """Return a day as an ISO date, None where it is none: the regulation writes 2024/01/10, some senders other forms, some a time too."""
    for form in _DAYS:
        try:
            return datetime.strptime((value or "").replace("T", " ").split(" ")[0], form).date().isoformat()
        except ValueError:
            continue
    return None


# --- which attachment is what --------------------------------------------------------------------------------------------


def _directive(readable: Sequence[_Piece], envelope: Envelope) -> _Piece:
    """Return the attachment that is the directive; of several that bear its number, one that was not read from pictures."""
    ranks = []
    for place, piece in enumerate(readable):
        assert piece.document
        own = _bears(piece.document.text, envelope)
        ranks.append(((not own, _is_appendix(piece.part), piece.document.source.ocr, place), piece))
    return min(ranks, key=lambda rank: rank[0])[1]


def _bears(text: str, envelope: Envelope) -> bool:
    """Return whether ``text`` bears the number of the envelope as its own ("Số: 25/KH-UBND" at the head, not "kèm theo … số …")."""
    if not envelope.code:
        return False
    wanted = re.sub(r"\s", "", fold_text(envelope.code)).lstrip("0")
    own = re.compile(_tables()["own-number"])
    return any(re.sub(r"\s", "", match["number"]).lstrip("0") == wanted for match in own.finditer(_folded_lines(text)))


def _folded_lines(text: str) -> str:
    return "\n".join(fold_text(line) for line in text[:_HEAD].splitlines())


def _is_appendix(part: Part) -> bool:
    """Return whether the name or the description of an attachment calls it an appendix."""
    called = fold_text(f"{part.name} {part.description or ''}").replace("-", " ").replace("_", " ")
    return re.search(_tables()["appendix-name"], called) is not None


def _uses(pieces: Sequence[_Piece], directive: _Piece) -> list[Use]:
    seen = [_bag(directive)]
    uses: list[Use] = []
    for piece in pieces:
        if piece is directive:
            uses.append("directive")
        elif piece.document is None:
            uses.append("unread")
        elif any(_same(bag := _bag(piece), other) for other in seen):
            uses.append("copy")
        else:
            seen.append(bag)
            uses.append("appendix")
    return uses


def _bag(piece: _Piece) -> frozenset[str]:
    return frozenset(_WORD.findall(fold_text(piece.document.text))) if piece.document else frozenset()


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether two texts are one: nearly all words of each stand in the other (letters that OCR misread aside)."""
    return bool(one and other) and len(one & other) >= _ALIKE * max(len(one), len(other))


def _tables() -> Mapping[str, Any]:
    tables: Mapping[str, Any] = rulebook()["envelope"].tables["attachments"]
    return tables


# --- one document of several ---------------------------------------------------------------------------------------------


def _source(raw: bytes, name: str, documents: Sequence[Document]) -> Source:
    sources = [document.source for document in documents]
    pages = [source.pages for source in sources]
    return Source(
        name=name,
        sha256=hashlib.sha256(raw).hexdigest(),
        media_type="application/edxml+xml",
        pages=sum(page or 0 for page in pages) if all(pages) else None,
        ocr=any(source.ocr for source in sources),
        notes=tuple(dict.fromkeys(note for source in sources for note in source.notes)),
    )


def _joined(documents: Sequence[Document], source: Source) -> Document:
    """Return ``documents`` one behind the other as one; places and page numbers are moved along."""
    texts: list[str] = []
    blocks, tables, asides, mends = list[Block](), list[Table](), list[Aside](), list[Mend]()
    at = page = 0

    for document in documents:
        if texts:
            texts.append("\n\f\n" if source.pages else "\n\n\n")
            at += 3
        blocks += [b.model_copy(update={"span": _moved(b.span, at), "page": b.page + page if b.page else None}) for b in document.blocks]
        for table in document.tables:
            rows = tuple(tuple(_moved(cell, at) if cell else None for cell in row) for row in table.rows)
            tables.append(Table(span=_moved(table.span, at), rows=rows))
        asides += [a.model_copy(update={"at": a.at + at, "page": a.page + page if a.page else None}) for a in document.asides]
        mends += [m.model_copy(update={"span": _moved(m.span, at)}) for m in document.mends]
        texts.append(document.text)
        at += len(document.text)
        page += document.source.pages or 0
    return Document(
        text="".join(texts), source=source, blocks=tuple(blocks), tables=tuple(tables), asides=tuple(asides), mends=tuple(mends)
    )


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)
