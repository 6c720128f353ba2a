"""Which names in an inbox are no document's: what Office, browsers, sync clients and file systems leave beside documents."""

import re
from collections.abc import Container
from typing import Final

MARK: Final = ".giaoviec"
"""the folder of our own in an inbox, and the file that marks each folder where we put what was dealt with"""
_NOT_DOCUMENTS = re.compile(
    r"[.~].*"  # hidden files, ~$ and .~lock. of Office, ~WRL0001.tmp
    r"|.*\.(?:tmp|temp|part|partial|crdownload|download|opdownload|filepart|!ut|bak~|lock)"
    r"|desktop\.ini|ehthumbs(?:_vista)?\.db|thumbs\.db|icon\r",
    re.IGNORECASE | re.DOTALL,
)
_NOT_INBOX: Final = frozenset({"@eadir", "#recycle", "#snapshot", "$recycle.bin", "system volume information", "__macosx", "lost+found"})


def may_be_document(name: str) -> bool:
    """Return whether a file of this name is to be looked at."""
    return not _NOT_DOCUMENTS.fullmatch(name)


def may_hold_documents(name: str) -> bool:
    """Return whether a folder of this name is to be looked into."""
    return not name.startswith((".", "~")) and name.casefold() not in _NOT_INBOX


def is_open_in_office(name: str, beside: Container[str]) -> bool:
    """Return whether Word or LibreOffice left its lock file for ``name`` among the names ``beside``: somebody has it open.

    Word writes "~$" over the first letters of a name (none, one or two of them, by its length), LibreOffice ".~lock.NAME#".
    """
    return f".~lock.{name}#" in beside or any(f"~${name[cut:]}" in beside for cut in (0, 1, 2))
