"""``medapp import``, ``medapp record``, ``medapp cohort``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import orjson

from medapp.cli import show
from medapp.cli.ending import CANCELLED, FAILED, NOTHING_FITS, WRONG_USE, Problem, finish, refuse_missing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from medapp.cli.waiting import Answers
    from medapp.domain.cohort import Member
    from medapp.domain.record import Entry
    from medapp.library import ImportReport, Library
    from medapp.library.record import PersonEntry
    from medapp.services.app import App
    from medapp.services.importing import Imported
    from medapp.services.records import RecordsImport

_SHOWN = 20


def import_paths(paths: Sequence[Path], answers: Answers, *, strict: bool = False, as_json: bool) -> None:
    """Bring images and records into the library and tell what came of it.

    Ctrl-C ends it; what was read whole till then is kept and told.

    Raises:
        Problem: Where one of the paths does not exist, nothing was taken in, or it was cancelled.
    """
    from medapp.cli import waiting
    from medapp.services.app import App

    refuse_missing([*paths, *(path for path in (answers.mapping, answers.outside) if path)])
    with App.open() as app:
        person = one_patient(app.library, answers.patient) if answers.patient else None
        read = waiting.mappings(answers.mapping) if answers.mapping else None
        found = _import(app, paths, strict=strict)
        images, records = found.images, found.records
        tables = waiting.Tables(app, records)
        if answers.propose is not None and not records.cancelled:
            tables.write(answers.propose)
        if read is not None and not records.cancelled:
            tables.read(read)
        goes_on = person is not None and not records.cancelled
        called = waiting.call(app, records, answers, person.key) if person is not None and goes_on else None
    report = _report(images, records) | {"tables": tables.report()}
    if called is not None:
        report["genes"] = len(called.calls)
    if as_json:
        show.as_json(report)
    else:
        _print_report(images, records)
        tables.tell()
        waiting.tell_genomes(records, called)
    if records.cancelled:
        message = "cancelled; what was read whole before is kept"
        raise Problem(message, CANCELLED)
    if not (images.series_keys or records.counts or called or (records.waiting and read is None)):
        message = f"nothing was taken in of {', '.join(map(str, paths))}"
        raise Problem(message, NOTHING_FITS)


def _import(app: App, paths: Sequence[Path], *, strict: bool) -> Imported:
    from medapp.services.importing import Imported, import_paths

    found = finish(import_paths(app, paths, strict=strict), "Import")
    assert isinstance(found, Imported)  # noqa: S101 - what `import_paths` promises
    return found


def _report(images: ImportReport, records: RecordsImport) -> dict[str, Any]:
    return {
        "files": images.files,
        "series": len(images.series_keys),
        "counts": dict(sorted(records.counts.items())),
        "patients": list(records.persons),
        "refused": [
            *({"file": str(item.path), "place": "", "code": item.code, "reason": item.reason, "whole": True}
              for item in images.rejected),
            *({"file": file, "place": place, "code": code, "reason": reason,
               "whole": file in records.unread} for file, place, code, reason in records.refused),
        ],
        "doubtful": [list(pair) for pair in records.doubtful],
        "waiting": [{"file": file.name, "path": file.shown or str(file.path), "kind": file.kind}
                    for file in records.waiting],
        "cancelled": records.cancelled,
    }  # fmt: skip


def _print_report(images: ImportReport, records: RecordsImport) -> None:
    from medapp.services.records import NOTED, place_beside

    rows = [("series of images", str(len(images.series_keys)))]
    rows += [(kind, str(count)) for kind, count in sorted(records.counts.items())]
    rows = [row for row in rows if row[1] != "0"]
    if rows:
        show.table(("what", "taken in"), rows)
    for item in images.rejected:
        show.remark(f"not read: {item.path}: {item.reason}")
    for file, place, code, reason in records.refused[:_SHOWN]:
        beside = place_beside(place, reason)
        where = f"{beside}: " if beside else ""
        title = "noted of" if code in NOTED else "not read:" if file in records.unread else "left out of"
        show.remark(f"{title} {file}: {where}{reason}")
    if len(records.refused) > _SHOWN:
        show.remark(f"and {len(records.refused) - _SHOWN} more; --json tells all")
    if records.doubtful:
        count = len({key for pair in records.doubtful for key in pair})
        show.remark(
            f"{count} records share a number of one issuer with another and differ in name, birth date "
            "or sex: they are kept apart until a person says who is who; --json tells which"
        )
    files = "1 file" if images.files == 1 else f"{images.files} files"
    show.remark(f"{files}, patients with a record: {len(records.persons)}")


def record(patient: str, *, places: bool = False, as_json: bool) -> None:
    """Print the record of one patient, found by key, number or name.

    `places` adds where in its file each entry stands.

    Raises:
        Problem: Where nobody, or more than one, is found.
    """
    from medapp.services.app import App

    with App.open() as app:
        found = one_patient(app.library, patient)
        persons = app.library.records.person(found.key)
        entries = app.library.records.entries(found.key)
        matches = app.library.records.matches(person=found.key)
    if as_json:
        text = {
            "key": found.key,
            "persons": persons,
            "entries": [_entry(entry) for entry in entries],
            "matches": matches,
        }
        sys.stdout.buffer.write(orjson.dumps(text, option=orjson.OPT_INDENT_2) + b"\n")
        return
    from medapp.cli.record_print import print_lines
    from medapp.services.record_lines import lines

    born = f"born {found.birth_date}" if found.birth_date else "birth date unknown"
    show.remark(f"{found.name or found.number or 'no name'}, {born}, {found.sex or 'sex unknown'}")
    print_lines(lines(entries), places=places)
    for match in matches:
        show.remark(f"images of patient {match.patient}: {match.verdict} ({', '.join(match.agrees)})")


def _entry(entry: Entry) -> dict[str, object]:
    """With its kind, which its fields alone do not say."""
    return {"kind": type(entry.content).__name__, "entry": entry}


def one_patient(library: Library, patient: str) -> PersonEntry:
    """The one patient of this key, number or name.

    Raises:
        Problem: Where nobody, or more than one, is found.
    """
    everybody = library.records.persons()
    exact = [one for one in everybody if patient == one.key or patient in one.identifiers]
    found = exact or list(library.records.persons(patient))
    if not found:
        message = f"there is no record of {patient!r}; `medapp import PATH` brings one in"
        raise Problem(message, NOTHING_FITS)
    if len(found) > 1:
        names = "; ".join(f"{one.name or 'no name'} ({one.key})" for one in found[:_SHOWN])
        more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        message = f"{len(found)} patients fit {patient!r}: {names}{more}. Name one by its key or number"
        raise Problem(message, WRONG_USE)
    return found[0]


def cohort(text: str, out: Path | None, *, as_json: bool) -> None:
    """Print everybody who fits a question in words.

    Raises:
        Problem: Where the question is not understood, or the file cannot be written.
    """
    from medapp.services.app import App
    from medapp.services.cohort_errors import QueryError
    from medapp.services.cohorts import ask, export_csv

    with App.open() as app:
        try:
            found = ask(app.library, text)
        except QueryError as error:
            message = f"{error}: {error.advice}" if error.advice else str(error)
            raise Problem(message, WRONG_USE) from error
    if out is not None:
        try:
            export_csv(found, out)
        except OSError as error:
            message = f"{out} cannot be written: {error.strerror}"
            raise Problem(message, FAILED) from error
    if as_json:
        show.as_json({
            "understood": found.understood,
            "count": len(found.members),
            "members": [_member(one) for one in found.members],
            "unknown": dict(found.unknown),
            "notices": list(found.notices),
        })  # fmt: skip
        return
    rows = [(one.name, one.birth_date, one.sex, _age(one), _evidence(one)) for one in found.members]
    show.remark(f"asked for: {found.understood}")
    show.table(("name", "born", "sex", "age", "because"), rows)
    for notice in found.notices:
        show.remark(notice)
    for what, count in found.unknown:
        show.remark(f"{count} could not be judged: {what} unknown")
    show.remark(f"{len(found.members)} patients")


def _age(one: Member) -> str:
    if one.age is None:
        return "unknown"
    return f"{one.age}, at death" if one.died else str(one.age)


def _member(one: Member) -> dict[str, Any]:
    return {
        "person": one.person,
        "patients": list(one.patients),
        "name": one.name,
        "birth_date": one.birth_date,
        "sex": one.sex,
        "age": one.age,
        "died": one.died,
        "evidence": [
            {"condition": seen.condition, "title": seen.title, "date": seen.date, "value": seen.value,
             "unit": seen.unit, "count": seen.count, "until": seen.until}
            for seen in one.evidence
        ],
    }  # fmt: skip


def _evidence(one: Member) -> str:
    return "; ".join(
        f"{seen.title}{'' if seen.value is None else f' {seen.value:g} {seen.unit}'} {seen.date}".strip()
        for seen in one.evidence
    )
