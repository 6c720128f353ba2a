"""Names that last: the uid of a task, the fingerprint of a directive's words."""

import hashlib
from collections.abc import Collection

from models import Result
from pipeline.store.rows import number_key
from pipeline.store.words import searchable


def task_uid(sha256: str, key: str, taken: Collection[str] = ()) -> str:
    """Return a uid (16 hex digits) for the task ``key`` of the file ``sha256``, other than those ``taken``.

    The same task of the same file has the same uid in every store.
    """
    count = 0
    while True:
        uid = hashlib.sha256(f"{sha256}\n{key}\n{count or ''}".encode("utf-8", "replace")).hexdigest()[:16]
        if uid not in taken:
            return uid
        count += 1


def text_key(result: Result) -> str:
    """Return a fingerprint of what a directive says, the same for the same words in another format.

    It is made of issuer, number, date and draft, and of the letters and digits of all clauses in order: spaces, marks, line breaks,
    pictures and page furniture differ from format to format, and so does the order of the columns in its head.
    """
    header = result.header
    issuer = header.issuer.unit_id if header.issuer else None
    head = f"{issuer or ''}\n{number_key(header.number) or ''}\n{header.issued_on or ''}\n{header.draft}\n"
    body = "".join(clause.span.cut(result.text) for clause in result.clauses) or result.text
    return hashlib.sha256((head + searchable(body).folded.replace(" ", "")).encode("utf-8", "replace")).hexdigest()
