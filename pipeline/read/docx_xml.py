"""The XML of Word files (ECMA-376, part 1): names, on/off values, and what stands between an element and its content."""

from collections.abc import Iterator
from typing import Final

from docx.oxml.ns import nsmap
from docx.oxml.xmlchemy import BaseOxmlElement

Element = BaseOxmlElement

W: Final = f"{{{nsmap['w']}}}"
R: Final = f"{{{nsmap['r']}}}"
MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_ALTERNATES: Final = MC + "AlternateContent"
_OFF: Final = frozenset({"0", "false", "off", "none"})
# what only wraps content: controls, tags, tracked insertions
_WRAPPERS: Final = frozenset({W + name for name in ("sdt", "sdtContent", "smartTag", "customXml", "ins", "moveTo")})


def child(element: Element | None, *path: str) -> Element | None:
    """Return the element at the end of ``path`` (names without namespace) below ``element``, or None."""
    for name in path:
        if element is None:
            return None
        element = element.find(W + name)
    return element


def value(element: Element | None, *path: str) -> str | None:
    """Return w:val of the element at the end of ``path``, or None."""
    found = child(element, *path)
    result: str | None = None if found is None else found.get(W + "val")
    return result


def number(element: Element | None, *path: str) -> int | None:
    """Return w:val of the element at the end of ``path`` as a whole number, or None where it is none."""
    found = value(element, *path)
    try:
        return None if found is None else int(found)
    except ValueError:
        return None


def switch(element: Element | None, *path: str) -> bool | None:
    """Return whether the property at the end of ``path`` is on; None where it is not set at all (ECMA-376, 17.17.4)."""
    found = child(element, *path)
    return None if found is None else found.get(W + "val", "1").lower() not in _OFF


def alternate(element: Element) -> Element | None:
    """Return the one branch of an mc:AlternateContent that is shown: the first choice, or the fallback where that has no words."""
    choice: Element | None = element.find(MC + "Choice")
    fallback: Element | None = element.find(MC + "Fallback")
    if choice is None or (fallback is not None and next(choice.iter(W + "t"), None) is None):
        return fallback if fallback is not None else choice
    return choice


def through(element: Element) -> Iterator[Element]:
    """Yield the children of ``element``; content controls, tags, tracked insertions and alternates are looked through."""
    for item in element:
        if item.tag in _WRAPPERS:
            yield from through(item)
        elif item.tag == _ALTERNATES:
            branch = alternate(item)
            if branch is not None:
                yield from through(branch)
        else:
            yield item
