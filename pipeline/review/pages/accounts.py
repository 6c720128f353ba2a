"""Administration: accounts and the tokens of programs. What is secret is shown in the answer that makes it, and never again."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from models import RIGHTS, OfficeRole, StoreError
from pipeline.messages import say
from pipeline.review.passwords import hash_password, one_time_password
from pipeline.review.people import Administrator, address_of
from pipeline.review.render import render
from pipeline.review.site import Id, Site, TheSite

router = APIRouter()

_ACCOUNTS: Final = "/quan-tri"
_TOKENS: Final = "/quan-tri/ma-api"

Field = Annotated[str, Form()]
RoleField = Annotated[OfficeRole, Form()]


@router.get(_ACCOUNTS)
def show_accounts(request: Request, site: TheSite, person: Administrator) -> HTMLResponse:
    """All accounts."""
    return _accounts(request, site)


@router.post("/quan-tri/tai-khoan")
def add_account(
    request: Request, site: TheSite, person: Administrator, role: RoleField, name: Field = "", full_name: Field = ""
) -> HTMLResponse:
    """Make an account with a password for one use."""
    password = one_time_password()
    try:
        account = site.store.accounts.create(
            name, full_name or name, role, hash_password(password), must_change=True, by=person.name, address=address_of(request)
        )
    except StoreError as fault:
        return _refused(request, site, fault, typed={"name": name, "full_name": full_name, "role": role})
    return _accounts(request, site, made=account, password=password)


@router.post("/quan-tri/tai-khoan/{account}")
def change_account(request: Request, site: TheSite, person: Administrator, account: Id, role: RoleField, full_name: Field = "") -> Response:
    """Give an account another full name or role."""
    try:
        site.store.accounts.change(account, by=person.name, address=address_of(request), role=role, full_name=full_name)
    except StoreError as fault:
        return _refused(request, site, fault)
    return RedirectResponse(_ACCOUNTS, 303)


@router.post("/quan-tri/tai-khoan/{account}/khoa")
def switch_off(request: Request, site: TheSite, person: Administrator, account: Id) -> Response:
    """Switch an account off."""
    return _switch(request, site, person.name, account, active=False)


@router.post("/quan-tri/tai-khoan/{account}/mo")
def switch_on(request: Request, site: TheSite, person: Administrator, account: Id) -> Response:
    """Switch an account on again."""
    return _switch(request, site, person.name, account, active=True)


@router.post("/quan-tri/tai-khoan/{account}/mat-khau")
def reset_password(request: Request, site: TheSite, person: Administrator, account: Id) -> HTMLResponse:
    """Give an account a password for one use."""
    password = one_time_password()
    site.store.accounts.set_password(account, hash_password(password), must_change=True, by=person.name, address=address_of(request))
    return _accounts(request, site, made=site.store.accounts.get(account), password=password)


@router.get(_TOKENS)
def show_tokens(request: Request, site: TheSite, person: Administrator) -> HTMLResponse:
    """The tokens of programs."""
    return _tokens(request, site)


@router.post(_TOKENS)
def add_token(request: Request, site: TheSite, person: Administrator, role: RoleField, name: Field = "") -> HTMLResponse:
    """Make a token."""
    try:
        made, secret = site.store.accounts.tokens.create(name, role, by=person.name, address=address_of(request))
    except StoreError as fault:
        if fault.code != "refused":
            raise
        return _tokens(request, site, status=409, fault=str(fault), typed={"name": name, "role": role})
    return _tokens(request, site, made=made, secret=secret)


@router.post("/quan-tri/ma-api/{token}/thu-hoi")
def revoke_token(request: Request, site: TheSite, person: Administrator, token: Id) -> Response:
    """Revoke a token for good."""
    site.store.accounts.tokens.revoke(token, by=person.name, address=address_of(request))
    return RedirectResponse(_TOKENS, 303)


def _switch(request: Request, site: Site, by: str, account: Id, *, active: bool) -> Response:
    try:
        site.store.accounts.change(account, by=by, address=address_of(request), active=active)
    except StoreError as fault:
        return _refused(request, site, fault)
    return RedirectResponse(_ACCOUNTS, 303)


def _refused(request: Request, site: Site, fault: StoreError, **values: Any) -> HTMLResponse:
    if fault.code != "refused":
        raise fault
    return _accounts(request, site, status=409, fault=str(fault), **values)


def _accounts(request: Request, site: Site, **values: Any) -> HTMLResponse:
    accounts = site.store.accounts
    known = {"fault": None, "made": None, "password": None, "typed": {"name": "", "full_name": "", "role": "reviewer"}}
    return render(
        request, "admin_accounts.html", accounts=accounts.all(), seen=accounts.sessions.seen(), roles=role_words(), **{**known, **values}
    )


def _tokens(request: Request, site: Site, **values: Any) -> HTMLResponse:
    known = {"fault": None, "made": None, "secret": None, "typed": {"name": "", "role": "integrator"}}
    return render(request, "admin_tokens.html", tokens=site.store.accounts.tokens.all(), roles=role_words(), **{**known, **values})


def role_words() -> dict[str, str]:
    """Return the roles and what people call them."""
    return {role: say(f"people.role-{role}") for role in RIGHTS}
