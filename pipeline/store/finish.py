"""What a worker made of a document enters the store: its result, its tasks, its place among versions and links, in one transaction."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, update

from models import Claim, Link, Result, StoredDocument
from pipeline.store.carry import carry_over, process_again
from pipeline.store.database import Database
from pipeline.store.family import find_duplicate, find_family, join_family
from pipeline.store.feed import Policy, publish
from pipeline.store.identity import text_key
from pipeline.store.links import find_links, settle_links, write_links
from pipeline.store.notices import note_document
from pipeline.store.queue import close, hold
from pipeline.store.rows import document_of, header_values, load_document, load_result, packed
from pipeline.store.tables import document_texts, results
from pipeline.store.words import searchable

_TURN: Final = 0x61_0A_F1_71
_PIECE_WORDS: Final = 10_000
"""PostgreSQL counts the places of words up to 16,383; a longer text is searched in pieces"""


@dataclass(frozen=True)
class _Prepared:
    """What is made of a result before the database is held."""

    result: Result
    body: bytes
    head: Mapping[str, Any]
    text_key: str
    texts: tuple[Mapping[str, str], ...]
    links: tuple[Link, ...]


def finish(database: Database, claim: Claim, result: Result, policy: Policy) -> StoredDocument:
    """Enter ``result``; see ``Store.finish``."""
    made = _Prepared(result, packed(result), header_values(result), text_key(result), tuple(_pieces(result)), find_links(result))
    with database.write() as connection:
        # two documents that enter at once would not see each other, as versions, duplicates or targets of links
        database.take_turn(connection, _TURN)
        row = hold(connection, claim)
        now, document = database.now(connection), claim.document.id
        previous = load_result(connection, document)
        _write_result(connection, document, made, now)
        head = {**made.head, "text_key": made.text_key, "finished_at": now, "fault_code": None, "fault_message": None}
        state = "review"
        if previous is not None and row["duplicate_of"] is None:
            changed = process_again(connection, row, result, now)
            state = "done" if row["signed_off_at"] and not changed else "review"
            head |= {} if state == "done" else {"signed_off_at": None, "signed_off_by": None}
            close(connection, document, {**head, "state": state})
        elif (original := row["duplicate_of"] or find_duplicate(connection, document, made.text_key)) is not None:
            close(connection, document, {**head, "state": "duplicate", "duplicate_of": original, "family_id": None, "latest": False})
        else:
            family = find_family(connection, document, result) or document
            close(connection, document, {**head, "state": state, "duplicate_of": None, "latest": True})
            before = join_family(connection, document, family)
            carry_over(connection, row, result, before, now)
        _write_texts(connection, document, row["name"], made)
        write_links(connection, document, made.links)
        settle_links(connection, document)
        note_document(connection, "document.read", load_document(connection, document), now)
        publish(connection, document, policy, now)
        return document_of(load_document(connection, document))


def _write_result(connection: Connection, document: int, made: _Prepared, now: datetime) -> None:
    connection.execute(update(results).where(results.c.document_id == document, results.c.current).values(current=False))
    connection.execute(delete(results).where(results.c.document_id == document, results.c.rulebook == made.result.rulebook))
    values = {"document_id": document, "rulebook": made.result.rulebook, "made_at": now, "current": True, "body": made.body}
    connection.execute(insert(results).values(values))


def _pieces(result: Result) -> Iterator[Mapping[str, str]]:
    head = result.header
    names = (head.kind.name if head.kind else None, head.number, head.issuer.name if head.issuer else None, head.title)
    words = searchable(" · ".join((*(name for name in names if name), result.text)))
    exact, folded = words.exact.split(" "), words.folded.split(" ")
    for at in range(0, len(exact), _PIECE_WORDS):
        yield {"exact": " ".join(exact[at : at + _PIECE_WORDS]), "folded": " ".join(folded[at : at + _PIECE_WORDS])}


def _write_texts(connection: Connection, document: int, name: str, made: _Prepared) -> None:
    connection.execute(delete(document_texts).where(document_texts.c.document_id == document))
    pieces = (searchable(name)._asdict(), *made.texts)  # the file's name in a piece of its own: it is no part of the words
    connection.execute(insert(document_texts), [{"document_id": document, **piece} for piece in pieces])
