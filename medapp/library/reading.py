"""Getting patients, studies and series out of the database."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import distinct, func, select

from medapp.domain.notice import Notice
from medapp.domain.patient import Patient, Series, Study
from medapp.library import schema
from medapp.library.codec import instance_from, series_from
from medapp.library.entries import PatientEntry, StudyEntry
from medapp.library.keys import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from sqlalchemy import ColumnElement, Connection, Select

_P, _ST, _SE, _IN = schema.patients, schema.studies, schema.series, schema.instances


def patients(
    connection: Connection, query: str, also: Callable[[str], Collection[str]] | None = None
) -> tuple[PatientEntry, ...]:
    """Patients in whose own values, studies or series every word of the query is found.

    Args:
        connection: Of the library.
        query: Words.
        also: Keys of patients in whose record a word is found.
    """
    statement = (
        select(
            _P,
            func.count(distinct(_ST.c.key)).label("studies"),
            func.count(_SE.c.key).label("series"),
            func.group_concat(distinct(_SE.c.modality)).label("modalities"),
            func.max(_ST.c.date).label("latest"),
        )
        .join(_ST, _ST.c.patient_key == _P.c.key)
        .join(_SE, _SE.c.study_key == _ST.c.key)
        .where(*(_found(word, also(word) if also else ()) for word in words_of(query)))
        .group_by(_P.c.key)
        .order_by(func.lower(_P.c.name), _P.c.id, _P.c.key)
    )
    rows = connection.execute(statement).all()
    shared = _shared_ids(connection)
    return tuple(_patient_entry(row, shared) for row in rows)


def _found(word: str, also: Collection[str]) -> ColumnElement[bool]:
    in_study = select(_ST.c.patient_key).where(_ST.c.search.contains(word, autoescape=True))
    in_series = (
        select(_ST.c.patient_key)
        .join(_SE, _SE.c.study_key == _ST.c.key)
        .where(_SE.c.search.contains(word, autoescape=True))
    )
    own = _P.c.search.contains(word, autoescape=True)
    found = own | _P.c.key.in_(in_study) | _P.c.key.in_(in_series)
    if not also:
        return found
    # As one value: there may be more keys than a statement has room for.
    others = func.json_each(json.dumps(sorted(also))).table_valued("value")
    return found | _P.c.key.in_(select(others.c.value))


def _shared_ids(connection: Connection) -> dict[tuple[str, str], list[str]]:
    """Names by (issuer, ID) that more than one patient carries."""
    names: dict[tuple[str, str], list[str]] = {}
    for row in connection.execute(select(_P.c.issuer, _P.c.id, _P.c.name).where(_P.c.id != "")):
        names.setdefault((row.issuer, row.id), []).append(row.name)
    return {key: found for key, found in names.items() if len(found) > 1}


def _patient_entry(row: Any, shared: dict[tuple[str, str], list[str]]) -> PatientEntry:  # noqa: ANN401 - a database row
    others = shared.get((row.issuer, row.id), [])
    notices: tuple[Notice, ...] = ()
    if others:
        names = ", ".join(name or "no name" for name in others)
        message = f"{len(others)} patients carry the ID {row.id}: {names}."
        notices = (Notice("same-id", message, "warning", {"names": list(others)}),)
    modalities = tuple(sorted(filter(None, (row.modalities or "").split(","))))
    return PatientEntry(
        row.key, _patient(row), row.studies, row.series, modalities, row.latest or "", notices
    )


def _patient(row: Any) -> Patient:  # noqa: ANN401 - a database row
    return Patient(row.id, row.name, row.birth_date, row.sex, row.issuer)


def studies(connection: Connection, patient_key: str) -> tuple[StudyEntry, ...]:
    """Studies of a patient, the latest first."""
    statement = (
        select(
            _ST,
            _P.c.id,
            _P.c.name,
            _P.c.birth_date,
            _P.c.sex,
            _P.c.issuer,
            func.count(_SE.c.key).label("series"),
            func.group_concat(distinct(_SE.c.modality)).label("modalities"),
        )
        .join(_P, _ST.c.patient_key == _P.c.key)
        .join(_SE, _SE.c.study_key == _ST.c.key)
        .where(_ST.c.patient_key == patient_key)
        .group_by(_ST.c.key)
        .order_by(_ST.c.date.desc(), _ST.c.time.desc(), _ST.c.key)
    )
    return tuple(
        StudyEntry(
            row.key, _study(row), row.series, tuple(sorted(filter(None, (row.modalities or "").split(","))))
        )
        for row in connection.execute(statement)
    )


def _study(row: Any) -> Study:  # noqa: ANN401 - a database row
    uid = row.study_uid if hasattr(row, "study_uid") else row.uid
    description = row.study_description if hasattr(row, "study_description") else row.description
    return Study(uid, _patient(row), row.date, row.time, description, row.accession, row.institution)


def _series_rows() -> Select[Any]:
    return (
        select(
            _SE,
            _ST.c.uid.label("study_uid"),
            _ST.c.description.label("study_description"),
            _ST.c.date,
            _ST.c.time,
            _ST.c.accession,
            _ST.c.institution,
            _P.c.id,
            _P.c.name,
            _P.c.birth_date,
            _P.c.sex,
            _P.c.issuer,
        )
        .join(_ST, _SE.c.study_key == _ST.c.key)
        .join(_P, _ST.c.patient_key == _P.c.key)
        .order_by(_SE.c.number.is_(None), _SE.c.number, _SE.c.uid, _SE.c.split, _SE.c.key)
    )


def series_where(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[Series, ...]:
    """Series with their instances."""
    rows = connection.execute(_series_rows().where(*conditions)).all()
    instances = _instances(connection, [row.key for row in rows])
    return tuple(series_from(row, _study(row), tuple(instances[row.key])) for row in rows)


def _instances(connection: Connection, keys: Sequence[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {key: [] for key in keys}
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        statement = select(_IN).where(_IN.c.series_key.in_(some)).order_by(_IN.c.series_key, _IN.c.position)
        for row in connection.execute(statement):
            found[row.series_key].append(instance_from(row))
    return found


def paths_of(connection: Connection, uids: Iterable[str]) -> list[str]:
    """Stored paths of the files of some series UIDs, each once."""
    found: dict[str, None] = {}
    for uid in uids:
        statement = select(_IN.c.path).join(_SE, _IN.c.series_key == _SE.c.key).where(_SE.c.uid == uid)
        found.update(dict.fromkeys(connection.scalars(statement)))
    return list(found)
