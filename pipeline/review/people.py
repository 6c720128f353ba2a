"""Who asks, and whether they may: dependencies of the pages."""

import getpass
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.responses import Response

from models import Account, Person, Right
from pipeline.review.faults import API, Forbidden, PasswordWanted, SignInNeeded
from pipeline.review.site import Site, TheSite

ACCOUNT_PAGE: Final = "/tai-khoan"
_BEARER: Final = "bearer "


def person_of(request: Request, site: TheSite) -> Person:
    """Return who asks: below /api/ a program by its token, else somebody signed in; without login whoever sits at this machine.

    Raises SignInNeeded, PasswordWanted.
    """
    given = request.headers.get("authorization", "")
    if request.url.path.startswith(API) and given:
        person = _of_token(site, given)
    elif not site.login:
        person = local_person()
    else:
        person = _signed_in(request, site)
    if person is None:
        raise SignInNeeded
    request.state.person = person
    return person


def address_of(request: Request) -> str | None:
    """Return the network address that asks, for the audit trail."""
    return request.client.host if request.client else None


def local_person() -> Person:
    """Return who sits at this machine: they may do everything."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in containers
        name = "local"
    return Person(name=name, full_name=name, role="admin")


def _of_token(site: Site, given: str) -> Person | None:
    if not given.lower().startswith(_BEARER):
        return None
    token = site.store.accounts.tokens.of(given[len(_BEARER) :].strip())
    # no account can have such a name: what a program did is never taken for what a person did
    return Person(name=f"api:{token.name}", full_name=token.name, role=token.role) if token else None


def _signed_in(request: Request, site: Site) -> Person | None:
    token = session_of(request)
    account = site.store.accounts.sessions.account(token) if token else None
    if account is None:
        return None
    if account.must_change and request.url.path != ACCOUNT_PAGE:
        raise PasswordWanted
    return as_person(account)


def as_person(account: Account) -> Person:
    """Return who signed in."""
    return Person(name=account.name, full_name=account.full_name, role=account.role, account=account.id)


# --- the cookie of a sign-in ---------------------------------------------------------------------------------------------


def session_of(request: Request) -> str | None:
    """Return the token of the sign-in that the browser sent along."""
    return request.cookies.get(_cookie(request))


def keep_session(request: Request, answer: Response, token: str) -> None:
    """Give the browser the token of a sign-in: not to scripts, not to other sites, over https only where that is spoken.

    Lax, not Strict: who follows a link to a document from a mail is signed in; what changes something is held by the guard.
    """
    answer.set_cookie(_cookie(request), token, path="/", httponly=True, samesite="lax", secure=request.url.scheme == "https")


def drop_session(request: Request, answer: Response) -> None:
    """Take the token back from the browser."""
    answer.delete_cookie(_cookie(request), path="/", httponly=True, samesite="lax", secure=request.url.scheme == "https")


def _cookie(request: Request) -> str:
    # browsers take __Host- only with https, for the whole site and this host alone; over http the name is a plain one
    return "__Host-giaoviec" if request.url.scheme == "https" else "giaoviec"


# --- rights ----------------------------------------------------------------------------------------------------------------

Someone = Annotated[Person, Depends(person_of)]


@dataclass(frozen=True)
class Needs:
    """A dependency that gives who asks, and refuses those without ``right`` (403)."""

    right: Right

    def __call__(self, person: Someone) -> Person:
        if not person.may(self.right):
            raise Forbidden(self.right)
        return person


Viewer = Annotated[Person, Depends(Needs("see"))]
Receiver = Annotated[Person, Depends(Needs("receive"))]
Tracker = Annotated[Person, Depends(Needs("progress"))]
Reviewer = Annotated[Person, Depends(Needs("decide"))]
Signer = Annotated[Person, Depends(Needs("sign-off"))]
Deliverer = Annotated[Person, Depends(Needs("hand-over"))]
Administrator = Annotated[Person, Depends(Needs("administer"))]
