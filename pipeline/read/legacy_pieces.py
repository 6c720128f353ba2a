"""What a reader found is turned into Unicode where its letters are in an old encoding, whatever fonts it names."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.read.compose import Cell, Gap, Grid, Piece
from pipeline.read.legacy import resolve_legacy
from pipeline.read.legacy_decode import Encoding, decode_legacy, find_unicode

Item = Piece | Grid | Gap


def unmask(items: Iterable[Item]) -> tuple[list[Item], Encoding | None]:
    """Return ``items`` in Unicode and the old encoding that most of their words were in, or None. Pieces in Unicode stay."""
    found = list(items)
    encoding = resolve_legacy("\n".join(piece.words for piece in _pieces(found)))
    if encoding is None or encoding == "viqr":
        return found, None
    return [_item(item, encoding) for item in found], encoding


def _pieces(items: Iterable[Item]) -> Iterator[Piece]:
    for item in items:
        if isinstance(item, Piece):
            yield item
        elif isinstance(item, Grid):
            for row in item.rows:
                for cell in row.values():
                    yield from cell.pieces


def _item(item: Item, encoding: Encoding) -> Item:
    if isinstance(item, Piece):
        return _piece(item, encoding)
    if isinstance(item, Grid):
        rows = tuple({column: _cell(cell, encoding) for column, cell in row.items()} for row in item.rows)
        return replace(item, rows=rows)
    return item


def _cell(cell: Cell, encoding: Encoding) -> Cell:
    return replace(cell, pieces=tuple(_piece(piece, encoding) for piece in cell.pieces))


def _piece(piece: Piece, encoding: Encoding) -> Piece:
    asides = tuple((kind, _words(words, encoding)) for kind, words in piece.asides)
    return replace(piece, words=_words(piece.words, encoding), asides=asides)


def _words(words: str, encoding: Encoding) -> str:
    return words if find_unicode(words, encoding) is not None else decode_legacy(words, encoding)
