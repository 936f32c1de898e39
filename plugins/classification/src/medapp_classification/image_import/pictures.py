"""Labelled pictures in a folder, to measure an imported classifier on: PNG or JPEG, and a ``labels.csv``.

Columns: ``file`` (relative to the table), and either ``labels`` (keys or titles of classes, joined by ``|``)
or one column a class, named by its key, with 0 and 1; ``patient``, ``age`` and ``sex`` may stand beside.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.api import TaskRefused
from medapp.domain.geometry import Geometry
from medapp.domain.volume import Volume

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from medapp_classification.image_import.description import ClassSpec, Description

TABLE: Final = "labels.csv"
_LISTED: Final = ("labels", "findings", "finding_labels")
_WHOSE: Final = ("patient", "patient_id")
_YES: Final = frozenset({"1", "1.0", "true", "yes"})
_NO: Final = frozenset({"0", "0.0", "false", "no"})


@dataclass(frozen=True, slots=True)
class Picture:
    """One labelled picture.

    Attributes:
        patient: Whose it is; the file's own name where the table does not say.
        labels: 0 or 1, by key of a class that is shown.
        groups: ``age`` and ``sex``, where the table states them.
    """

    path: Path
    patient: str
    labels: Mapping[str, int]
    groups: Mapping[str, str] = field(default_factory=dict)


def read_pictures(folder: Path, description: Description) -> tuple[Picture, ...]:
    """Read the table of a folder.

    Raises:
        TaskRefused: Where there is none, columns are missing, or a file is not there; with what would help.
    """
    table = folder / TABLE
    if not table.is_file():
        message = f"the folder has no {TABLE}: put one beside the pictures, with the columns file and labels"
        raise TaskRefused(message)
    shown = [one for one in description.classes if one.shown]
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            found = tuple(_pictures(csv.DictReader(file), folder, shown))
    except UnicodeDecodeError as error:
        message = f"{TABLE} cannot be read as text"
        raise TaskRefused(message) from error
    if not found:
        message = f"{TABLE} names no picture"
        raise TaskRefused(message)
    return found


def _pictures(reader: csv.DictReader[str], folder: Path, shown: list[ClassSpec]) -> Iterator[Picture]:
    names = [name.strip().lower() for name in reader.fieldnames or ()]
    listed = next((one for one in _LISTED if one in names), "")
    lacking = [one.key for one in shown if one.key.lower() not in names]
    if "file" not in names or (not listed and lacking):
        needed = "file" if "file" not in names else f"labels, or one named {lacking[0]}"
        message = f"{TABLE} has no column {needed}"
        raise TaskRefused(message)
    for number, line in enumerate(reader, start=2):
        row = {str(key).strip().lower(): str(value or "").strip() for key, value in line.items()}
        path = Path(row["file"])
        if path.is_absolute() or ".." in path.parts or not (folder / path).is_file():
            message = f"{TABLE}, line {number}: there is no such picture in the folder"
            raise TaskRefused(message)
        labels = _listed(row[listed], shown) if listed else _marked(row, shown, number)
        whose = next((row[one] for one in _WHOSE if row.get(one)), row["file"])
        groups = {name: row[name] for name in ("age", "sex") if row.get(name)}
        yield Picture(folder / path, whose, labels, groups)


def _listed(text: str, shown: list[ClassSpec]) -> dict[str, int]:
    words = {word.strip().casefold() for word in text.split("|")}
    return {one.key: int(bool(words & {one.key.casefold(), one.title.casefold()})) for one in shown}


def _marked(row: Mapping[str, str], shown: list[ClassSpec], number: int) -> dict[str, int]:
    found = {}
    for one in shown:
        said = row[one.key.lower()].lower()
        if said not in _YES | _NO:
            message = f"{TABLE}, line {number}: {one.key} is neither 0 nor 1"
            raise TaskRefused(message)
        found[one.key] = int(said in _YES)
    return found


def as_volume(path: Path, modality: str) -> Volume:
    """A picture as an image of one slice; it states no spacing.

    Raises:
        TaskRefused: Where it cannot be read.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            is_color = image.mode not in {"1", "L", "LA", "I", "I;16", "F"}
            array = np.asarray(image.convert("RGB")) if is_color else np.asarray(image.convert("F"))
    except (OSError, ValueError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        message = "a picture of the folder cannot be read: PNG and JPEG can be"
        raise TaskRefused(message) from error
    whole = np.ascontiguousarray(array)[None]
    return Volume(whole, Geometry.from_parts(whole.shape[:3], (0, 0, 0), (1, 1, 1)), modality)
