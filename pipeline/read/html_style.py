"""How elements of a web page look, as far as it changes what a reader reads: hidden, struck, in capitals, in an old font."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from lxml.html import HtmlElement

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_BRACE = re.compile(r"[{}]")
_SIMPLE = re.compile(r"[a-z][a-z0-9]*(?:\.[\w-]+)?|\.[\w-]+|#[\w-]+", re.IGNORECASE)
_SPOKEN_OF: Final = (
    "display visibility text-decoration text-decoration-line font-family font text-transform list-style list-style-type mso-hide "
    "mso-element border border-left border-right border-top border-bottom border-style white-space"
)
_PROPERTIES: Final = frozenset(_SPOKEN_OF.split())
_NAME_IN_FONT = re.compile(r"(?:^|\s)(?:\d[\w.%]*(?:/\S+)?\s+)?(\"[^\"]+\"|'[^']+'|[^\s,\"']+)\s*(?:,|$)")
_LINE = re.compile(r"solid|double|dashed|dotted|groove|ridge|[1-9.]\d*(?:px|pt)")


@dataclass(frozen=True, slots=True)
class Look:
    """What an element hands down to those in it."""

    font: str = ""
    capitals: bool = False
    preformatted: bool = False


class Sheet:
    """The rules of a page's own style sheets that speak of a tag, a class or an id; others do not apply to words."""

    def __init__(self, css: str) -> None:
        self._rules: dict[str, dict[str, str]] = {}
        for selectors, body in _rules(_COMMENT.sub(" ", css)):
            if declared := dict(_declarations(body)):
                for selector in selectors.split(","):
                    if _SIMPLE.fullmatch(selector.strip()):
                        self._rules.setdefault(selector.strip().lower(), {}).update(declared)

    def style(self, element: HtmlElement) -> Mapping[str, str]:
        """Return the properties of ``element``: those of its tag, its classes and its id, and its own."""
        tag, own = str(element.tag).lower(), element.get("style")
        names = [tag]
        if classes := element.get("class"):
            for name in classes.lower().split()[:20]:
                names += [f".{name}", f"{tag}.{name}"]
        if mark := element.get("id"):
            names.append(f"#{mark.lower()}")
        found: dict[str, str] = {}
        for name in names:
            if name in self._rules:
                found.update(self._rules[name])
        if own:
            found.update(_declared(own[:5000]))
        return found


def look(element: HtmlElement, style: Mapping[str, str], above: Look) -> Look:
    """Return how the words of ``element`` are shown that hangs under ``above``."""
    found = above
    font = _font(style) or (str(element.get("face") or "").split(",")[0] if element.tag == "font" else "")
    if font:
        found = replace(found, font=font.strip().strip("\"'"))
    if transform := style.get("text-transform"):
        found = replace(found, capitals=transform == "uppercase")
    if element.tag == "pre" or "white-space" in style:
        found = replace(found, preformatted=style.get("white-space", "pre").startswith(("pre", "break-spaces")))
    return found


def is_hidden(element: HtmlElement, style: Mapping[str, str]) -> bool:
    """Return whether a reader does not see ``element`` at all."""
    return (
        element.get("hidden") is not None
        or style.get("display") == "none"
        or style.get("visibility") in ("hidden", "collapse")
        or style.get("mso-hide") == "all"
    )


def is_struck(element: HtmlElement, style: Mapping[str, str]) -> bool:
    """Return whether a line is drawn through the words of ``element``."""
    drawn = style.get("text-decoration", "") + style.get("text-decoration-line", "")
    return element.tag in ("s", "strike") or "line-through" in drawn


def is_ruled(style: Mapping[str, str]) -> bool:
    """Return whether an element of this ``style`` has a border."""
    return any(_LINE.search(text) and "none" not in text for name, text in style.items() if name.startswith("border"))


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield selectors and declarations of the rules that hold always: none inside "@media" and the like."""
    at = depth = 0
    selectors = ""
    for brace in _BRACE.finditer(css):
        between, at = css[at : brace.start()], brace.end()
        if brace[0] == "{":
            depth += 1
            selectors = between if depth == 1 else ""
        else:
            if depth == 1 and selectors:
                yield selectors.rpartition(";")[2], between
            depth, selectors = max(0, depth - 1), ""


@lru_cache(maxsize=1000)
def _declared(text: str) -> Mapping[str, str]:
    return dict(_declarations(text))


def _declarations(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(";"):
        name, _, value = part.partition(":")
        if (name := name.strip().lower()) in _PROPERTIES:
            yield name, value.strip().removesuffix("!important").strip().lower() if "font" not in name else value.strip()


def _font(style: Mapping[str, str]) -> str:
    if family := style.get("font-family"):
        return family.split(",")[0]
    found = _NAME_IN_FONT.search(style.get("font", ""))
    return found[1] if found else ""
