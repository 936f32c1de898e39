"""HLA alleles that guidelines ask for: present, absent, or not to be told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from medapp.knowledge.pgx.rules import HLA_MARKERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TYPE = re.compile(r"(?:(?:HLA-)?(?P<gene>[A-Z]+[0-9]*)\*|\*)?(?P<fields>\d{2,4}(?::\d{2,4})*)[A-Z]?")
_COPIES = 2
_FIELDS = 2


def hla_status(gene: str, names: Sequence[str]) -> tuple[str, ...]:
    """``*57:01 positive`` for each allele that a guideline asks for.

    ``negative`` only where both alleles were typed with two fields or more, or differ in the first; an allele
    that cannot be told is left out.
    """
    found = []
    for marker in HLA_MARKERS[gene]:
        answers = [_is(gene, name, marker) for name in names]
        if any(answers):
            found.append(f"{marker} positive")
        elif len(names) == _COPIES and None not in answers:
            found.append(f"{marker} negative")
    return tuple(found)


def hla_notes(gene: str, names: Sequence[str]) -> Iterator[str]:
    """Why nothing is told of a marker."""
    if not names:
        return
    told = " ".join(hla_status(gene, names))
    open_ = [marker for marker in HLA_MARKERS[gene] if marker not in told]
    if not open_:
        return
    unread = [name for name in names if _fields(gene, name) is None]
    if unread:
        why = f"{', '.join(unread)} is no HLA type as it is written (*57:01)"
    elif len(names) != _COPIES:
        why = f"{len(names)} allele(s) given where there are two"
    else:
        why = "the type has one field only"
    yield f"Not told whether {', '.join(open_)} is there: {why}."


def _is(gene: str, name: str, marker: str) -> bool | None:
    """Whether an allele is a marker; None where it cannot be told."""
    fields = _fields(gene, name)
    wanted = marker.lstrip("*").split(":")
    if fields is None:
        return None
    if len(fields) >= _FIELDS:
        return fields[:_FIELDS] == wanted
    return None if fields[0] == wanted[0] else False


def _fields(gene: str, name: str) -> list[str] | None:
    match = _TYPE.fullmatch(name.strip())
    if match is None or (match["gene"] and f"HLA-{match['gene']}" != gene):
        return None
    return match["fields"].split(":")
