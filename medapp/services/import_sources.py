"""What of an import is read in one step: a file, or a folder of tables that belong together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.formats.recognise import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from medapp.domain.record import Item
    from medapp.formats.recognise import RecordFile

_NAMES: Final = {
    "fhir": "FHIR", "hl7v2": "HL7 v2", "ccda": "C-CDA", "omop": "OMOP", "phenopacket": "Phenopackets",
    "table": "Table", "vcf": "VCF",
}  # fmt: skip


@dataclass(frozen=True)
class Options:
    """How a source is read.

    Attributes:
        cancelled: Asked now and then; reading ends where it says so.
        progress: Told then which share of the source is read, 0 to 1.
        strict: Whether resources of FHIR that do not conform to R4B are refused.
    """

    cancelled: Callable[[], bool]
    progress: Callable[[float], None]
    strict: bool = False


@dataclass(frozen=True)
class RecordSource:
    """One step.

    Attributes:
        path: Its identity in the library; of a member of an archive that of the archive with its name, which
            stays when the archive is written anew.
        name: For the reader.
        scope: Inside of what one name is one person: the ids of FHIR are those of a server.
    """

    path: str
    name: str
    kind: str
    files: tuple[RecordFile, ...]
    scope: str = ""

    @property
    def title(self) -> str:
        """What is being read, in words."""
        return f"{_NAMES.get(self.kind, self.kind)} {_base(self.name)}"

    @property
    def size(self) -> int:
        """Bytes on the disk; 0 where they cannot be told."""
        return sum(size_of(file) for file in self.files)

    def items(self, options: Options) -> Iterator[Item]:
        """All that the source says, for kinds that need no answer first."""
        if self.kind == "omop":
            from medapp.formats import omop

            return omop.read(
                self.files[0].path.parent,
                self.name,
                files={file.path: _base(file.name) for file in self.files},
                cancelled=options.cancelled,
                progress=options.progress,
            )
        return read(
            self.files[0],
            cancelled=options.cancelled,
            progress=options.progress,
            strict=options.strict,
        )


def _base(name: str) -> str:
    """A name without the folders or the archive before it."""
    return name.replace("!", "/").rpartition("/")[2]


def size_of(file: RecordFile) -> int:
    """Bytes on the disk; 0 where they cannot be told."""
    try:
        return file.path.stat().st_size
    except OSError:
        return 0


def identity_of(file: RecordFile) -> str:
    """Where a file lies; for a member of an archive where that lies, with the member's name."""
    return file.shown or str(file.path)


def folder_of(file: RecordFile) -> str:
    """The folder that a file lies in, or the folder inside of an archive."""
    where = identity_of(file)
    outer, mark, inner = where.partition("!") if file.shown else ("", "", "")
    if mark:
        return f"{outer}!{inner.rpartition('/')[0]}"
    return str(file.path.parent)


def sources_of(files: Iterable[RecordFile]) -> list[RecordSource]:
    """Files by the steps that they are read in: tables of OMOP by their folders, last."""
    tables: dict[str, list[RecordFile]] = {}
    found = []
    for file in files:
        if file.kind == "omop":
            tables.setdefault(folder_of(file), []).append(file)
        else:
            scope = folder_of(file) if file.kind == "fhir" else ""
            found.append(RecordSource(identity_of(file), file.name, file.kind, (file,), scope))
    for folder, inner in tables.items():
        name = folder.rpartition("/")[2].rpartition("!")[2] or folder.rpartition("/")[2].rstrip("!")
        found.append(RecordSource(folder, name, "omop", tuple(inner)))
    return found
