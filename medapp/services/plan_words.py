"""Parts of a treatment plan in words, as every export and the command line say them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from medapp.domain.recommendation import Citation, Drug

ACTIONS: Final = {"start": "start", "stop": "stop", "change": "change", "continue": "continue"}
VERDICTS: Final = {"accepted": "Accepted", "changed": "Changed", "rejected": "Rejected"}


def dose_words(drug: Drug) -> str:
    """How a medicine is taken; where that is not stated, a strength that its name has is no dose."""
    if drug.dose:
        return drug.dose
    return "how it is taken is not stated" if has_strength(drug) else "dose not stated"


def has_strength(drug: Drug) -> bool:
    """Whether the name seems to state a strength, as ``Metformin 500 mg`` does."""
    return any(one.isdecimal() for one in drug.name)


def cited(citation: Citation) -> str:
    """Where a statement comes from: title, identifier, version, strength and population as far as stated."""
    parts = [citation.title, citation.identifier]
    parts += [f"version {citation.version}"] if citation.version else []
    parts += [f"strength {citation.strength}"] if citation.strength else []
    parts += [f"for {citation.population}"] if citation.population else []
    return ", ".join(part for part in parts if part)


def moment_words(text: str) -> str:
    """ISO 8601 in UTC for a reader, to the minute."""
    return f"{text[:16].replace('T', ' ')} UTC" if text.endswith("+00:00") else text
