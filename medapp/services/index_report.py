"""What lies under some paths, as JSON: patients, studies, series with their geometry, and what was refused.

Nothing is stored: archives are unpacked into a folder that is removed again.
"""

from __future__ import annotations

import math
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from medapp.api import body_part
from medapp.formats.collect import collect

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from medapp.domain.geometry import Geometry
    from medapp.domain.notice import Notice
    from medapp.domain.patient import Patient, Rejected, Series

Json = dict[str, object]
_SHORTEST_KEY = 8
_GEOMETRY = (
    "slices",
    "rows",
    "columns",
    "spacing_mm",
    "pixel_spacing_mm",
    "origin",
    "direction",
    "affine",
    "oriented",
    "stackable",
    "slice_positions",
    "frame_of_reference",
)


def index_report(paths: Iterable[Path]) -> Json:
    """Index `paths` and say what was found, in JSON types.

    `short_key` of a series is as much of its `key` as tells it from the others here, at least eight digits.
    Lengths are null where the files do not state them. `direction` and `affine` are rows of rows; the
    columns of `direction` are the unit vectors of i, j and k, and `affine` maps (i, j, k, 1) to LPS mm.
    """
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="medapp-index-") as scratch:
        found = collect(paths, scratch=Path(scratch))
    return {
        "patients": _patients(found.series),
        "studies": _studies(found.series),
        "rejected": [_rejected(item) for item in found.rejected],
        "records": [{"path": file.shown or str(file.path), "kind": file.kind} for file in found.records],
        "files": found.files,
        "seconds": round(time.perf_counter() - start, 3),
    }


def _patients(series: Iterable[Series]) -> list[Json]:
    known = {_patient_key(item.study.patient): item.study.patient for item in series}
    return [_patient(patient) for patient in known.values()]


def _patient_key(patient: Patient) -> tuple[str, str, str]:
    return (patient.issuer, patient.id, patient.name)


def _patient(patient: Patient) -> Json:
    return {
        "id": patient.id,
        "name": patient.name,
        "birth_date": patient.birth_date,
        "sex": patient.sex,
        "issuer": patient.issuer,
    }


def short_keys(keys: Iterable[str]) -> dict[str, str]:
    """As much of each key as tells it from the others, all of one length."""
    distinct = set(keys)
    longest = max((len(key) for key in distinct), default=0)
    length = min(_SHORTEST_KEY, longest)
    while length < longest and len({key[:length] for key in distinct}) < len(distinct):
        length += 1
    return {key: key[:length] for key in distinct}


def _studies(series: Sequence[Series]) -> list[Json]:
    studies: dict[tuple[object, ...], Json] = {}
    short = short_keys(item.key for item in series)
    for item in series:
        study = item.study
        key = (study.uid, *_patient_key(study.patient))
        entry = studies.setdefault(
            key,
            {
                "uid": study.uid,
                "date": study.date,
                "time": study.time,
                "description": study.description,
                "accession": study.accession,
                "institution": study.institution,
                "patient": _patient(study.patient),
                "series": [],
            },
        )
        listed = entry["series"]
        assert isinstance(listed, list)  # noqa: S101 - made above
        listed.append({"short_key": short[item.key], **series_report(item)})
    return list(studies.values())


def series_report(series: Series) -> Json:
    """One series in JSON types."""
    return {
        "key": series.key,
        "uid": series.uid,
        "modality": series.modality,
        "kind": series.kind,
        "number": series.number,
        "description": series.description,
        "split": series.split,
        "laterality": series.laterality,
        "body_part": body_part.stated(series.fact("BodyPartExamined")),
        "instances": len(series.instances),
        **_geometry(series.geometry),
        "transfer_syntaxes": sorted({item.transfer_syntax_uid for item in series.instances}),
        "source_series": list(series.source_uids),
        "notices": [notice_report(notice) for notice in series.notices],
        "facts": dict(series.extra),
        "files": list(dict.fromkeys(str(item.path) for item in series.instances)),
    }


def _geometry(geometry: Geometry | None) -> Json:
    if geometry is None:
        return dict.fromkeys(_GEOMETRY)
    slices, rows, columns = geometry.shape
    placed = geometry.oriented
    return {
        "slices": slices,
        "rows": rows,
        "columns": columns,
        "spacing_mm": _numbers(geometry.spacing_mm),
        "pixel_spacing_mm": _numbers(geometry.pixel_spacing_mm),
        "origin": _numbers(geometry.origin) if placed else None,
        "direction": [_numbers(row) for row in geometry.direction] if placed else None,
        "affine": [_numbers(row) for row in geometry.affine] if placed and geometry.units == "mm" else None,
        "oriented": placed,
        "stackable": geometry.stackable,
        "slice_positions": _numbers(geometry.slice_positions),
        "frame_of_reference": geometry.frame_of_reference_uid,
    }


def _numbers(values: Iterable[float] | None) -> list[float] | None:
    return None if values is None else [float(value) for value in values]


def notice_report(notice: Notice) -> Json:
    """One notice in JSON types."""
    return {
        "code": notice.code,
        "severity": notice.severity,
        "message": notice.message,
        "values": {key: _plain(value) for key, value in notice.values.items()},
    }


def _plain(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | bool | None) else str(value)


def _rejected(rejected: Rejected) -> Json:
    return {"path": str(rejected.path), "code": rejected.code, "reason": rejected.reason}
