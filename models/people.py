"""People who use the program, what they may do, and what they did beside deciding on tasks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict

OfficeRole = Literal["clerk", "reviewer", "leader", "admin", "integrator"]
Right = Literal["see", "receive", "progress", "decide", "sign-off", "hand-over", "administer"]

RIGHTS: Final[Mapping[OfficeRole, frozenset[Right]]] = {
    "clerk": frozenset({"see", "receive", "progress", "hand-over"}),
    "reviewer": frozenset({"see", "receive", "progress", "decide", "sign-off", "hand-over"}),
    "leader": frozenset({"see", "progress", "sign-off", "hand-over"}),
    "admin": frozenset({"see", "receive", "progress", "decide", "sign-off", "hand-over", "administer"}),
    "integrator": frozenset({"see", "receive", "hand-over"}),
}
"""What each role may do: *see* everything, *receive* files, note the *progress* of tasks, *decide* on tasks (approve, edit, reject, split,
merge, add), *sign off* a document, *hand over* (exports, the feed), *administer* accounts, tokens and webhooks."""


class Account(BaseModel):
    """Somebody who may sign in. ``name`` is what they type, ``full_name`` what others read.

    ``must_change``: the password was set for them by somebody else.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    name: str
    full_name: str
    role: OfficeRole
    must_change: bool = False
    active: bool = True
    created_at: datetime


class Person(BaseModel):
    """Who asks: somebody signed in, a program with a token, or (without login) whoever sits at the machine.

    ``name`` is what the events of review and the audit trail keep. ``account`` is None without login and for tokens.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    full_name: str
    role: OfficeRole
    account: int | None = None

    def may(self, right: Right) -> bool:
        """Say whether they have ``right``."""
        return right in RIGHTS[self.role]


class ApiToken(BaseModel):
    """The right of a program to ask for data; the token itself is shown once and never kept."""

    model_config = ConfigDict(frozen=True)

    id: int
    name: str
    role: OfficeRole
    created_at: datetime
    created_by: str
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class AuditEntry(BaseModel):
    """Something that was done beside deciding on tasks (those are ReviewEvents): sign-in, upload, export, account, token, webhook."""

    model_config = ConfigDict(frozen=True)

    id: int
    at: datetime
    who: str
    action: str
    target: str | None = None
    address: str | None = None
    details: dict[str, Any] | None = None
