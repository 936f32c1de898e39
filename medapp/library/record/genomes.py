"""What was called from the genomes of a person."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import and_, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from medapp.api.codec import dump, load
from medapp.domain.genome import GeneCall, Variant, VariantFile
from medapp.library.codec import path_in, path_out
from medapp.library.record import schema

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection


@dataclass(frozen=True)
class GenomeLines:
    """What is kept of the file itself: its header, and variants whose genotypes are those of one sample."""

    file: VariantFile
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class GenomeEntry:
    """A genome that a person has said is this patient's.

    Attributes:
        path: The VCF; it stays where it is.
        sample: Its column in the file.
        assembly: Empty where it is not known.
        calls: One a gene.
        lines: Variants at the places that were looked at, of this sample alone.
    """

    path: Path
    sample: str
    assembly: str
    calls: tuple[GeneCall, ...]
    lines: GenomeLines | None = None


def put(connection: Connection, person: str, genome: GenomeEntry) -> None:
    """See `RecordStore.put_genome`."""
    column = schema.subjects.c
    subject = connection.scalar(
        select(column.key).where(column.person == person).order_by(column.key).limit(1)
    )
    if subject is None:
        raise KeyError(person)
    said = {"assembly": genome.assembly, "calls": dump(genome.calls), "called": time.time()}
    row = {"subject": subject, "path": path_out(genome.path), "sample": genome.sample, **said}
    statement = upsert(schema.genomes).values(row)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["subject", "path", "sample"], set_=said)
    )
    lines = {name: row[name] for name in ("subject", "path", "sample")}
    table = schema.genome_lines
    connection.execute(delete(table).where(*(table.c[name] == value for name, value in lines.items())))
    if genome.lines is not None:
        connection.execute(insert(table).values(payload=dump(genome.lines), **lines))


def remove(connection: Connection, path: Path, sample: str) -> None:
    """Take out what was called from one sample of a file, whoever it was said to be of."""
    for table in (schema.genome_lines, schema.genomes):
        connection.execute(delete(table).where(table.c.path == path_out(path), table.c.sample == sample))


def of(connection: Connection, person: str) -> tuple[GenomeEntry, ...]:
    """See `RecordStore.genomes`."""
    table, lines = schema.genomes, schema.genome_lines
    same = and_(*(lines.c[name] == table.c[name] for name in ("subject", "path", "sample")))
    rows = connection.execute(
        select(table.c.path, table.c.sample, table.c.assembly, table.c.calls, lines.c.payload)
        .join(schema.subjects, schema.subjects.c.key == table.c.subject)
        .join(lines, same, isouter=True)
        .where(schema.subjects.c.person == person)
        .order_by(table.c.called.desc())
    )
    return tuple(
        GenomeEntry(
            path_in(row.path),
            row.sample,
            row.assembly,
            tuple(load(orjson.dumps(one), GeneCall) for one in orjson.loads(row.calls)),
            load(row.payload, GenomeLines) if row.payload is not None else None,
        )
        for row in rows
    )
