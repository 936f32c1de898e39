"""A record as the workspace shows it: plain Python, made off the GUI thread, looked at without a window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from medapp.domain.record.summary import death_of
from medapp.ui.record import lists
from medapp.ui.record.genome import GenomeView
from medapp.ui.record.labs import build_labs
from medapp.ui.record.lanes import build_timeline
from medapp.ui.record.reported import reported_table
from medapp.ui.record.spans import seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.domain.genome import GeneCall, Variant, VariantFile
    from medapp.domain.record import Entry, Person
    from medapp.ui.record.labs import Convert, LabGroup
    from medapp.ui.record.lanes import Timeline
    from medapp.ui.record.tables import Row, Table


@dataclass(frozen=True, eq=False)
class RecordView:
    """All that the workspace shows of one patient.

    Attributes:
        undated: Entries of the time line's kinds that state no date.
        left_out: Those that say that something is not so or should not be there.
        genomes: The latest first.
        reported: Variants that other sources than a VCF tell of.
    """

    persons: tuple[Person, ...]
    entries: tuple[Entry, ...]
    timeline: Timeline
    labs: tuple[LabGroup, ...]
    problems: Table
    medicines: Table
    allergies: Table
    procedures: Table
    notes: Table
    everything: Table
    genomes: tuple[GenomeView, ...]
    reported: Table
    undated: tuple[Row, ...]
    left_out: tuple[Row, ...]

    @classmethod
    def build(
        cls,
        persons: Sequence[Person],
        entries: Sequence[Entry],
        calls: Sequence[GeneCall] = (),
        *,
        variants: Sequence[Variant] = (),
        variant_file: VariantFile | None = None,
        genomes: Sequence[GenomeView] = (),
        convert: Convert | None = None,
        now: datetime | None = None,
    ) -> RecordView:
        """Arrange a record; takes some tenths of a second for 10,000 entries, so call it in a thread.

        Args:
            persons: What each source says of the patient.
            entries: As `RecordStore.entries` gives them.
            calls: Gene calls, empty where there are none.
            variants: Of one file; the first sample is shown.
            variant_file: What the header of that file says.
            genomes: Instead of `calls` and `variants`, where there may be several.
            convert: Brings amounts into other units; without it units stay apart.
            now: Where periods that go on end; the present by default.
        """
        entries = tuple(entries)
        timeline = build_timeline(entries, persons, seconds(now or datetime.now(UTC)))
        everything = lists.everything(entries)
        rows = {id(row.entry): row for row in everything.rows}
        one = (GenomeView.of(calls, variants, variant_file),) if calls or variants else ()
        return cls(
            persons=tuple(persons),
            entries=entries,
            timeline=timeline,
            labs=build_labs(entries, convert),
            problems=lists.problems(entries),
            medicines=lists.medicines(entries, death_of(persons)),
            allergies=lists.allergies(entries),
            procedures=lists.procedures(entries),
            notes=lists.notes(entries),
            everything=everything,
            genomes=tuple(genomes) or one,
            reported=reported_table(entries),
            undated=tuple(rows[id(entries[at])] for at in timeline.undated),
            left_out=tuple(rows[id(entries[at])] for at in timeline.left_out),
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show of this patient."""
        return not (self.entries or self.genomes)
