"""Does a clause open with a verb?"""

from functools import lru_cache

from pipeline.nlp.patterns import phrase_rules
from pipeline.nlp.words import tag

_LOOK = 60  # characters: enough for three words and their context
_NOUNS = frozenset({"N", "Np", "Nc", "Nu", "Ny", "Nb", "P", "M", "L"})


@lru_cache(maxsize=8192)
def opening_is_verb(text: str) -> bool | None:
    """Return True where ``text`` opens with a verb, False where with a noun, pronoun or number, None where it cannot be told.

    Adverbs and adjectives before the verb are passed over ("chủ động phối hợp"). Meant for openings no lexicon knows: the tagger is
    right on most, not all.
    """
    words = text[:_LOOK].split()
    if not words:
        return None
    # a capital makes the tagger see a name; it only marks the beginning of the sentence
    if len(words) == 1 or words[1][:1].islower():
        words[0] = words[0].lower()
    tagged = tag(" ".join(words[:7]))
    suffixes = phrase_rules()["openings"]["verb_suffixes"]
    if len(tagged) > 1 and tagged[1].text in suffixes:
        return True
    for word in tagged[:3]:
        if word.tag == "V":
            return True
        if word.tag in _NOUNS:
            return False
        if word.tag not in ("R", "A"):
            return None
    return None
