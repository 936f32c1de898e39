"""Putting series, studies and patients into the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from medapp.library import schema
from medapp.library.codec import clean, instance_rows, path_out, payload_of
from medapp.library.keys import folder_of, patient_key, searchable, study_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from medapp.domain.patient import Patient, Rejected, Series

_ROWS_AT_ONCE: Final = 5_000
_RECENT: Final = 20


def put_series(connection: Connection, found: Sequence[Series]) -> None:
    """Add series; what the same files were before is replaced."""
    owners = [(item, patient_key(item)) for item in found]
    _put_patients(connection, owners)
    _put_studies(connection, owners)
    thumbnails = _forget(connection, owners)
    rows = {item.key: _series_row(item, owner) for item, owner in owners}
    if not rows:
        return
    connection.execute(upsert(schema.series).on_conflict_do_nothing(), list(rows.values()))
    waiting: list[dict[str, object]] = []
    for item in {item.key: item for item in found}.values():
        waiting += instance_rows(item)
        if len(waiting) >= _ROWS_AT_ONCE:
            connection.execute(insert(schema.instances), waiting)
            waiting = []
    if waiting:
        connection.execute(insert(schema.instances), waiting)
    _put_back(connection, thumbnails, found)
    _sweep(connection)


def _series_row(item: Series, owner: str) -> dict[str, object]:
    return {
        "key": item.key,
        "study_key": study_key(item.study, owner),
        "uid": item.uid,
        "folder": "" if item.uid else clean(folder_of(item)),
        "modality": item.modality,
        "number": item.number,
        "description": clean(item.description),
        "split": item.split,
        "search": clean(
            searchable(item.modality, item.description, item.split, item.fact("BodyPartExamined"))
        ),
        "payload": payload_of(item),
    }


def _put_patients(connection: Connection, owners: list[tuple[Series, str]]) -> None:
    rows = {owner: _patient_row(item.study.patient, owner) for item, owner in owners}
    if not rows:
        return
    connection.execute(upsert(schema.patients).on_conflict_do_nothing(), list(rows.values()))
    # A later file may state what earlier ones left out.
    for owner, row in rows.items():
        for name in ("birth_date", "sex"):
            if row[name]:
                column = schema.patients.c[name]
                missing = update(schema.patients).where(schema.patients.c.key == owner, column == "")
                connection.execute(missing.values({name: row[name]}))


def _patient_row(patient: Patient, owner: str) -> dict[str, str]:
    return {
        "key": owner,
        "id": clean(patient.id),
        "name": clean(patient.name),
        "birth_date": patient.birth_date,
        "sex": patient.sex,
        "issuer": clean(patient.issuer),
        "search": clean(searchable(patient.id, patient.name, patient.birth_date)),
    }


def _put_studies(connection: Connection, owners: list[tuple[Series, str]]) -> None:
    rows: dict[str, dict[str, str]] = {}
    for item, owner in owners:
        study = item.study
        key = study_key(study, owner)
        rows[key] = {
            "key": key,
            "patient_key": owner,
            "uid": study.uid,
            "date": study.date,
            "time": study.time,
            "description": clean(study.description),
            "accession": clean(study.accession),
            "institution": clean(study.institution),
            "search": clean(searchable(study.description, study.date, study.accession, study.uid)),
        }
    if rows:
        connection.execute(upsert(schema.studies).on_conflict_do_nothing(), list(rows.values()))


def _forget(connection: Connection, owners: list[tuple[Series, str]]) -> dict[str, tuple[int, bytes]]:
    """Take out what the same series were before; returns thumbnails by key with the number of instances."""
    old: set[str] = set()
    for study, uid, folder in {
        (study_key(item.study, owner), item.uid, "" if item.uid else clean(folder_of(item)))
        for item, owner in owners
    }:
        where = (
            schema.series.c.study_key == study,
            schema.series.c.uid == uid,
            schema.series.c.folder == folder,
        )
        old |= set(connection.scalars(select(schema.series.c.key).where(*where)))
    old |= {item.key for item, _ in owners}
    kept: dict[str, tuple[int, bytes]] = {}
    for key in old:
        png = connection.scalar(select(schema.thumbnails.c.png).where(schema.thumbnails.c.series_key == key))
        if png is not None:
            paths = select(schema.instances.c.path).where(schema.instances.c.series_key == key)
            kept[key] = (hash(tuple(connection.scalars(paths.order_by(schema.instances.c.position)))), png)
        connection.execute(delete(schema.series).where(schema.series.c.key == key))
    return kept


def _put_back(
    connection: Connection, thumbnails: dict[str, tuple[int, bytes]], found: Iterable[Series]
) -> None:
    """Thumbnails of series that are what they were."""
    for item in found:
        kept = thumbnails.get(item.key)
        if kept is not None and kept[0] == hash(tuple(path_out(each.path) for each in item.instances)):
            row = {"series_key": item.key, "png": kept[1]}
            connection.execute(upsert(schema.thumbnails).on_conflict_do_nothing(), row)


def _sweep(connection: Connection) -> None:
    """Studies without series and patients without studies are gone."""
    connection.execute(
        delete(schema.studies).where(schema.studies.c.key.not_in(select(schema.series.c.study_key)))
    )
    connection.execute(
        delete(schema.patients).where(schema.patients.c.key.not_in(select(schema.studies.c.patient_key)))
    )


def delete_series(connection: Connection, key: str) -> None:
    """Take a series out of the library; its files stay."""
    connection.execute(delete(schema.series).where(schema.series.c.key == key))
    _sweep(connection)


def put_rejected(connection: Connection, roots: Iterable[Path], rejected: Iterable[Rejected]) -> None:
    """Replace what is known of files under `roots` that could not be taken in."""
    for root in roots:
        path = schema.rejected.c.path
        text = clean(str(root))
        inside = path.startswith(f"{text}/", autoescape=True) | path.startswith(f"{text}\\", autoescape=True)
        member = path.startswith(f"{text}!", autoescape=True)
        connection.execute(delete(schema.rejected).where((path == text) | inside | member))
    rows: dict[str, dict[str, Any]] = {}
    for item in rejected:
        path_text = clean(str(item.path))
        known = rows.get(path_text)
        reason = f"{known['reason']}; {item.reason}" if known else item.reason
        rows[path_text] = {"path": path_text, "code": item.code, "reason": clean(reason)}
    if rows:
        connection.execute(upsert(schema.rejected).on_conflict_do_nothing(), list(rows.values()))


def put_recent(connection: Connection, roots: Iterable[Path], now: float) -> None:
    """Remember what was opened, the latest first."""
    for number, root in enumerate(roots):
        row = {"path": path_out(root), "opened": now + number * 1e-6}
        statement = upsert(schema.recent).values(row)
        connection.execute(
            statement.on_conflict_do_update(index_elements=["path"], set_={"opened": row["opened"]})
        )
    newest = select(schema.recent.c.path).order_by(schema.recent.c.opened.desc()).limit(_RECENT)
    connection.execute(delete(schema.recent).where(schema.recent.c.path.not_in(newest)))
