"""Filters of the register that people keep under a name, each their own."""

from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update

from models import StoreError
from pipeline.messages import say
from pipeline.store.database import Database
from pipeline.store.tables import saved_views

MOST = 50
"""views a person may keep"""


@dataclass(frozen=True)
class SavedView:
    """A filter under a name; ``query`` is that of its address."""

    id: int
    name: str
    query: str


class SavedViews:
    """The saved views of one store. Raises as Store does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, owner: str, name: str, query: str) -> SavedView:
        """Keep ``query`` under ``name``; a view of that name is replaced. Raises StoreError "refused" beyond 50 views of one owner."""
        same = (saved_views.c.owner == owner, saved_views.c.name == name)
        with self._database.write() as connection:
            changed = update(saved_views).where(*same).values(query=query)
            key = connection.execute(changed.returning(saved_views.c.id)).scalar_one_or_none()
            if key is None:
                mine = select(func.count()).select_from(saved_views).where(saved_views.c.owner == owner)
                if connection.execute(mine).scalar_one() >= MOST:
                    raise StoreError("refused", say("register.too-many-views", most=MOST))
                values = {"owner": owner, "name": name, "query": query, "created_at": self._database.now(connection)}
                key = connection.execute(insert(saved_views).values(values).returning(saved_views.c.id)).scalar_one()
        return SavedView(key, name, query)

    def list(self, owner: str) -> "list[SavedView]":
        """Return the views of ``owner``, in the order in which they were made."""
        columns = (saved_views.c.id, saved_views.c.name, saved_views.c.query)
        with self._database.read() as connection:
            found = connection.execute(select(*columns).where(saved_views.c.owner == owner).order_by(saved_views.c.id))
            return [SavedView(*row) for row in found]

    def remove(self, owner: str, view: int) -> None:
        """Forget a view of ``owner``; nothing happens where there is none."""
        with self._database.write() as connection:
            connection.execute(delete(saved_views).where(saved_views.c.owner == owner, saved_views.c.id == view))
