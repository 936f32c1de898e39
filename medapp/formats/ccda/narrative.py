"""The narrative block of a section as plain text (CDA R2, 4.3.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.formats.ccda.xml import local

if TYPE_CHECKING:
    from lxml import etree

_LINES = ("paragraph", "item", "tr", "br", "caption", "list", "table")


def plain(element: etree._Element) -> str:
    """Paragraphs, items and rows as lines, the cells of a row apart; links and images are left out."""
    parts: list[str] = []
    _gather(element, parts)
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line.removesuffix(" |").strip() for line in lines if line.strip(" |"))


def _gather(element: etree._Element, parts: list[str]) -> None:
    """Depth is bounded: libxml refuses what is nested deeper than 256."""
    name = local(element)
    if name in _LINES:
        parts.append("\n")
    # Line breaks of the file are spaces; those of the text come from its elements.
    parts.append((element.text or "").replace("\n", " "))
    for child in element:
        _gather(child, parts)
        parts.append((child.tail or "").replace("\n", " "))
    if name in {"td", "th"}:
        parts.append(" | ")
    if name in _LINES:
        parts.append("\n")
