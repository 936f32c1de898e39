"""HL7 v2 and C-CDA against a vendor's FHIR of the same files: agreement of the key fields, by type.

``python -m tests.bench.bench_hl7_ccda --differences`` tells each key that only one of both has.
docs/record_differences.md explains what is left. Agreement is the share of the vendor's keys that the
reader has too; the bar holds for the keys that the file states (see `fault`).
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from medapp.formats import ccda, hl7v2
from tests.bench.harness import ROOT, Row, at_least, emit
from tests.bench.record_keys import expected_keys, read_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from medapp.domain.record import Item
    from tests.bench.record_keys import Fact

JUDGED = ("Patient", "Condition", "Medication", "Observation", "AllergyIntolerance")
END = "-expected.json.gz"
INVENTED = ("injury-incident", "death-certificate", "coroner", "autopsy")
"""Codes that are of no code system: the vendor's words for fields of ACC and PDA."""


def ehr() -> Path:
    """The folder of real records."""
    named = os.environ.get("MEDAPP_SHARED")
    return (Path(named) if named else ROOT.parent / "shared" / "data") / "ehr"


def cases() -> Iterator[tuple[str, Path, Path, Callable[[Path, str], Iterable[Item]]]]:
    """Format, what is expected, the file and its reader."""
    folders = (
        ("hl7v2", "messages", ".hl7", hl7v2.read),
        ("ccda", "microsoft_samples", ".ccda.gz", ccda.read),
    )
    for name, folder, suffix, reader in folders:
        for expected in sorted((ehr() / name / "expected_fhir").glob(f"*{END}")):
            path = ehr() / name / folder / (expected.name.removesuffix(END) + suffix)
            yield name, expected, path, reader


def fault(fact: Fact, text: str) -> str:
    """Why the standard does not let a key of the vendor be read from a file; empty where it does."""
    kind, field, value = fact
    if field == "code" and not value:
        return "resource without a code"
    if kind == "Observation" and value.split(" ")[0] in INVENTED:
        return "code of no code system"
    if kind == "Observation" and text.startswith("MDM"):
        return "line of a document's text told as a finding"
    if kind == "Patient" and field in {"identifier", "name"} and not _in_patient(value, text):
        return "number or name of a guarantor, an insured or a form"
    return ""


def _in_patient(value: str, text: str) -> bool:
    """Whether the patient's own segment holds a value; the words of a name follow each other there."""
    lines = [line.lower() for line in text.splitlines() if line.startswith("PID")]
    names = [re.sub(r"&[^^|~]*", "", line).replace("^", " ") for line in lines]
    return any(value in line for line in (*lines, *names))


def compared() -> Iterator[tuple[str, str, Counter[Fact], Counter[Fact], Counter[Fact]]]:
    """Format, name of the file, the vendor's keys, those of them that are faults, and the reader's keys."""
    for name, expected_path, path, reader in cases():
        with gzip.open(expected_path) as file:
            expected = expected_keys(json.load(file))
        text = _text(path) if name == "hl7v2" else ""
        faults = Counter({fact: count for fact, count in expected.items() if fault(fact, text)})
        yield name, path.name, expected, faults, read_keys(reader(path, path.name), expected)


def _text(path: Path) -> str:
    """Segments in lines, the message code first."""
    text = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    code = text.split("|")[8].split("^")[0]
    return f"{code}\n{text}"


def rows() -> Iterator[Row]:
    """Agreement by format and type, of all keys and of those that the files state."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for name, _, expected, faults, read in compared():
        for fact in expected.keys() | read.keys():
            total = sums[name, fact[0]]
            common = min(expected[fact], read[fact])
            stated = max(common, expected[fact] - faults[fact])
            for index, count in enumerate((expected[fact], stated, common, read[fact])):
                total[index] += count
    for (name, kind), (every, stated, common, read_count) in sorted(sums.items()):
        yield Row(f"{name} {kind}: of the vendor's {every} keys", _share(common, every), "%")
        figure = f"{name} {kind}: of the {stated} that the file states (reader: {read_count})"
        if kind in JUDGED and stated:
            yield at_least(figure, _share(common, stated), 95, "%")
        else:
            yield Row(figure, _share(common, stated), "%")


def _share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 100.0


def differences() -> None:
    """Each key that only one of both has; ``*`` where the vendor's is a fault."""
    for name, file, expected, faults, read in compared():
        for fact in sorted(expected.keys() | read.keys()):
            missing, extra = expected[fact] - read[fact], read[fact] - expected[fact]
            sign = "*" if missing > 0 and faults[fact] else "-" if missing > 0 else "+"
            if missing or extra:
                print(name, file, sign, max(missing, extra), " | ".join(fact)[:160])


if __name__ == "__main__":
    if "--differences" in sys.argv:
        differences()
    elif ehr().is_dir():
        emit(rows())
