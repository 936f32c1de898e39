"""What the head of a VCF lays down for its body."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from medapp.domain.genome import Assembly
    from medapp.formats.vcf.definition import Definition
    from medapp.formats.vcf.edition import Edition

FIXED_COLUMNS: Final = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO")
COLUMNS_WITH_SAMPLES: Final = len(FIXED_COLUMNS) + 1


@dataclass(slots=True)
class Header:
    """The meta-information, as far as it is used.

    Attributes:
        infos, formats: Keys as the file describes them.
        filters, alts: Those that are described.
        contigs: Length by name, None where it is not stated.
        assemblies: All that the header names or shows; one where it can be told.
        samples: Names in the order of their columns.
        columns: Of every data line.
        lines: Up to and with the line of column names.
    """

    edition: Edition
    infos: dict[str, Definition] = field(default_factory=dict)
    formats: dict[str, Definition] = field(default_factory=dict)
    filters: set[str] = field(default_factory=set)
    alts: set[str] = field(default_factory=set)
    contigs: dict[str, int | None] = field(default_factory=dict)
    assemblies: set[Assembly] = field(default_factory=set)
    samples: tuple[str, ...] = ()
    columns: int = 0
    lines: int = 0

    @property
    def assembly(self) -> Assembly | None:
        """The only one that the header speaks of; None where it names none or contradicts itself."""
        return next(iter(self.assemblies)) if len(self.assemblies) == 1 else None
