"""What a document states and no reader can take: dates that are none, numbers that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.formats.ccda.types import kind_of, number
from medapp.formats.ccda.xml import V3, attribute, local
from medapp.formats.hl7v2.types import moment

if TYPE_CHECKING:
    from lxml import etree

    from medapp.formats.ccda.scope import Scope

MOMENTS = ("effectiveTime", "birthTime", "time")
BOUNDS = ("low", "high", "center")
AMOUNTS = ("PQ", "REAL", "INT")
MOST = 100
"""Refusals of one document; a thousand of one kind tell no more."""


def check_values(scope: Scope, body: etree._Element) -> None:
    """Say where a date or a number is left out because it is none."""
    count = 0
    for element in body.iter(f"{{{V3}}}*"):
        text = attribute(element, "value")
        if not text or count >= MOST:
            continue
        name = local(element)
        parent = element.getparent()
        below = name in BOUNDS and parent is not None and local(parent) in MOMENTS
        if (name in MOMENTS or below) and moment(text) is None:
            scope.refuse(element, "invalid", "this is no date and is left out", text)
            count += 1
        elif (name == "doseQuantity" or kind_of(element) in AMOUNTS) and number(text) is None:
            scope.refuse(element, "invalid", "this is no number and is left out", text)
            count += 1
