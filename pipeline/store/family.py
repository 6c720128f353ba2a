"""Which documents are one directive: the same words in another format, a draft and its signed form, a corrected copy."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, or_, select, true, update

from models import Result, Task
from pipeline.store.difference import match_tasks
from pipeline.store.rows import header_values
from pipeline.store.tables import documents, tasks
from pipeline.store.words import searchable

_TITLES_ALIKE: Final = 0.7
"""share of words that the titles of a draft and its signed form have in common"""
_TASKS_ALIKE: Final = 0.5
"""share of the smaller one's tasks that stand in both"""
_MOST: Final = 300
"""drafts of one issuer that are looked at"""


def find_duplicate(connection: Connection, document: int, text_key: str) -> int | None:
    """Return the first document that says the same in another file."""
    others = select(documents.c.id).where(
        documents.c.text_key == text_key, documents.c.id != document, documents.c.state.in_(("review", "done", "received", "working"))
    )
    found: int | None = connection.execute(others.order_by(documents.c.id).limit(1)).scalar_one_or_none()
    return found


def find_family(connection: Connection, document: int, result: Result) -> int | None:
    """Return the family that a directive belongs to: that of a document with its number, issuer and date, or of its draft or signed form.

    Two signed documents with different numbers are never one directive, however alike they are.
    """
    head = header_values(result)
    for row in connection.execute(_same_number(document, head)).mappings() if head["number_key"] else ():
        if _same_issuer(row, head) and _same_day(row, head):
            return int(row["family_id"])
    if not head["title"]:
        return None
    title = _words(head["title"])
    for row in connection.execute(_drafts(document, head)).mappings():
        if not (_same_issuer(row, head) and row["title"] and _alike(title, _words(row["title"])) >= _TITLES_ALIKE):
            continue
        if _tasks_alike(_tasks(connection, row["id"]), result.tasks):
            return int(row["family_id"])
    return None


def join_family(connection: Connection, document: int, family: int) -> int | None:
    """Enter ``document`` in ``family`` and number its versions anew; return the version just before it, None where it is the first.

    Drafts come before what is signed, then the earlier date, then what was received first.
    """
    connection.execute(update(documents).where(documents.c.id == document).values(family_id=family))
    rows = connection.execute(select(documents).where(documents.c.family_id == family, _counts()).with_for_update()).mappings().all()
    order = sorted(rows, key=lambda row: (not row["draft"], row["issued_on"] or "", row["id"]))
    for version, row in enumerate(order, 1):
        latest = version == len(order)
        if (row["version"], bool(row["latest"])) != (version, latest):
            connection.execute(update(documents).where(documents.c.id == row["id"]).values(version=version, latest=latest))
    place = next((i for i, row in enumerate(order) if row["id"] == document), 0)
    return int(order[place - 1]["id"]) if place else None


def _counts() -> ColumnElement[bool]:
    """Duplicates are no versions."""
    return documents.c.duplicate_of.is_(None)


def _same_number(document: int, head: Mapping[str, Any]) -> Any:
    return (
        select(documents)
        .where(documents.c.number_key == head["number_key"], documents.c.id != document, documents.c.family_id.is_not(None), _counts())
        .order_by(documents.c.id)
        .limit(_MOST)
    )


def _drafts(document: int, head: Mapping[str, Any]) -> Any:
    """Drafts for what is signed, drafts and signed ones for a draft: newest first."""
    is_draft = head["draft"] or not head["number_key"]
    draft = or_(documents.c.draft, documents.c.number_key.is_(None))
    return (
        select(documents)
        .where(
            documents.c.id != document,
            documents.c.family_id.is_not(None),
            _counts(),
            and_(documents.c.kind_code == head["kind_code"] if head["kind_code"] else documents.c.kind_code.is_(None)),
            or_(documents.c.issuer_id == head["issuer_id"], documents.c.issuer_id.is_(None)) if head["issuer_id"] else true(),
            true() if is_draft else draft,
        )
        .order_by(documents.c.id.desc())
        .limit(_MOST)
    )


def _same_issuer(row: RowMapping, head: Mapping[str, Any]) -> bool:
    if not row["issuer"] or not head["issuer"]:
        return True  # not printed, or not read
    return row["issuer_id"] == head["issuer_id"] or _words(row["issuer"]) == _words(head["issuer"])


def _same_day(row: RowMapping, head: Mapping[str, Any]) -> bool:
    """A day that one of them leaves blank is no difference; a draft bears the day it was written."""
    one, other = row["issued_on"] or "", head["issued_on"] or ""
    return one.startswith(other) or other.startswith(one) or bool(row["draft"]) != bool(head["draft"])


def _tasks(connection: Connection, document: int) -> list[Task]:
    found = select(tasks.c.base).where(tasks.c.document_id == document, tasks.c.base.is_not(None)).order_by(tasks.c.place)
    return [Task.model_validate_json(base) for base in connection.execute(found).scalars()]


def _tasks_alike(old: Sequence[Task], new: Sequence[Task]) -> bool:
    if not old or not new:
        return not old and not new
    return len(match_tasks(old, new)) / min(len(old), len(new)) >= _TASKS_ALIKE


def _words(text: str) -> Counter[str]:
    return Counter(searchable(text).exact.split())


def _alike(one: Counter[str], other: Counter[str]) -> float:
    return 2 * sum((one & other).values()) / max(1, sum(one.values()) + sum(other.values()))
