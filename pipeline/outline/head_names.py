"""Names as they are written in running text, from a head that prints them in capitals."""

import re

from pipeline.outline.head_lines import is_capitals
from pipeline.outline.head_words import HeadWords
from pipeline.text import TextView, fold_text

_TOKEN = re.compile(r"[^\W_]+(?:[&.][^\W_]+)*")


class NaturalCase:
    """Gives capitals back the case in which the document itself (``view``, ``names``), or else the vocabulary, writes the words."""

    def __init__(self, view: TextView, names: list[str], words: HeadWords) -> None:
        named = f" {' ; '.join(names)} ; "
        self._cased = f"{view.cased}{named}{words.natural} "
        self._lower = f"{view.text}{named.lower()}{words.natural_lower} "
        self._level = words.level

    def of(self, capitals: str, *, is_name: bool = False) -> str:
        """Return ``capitals`` in natural case; text that is not all capitals comes back unchanged (spaces made single).

        ``is_name``: the words name an organ, so the first letter is a capital and so are unknown words after a level ("TỈNH").
        """
        text = " ".join(capitals.split())
        if not is_capitals(text):
            return text
        lower = text.lower()
        tokens = list(_TOKEN.finditer(lower))
        parts, at, i = [], 0, 0
        while i < len(tokens):
            n, words = self._longest(lower, tokens, i)
            if n == 0:
                n, words = 1, self._single(text, lower, tokens, i, is_name)
            parts += [lower[at : tokens[i].start()], words]
            at = tokens[i + n - 1].end()
            i += n
        result = "".join(parts) + lower[at:]
        return result[0].upper() + result[1:] if is_name and result else result

    def _longest(self, lower: str, tokens: list[re.Match[str]], i: int) -> tuple[int, str]:
        """Return how many words from the ``i``-th on are printed together elsewhere, and in what case; 0 for less than two."""
        best = (0, "")
        for n in range(2, len(tokens) - i + 1):
            cased = self._printed(fold_text(lower[tokens[i].start() : tokens[i + n - 1].end()]))
            if cased is None:
                break
            best = (n, cased)
        return best

    def _printed(self, phrase: str) -> str | None:
        at = self._lower.find(phrase)
        while at >= 0:
            end = at + len(phrase)
            if not (self._lower[at - 1 : at].isalnum() or self._lower[end : end + 1].isalnum()):
                cased = self._cased[at:end]
                if not is_capitals(cased) or phrase.isupper():
                    return cased
            at = self._lower.find(phrase, end)
        return None

    def _single(self, text: str, lower: str, tokens: list[re.Match[str]], i: int, is_name: bool) -> str:
        a, b = tokens[i].span()
        if re.fullmatch(r"[ivxlc]+|.*\d.*", lower[a:b]):
            return text[a:b]
        printed = self._printed(fold_text(lower[a:b]))
        if printed is not None and printed[1:].islower() and not (is_name and self._after_level(lower, a)):
            return lower[a:b]
        if printed is None and self._is_token(fold_text(lower[a:b])):  # only ever printed in capitals: an abbreviation
            return text[a:b]
        return lower[a:b].capitalize() if is_name and self._after_level(lower, a) else lower[a:b]

    def _is_token(self, word: str) -> bool:
        """Whether ``word`` stands somewhere as a whole token; the few words that are asked for are looked up, the text is not split."""
        text, at = self._lower, self._lower.find(word) if _TOKEN.fullmatch(word) else -1
        while at >= 0:
            end = at + len(word)
            before, after = text[max(0, at - 2) : at], text[end : end + 2]
            if not (_goes_on(before[::-1]) or _goes_on(after)):
                return True
            at = text.find(word, at + 1)
        return False

    def _after_level(self, lower: str, at: int) -> bool:
        """Whether a level of place ("tỉnh", "phường") stands within the four words before ``at``."""
        before = lower[:at].split()
        return any(self._level.fullmatch(" ".join(before[k : k + n])) for k in range(max(0, len(before) - 4), len(before)) for n in (1, 2))


def _goes_on(beside: str) -> bool:
    """Whether the two characters beside a word make it part of a longer token, nearest first ("n…", "&n…")."""
    return beside[:1].isalnum() or (beside[:1] in ("&", ".") and beside[1:].isalnum())
