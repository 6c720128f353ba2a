"""Accounts and the tokens of programs. What is secret is in the answer that makes it, and never again."""

from typing import Annotated

from fastapi import APIRouter, Path, Request

from models import Account
from pipeline.review.api.answers import refusals
from pipeline.review.api.shapes import (
    AccountAnswer,
    AccountChangeIn,
    AccountIn,
    Accounts,
    NewToken,
    OneTimePassword,
    TokenIn,
    Tokens,
)
from pipeline.review.passwords import hash_password, one_time_password
from pipeline.review.people import Administrator, address_of
from pipeline.review.site import TheSite

router = APIRouter(tags=["accounts"])
AccountId = Annotated[int, Path(ge=1, lt=1 << 63, description="an account's id")]
TokenId = Annotated[int, Path(ge=1, lt=1 << 63, description="a token's id")]


@router.get("/accounts")
def list_accounts(site: TheSite, person: Administrator) -> Accounts:
    """List all accounts, those switched off last."""
    accounts = site.store.accounts
    seen = accounts.sessions.seen()
    return Accounts(accounts=tuple(AccountAnswer(account=account, seen_at=seen.get(account.id)) for account in accounts.all()))


@router.post("/accounts", status_code=201, responses=refusals(409))
def create_account(request: Request, site: TheSite, person: Administrator, wanted: AccountIn) -> OneTimePassword:
    """Make an account with a password for one use."""
    password = one_time_password()
    made = site.store.accounts.create(
        wanted.name,
        wanted.full_name or wanted.name,
        wanted.role,
        hash_password(password),
        must_change=True,
        by=person.name,
        address=address_of(request),
    )
    return OneTimePassword(account=made, password=password)


@router.get("/accounts/{account}", responses=refusals(404))
def get_account(site: TheSite, person: Administrator, account: AccountId) -> AccountAnswer:
    """Get an account."""
    return AccountAnswer(account=site.store.accounts.get(account), seen_at=site.store.accounts.sessions.seen().get(account))


@router.patch("/accounts/{account}", responses=refusals(404, 409))
def change_account(request: Request, site: TheSite, person: Administrator, account: AccountId, wanted: AccountChangeIn) -> Account:
    """Give an account another full name or role, or switch it off or on. The last that administers is kept (409)."""
    return site.store.accounts.change(
        account, by=person.name, address=address_of(request), role=wanted.role, full_name=wanted.full_name, active=wanted.active
    )


@router.post("/accounts/{account}/password", responses=refusals(404))
def reset_password(request: Request, site: TheSite, person: Administrator, account: AccountId) -> OneTimePassword:
    """Give an account a password for one use; all its sign-ins end."""
    password = one_time_password()
    site.store.accounts.set_password(account, hash_password(password), must_change=True, by=person.name, address=address_of(request))
    return OneTimePassword(account=site.store.accounts.get(account), password=password)


@router.get("/tokens")
def list_tokens(site: TheSite, person: Administrator) -> Tokens:
    """List the tokens of programs, the newest first, revoked ones among them."""
    return Tokens(tokens=tuple(site.store.accounts.tokens.all()))


@router.post("/tokens", status_code=201, responses=refusals(409))
def create_token(request: Request, site: TheSite, person: Administrator, wanted: TokenIn) -> NewToken:
    """Make a token. It is shown this once."""
    made, secret = site.store.accounts.tokens.create(wanted.name, wanted.role, by=person.name, address=address_of(request))
    return NewToken(record=made, token=secret)


@router.post("/tokens/{token}/revoke", status_code=204, responses=refusals(404))
def revoke_token(request: Request, site: TheSite, person: Administrator, token: TokenId) -> None:
    """End a token for good."""
    site.store.accounts.tokens.revoke(token, by=person.name, address=address_of(request))
