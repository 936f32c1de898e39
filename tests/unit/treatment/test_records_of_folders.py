"""Three formats, one table of visits."""

from __future__ import annotations

import gzip
import shutil

import pytest

from medapp.api import TaskRefused
from medapp_treatment.next_visit.cohort import cohort_of
from medapp_treatment.next_visit.visits import history_of
from medapp_treatment.records.folder import format_of, records_of
from tests.unit.treatment.treated import people, write_fhir, write_mimic, write_omop

WRITERS = {"FHIR R4": write_fhir, "OMOP CDM 5": write_omop, "MIMIC-III": write_mimic}


def nothing() -> None:
    """Nobody cancels."""


def seen(folder):
    histories = [history_of(one) for one in records_of(folder)]
    return sorted(
        (str(one.born), one.sex, [(visit.day.isoformat(), sorted(visit.medicines)) for visit in one.visits])
        for one in histories
    )


def test_the_same_people_are_the_same_visits_in_every_format(tmp_path):
    who = people(12)
    sexes = {"F": "female", "M": "male"}
    expected = sorted(
        (
            str(one.born),
            sexes[one.sex],
            [(visit.day.isoformat(), sorted(set(visit.medicines))) for visit in one.visits],
        )
        for one in who
    )
    for name, write in WRITERS.items():
        folder = write(tmp_path / name, who)
        assert format_of(folder) == name
        found = seen(folder)
        assert found == expected


def test_problems_are_known_at_their_visits(tmp_path):
    who = people(12)
    by_birth = {str(one.born): one for one in who}
    for name, write in WRITERS.items():
        for one in records_of(write(tmp_path / name, who)):
            history = history_of(one)
            for visit, made in zip(history.visits, by_birth[str(history.born)].visits, strict=True):
                assert len(visit.problems) == len(set(made.problems))
                assert visit.new == set(visit.problems)


def test_a_carrier_fluid_of_mimic_is_no_medicine(tmp_path):
    folder = write_mimic(tmp_path / "m", people(12))
    names = {
        name for one in records_of(folder) for visit in history_of(one).visits for name in visit.medicines
    }
    assert names == {"lisinopril", "metformin", "amoxicillin"}


def test_a_resource_that_lies_in_two_files_counts_once(tmp_path):
    folder = write_fhir(tmp_path / "f", people(12))
    before = seen(folder)
    shutil.copy(folder / "p0-0.json.gz", folder / "again.json.gz")
    assert seen(folder) == before


def test_a_damaged_file_of_many_is_left_out(tmp_path):
    folder = write_fhir(tmp_path / "f", people(12))
    whole = (folder / "p0-0.json.gz").read_bytes()
    (folder / "p0-0.json.gz").write_bytes(whole[: len(whole) // 2])
    (folder / "odd.json").write_text('{"resourceType": "Bundle", "entry": [{"resource": 3}, 4]}')
    assert len(seen(folder)) == 11


@pytest.mark.parametrize("name", ["a.json", "a.ndjson"])
def test_files_that_are_no_fhir_are_refused(tmp_path, name):
    (tmp_path / name).write_text("{ this is no JSON")
    with pytest.raises(TaskRefused, match="is FHIR that can be read"):
        list(records_of(tmp_path))


def test_a_folder_of_nothing_known_is_refused(tmp_path):
    (tmp_path / "a.txt").write_text("words")
    with pytest.raises(TaskRefused, match="neither tables of MIMIC-III"):
        format_of(tmp_path)


def test_a_table_without_its_columns_or_cut_off_is_refused_with_its_name(tmp_path):
    folder = write_omop(tmp_path / "o", people(12))
    (folder / "PERSON.csv").write_text("one,two\n1,2\n")
    with pytest.raises(TaskRefused, match=r"PERSON\.csv has no column person_id"):
        list(records_of(folder))
    (folder / "PERSON.csv").unlink()
    whole = gzip.compress(b"person_id\n" + b"1\n" * 5000)
    (folder / "PERSON.csv.gz").write_bytes(whole[:-20])
    with pytest.raises(TaskRefused, match=r"PERSON\.csv\.gz cannot be read"):
        list(records_of(folder))


def test_too_few_patients_with_medicines_are_refused(tmp_path):
    with pytest.raises(TaskRefused, match="0 patients have a medicine"):
        cohort_of(write_fhir(tmp_path / "none", people(30, treated=False)), nothing)
    with pytest.raises(TaskRefused, match="at least 10 are needed"):
        cohort_of(write_fhir(tmp_path / "few", people(5)), nothing)
