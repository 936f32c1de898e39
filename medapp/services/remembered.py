"""Tables that a person has answered before: read again by that answer, wherever it was given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.services.import_sources import identity_of, size_of
from medapp.services.records import Progress, import_records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.formats.recognise import RecordFile
    from medapp.library import Library
    from medapp.services.records import RecordsImport
    from medapp.services.tables import TableProposal


@dataclass(frozen=True)
class Wish:
    """How records are read.

    Attributes:
        strict: Whether resources of FHIR that do not conform to R4B are refused.
        by_answers: Whether tables that a person has answered before are read by that answer.
    """

    strict: bool = False
    by_answers: bool = True


def read_records(
    library: Library, files: Sequence[RecordFile], progress: Progress, wish: Wish
) -> RecordsImport:
    """As `import_records`, and after that tables whose columns a person has told before.

    Args:
        library: Where they go.
        files: What a scan has found.
        progress: Told how far it is, by the sizes of the files.
        wish: How.
    """
    known = remembered(library, files) if wish.by_answers else []
    again = {one.file for one in known}
    rest = [one for one in files if one not in again]
    sizes = [sum(map(size_of, some)) for some in (rest, again)]
    share = sizes[0] / max(1, sum(sizes)) if again else 1.0

    def first(done: float, what: str) -> None:
        progress.told(share * done, what)

    def second(done: float, what: str) -> None:
        progress.told(share + (1 - share) * done, what)

    found = import_records(library, rest, Progress(first, progress.cancelled), strict=wish.strict)
    if known and not found.cancelled:
        from medapp.services.tables import read_tables

        more = read_tables(library, known, Progress(second, progress.cancelled))
        found.by_answers = more.files
        add(found, more)
    return found


def remembered(library: Library, files: Sequence[RecordFile]) -> list[TableProposal]:
    """Tables of an import that were read before, with the answers that were given of them.

    A table is asked of again where its columns are called otherwise than then, where its values raise a
    question that was not answered, or where it now shares numbers of patients with a table that it did not.

    Args:
        library: Remembers what was said of each file.
        files: All that a scan has found.
    """
    answered = {
        one.identity
        for one in library.questions.all()
        if one.state == "answered" and one.file.kind == "table"
    }
    tables = [one for one in files if one.kind == "table"]
    if not answered.intersection(map(identity_of, tables)):
        return []
    from medapp.services.table_numbers import with_neighbours
    from medapp.services.tables import propose_table

    proposals = with_neighbours(library, [propose_table(library, one) for one in tables])
    return [
        one
        for one in proposals
        if one.kept and one.mapping is not None and not one.questions and identity_of(one.file) in answered
    ]


def add(done: RecordsImport, more: RecordsImport) -> None:
    """Count what came of some files to what came of the others of the same import."""
    done.files += more.files
    done.counts += more.counts
    done.refused += more.refused
    done.unread |= more.unread
    done.persons.update(more.persons)
    done.doubtful += more.doubtful
    done.quotes.update(more.quotes)
    done.unitless += more.unitless
    done.apart += more.apart
    done.cancelled = done.cancelled or more.cancelled
