"""Labelled chest X-rays in a folder: pictures and a ``labels.csv`` that says what was found and in whom.

Columns: ``file`` (relative to the table), ``findings`` or ``finding_labels`` (words of NIH ChestX-ray14,
joined by ``|``), ``patient`` or ``patient_id``, ``age`` (years), ``sex`` (F, M), ``view`` (PA, AP); others
are not read.
"""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from medapp.api import TaskRefused
from medapp_classification.cxr_findings.findings import KEYS, NOTHING, YOUNGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TABLE = "labels.csv"
_COLUMNS = {
    "file": ("file",),
    "findings": ("findings", "finding_labels"),
    "patient": ("patient", "patient_id"),
    "age": ("age",),
    "sex": ("sex",),
    "view": ("view",),
}
_VIEWS = ("PA", "AP")
_WORDS = re.compile(r"[^a-z]+")
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled picture.

    Attributes:
        source: Name of the folder that it came from.
        digest: SHA-256 of the file, the first 16 hexadecimal digits.
        labels: 0 or 1 for each of `KEYS`.
        group: Patients that share a picture have one group; folds keep it together.
    """

    path: Path
    source: str
    digest: str
    patient: str
    group: str
    age: float
    sex: str
    view: str
    labels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cases:
    """Pictures of adults, frontal, and how many were left out for not being so."""

    cases: tuple[Case, ...]
    left_out: int


def read_cases(folder: Path, names: str = "") -> Cases:
    """Read the labelled pictures of a folder.

    Args:
        folder: With a ``labels.csv``, or with folders that each have one.
        names: Those of these folders that are meant, separated by commas; empty for all.

    Raises:
        TaskRefused: Where there are none, columns are missing, a word is unknown, a file is not there, a path
            tells the answer, or one finding never or always occurs; with what would make it run.
    """
    tables = _tables(folder, [name.strip() for name in names.split(",") if name.strip()])
    rows = [(path, row) for table in tables for path, row in _rows(table)]
    _refuse_telling_paths([path for path, _ in rows], folder)
    found = [_case(path, row) for path, row in rows if _is_meant(row)]
    found = _joined(found)
    _refuse_one_class(found)
    return Cases(tuple(found), len(rows) - len(found))


def _tables(folder: Path, names: Sequence[str]) -> list[Path]:
    if not names and (folder / TABLE).is_file():
        return [folder / TABLE]
    inside = [folder / name / TABLE for name in names] or sorted(folder.glob(f"*/{TABLE}"))
    missing = [table.parent.name for table in inside if not table.is_file()]
    if missing or not inside:
        where = f"the folder {missing[0]!r}" if missing else "the folder"
        message = f"{where} has no {TABLE}: put one beside the pictures, or name folders that have one"
        raise TaskRefused(message)
    return inside


def _rows(table: Path) -> Iterable[tuple[Path, dict[str, str]]]:
    with table.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        names = [name.strip().lower() for name in reader.fieldnames or ()]
        columns = {
            key: next((one for one in accepted if one in names), "") for key, accepted in _COLUMNS.items()
        }
        lacking = [key for key, name in columns.items() if not name]
        if lacking:
            message = f"{_where(table)} lacks the column {' and '.join(lacking)}: {_asked()}"
            raise TaskRefused(message)
        for number, line in enumerate(reader, start=2):
            low = {str(key).strip().lower(): str(value or "").strip() for key, value in line.items()}
            row = {key: low.get(name, "") for key, name in columns.items()}
            row |= {"line": f"{_where(table)}, line {number}", "source": table.parent.name}
            if Path(row["file"]).is_absolute() or ".." in Path(row["file"]).parts:
                message = (
                    f"{row['line']} names a file outside of the folder: put the pictures below the table"
                )
                raise TaskRefused(message)
            yield table.parent / row["file"], row


def _asked() -> str:
    return f"it needs {', '.join(_COLUMNS)}"


def _where(table: Path) -> str:
    return f"{TABLE} of {table.parent.name}"


def _is_meant(row: Mapping[str, str]) -> bool:
    """Frontal, of an adult, sex stated: what the table does not say stays out rather than being guessed."""
    return _age(row) >= YOUNGEST and row["view"].upper() in _VIEWS and row["sex"].upper() in {"F", "M"}


def _age(row: Mapping[str, str]) -> float:
    text = row["age"].rstrip("Yy")
    try:
        years = float(text)
    except ValueError:
        return -1.0
    return years if years < 120 else -1.0  # noqa: PLR2004 - older than anyone: not known


def _case(path: Path, row: Mapping[str, str]) -> Case:
    words = [word.strip() for word in row["findings"].split("|") if word.strip()]
    unknown = [word for word in words if word not in KEYS and word != NOTHING]
    if unknown or not words or (NOTHING in words and len(words) > 1):
        known = ", ".join((*KEYS, NOTHING))
        message = f"{row['line']}: the findings are not those of ChestX-ray14 joined by '|': {known}"
        raise TaskRefused(message)
    if not row["patient"]:
        message = f"{row['line']} names no patient, and without one folds cannot be kept apart"
        raise TaskRefused(message)
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except OSError as error:
        message = f"{row['line']} names a file that cannot be read"
        raise TaskRefused(message) from error
    labels = tuple(int(key in words) for key in KEYS)
    patient = row["patient"].lstrip("0") or "0"
    return Case(
        path,
        row["source"],
        digest,
        patient,
        patient,
        _age(row),
        row["sex"].upper(),
        row["view"].upper(),
        labels,
    )


def _joined(cases: Sequence[Case]) -> list[Case]:
    """Give patients who share a picture one group: under two numbers it would leak between folds."""
    leader: dict[str, str] = {}

    def first(name: str) -> str:
        while leader.get(name, name) != name:
            name = leader[name]
        return name

    seen: dict[str, str] = {}
    for case in cases:
        other = first(seen.setdefault(case.digest, case.patient))
        mine = first(case.patient)
        leader[max(mine, other)] = min(mine, other)
    return [replace(case, group=first(case.patient)) for case in cases]


def _refuse_telling_paths(paths: Sequence[Path], root: Path) -> None:
    """A file or folder that is named after what is found tells the answer to whoever sees the name."""
    words = {_plain(key): key for key in (*KEYS, NOTHING)}
    for path in paths:
        inside = _plain(path.relative_to(root).as_posix())
        told = next((key for word, key in words.items() if f" {word} " in f" {inside} "), "")
        if told:
            message = (
                f"names of files or folders say what was found ({told}), so the answer leaks: "
                "name the pictures by numbers and keep the findings in the table alone"
            )
            raise TaskRefused(message)


def _plain(text: str) -> str:
    return " ".join(_WORDS.split(text.lower())).strip()


def _refuse_one_class(cases: Sequence[Case]) -> None:
    for place, key in enumerate(KEYS):
        groups = [{case.group for case in cases if case.labels[place] == value} for value in (0, 1)]
        if min(map(len, groups)) < _LEAST:
            message = (
                f"{key} occurs in fewer than {_LEAST} patients, or is lacking in fewer than {_LEAST}: "
                "one class alone cannot be learnt; add pictures of the other"
            )
            raise TaskRefused(message)
