"""Parts of a treatment plan in words, as every export and the command line say them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from medapp.domain.recommendation import CheckInput, Citation

ACTIONS: Final = {"start": "start", "stop": "stop", "change": "change", "continue": "continue"}
VERDICTS: Final = {"accepted": "Accepted", "changed": "Changed", "rejected": "Rejected"}


def cited(citation: Citation) -> str:
    """Where a statement comes from: title, identifier, version, strength and population as far as stated."""
    parts = [citation.title, citation.identifier]
    parts += [f"version {citation.version}"] if citation.version else []
    parts += [f"strength {citation.strength}"] if citation.strength else []
    parts += [f"for {citation.population}"] if citation.population else []
    return ", ".join(part for part in parts if part)


def input_words(one: CheckInput) -> str:
    """A value that a check went by, with unit and date; ``unknown`` where either is not known."""
    if one.value is None:
        said = "unknown"
    else:
        said = f"{one.value.comparator}{one.value.value:g} {one.value.unit or '(unit unknown)'}"
    when = one.when.text if one.when else "date unknown"
    note = f" ({one.note})" if one.note else ""
    return f"{one.name}: {said}, {when}{note}." if one.value is not None else f"{one.name}: {said}{note}."
