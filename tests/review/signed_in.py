"""People for tests: an account for each role, a client that is signed in as one, the routes of the application."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from models import RIGHTS, Account, OfficeRole, Right
from pipeline.review import Site, build_app
from pipeline.review.passwords import hash_password
from pipeline.review.people import Needs

PASSWORD = "ba con gà trống đỏ"
SAME = {"origin": "http://testserver"}
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@lru_cache(maxsize=1)
def password_hash() -> str:
    """The hash of PASSWORD, made once: it is slow on purpose."""
    return hash_password(PASSWORD)


@dataclass(frozen=True)
class Office:
    """A site on which people must sign in. The accounts are named as their roles and have PASSWORD."""

    site: Site
    app: FastAPI
    accounts: dict[OfficeRole, Account]

    def token(self, role: OfficeRole) -> str:
        """A new session of the account of ``role``."""
        token = self.site.store.accounts.sessions.begin(self.accounts[role].id, password_hash(), 1)
        assert token
        return token

    def client(self, role: OfficeRole | None = None) -> TestClient:
        """A browser of its own, signed in as ``role`` (nobody where None); it follows no redirects."""
        client = TestClient(self.app, follow_redirects=False, raise_server_exceptions=False, headers=SAME)
        if role:
            client.cookies.set("giaoviec", self.token(role))
        return client


def office(site: Site) -> Office:
    """Make ``site`` one on which people must sign in."""
    secured = replace(site, login=True)
    make = site.store.accounts.create
    accounts = {role: make(role, f"Người {role}", role, password_hash(), must_change=False, by="test") for role in RIGHTS}
    return Office(secured, build_app(secured), accounts)


@dataclass(frozen=True)
class Way:
    """A route: one method of one path, and the rights that it needs."""

    method: str
    path: str
    rights: frozenset[Right]

    def address(self, **values: Any) -> str:
        """The path with ``values`` put in; what is not named is 1."""
        return re.sub(r"\{(\w+)(?::\w+)?\}", lambda match: str(values.get(match[1], 1)), self.path)


def ways(app: FastAPI) -> Iterator[Way]:
    """Every route of ``app`` but files."""
    for route in iter_route_contexts(app.routes):
        if not route.methods or not route.path:
            assert route.path == "/static", route
            continue
        rights = frozenset(_rights(getattr(route, "dependant", None)))
        for method in sorted(route.methods - {"HEAD"}):
            yield Way(method, route.path, rights)


def _rights(dependant: Any) -> Iterator[Right]:
    for part in dependant.dependencies if dependant else ():
        if isinstance(part.call, Needs):
            yield part.call.right
        yield from _rights(part)
