"""Where numbers and marks of the pictures lead: the register of tasks with its filters, a task on its document's page."""

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal
from urllib.parse import urlencode

from models.outline import Role
from pipeline.review.asked import PLACE, ROLES

Quick = Literal["overdue", "today", "week", "leaderless", "open"]

_OPEN: Final = {"trang-thai": "chua-xong"}
_QUICK: Final[Mapping[Quick, Mapping[str, str]]] = {
    "overdue": {"nhanh": "qua-han"},
    "today": {"nhanh": "hom-nay"},
    "week": {"nhanh": "tuan-nay"},
    "leaderless": {**_OPEN, "chu-tri": "khong"},
    "open": _OPEN,
}
_SLUGS: Final = {role: slug for slug, role in ROLES.items()}


def register(
    quick: Quick | None = None,
    *,
    unit: str | None = None,
    role: Role | None = None,
    partner: str | None = None,
    partner_role: Role | None = None,
    document: int | None = None,
    due_from: date | None = None,
    due_to: date | None = None,
) -> str:
    """Return the address of the register with these filters."""
    values = dict(_QUICK[quick]) if quick else {}
    values |= {
        "don-vi": unit or "",
        "vai-tro": _SLUGS[role] if role else "",
        "voi": partner or "",
        "voi-vai-tro": _SLUGS[partner_role] if partner_role else "",
        "van-ban": str(document) if document is not None else "",
        "han-tu": due_from.isoformat() if due_from else "",
        "han-den": due_to.isoformat() if due_to else "",
    }
    return address(PLACE, values)


def task(document: int, uid: str) -> str:
    """Return the address of a task on its document's page."""
    return f"/van-ban/{document}#t-{uid}"


def address(path: str, asked: Mapping[str, str], /, **changed: str) -> str:
    """Return ``path`` with what was ``asked`` for, but for what is ``changed``; what is empty is left out."""
    values = {name: value for name, value in {**asked, **changed}.items() if value}
    return f"{path}?{urlencode(values)}" if values else path
