"""Series as rows and JSON, and back, without loss."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_from_bytes, unquote_to_bytes

from medapp.domain.geometry import Geometry
from medapp.domain.notice import Notice
from medapp.domain.patient import Instance, Series

if TYPE_CHECKING:
    from medapp.domain.patient import Study

_BYTES: Final = "bytes:"
_FIRST_ESCAPED: Final = "\udc80"
_LAST_ESCAPED: Final = "\udcff"


def payload_of(series: Series) -> str:
    """Everything of a series but its study and instances."""
    return json.dumps(
        {
            "kind": series.kind,
            "laterality": series.laterality,
            "geometry": _geometry_out(series.geometry),
            "notices": [[n.code, n.message, n.severity, dict(n.values)] for n in series.notices],
            "extra": series.extra,
            "source_uids": series.source_uids,
        },
        ensure_ascii=True,
        default=str,
    )


def _geometry_out(geometry: Geometry | None) -> dict[str, Any] | None:
    if geometry is None:
        return None
    return {
        "shape": geometry.shape,
        "affine": geometry.affine.tolist(),
        "units": geometry.units,
        "oriented": geometry.oriented,
        "stackable": geometry.stackable,
        "slice_positions": geometry.slice_positions,
        "frame_of_reference_uid": geometry.frame_of_reference_uid,
        "slice_step_known": geometry.slice_step_known,
    }


def series_from(row: Any, study: Study, instances: tuple[Instance, ...]) -> Series:  # noqa: ANN401 - a database row
    """A series from its row."""
    payload = json.loads(row.payload)
    return Series(
        key=row.key,
        uid=row.uid,
        study=study,
        modality=row.modality,
        kind=payload["kind"],
        instances=instances,
        geometry=_geometry_in(payload["geometry"]),
        number=row.number,
        description=row.description,
        split=row.split,
        laterality=payload["laterality"],
        notices=tuple(Notice(*notice) for notice in payload["notices"]),
        extra=tuple((keyword, text) for keyword, text in payload["extra"]),
        source_uids=tuple(payload["source_uids"]),
    )


def _geometry_in(stored: dict[str, Any] | None) -> Geometry | None:
    if stored is None:
        return None
    return Geometry(
        **{**stored, "shape": tuple(stored["shape"]), "slice_positions": tuple(stored["slice_positions"])}
    )


def instance_rows(series: Series) -> list[dict[str, object]]:
    """Rows of a series' instances, in order."""
    return [
        {
            "series_key": series.key,
            "position": position,
            "path": path_out(item.path),
            "sop_instance_uid": item.sop_instance_uid,
            "sop_class_uid": item.sop_class_uid,
            "transfer_syntax_uid": item.transfer_syntax_uid,
            "number": item.number,
            "frame": item.frame,
        }
        for position, item in enumerate(series.instances)
    ]


def instance_from(row: Any) -> Instance:  # noqa: ANN401 - a database row
    """An instance from its row."""
    return Instance(
        path_in(row.path),
        row.sop_instance_uid,
        row.sop_class_uid,
        row.transfer_syntax_uid,
        row.number,
        row.frame,
    )


def path_out(path: Path) -> str:
    """A path as text that a database takes, also where its name is no valid text."""
    text = str(path)
    if any(_FIRST_ESCAPED <= character <= _LAST_ESCAPED for character in text):
        return _BYTES + quote_from_bytes(os.fsencode(text))
    return text


def path_in(text: str) -> Path:
    """The path again."""
    return Path(os.fsdecode(unquote_to_bytes(text[len(_BYTES) :])) if text.startswith(_BYTES) else text)


def clean(text: str) -> str:
    """Text without the half characters that come from file names that are no valid text."""
    return text.encode("utf-8", "replace").decode("utf-8")
