"""What the program says to people, in Vietnamese (default) or English: the words live in the *.toml files beside this one, a file
for each part of the program. Every key has both languages; words in {braces} are filled in.

Library code only calls ``say``. The command line calls ``speak`` once, before its commands are built; that also gives click
(which asks Python's gettext for each of its own strings) its Vietnamese.
"""

import gettext
import os
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

LANGUAGES: Final = ("vi", "en")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_language = "vi"


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Any]:
    """Return the tables of all files: ``click`` (English → Vietnamese) and, by area, {key: {vi, en}}."""
    areas: dict[str, Any] = {}
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        for area, entries in tomllib.loads(path.read_text(encoding="utf-8")).items():
            areas.setdefault(area, {}).update(entries)
    return areas


class _Vietnamese(gettext.NullTranslations):
    """click's strings out of the catalogue; a string that is not there stays as it is."""

    def gettext(self, message: str) -> str:
        return str(catalogue()["click"].get(message, message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def speak(language: str) -> None:
    """Make ``language`` ("vi" or "en") the one that ``say`` and click use from now on, in the whole process."""
    global _language
    _language = language if language in LANGUAGES else "vi"
    voice = _Vietnamese() if _language == "vi" else gettext.NullTranslations()
    # gettext.gettext, which click holds on to, looks these two up at each call: no compiled .mo file to build and to ship
    gettext.dgettext = lambda domain, message: voice.gettext(message)
    gettext.dngettext = lambda domain, msgid1, msgid2, n: voice.ngettext(msgid1, msgid2, n)


def language() -> str:
    """Return the language that ``say`` uses now."""
    return _language


def say(key: str, **values: object) -> str:
    """Return the message ``key`` ("area.name") in the current language, with ``values`` put in. Raises KeyError if unknown."""
    area, name = key.split(".", 1)
    text = str(catalogue()[area][name][_language])
    return text.format(**values) if values else text


def printable(path: Path) -> str:
    """Return ``path`` as it can be printed and stored: NFC, bytes that are no letters and control characters as "?" marks."""
    text = os.fsencode(path).decode("utf-8", errors="replace").replace("\ufffd", "?")
    return _CONTROL.sub("?", unicodedata.normalize("NFC", text))
