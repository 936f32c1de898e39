"""The hostile records: those of the archive, and those made here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.hostile.cases import Case
from tests.hostile.made import Bait, broken

if TYPE_CHECKING:
    from pathlib import Path

FAMILIES = ("e1_", "e2_", "e3_", "e4_")
_EXPECT = {
    "e1_xml/xxe.xml": "refused",
    "e2_fhir/attach.json": "read",
    "e2_fhir/script.json": "read",
    "e2_fhir/bigint.json": "refused",
    "e2_fhir/nan.json": "refused",
    "e3_hl7/esc.hl7": "read",
    "e4_csv/formula.csv": "waits",
    "e4_csv/wide.csv": "any",
}
"""What the manifest leaves open: what is to come of a file that may only not reach outside."""
_WORDS = {"reject": "refused", "flag": "told", "safe": "any", "no-net": "any", "literal": "any"}


def archived(root: Path) -> list[Case]:
    """Cases of the archive that are records, with what has to come of them in the words of `broken`."""
    folder = root / "generated"
    found = []
    for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["family"].startswith(FAMILIES):
            name = entry["file"]
            expect = _EXPECT.get(name) or _WORDS[entry["expect"]]
            found.append(Case(name, entry["family"], expect, (str(folder / name),), entry["note"]))
    return found


def made(folder: Path, bait: Bait) -> list[Case]:
    """Write the files that are made here below `folder`, each in a folder by itself."""
    found = []
    for name, expect, data in broken(bait):
        family, _, stem = name.partition("/")
        path = folder / family / stem / "file"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        found.append(Case(f"made/{name}", f"made/{family}", expect, (str(path),)))
    return found
