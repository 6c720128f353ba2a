"""Where a noun phrase ends, by token patterns over word classes (rules/phrases.toml)."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.nlp.patterns import phrase_rules
from pipeline.nlp.words import tag

if TYPE_CHECKING:
    from spacy.matcher import Matcher
    from spacy.vocab import Vocab

_LOOK = 100  # characters a phrase may be long
_STOP = re.compile(r"[,;.:()\"\n“”/|]")


@lru_cache(maxsize=1)
def _matcher() -> "tuple[Vocab, Matcher]":
    import spacy  # 1.5 s to load
    from spacy.matcher import Matcher

    vocab = spacy.blank("vi", config={"nlp": {"tokenizer": {"use_pyvi": False}}}).vocab
    matcher = Matcher(vocab)
    for phrase in phrase_rules()["phrase"]:
        matcher.add(phrase["id"], [phrase["tokens"]])
    return vocab, matcher


@lru_cache(maxsize=8192)
def _length(text: str) -> int:
    words = tag(text)
    if not words:
        return 0
    from spacy.tokens import Doc

    vocab, matcher = _matcher()
    doc = Doc(vocab, words=[word.text for word in words], tags=[word.tag for word in words])
    ends = [end for _, start, end in matcher(doc) if start == 0]
    return words[max(ends) - 1].end if ends else 0


def noun_phrase_end(text: str, start: int) -> int:
    """Return where the noun phrase that begins at ``start`` ends (code points of ``text``); ``start`` where none begins there.

    The phrase ends at the latest at a mark of punctuation.
    """
    stop = _STOP.search(text, start, start + _LOOK)
    piece = text[start : stop.start() if stop else start + _LOOK]
    if not stop and len(piece) == _LOOK:
        piece = piece.rsplit(" ", 1)[0]
    lead = len(piece) - len(piece.lstrip())
    length = _length(piece.strip())
    return start + lead + length if length else start
