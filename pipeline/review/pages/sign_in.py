"""Signing in and out, and the own password."""

import math
import re
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from models import Account
from pipeline.messages import say
from pipeline.review.attempts import Attempts
from pipeline.review.faults import SIGN_IN, BadRequest
from pipeline.review.passwords import fault_of, hash_password, is_right
from pipeline.review.people import ACCOUNT_PAGE, Someone, address_of, drop_session, keep_session, session_of
from pipeline.review.render import render
from pipeline.review.site import TheSite

router = APIRouter()

_OF_OURS = re.compile(r"/(?![/\\])[^\x00-\x20\\\x7f]*")
_LONGEST_NAME: Final = 64
_MINUTE: Final = 60
_NOBODY: Final = "?"

Field = Annotated[str, Form()]


@router.get(SIGN_IN)
def show_sign_in(request: Request, site: TheSite, den: str = "/") -> Response:
    """The form; ``den`` is where its reader was going."""
    return _form(request, den) if site.login else RedirectResponse("/", 303)


@router.post(SIGN_IN)
def sign_in(request: Request, site: TheSite, name: Field = "", password: Field = "", den: Field = "/") -> Response:
    """Give the browser a new session. Who is unknown, switched off or wrong gets one answer, after the same time."""
    if not site.login:
        return RedirectResponse("/", 303)
    address, name, tries = address_of(request), name.strip().lower()[:_LONGEST_NAME], _attempts(request)
    if wait := tries.begin(name, address):
        return _form(request, den, name, _wait(wait), 429, wait)
    accounts = site.store.accounts
    account, known_hash = accounts.credentials(name) or (None, "")
    right = is_right(password, known_hash if account and account.active else None)
    token = accounts.sessions.begin(account.id, known_hash, site.settings.review.session_hours) if account and right else None
    if account is None or token is None:
        # a name that nobody has is not noted: it may be a password typed into the wrong field
        site.store.audit.add(_NOBODY, "sign-in-failed", account.name if account else None, address)
        return _form(request, den, name, say("people.wrong"), 401)
    tries.succeed(name, address)
    if before := session_of(request):
        accounts.sessions.end(before)
    site.store.audit.add(account.name, "sign-in", None, address)
    answer = RedirectResponse(ACCOUNT_PAGE if account.must_change else path_of_ours(den), 303)
    keep_session(request, answer, token)
    return answer


@router.post("/dang-xuat")
def sign_out(request: Request, site: TheSite) -> Response:
    """End the session that the browser sent along, if any."""
    token = session_of(request)
    account = site.store.accounts.sessions.account(token) if token else None
    if token and account:
        site.store.accounts.sessions.end(token)
        site.store.audit.add(account.name, "sign-out", None, address_of(request))
    answer = RedirectResponse(SIGN_IN, 303)
    drop_session(request, answer)
    return answer


@router.get(ACCOUNT_PAGE)
def show_account(request: Request, site: TheSite, person: Someone, xong: bool = False) -> Response:
    """Who I am here, and the form for another password."""
    if person.account is None:
        return RedirectResponse("/", 303)
    return render(request, "account.html", account=site.store.accounts.get(person.account), done=xong, fault=None)


@router.post(ACCOUNT_PAGE)
def change_password(request: Request, site: TheSite, person: Someone, old: Field = "", new: Field = "", again: Field = "") -> Response:
    """Give the account another password; all its sessions end but this one, which gets a new token."""
    accounts, address, tries = site.store.accounts, address_of(request), _attempts(request)
    account, known_hash = accounts.credentials(person.name) or (None, "")
    if account is None or person.account is None:
        return RedirectResponse("/", 303)
    if wait := tries.begin(account.name, address):
        return _refused(request, account, _wait(wait), 429)
    if not is_right(old, known_hash):
        site.store.audit.add(account.name, "password-failed", account.name, address)
        return _refused(request, account, say("people.password-old-wrong"))
    tries.succeed(account.name, address)
    if fault := fault_of(new, account.name, account.full_name):
        return _refused(request, account, fault)
    if new != again:
        return _refused(request, account, say("people.password-differs"))
    if new == old:
        return _refused(request, account, say("people.password-not-new"))
    new_hash = hash_password(new)
    accounts.set_password(account.id, new_hash, must_change=False, by=account.name, address=address)
    token = accounts.sessions.begin(account.id, new_hash, site.settings.review.session_hours)
    if token is None:
        raise BadRequest(say("review.sign-in"), 401)
    answer = RedirectResponse(f"{ACCOUNT_PAGE}?xong=1", 303)
    keep_session(request, answer, token)
    return answer


def path_of_ours(wanted: str) -> str:
    """Return ``wanted`` where it is a path of this site, else "/": nobody is led away by a link to the sign-in page."""
    return wanted if _OF_OURS.fullmatch(wanted) and not wanted.startswith((SIGN_IN, "/dang-xuat")) else "/"


def _attempts(request: Request) -> Attempts:
    attempts: Attempts = request.app.state.attempts
    return attempts


def _wait(seconds: float) -> str:
    if seconds < _MINUTE:
        return say("people.wait-seconds", count=math.ceil(seconds))
    return say("people.wait-minutes", count=math.ceil(seconds / _MINUTE))


def _form(request: Request, den: str, name: str = "", fault: str | None = None, status: int = 200, wait: float = 0) -> Response:
    answer = render(request, "sign_in.html", status=status, den=path_of_ours(den), typed=name, fault=fault)
    if wait:
        answer.headers["Retry-After"] = str(math.ceil(wait))
    return answer


def _refused(request: Request, account: Account, fault: str, status: int = 422) -> Response:
    return render(request, "account.html", status=status, account=account, done=False, fault=fault)
