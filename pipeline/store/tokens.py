"""Tokens: the rights of programs that ask the API. One is shown once, when it is made; only its fingerprint is kept."""

import re
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from models import ApiToken, OfficeRole, StoreError
from pipeline.messages import say
from pipeline.store.audit import write_entry
from pipeline.store.database import Database
from pipeline.store.sessions import SEEN_EVERY, fingerprint, new_secret
from pipeline.store.tables import api_tokens

_PREFIX: Final = "gv_"  # so that one that got into a log or a mail is seen for what it is
_NAME = re.compile(r"\w[\w .:/@()+-]{0,98}")
_PUBLIC: Final = tuple(api_tokens.c[name] for name in ApiToken.model_fields)


class Tokens:
    """The tokens of one store. They last until they are revoked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, name: str, role: OfficeRole, *, by: str, address: str | None = None) -> tuple[ApiToken, str]:
        """Return a new token's record and the token itself. Raises StoreError ("refused") where ``name`` is taken or cannot be one."""
        name, token = " ".join(name.split()), _PREFIX + new_secret()
        if not _NAME.fullmatch(name):
            raise StoreError("refused", say("people.bad-token-name"))
        try:
            with self._database.write() as connection:
                values = {"name": name, "role": role, "token_hash": fingerprint(token), "created_by": by}
                made = connection.execute(
                    insert(api_tokens).values(**values, created_at=self._database.now(connection)).returning(*_PUBLIC)
                )
                record = ApiToken.model_validate(dict(made.mappings().one()))
                write_entry(self._database, connection, by, "token-create", name, address, {"role": role})
                return record, token
        except IntegrityError as error:
            raise StoreError("refused", say("people.token-taken", name=name)) from error

    def all(self) -> list[ApiToken]:
        """Return all tokens, the newest first, revoked ones among them."""
        with self._database.read() as connection:
            rows = connection.execute(select(*_PUBLIC).order_by(api_tokens.c.id.desc())).mappings()
            return [ApiToken.model_validate(dict(row)) for row in rows]

    def of(self, token: str) -> ApiToken | None:
        """Return the record of ``token``, None where it was revoked or never was."""
        wanted = select(*_PUBLIC).where(api_tokens.c.token_hash == fingerprint(token), api_tokens.c.revoked_at.is_(None))
        with self._database.read() as connection:
            now = self._database.now(connection)
            row = connection.execute(wanted).mappings().one_or_none()
        if row is None:
            return None
        if row["used_at"] is None or now - row["used_at"] > SEEN_EVERY:
            with self._database.write() as connection:
                connection.execute(update(api_tokens).where(api_tokens.c.id == row["id"]).values(used_at=now))
        return ApiToken.model_validate(dict(row))

    def revoke(self, token: int, *, by: str, address: str | None = None) -> None:
        """End a token for good; one that was revoked stays so. Raises StoreError ("unknown")."""
        with self._database.write() as connection:
            row = connection.execute(select(*_PUBLIC).where(api_tokens.c.id == token)).mappings().one_or_none()
            if row is None:
                raise StoreError("unknown", say("people.no-token", token=token))
            if row["revoked_at"] is None:
                ended = update(api_tokens).where(api_tokens.c.id == token, api_tokens.c.revoked_at.is_(None))
                connection.execute(ended.values(revoked_at=self._database.now(connection)))
                write_entry(self._database, connection, by, "token-revoke", row["name"], address)
