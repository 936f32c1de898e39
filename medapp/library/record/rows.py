"""Entries and persons as rows: what is searched and sorted by stands in columns, the whole in the payload."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from medapp.api.codec import dump
from medapp.domain.record import Observation, Other, Quantity
from medapp.domain.record.facts import concept_of, period_of, title_of
from medapp.library.codec import clean
from medapp.library.record.searching import searchable, words_of

if TYPE_CHECKING:
    from medapp.domain.record import Entry, Person, When

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def subject_key(subject: str, scope: str) -> str:
    """Identity of whom a source calls `subject`.

    A UUID is the same everywhere; any other name is only known inside of what was imported with it.
    """
    unique = _UUID.search(subject)
    parts = ("uuid", unique[0].lower()) if unique else ("name", scope, subject)
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=16).hexdigest()


def subject_row(key: str, person: Person) -> dict[str, Any]:
    """A person as they are listed."""
    names = [name.display for name in person.names]
    numbers = [one.value for one in person.identifiers]
    return {
        "key": key,
        "person": key,
        "subject": clean(person.subject),
        "format": person.source.format,
        "name": clean(person.name.display),
        "birth_date": person.birth_date.text if person.birth_date else "",
        "sex": person.sex or "",
        "died": _died(person),
        "search": clean(searchable(*names, *numbers)),
        "payload": dump(person),
    }


def _died(person: Person) -> str:
    """When, as exact as stated; ``yes`` where no date is."""
    if person.deceased is True:
        return "yes"
    return person.deceased.text if person.deceased else ""


def nobody_row(key: str, subject: str, form: str) -> dict[str, Any]:
    """Somebody of whom no source has said more than the name of their record."""
    empty = dict.fromkeys(("path", "name", "birth_date", "sex", "died", "search"), "")
    return {"key": key, "person": key, "subject": clean(subject), "format": form, "payload": None, **empty}


def entry_row(entry: Entry, key: str, source: int) -> dict[str, Any]:
    """An entry of the subject with this key."""
    content = entry.content
    concept = concept_of(content)
    during = period_of(content)
    value = content.value if isinstance(content, Observation) else None
    number = value if isinstance(value, Quantity) and not value.comparator else None
    display = clean(title_of(content))
    return {
        "subject": key,
        "source": source,
        "entry": clean(entry.id),
        "kind": content.kind if isinstance(content, Other) else type(content).__name__,
        "category": getattr(content, "category", ""),
        "status": getattr(content, "status", ""),
        "codes": clean("".join(f" {code.system}|{code.value}" for code in concept.codes) + " "),
        "display": display,
        "search": words_of(display),
        "start": seconds(during.start) if during.start else seconds(entry.recorded),
        "stop": seconds(during.end),
        "value": number.value if number else None,
        "unit": clean((number.code or number.unit) if number else ""),
        "payload": dump(entry),
    }


def seconds(when: When | None) -> float | None:
    """Seconds since 1970, to sort by."""
    return when.instant.timestamp() if when else None
