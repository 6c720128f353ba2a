"""Who acts: organs, departments, collectives, persons by post."""

from pydantic import BaseModel, ConfigDict


class Unit(BaseModel):
    """One identity behind several spellings in a document. ``kind`` is a key of rules/units.toml."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    kind: str
    aliases: tuple[str, ...] = ()
