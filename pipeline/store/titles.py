"""What units are called across documents: one unit has as many names as directives gave it, and two may share one."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, select

from pipeline.store.tables import documents, unit_names
from pipeline.store.words import searchable

_IN_CHUNKS: Final = 500  # values of one IN: databases limit the parameters of a statement


def titles_of(connection: Connection, units: Iterable[str]) -> dict[str, str]:
    """Return what each of ``units`` (ids) is to be called beside the others.

    Of the names that directives gave it, the one nearest in length to its id, which is made of the full name. Units of several places that
    would be called alike bear their place behind: "Phòng Nội vụ (quận Hà Đông)". A unit that no task ever named bears its id.
    """
    wanted = sorted(set(units))
    names: dict[str, list[tuple[int, bool, str]]] = {}
    for at in range(0, len(wanted), _IN_CHUNKS):
        some = select(unit_names).where(unit_names.c.unit_id.in_(wanted[at : at + _IN_CHUNKS]))
        for unit, name, folded in connection.execute(some):
            own, _, _ = unit.partition(".")
            names.setdefault(unit, []).append((abs(len(folded) - len(own)), name[:1].islower(), name))
    titles = {unit: _capital(min(names[unit])[2]) if unit in names else unit for unit in wanted}
    shared = {title for title, count in Counter(titles.values()).items() if count > 1}
    if shared:
        places = places_of(connection, {unit.partition(".")[2] for unit, title in titles.items() if title in shared})
        titles |= {unit: _at(title, places.get(unit.partition(".")[2], "")) for unit, title in titles.items() if title in shared}
    return titles


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _at(title: str, place: str) -> str:
    return f"{title} ({place})" if place else title


def places_of(connection: Connection, wanted: Collection[str]) -> Mapping[str, str]:
    """Return how places are written that ids end in ("quan-ha-dong"): as the issuers' names have it, else as the id."""
    places = {place: place.replace("-", " ") for place in wanted}
    known = select(documents.c.issuer_id, documents.c.issuer).where(documents.c.issuer_id.is_not(None)).distinct()
    for issuer, name in connection.execute(known):
        place = issuer.partition(".")[2]
        words = (name or "").split()
        said = words[-len(place.split("-")) :]
        if place in places and searchable(" ".join(said)).folded == place.replace("-", " "):
            places[place] = " ".join((said[0][:1].lower() + said[0][1:], *said[1:]))
    return places
