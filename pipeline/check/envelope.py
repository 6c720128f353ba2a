"""What the edXML envelope says and the document does not, or says otherwise."""

from collections.abc import Iterator

from models import Document, Envelope, Finding, Header, Span
from pipeline.check.finding import make_finding
from pipeline.rulebook import rulebook
from pipeline.same import same_text, same_unit
from pipeline.units import ascii_fold

_FEW = 0.3  # of the words of the shorter title: fewer in common, and the two are about different things


def find_envelope_conflicts(document: Document, header: Header) -> Iterator[Finding]:
    """Yield what differs between the envelope and the head of the document, what the envelope recalls, what in it could not be read.

    Nothing where the document came without an envelope, or where one of the two is silent.
    """
    envelope = document.source.envelope
    if envelope is None:
        return
    yield from _action(envelope)
    for attachment in envelope.attachments:
        if attachment.use == "unread":
            yield make_finding("envelope", "attachment-unread", [], name=attachment.name, reason=attachment.reason or "")
    if envelope.code and header.number and _number(envelope.code) != _number(header.number):
        yield _conflict("number", envelope.code, header.number, header)
    if envelope.issued_on and header.issued_on and not envelope.issued_on.startswith(header.issued_on):
        yield _conflict("date", _said(envelope.issued_on), _said(header.issued_on), header, "issued_on")
    if envelope.kind and header.kind and ascii_fold(envelope.kind) != ascii_fold(header.kind.name):
        yield _conflict("kind", envelope.kind, header.kind.name, header)
    if envelope.subject and header.title and _unlike(envelope.subject, header.title):
        yield _conflict("subject", envelope.subject, header.title, header, "title")
    sender, issuer = envelope.sender, header.issuer
    if sender and sender.name and issuer and _unlike_units(sender.name, issuer.name):
        yield make_finding("envelope", "envelope-issuer", _spans(issuer.span), envelope=sender.name, printed=issuer.name)
    signer = header.signer
    if envelope.signer and signer and ascii_fold(envelope.signer) != ascii_fold(signer.name):
        yield make_finding("envelope", "envelope-signer", _spans(signer.span), envelope=envelope.signer, printed=signer.name)


def _action(envelope: Envelope) -> Iterator[Finding]:
    known = envelope.document_id or envelope.code or ""
    if envelope.action == "recall":
        yield make_finding("envelope", "envelope-recall", [], document=known)
    elif envelope.action in ("update", "replace"):
        action = rulebook()["envelope"].tables["actions"][envelope.action]
        yield make_finding("envelope", "envelope-update", [], document=known, action=action)


def _conflict(code: str, envelope: str, printed: str, header: Header, key: str = "") -> Finding:
    return make_finding("envelope", f"envelope-{code}", _spans(header.spans.get(key or code)), envelope=envelope, printed=printed)


def _spans(span: Span | None) -> list[Span]:
    return [span] if span else []


def _number(value: str) -> str:
    return ascii_fold(value).lstrip("0")


def _said(day: str) -> str:
    return "/".join(reversed(day.split("-")))


def _unlike(one: str, other: str) -> bool:
    """Return whether two titles have next to nothing in common; short forms ("V/v …") keep a few words of the long one."""
    a, b = set(ascii_fold(one).split("-")), set(ascii_fold(other).split("-"))
    return len(a & b) < _FEW * min(len(a), len(b)) and not same_text(one, other)


def _unlike_units(sender: str, issuer: str) -> bool:
    """Return whether two names share no unit: envelopes write "UBND xã A - UBND huyện B" where the print has "ỦY BAN NHÂN DÂN XÃ A"."""
    return not any(same_unit(part, issuer) for part in (sender, *sender.split(" - ")))
