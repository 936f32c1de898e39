"""Broken and malicious records, made here: of the four kinds of the archive, and phenopackets.

Each says what has to come of it:

- ``refused``: nothing of it is kept, and a reason with a place says why;
- ``told``: it is read, and what is wrong with it is told with its place;
- ``waits``: it asks for its mapping as any table does;
- ``read``: nothing is wrong with what is read of it, and what it points at is not opened;
- ``any``: refused, told or read, as long as nothing breaks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.hostile.made.documents import DOCUMENTS
from tests.hostile.made.messages import MESSAGES
from tests.hostile.made.packets import PACKETS
from tests.hostile.made.resources import RESOURCES
from tests.hostile.made.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FAMILIES = {
    "e1_xml": DOCUMENTS,
    "e2_fhir": RESOURCES,
    "e3_hl7": MESSAGES,
    "e4_csv": TABLES,
    "e5_packet": PACKETS,
}


@dataclass(frozen=True)
class Bait:
    """What a file may try to have opened: a file with a secret, and a server that counts who calls."""

    file: Path
    url: str


def broken(bait: Bait) -> Iterator[tuple[str, str, bytes]]:
    """``family/name``, what has to come of it, and its content."""
    for family, files in FAMILIES.items():
        for name, (expect, content) in files.items():
            data = content() if callable(content) else content
            data = data.encode() if isinstance(data, str) else data
            data = data.replace(b"@FILE@", bait.file.as_uri().encode())
            data = data.replace(b"@PATH@", str(bait.file).encode()).replace(b"@URL@", bait.url.encode())
            yield f"{family}/{name}", expect, data
