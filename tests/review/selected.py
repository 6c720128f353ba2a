"""Elements of a page by a CSS selector, as far as tests ask: tags, #id, .class, [attribute=value], :nth-child(n), descendants, children."""

import re

from lxml import html

_PART = re.compile(r"(?P<tag>\w+)|#(?P<id>[\w-]+)|\.(?P<cls>[\w-]+)|\[(?P<attr>[\w-]+)(?:=(?P<value>[^\]]+))?\]|:nth-child\((?P<n>\d+)\)")


def select(node: html.HtmlElement, selector: str) -> list[html.HtmlElement]:
    """Return the elements that fit, ``node`` and below, in the order of the page."""
    path, axis = ".", "/descendant-or-self::"
    for step in selector.split():
        if step == ">":
            axis = "/"
            continue
        path, axis = path + axis + _step(step), "//"
    return list(node.xpath(path))


def _step(step: str) -> str:
    tag, conditions = "*", []
    for part in _PART.finditer(step):
        if part["tag"]:
            tag = part["tag"]
        elif part["id"]:
            conditions.append(f"@id='{part['id']}'")
        elif part["cls"]:
            conditions.append(f"contains(concat(' ', @class, ' '), ' {part['cls']} ')")
        elif part["attr"]:
            conditions.append(f"@{part['attr']}" + (f"='{part['value']}'" if part["value"] else ""))
        else:
            conditions.append(f"count(preceding-sibling::*)={int(part['n']) - 1}")
    return tag + "".join(f"[{one}]" for one in conditions)
