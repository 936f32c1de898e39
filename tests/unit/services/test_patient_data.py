"""Whose record is meant where files speak of several people: told by name, and named by it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from medapp.formats.collect import collect
from medapp.services.patient_data import ManyPatientsError, data_from_files

if TYPE_CHECKING:
    from pathlib import Path


def bundle(folder: Path, *people: tuple[str, str, str, str]) -> Path:
    """A file of patients, each with one problem, and an organisation, which is nobody."""
    parts: list[dict[str, Any]] = [{"resourceType": "Organization", "id": "o", "name": "Clinic"}]
    for key, family, given, number in people:
        parts += [
            {
                "resourceType": "Patient",
                "id": key,
                "identifier": [{"system": "urn:x", "value": number}],
                "name": [{"use": "official", "family": family, "given": [given]}],
                "birthDate": "1950-01-02",
            },
            {
                "resourceType": "Condition",
                "id": f"c-{key}",
                "subject": {"reference": f"Patient/{key}"},
                "code": {"text": f"of {key}"},
            },
        ]
    path = folder / "bundle.json"
    entries = [{"fullUrl": f"{one['resourceType']}/{one['id']}", "resource": one} for one in parts]
    path.write_text(
        json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}), encoding="utf-8"
    )
    return path


def read(path: Path, wanted: str = ""):
    return data_from_files(collect([path]).records, wanted)


THREE = (
    ("a", "Koepp", "Abdul", "N-1"),
    ("b", "Smith", "Adolph", "N-2"),
    ("c", "Smith", "Jo", "N-3"),
)


def test_one_person_needs_no_name(tmp_path):
    assert read(bundle(tmp_path, THREE[0])).record.persons[0].name.family == "Koepp"


def test_several_people_are_named(tmp_path):
    with pytest.raises(ManyPatientsError) as caught:
        read(bundle(tmp_path, *THREE))
    told = str(caught.value)
    assert told.startswith("the files speak of 3 people; name one with --patient: ")
    assert "Koepp, Abdul, number N-1, born 1950-01-02" in told
    assert "Smith, Jo, number N-3" in told


@pytest.mark.parametrize(
    ("wanted", "family"),
    [("koepp", "Koepp"), ("Adolph Smith", "Smith"), ("Smith, Jo", "Smith"), ("N-2", "Smith")],
)
def test_words_of_the_name_or_a_number_choose_one(tmp_path, wanted, family):
    found = read(bundle(tmp_path, *THREE), wanted).record
    assert [one.name.family for one in found.persons] == [family]
    assert len(found.entries) == 1


def test_a_name_that_fits_several_or_nobody_is_told(tmp_path):
    path = bundle(tmp_path, *THREE)
    with pytest.raises(ManyPatientsError, match="2 people whom 'smith' fits") as caught:
        read(path, "smith")
    assert "Koepp" not in str(caught.value)
    with pytest.raises(ManyPatientsError, match="nobody in the files is called 'Nobody'") as caught:
        read(path, "Nobody")
    assert "Koepp, Abdul, number N-1" in str(caught.value)
