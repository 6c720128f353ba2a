"""The lists of a web page: what a browser prints before each item."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement

_TYPES: Final = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_BULLETS: Final = {"disc": "•", "circle": "◦", "square": "▪"}
_BULLET_OF_DEPTH: Final = ("disc", "circle", "square")
_COUNTED: Final = frozenset({*_TYPES.values(), "lower-latin", "upper-latin", "decimal-leading-zero"})
_OWN = re.compile(r"[\"'](.{1,8}?)\s*[\"']")
_ROMAN: Final = {
    1000: "m",
    900: "cm",
    500: "d",
    400: "cd",
    100: "c",
    90: "xc",
    50: "l",
    40: "xl",
    10: "x",
    9: "ix",
    5: "v",
    4: "iv",
    1: "i",
}
_HIGHEST: Final = 3999


@dataclass
class List:
    """A list that is open: ``style`` is what its items are counted or marked by."""

    style: str
    next: int
    step: int

    @property
    def bullets(self) -> bool:
        """Whether its items are marked, not counted."""
        return self.style not in _COUNTED

    def label(self, item: HtmlElement) -> str:
        """Return what stands before ``item``, with the blank behind it: "1. ", "a. ", "• ", or nothing. Counts on."""
        number = _integer(item.get("value"), self.next)
        self.next = number + self.step
        style = _TYPES.get(str(item.get("type") or ""), self.style)
        if style in _COUNTED:
            return f"{_counted(number, style)}. "
        if own := _OWN.match(style):
            return f"{own[1]} "
        return f"{_BULLETS[style]} " if style in _BULLETS else ""


def open_list(element: HtmlElement, style: Mapping[str, str], depth: int) -> List:
    """Return the list that ``element`` (ol, ul, menu, dir) begins, ``depth`` unordered lists further in."""
    own = style.get("list-style-type") or _known(style.get("list-style", ""))
    kind = str(element.get("type") or "")
    if element.tag != "ol":
        return List(own or (kind.lower() if kind.lower() in _BULLETS else _BULLET_OF_DEPTH[min(depth, 2)]), 1, 1)
    step = -1 if element.get("reversed") is not None else 1
    first = sum(child.tag == "li" for child in element) if step < 0 else 1
    return List(own or _TYPES.get(kind, "decimal"), _integer(element.get("start"), first), step)


def _known(shorthand: str) -> str | None:
    """Return the type in a list-style ("none", "inside square")."""
    return next((word for word in shorthand.split() if word in _COUNTED or word in _BULLETS or word == "none"), None)


def _integer(text: object, otherwise: int) -> int:
    try:
        return int(str(text)[:9])
    except ValueError:
        return otherwise


def _counted(number: int, style: str) -> str:
    form = style.partition("-")[2]
    if not 0 < number <= _HIGHEST or style.startswith("decimal"):
        return f"{number:02}" if style.endswith("zero") else str(number)
    written = ""
    if form == "roman":
        for worth, sign in _ROMAN.items():
            written += sign * (number // worth)
            number %= worth
    while form != "roman" and number:
        number, last = divmod(number - 1, 26)
        written = chr(ord("a") + last) + written
    return written.upper() if style.startswith("upper") else written
