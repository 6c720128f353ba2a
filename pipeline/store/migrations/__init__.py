"""How the store's tables came to be, step by step. ``migrate`` brings a database to the state that this program knows."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from models import StoreError
from pipeline.messages import say
from pipeline.store.database import Database, make_wal

HEAD: Final = "3"
"""the last step in versions/"""
_TURN: Final = 0x61_0A_71_EC


def migrate(database: Database) -> None:
    """Bring ``database`` to HEAD. Two processes may do so at once: one works, the other waits. Raises StoreError ("newer")."""
    if database.path is None or database.path.exists():
        with database.read() as connection:
            if _level(connection) == HEAD:
                return
    make_wal(database)
    with database.write() as connection:
        database.take_turn(connection, _TURN)
        level = _level(connection)
        if level is not None and int(level) > int(HEAD):
            raise StoreError("newer", say("store.newer", store=database.address, found=level, known=HEAD))
        if level != HEAD:
            _upgrade(connection)


def _level(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    level: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return level


def _upgrade(connection: Connection) -> None:
    from alembic import command  # only where there is something to do: it takes a while to load
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
