"""Whether it is certain whom a record is about: no dose is gone by while somebody has to say so first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.domain.medicines import Doubt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.library import Library
    from medapp.library.record.pairs import Subject

_MOST: Final = 20
_WHO: Final = (("name", "name"), ("birth date", "birth_date"), ("sex", "sex"))


def doubt_of(library: Library, patient_key: str) -> Doubt | None:
    """What nobody has answered yet of a patient of the library, or what their sources disagree on."""
    from medapp.library.keys import RECORD_ONLY

    if patient_key.startswith(RECORD_ONLY):
        keys = [patient_key.removeprefix(RECORD_ONLY)]
        matches = [one for key in keys for one in library.records.matches(person=key)]
    else:
        matches = list(library.records.matches(patient=patient_key))
        keys = [one.person for one in matches if one.verdict == "same"]
    pairs = library.questions.pairs(_MOST, keys) if keys else ()
    if pairs:
        differs = _in_order({name for pair in pairs for name in _differences(*pair)})
        text = (
            f"another record has the same number and differs in {_listed(differs)}; whether they are one "
            "person is not answered yet"
        )
        return Doubt(text, differs)
    open_ = [one for one in matches if one.verdict == "conflict"]
    if open_:
        differs = _in_order({name for one in open_ for name in one.differs})
        text = (
            f"images of the same number differ from the record in {_listed(differs)}; whether they are one "
            "person is not answered yet"
        )
        return Doubt(text, differs)
    if any(one.verdict == "same" and "sex" in one.differs for one in matches):
        return Doubt("record and images contradict each other on the sex", ("sex",))
    return None


def _differences(one: Subject, other: Subject) -> tuple[str, ...]:
    """What both state, and not the same, as `medapp.library.record.pairs` has it."""
    both = ((title, getattr(one, name), getattr(other, name)) for title, name in _WHO)
    return tuple(title for title, a, b in both if a and b and a.casefold() != b.casefold())


def _in_order(found: set[str]) -> tuple[str, ...]:
    return tuple(title for title, _ in _WHO if title in found)


def _listed(differs: Sequence[str]) -> str:
    return " and ".join(differs) or "what they say"
