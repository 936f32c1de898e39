"""What the page goes by: record, genome and tables of one patient, and the checks that are made with them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from medapp.domain.plan import Focus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from medapp.domain.medicines import Checks
    from medapp.domain.recommendation import Drug
    from medapp.domain.record import Record
    from medapp.knowledge.therapy.loading import DrugTables
    from medapp.library import Library
    from medapp.services.medicines import PatientMedicines
    from medapp.services.what_if import Measured, WhatIf


@dataclass(frozen=True, eq=False)
class Desk:
    """Everything that is needed to check lists of medicines for one patient; made off the GUI thread.

    Attributes:
        person: Key in the library.
        known: Record, genome, and what the record says is taken now.
        problems: Active problems of the record.
        measured: What results can be supposed of.
        record_sha256: Of the record as models get it; empty where there is none.
        place: Where tables of medicines are looked for.
    """

    person: str
    known: PatientMedicines
    tables: DrugTables
    problems: tuple[Focus, ...] = ()
    measured: tuple[Measured, ...] = ()
    record_sha256: str = ""
    place: str = ""

    @property
    def has_tables(self) -> bool:
        """Whether interactions can be looked up at all."""
        return self.tables.interactions is not None

    def check(self, medicines: Sequence[Drug], /) -> Checks:
        """What the checks say of a list."""
        from medapp.services.medicines import check_list

        return check_list(medicines, self.known, self.tables, _today())

    def recognised(self, name: str, dose: str = "") -> Drug:
        """A medicine as somebody typed it: by name or by code; without ingredients where it is not known."""
        from medapp.knowledge.therapy.recognise import recognise, written

        return replace(recognise(written(name), self.tables.vocabulary).drug, dose=dose.strip())

    def look_up(self, name: str) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
        """Whether a name that is typed is known, its ingredients, and names that are written nearly alike."""
        from medapp.knowledge.therapy.recognise import recognise, written

        found = recognise(written(name), self.tables.vocabulary)
        return found.drug.is_known, found.drug.ingredients, found.suggestions

    def supposed(self, medicines: Sequence[Drug], wish: WhatIf) -> PatientMedicines:
        """What would be known if that were so; `medicines` are taken now."""
        from medapp.services.what_if import with_what_if

        record, listed = with_what_if(self.known.record, medicines, wish)
        return replace(self.known, record=record, current=listed)

    def suppose(self, medicines: Sequence[Drug], wish: WhatIf) -> Checks:
        """What the checks would say if that were so; nothing of it is kept."""
        from medapp.services.medicines import check_list

        known = self.supposed(medicines, wish)
        return check_list(known.current, known, self.tables, _today())


def open_desk(library: Library, person: str, data_folder: Path) -> Desk:
    """Read all that is known of a patient, and the tables; takes about a second the first time.

    Raises:
        OSError: Where a table cannot be read.
        UnreadableError: Where a table is not what it should be.
    """
    from medapp.services.medicines import drug_tables, medicines_of
    from medapp.services.what_if import measured_in

    known = medicines_of(library, person)
    entries = known.record.entries if known.record is not None else ()
    return Desk(
        person,
        known,
        drug_tables(data_folder),
        problems_of(known.record),
        measured_in(entries),
        digest_of(known.record),
        str(data_folder / "knowledge" / "drugs"),
    )


def problems_of(record: Record | None) -> tuple[Focus, ...]:
    """Active problems, each in its words once."""
    from medapp.domain.record.clinical import Problem
    from medapp.domain.record.summary import active_problems

    found: dict[str, Focus] = {}
    for entry in active_problems(record.entries if record else ()):
        if isinstance(entry.content, Problem) and entry.content.concept.display:
            text = entry.content.concept.display
            found.setdefault(text.casefold(), Focus(text, entry.id))
    return tuple(found.values())


def digest_of(record: Record | None) -> str:
    """SHA-256 of a record as models get it; empty where there is none."""
    from medapp.api.codec import dump

    return "" if record is None else hashlib.sha256(dump(record)).hexdigest()


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the day at the workstation
