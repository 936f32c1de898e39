"""Importing again updates and doubles nothing: what a file said before is replaced by what it says."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from medapp.library import Library
from medapp.services.records import RecordsImport, import_records
from medapp.services.tables import propose_table, read_tables
from tests.hostile.record_good import (
    BUNDLE,
    CDA,
    HL7,
    LINES,
    OBSERVATION,
    OMOP,
    PACKET,
    PATIENT,
    SECTION,
    TABLE,
)

Write = Callable[[Path, bool], None]
"""Writes a file of a kind; changed, it says one thing less of another person."""


def _bundle(folder: Path, changed: bool) -> None:
    other = {**PATIENT, "id": "new-1", "name": [{"family": "Newcomer"}], "identifier": []}
    found = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": other}]}
    (folder / "f").write_text(json.dumps(found if changed else BUNDLE))


def _lines(folder: Path, changed: bool) -> None:
    other = {**PATIENT, "id": "new-2", "name": [{"family": "Newcomer"}], "identifier": []}
    text = "\n".join(map(json.dumps, [other, {**other}] if changed else LINES))
    (folder / "f").write_bytes(gzip.compress(text.encode()))


def _message(folder: Path, changed: bool) -> None:
    new = HL7.replace("77^", "78^").replace("Goodmessage", "Newcomer").partition("OBR")[0]
    (folder / "f").write_bytes((new if changed else HL7).encode())


def _document(folder: Path, changed: bool) -> None:
    text = CDA.format(sections="" if changed else SECTION)
    new = text.replace('extension="G3"', 'extension="G4"').replace("Gooddocument", "Newcomer")
    (folder / "f").write_text(new if changed else text)


def _packet(folder: Path, changed: bool) -> None:
    new = {**PACKET, "id": "k2", "subject": {"id": "Newcomer", "sex": "MALE"}, "phenotypicFeatures": []}
    (folder / "f").write_text(json.dumps(new if changed else PACKET))


def _omop(folder: Path, changed: bool) -> None:
    for name, text in OMOP.items():
        head = text.partition("\n")[0] + "\n"
        person = name.startswith("PERSON")
        new = head + ("2,8507,1960,Newcomer\n" if person else "")
        (folder / name).write_text(new if changed else text)


KINDS: dict[str, tuple[Write, str, int]] = {
    "bundle": (_bundle, "Goodbundle", 1),
    "lines": (_lines, "Goodlines", 1),
    "message": (_message, "Goodmessage", 2),
    "document": (_document, "Gooddocument", 1),
    "packet": (_packet, "Goodpacket", 1),
    "OMOP": (_omop, "Goodomop", 1),
}


def bring(library: Library, *paths: Path) -> RecordsImport:
    return import_records(library, library.import_paths(paths).records)


def listed(library: Library) -> list[tuple[str, int]]:
    """A word for each person and how many entries they have."""
    people = library.records.persons()
    return sorted((" ".join((one.name, *one.identifiers)).strip(), one.entries) for one in people)


@pytest.mark.parametrize("kind", KINDS)
def test_twice_is_as_once_and_a_change_replaces(tmp_path: Path, kind: str) -> None:
    write, name, count = KINDS[kind]
    folder = tmp_path / "data"
    folder.mkdir()
    write(folder, False)
    with Library.open(tmp_path / "library") as library:
        first = bring(library, folder)
        before = listed(library)
        assert len(before) == 1
        assert name in before[0][0]
        assert before[0][1] == count
        again = bring(library, folder)
        assert again.counts == first.counts
        assert listed(library) == before
        write(folder, True)
        bring(library, folder)
        ((said, entries),) = listed(library)
        assert "Newcomer" in said
        assert entries == 0
        write(folder, False)
        bring(library, folder)
        assert listed(library) == before


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_that_is_written_anew_replaces_what_was_in_it(tmp_path: Path, kind: str) -> None:
    write, _, _ = KINDS[kind]
    packed = tmp_path / "data.zip"

    def pack(*, changed: bool) -> None:
        folder = tmp_path / "loose"
        folder.mkdir(exist_ok=True)
        write(folder, changed)
        with zipfile.ZipFile(packed, "w") as archive:
            # Another file before it moves the member inside of the archive.
            archive.writestr("readme.txt", "words " * (9 if changed else 1))
            for path in sorted(folder.iterdir()):
                archive.write(path, f"inner/{path.name}")

    with Library.open(tmp_path / "library") as library:
        pack(changed=False)
        bring(library, packed)
        before = listed(library)
        bring(library, packed)
        assert listed(library) == before
        pack(changed=True)
        bring(library, packed)
        ((said, entries),) = listed(library)
        assert "Newcomer" in said
        assert entries == 0


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "OMOP"])
def test_a_file_that_is_broken_now_leaves_nothing_of_before(tmp_path: Path, kind: str) -> None:
    write, _, _ = KINDS[kind]
    folder = tmp_path / "data"
    folder.mkdir()
    write(folder, False)
    with Library.open(tmp_path / "library") as library:
        bring(library, folder)
        data = (folder / "f").read_bytes()
        plain = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        # Told apart by its start still, and broken behind it.
        cut = (
            plain.replace(b'"birthDate": "', b'"birthDate": ')
            .replace(b"PID|", b"QQQ|")
            .replace(b"</title>", b"")
        )
        cut = cut[: len(cut) // 2] if kind in {"bundle", "packet"} else cut
        (folder / "f").write_bytes(cut if kind != "lines" else cut.replace(b'"status"', b"status"))
        found = bring(library, folder)
        assert found.refused
        assert found.unread == {str(folder / "f")}
        assert listed(library) == []


def test_a_table_that_is_read_again_and_one_that_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "labs.csv"

    def read(library: Library) -> list[tuple[str, int]]:
        found = bring(library, path)
        proposal = propose_table(library, found.waiting[0])
        assert proposal.mapping is not None
        assert not read_tables(library, [proposal]).refused
        return listed(library)

    with Library.open(tmp_path / "library") as library:
        path.write_text(TABLE)
        before = read(library)
        assert [entries for _, entries in before] == [1, 1]
        assert read(library) == before
        path.write_text(TABLE.replace("2,2020-02-06,1.4\n", "3,2020-02-06,1.4\n3,2020-02-07,1.5\n"))
        assert read(library) == [("1", 1), ("3", 2)]


def test_records_that_other_files_speak_of_stay(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "people.ndjson").write_text(json.dumps(PATIENT))
    (folder / "labs.ndjson").write_text(json.dumps(OBSERVATION))
    with Library.open(tmp_path / "library") as library:
        bring(library, folder)
        bring(library, folder)
        assert [entries for _, entries in listed(library)] == [1]
        (folder / "labs.ndjson").write_text(json.dumps({**OBSERVATION, "id": "other"}))
        bring(library, folder)
        (person,) = library.records.persons()
        assert [one.id for one in library.records.entries(person.key)] == ["other"]
