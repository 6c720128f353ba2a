"""Words and word classes where no rule or register knows: the only door to underthesea and spaCy, both opened at first use."""

from pipeline.nlp.openings import opening_is_verb
from pipeline.nlp.phrases import noun_phrase_end
from pipeline.nlp.words import Word, tag

__all__ = ["Word", "noun_phrase_end", "opening_is_verb", "tag"]
